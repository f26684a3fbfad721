"""Columns that the cells of buildings and of given areas have in common."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.atoms.coverage import Geometries, Ints, dissolve


def cell_order(ids: Geometries, community: Ints) -> Ints:
    """The canonical order of cells: by community, then by id as text."""
    return np.lexsort((ids.astype("str"), community))


def face_ids(shapes: Geometries, community: Ints, taken: set[str]) -> list[str]:
    """``face-1``, ... numbered by community and from north to south; another prefix where a building has that name."""
    middle = np.round(shapely.get_coordinates(shapely.point_on_surface(shapes)), 3)
    order = np.lexsort((middle[:, 0], -middle[:, 1], community))
    prefix = "face-"
    while any(name.startswith(prefix) for name in taken):
        prefix = "~" + prefix
    return [f"{prefix}{position + 1}" for position in np.argsort(order)]


def population_of(shown: gpd.GeoDataFrame, cells: int) -> pd.Series:
    """People of each cell; missing where a building with households does not say."""
    known = shown["population"].astype("Int64")
    total = np.bincount(shown["cell"], known.fillna(0).to_numpy(dtype=np.float64), cells)
    unknown = np.bincount(shown["cell"], (known.isna() & (shown["households"] > 0)).to_numpy(dtype=np.float64), cells) > 0
    return pd.Series(total.astype(np.int64)).astype("Int64").mask(pd.Series(unknown))


def site_column(ids: Geometries, row: Ints) -> pd.Series:
    """The id of the special site of each cell by its row in ``ids``; missing where that is -1."""
    names = np.full(len(ids) + 1, None, dtype=object)
    names[: len(ids)] = ids
    return pd.Series(names[row], dtype="str")


def outlines(communities: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The communities with the union of their cells as geometry: every vertex of a cell on the outline is kept."""
    codes = communities["code"].to_numpy()
    row = pd.Index(codes).get_indexer(cells["community"])
    shapes = dissolve(np.asarray(cells.geometry.array), row.astype(np.int64), len(codes))
    return communities.set_geometry(gpd.GeoSeries(shapes, index=communities.index, crs=communities.crs))
