"""Periods of the calendar with both their ends: the months, weeks or days that maps of incidents are made by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import PLAUSIBLE, Period, calendar
from gridplan.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

SHANGHAI = "Asia/Shanghai"
#: More periods than anybody looks through one by one.
MOST_PERIODS = 400
#: Days of a period at most, to tell how many there would be before they are made.
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


@dataclass(frozen=True)
class Span:
    """A period: its name, its first moment and the first one after it, in UTC and without the Z.

    So written they come before every time of the contract that is not earlier, in the order of texts.
    """

    name: str
    start: str
    end: str

    @property
    def days(self) -> float:
        """How long it is."""
        return (_moment(self.end) - _moment(self.start)).total_seconds() / 86400


def periods(first: str, last: str, *, every: Period = "month", time_zone: str = SHANGHAI) -> tuple[Span, ...]:
    """The whole periods, in order, that cover the time from ``first`` to ``last``.

    Parameters
    ----------
    first, last : times as the contract of incidents writes them, ISO 8601 in UTC.
    every : how long each is. Weeks begin on Monday.
    time_zone : where the office's clock hangs; days begin at midnight by it.

    Raises
    ------
    InputError
        GP180 ``last`` is before ``first``; GP181 more than 400 periods.

    Examples
    --------
    >>> [span.name for span in periods("2026-01-31T17:00:00Z", "2026-03-02T00:00:00Z")]
    ['2026-02', '2026-03']
    """
    days = (_moment(last) - _moment(first)).total_seconds() / 86400
    if days < 0:
        raise InputError("GP180", first=first, last=last)
    if days / _LONGEST[every] <= MOST_PERIODS:
        found = calendar(first, last, every, ZoneInfo(time_zone))
        if len(found.starts) <= MOST_PERIODS + 1:
            return tuple(Span(*each) for each in zip(found.names[1:-1], found.starts, found.starts[1:], strict=False))
    raise InputError("GP181", most=MOST_PERIODS, every=every, first=first, last=last)


def periods_of(times: "pd.Series", *, every: Period = "month", time_zone: str = SHANGHAI) -> tuple[Span, ...]:
    """The periods that cover all the plausible times; none where there is no such time."""
    known = times.dropna()
    known = known[(known >= PLAUSIBLE[0]) & (known < PLAUSIBLE[1])]
    if known.empty:
        return ()
    return periods(str(known.min()), str(known.max()), every=every, time_zone=time_zone)


def period_rows(times: "pd.Series", spans: Sequence[Span]) -> NDArray[np.int64]:
    """For each time the row of the period that it lies in, -1 where it lies in none or there is no time.

    Notes
    -----
    Times of one form sort as text does, so nothing is parsed: 0.2 s for a million.
    """
    import pandas as pd  # serving starts without it

    codes, words = pd.factorize(times)
    starts = np.array([span.start for span in spans] + [span.end for span in spans[-1:]], dtype=str)
    rows = np.searchsorted(starts, np.asarray(words, dtype=str), side="right") - 1
    rows[rows >= len(spans)] = -1
    return np.where(codes < 0, -1, rows[codes] if len(rows) else -1).astype(np.int64)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)
