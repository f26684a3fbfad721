"""The check at the border: whatever a source has read becomes a town here, or an error."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gridplan import crs
from gridplan.contracts import SHOWN, TOWN, conform
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.town import Town
from gridplan.sources.tree import check_tree

#: Two communities may overlap by slivers up to this mean width (2 x area / perimeter), as boundaries drawn twice do.
SLIVER_M = 2.0
#: Below this an overlap is the noise of coordinates.
NOISE_M2 = 0.01


def checked_town(
    tables: Mapping[str, gpd.GeoDataFrame | None],
    *,
    source: Mapping[str, str],
    report: Report | None = None,
    sliver_m: float = SLIVER_M,
) -> Town:
    """The town of these tables in EPSG:4326, each held against its contract.

    Parameters
    ----------
    tables : tables by the names of ``gridplan.contracts.TOWN``, each in a CRS of its own.
    source : where they came from, such as ``{"buildings": "cadastre of 2026-03"}``; kept in the plan.
    report : what happened to the rows so far; empty where None.
    sliver_m : communities may overlap by slivers up to this mean width, metres.

    Raises
    ------
    InputError
        GP102-GP107 a table breaks its contract; GP132 neither buildings nor atoms; GP112 communities overlap;
        GP113 a community has no area; GP117 an atom names a community that is not there; GP135 communities, atoms, or
        buildings without atoms have no row with a geometry; GP136 no building stands in any community; GP137 wider than a metre
        CRS holds; GP160-GP162 areas and the parents of communities do not make a tree; GP163 an area has no geometry.

    Notes
    -----
    Boundaries that overlap by slivers are mended: the later code gives way, and the report says by how much. Buildings and
    atoms without geometry stay, with an empty one, so that the cleaning counts their households; the first stage to leave
    out buildings outside every community is the cleaning, too, unless all are.
    """
    report = report or Report.empty()
    present = [name for name in TOWN if tables.get(name) is not None]
    if "communities" not in present:
        raise InputError("GP109", table="communities", present=_listed(present))
    if not {"buildings", "atoms"} & set(present):
        raise InputError("GP132", present=_listed(present))
    for name in ("communities", "atoms" if "atoms" in present else "buildings"):
        refuse_empty(tables[name], name)
    read: dict[str, gpd.GeoDataFrame | None] = {}
    for name, contract in TOWN.items():
        table = tables.get(name)
        if table is None:
            read[name] = None
            continue
        if isinstance(table, gpd.GeoDataFrame):
            crs.checked(table, name)
        kept = conform(table, contract)
        if name == "buildings" and "estimated" in table.columns:
            kept["estimated"] = table["estimated"].fillna(False).astype("bool")
        kept, empty = _without_empty(crs.to_lonlat(kept.reset_index(drop=True)), name)
        read[name], report = kept, report + empty
    if read["areas"] is not None:
        check_tree(read["areas"], read["communities"])
    communities, mended = _apart(read["communities"], sliver_m)
    read["communities"] = communities
    report = report + mended + _unhoused(communities, read["buildings"], read["atoms"])
    rows = report.rows.drop_duplicates(ignore_index=True)
    return Town(**read, report=Report(rows), source=dict(sorted(source.items())))


def file_source(label: str, path: Path) -> dict[str, str]:
    """Name and sha256 of a file, as ``Town.source`` keeps them."""
    with path.open("rb") as stream:
        return {label: path.name, f"{label}.sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "-"


def refuse_empty(table: pd.DataFrame | None, name: str) -> None:
    """Nothing, where a row of the table has a geometry; GP135 where none has. Tables of other kinds pass, for the contracts."""
    if isinstance(table, gpd.GeoDataFrame) and (table.geometry.isna() | table.geometry.is_empty).all():
        raise InputError("GP135", table=name, count=len(table))


def _without_empty(table: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, Report]:
    """The layer without rows that have no geometry; buildings and atoms keep them, empty, for the cleaning to count."""
    missing = table.geometry.isna().to_numpy()
    empty = missing | table.geometry.is_empty.to_numpy()
    if not empty.any():
        return table, Report.empty()
    if name in ("buildings", "atoms"):
        shapes = table.geometry.to_numpy().copy()
        shapes[missing] = shapely.Polygon()
        return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs)), Report.empty()
    if name in ("communities", "areas"):
        codes = list(table["code"][empty])
        raise InputError("GP113" if name == "communities" else "GP163", count=len(codes), codes=", ".join(codes[:SHOWN]))
    ids = table["id"][empty] if "id" in table.columns else [f"{name} {row}" for row in np.flatnonzero(empty)]
    return table[~empty].reset_index(drop=True), Report.of("import", "report.empty_geometry", ids)


def _apart(communities: gpd.GeoDataFrame, sliver_m: float) -> tuple[gpd.GeoDataFrame, Report]:
    """The communities without slivers of overlap; a real overlap is an error."""
    metre = crs.to_crs(communities, crs.local_crs(communities))
    shapes = shapely.make_valid(metre.geometry.to_numpy())
    codes = communities["code"].tolist()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted(
        {(min(codes[a], codes[b]), max(codes[a], codes[b]), int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b}
    )
    changed: set[int] = set()
    report = Report.empty()
    for code, other, a, b in pairs:
        common = shapely.intersection(shapes[a], shapes[b])
        area = float(shapely.area(common))
        if area <= NOISE_M2:
            continue
        width = 2 * area / float(shapely.length(common))
        if width > sliver_m:
            raise InputError("GP112", first=code, second=other, area=f"{area:,.0f}", width=f"{width:.1f}")
        loser, winner = (b, a) if codes[a] < codes[b] else (a, b)
        shapes[loser] = shapely.difference(shapes[loser], shapes[winner])
        changed.add(loser)
        report = report + Report.of("import", "report.sliver", [codes[loser]], [f"{area:.2f} m2 -> {codes[winner]}"])
    if not changed:
        return communities, report
    rows = sorted(changed)
    mended = crs.to_lonlat(gpd.GeoDataFrame(geometry=shapes[rows], crs=metre.crs))
    geometry = communities.geometry.to_numpy().copy()
    geometry[rows] = [_polygonal(shape) for shape in mended.geometry]
    return communities.set_geometry(gpd.GeoSeries(geometry, index=communities.index, crs=communities.crs)), report


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the lines and points that a difference may leave."""
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _unhoused(communities: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame | None, atoms: gpd.GeoDataFrame | None) -> Report:
    """Communities that hold nothing; atoms that name no community, and buildings that all stand in none, are an error."""
    held: set[str] = set()
    if atoms is not None:
        unknown = sorted(set(atoms["community"]) - set(communities["code"]))
        if unknown:
            shown = ", ".join(unknown[:SHOWN])
            raise InputError("GP117", count=len(unknown), codes=shown)
        held |= set(atoms["community"])
    if buildings is not None:
        points = inner_points(buildings)
        place, _ = shapely.STRtree(points).query(communities.geometry.to_numpy(), predicate="intersects")
        if not len(place) and atoms is None:
            raise InputError(
                "GP136",
                count=len(buildings),
                communities=len(communities),
                buildings_at=_middle(buildings),
                communities_at=_middle(communities),
            )
        held |= set(communities["code"].iloc[np.unique(place)])
    empty = [code for code in sorted(communities["code"]) if code not in held]
    return Report.of("import", "report.community_empty", empty)


def _middle(table: gpd.GeoDataFrame) -> str:
    west, south, east, north = table.total_bounds
    return f"{(west + east) / 2:.4f}, {(south + north) / 2:.4f}"


def inner_points(table: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """A point inside each shape (itself where it is a point, None where it is empty), also of invalid polygons."""
    shapes = table.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    points: npt.NDArray[np.object_] = shapely.point_on_surface(shapes)
    return points


def table_of(rows: Mapping[str, list[object]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """A longitude and latitude table of these columns and shapes."""
    return gpd.GeoDataFrame(pd.DataFrame(dict(rows)), geometry=gpd.GeoSeries(shapes, crs=crs.LONLAT))
