"""Buildings and entrances as coded points: ``nodes``."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan.atoms.model import Atoms
from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.graph.atom_graph import Ints
from gridplan.plan.codes import number_zones
from gridplan.plan.land import Measures, Shapes, to_degrees
from gridplan.schemes import Level


def node_table(atoms: Atoms, levels: Sequence[Level], grid_codes: Sequence[str], grid_of_cell: Ints) -> gpd.GeoDataFrame:
    """``nodes``: a point for each building with households (its inner point), and for each of its entrances.

    An entrance stands for the sections of a building that lie above one another, has the id of the first of them with
    households, and lies on the building's part of their land. Each node is numbered inside what its level stands in: a
    building in its grid, an entrance in its building, or in the grid where the scheme numbers no buildings. Empty where the
    scheme has no such levels.
    """
    tables = []
    codes = pd.Series(dtype="str")
    for level in levels:
        if level.atoms == "building":
            table = _buildings(atoms, grid_codes, grid_of_cell)
            parent = table["grid"]
        else:
            table = _entrances(atoms, grid_codes, grid_of_cell)
            parent = table["building"].map(codes).fillna(table["grid"]) if len(codes) else table["grid"]
        points = np.asarray(table.geometry.array, dtype=object)
        # Rows are told apart by the land that a node has, not by the point.
        land = table.pop("land").to_numpy(np.float64)
        measures = Measures(area=land, compactness=land, x=shapely.get_x(points), y=shapely.get_y(points))
        table["code"] = number_zones(parent.tolist(), measures, level, then=np.arange(len(table)))
        table["level"], table["of"] = level.name, level.atoms
        if level.atoms == "building":
            codes = table.set_index("id")["code"]
        tables.append(table)
    if not tables:
        return conform(
            gpd.GeoDataFrame(columns=[*PLAN["nodes"].names(), "geometry"], geometry="geometry", crs=LONLAT), PLAN["nodes"]
        )
    whole = pd.concat(tables, ignore_index=True)
    shapes = to_degrees(np.asarray(whole.geometry.array, dtype=object), CRS(atoms.cells.crs), decimals=7)
    lonlat = gpd.GeoDataFrame(whole.drop(columns="geometry"), geometry=shapes, crs=LONLAT)
    return conform(lonlat.sort_values("code", ignore_index=True), PLAN["nodes"])


def _buildings(atoms: Atoms, grid_codes: Sequence[str], grid_of_cell: Ints) -> gpd.GeoDataFrame:
    lived = atoms.buildings[atoms.buildings["households"] > 0].reset_index(drop=True)
    cell = lived["cell"].to_numpy(np.int64)
    grid = [grid_codes[number] for number in grid_of_cell[cell]]
    land = shapely.area(np.asarray(atoms.cells.geometry.array))[cell]
    columns = {"id": lived["id"], "building": lived["id"], "grid": grid, "households": lived["households"], "land": land}
    return gpd.GeoDataFrame(columns, geometry=_inner(np.asarray(lived.geometry.array)), crs=atoms.cells.crs)


def _entrances(atoms: Atoms, grid_codes: Sequence[str], grid_of_cell: Ints) -> gpd.GeoDataFrame:
    # Floors above one another share their entrance.
    stairs = atoms.sections[atoms.sections["households"] > 0].groupby(["building", "piece"], sort=False)
    lived = stairs.agg(id=("id", "first"), households=("households", "sum")).reset_index()
    piece = lived["piece"].to_numpy(np.int64)
    cell = atoms.pieces["cell"].to_numpy(np.int64)[piece]
    grid = [grid_codes[number] for number in grid_of_cell[cell]]
    ground = np.asarray(atoms.pieces.geometry.array, dtype=object)[piece]
    columns = {"id": lived["id"], "building": lived["building"], "grid": grid, "households": lived["households"]}
    columns |= {"land": shapely.area(ground)}
    footprint = np.asarray(atoms.buildings.set_index("id").geometry[lived["building"]].array, dtype=object)
    part = shapely.intersection(ground, footprint)
    # A building that is a point or lies beside its land has none; its entrances lie in the middle of the land.
    part = np.where(shapely.area(part) > 0, part, ground)
    return gpd.GeoDataFrame(columns, geometry=_inner(part), crs=atoms.cells.crs)


def _inner(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.point_on_surface(shapes), dtype=object)
