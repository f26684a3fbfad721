"""A place or its streets by name, fetched from OpenStreetMap; the only module that uses the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import geopandas as gpd

from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.sources.osm import town_of
from gridplan.sources.osm_scan import KEYS, Boundary, Feature, Scan
from gridplan.sources.osm_tags import tags_of
from gridplan.sources.polygons import as_communities
from gridplan.sources.town import Town
from gridplan.sources.walking import streets_of_graph


def read_place(
    name: str,
    *,
    communities: gpd.GeoDataFrame | None = None,
    admin_level: int | None = None,
    kind: Literal["urban", "rural", "mixed"] = "urban",
    progress: Progress = silent,
) -> Town:
    """The town of a place name, such as ``"Vaduz, Liechtenstein"``, fetched now.

    The name is turned to its boundary by Nominatim, and what lies in it is fetched by Overpass, both through osmnx; what
    comes back is read like a file (``read_osm``). Without ``communities`` and ``admin_level`` the place is one community.

    Parameters
    ----------
    name : as Nominatim understands it.
    communities, admin_level, kind, progress : as in ``read_osm``.

    Raises
    ------
    InputError
        GP128 it cannot be fetched: no network, no such place, a server that is busy; and as ``read_osm``.

    Notes
    -----
    The map changes from day to day: for a plan that can be made again, keep the town (``write_town``) or an extract.
    """
    progress("stage.import", 0, 1)
    with _asking(name) as osmnx:
        place = osmnx.geocode_to_gdf(name)
        features = osmnx.features_from_polygon(place.union_all(), tags=dict.fromkeys(KEYS, True))
    if communities is None and admin_level is None:
        communities = as_communities(place[["geometry"]].assign(name=name), kind)
    source = {"place": name, "place.server": "OpenStreetMap (Nominatim, Overpass)"}
    town = town_of(as_scan(features), name, communities=communities, admin_level=admin_level, kind=kind, source=source)
    progress("stage.import", 1, 1)
    return town


def streets_of_place(name: str, *, progress: Progress = silent) -> gpd.GeoDataFrame:
    """The ways that people walk on in a place, such as ``"Vaduz, Liechtenstein"``, fetched now: lines in EPSG:4326.

    What osmnx calls the network type ``walk``, also ways that meet no others; for
    :func:`gridplan.analysis.walking.network.walking_network`.

    Raises
    ------
    InputError
        GP128 it cannot be fetched, as :func:`read_place`.
    """
    progress("stage.import", 0, 1)
    with _asking(name) as osmnx:
        streets = streets_of_graph(osmnx.graph_from_place(name, network_type="walk", retain_all=True))
    progress("stage.import", 1, 1)
    return streets


@contextmanager
def _asking(name: str) -> Iterator[Any]:
    """The module osmnx, without its cache, which is a folder in the working directory that nobody asked for."""
    # It takes a second to import.
    import osmnx

    kept = osmnx.settings.use_cache
    osmnx.settings.use_cache = False
    try:
        yield osmnx
    except (OSError, ValueError, TypeError) as error:  # requests', the servers', and Nominatim's answer of a point
        raise InputError("GP128", place=name, why=" ".join(str(error).split())[:200]) from error
    finally:
        osmnx.settings.use_cache = kept


def as_scan(features: gpd.GeoDataFrame) -> Scan:
    """The features of osmnx, indexed by element and id with a column a tag, as ``scan`` gives those of a file.

    Entrances are not counted: osmnx does not say which outline a node is on.
    """
    held = Scan()
    for (element, number), shape, tags in zip(features.index, features.geometry, tags_of(features), strict=True):
        thing = Feature(f"{element[0]}{number}", tags, shape)
        if shape.geom_type in ("Polygon", "MultiPolygon"):
            held.areas.append(thing)
            if element == "relation" and tags.get("boundary") == "administrative":
                held.boundaries.append(Boundary(int(number), tags, ()))
        elif shape.geom_type in ("LineString", "MultiLineString"):
            held.lines.append(thing)
        elif shape.geom_type == "Point":
            held.points.append(thing)
    for group in (held.areas, held.lines, held.points):
        group.sort(key=lambda thing: (thing.ident[0], int(thing.ident[1:])))
    held.boundaries.sort(key=lambda boundary: boundary.ident)
    return held
