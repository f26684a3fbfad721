"""Rates of incidents: how many were reported, closed, closed in time, handed up; by grid, community, kind and period."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.analysis.incidents.measures import (
    COUNTS,
    PLAUSIBLE,
    RATES,
    By,
    CaseFacts,
    Period,
    calendar,
    counted,
    divided,
    in_order,
    instant,
)
from gridplan.errors import InputError

#: The steps of casework: from one time to the other.
STEPS: Mapping[str, tuple[str, str]] = {
    "accept": ("reported_at", "accepted_at"),
    "dispatch": ("accepted_at", "dispatched_at"),
    "handle": ("dispatched_at", "handled_at"),
    "verify": ("handled_at", "closed_at"),
    "close": ("reported_at", "closed_at"),
}
SHANGHAI = "Asia/Shanghai"


def incident_rates(
    incidents: pd.DataFrame,
    by: Sequence[By] = ("grid",),
    *,
    period: Period = "month",
    time_zone: str = SHANGHAI,
    now: datetime,
    communities: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Counts and rates of incidents by any of grid, community, kind and period; by nothing: one row of all.

    Parameters
    ----------
    incidents : as the register ``incidents`` has them; ``kind``, ``stage``, ``reported_at``, ``closed_at``, ``escalated_at``,
        ``due_at``, ``satisfaction`` and ``grid`` are looked at.
    by : of ``grid``, ``community``, ``kind``, ``period``.
    period, time_zone : which periods, and where their days begin; the time of *reporting* decides.
    now : with its time zone; what is open beyond its limit then is overdue.
    communities : grid -> community, for ``community``.

    Returns
    -------
    DataFrame
        What it is counted by (text; ``grid`` and ``community`` are empty for incidents in none), sorted, then the counts and
        rates that :data:`.measures.COUNTS` and ``RATES`` define: ``closure_rate`` = closed / (reported -
        rejected), ``on_time_rate`` = closed in time / (closed with a limit + open beyond it), ``small_loop_rate``,
        ``satisfaction`` (mean, 1-5), ``satisfied_share``; rates are empty where their denominator is 0. Only combinations
        that some incident has are there, so counts add up to those of all incidents.

    Raises
    ------
    InputError
        GP185 ``by`` names something else, or twice; GP187 ``now`` has no time zone.

    Notes
    -----
    About 1 s for a million incidents. Times are compared as written, in UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> rows = {"kind": "noise", "stage": ["closed", "rejected", "handled"], "grid": "G1", "reported_at": "2026-03-01T08:00:00Z"}
    >>> table = incident_rates(pd.DataFrame(rows), now=datetime(2026, 4, 1, tzinfo=UTC))
    >>> table[["grid", "reported", "accepted", "closed", "closure_rate"]].to_dict("records")
    [{'grid': 'G1', 'reported': 3, 'accepted': 2, 'closed': 1, 'closure_rate': 0.5}]
    """
    if now.tzinfo is None:
        raise InputError("GP187", given=now.isoformat())
    table, cell = grouped(incidents, by, period=period, time_zone=time_zone, communities=communities)
    counts = counted(case_facts(incidents, instant(now)), cell, len(table))
    return table.assign(**counts, **divided(counts))


def grouped(
    incidents: pd.DataFrame,
    by: Sequence[By],
    *,
    period: Period = "month",
    time_zone: str = SHANGHAI,
    communities: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """What incidents are counted by: a sorted row for each combination that there is, and the row of each incident.

    Parameters are those of :func:`incident_rates`; by nothing there is one row without columns.
    """
    names = in_order(by)
    columns: dict[str, pd.Series] = {}
    for name in names:
        if name == "period":
            columns[name] = _periods(incidents["reported_at"], period, ZoneInfo(time_zone))
        elif name == "community":
            columns[name] = _key(incidents["grid"].map(dict(communities or {})))
        else:
            columns[name] = _key(incidents[name])
    coded = [pd.factorize(values, sort=True) for values in columns.values()]
    cell, seen = np.zeros(len(incidents), np.intp), np.array([0] if len(incidents) or not names else [], np.intp)
    sizes = [len(values) for _, values in coded]
    if coded:
        seen, cell = np.unique(np.ravel_multi_index([codes for codes, _ in coded], sizes), return_inverse=True)
    where = np.unravel_index(seen, sizes) if coded and len(seen) else [np.array([], np.intp)] * len(coded)
    table: dict[str, object] = {
        name: pd.Series(np.asarray(values, dtype=object)[rows], dtype="str")
        for name, (_, values), rows in zip(names, coded, where, strict=True)
    }
    return pd.DataFrame(table, index=range(len(seen))), cell


def case_facts(incidents: pd.DataFrame, now: str) -> CaseFacts:
    """What the counts ask for, of each incident; ``now`` as :func:`gridplan.analysis.incidents.measures.instant` has it."""
    closed = (incidents["stage"] == "closed").to_numpy(bool)
    rejected = (incidents["stage"] == "rejected").to_numpy(bool)
    due, ended = (_times(incidents, name) for name in ("due_at", "closed_at"))
    within = (ended.str.rstrip("Z") <= due.str.rstrip("Z")).to_numpy(bool)
    limited = due.notna().to_numpy()
    decided = closed & limited & ended.notna().to_numpy()
    past = (due.str.rstrip("Z") < now).to_numpy(bool) & limited
    rating = incidents["satisfaction"] if "satisfaction" in incidents.columns else pd.Series(0, index=incidents.index)
    return CaseFacts(
        closed=closed,
        rejected=rejected,
        escalated=_times(incidents, "escalated_at").notna().to_numpy(),
        on_time=decided & within,
        late=decided & ~within,
        overdue=~closed & ~rejected & past,
        rating=rating.to_numpy("float64", na_value=0).astype(np.int8),
    )


def step_hours(incidents: pd.DataFrame, by: Sequence[By] = ("grid",)) -> pd.DataFrame:
    """Median hours of each step of casework by grid and kind.

    Parameters
    ----------
    incidents : as for :func:`incident_rates`, with the times of every step.
    by : of ``grid`` and ``kind``; by nothing: one row of all.

    Returns
    -------
    DataFrame
        What it is told by, then for each step of :data:`STEPS` ``<step>_hours``, the median over incidents that have both
        times (empty where none has), and ``<step>_count``, how many these are. A step that ends before it begins is left out.
    """
    names = list(in_order(by))
    keys = [_key(incidents[name]) for name in names] or [pd.Series("", index=incidents.index, name="all")]
    found = {}
    for step, (begin, end) in STEPS.items():
        spent = _moment(_times(incidents, end)) - _moment(_times(incidents, begin))
        hours = spent.dt.total_seconds() / 3600
        grouped = hours.where(hours >= 0).groupby(keys, sort=True)
        found[f"{step}_hours"], found[f"{step}_count"] = grouped.median(), grouped.count()
    return pd.DataFrame(found).reset_index(drop=not names)


def _key(values: pd.Series) -> pd.Series:
    """The values as text, empty where they are missing."""
    return values.astype("str").where(values.notna(), "")


def _times(incidents: pd.DataFrame, name: str) -> pd.Series:
    if name not in incidents.columns:
        return pd.Series(None, index=incidents.index, dtype="str")
    return incidents[name].astype("str").where(incidents[name].notna())


def _moment(times: pd.Series) -> pd.Series:
    return pd.to_datetime(times, format="ISO8601", utc=True)


def _periods(reported: pd.Series, period: Period, zone: ZoneInfo) -> pd.Series:
    """The name of the period that each time lies in."""
    known = reported[(reported >= PLAUSIBLE[0]) & (reported < PLAUSIBLE[1])]
    found = calendar(str(known.min()), str(known.max()), period, zone) if len(known) else calendar(None, None, period, zone)
    begins = np.array(found.starts, "datetime64[s]")
    moments = reported.astype("str").str.slice(0, 19).to_numpy("datetime64[s]")
    number: NDArray[np.intp] = begins.searchsorted(moments, side="right")
    # A name may stand there twice, which categories may not.
    names = np.array(found.names, dtype=object)
    return pd.Series(names[number], index=reported.index, dtype="str")


#: The columns of the table beside those it is counted by.
COLUMNS = (*COUNTS, *RATES)
