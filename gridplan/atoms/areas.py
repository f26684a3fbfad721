"""Areas that are given as the smallest pieces, such as census blocks, made into a coverage."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.atoms.clean import areal
from gridplan.atoms.coverage import Floats, Geometries, Ints, Tiles, components, dissolve, node, run_starts, tiles
from gridplan.atoms.faces import covering
from gridplan.atoms.model import Atoms
from gridplan.atoms.sections import Share, make_sections
from gridplan.atoms.slivers import SLIVER_M, without_slivers
from gridplan.atoms.tables import cell_order, face_ids, outlines, population_of
from gridplan.errors import InputError
from gridplan.report import Report

STAGE = "cells"
_NOTICED_M2 = 1.0


def atoms_of_areas(areas: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, unit_high: int) -> Atoms:
    """Cells, pieces and sections of given areas: each area is one cell, one piece and one section.

    The areas are noded with each other on a grid of 1 mm. Land in several areas goes to the first id; an area left without
    land shares that of the area on top. Gaps inside a community become cells without households, and so do the smaller parts of
    an area in several parts; where these are narrower than 8 m they join the neighbour of the longest border. An area without
    extent that has households is counted in the area at its place; one without any place is left out, and the report says
    with how many households.

    Parameters
    ----------
    areas : as in the town contract, in metres.
    communities : as ``clean_communities`` gives them. Their outlines become those of their areas.
    unit_high : households that one unit may hold.

    Raises
    ------
    InputError
        GP303 an area names a community that is not there.

    Notes
    -----
    About 1 ms an area on one core.
    """
    frame = areas.sort_values("id", kind="stable").reset_index(drop=True)
    home = pd.Index(communities["code"]).get_indexer(frame["community"]).astype(np.int64)
    if (home < 0).any():
        lost = frame[home < 0]
        raise InputError(
            "GP303", table="atoms", community=str(lost["community"].iloc[0]), count=len(lost), ids=", ".join(lost["id"][:5])
        )
    raw = np.asarray(frame.geometry.array)
    shapes = areal(raw)
    bad = ~shapely.is_valid(raw) & ~shapely.is_missing(raw)
    report = Report.of("clean", "report.repaired", frame["id"][bad])
    flat = ~(shapely.area(shapes) > 0)
    placed = flat & ~shapely.is_missing(raw) & ~shapely.is_empty(raw) & (frame["households"].to_numpy() > 0)
    shapes[placed] = shapely.centroid(shapely.envelope(shapely.force_2d(raw[placed])))
    report += Report.of("clean", "report.area_point", frame["id"][placed])
    lost = flat & ~placed
    counts = [f"households={int(count)}" for count in frame["households"][lost]]
    report += Report.of("clean", "report.empty", frame["id"][lost], counts)
    frame, shapes, home = frame[~lost].reset_index(drop=True), shapes[~lost], home[~lost]
    mosaic, label, community, cell, said = _land(frame, shapes, home, communities)
    return _atoms(frame, mosaic, label, community, cell, communities, unit_high, report + said)


def _land(
    frame: gpd.GeoDataFrame, shapes: Geometries, home: Ints, communities: gpd.GeoDataFrame
) -> tuple[Tiles, Ints, Ints, Ints, Report]:
    """Tiles, the label and community of each, the label on which each area lies, and what was done."""
    frames = np.asarray(communities.geometry.array)
    polygons = node(shapely.boundary(np.concatenate([shapes, frames])))
    inner = shapely.point_on_surface(polygons)
    tile, area = shapely.STRtree(shapes).query(inner, predicate="within")
    owner = np.full(len(polygons), len(shapes), dtype=np.int64)
    np.minimum.at(owner, tile, area)
    gap = owner == len(shapes)
    outline = covering(polygons, frames)
    narrow = 2 * shapely.area(polygons) < SLIVER_M * shapely.length(polygons)
    kept = ~gap | (outline >= 0) | narrow
    number = np.cumsum(kept) - 1
    lying = kept[tile]
    covered, area = number[tile[lying]], area[lying]
    polygons, owner, outline, gap = polygons[kept], owner[kept], outline[kept], gap[kept]
    mosaic = tiles(polygons)
    community = np.where(gap, outline, np.append(home, -1)[owner])
    community = _adopted(mosaic, community)
    label = np.where(gap, len(shapes) + np.arange(len(gap)), owner)
    label, loose = _main_parts(mosaic, label, len(shapes))
    label, _ = without_slivers(mosaic, label, community, len(shapes), np.empty(0, dtype=object))
    cell = np.full(len(shapes), -1, dtype=np.int64)
    cell[label[label < len(shapes)]] = label[label < len(shapes)]
    landless = np.flatnonzero(cell < 0)
    under = {int(a): int(label[t]) for t, a in zip(covered[::-1], area[::-1], strict=True)}
    ids = frame["id"].to_numpy()
    for row in landless.tolist():
        cell[row] = under[row] if row in under else _nearest(shapes[row], int(home[row]), polygons, community, label)
    hosts = [str(ids[cell[row]]) if cell[row] < len(ids) else "" for row in landless]
    report = Report.of(STAGE, "report.shares_land", ids[landless], hosts)
    size = np.round(shapely.area(polygons), 1)
    twice = covered[owner[covered] != area], area[owner[covered] != area]
    lost = np.bincount(twice[1], weights=size[twice[0]], minlength=len(ids)).astype(np.float64)
    over = np.flatnonzero(lost > _NOTICED_M2)
    report += Report.of(STAGE, "report.area_overlap", ids[over], [f"{lost[row]:.0f} m2" for row in over])
    apart = np.flatnonzero(loose >= 0)
    parts = pd.Series(size[apart]).groupby(loose[apart]).sum()
    report += Report.of(STAGE, "report.area_parts", ids[parts.index], [f"{m2:.0f} m2" for m2 in parts])
    return mosaic, label, community, cell, report


def _nearest(shape: shapely.Geometry, home: int, polygons: Geometries, community: Ints, label: Ints) -> int:
    """The label of the tile nearest to a shape, of its own community where that has land."""
    own = np.flatnonzero(community == home)
    rows = own if len(own) else np.arange(len(polygons))
    return int(label[rows[int(np.argmin(np.round(shapely.distance(shape, polygons[rows]), 3)))]])


def _adopted(mosaic: Tiles, community: Ints) -> Ints:
    """The community of each tile, where a gap outside every outline takes that of the neighbour of the longest border."""
    community = community.copy()
    one, other = np.r_[mosaic.first, mosaic.second], np.r_[mosaic.second, mosaic.first]
    length: Floats = np.round(np.concatenate([mosaic.length, mosaic.length]), 3)
    while (community < 0).any():
        asks = np.flatnonzero((community[one] < 0) & (community[other] >= 0))
        if not len(asks):
            community[community < 0] = 0
            break
        order = asks[np.lexsort((other[asks], -length[asks], one[asks]))]
        first = order[run_starts(one[order])]
        community[one[first]] = community[other[first]]
    return community


def _main_parts(mosaic: Tiles, label: Ints, areas: int) -> tuple[Ints, Ints]:
    """Labels in which the smaller parts of an area have one of their own, and the area of each such tile (-1 elsewhere)."""
    same = label[mosaic.first] == label[mosaic.second]
    part = components(len(label), mosaic.first[same], mosaic.second[same])
    size = np.bincount(part, weights=shapely.area(mosaic.polygons))
    order = np.lexsort((part, -np.round(size[part], 3), label))
    first = order[run_starts(label[order])]
    main = np.zeros(int(part.max()) + 1, dtype=bool)
    main[part[first]] = True
    apart = ~main[part]
    loose = np.where(apart, label, -1)
    return np.where(apart, int(label.max()) + 1 + part, label), np.where(loose < areas, loose, -1)


def _atoms(
    frame: gpd.GeoDataFrame,
    mosaic: Tiles,
    label: Ints,
    community: Ints,
    cell: Ints,
    communities: gpd.GeoDataFrame,
    unit_high: int,
    report: Report,
) -> Atoms:
    """The tables of the labelled tiles."""
    number, first, row = np.unique(label, return_index=True, return_inverse=True)
    shapes = dissolve(mosaic.polygons, row.astype(np.int64), len(number))
    own = number < len(frame)
    ids = np.empty(len(number), dtype=object)
    ids[own] = frame["id"].to_numpy()[number[own]]
    ids[~own] = face_ids(shapes[~own], community[first][~own], set(frame["id"]))
    order = cell_order(ids, community[first])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    at = rank[np.searchsorted(number, cell)]
    compound = frame["compound"].set_axis(at).groupby(level=0).first().reindex(range(len(order)))
    shown = gpd.GeoDataFrame(
        {"id": frame["id"], "cell": at, "households": frame["households"], "population": frame["population"], "estimated": False},
        geometry=shapes[order][at],
        crs=communities.crs,
    )
    cells = gpd.GeoDataFrame(
        {
            "id": pd.Series(ids[order]).astype("str"),
            "community": communities["code"].to_numpy()[community[first][order]],
            "compound": compound.astype("str").where(compound.notna()),
            "site": pd.Series(None, index=range(len(order)), dtype="str"),
            "households": np.bincount(at, frame["households"], len(order)).astype(np.int64),
            "population": population_of(shown, len(order)),
        },
        geometry=shapes[order],
        crs=communities.crs,
    )
    shares = [
        Share(str(name), int(piece), int(households), 0.0, 1.0)
        for piece, name, households in sorted(zip(at, frame["id"], frame["households"], strict=True))
    ]
    sections, stacked, _ = make_sections(shares, len(cells), unit_high)
    pieces = gpd.GeoDataFrame(
        {"id": cells["id"], "cell": np.arange(len(cells)), "households": cells["households"], "stacked": stacked},
        geometry=shapes[order],
        crs=communities.crs,
    )
    drawn = outlines(communities, cells)
    changed = shapely.area(shapely.symmetric_difference(np.asarray(drawn.geometry.array), np.asarray(communities.geometry.array)))
    noticed = np.flatnonzero(changed > _NOTICED_M2)
    codes = communities["code"].to_numpy()
    report += Report.of(STAGE, "report.outline_of_areas", codes[noticed], [f"{changed[row]:.0f} m2" for row in noticed])
    return Atoms(cells, pieces, sections, shown, drawn, report)
