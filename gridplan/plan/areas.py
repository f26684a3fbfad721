"""What lies above the grids: administrative areas as given, and the areas that a scheme makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.divide.areas import Areas
from gridplan.graph.atom_graph import Ints
from gridplan.partition.model import Verdict
from gridplan.plan.codes import number_zones
from gridplan.plan.land import DIGITS, Shapes, measure, to_degrees, to_metres, unite
from gridplan.plan.layers import shape_columns


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
    """The communities that areas are made of, in lon/lat and in the order in which they are divided; and their metre CRS.

    Columns: code, name, parent, households, population, grids, units.
    """

    communities: gpd.GeoDataFrame
    metres: CRS


def community_frame(communities: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, order: Sequence[str], metres: CRS) -> Frame:
    """The table ``communities`` in the ``order`` of these codes, with the sums of the table ``grids``."""
    by_code = grids.groupby("community")
    people = by_code["population"].sum(min_count=1).where(by_code["population"].apply(lambda column: column.notna().all()))
    ordered = communities.set_index("code").loc[list(order)].reset_index()
    sums = {
        "population": people.reindex(order).array,
        "units": by_code["units"].sum().reindex(order, fill_value=0).to_numpy(),
    }
    return Frame(ordered.assign(**sums), metres)


def code_areas(made: Sequence[Areas], frame: Frame, place: str) -> list[AreaZones]:
    """The areas of each level with their codes: numbered inside the area above, ``place`` or the community they are all of."""
    communities = frame.communities
    above: list[str] = []
    coded = []
    for areas in made:
        shapes = unite(np.asarray(communities.geometry.array), areas.of_community, len(areas.above))
        parents = [
            str(communities["code"].iloc[inside]) if inside >= 0 else above[outer] if outer >= 0 else place
            for inside, outer in zip(areas.inside.tolist(), areas.above.tolist(), strict=True)
        ]
        codes = number_zones(parents, measure(to_metres(shapes, frame.metres)), areas.level)
        households = _sum(areas.of_community, communities["households"], len(codes)).tolist()
        coded.append(AreaZones(areas, codes, shapes, households))
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
        given_shapes = to_degrees(np.asarray(rows.geometry.array), CRS(rows.crs), decimals=DIGITS)
        shapes = np.where(filled, shapes, given_shapes)
        columns = {"code": rows["code"].to_numpy(), "name": rows["name"].to_numpy(), "level": level, "made": False}
        columns |= {"parent": rows["parent"].to_numpy(), "status": "ok", "reason": None}
        tables.append(_table(columns, of, len(rows), frame, shapes))
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
    measures = measure(to_metres(degrees, frame.metres))
    sums = {name: _sum(of, communities[name], count) for name in ("households", "grids", "units")}
    population = pd.Series(_sum(of, people.fillna(0), count), dtype="Int64").mask(unknown)
    added = {"population": population, "communities": np.bincount(of, minlength=count)}
    return gpd.GeoDataFrame(pd.DataFrame({**columns, **sums, **added, **shape_columns(measures)}), geometry=degrees, crs=LONLAT)


def _sum(group: Ints, values: pd.Series, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, group, values.to_numpy(np.int64))
    return total
