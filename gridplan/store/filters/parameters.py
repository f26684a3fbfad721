"""The other conditions of requests: bbox, datetime, values of properties, sortby, properties."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

import shapely
import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects import Box, Dialect
from gridplan.store.filters.comparing import alike, compare
from gridplan.store.filters.moments import EARLIEST, LATEST, as_moment, no_time, ordered_time
from gridplan.store.filters.references import parse_crs
from gridplan.store.filters.shapes import box_shape
from gridplan.store.filters.values import (
    Columns,
    Condition,
    Queryable,
    Value,
    bool_value,
    bound,
    column_value,
    number_value,
    queryable,
    text_value,
)
from gridplan.store.geopackage import window

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MOST_NAMES = 100


@dataclass(frozen=True)
class Extent:
    """The place that a box covers, in longitude and latitude: a ``box``, or a ``shape`` where it is bent or parted there."""

    box: Box | None
    shape: shapely.Geometry | None = None

    def condition(self, columns: Columns, dialect: Dialect) -> Condition:
        """The rows of a table whose geometry shares a point with it, and those that have none."""
        if "geometry" not in columns:
            return sa.true()
        shape = self.shape if self.box is None else window(*self.box)
        column = cast("sa.Column[bytes]", columns["geometry"].column)
        meets = dialect.relates(column.table, "intersects", shapely.to_wkb(shape), decides=True)
        return sa.or_(meets, column.is_(None))


@dataclass(frozen=True)
class Period:
    """A time from ``start`` to ``end``, both included, as ordered text in UTC; see ``moments``."""

    start: str
    end: str

    def condition(self, columns: Columns, dialect: Dialect, *, start: str, end: str) -> Condition:
        """The rows whose time, from column ``start`` to column ``end``, shares an instant with it; an empty end is open."""
        first, last = (Value("time", bound(text, sa.Text()), text) for text in (self.start, self.end))
        begins = compare("<=", column_value(columns, start), last, dialect)
        ends = compare(">=", column_value(columns, end), first, dialect)
        return sa.and_(begins, ends if start == end else sa.or_(ends, queryable(columns, end).column.is_(None)))


@dataclass(frozen=True)
class During:
    """The rows whose time, in column ``name``, lies in a period."""

    period: Period
    name: str

    def condition(self, columns: Columns, dialect: Dialect) -> Condition:
        """As :meth:`Period.condition`."""
        return self.period.condition(columns, dialect, start=self.name, end=self.name)


@dataclass(frozen=True)
class Equal:
    """The rows whose property ``name`` has the value that ``text`` writes."""

    name: str
    text: str

    def condition(self, columns: Columns, dialect: Dialect) -> Condition:
        """As :func:`parse_equal`."""
        return parse_equal(columns, self.name, self.text, dialect)


def parse_box(text: str, *, crs: str | None = None) -> Extent:
    """The place that ``bbox`` asks for.

    Parameters
    ----------
    text : four numbers, or six with heights, which are left out; in the order of the axes of the CRS.
    crs : as ``bbox-crs`` names it; longitude and latitude where it is None.

    Raises
    ------
    RequestError
        GP546 an unknown CRS; GP547 no box.

    Examples
    --------
    >>> parse_box("30.6,104,30.7,104.1", crs="[EPSG:4490]").box
    (104.0, 30.6, 104.1, 30.7)
    """
    reference = parse_crs(crs, parameter="bbox-crs")
    parts = text.split(",") if len(text) <= 400 else []
    if not parts or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise RequestError("GP547", value=text[:80], why=Phrase("filter.shape.box"))
    numbers = [float(part) for part in parts]
    if crs is None and len(numbers) == 4:
        # What nearly every map asks needs no geometry to be understood.
        west, south, east, north = numbers
        if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
            return Extent((west, south, east, north))
    try:
        shape = box_shape(numbers, reference)
    except RequestError as error:
        raise RequestError("GP547", value=text[:80], why=error.facts["why"]) from error
    whole = None if shape.geom_type.startswith("Multi") else shape.bounds
    return Extent(whole) if whole is not None and shape.equals(window(*whole)) else Extent(None, shape)


def parse_period(text: str) -> Period:
    """The time that ``datetime`` asks for: an instant of RFC 3339, or two with a slash between; ``..`` or nothing is an open end.

    Raises
    ------
    RequestError
        GP548 no time, or one that ends before it starts.

    Examples
    --------
    >>> parse_period("2026-03-01T08:00:00+08:00/..").start
    '2026-03-01T00:00:'
    """
    parts = text.split("/")
    if len(parts) > 2:
        raise no_time("datetime", text)
    opens = [part in ("", "..") for part in parts] if len(parts) == 2 else [False]
    times = [None if is_open else ordered_time(part) for part, is_open in zip(parts, opens, strict=True)]
    if all(opens) or any(time is None and not is_open for time, is_open in zip(times, opens, strict=True)):
        raise no_time("datetime", text)
    start, end = times[0] or EARLIEST, times[-1] or LATEST
    if start > end:
        raise no_time("datetime", text)
    return Period(start, end)


def parse_equal(columns: Columns, name: str, text: str, dialect: Dialect) -> Condition:
    """The rows whose property ``name`` has the value that a parameter of its name gives.

    Raises
    ------
    RequestError
        GP542 an unknown property; GP549 a value of another type.
    """
    found = queryable(columns, name)
    value = _typed(name, text, found)
    return compare("=", *alike("=", column_value(columns, name), value), dialect)


def _typed(name: str, text: str, found: Queryable) -> Value:
    wrong = RequestError("GP549", name=name, value=text[:80], expected=Phrase(f"filter.kind.{found.kind}"))
    if found.kind == "geometry":
        raise wrong
    if found.kind == "bool":
        if text not in ("true", "false"):
            raise wrong
        return bool_value(text == "true")
    if found.kind in ("int", "float"):
        if not (_WHOLE if found.kind == "int" else _NUMBER).fullmatch(text):
            raise wrong
        if found.kind == "int":
            return Value("int", bound(int(text), sa.BigInteger()))
        try:
            return number_value(float(text))
        except RequestError as error:
            raise wrong from error
    try:
        value = text_value(text)
        return as_moment("=", value) if found.kind == "time" else value
    except RequestError as error:
        raise wrong from error


def parse_sorting(text: str, known: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """The properties that ``sortby`` names, each with whether it descends.

    Raises
    ------
    RequestError
        GP542 an unknown property; GP549 one named twice, or none.

    Examples
    --------
    >>> parse_sorting("+name,-households", ["name", "households"])
    (('name', False), ('households', True))
    """
    # A plus sign that nobody encoded arrives as a space.
    parts = [(part[1:] if part[:1] in ("+", "-", " ") else part, part.startswith("-")) for part in text.split(",")]
    _each_once("sortby", text, [name for name, _ in parts], known)
    return tuple(parts)


def parse_names(text: str, known: Collection[str]) -> tuple[str, ...]:
    """The properties that ``properties`` names.

    Raises
    ------
    RequestError
        GP542 an unknown property; GP549 one named twice, or none.

    Examples
    --------
    >>> parse_names("name,households", ["name", "households", "grids"])
    ('name', 'households')
    """
    names = text.split(",")
    _each_once("properties", text, names, known)
    return tuple(names)


def _each_once(parameter: str, text: str, names: list[str], known: Collection[str]) -> None:
    if len(names) > _MOST_NAMES or len(set(names)) < len(names) or not all(names):
        raise RequestError("GP549", name=parameter, value=text[:80], expected=Phrase("filter.kind.names"))
    for name in names:
        if name not in known:
            raise RequestError("GP542", property=name[:80], known=", ".join(known))
