"""Real places cut to cells by the project's own path, as tables of atoms and edges that any program can read."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan import crs, sources
from gridplan.atoms import make_atoms
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import MAJOR, RAIL
from gridplan.sources.town import Town

AREAS = {"id": "CODEBASE", "households": "H_CNT", "population": "P_CNT", "community": "CODE2"}
BLOCKS = {"id": "blk_no+street", "households": "total_dwelling_units", "levels": "max_floor_lvl"}


def sengkang(data: Path) -> Town:
    """A new town of Singapore: towers, 55 of them with real counts of dwellings, between roads, rail and canals."""
    folder = data / "sg_sengkang_osm"
    return sources.read_files(
        buildings=folder / "buildings_with_units_DERIVED.geojson",
        streets=folder / "roads.geojson",
        barriers=[folder / f"{name}.geojson" for name in ("railways", "water_areas", "water_lines")],
        columns={"buildings": {"levels": "max_floor_lvl"}},
    )


def kunming(data: Path) -> Town:
    """Buildings in named compounds, without streets."""
    buildings = data / "kunming_jinjianglu" / "buildings.wgs84.geojson"
    return sources.read_files(buildings=buildings, columns={"buildings": {"compound": "community"}})


def taipei(data: Path) -> Town:
    """Taipei's smallest statistical areas with real households."""
    return sources.read_files(atoms=data / "taiwan_statistical_areas" / "63000_min_areas.parquet", columns={"atoms": AREAS})


def yilan(data: Path) -> Town:
    """A county's smallest statistical areas with real households."""
    return sources.read_files(atoms=data / "taiwan_statistical_areas" / "10002_min_areas.parquet", columns={"atoms": AREAS})


def monaco(data: Path) -> Town:
    """A dense city of tiny building parts, households estimated."""
    return sources.read_osm(data / "monaco_osm" / "monaco.osm.pbf")


def liechtenstein(data: Path) -> Town:
    """A country of villages, households estimated."""
    return sources.read_osm(data / "liechtenstein_osm" / "liechtenstein.osm.pbf", admin_level=8, kind="rural")


def hdb(town: str) -> Callable[[Path], Town]:
    """The reader of one town of Singapore's public housing: blocks as points, with real counts of dwellings."""

    def read(data: Path) -> Town:
        table = pd.read_csv(data / "sg_hdb_blocks" / "hdb_blocks_SK_TAP_WL.csv")
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / f"hdb_{town}.csv"
            table[table["bldg_contract_town"] == town].to_csv(part, index=False)
            return sources.read_files(buildings=part, crs="EPSG:4326", columns={"buildings": BLOCKS})

    return read


PLACES: Mapping[str, Callable[[Path], Town]] = {
    "sengkang": sengkang,
    "kunming": kunming,
    "hdb_sk": hdb("SK"),
    "hdb_tap": hdb("TAP"),
    "hdb_wl": hdb("WL"),
    "yilan": yilan,
    "taipei": taipei,
    "liechtenstein": liechtenstein,
    "monaco": monaco,
}
"""Readers by name; each gets the folder of the shared data."""


def place_tables(town: Town) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The cells of the whole town as atoms, and their borders as edges.

    Missing households are estimated. All communities are cut as one: a zone may lie in two of them.

    Returns
    -------
    Atoms ``id``, ``community``, ``households``, ``compound`` (name or missing), ``geometry``; edges ``i`` < ``j`` (rows of
    atoms), ``length`` (m), ``kind`` (of ``atom_graph``, 3 for rivers too), ``crosses_major_road`` (major road, river or rail),
    ``street`` (m of the border along any street or barrier).
    """
    town = sources.estimate_households(town)
    town = town.to_crs(crs.local_crs(town.communities))
    cells = make_atoms(town).cells
    graph = build_graph(cells, streets=town.streets, barriers=town.barriers)
    edges = pd.DataFrame({name: getattr(graph, name) for name in ("i", "j", "length", "kind", "street")})
    # Prepared tables know one kind of barrier.
    edges["kind"] = np.minimum(graph.kind, RAIL)
    edges.insert(4, "crosses_major_road", np.asarray(graph.kind >= MAJOR))
    return cells[["id", "community", "households", "compound", "geometry"]], edges
