"""How much the public is told of incidents at most: the numbers that tables and maps go by, and what rounding means."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Households behind every number.
LEAST_HOUSEHOLDS = 50
#: Counts are told to the nearest multiple of it.
ROUND_TO = 5
#: A rate of fewer incidents tells too much of each.
LEAST_DIVIDED_BY = 20


def rounded(counts: ArrayLike, to: int = ROUND_TO) -> NDArray[np.int64]:
    """The counts as multiples of ``to``, the nearest one, a half up.

    Examples
    --------
    >>> rounded([0, 2, 3, 7, 8]).tolist()
    [0, 0, 5, 5, 10]
    """
    values = np.asarray(counts, dtype=np.int64)
    return (2 * values + to) // (2 * to) * to
