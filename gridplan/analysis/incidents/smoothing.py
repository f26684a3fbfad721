"""Rates of small counts: drawn towards the mean as far as chance alone explains their spread."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridplan.errors import InputError

Floats = NDArray[np.float64]

#: What a rate is told for.
PER_HOUSEHOLDS = 1000


def raw_rates(counts: ArrayLike, households: ArrayLike) -> Floats:
    """Incidents per 1,000 households as they are; NaN where nobody lives."""
    events, base = _checked(counts, households)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, PER_HOUSEHOLDS * events / base, np.nan)


def smoothed_rates(counts: ArrayLike, households: ArrayLike, *, neighbours: Sequence[Sequence[int]] | None = None) -> Floats:
    """Incidents per 1,000 households after empirical Bayes smoothing; NaN where nobody lives.

    Each rate is a weighted mean of its own and of the mean rate: of all zones, or of the zone and its ``neighbours``. The weight
    of its own is A / (A + m / n) for a mean m, n households and a variance A between zones beyond that of chance, at least 0:
    a zone of few households, whose rate jumps with every incident, goes furthest to the mean.

    Parameters
    ----------
    counts : incidents of each zone, 0 or more.
    households : households of each zone, 0 or more.
    neighbours : for each zone the rows of its neighbours; where given, the mean is the one around the zone.

    Raises
    ------
    InputError
        GP183 the lists are not of one length, or hold a number that is negative or not finite.

    Notes
    -----
    ``esda.smoothing.Empirical_Bayes`` is the same where A is not negative; where it is (counts that differ less than chance
    would have them) it weighs rates by less than 0, which Marshall puts at 0. Neither it nor the spatial one takes a zone without
    households. The tests hold both beside these.

    References
    ----------
    Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40, 283-294,
    doi:10.2307/2347593.
    """
    events, base = _checked(counts, households)
    lived = base > 0
    result = np.full(len(base), np.nan)
    if not lived.any():
        return result
    if neighbours is None:
        result[lived] = _global(events[lived], base[lived])
    else:
        result[lived] = _around(events, base, neighbours)[lived]
    return PER_HOUSEHOLDS * result


def _checked(counts: ArrayLike, households: ArrayLike) -> tuple[Floats, Floats]:
    events, base = np.asarray(counts, dtype=np.float64), np.asarray(households, dtype=np.float64)
    if events.shape != base.shape or events.ndim != 1:
        raise InputError("GP183", why=f"{events.size} counts, {base.size} households")
    wrong = ~((events >= 0) & np.isfinite(events) & (base >= 0) & np.isfinite(base))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError("GP183", why=f"{int(wrong.sum())} rows, the first: row {row}, {events[row]:g} / {base[row]:g}")
    return events, base


def _global(events: Floats, base: Floats) -> Floats:
    mean = events.sum() / base.sum()
    rate = events / base
    between = max(0.0, float((base * (rate - mean) ** 2).sum() / base.sum() - mean / base.mean()))
    if mean == 0 or between == 0:
        return np.full(len(base), mean)
    weight = between / (between + mean / base)
    return np.asarray(weight * rate + (1 - weight) * mean)


def _around(events: Floats, base: Floats, neighbours: Sequence[Sequence[int]]) -> Floats:
    """The same with the mean and the variance of each zone and its neighbours; those without households count for nothing."""
    here = np.concatenate([np.full(len(rows) + 1, row) for row, rows in enumerate(neighbours)])
    there = np.concatenate([np.array([row, *rows], dtype=np.int64) for row, rows in enumerate(neighbours)])
    kept = (base[there] > 0) & (base[here] > 0)
    here, there, size = here[kept], there[kept], len(base)
    people = np.bincount(here, weights=base[there], minlength=size)
    zones = np.bincount(here, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(here, weights=events[there], minlength=size) / people
        rate = events / base
        spread = np.bincount(here, weights=base[there] * (rate[there] - mean[here]) ** 2, minlength=size) / people
        between = np.maximum(0.0, spread - mean * zones / people)
        weight = np.where(mean > 0, between / (between + mean / base), 0.0)
        return np.asarray(mean + weight * (rate - mean))
