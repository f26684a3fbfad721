"""A plan of 50,000 units made by arithmetic: a lattice whose lines are bent, so that each unit has 32 vertices and shares them.

Five by five units are a grid, five by five grids a community. Only the fixed seed decides what it looks like.
"""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.contracts import PLAN, Contract, conform
from gridplan.plan.model import Plan
from gridplan.schemes import load_scheme

PLAN_ID = "50000be7c4000001"
SEED = 7
WEST, SOUTH, CELL = 104.0, 30.0, 0.003
"""The south-western corner and the mean width of a unit in degrees, about 300 m."""
COLUMNS, ROWS = 200, 250
UNITS_ACROSS, GRIDS_ACROSS = 5, 5
METRES = "EPSG:32648"

Rows = list[tuple[object, ...]]

_BENDS = 7
"""Points of a line between two nodes of the lattice."""


class Lattice:
    """Bent lines between the jittered nodes of a lattice of ``columns`` by ``rows`` cells."""

    def __init__(self, columns: int, rows: int, random: np.random.Generator) -> None:
        corner = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) + random.uniform(
            -0.2, 0.2, (rows + 1, columns + 1, 2)
        )
        self.across = self._bent(corner[:, :-1], corner[:, 1:], random)
        self.up = self._bent(corner[:-1], corner[1:], random)

    @staticmethod
    def _bent(start: np.ndarray, end: np.ndarray, random: np.random.Generator) -> np.ndarray:
        share = np.linspace(0, 1, _BENDS + 2)[:, None]
        line = start[..., None, :] * (1 - share) + end[..., None, :] * share
        line[..., 1:-1, :] += random.uniform(-0.03, 0.03, (*line.shape[:-2], _BENDS, 2))
        return np.asarray(np.array([WEST, SOUTH]) + CELL * line)

    def land(self, column: int, row: int, width: int) -> shapely.Polygon:
        """The land of ``width`` by ``width`` cells, the south-western one of which is named."""
        last_column, last_row, steps = column + width, row + width, range(width)
        parts = [
            *(self.across[row, column + step][:-1] for step in steps),
            *(self.up[row + step, last_column][:-1] for step in steps),
            *(self.across[last_row, last_column - 1 - step][::-1][:-1] for step in steps),
            *(self.up[last_row - 1 - step, column][::-1][:-1] for step in steps),
        ]
        return shapely.Polygon(np.concatenate(parts))


def made_plan(*, columns: int = COLUMNS, rows: int = ROWS) -> Plan:
    """The plan of ``columns`` by ``rows`` units, both multiples of 25; the same bytes each time."""
    random = np.random.default_rng(SEED)
    lattice = Lattice(columns, rows, random)
    community_width = UNITS_ACROSS * GRIDS_ACROSS
    communities: Rows = []
    grids: Rows = []
    units: Rows = []
    for number, (row, column) in enumerate(_steps(rows, columns, community_width)):
        community = f"522730001{number + 1:03}"
        before = len(units)
        for place, (down, along) in enumerate(_steps(community_width, community_width, UNITS_ACROSS)):
            grid = f"{community}{place + 1:03}"
            sizes = random.integers(10, 21, UNITS_ACROSS**2).tolist()
            for unit, (south, west) in enumerate(_steps(UNITS_ACROSS, UNITS_ACROSS, 1)):
                land = lattice.land(column + along + west, row + down + south, 1)
                units.append((f"{grid}{unit + 1:03}", grid, sizes[unit], False, None, None, land))
            land = lattice.land(column + along, row + down, UNITS_ACROSS)
            name = f"第{place + 1:03}网格"
            grids.append((grid, name, "urban", community, sum(sizes), 3 * sum(sizes), len(sizes), 40, land))
        inside = sum(int(str(unit[2])) for unit in units[before:])
        land = lattice.land(column, row, community_width)
        communities.append((community, f"第{number + 1}社区", "urban", None, inside, GRIDS_ACROSS**2, land))
    return _plan(communities, grids, units)


def _steps(rows: int, columns: int, width: int) -> list[tuple[int, int]]:
    return [(row, column) for row in range(0, rows, width) for column in range(0, columns, width)]


def _plan(communities: Rows, grids: Rows, units: Rows) -> Plan:
    shapes = gpd.GeoSeries([row[-1] for row in grids], crs=crs.LONLAT).to_crs(METRES)
    round_ones = 4 * np.pi * shapes.area / shapes.length**2
    measured = [
        (*row[:8], *shape, "ok", None, None, row[8])
        for row, shape in zip(grids, zip(shapes.area, round_ones, strict=True), strict=True)
    ]
    tables = {"communities": communities, "grids": measured, "units": units, "meta": _meta(len(grids), len(units))}
    return Plan(**{name: _table(contract, tables.get(name, [])) for name, contract in PLAN.items()})


def _meta(grids: int, units: int) -> Rows:
    facts = {
        "bound": "",
        "counts": json.dumps({"grids": grids, "units": units}),
        "crs": METRES,
        "name": f"{units:,} units",
        "objective": "0",
        "parameters": "{}",
        "parent": "",
        "plan": PLAN_ID,
        "scheme": load_scheme("default").text,
        "seed": str(SEED),
        "source": "{}",
        "versions": "{}",
    }
    return sorted(facts.items())


def _table(contract: Contract, rows: Rows) -> pd.DataFrame:
    names = contract.names()
    if not contract.geometry:
        return conform(pd.DataFrame(rows, columns=names), contract)
    return conform(gpd.GeoDataFrame(rows, columns=[*names, "geometry"], geometry="geometry", crs=crs.LONLAT), contract)
