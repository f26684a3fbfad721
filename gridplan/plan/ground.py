"""What lines are redrawn with: ``atoms``, ``pieces`` and ``borders``."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.atoms.model import Atoms
from gridplan.contracts import PLAN, conform
from gridplan.contracts.ground import BORDERS
from gridplan.crs import LONLAT
from gridplan.graph.atom_graph import AtomGraph
from gridplan.plan.land import Shapes, decimals_that_hold, to_degrees, unite


def piece_shapes(atoms: Atoms) -> tuple[Shapes, int | None]:
    """The pieces in longitude and latitude, and the decimals that they were rounded to (None: not at all)."""
    shapes = np.asarray(atoms.pieces.geometry.array, dtype=object)
    metres = CRS(atoms.pieces.crs)
    cell = atoms.pieces["cell"].to_numpy(np.int64)
    community = pd.factorize(atoms.cells["community"], sort=True)[0].astype(np.int64)[cell]
    decimals = decimals_that_hold(shapes, community, metres)
    return to_degrees(shapes, metres, decimals=decimals), decimals


def atom_table(atoms: Atoms, pieces: Shapes, grid: Sequence[str]) -> gpd.GeoDataFrame:
    """``atoms``: the cells, each the union of its ``pieces`` (in degrees), with the code of its ``grid``."""
    cells = atoms.cells
    columns = {name: cells.get(name) for name in ("id", "community", "compound", "site")}
    columns |= {"grid": list(grid), "households": cells["households"], "population": cells["population"], "former": None}
    shapes = unite(pieces, atoms.pieces["cell"].to_numpy(np.int64), len(cells))
    return conform(gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=LONLAT), PLAN["atoms"])


def piece_table(atoms: Atoms, pieces: Shapes, unit: Sequence[str]) -> gpd.GeoDataFrame:
    """``pieces`` (in degrees), with the code of the first ``unit`` on the land of each."""
    table = atoms.pieces
    columns = {"id": table["id"], "atom": atoms.cells["id"].to_numpy()[table["cell"].to_numpy(np.int64)], "unit": list(unit)}
    columns |= {"households": table["households"], "stacked": table["stacked"], "former": None}
    return conform(gpd.GeoDataFrame(pd.DataFrame(columns), geometry=pieces, crs=LONLAT), PLAN["pieces"])


def border_table(atoms: Atoms, graph: AtomGraph) -> pd.DataFrame:
    """``borders``: the edges of the graph over the pieces."""
    ids = atoms.pieces["id"].to_numpy()
    columns = {"a": ids[graph.i], "b": ids[graph.j], "kind": np.array(BORDERS)[graph.kind]}
    return conform(pd.DataFrame({**columns, "length_m": graph.length, "street_m": graph.street}), PLAN["borders"])
