"""Comparisons of two values, with the three-valued logic of SQL: what is compared with an empty value is unknown."""

import operator as py
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from gridplan.store.dialects import Dialect
from gridplan.store.dialects.scalars import Element
from gridplan.store.filters.moments import as_date, as_moment
from gridplan.store.filters.reading import too_much
from gridplan.store.filters.values import NUMBERS, Condition, Kind, Value, as_float, wrong_type

COMPARISONS: Mapping[str, Callable[[Element, Element], Condition]] = {
    "=": py.eq,
    "<>": py.ne,
    "<": py.lt,
    "<=": py.le,
    ">": py.gt,
    ">=": py.ge,
}
MOST_VALUES = 1000
MOST_PATTERN = 1000


def compare(operator: str, left: Value, right: Value, dialect: Dialect) -> Condition:
    """The comparison.

    Raises
    ------
    RequestError
        GP543 the two are not of one type.
    """
    one, other = alike(operator, left, right)
    sides = ordered(one), ordered(other)
    if one.kind in ("text", "time", "date") and operator not in ("=", "<>"):
        sides = dialect.by_code_point(sides[0]), dialect.by_code_point(sides[1])
    return COMPARISONS[operator](*sides)


def alike(operator: str, left: Value, right: Value) -> tuple[Value, Value]:
    """The two as values of one type: whole numbers beside others as floats, times beside dates as dates.

    Raises
    ------
    RequestError
        GP543 they cannot be.
    """
    if left.kind in NUMBERS and right.kind in NUMBERS:
        if left.kind == right.kind:
            return left, right
        return _floating(left), _floating(right)
    if left.kind == "time" and right.kind == "text":
        right = as_moment(operator, right)
    elif right.kind == "time" and left.kind == "text":
        left = as_moment(operator, left)
    if {left.kind, right.kind} == {"time", "date"}:
        return as_date(left), as_date(right)
    if left.kind != right.kind or left.kind == "geometry":
        raise wrong_type(operator, "scalar" if left.kind == "geometry" else left.kind, right.kind)
    return left, right


def _floating(value: Value) -> Value:
    return Value("float", as_float(value), value.known)


def ordered(value: Value) -> Element:
    """The value in SQL; a time as text whose order is that of time, however exactly it is written: see ``moments``."""
    if value.known is not None or value.kind != "time":
        return value.sql
    return sa.func.rtrim(value.sql, "Z0.", type_=sa.Text())


def between(value: Value, low: Value, high: Value, dialect: Dialect) -> Condition:
    """Whether the value lies from ``low`` to ``high``, both included.

    Raises
    ------
    RequestError
        GP543 the three are not of one type, or true and false.
    """
    if value.kind == "bool":
        raise wrong_type("between", "number", "bool")
    return sa.and_(compare(">=", value, low, dialect), compare("<=", value, high, dialect))


def among(value: Value, choices: Sequence[Value]) -> Condition:
    """Whether the value equals one of ``choices``.

    Raises
    ------
    RequestError
        GP541 too many; GP543 one is of another type.
    """
    if len(choices) > MOST_VALUES:
        raise too_much("filter.values", len(choices), MOST_VALUES)
    kinds: dict[Kind, list[tuple[Value, Value]]] = {}
    for choice in choices:
        pair = alike("in", value, choice)
        kinds.setdefault(pair[0].kind, []).append(pair)
    return sa.or_(*(ordered(pairs[0][0]).in_([ordered(choice) for _, choice in pairs]) for pairs in kinds.values()))


def like(value: Value, pattern: Value, dialect: Dialect) -> Condition:
    """Whether the text is of the pattern.

    Raises
    ------
    RequestError
        GP541 a pattern too long; GP543 no text, or a pattern that is not written out.
    """
    if value.kind != "text":
        raise wrong_type("like", "text", value.kind)
    if not isinstance(pattern.known, str):
        raise wrong_type("like", "pattern", pattern.kind)
    if len(pattern.known) > MOST_PATTERN:
        raise too_much("filter.pattern", len(pattern.known), MOST_PATTERN)
    return dialect.like(value.sql, pattern.known)


def truth(value: Value, operator: str) -> Condition:
    """A value as a condition.

    Raises
    ------
    RequestError
        GP543 it is neither true nor false.
    """
    if value.kind != "bool":
        raise wrong_type(operator, "bool", value.kind)
    if isinstance(value.known, bool):
        return sa.true() if value.known else sa.false()
    return value.sql


def as_value(condition: Condition) -> Value:
    """A condition as a side of an operator."""
    return Value("bool", Grouping(condition))
