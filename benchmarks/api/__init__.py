"""The service beside its peers, and under kill -9, edits at the same time, and ten minutes of load."""
