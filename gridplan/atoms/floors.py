"""Floors: how many a building has, and households spread over them."""

import numpy as np
import pandas as pd

from gridplan.atoms.coverage import Floats, Ints

HOUSEHOLD_M2 = 106.0
"""Outline floor area of one household: 92 m2 of building area a city household (China's census of 2020) x 1.15, since
outlines take in balconies and stairs. The estimate of households starts from the same figure unless it is told another."""

POINT_HOUSEHOLDS = 4
"""Households a floor of a building drawn as a point, taken as two landings of two homes (一梯两户)."""


def floors_of(households: int, area_m2: float, levels: float) -> tuple[int, bool]:
    """Floors above ground, at least 1, and whether they are an estimate because ``levels`` is nan or 0.

    The estimate inverts households = area x floors / 106 m2, the same relation that households are estimated by where nobody
    has counted them, so that a building whose households come from its footprint gets back the floors they were made from. For
    towers whose ground floor is open (Singapore) it finds too few. A point has 4 households a floor.

    Examples
    --------
    >>> floors_of(100, 530.0, 18.0), floors_of(100, 530.0, float("nan")), floors_of(30, 0.0, float("nan"))
    ((18, False), (20, True), (8, True))
    """
    if levels >= 1:
        return int(np.floor(levels + 0.5)), False
    if area_m2 > 0:
        return max(1, int(np.floor(households * HOUSEHOLD_M2 / area_m2 + 0.5 + 1e-9))), True
    return max(1, int(np.ceil(households / POINT_HOUSEHOLDS))), True


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
