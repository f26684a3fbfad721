"""Schemes: the rules of a place as data."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names
from gridplan.schemes.shipped import scheme_names

if TYPE_CHECKING:
    from gridplan.schemes.model import KINDS as KINDS
    from gridplan.schemes.model import Kind as Kind
    from gridplan.schemes.model import Level as Level
    from gridplan.schemes.model import Scheme as Scheme
    from gridplan.schemes.model import load_scheme as load_scheme
    from gridplan.schemes.model import parse_scheme as parse_scheme
    from gridplan.schemes.pattern import Pattern as Pattern
    from gridplan.schemes.rules import Post as Post
    from gridplan.schemes.rules import Range as Range
    from gridplan.schemes.rules import Rule as Rule

__all__ = ["KINDS", "Kind", "Level", "Pattern", "Post", "Range", "Rule", "Scheme", "load_scheme", "parse_scheme", "scheme_names"]

__getattr__ = lazy_names(
    __name__,
    {
        "KINDS": "gridplan.schemes.model",
        "Kind": "gridplan.schemes.model",
        "Level": "gridplan.schemes.model",
        "Scheme": "gridplan.schemes.model",
        "load_scheme": "gridplan.schemes.model",
        "parse_scheme": "gridplan.schemes.model",
        "Pattern": "gridplan.schemes.pattern",
        "Post": "gridplan.schemes.rules",
        "Range": "gridplan.schemes.rules",
        "Rule": "gridplan.schemes.rules",
    },
)
