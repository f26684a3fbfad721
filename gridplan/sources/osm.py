"""OpenStreetMap as a town: communities, buildings, streets, barriers, compounds, services and special sites of a file."""

from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.sources import osm_tags as meaning
from gridplan.sources.checked import checked_town, file_source, table_of
from gridplan.sources.hull import around_buildings
from gridplan.sources.osm_places import communities_of
from gridplan.sources.osm_scan import Feature, Scan, scan
from gridplan.sources.osm_sites import sites_of
from gridplan.sources.polygons import as_communities
from gridplan.sources.select import around
from gridplan.sources.town import Town

#: Walls shorter than this divide gardens, not compounds; metres.
LEAST_WALL_M = 100.0
#: Nobody who reads a map made by others can mend its boundaries: overlaps up to this mean width, metres, are mended and reported.
SLIVER_M = 50.0
Shapes = npt.NDArray[np.object_]


def read_osm(
    path: Path | str,
    *,
    communities: gpd.GeoDataFrame | None = None,
    admin_level: int | None = None,
    kind: Literal["urban", "rural", "mixed"] = "urban",
    name: str | None = None,
    progress: Progress = silent,
) -> Town:
    """The town in an OpenStreetMap file, in EPSG:4326.

    Parameters
    ----------
    path : a file ``.osm.pbf``, ``.osm``, ``.osm.bz2`` or ``.osm.gz``, sorted as extracts are.
    communities : polygons that stand for the communities, in any CRS (columns ``code``, ``name``, ``kind`` and ``parent`` where
        they have them); only what touches their bounds is then taken. Without them the communities are the administrative
        boundaries of ``admin_level``, or of the smallest level from 11 to 6 that covers 95 % of the buildings. Boundaries that
        the extract cuts off are closed along its edge and reported. Where no level does, one community is drawn around the
        buildings and reported.
    admin_level : the level of the boundaries to take, 1-11.
    kind : which rule holds, for boundaries not tagged as a village.
    name : of the community that is drawn where no boundary serves; the name of the file without its ending where None.
    progress : told before and after.

    Returns
    -------
    Town
        Codes of communities are the 12-digit division code where the boundary is tagged with it, else the number of the
        relation in 12 digits. Ids are n, w or r and the number in OpenStreetMap. ``households`` only from
        ``building:flats``; ``use`` from the tags of the building, else from the land it stands on; ``compound`` from
        named residential land. ``special_sites`` are the grounds (not points) of schools of every kind, hospitals, markets,
        stations, parks and industry from 1,000 m2 on; one inside a larger one of its kind is a part of that.

    Raises
    ------
    InputError
        GP101 no such file; GP111 damaged or cut off; GP114 no building in it; GP115 no such level; GP119 not OpenStreetMap;
        GP112 the communities overlap; GP136 no building stands in any of them; GP137 wider than a metre CRS holds.

    Notes
    -----
    Streets and rails in tunnels divide nothing and are left out, by id, in the report. Measured: 9,000 buildings 1.5 s.
    """
    path = Path(path)
    progress("stage.import", 0, 1)
    found = scan(path)
    town = town_of(
        found,
        path.name.split(".")[0],
        communities=communities,
        admin_level=admin_level,
        kind=kind,
        drawn=name,
        source=file_source("osm", path),
    )
    progress("stage.import", 1, 1)
    return town


def town_of(
    held: Scan,
    name: str,
    *,
    communities: gpd.GeoDataFrame | None,
    admin_level: int | None,
    kind: Literal["urban", "rural", "mixed"],
    source: dict[str, str],
    drawn: str | None = None,
) -> Town:
    """The town of what a file or a server holds, which messages call ``name``.

    Other parameters and errors as in ``read_osm``; ``drawn`` is what a community that has to be drawn is called, ``name``
    where None.
    """
    outlines = [thing for thing in held.areas if "building" in thing.tags and meaning.is_building(thing.tags)]
    if communities is not None:
        communities = crs.to_lonlat(as_communities(communities, kind))
        frame = around(communities)
        outlines = [thing for thing in outlines if frame.intersects(thing.shape)]
    else:
        frame = None
    if not outlines:
        raise InputError("GP114", path=name, where="" if frame is None else " within the communities")
    points = _inner_points([thing.shape for thing in outlines])
    report = held.report
    if communities is None:
        communities, found = communities_of(held, points, admin_level=admin_level, kind=kind, path=name)
        report = report + found
    if communities is None:
        communities, found = around_buildings([thing.shape for thing in outlines], name=drawn or name, kind=kind)
        report = report + found
    compounds = _compounds(held)
    buildings, read = _buildings(outlines, points, compounds, _land(held))
    lines, below = _above_ground([thing for thing in held.lines if frame is None or frame.intersects(thing.shape)])
    idle = [thing.ident for thing in held.points if meaning.is_building(thing.tags) and "building" in thing.tags]
    metre = crs.local_crs(communities)
    areas = [thing for thing in held.areas if frame is None or frame.intersects(thing.shape)]
    sites, passed = sites_of(areas, metre)
    tables = {
        "communities": communities,
        "buildings": buildings,
        "streets": _streets(lines),
        "barriers": _barriers(lines, areas, metre),
        "compounds": compounds,
        "services": _services([thing for thing in held.points if frame is None or frame.intersects(thing.shape)] + areas),
        "special_sites": sites,
    }
    report = report + read + below + passed + Report.of("import", "report.osm_point", idle)
    return checked_town(tables, report=report, source=source, sliver_m=SLIVER_M)


def _inner_points(shapes: list[shapely.Geometry]) -> Shapes:
    found: Shapes = np.array(shapes, dtype=object)
    broken = ~shapely.is_valid(found)
    found[broken] = shapely.make_valid(found[broken])
    points: Shapes = shapely.point_on_surface(found)
    return points


def _compounds(held: Scan) -> gpd.GeoDataFrame:
    """Named residential land."""
    land = [thing for thing in held.areas if thing.tags.get("landuse") == "residential" and "name" in thing.tags]
    rows: dict[str, list[object]] = {
        "id": [thing.ident for thing in land],
        "name": [thing.tags["name"] for thing in land],
        "class": [None] * len(land),
    }
    return table_of(rows, [thing.shape for thing in land])


def _land(held: Scan) -> list[tuple[str, shapely.Geometry]]:
    """Land whose use holds for what stands on it."""
    found = [(meaning.land_use_of(thing.tags), thing.shape) for thing in held.areas]
    return [(use, shape) for use, shape in found if use is not None]


def _smallest_around(points: Shapes, shapes: list[shapely.Geometry]) -> npt.NDArray[np.int64]:
    """For each point the smallest shape around it, -1 for none."""
    around_it = np.full(len(points), -1, np.int64)
    if shapes:
        point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
        order = np.lexsort((-shape, -shapely.area(np.array(shapes, dtype=object))[shape], point))
        around_it[point[order]] = shape[order]
    return around_it


def _buildings(
    outlines: list[Feature], points: Shapes, compounds: gpd.GeoDataFrame, land: list[tuple[str, shapely.Geometry]]
) -> tuple[gpd.GeoDataFrame, Report]:
    compound = _smallest_around(points, list(compounds.geometry))
    ground = _smallest_around(points, [shape for _, shape in land])
    flats = [meaning.number_of(thing.tags.get("building:flats")) for thing in outlines]
    levels = [meaning.number_of(thing.tags.get("building:levels")) for thing in outlines]
    strange = [
        (thing.ident, f"{key}={thing.tags[key]}")
        for key, values in (("building:flats", flats), ("building:levels", levels))
        for thing, value in zip(outlines, values, strict=True)
        if value is not None and (np.isnan(value) or (key == "building:flats" and value != int(value)))
    ]
    unread = {ident for ident, detail in strange if detail.startswith("building:flats")}
    uses = [
        meaning.use_of(thing.tags) or (land[row][0] if row >= 0 else None) for thing, row in zip(outlines, ground, strict=True)
    ]
    rows: dict[str, list[object]] = {
        "id": [thing.ident for thing in outlines],
        "households": [None if thing.ident in unread else value for thing, value in zip(outlines, flats, strict=True)],
        "population": [None] * len(outlines),
        "levels": list(levels),
        # Nobody maps that a building has no entrance, so none found is not known.
        "entrances": [thing.doors or None for thing in outlines],
        "use": list(uses),
        "compound": [compounds["id"].iloc[row] if row >= 0 else None for row in compound],
        "address": [meaning.address_of(thing.tags) for thing in outlines],
    }
    report = Report.of("import", "report.osm_unreadable", [ident for ident, _ in strange], [detail for _, detail in strange])
    return table_of(rows, [thing.shape for thing in outlines]), report


def _above_ground(lines: list[Feature]) -> tuple[list[Feature], Report]:
    kept = [thing for thing in lines if not meaning.is_underground(thing.tags)]
    return kept, Report.of(
        "import", "report.osm_underground", [thing.ident for thing in lines if meaning.is_underground(thing.tags)]
    )


def _streets(lines: list[Feature]) -> gpd.GeoDataFrame:
    streets = [(meaning.street_class(thing.tags), thing) for thing in lines]
    kept = [(rank, thing) for rank, thing in streets if rank is not None]
    rows: dict[str, list[object]] = {"class": [rank for rank, _ in kept], "name": [thing.tags.get("name") for _, thing in kept]}
    return table_of(rows, [thing.shape for _, thing in kept])


def _barriers(lines: list[Feature], areas: list[Feature], metre: CRS) -> gpd.GeoDataFrame:
    """Rivers, rails and walls; short walls are left out, by their length in ``metre``."""
    found = [(meaning.barrier_kind(thing.tags, area=False), thing) for thing in lines]
    found += [(meaning.barrier_kind(thing.tags, area=True), thing) for thing in areas if not meaning.is_underground(thing.tags)]
    kept = [(kind, thing) for kind, thing in found if kind is not None]
    table = table_of({"kind": [kind for kind, _ in kept]}, [thing.shape for _, thing in kept])
    if not len(table):
        return table
    length = crs.to_crs(table, metre).length
    return table[(table["kind"] != "wall") | (length >= LEAST_WALL_M)].reset_index(drop=True)


def _services(things: list[Feature]) -> gpd.GeoDataFrame:
    found = [(meaning.service_kind(thing.tags), thing) for thing in things]
    kept = [(kind, thing) for kind, thing in found if kind is not None]
    rows: dict[str, list[object]] = {
        "id": [thing.ident for _, thing in kept],
        "name": [thing.tags.get("name") for _, thing in kept],
        "kind": [kind for kind, _ in kept],
        "capacity": [None] * len(kept),
    }
    return table_of(rows, list(_inner_points([thing.shape for _, thing in kept])))
