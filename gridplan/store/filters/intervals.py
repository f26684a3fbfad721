"""The temporal functions of CQL2: instants and closed intervals compared by their starts and ends."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects import Dialect
from gridplan.store.filters.comparing import alike, compare
from gridplan.store.filters.moments import EARLIEST, LATEST, as_date, no_time
from gridplan.store.filters.values import Condition, Kind, Value, bound, wrong_type

#: Each as comparisons of first start s and end e with second start S and end E, all of which must hold.
_ANY: Mapping[str, str] = {
    "t_after": "s>E",
    "t_before": "e<S",
    "t_equals": "s=S e=E",
    "t_intersects": "s<=E e>=S",
    "t_disjoint": "",
}
_INTERVALS: Mapping[str, str] = {
    "t_contains": "s<S e>E",
    "t_during": "s>S e<E",
    "t_finishedBy": "e=E s<S",
    "t_finishes": "e=E s>S",
    "t_meets": "e=S",
    "t_metBy": "s=E",
    "t_overlappedBy": "s>S s<E e>E",
    "t_overlaps": "s<S e>S e<E",
    "t_startedBy": "s=S e>E",
    "t_starts": "s=S e<E",
}
TEMPORAL = (*_ANY, *_INTERVALS)


@dataclass(frozen=True)
class Span:
    """A time from ``start`` to ``end``, both included; an instant where they are one."""

    start: Value
    end: Value

    @property
    def instant(self) -> bool:
        """Whether it is an instant."""
        return self.start is self.end


def open_end(*, start: bool) -> Value:
    """The end of an interval that has none: ``..``."""
    text = EARLIEST if start else LATEST
    return Value("time", bound(text, sa.Text()), text)


def span(start: Value, end: Value) -> Span:
    """The interval between two instants.

    Raises
    ------
    RequestError
        GP543 they are no times, or a time and a date; GP548 it ends before it starts.
    """
    for side in (start, end):
        if side.kind not in ("time", "date"):
            raise wrong_type("interval", "time", side.kind)
    closed = all(side.known not in (EARLIEST, LATEST) for side in (start, end))
    if closed and start.kind != end.kind:
        if start.known is not None and end.known is not None:
            raise wrong_type("interval", start.kind, end.kind)
        start, end = as_date(start), as_date(end)
    elif not closed:
        kind: Kind = "date" if "date" in (start.kind, end.kind) else "time"
        start, end = (Value(kind, side.sql, side.known) if side.known in (EARLIEST, LATEST) else side for side in (start, end))
    if isinstance(start.known, str) and isinstance(end.known, str) and start.known > end.known:
        raise no_time("filter", f"{start.known}/{end.known}")
    return Span(start, end)


def relate_spans(name: str, one: Span, other: Span, dialect: Dialect) -> Condition:
    """Whether the two stand in the relation ``name`` of ``TEMPORAL``.

    Raises
    ------
    RequestError
        GP543 the relation is one of intervals and this is an instant.
    """
    if name in _INTERVALS and (one.instant or other.instant):
        raise RequestError("GP543", operator=name, expected=Phrase("filter.kind.interval"), found=Phrase("filter.kind.instant"))
    if name == "t_disjoint":
        return sa.not_(relate_spans("t_intersects", one, other, dialect))
    ends = {"s": one.start, "e": one.end, "S": other.start, "E": other.end}
    needed = {**_ANY, **_INTERVALS}[name].split()
    held = [compare(part[1:-1], *alike(name, ends[part[0]], ends[part[-1]]), dialect) for part in needed]
    return sa.and_(*held)
