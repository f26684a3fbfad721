"""Schemes: the rules of a place as data."""

from gridplan.schemes.model import KINDS, Kind, Level, Scheme, load_scheme, parse_scheme, scheme_names
from gridplan.schemes.pattern import Pattern
from gridplan.schemes.rules import Post, Range, Rule

__all__ = ["KINDS", "Kind", "Level", "Pattern", "Post", "Range", "Rule", "Scheme", "load_scheme", "parse_scheme", "scheme_names"]
