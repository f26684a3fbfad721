"""Two periods compared: where incidents became more or fewer than chance would have it."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gridplan.analysis.incidents.hotspots import adjusted
from gridplan.errors import InputError


def compare_periods(
    codes: ArrayLike, before: ArrayLike, after: ArrayLike, *, days_before: float, days_after: float, alpha: float = 0.05
) -> pd.DataFrame:
    """How the incidents of each zone changed from one period to another, and whether by more than chance.

    Parameters
    ----------
    codes : what the zones are called.
    before, after : incidents of each zone in the earlier and in the later period, whole numbers.
    days_before, days_after : how long the periods are, so that unequal ones can be compared.
    alpha : share of the zones named as changed that may be so by chance, 0-1.

    Returns
    -------
    DataFrame
        A row a zone: ``code``, ``before``, ``after``, ``expected`` (what the earlier period would let one expect in the later
        one), ``change`` (after - expected), ``ratio`` (after / expected; NaN where nothing is expected), ``p``, ``q`` (as in
        :func:`gridplan.analysis.incidents.hotspots.hot_spots`) and ``changed``: ``more``, ``fewer`` or ``none``.

    Raises
    ------
    InputError
        GP184 a period without length, alpha out of range, lists of different lengths, or counts below 0.

    Notes
    -----
    Exact and conditional: of the incidents of both periods together, the later one has a binomial share in the ratio of days.
    p is twice the smaller tail.

    References
    ----------
    Przyborowski and Wilenski (1940), Homogeneity of results in testing samples from Poisson series,
    doi:10.1093/biomet/31.3-4.313.

    Examples
    --------
    >>> table = compare_periods(["a", "b"], [4, 10], [16, 10], days_before=30, days_after=30)
    >>> table["p"].round(6).tolist(), table["changed"].tolist()
    ([0.011818, 1.0], ['more', 'none'])
    """
    from scipy import stats  # half a second, needed by few

    first, second = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    if not 0 < alpha < 1:
        raise InputError("GP184", option="alpha", value=alpha, wanted="0 < alpha < 1")
    if not (days_before > 0 and days_after > 0):
        raise InputError("GP184", option="days_before, days_after", value=f"{days_before}, {days_after}", wanted="> 0")
    if first.shape != second.shape or (first < 0).any() or (second < 0).any():
        raise InputError("GP184", option="before, after", value=f"{first.size}, {second.size}", wanted=">= 0, n = n")
    share, together = days_after / (days_before + days_after), first + second
    low, high = stats.binom.cdf(second, together, share), stats.binom.sf(second - 1, together, share)
    p = np.minimum(1.0, 2 * np.minimum(low, high))
    q = adjusted(p)
    expected = first * (days_after / days_before)
    changed = np.where(q > alpha, "none", np.where(second > expected, "more", "fewer"))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(expected > 0, second / expected, np.nan)
    return pd.DataFrame(
        {
            "code": np.asarray(codes),
            "before": first,
            "after": second,
            "expected": expected,
            "change": second - expected,
            "ratio": ratio,
            "p": p,
            "q": q,
            "changed": pd.Series(changed, dtype="str"),
        }
    )
