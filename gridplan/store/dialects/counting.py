"""The statements that count incidents, in the SQL of each database.

Times are compared as text without their Z, which puts 08:30:00.5 behind 08:30:00. A GeoPackage has two indexes besides the one
that migration 0008 names, on months of the standard time of China, so that months need no sorting; every other period is sorted.
"""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Key = Literal["grid", "kind", "period"]

#: Name of a count -> the rows that it counts; {up} is whether it was handed up, {within} whether it was closed within its limit,
#: {timed} the same where it is only asked whether that is known.
_COUNTED: Mapping[str, str] = {
    "rejected": "stage = 'rejected'",
    "closed": "stage = 'closed'",
    "escalated": "{up} AND stage <> 'rejected'",
    "large_loop": "{up} AND stage = 'closed'",
    "on_time": "{within} AND stage = 'closed'",
    "decided": "{timed} IS NOT NULL AND stage = 'closed'",
    "rated": "satisfaction IS NOT NULL",
    "satisfied": "satisfaction >= 4",
}
#: What a statement of counts gives, after its keys.
COUNTED = ("reported", *_COUNTED, "satisfaction_sum")
_OPEN = "stage IN ('collected', 'accepted', 'dispatched', 'handled')"

_WITHIN = "(rtrim(closed_at, 'Z') <= rtrim(due_at, 'Z'))"
_UP = "(escalated_at IS NOT NULL)"
_WITHIN_C = "(rtrim(closed_at, 'Z') COLLATE \"C\" <= rtrim(due_at, 'Z') COLLATE \"C\")"
#: Months since the year 0, by the standard time of China: eight hours before UTC, without summer time since 1992.
_MONTH = (
    "(CAST(strftime('%Y', reported_at, '+8 hours') AS INTEGER) * 12"
    " + CAST(strftime('%m', reported_at, '+8 hours') AS INTEGER) - 1)"
)
#: Indexes of a GeoPackage whose order is that of months.
MONTHLY: Mapping[str, str] = {
    f"ix_incidents_{key}_month": f"{key}, {_MONTH}, stage, {_WITHIN}, {_UP}, satisfaction" for key in ("grid", "kind")
}


@dataclass(frozen=True)
class Shape:
    """What a statement counts by and which incidents; its values are bound as ``since``, ``until``, ``community``, ``now``.

    Attributes
    ----------
    keys : the columns that come first, in this order; incidents in no grid have an empty one.
    monthly : whether ``period`` is the number of a month (see :func:`month_number`), else that of the last of ``starts`` that
        is not after it.
    overdue : whether those open beyond their limit are counted, instead of :data:`COUNTED`.
    """

    keys: tuple[Key, ...]
    monthly: bool = False
    since: bool = False
    until: bool = False
    community: bool = False
    overdue: bool = False


def month_number(year: int, month: int) -> int:
    """What a month is called in the statements."""
    return year * 12 + month - 1


def monthly_indexes() -> list[str]:
    """The statements that make the indexes of a GeoPackage."""
    return [f"CREATE INDEX IF NOT EXISTS {name} ON incidents ({columns})" for name, columns in MONTHLY.items()]


def in_sqlite(shape: Shape, *, indexed: bool) -> str:
    """The statement for a GeoPackage, where it has the indexes by the one whose order is that of the keys."""
    # SQLite finds an expression in an index where it is compared to a value, not where it is a condition by itself.
    words = {"up": f"{_UP} = 1", "within": f"{_WITHIN} = 1", "timed": _WITHIN}
    period = _MONTH if shape.monthly else "gridplan_period(reported_at, :starts)"
    index = "ix_incidents_due" if shape.overdue else _index(shape)
    return _statement(shape, f"incidents INDEXED BY {index}" if indexed else "incidents", period, words, "{}")


def in_postgis(shape: Shape) -> str:
    """The statement for PostgreSQL."""
    period = 'width_bucket(reported_at COLLATE "C", CAST(:starts AS text[]) COLLATE "C")'
    return _statement(shape, "incidents", period, {"up": _UP, "within": _WITHIN_C, "timed": _WITHIN_C}, '{} COLLATE "C"')


def _index(shape: Shape) -> str:
    if shape.since or shape.until or shape.community or ("period" in shape.keys and not shape.monthly):
        return "ix_incidents_counts"
    if "grid" not in shape.keys:
        return "ix_incidents_kind_month"
    return "ix_incidents_counts" if "kind" in shape.keys else "ix_incidents_grid_month"


def _statement(shape: Shape, table: str, period: str, words: Mapping[str, str], text: str) -> str:
    keys = [period if key == "period" else key for key in shape.keys]
    if shape.overdue:
        counts = ["count(*)"]
    else:
        counts = ["count(*)"]
        counts += [f"count(CASE WHEN {rows.format(**words)} THEN 1 END)" for rows in _COUNTED.values()]
        counts += ["coalesce(sum(satisfaction), 0)"]
    reported = text.format("reported_at")
    wanted = {
        f"{reported} >= :since": shape.since,
        f"{reported} < :until": shape.until,
        "grid IN (SELECT code FROM grids WHERE community = :community)": shape.community,
        _OPEN: shape.overdue,
        f"{text.format('due_at')} < :now": shape.overdue,
    }
    rows = " AND ".join(condition for condition, asked in wanted.items() if asked)
    places = ", ".join(str(place + 1) for place in range(len(keys)))
    return (
        f"SELECT {', '.join([*keys, *counts])} FROM {table}"  # noqa: S608 - our own words
        + (f" WHERE {rows}" if rows else "")
        + (f" GROUP BY {places}" if keys else "")
    )


@lru_cache(maxsize=8)
def _starts(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found


def period_of(moment: str | None, starts: str) -> int | None:
    """How many of ``starts`` are not after the moment: ``gridplan_period`` of a GeoPackage."""
    return None if moment is None else bisect_right(_starts(starts), moment)


def register(connection: sqlite3.Connection) -> None:
    """Gives a connection ``gridplan_period``."""
    connection.create_function("gridplan_period", 2, period_of, deterministic=True)
