"""What the atoms stage makes: cells, their pieces, and the sections that are never split."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridplan.report import Report


@dataclass(frozen=True)
class Atoms:
    """Land and households of one or several communities, in the local metre CRS, in canonical order.

    ``cells``: what grids are made of, one row a building (or group of buildings that share land, or given
    area, or built-free face). Index 0..n-1. Columns: ``id`` (text, unique), ``community`` (code), ``compound``
    (text or missing), ``site`` (id of the special site it is land of, or missing), ``households`` (int), ``population`` (int
    or missing), ``geometry`` (Polygon). The cells of a community are a valid coverage that equals the community.

    ``pieces``: what units are made of, one row a part of a cell's land. Index 0..m-1, in order of ``cell``. Columns:
    ``id`` (text, unique), ``cell`` (int, row of ``cells``), ``households`` (int), ``stacked`` (bool: its
    sections lie above one another and are made into units of their own), ``geometry`` (Polygon). The pieces of a cell are
    a valid coverage that equals the cell, and pieces of neighbouring cells share vertices.

    ``sections``: what is never split. Index 0..k-1, in order of ``piece`` and, inside a stacked piece, from the ground up.
    Columns: ``id`` (text, unique), ``building`` (id of its building, or of the given area), ``piece`` (int, row of
    ``pieces``), ``floor_from``, ``floor_to`` (int or missing), ``households`` (int). A piece without a building has no section.

    ``buildings``: the cleaned buildings (or given areas) as they are shown. Index 0..b-1. Columns: ``id``, ``cell``
    (int), ``households`` (int), ``population``, ``estimated`` (bool), ``geometry`` (footprint, point or area).

    Households of the sections of a piece, the pieces of a cell and the cells sum up exactly.
    """

    cells: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    sections: pd.DataFrame
    buildings: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    report: Report
