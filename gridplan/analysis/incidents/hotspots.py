"""Hot spots: zones around which incidents are more, or fewer, than chance would put there."""

from collections.abc import Sequence
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from gridplan.analysis.incidents.contiguity import touching
from gridplan.analysis.incidents.smoothing import smoothed_rates
from gridplan.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Measure = Literal["rate", "density", "count"]

#: Sums of the same numbers in another order differ by rounding: what is nearer than this share of the largest is equal.
_EQUAL = 1e-9


def hot_spots(
    zones: gpd.GeoDataFrame,
    counts: ArrayLike,
    *,
    measure: Measure = "rate",
    alpha: float = 0.05,
    permutations: int = 9999,
    seed: int = 7,
) -> pd.DataFrame:
    """Getis-Ord Gi* of each zone, with the false discovery rate kept at ``alpha``.

    Parameters
    ----------
    zones : ``code``, ``households`` and polygons, as the grids of a plan; ``area_m2`` where ``measure`` is ``density``.
    counts : incidents of each zone.
    measure : ``rate`` per 1,000 households after empirical Bayes smoothing, since the raw rate of few households is mostly
        chance; ``density`` per hectare; ``count``, which finds where many people live.
    alpha : share of the zones named hot or cold that may be so by chance, 0-1.
    permutations : how often the values of the other zones are dealt out anew; the smallest p there can be is 2 / (it + 1).
    seed : of the dealing; the same seed gives the same table on every machine.

    Returns
    -------
    DataFrame
        A row a zone, in the order given: ``code``, ``value`` (what was tested), ``neighbours``, ``z`` (standardised Gi*), ``p``
        (two-sided, by conditional permutation), ``q`` (the smallest false discovery rate at which the zone would be named) and
        ``spot``: ``hot``, ``cold``, ``none``; ``island`` where a zone has no neighbour, so that there is nothing to test;
        ``empty`` where nobody lives in it and the rate has no meaning. The last two are left out of the test.

    Raises
    ------
    InputError
        GP184 an option is out of range.

    Notes
    -----
    Neighbours share a line or a corner. ``esda.G_Local`` gives the same z; its p-values are not used: they are of one side and
    count zones that tie with what was seen as more extreme than it, which makes every zone around which nothing happened a cold
    spot, and its loops are compiled anew in each process, for some 20 s. 0.5 s for 1,000 zones.

    References
    ----------
    Ord and Getis (1995), Local spatial autocorrelation statistics, doi:10.1111/j.1538-4632.1995.tb00912.x.
    Caldas de Castro and Singer (2006), Controlling the false discovery rate, doi:10.1111/j.0016-7363.2006.00682.x.
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    if not 0 < alpha < 1:
        raise InputError("GP184", option="alpha", value=alpha, wanted="0 < alpha < 1")
    if permutations < 99:
        raise InputError("GP184", option="permutations", value=permutations, wanted=">= 99")
    value = _measured(zones, np.asarray(counts, dtype=np.float64), measure)
    lived = np.flatnonzero(~np.isnan(value))
    near = touching(zones.geometry.iloc[lived])
    spot = np.full(len(zones), "empty", dtype=object)
    z, p, q = (np.full(len(zones), np.nan) for _ in range(3))
    degree = np.zeros(len(zones), dtype=np.int64)
    degree[lived] = [len(rows) for rows in near]
    spot[lived] = np.where(degree[lived] == 0, "island", "none")
    z[lived] = gi_star(value[lived], near)
    tested = degree[lived] > 0
    p[lived[tested]] = permuted_p(value[lived], near, permutations=permutations, seed=seed)[tested]
    rows = lived[tested]
    q[rows] = adjusted(p[rows])
    named = rows[q[rows] <= alpha]
    spot[named] = np.where(z[named] > 0, "hot", "cold")
    table = {"code": zones["code"].to_numpy(), "value": value, "neighbours": degree, "z": z, "p": p, "q": q}
    return pd.DataFrame(table | {"spot": pd.Series(spot, dtype="str")})


def gi_star(values: Floats, neighbours: Sequence[Sequence[int]]) -> Floats:
    """Standardised Gi* with weights of 1 for a zone and its neighbours; 0 where all values are the same."""
    count, mean, deviation = len(values), values.mean() if len(values) else 0.0, values.std() if len(values) else 0.0
    around = np.array([len(rows) + 1 for rows in neighbours], dtype=np.float64)
    sums = np.array([values[row] + values[list(rows)].sum() for row, rows in enumerate(neighbours)])
    spread = deviation * np.sqrt(np.maximum(around * (count - around), 0) / max(count - 1, 1))
    flat = spread <= _EQUAL * max(abs(float(mean)), 1e-300)
    return np.where(flat, 0.0, (sums - around * mean) / np.where(flat, 1.0, spread))


def permuted_p(values: Floats, neighbours: Sequence[Sequence[int]], *, permutations: int, seed: int) -> Floats:
    """Two-sided p of the sum over each zone and its neighbours when the values of all others are dealt out by chance.

    Twice the smaller of the shares of deals that are as large, and as small, as what is seen, which itself counts as one.
    """
    count = len(values)
    draw = np.random.Generator(np.random.PCG64(seed))
    degrees = sorted({len(rows) for rows in neighbours} - {0})
    deals = {degree: _dealt(count - 1, degree, permutations, draw) for degree in degrees}
    slack = _EQUAL * float(np.abs(values).max(initial=0.0)) * max(degrees, default=1)
    result = np.ones(count)
    for row, rows in enumerate(neighbours):
        if not rows:
            continue
        deal = deals[len(rows)]
        sums = values[deal + (deal >= row)].sum(axis=0)  # every zone but this one
        seen = values[list(rows)].sum()
        larger, smaller = int((sums >= seen - slack).sum()), int((sums <= seen + slack).sum())
        result[row] = min(1.0, 2 * (min(larger, smaller) + 1) / (permutations + 1))
    return result


def adjusted(p: Floats) -> Floats:
    """The p-values as the false discovery rates of Benjamini and Hochberg."""
    from scipy import stats  # half a second, needed by few

    return np.asarray(stats.false_discovery_control(p, method="bh")) if len(p) else p


def _measured(zones: gpd.GeoDataFrame, counts: Floats, measure: Measure) -> Floats:
    if measure == "rate":
        return smoothed_rates(counts, zones["households"].to_numpy(dtype=np.float64))
    if measure == "density":
        return np.asarray(counts / zones["area_m2"].to_numpy(dtype=np.float64) * 1e4)
    if measure != "count":
        raise InputError("GP184", option="measure", value=str(measure)[:80], wanted=" / ".join(get_args(Measure)))
    return counts


def _dealt(count: int, size: int, times: int, draw: np.random.Generator) -> Ints:
    """``times`` sets of ``size`` different rows below ``count``, each set as likely as any other; (size, times).

    Robert Floyd's way, for all sets at once; Bentley and Floyd (1987), doi:10.1145/30401.315746.
    """
    sets = np.empty((size, times), dtype=np.int64)
    for step, top in enumerate(range(count - size, count)):
        drawn = draw.integers(0, top, size=times, endpoint=True)
        taken = (sets[:step] == drawn).any(axis=0)
        sets[step] = np.where(taken, top, drawn)
    return sets
