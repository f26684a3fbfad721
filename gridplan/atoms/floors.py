"""Floors: how many a building has, and households spread over them."""

import numpy as np
import pandas as pd

from gridplan.atoms.coverage import Floats, Ints

FLOOR_GROSS_M2 = 140.0
FLOOR_HOUSEHOLDS = 4


def floors_of(households: int, area_m2: float, levels: float) -> tuple[int, bool]:
    """Floors above ground, at least 1, and whether they are an estimate because ``levels`` is nan or 0.

    The estimate inverts households = area x (floors - 1) / 140 m2, which had a mean error of 24 % on 55 towers with
    known counts; a point has 4 households a floor.

    Examples
    --------
    >>> floors_of(100, 560.0, 18.0), floors_of(100, 560.0, float("nan")), floors_of(30, 0.0, float("nan"))
    ((18, False), (26, True), (8, True))
    """
    if levels >= 1:
        return int(np.floor(levels + 0.5)), False
    if area_m2 > 0:
        return max(1, int(np.ceil(1 + households * FLOOR_GROSS_M2 / area_m2 - 1e-9))), True
    return max(1, int(np.ceil(households / FLOOR_HOUSEHOLDS))), True


def floor_bands(households: int, floors: int) -> pd.DataFrame:
    """Bands of whole floors from the ground up: ``floor_from``, ``floor_to``, ``households``.

    One floor a band; where there are more floors than households, as many bands as households. Households are spread evenly by
    floors, lower floors first, and sum exactly.

    Examples
    --------
    >>> floor_bands(7, 3)["households"].tolist()
    [3, 2, 2]
    """
    height = spread(floors, np.ones(max(1, min(floors, households))))
    top = np.cumsum(height)
    return pd.DataFrame({"floor_from": top - height + 1, "floor_to": top, "households": spread(households, height)})


def spread(total: int, weights: Floats | Ints) -> Ints:
    """Whole numbers that sum to ``total``, as near to the weights as can be (largest remainder, first ones first).

    Examples
    --------
    >>> spread(10, np.array([1, 1, 1])).tolist()
    [4, 3, 3]
    """
    weight = np.asarray(weights, dtype=np.float64)
    exact = np.round(total * weight / weight.sum(), 6)
    result: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - result), kind="stable")
    result[order[: total - int(result.sum())]] += 1
    return result
