"""The tables of a plan, each made from what the stages before it say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.atoms.model import Atoms
from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.divide import Grids
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.messages import Fact, Language, catalogue, text
from gridplan.partition.model import Verdict
from gridplan.plan.land import Measures, Shapes, to_degrees, unite
from gridplan.report import Report
from gridplan.schemes.model import Scheme

OK, PROVED, OPEN = "ok", "proved", "open"
MESSAGES: tuple[tuple[str, Language], ...] = (("message", "en"), ("message_zh", "zh"))


@dataclass(frozen=True)
class Zones:
    """The zones of a level as findings need them.

    Codes, land in degrees, verdicts, the ids that a fact ``atom`` counts, and for units the code of the grid of each: what is
    found of a unit holds inside its grid.
    """

    level: str
    codes: Sequence[str]
    shapes: Shapes
    verdicts: Mapping[int, Verdict]
    atoms: Sequence[str]
    grids: Sequence[str] | None = None


def _layer(name: str, columns: Mapping[str, object], shapes: Shapes, order: str) -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=LONLAT)
    return conform(table.sort_values(order, ignore_index=True), PLAN[name])


def shape_columns(measures: Measures) -> dict[str, Floats]:
    """Area and compactness as tables state them: to 0.01 m2, which is what coordinates of 0.1 mm allow."""
    return {"area_m2": np.round(measures.area, 2), "compactness": np.round(measures.compactness, 6)}


def grid_table(
    codes: Sequence[str],
    shapes: Shapes,
    *,
    measures: Measures,
    atoms: Atoms,
    grids: Grids,
    community: Sequence[str],
    units: Ints,
    names: Sequence[str],
) -> gpd.GeoDataFrame:
    """``grids``: of the kind of their community or special, with the status that their verdict gives."""
    count, grid_of_cell = len(codes), grids.of_cell
    kind = atoms.communities.set_index("code")["kind"].loc[list(community)].to_numpy(dtype=object)
    found = [grids.verdicts.get(grid) for grid in range(count)]
    columns = {
        "code": codes,
        "name": names,
        "kind": np.where(grids.special, "special", kind),
        "community": community,
        "households": _sum(grid_of_cell, atoms.cells["households"], count),
        "population": _population(atoms.cells, grid_of_cell, count),
        "units": units,
        "buildings": np.bincount(grid_of_cell[atoms.buildings["cell"].to_numpy(np.int64)], minlength=count),
        **shape_columns(measures),
        "status": [OK if verdict is None else PROVED if verdict.proof else OPEN for verdict in found],
        "reason": [None if verdict is None else verdict.code for verdict in found],
        "of": pd.Series(grids.of, dtype="str"),
    }
    return _layer("grids", columns, shapes, "code")


def grid_names(
    codes: Sequence[str], grids: Grids, community: Sequence[str], atoms: Atoms, scheme: Scheme, things: Mapping[str, str]
) -> list[str]:
    """What each grid is called, as the scheme says; ``things`` has the names of what they stand for, by id."""
    name_of = atoms.communities.set_index("code")["name"]
    level = scheme.grids
    names = []
    for grid, (code, where, special, thing) in enumerate(zip(codes, community, grids.special.tolist(), grids.of, strict=True)):
        if grid in grids.names:
            names.append(grids.names[grid])
            continue
        label = scheme.special.label if special and scheme.special is not None else level.label
        number = level.code.label(level.code.split(code)[1])
        known = "" if thing is None else things.get(thing, thing)
        names.append(label.format(community=name_of[where], number=number, of=known or f"{name_of[where]}{number}"))
    return names


def unit_floors(sections: pd.DataFrame, of_section: Ints, land: Ints) -> pd.DataFrame:
    """One row a unit: ``households``, ``stacked``, ``floor_from``, ``floor_to`` (missing unless stacked), ``order`` of floors."""
    count = len(land)
    by_unit = sections.groupby(of_section)
    first = by_unit["floor_from"].min().reindex(range(count)).astype("Int64")
    last = by_unit["floor_to"].max().reindex(range(count)).astype("Int64")
    stacked = np.bincount(land, minlength=count)[land] > 1
    households = _sum(of_section, sections["households"], count)
    return pd.DataFrame(
        {
            "households": households,
            "stacked": stacked,
            "floor_from": first.where(stacked),
            "floor_to": last.where(stacked),
            "order": first.fillna(0).astype("int64"),
        }
    )


def unit_table(codes: Sequence[str], grids: Sequence[str], floors: pd.DataFrame, shapes: Shapes) -> gpd.GeoDataFrame:
    """``units``: plain land, or with others above and below it the land of their building."""
    columns = floors.drop(columns="order").assign(code=codes, grid=grids)
    return _layer("units", {str(name): columns[name] for name in columns}, shapes, "code")


def community_table(communities: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, decimals: int | None) -> gpd.GeoDataFrame:
    """``communities``: the union of their grids, with counts; one without a grid as it was given, with 0.

    ``communities`` as they were given, in metres; ``grids`` is the finished table.
    """
    codes = communities["code"].to_numpy(dtype=object)
    position = {str(code): number for number, code in enumerate(codes)}
    of = np.array([position[code] for code in grids["community"]], dtype=np.int64)
    united = unite(np.asarray(grids.geometry.array), of, len(codes))
    given = to_degrees(np.asarray(communities.geometry.array), CRS(communities.crs), decimals=decimals)
    shapes = np.where(np.isin(np.arange(len(codes)), of), united, given)
    by_code = grids.groupby("community")
    columns = {
        "code": codes,
        "name": communities["name"].to_numpy(),
        "kind": communities["kind"].to_numpy(),
        "parent": communities["parent"].to_numpy() if "parent" in communities else None,
        "households": by_code["households"].sum().reindex(codes, fill_value=0).to_numpy(),
        "grids": by_code.size().reindex(codes, fill_value=0).to_numpy(),
    }
    return _layer("communities", columns, shapes, "code")


def building_table(
    buildings: gpd.GeoDataFrame, grid_codes: Sequence[str], grid_of_cell: Ints, decimals: int | None
) -> gpd.GeoDataFrame:
    """``buildings``: each with the grid of its cell."""
    grid = grid_of_cell[buildings["cell"].to_numpy(np.int64)]
    columns = {
        "id": buildings["id"].to_numpy(),
        "grid": [grid_codes[number] for number in grid],
        "households": buildings["households"].to_numpy(),
        "estimated": buildings["estimated"].to_numpy(),
    }
    shapes = to_degrees(np.asarray(buildings.geometry.array), CRS(buildings.crs), decimals=decimals)
    return _layer("buildings", columns, shapes, "id")


def section_table(atoms: Atoms, unit_codes: Sequence[str], of_section: Ints) -> pd.DataFrame:
    """``sections``: each with its unit and the piece of land that it stands on."""
    piece = atoms.pieces["id"].to_numpy()[atoms.sections["piece"].to_numpy(np.int64)]
    table = atoms.sections.assign(unit=[unit_codes[number] for number in of_section], piece=piece)
    return conform(table.sort_values("id", ignore_index=True), PLAN["sections"])


def finding_table(*levels: Zones) -> gpd.GeoDataFrame:
    """``findings``: one a verdict, level by level, by zone code; in words, with the land of the zone."""
    rows = [row for zones in levels for row in _findings(zones)]
    table = pd.DataFrame(rows, columns=[*PLAN["findings"].names(), "geometry"])
    return conform(gpd.GeoDataFrame(table, geometry="geometry", crs=LONLAT), PLAN["findings"])


REPORTED = ["reason", "id", "detail", "message", "message_zh"]
"""The columns of a report that its readers need."""


def report_table(report: Report) -> pd.DataFrame:
    """``report``: what happened to the input, in words, in an order that the input's does not change."""
    rows = report.ordered().rows
    known = catalogue()
    words = {name: [known[key][language] if key in known else key for key in rows["reason"]] for name, language in MESSAGES}
    return conform(rows.assign(**words), PLAN["report"])


def _findings(zones: Zones) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for zone in sorted(zones.verdicts, key=lambda number: zones.codes[number]):
        scope = None if zones.grids is None else zones.grids[zone]
        row = {"level": zones.level, "zone": zones.codes[zone], "geometry": zones.shapes[zone]}
        rows.append(row | told(zones.verdicts[zone], zones.atoms, scope))
    return rows


def told(verdict: Verdict, atoms: Sequence[str], grid: str | None) -> dict[str, Any]:
    """A verdict in words: the columns of ``findings`` but level, zone and land.

    ``atoms``: the ids that a fact ``atom`` counts; ``grid``: code of the grid that the verdict holds in, for one on a unit.
    """
    facts: dict[str, Fact] = {key: atoms[int(value)] if key == "atom" else value for key, value in verdict.facts.items()}
    row = {"code": verdict.code, "measure": verdict.measure, "limit": verdict.limit, "proof": verdict.proof}
    row |= {"message": _message(verdict.code, "en", grid, facts), "message_zh": _message(verdict.code, "zh", grid, facts)}
    return row | _waivers(f"{verdict.code}.waiver", facts)


def _message(code: str, language: Language, grid: str | None, facts: dict[str, Fact]) -> str:
    words = text(code, language, **facts)
    return words if grid is None else text("finding.in_grid", language, grid=grid, words=words)


def _waivers(key: str, facts: dict[str, Fact]) -> dict[str, object]:
    if key not in catalogue():
        return {"waiver": None, "waiver_zh": None}
    return {"waiver": text(key, "en", **facts), "waiver_zh": text(key, "zh", **facts)}


def _sum(group: Ints, values: pd.Series, count: int) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, group, values.to_numpy(np.int64))
    return total


def _population(cells: gpd.GeoDataFrame, grid_of_cell: Ints, count: int) -> pd.Series:
    """The people of each grid; missing where a cell with households does not say how many."""
    known = cells["population"].astype("Int64")
    unknown = (known.isna() & (cells["households"] > 0)).to_numpy(np.bool_)
    people = pd.Series(_sum(grid_of_cell, known.fillna(0), count), dtype="Int64")
    return people.where(np.bincount(grid_of_cell[unknown], minlength=count) == 0)
