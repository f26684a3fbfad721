"""Conditions that requests write as text: CQL2 filters, boxes, times, property values, orders, selections; and the CRS they name.

Every value becomes a bound parameter; no text of a request is ever part of a statement. Both kinds of store keep the same rows.
"""

from gridplan.store.filters.parameters import (
    During,
    Equal,
    Extent,
    Period,
    parse_box,
    parse_equal,
    parse_names,
    parse_period,
    parse_sorting,
)
from gridplan.store.filters.parsing import CONFORMANCE, Filter, parse_filter
from gridplan.store.filters.reading import FilterLanguage
from gridplan.store.filters.references import CRS84, SUPPORTED_CRS, Reference, parse_crs, to_crs
from gridplan.store.filters.values import Columns, Queryable

__all__ = [
    "CONFORMANCE",
    "CRS84",
    "SUPPORTED_CRS",
    "Columns",
    "During",
    "Equal",
    "Extent",
    "Filter",
    "FilterLanguage",
    "Period",
    "Queryable",
    "Reference",
    "parse_box",
    "parse_crs",
    "parse_equal",
    "parse_filter",
    "parse_names",
    "parse_period",
    "parse_sorting",
    "to_crs",
]
