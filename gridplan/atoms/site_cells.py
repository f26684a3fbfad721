"""Which cells are land of a special site: where sites enclose land, are points, or lie over areas that are not cut."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.atoms.coverage import Ints, Tiles, components, run_starts
from gridplan.atoms.model import Atoms
from gridplan.atoms.sites import NOTICED_M2, STAGE, Sites
from gridplan.atoms.tables import site_column
from gridplan.report import Report

NEAR_M = 30.0
"""A site that is a point stands for the building it lies in, or for the nearest up to this far."""
_SHARE = 0.01


@dataclass(frozen=True)
class Enclosed:
    """Ordinary land that lies between a site and borders: ``site`` (row), ``area_m2``, and whether it ``joined`` the site."""

    site: Ints
    area_m2: NDArray[np.float64]
    joined: NDArray[np.bool_]


def filled(mosaic: Tiles, site: Ints, community: Ints, lived_in: NDArray[np.bool_]) -> tuple[Ints, Enclosed]:
    """The site of each tile, where land that sites cut off from the rest of its community has joined the site around it.

    Land that homes stand on does not join; nor does land larger than the site. The site is the one of the longest border.

    Parameters
    ----------
    mosaic : the tiles.
    site, community : of each tile; -1 for no site.
    lived_in : whether each tile is land of a building with households.
    """
    none = Enclosed(np.empty(0, np.int64), np.empty(0), np.empty(0, bool))
    one, other = np.r_[mosaic.first, mosaic.second], np.r_[mosaic.second, mosaic.first]
    meets = (site[one] < 0) & (site[other] >= 0) & (community[one] == community[other])
    if not meets.any():
        return site, none
    same = (site[mosaic.first] == site[mosaic.second]) & (community[mosaic.first] == community[mosaic.second])
    part = components(len(site), mosaic.first[same], mosaic.second[same])
    tile_m2 = shapely.area(mosaic.polygons)
    area = np.round(np.bincount(part, weights=tile_m2), 3)
    of_site = np.bincount(site + 1, weights=tile_m2, minlength=int(site.max()) + 2)[1:]
    lived = np.bincount(part, weights=lived_in) > 0
    # The rest of a community is its largest ordinary part; every other one is cut off from it.
    _, start = np.unique(part, return_index=True)
    place = np.where(site[start] < 0, community[start], -1)
    order = np.lexsort((np.arange(len(area)), -area, ~lived, place))
    rest = np.zeros(len(area), dtype=bool)
    rest[order[run_starts(place[order])]] = True
    metres = np.r_[mosaic.length, mosaic.length][meets]
    width = len(of_site)
    pair, row = np.unique(part[one[meets]] * width + site[other[meets]], return_inverse=True)
    total = np.round(np.bincount(row, weights=metres), 3)
    piece, around = pair // width, pair % width
    order = np.lexsort((around, -total, piece))
    best = order[run_starts(piece[order])]
    best = best[~rest[piece[best]]]
    joins = ~lived[piece[best]] & (area[piece[best]] < of_site[around[best]])
    target = np.full(len(area), -1, dtype=np.int64)
    target[piece[best[joins]]] = around[best[joins]]
    return np.where(target[part] >= 0, target[part], site), Enclosed(around[best], area[piece[best]], joins)


def said_of_sites(atoms: Atoms, sites: Sites, enclosed: Enclosed) -> Report:
    """Land that sites enclose, and buildings across the line of a site with the site they belong to."""
    report = Report.empty()
    for reason, rows in (("report.site_enclosed", enclosed.joined), ("report.site_encloses_homes", ~enclosed.joined)):
        shown = np.flatnonzero(rows & (enclosed.area_m2 > NOTICED_M2))
        notes = [f"{enclosed.area_m2[row]:.0f} m2" for row in shown]
        report += Report.of(STAGE, reason, sites.ids[enclosed.site[shown]], notes)
    footprints = np.asarray(atoms.buildings.geometry.array)
    building, site = shapely.STRtree(sites.shapes).query(footprints, predicate="intersects")
    solid = shapely.area(footprints[building]) > 0
    building, site = building[solid], site[solid]
    share = shapely.area(shapely.intersection(footprints[building], sites.shapes[site])) / shapely.area(footprints[building])
    across = np.flatnonzero((share > _SHARE) & (share < 1 - _SHARE))
    across = across[np.lexsort((site[across], building[across]))]
    home = atoms.cells["site"].fillna("-").to_numpy()[atoms.buildings["cell"].to_numpy()]
    notes = [f"{share[row]:.0%} {sites.ids[site[row]]} -> {home[building[row]]}" for row in across]
    return report + Report.of(STAGE, "report.site_building", atoms.buildings["id"].to_numpy()[building[across]], notes)


def sites_of_areas(atoms: Atoms, sites: Sites) -> Atoms:
    """The atoms of given areas with the site in which the inner point of each cell lies; how far off it is, is reported."""
    if not len(sites.shapes):
        return atoms
    shapes = np.asarray(atoms.cells.geometry.array)
    cell, site = shapely.STRtree(sites.shapes).query(shapely.point_on_surface(shapes), predicate="within")
    found = np.full(len(shapes), -1, dtype=np.int64)
    found[cell[::-1]] = site[::-1]
    report = atoms.report
    lost = np.setdiff1d(np.arange(len(sites.ids)), found)
    report += Report.of(STAGE, "report.site_without_area", sites.ids[lost])
    for row in np.unique(found[found >= 0]):
        whole = shapely.union_all(shapes[found == row])
        off = float(shapely.area(shapely.symmetric_difference(whole, sites.shapes[row])))
        if off > NOTICED_M2:
            report += Report.of(STAGE, "report.site_of_areas", [sites.ids[row]], [f"{off:.0f} m2"])
    return replace(atoms, cells=atoms.cells.assign(site=site_column(sites.ids, found)), report=report)


def sites_of_points(atoms: Atoms, sites: Sites) -> Atoms:
    """The atoms with the cells of sites that are points: of the building each lies in, or of the nearest within 30 m.

    A cell that is a site already stays what it is, and the point is left out.
    """
    if not len(sites.points):
        return atoms
    shapes = np.asarray(atoms.buildings.geometry.array)
    point, building = shapely.STRtree(shapes).query(sites.points, predicate="dwithin", distance=NEAR_M)
    away = np.round(shapely.distance(sites.points[point], shapes[building]), 3)
    order = np.lexsort((building, away, point))
    first = order[run_starts(point[order])]
    cell = atoms.buildings["cell"].to_numpy()[building[first]]
    column = atoms.cells["site"].to_numpy(dtype=object).copy()
    stands: list[tuple[str, str]] = []
    taken: list[tuple[str, str]] = []
    for row, at in zip(point[first].tolist(), cell.tolist(), strict=True):
        name = str(sites.point_ids[row])
        if pd.isna(column[at]):
            column[at] = name
            stands.append((name, str(atoms.cells["id"].iloc[at])))
        else:
            taken.append((name, str(column[at])))
    lost = np.setdiff1d(np.arange(len(sites.points)), point)
    report = atoms.report + Report.of(STAGE, "report.site_lost", sites.point_ids[lost])
    for reason, rows in (("report.site_point", stands), ("report.site_taken", taken)):
        report += Report.of(STAGE, reason, [name for name, _ in rows], [note for _, note in rows])
    return replace(atoms, cells=atoms.cells.assign(site=pd.Series(column, dtype="str")), report=report)
