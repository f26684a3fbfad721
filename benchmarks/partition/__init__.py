"""The partition engine beside its peers: ``python -m benchmarks.partition``."""
