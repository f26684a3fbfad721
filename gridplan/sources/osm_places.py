"""Communities out of OpenStreetMap's administrative boundaries, whole ones and ones that the extract cuts off."""

import re
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.checked import table_of
from gridplan.sources.osm_scan import Boundary, Coordinate, Scan
from gridplan.sources.osm_tags import division_code

#: Levels that can be a community, from the smallest: in China 10 is village and community, 8 street and town.
LEVELS = ("11", "10", "9", "8", "7", "6")
#: Share of the buildings that a level must cover to be chosen without being asked.
COVERED = 0.95
Found = list[tuple[Boundary, shapely.Geometry, bool]]


def communities_of(
    scan: Scan, points: np.ndarray, *, admin_level: int | None, kind: str, path: str
) -> tuple[gpd.GeoDataFrame | None, Report]:
    """The communities of the smallest level that covers the buildings, or of the level asked; None where there is none.

    Parameters
    ----------
    scan : what the file holds.
    points : a point inside each building, longitude and latitude.
    admin_level : the level asked.
    kind : urban or rural; boundaries tagged as a village are rural in any case.

    Raises
    ------
    InputError
        GP115 the level asked is not in the file.
    """
    levels = _present(scan)
    if admin_level is not None:
        found = _found(scan, str(admin_level), closing=True)
        if not found:
            present = ", ".join(f"admin_level {level}" for level in levels) or "-"
            raise InputError("GP115", path=path, wanted=f"admin_level={admin_level}", present=present)
        return _table(found, kind)
    for level in LEVELS:
        for closing in (False, True):
            found = _found(scan, level, closing=closing) if level in levels else []
            if found and _share(found, points) >= COVERED:
                return _table(found, kind)
    return None, Report.empty()


def _present(scan: Scan) -> list[str]:
    levels = {boundary.tags.get("admin_level", "") for boundary in scan.boundaries}
    return sorted((level for level in levels if re.fullmatch(r"\d+", level)), key=int, reverse=True)


def _share(found: Found, points: np.ndarray) -> float:
    inside, _ = shapely.STRtree([shape for _, shape, _ in found]).query(points, predicate="intersects")
    return len(np.unique(inside)) / max(len(points), 1)


def _found(scan: Scan, level: str, *, closing: bool) -> Found:
    """Boundaries of a level with their areas, and whether the extract's edge had to close them, which ``closing`` allows."""
    relations = [boundary for boundary in scan.boundaries if boundary.tags.get("admin_level") == level]
    areas = {
        feature.ident: feature.shape for feature in scan.areas if feature.ident.startswith("r") and "boundary" in feature.tags
    }
    whole: Found = [(boundary, areas[f"r{boundary.ident}"], False) for boundary in relations if f"r{boundary.ident}" in areas]
    cut = [boundary for boundary in relations if f"r{boundary.ident}" not in areas]
    closed = _closed(relations, scan.boundary_ways, scan.box) if closing and cut and scan.box is not None else {}
    return whole + [(boundary, closed[boundary.ident], True) for boundary in cut if boundary.ident in closed]


def _table(found: Found, kind: str) -> tuple[gpd.GeoDataFrame, Report]:
    found = sorted(found, key=lambda row: row[0].ident)
    codes = [division_code(boundary.tags) or f"{boundary.ident:012d}" for boundary, _, _ in found]
    # A relation may carry the code of another by mistake; its own number is always its own.
    doubled = {code for code in codes if codes.count(code) > 1}
    codes = [f"{boundary.ident:012d}" if code in doubled else code for code, (boundary, _, _) in zip(codes, found, strict=True)]
    rows: dict[str, list[object]] = {
        "code": list(codes),
        "name": [boundary.tags.get("name", code) for code, (boundary, _, _) in zip(codes, found, strict=True)],
        "kind": [_kind(boundary, kind) for boundary, _, _ in found],
        "parent": [None] * len(found),
    }
    closed = [code for code, (_, _, cut) in zip(codes, found, strict=True) if cut]
    return table_of(rows, [shape for _, shape, _ in found]), Report.of("import", "report.community_closed", closed)


def _kind(boundary: Boundary, kind: str) -> str:
    return "rural" if boundary.tags.get("place") in ("village", "hamlet") else kind


def _closed(
    relations: Sequence[Boundary], ways: dict[int, list[Coordinate]], box: shapely.Polygon
) -> dict[int, shapely.Geometry]:
    """Areas of the boundaries inside the extract, where the extract's edge stands for what is missing.

    The known lines are led on straight to the edge where they break off, and cut the extract into faces. A face belongs to
    the boundary that most of the length of the lines around it belongs to; where two have as much, or where a line
    ends inside the face and so fails to divide it, to none. A boundary has its land on one side of its lines: where
    both sides would go to it, neither does.
    """
    used = sorted({way for boundary in relations for way in boundary.ways if way in ways})
    stretches = {way: _stretches(ways[way]) for way in used}
    loose = _loose_ends([run for runs in stretches.values() for run in runs])
    lines = {way: [_led_on(run, loose, box) for run in runs] for way, runs in stretches.items() if runs}
    if not lines:
        return {}
    together = shapely.union_all([line for parts in lines.values() for line in parts] + [box.exterior])
    faces, cuts, dangles, _ = (shapely.get_parts(part) for part in shapely.polygonize_full(shapely.get_parts(together)))
    faces = faces[shapely.contains(box.buffer(1e-9), faces)]
    ended = shapely.line_interpolate_point(np.concatenate([cuts, dangles]), 0.5, normalized=True)
    faces = np.delete(faces, np.unique(shapely.STRtree(faces).query(ended, predicate="within")[1]))
    owned: dict[int, list[shapely.Geometry]] = {}
    for face in faces:
        around = {way: sum(face.exterior.intersection(line).length for line in parts) for way, parts in lines.items()}
        votes = sorted(
            ((sum(around.get(way, 0) for way in boundary.ways), boundary.ident) for boundary in relations), reverse=True
        )
        if votes[0][0] > 0 and (len(votes) == 1 or votes[0][0] > votes[1][0] * (1 + 1e-9)):
            owned.setdefault(votes[0][1], []).append(face)
    return {ident: shapely.union_all(parts) for ident, parts in owned.items() if not _touching(parts)}


def _touching(faces: list[shapely.Geometry]) -> bool:
    """Whether two of the faces share a line."""
    return any(a.intersection(b).length > 0 for row, a in enumerate(faces) for b in faces[:row])


def _stretches(coordinates: list[Coordinate]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in coordinates:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def _loose_ends(runs: Sequence[list[tuple[float, float]]]) -> set[tuple[float, float]]:
    """Ends of stretches that meet no other stretch: there the file breaks off."""
    ends = [point for run in runs for point in (run[0], run[-1])]
    inner = {point for run in runs for point in run[1:-1]}
    return {point for point in ends if ends.count(point) == 1 and point not in inner}


def _led_on(run: list[tuple[float, float]], loose: set[tuple[float, float]], box: shapely.Polygon) -> shapely.LineString:
    """The stretch, led on straight from its loose ends to the edge of the extract."""
    points = list(run)
    if run[0] in loose:
        points.insert(0, _edge_point(run[1], run[0], box))
    if run[-1] in loose:
        points.append(_edge_point(run[-2], run[-1], box))
    return shapely.LineString(points)


def _edge_point(before: tuple[float, float], end: tuple[float, float], box: shapely.Polygon) -> tuple[float, float]:
    """Where the line from ``before`` through ``end`` leaves the box, a hair beyond it so that the lines cross."""
    west, south, east, north = box.bounds
    reach = (east - west) + (north - south)
    step = np.subtract(end, before)
    far = np.add(end, step / np.hypot(*step) * reach)
    hit = shapely.intersection(shapely.LineString([end, far]), box)
    if hit.is_empty or hit.length == 0:
        return end
    x, y = np.add(end, step / np.hypot(*step) * (hit.length * (1 + 1e-6)))
    return float(x), float(y)
