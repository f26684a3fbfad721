"""What stands on either side of an operator: an expression with its type, and its value where that is known beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects.scalars import Element

ColumnKind = Literal["text", "int", "float", "bool", "geometry", "time"]
#: A date is a time cut to its day.
Kind = Literal["text", "int", "float", "bool", "geometry", "time", "date"]
Known = str | float | bool
Condition = sa.ColumnElement[bool]

NUMBERS = ("int", "float")
#: Columns of numbers beyond these powers of ten are unknown in arithmetic, so that no result leaves the range of a float.
COLUMN_DIGITS = 30
#: Whole numbers up to here are kept by a float, which is what CQL2 writes numbers as.
_EXACT = 2.0**53


@dataclass(frozen=True)
class Queryable:
    """A column that filters may name, and its type."""

    column: Element
    kind: ColumnKind


Columns = Mapping[str, Queryable]


@dataclass(frozen=True)
class Value:
    """One side of an operator.

    Attributes
    ----------
    digits : powers of ten between which the size of a number lies, where it is not 0.
    powers : whether it has a power or remainder in it.
    """

    kind: Kind
    sql: Element
    known: Known | None = None
    digits: tuple[int, int] = (0, 0)
    powers: bool = False


def text_value(text: str) -> Value:
    """A text to be bound.

    Raises
    ------
    RequestError
        GP543 it has a character that no database keeps.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise RequestError("GP543", operator="'...'", expected=Phrase("filter.kind.text"), found=Phrase("filter.kind.unkept"))
    return Value("text", bound(text, sa.Text()), text)


def number_value(number: float) -> Value:
    """A number to be bound.

    Raises
    ------
    RequestError
        GP543 it is beyond the range of a float.
    """
    if number in (float("inf"), float("-inf")):
        raise wrong_type("1e999", "float", Phrase("filter.kind.huge"))
    whole = number.is_integer() and abs(number) <= _EXACT
    sql: Element = bound(int(number), sa.BigInteger()) if whole else bound(number, sa.Double())
    exponent = int(f"{number:e}".partition("e")[2])
    return Value("int" if whole else "float", sql, number, (min(exponent, 0), max(exponent, 0) + 1))


def bool_value(truth: bool) -> Value:
    """True or false."""
    return Value("bool", bound(truth, sa.Boolean()), truth)


def bound(value: object, kind: sa.types.TypeEngine[Any]) -> Element:  # any type: that of the value
    """A value that the driver sends beside the statement, never in it."""
    return sa.bindparam(None, value, type_=kind, unique=True)


def queryable(columns: Columns, name: object) -> Queryable:
    """The column of that name.

    Raises
    ------
    RequestError
        GP542 there is none.
    """
    found = columns.get(name) if isinstance(name, str) else None
    if found is None:
        raise RequestError("GP542", property=str(name)[:80], known=", ".join(columns))
    return found


def column_value(columns: Columns, name: object) -> Value:
    """The column of that name as a side of an operator."""
    found = queryable(columns, name)
    return Value(found.kind, found.column, digits=(0, 19) if found.kind == "int" else (-COLUMN_DIGITS, COLUMN_DIGITS))


def as_float(value: Value) -> Element:
    """A number as a float."""
    if isinstance(value.known, float):
        return bound(value.known, sa.Double())
    return sa.cast(value.sql, sa.Double()) if value.kind == "int" else value.sql


def wrong_type(operator: str, expected: str, found: str | Phrase) -> RequestError:
    """The refusal of a value of another type than the operator takes; types by their name."""
    given = Phrase(f"filter.kind.{found}") if isinstance(found, str) else found
    return RequestError("GP543", operator=operator, expected=Phrase(f"filter.kind.{expected}"), found=given)
