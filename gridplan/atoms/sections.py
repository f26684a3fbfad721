"""Sections: entrances and floor bands, the smallest parts of a building, which are never split."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.atoms.floors import floor_bands, floors_of
from gridplan.report import Report

STAGE = "sections"


@dataclass(frozen=True)
class Share:
    """The part of a building that lies on one piece: its households, area (0 for a point) and levels (nan: not known)."""

    building: str
    piece: int
    households: int
    area_m2: float
    levels: float


def make_sections(shares: list[Share], pieces: int, unit_high: int) -> tuple[pd.DataFrame, NDArray[np.bool_], Report]:
    """The sections of all pieces, whether each piece is stacked, and what was estimated.

    A share of at most ``unit_high`` households is one section; a larger one is divided by floors. A piece with more than
    ``unit_high`` households in several sections is stacked.

    Parameters
    ----------
    shares : in order of piece, inside a piece in order of building.
    pieces : how many pieces there are.
    unit_high : households that one unit may hold.

    Returns
    -------
    Table with ``id``, ``building``, ``piece``, ``floor_from``, ``floor_to``, ``households``; bool array; report.
    """
    rows: list[tuple[str, int, object, object, int]] = []
    guessed: dict[str, int] = {}
    for share in shares:
        floors, estimated = floors_of(share.households, share.area_m2, share.levels)
        if share.households <= unit_high or floors == 1:
            rows.append((share.building, share.piece, pd.NA, pd.NA, share.households))
            continue
        if estimated:
            guessed[share.building] = max(floors, guessed.get(share.building, 0))
        bands = floor_bands(share.households, floors)
        rows += [(share.building, share.piece, low, high, count) for low, high, count in bands.itertuples(index=False)]
    table = pd.DataFrame(rows, columns=["building", "piece", "floor_from", "floor_to", "households"])
    table = table.astype({"building": "str", "piece": "int64", "floor_from": "Int64", "floor_to": "Int64", "households": "int64"})
    table.insert(0, "id", _ids(table["building"]))
    total = np.bincount(table["piece"], weights=table["households"], minlength=pieces)
    several = np.bincount(table["piece"], minlength=pieces) > 1
    report = Report.of(STAGE, "report.floors_estimated", guessed, [f"floors={floors}" for floors in guessed.values()])
    return table, (total > unit_high) & several, report


def _ids(building: pd.Series) -> pd.Series:
    """The building's id, with /1, /2 ... where it has several sections; more slashes where that is another building's id."""
    count = building.groupby(building).transform("size")
    number = building.groupby(building).cumcount() + 1
    return unique_ids(building, number.where(count > 1, 0), set(building))


def unique_ids(base: pd.Series, number: pd.Series, taken: set[str]) -> pd.Series:
    """``base`` where number is 0, else ``base/number``, with as many slashes as keep it apart from ``taken``."""
    divided = number.to_numpy() > 0
    slash = "/"
    while True:
        ids = base.where(~divided, base + slash + number.astype("str")).astype("str")
        if taken.isdisjoint(ids[divided]) and ids.is_unique:
            return ids
        slash += "/"
