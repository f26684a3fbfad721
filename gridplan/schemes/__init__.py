"""Schemes: the rules of a place as data."""

from gridplan.schemes.model import Level, Range, Scheme, load_scheme, parse_scheme, scheme_names

__all__ = ["Level", "Range", "Scheme", "load_scheme", "parse_scheme", "scheme_names"]
