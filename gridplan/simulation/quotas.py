"""Whole numbers that add up: shares of a total by weight."""

import numpy as np

from gridplan.simulation.coverage import Floats, Ints


def shared(total: int, weight: Floats | Ints, *, least: Ints | int = 0, most: Ints | int | None = None) -> Ints:
    """Whole numbers in proportion to the weights that add up to ``total`` exactly.

    The largest fractions are rounded up, the first rows among equals. Bounds are kept where the total allows it; where it does
    not, they give way in proportion to the weights.

    Parameters
    ----------
    total : what is to be shared, >= 0.
    weight : >= 0, one above 0.
    least, most : bounds of each share.

    Examples
    --------
    >>> shared(10, np.array([1.0, 1.0, 2.0]))
    array([3, 2, 5])
    """
    weight = np.asarray(weight, dtype=np.float64)
    low = np.broadcast_to(np.asarray(least, dtype=np.int64), weight.shape).astype(np.int64)
    high = np.full(weight.shape, total, np.int64) if most is None else np.broadcast_to(np.asarray(most, np.int64), weight.shape)
    if low.sum() > total or high.sum() < total:
        low, high = np.zeros_like(low), np.full_like(low, total)
    free = np.ones(len(weight), dtype=bool)
    share = np.zeros(len(weight))
    while True:
        rest = total - share[~free].sum()
        share[free] = rest * weight[free] / max(float(weight[free].sum()), 1e-12)
        below, above = free & (share < low), free & (share > high)
        if not (below | above).any():
            break
        # The side that is farther out is fixed first, so that the rest still can make up for it.
        fix_low = (low - share)[below].sum() >= (share - high)[above].sum()
        fixed = below if fix_low else above
        share[fixed] = (low if fix_low else high)[fixed]
        free &= ~fixed
    whole = np.floor(np.round(share, 9)).astype(np.int64)
    order = np.lexsort((np.arange(len(whole)), -np.round(share - whole, 9)))
    missing = total - int(whole.sum())
    for row in order[whole[order] < high[order]][:missing]:
        whole[row] += 1
    # Only where bounds leave no room above: the first rows take what is left.
    whole[order[: total - int(whole.sum())]] += 1
    return whole
