"""Cleaning: communities and buildings repaired, ordered, and everything that was done said."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.atoms.coverage import GRID_M, Geometries, Ints, run_starts
from gridplan.errors import GeometryError
from gridplan.report import Report

SMALL_M2 = 1.0
OVERLAP_M2 = 1.0
STAGE = "clean"


@dataclass(frozen=True)
class Placed:
    """Clean buildings in order of id, the row of the ``community`` of each, and what was done."""

    buildings: gpd.GeoDataFrame
    community: Ints
    report: Report


def areal(shapes: Geometries) -> Geometries:
    """The valid polygon parts of each shape, flat (x, y), on a grid of 1 mm: Polygon where one, empty where none."""
    shapes = shapely.force_2d(shapes)
    bad = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes = shapes.copy()
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure")
    shapes = shapely.set_precision(shapes, GRID_M)
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[row])
        shapes[row] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    lone = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON) & (shapely.get_num_geometries(shapes) == 1)
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    return shapes


def clean_communities(communities: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """The communities in order of code, valid, on a grid of 1 mm.

    Raises
    ------
    GeometryError
        GP301 a community has no area.
    """
    frame = communities.sort_values("code", kind="stable").reset_index(drop=True)
    raw = np.asarray(frame.geometry.array)
    shapes = areal(raw)
    small = shapely.is_missing(shapes) | ~(shapely.area(shapes) >= SMALL_M2)
    if small.any():
        raise GeometryError("GP301", count=int(small.sum()), codes=", ".join(frame["code"][small]))
    bad = ~shapely.is_valid(raw)
    report = Report.of(STAGE, "report.community_repaired", frame["code"][bad])
    return frame.set_geometry(gpd.GeoSeries(shapes, crs=communities.crs)), report


def refuse_overlap(communities: gpd.GeoDataFrame) -> None:
    """Nothing, where no two communities overlap by more than 1 m2.

    Raises
    ------
    GeometryError
        GP302 naming the pair that overlaps most.
    """
    shapes = np.asarray(communities.geometry.array)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    overlap = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    if (overlap > OVERLAP_M2).any():
        worst = int(np.argmax(overlap))
        raise GeometryError(
            "GP302",
            one=str(communities["code"][first[worst]]),
            other=str(communities["code"][second[worst]]),
            area=round(float(overlap[worst])),
            count=int((overlap > OVERLAP_M2).sum()),
        )


def clean_buildings(buildings: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> Placed:
    """The buildings that can be planned, in order of id, each in one community.

    Shapes are made valid and reduced to their polygon parts. Left out, with their households in the report: shapes that are
    missing or empty, footprints below 1 m2 without households, estimated buildings drawn twice with the same footprint, and
    buildings of which more than half lies outside every community. A footprint below 1 m2 that has households stays, as a
    point. A building in several communities goes to the one that holds most of it (the first code among equals).

    Parameters
    ----------
    buildings : as in the town contract, in metres, with whole ``households`` and bool ``estimated``.
    communities : as ``clean_communities`` gives them.
    """
    frame = buildings.sort_values("id", kind="stable").reset_index(drop=True)
    raw = np.asarray(frame.geometry.array)
    point = shapely.get_type_id(raw) == shapely.GeometryType.POINT
    shapes = np.full(len(raw), None, dtype=object)
    shapes[point] = shapely.set_precision(shapely.force_2d(raw[point]), GRID_M)
    shapes[~point] = areal(raw[~point])
    households = frame["households"].to_numpy()
    report = Report.of(STAGE, "report.repaired", frame["id"][~shapely.is_valid(raw) & ~shapely.is_missing(raw)])
    empty = shapely.is_missing(raw) | shapely.is_empty(raw)
    report += _left_out("report.empty", frame[empty])
    small = ~empty & ~point & ~(shapely.area(shapes) >= SMALL_M2)
    report += _left_out("report.tiny", frame[small & (households == 0)])
    kept_small = small & (households > 0)
    report += Report.of(STAGE, "report.tiny_point", frame["id"][kept_small])
    shapes[kept_small] = shapely.set_precision(shapely.centroid(shapely.envelope(shapely.force_2d(raw[kept_small]))), GRID_M)
    keep = ~empty & ~(small & (households == 0))
    frame, shapes = frame[keep].reset_index(drop=True), shapely.normalize(shapes[keep])
    twice = _drawn_twice(frame, shapes)
    again = twice >= 0
    originals = frame["id"].to_numpy()[twice[again]]
    report += _left_out("report.duplicate", frame[again], [f"of {name}" for name in originals])
    frame, shapes = frame[~again].reset_index(drop=True), shapes[~again]
    community, said = _place(frame, shapes, communities)
    inside = community >= 0
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=communities.crs))
    return Placed(frame[inside].reset_index(drop=True), community[inside], report + said)


def _left_out(reason: str, rows: pd.DataFrame, why: list[str] | None = None) -> Report:
    notes = why or [""] * len(rows)
    counts = [f"households={int(count)}" for count in rows["households"]]
    return Report.of(STAGE, reason, rows["id"], [f"{note} {count}".strip() for note, count in zip(notes, counts, strict=True)])


def _drawn_twice(frame: gpd.GeoDataFrame, shapes: Geometries) -> Ints:
    """The row of the first building with the same footprint, for later ones of estimated households; else -1.

    Records with known households on one footprint are real (a ledger row each) and stay: they share land.
    """
    result = np.full(len(frame), -1, dtype=np.int64)
    area = shapely.get_dimensions(shapes) == 2
    guessed = np.flatnonzero(frame["estimated"].to_numpy(dtype=bool) & area)
    first: dict[bytes, int] = {}
    for row, text in zip(guessed.tolist(), shapely.to_wkb(shapes[guessed]), strict=True):
        original = first.setdefault(text, row)
        if original != row:
            result[row] = original
    return result


def _place(frame: gpd.GeoDataFrame, shapes: Geometries, communities: gpd.GeoDataFrame) -> tuple[Ints, Report]:
    """The community of each building, -1 where it is outside of all."""
    areas = np.asarray(communities.geometry.array)
    building, community = shapely.STRtree(areas).query(shapes, predicate="intersects")
    point = shapely.get_dimensions(shapes) == 0
    whole = np.bincount(building, minlength=len(shapes)) == 1
    contained = np.zeros(len(building), dtype=bool)
    lone = whole[building]
    contained[lone] = shapely.covered_by(shapes[building[lone]], areas[community[lone]])
    contained |= point[building]
    share = np.ones(len(building))
    cut = ~contained
    share[cut] = shapely.area(shapely.intersection(shapes[building[cut]], areas[community[cut]]))
    share[cut] /= shapely.area(shapes[building[cut]])
    share = np.round(share, 6)
    inside = np.bincount(building, weights=np.where(point[building], 0, share), minlength=len(shapes))
    inside[building[point[building]]] = 1
    order = np.lexsort((community, -share, building))
    first = order[run_starts(building[order])]
    result = np.full(len(shapes), -1, dtype=np.int64)
    result[building[first]] = community[first]
    result[inside < 0.5] = -1
    outside = result < 0
    notes = [f"{share_:.0%} inside" for share_ in inside[outside]]
    report = _left_out("report.outside", frame[outside], notes)
    several = (np.bincount(building[share > 0], minlength=len(shapes)) > 1) & ~point & ~outside
    codes = communities["code"].to_numpy()
    report += Report.of(STAGE, "report.straddles", frame["id"][several], codes[result[several]])
    return result, report
