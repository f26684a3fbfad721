"""Functions of single values that filters need and the databases lack, or have each in its own way.

Each stands here twice: in Python for the embedded store (and for values known beforehand), in SQL for PostGIS; both give the
same. A result that is not defined, as of a division by zero, is NULL, never an error.
"""

import math
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

Scalar = Literal["folded", "unaccented", "quotient", "remainder", "power"]
#: An expression of SQL of any type; the types of filters are checked in ``filters.values``.
Element = sa.ColumnElement[Any]

#: Powers outside 10^-60 to 10^60 are NULL, so that nothing made of one leaves the range of a float.
POWER_DIGITS = 60
_MOST_LOG = POWER_DIGITS * math.log(10)

_MARKS = r"[\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F]"
_MARK = re.compile(_MARKS)
# Upper and then lower case is case folding, but for these letters: the dotless i and the capital sharp s before, others after.
_DOTLESS, _STAND_IN = "\u0131", "\ufdd0"
_SHARP = "\u1e9e"
_SMALL = "ς" + "".join(map(chr, (*range(0xAB70, 0xABC0), *range(0x13F8, 0x13FE)))) + _STAND_IN
_FOLDED = _SMALL.translate({ord(letter): letter.casefold() for letter in _SMALL}).replace(_STAND_IN, _DOTLESS)


def folded(text: str | None) -> str | None:
    """Full case folding, as Unicode has it: CASEI."""
    return None if text is None else text.casefold()


def unaccented(text: str | None) -> str | None:
    """Without combining diacritical marks: ACCENTI. Marks that make another letter, as the Japanese ones, stay."""
    return None if text is None else unicodedata.normalize("NFC", _MARK.sub("", unicodedata.normalize("NFD", text)))


def quotient(number: float | None, by: float | None) -> float | None:
    """The whole part of the quotient: ``div``."""
    return None if number is None or by is None or by == 0 else float(math.trunc(number / by))


def remainder(number: float | None, by: float | None) -> float | None:
    """What ``quotient`` leaves, with the sign of ``number``: ``%``."""
    whole = quotient(number, by)
    return None if number is None or by is None or whole is None else number - by * whole


def power(number: float | None, exponent: float | None) -> float | None:
    """The power, where it is a number and not far out of range: ``^``."""
    if number is None or exponent is None:
        return None
    if number == 0:
        return None if exponent < 0 else math.pow(number, exponent)
    if (number < 0 and exponent != math.trunc(exponent)) or abs(exponent * math.log(abs(number))) > _MOST_LOG:
        return None
    return math.pow(number, exponent)


#: What a GeoPackage connection is given, as ``gridplan_<name>``.
FUNCTIONS: Mapping[Scalar, Callable[..., str | float | None]] = {
    "folded": folded,
    "unaccented": unaccented,
    "quotient": quotient,
    "remainder": remainder,
    "power": power,
}


def register(connection: sqlite3.Connection) -> None:
    """Gives a connection the functions."""
    for name, function in FUNCTIONS.items():
        count = 1 if name in ("folded", "unaccented") else 2
        connection.create_function(f"gridplan_{name}", count, function, deterministic=True)


def in_sqlite(name: Scalar, *operands: Element) -> Element:
    """The function in the SQL of the embedded store."""
    kind = sa.Text() if name in ("folded", "unaccented") else sa.Double()
    return getattr(sa.func, f"gridplan_{name}")(*operands, type_=kind)  # type: ignore[no-any-return]  # a function by name


def in_postgis(name: Scalar, *operands: Element) -> Element:
    """The function in the SQL of PostGIS."""
    if name == "folded":
        spared = sa.func.translate(operands[0], _DOTLESS + _SHARP, _STAND_IN + "ß")
        turned = sa.func.lower(sa.func.upper(sa.collate(spared, "und-x-icu")))
        return sa.collate(sa.func.translate(turned, _SMALL, _FOLDED, type_=sa.Text()), "C")
    if name == "unaccented":
        parted = sa.func.normalize(operands[0], sa.literal_column("NFD"))
        bare = sa.func.regexp_replace(parted, _MARKS, "", "g")
        return sa.func.normalize(bare, sa.literal_column("NFC"), type_=sa.Text())
    number, other = operands
    if name == "power":
        size: Element = sa.func.ln(sa.func.nullif(sa.func.abs(number), _double(0.0)), type_=sa.Double())
        return sa.case(
            (sa.and_(number == _double(0.0), other < _double(0.0)), sa.null()),
            (sa.and_(number < _double(0.0), other != sa.func.trunc(other)), sa.null()),
            (sa.func.abs(Grouping(other.op("*")(size))) > _double(_MOST_LOG), sa.null()),
            else_=sa.func.power(number, other, type_=sa.Double()),
        )
    whole: Element = sa.func.trunc(Grouping(number.op("/")(sa.func.nullif(other, _double(0.0)))), type_=sa.Double())
    return whole if name == "quotient" else Grouping(number.op("-")(Grouping(other.op("*")(whole))))


def _double(value: float) -> sa.BindParameter[float]:
    return sa.bindparam(None, value, type_=sa.Double(), unique=True)


def like_pattern(pattern: str, *, any_text: str, any_one: str, escape: Callable[[str], str]) -> str:
    r"""A pattern of CQL2 (``%`` any text, ``_`` one character, ``\`` before either) in the form of a database."""
    made, characters = [], iter(pattern)
    for character in characters:
        if character == "\\":
            made.append(escape(next(characters, "\\")))
        else:
            made.append({"%": any_text, "_": any_one}.get(character) or escape(character))
    return "".join(made)
