"""Prepared atoms as towns of buildings: footprints and streets drawn back from the land, to be cut as real places are."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.report import Report
from gridplan.sources.town import Town

SLAB_M, STOREYS = 12.0, 6
"""Depth (m) and storeys of a slab, and of what stands."""

TOWER_FLOOR = 6
"""Households on one floor of a tower."""

CLASS = {1: "minor", 2: "major", 3: "river"}
"""What lies along a border of each kind."""


def town_of(atoms: gpd.GeoDataFrame, edges: pd.DataFrame) -> Town:
    """The town that prepared ``atoms`` and ``edges`` (as for ``graph.tables.from_tables``) could have been made from.

    A slab becomes a bar of 12 m and 6 storeys along the long axis of its land, anything else
    its land drawn in by a tenth of its width; towers have 6 households a floor. Borders along lanes and major roads become
    streets, those along rivers and rails barriers. All is one urban community.
    """
    land = np.asarray(atoms.geometry.array)
    kind = atoms["type"].to_numpy(dtype=object) if "type" in atoms else np.full(len(atoms), "building", dtype=object)
    drawn = shapely.buffer(land, -0.1 * np.sqrt(shapely.area(land)), join_style="mitre")
    drawn = np.where(shapely.is_empty(drawn), shapely.point_on_surface(land), drawn)
    for row in np.flatnonzero(kind == "slab"):
        bar = shapely.intersection(_bar(land[row]), shapely.buffer(land[row], -1.0))
        drawn[row] = bar if bar.geom_type == "Polygon" and bar.area > 1 else drawn[row]
    households = atoms["households"].to_numpy()
    floors = np.where(
        kind == "tower", np.ceil(households / TOWER_FLOOR), np.where(np.isin(kind, ("slab", "mixed")), STOREYS, np.nan)
    )
    compound = atoms["compound"].astype("object")
    crs = atoms.crs or "EPSG:32650"
    buildings = gpd.GeoDataFrame(
        {
            "id": [f"b{row}" for row in range(len(atoms))],
            "households": pd.array(households, dtype="Int64"),
            "population": pd.array([pd.NA] * len(atoms), dtype="Int64"),
            "levels": pd.array(pd.Series(floors).where(floors > 0), dtype="Float64"),
            "entrances": pd.array([pd.NA] * len(atoms), dtype="Int64"),
            "use": pd.Series(np.where(households > 0, "residential", "other"), dtype="str"),
            "compound": pd.Series([None if pd.isna(name) or str(name) == "-1" else str(name) for name in compound], dtype="str"),
            "address": pd.Series([None] * len(atoms), dtype="str"),
        },
        geometry=drawn,
        crs=crs,
    )
    outline = shapely.union_all(shapely.set_precision(land, 0.001))
    community = {"code": ["1"], "name": ["synthetic"], "kind": ["urban"], "parent": [None]}
    lines = _borders(land, edges)
    return Town(
        communities=gpd.GeoDataFrame(community, geometry=[outline], crs=crs),
        buildings=buildings,
        atoms=None,
        streets=gpd.GeoDataFrame({"class": lines[0], "name": None}, geometry=lines[1], crs=crs),
        barriers=gpd.GeoDataFrame({"kind": lines[2]}, geometry=lines[3], crs=crs) if lines[2] else None,
        compounds=None,
        services=None,
        report=Report.of("sources", "report.repaired", []),
        source={},
    )


def _bar(land: shapely.Polygon) -> shapely.Polygon:
    """A slab along the long axis of its land."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(land))
    sides = corners[1:3] - corners[:2]
    long = sides[int(np.argmax(np.hypot(*sides.T)))]
    long = long / np.hypot(*long) * (np.hypot(*long) / 2 - 4)
    middle = corners[:4].mean(axis=0)
    return shapely.buffer(shapely.LineString([middle - long, middle + long]), SLAB_M / 2, cap_style="flat")


def _borders(
    land: np.ndarray, edges: pd.DataFrame
) -> tuple[list[str], list[shapely.Geometry], list[str], list[shapely.Geometry]]:
    """Class and line of the streets, kind and line of the barriers."""
    kinds = edges["kind"].to_numpy() if "kind" in edges else np.where(edges["crosses_major_road"], 2, 1)
    found: tuple[list[str], list[shapely.Geometry], list[str], list[shapely.Geometry]] = ([], [], [], [])
    for row in np.flatnonzero(kinds > 0):
        a, b = land[edges["i"].iloc[row]], land[edges["j"].iloc[row]]
        for line in shapely.get_parts(shapely.intersection(shapely.boundary(a), shapely.boundary(b))):
            if line.geom_type == "LineString" and line.length > 0:
                place = 2 if kinds[row] == 3 else 0
                found[place].append(CLASS[int(kinds[row])])
                found[place + 1].append(line)
    return found
