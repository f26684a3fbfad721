"""Streets that people walk on, from files and from graphs of osmnx."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError

from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.datum import Datum
from gridplan.sources.layer import read_layer
from gridplan.sources.shifted import to_wgs84

#: What is kept of a graph's edges: whether they are walked, and what they are called.
_KEPT = ("highway", "foot", "name")


def read_streets(
    path: str | Path, *, layer: str | None = None, crs: str | None = None, datum: Datum = "wgs84"
) -> tuple[gpd.GeoDataFrame, Report]:
    """The lines of a street network in a file, in the file's CRS, and a report of what was found out or moved.

    Parameters
    ----------
    path
        GraphML of osmnx (``save_graphml``), a GeoPackage of osmnx (``save_graph_geopackage``: its layer ``edges``), or lines in
        any format that a town's ``streets`` are read from.
    layer
        Name of the layer, for another GeoPackage of several.
    crs
        Stands where the file states none.
    datum
        ``gcj02`` or ``bd09`` for streets from Chinese web maps, which are moved to WGS 84.

    Raises
    ------
    InputError
        GP101 no such file; GP108 it cannot be opened; GP140 of the datum; and as :func:`gridplan.sources.layer.read_layer`.
    """
    file = Path(path)
    if file.suffix.lower() != ".graphml":
        streets, report = read_layer(file, table="streets", layer=layer or _edges_layer(file), crs=crs)
    else:
        streets, report = _read_graph(file), Report.empty()
    streets, moved = to_wgs84(streets, "streets", datum)
    return streets, report + moved


def _read_graph(file: Path) -> gpd.GeoDataFrame:
    if not file.is_file():
        raise InputError("GP101", path=str(file))
    # osmnx takes a second to import.
    import osmnx

    try:
        return streets_of_graph(osmnx.load_graphml(file))
    # A file that is no graph of osmnx fails as XML, in a type, or for what it lacks.
    except (SyntaxError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise InputError("GP108", path=str(file), why=f"{type(error).__name__} {error}"[:200]) from error


def streets_of_graph(graph: Any) -> gpd.GeoDataFrame:  # a networkx.MultiDiGraph, which has no types
    """The edges of a graph of osmnx as lines in the graph's CRS, with ``highway``, ``foot`` and ``name`` where it has them.

    An edge without a geometry is the straight line between its nodes. Edges that are there in both directions come twice;
    :func:`gridplan.analysis.walking.network.walking_network` keeps one.
    """
    import osmnx

    edges = osmnx.convert.graph_to_gdfs(graph, nodes=False, fill_edge_geometry=True)
    kept = [name for name in _KEPT if name in edges.columns]
    return gpd.GeoDataFrame(edges[[*kept, "geometry"]], crs=edges.crs).reset_index(drop=True)


def _edges_layer(path: Path) -> str | None:
    """The layer ``edges`` of a GeoPackage as osmnx writes it, beside ``nodes``."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return None
    try:
        present = {str(name) for name in pyogrio.list_layers(path)[:, 0]}
    except DataSourceError:
        return None  # read_layer says what is wrong with it
    return "edges" if {"nodes", "edges"} <= present and "streets" not in present else None
