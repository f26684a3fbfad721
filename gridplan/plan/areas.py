"""What lies above the grids: administrative areas as given, and the areas that a scheme makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.atoms.model import Atoms
from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.divide.areas import Areas
from gridplan.graph.atom_graph import Ints
from gridplan.partition.model import Verdict
from gridplan.plan.codes import number_zones
from gridplan.plan.land import Shapes, measure, to_degrees, unite


@dataclass(frozen=True)
class AreaZones:
    """The areas of one level with codes, land in degrees and verdicts, as findings need them, and households."""

    areas: Areas
    codes: list[str]
    shapes: Shapes
    households: list[int]

    @property
    def verdicts(self) -> Mapping[int, Verdict]:
        """By area."""
        return self.areas.verdicts


@dataclass(frozen=True)
class Named:
    """Names by id of compounds, natural villages and special sites; the administrative areas: code, name, level, parent, land."""

    things: Mapping[str, str] = field(default_factory=dict)
    areas: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Frame:
    """The communities in metres as they are divided: code, name, parent, households, population, and how many grids and units."""

    communities: gpd.GeoDataFrame
    decimals: int | None


def community_frame(
    atoms: Atoms, grids: gpd.GeoDataFrame, lands: Shapes, community: Sequence[str], decimals: int | None
) -> Frame:
    """The communities as unions of the ``lands`` of their grids (``community`` of each), with the sums of the table ``grids``."""
    codes = atoms.communities["code"].to_numpy(dtype=object)
    position = {str(code): number for number, code in enumerate(codes)}
    united = unite(lands, np.array([position[code] for code in community], dtype=np.int64), len(codes))
    filled = np.isin(codes.astype(str), np.asarray(community, dtype=np.str_))
    shapes = np.where(filled, united, np.asarray(atoms.communities.geometry.array))
    by_code = grids.groupby("community")
    people = by_code["population"].sum(min_count=1).where(by_code["population"].apply(lambda column: column.notna().all()))
    columns = {
        "code": codes,
        "name": atoms.communities["name"].to_numpy(),
        "parent": atoms.communities["parent"].to_numpy() if "parent" in atoms.communities else None,
        "households": by_code["households"].sum().reindex(codes, fill_value=0).to_numpy(),
        "population": people.reindex(codes).array,
        "grids": by_code.size().reindex(codes, fill_value=0).to_numpy(),
        "units": by_code["units"].sum().reindex(codes, fill_value=0).to_numpy(),
    }
    return Frame(gpd.GeoDataFrame(columns, geometry=shapes, crs=atoms.communities.crs), decimals)


def code_areas(made: Sequence[Areas], frame: Frame, place: str) -> list[AreaZones]:
    """The areas of each level with their codes: numbered inside the area above, ``place`` or the community they are all of."""
    communities = frame.communities
    metres = CRS(communities.crs)
    above: list[str] = []
    coded = []
    for areas in made:
        shapes = unite(np.asarray(communities.geometry.array), areas.of_community, len(areas.above))
        parents = [
            str(communities["code"].iloc[inside]) if inside >= 0 else above[outer] if outer >= 0 else place
            for inside, outer in zip(areas.inside.tolist(), areas.above.tolist(), strict=True)
        ]
        codes = number_zones(parents, measure(shapes), areas.level)
        degrees = to_degrees(shapes, metres, decimals=frame.decimals)
        households = _sum(areas.of_community, communities["households"], len(codes)).tolist()
        coded.append(AreaZones(areas, codes, degrees, households))
        above = codes
    return coded


def area_table(given: gpd.GeoDataFrame | None, coded: Sequence[AreaZones], frame: Frame) -> gpd.GeoDataFrame:
    """``areas``: administrative ones as given, then those that were made, ordered by code.

    ``given``: ``code``, ``name``, ``level``, ``parent`` of the administrative tree, or None. Land and sums are those of the
    communities; a given area without communities keeps its outline.
    """
    tables = [_made(zones, frame, above) for zones, above in zip(coded, [None, *coded], strict=False)]
    if given is not None and len(given):
        tables.append(_given(given, frame))
    if not tables:
        empty = gpd.GeoDataFrame(columns=[*PLAN["areas"].names(), "geometry"], geometry="geometry", crs=LONLAT)
        return conform(empty, PLAN["areas"])
    whole = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), geometry="geometry", crs=LONLAT)
    return conform(whole.sort_values("code", ignore_index=True), PLAN["areas"])


def _made(zones: AreaZones, frame: Frame, above: AreaZones | None) -> gpd.GeoDataFrame:
    areas, communities = zones.areas, frame.communities
    first = np.unique(areas.of_community, return_index=True)[1]
    level = areas.level
    names = [
        level.label.format(community=communities["name"].iloc[row], number=level.code.label(level.code.split(code)[1]), of="")
        for row, code in zip(first, zones.codes, strict=True)
    ]
    parents: list[str | None] = [None] * len(zones.codes)
    for number, (inside, outer) in enumerate(zip(areas.inside.tolist(), areas.above.tolist(), strict=True)):
        if inside >= 0:
            parents[number] = str(communities["code"].iloc[inside])
        elif outer >= 0 and above is not None:
            parents[number] = above.codes[outer]
    found = [zones.verdicts.get(number) for number in range(len(zones.codes))]
    columns = {
        "code": zones.codes,
        "name": names,
        "level": level.name,
        "made": True,
        "parent": parents,
        "status": ["ok" if verdict is None else "proved" if verdict.proof else "open" for verdict in found],
        "reason": [None if verdict is None else verdict.code for verdict in found],
    }
    return _table(columns, areas.of_community, len(zones.codes), frame, zones.shapes)


def _given(given: gpd.GeoDataFrame, frame: Frame) -> gpd.GeoDataFrame:
    """Administrative areas: each the union of the communities below it in the tree."""
    parent = dict(zip(given["code"], given["parent"], strict=True))
    tables = []
    for level in given["level"].drop_duplicates():
        rows = given[given["level"] == level]
        position = {code: number for number, code in enumerate(rows["code"])}
        of = np.array([_above(code, parent, position) for code in frame.communities["parent"]], dtype=np.int64)
        shapes = unite(np.asarray(frame.communities.geometry.array), of, len(rows))
        filled = np.isin(np.arange(len(rows)), of)
        shapes = np.where(filled, shapes, np.asarray(rows.geometry.array))
        columns = {"code": rows["code"].to_numpy(), "name": rows["name"].to_numpy(), "level": level, "made": False}
        columns |= {"parent": rows["parent"].to_numpy(), "status": "ok", "reason": None}
        degrees = to_degrees(shapes, CRS(frame.communities.crs), decimals=frame.decimals)
        tables.append(_table(columns, of, len(rows), frame, degrees))
    return pd.concat(tables, ignore_index=True)


def _above(code: object, parent: Mapping[str, object], position: Mapping[str, int]) -> int:
    """The number of the area of a level that an area is or lies in; -1 for none."""
    seen: set[object] = set()
    while code is not None and not pd.isna(code) and code not in seen:
        if code in position:
            return position[str(code)]
        seen.add(code)
        code = parent.get(str(code))
    return -1


def _table(columns: Mapping[str, object], of: Ints, count: int, frame: Frame, degrees: Shapes) -> gpd.GeoDataFrame:
    known = of >= 0
    communities = frame.communities[known]
    of = of[known]
    people = communities["population"].astype("Int64")
    unknown = np.bincount(of, (people.isna() & (communities["households"] > 0)).to_numpy(np.float64), minlength=count) > 0
    metres = gpd.GeoSeries(degrees, crs=LONLAT).to_crs(communities.crs)
    measures = measure(np.asarray(metres.array, dtype=object))
    sums = {name: _sum(of, communities[name], count) for name in ("households", "grids", "units")}
    population = pd.Series(_sum(of, people.fillna(0), count), dtype="Int64").mask(unknown)
    added = {"population": population, "communities": np.bincount(of, minlength=count)}
    shape = {"area_m2": measures.area, "compactness": measures.compactness}
    return gpd.GeoDataFrame(pd.DataFrame({**columns, **sums, **added, **shape}), geometry=degrees, crs=LONLAT)


def _sum(group: Ints, values: pd.Series, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, group, values.to_numpy(np.int64))
    return total
