"""Measurements of gridplan beside its peers; each module is one command."""
