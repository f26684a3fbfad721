"""What a plan page is made from: the plan as compact columns, packed shapes and words."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridplan.cartography.credits import from_openstreetmap, source_names
from gridplan.cartography.palette import FILLS, SPECIAL
from gridplan.cartography.style import label_points, map_colours
from gridplan.maps.background import background, building_rings
from gridplan.maps.limits import MOST_KEPT, TileSource
from gridplan.maps.packed import packed_for_page
from gridplan.maps.page import PageData, page_words
from gridplan.maps.polylines import Rows
from gridplan.maps.topology import make_topology, touching
from gridplan.messages import Language, catalogue
from gridplan.plan.model import Plan
from gridplan.progress import Progress
from gridplan.schemes import KINDS, Level, parse_scheme
from gridplan.sources.town import Town

_COMMUNITY = ("code", "name", "kind", "households", "grids")
_GRID = ("name", "kind", "households", "population", "units", "buildings", "status")
_UNIT = ("households", "floor_from", "floor_to")
_FINDING = ("code", "level", "zone", "measure", "limit", "message", "message_zh", "proof", "waiver", "waiver_zh")

#: Parts of what a grid spans in which the place of its label is told: some 2 m of a grid of 150 m.
LABEL_PARTS = 64
#: Degrees of longitude or latitude that nothing on a map has.
_OFF_MAP = 1000

Columns = dict[str, list[Any]]  # whatever JSON can hold


def plan_data(plan: Plan, town: Town | None, language: Language, progress: Progress, tiles: TileSource | None = None) -> PageData:
    """All that the page shows; with ``tiles`` only those of the units that have findings, and no buildings.

    What is of no grid of the plan, or has no shape, as another program may have left some in the store, is not drawn.
    """
    plan = replace(plan, units=_drawn(plan.units, plan.grids), buildings=_drawn(plan.buildings, plan.grids))
    if tiles is not None:
        units, buildings = plan.units, plan.buildings
        found = units[units["code"].isin(plan.findings["zone"])].reset_index(drop=True)
        plan = replace(plan, units=found, buildings=buildings.iloc[:0])
    topology = make_topology({layer: getattr(plan, layer).geometry.to_numpy() for layer in ("units", "grids", "communities")})
    west, south, east, north = (float(value) for value in plan.communities.total_bounds)
    loose: dict[str, Rows] = {
        "buildings": building_rings(plan.buildings.geometry.to_numpy(), topology.origin),
        **background(town, (west, south, east, north), topology.origin),
    }
    features = sum(len(rows) for rows in topology.layers.values()) + len(plan.buildings)
    shapes, moved_m = packed_for_page(topology, loose, features, progress)
    grid_row = {code: row for row, code in enumerate(plan.grids["code"])}
    values = {
        "language": language,
        "title": "title",
        "words": page_words("plan"),
        "facts": {**plan_facts(plan), "moved_m": moved_m},
        "painted": features > MOST_KEPT,
        "tiles": None if tiles is None else asdict(tiles),
        "fills": (*FILLS, SPECIAL),
        "communities": columns(plan.communities, _COMMUNITY) | label_places(plan.communities, plan),
        "grids": grid_columns(plan)
        | {"colour": _colours(plan, touching(topology.layers["grids"]))}
        | label_places(plan.grids, plan),
        "units": {
            **columns(plan.units, _UNIT),
            "grid": [grid_row[code] for code in plan.units["grid"]],
            "tail": tails(plan.units["code"], plan.units["grid"]),
        },
        "buildings": {
            **columns(plan.buildings, ("id", "households")),
            "grid": [grid_row[code] for code in plan.buildings["grid"]],
            "estimated": plan.buildings["estimated"].astype(int).tolist(),
        },
        "findings": _findings(plan, grid_row),
        "report": _report(plan.report),
    }
    return PageData(values, shapes)


def drawn_rows(table: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Which rows can be drawn: those of a grid that is, with a place on the earth."""
    somewhere = (table.bounds.abs() < _OFF_MAP).all(axis=1)  # which no row without a shape is
    return table["grid"].isin(grids["code"]) & somewhere


def _drawn(table: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = drawn_rows(table, grids)
    return table if kept.all() else table[kept].reset_index(drop=True)


def columns(table: pd.DataFrame, names: Iterable[str]) -> Columns:
    """The columns as lists; a missing value is None, a float keeps 3 decimals."""
    made: Columns = {}
    for name in names:
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            values = values.round(3)
        made[name] = [None if pd.isna(value) else value for value in values.tolist()]
    return made


def tails(codes: Iterable[str], heads: Iterable[str]) -> list[str]:
    """What follows the code of the zone above in each code; after a slash the whole code where it does not begin with it.

    Examples
    --------
    >>> tails(["5101001", "x7"], ["5101", "5101"])
    ['001', '/x7']
    """
    return [code.removeprefix(head) if code.startswith(head) else f"/{code}" for code, head in zip(codes, heads, strict=True)]


def grid_columns(plan: Plan) -> Columns:
    """The facts of the grids, those of their shapes as they are shown: hundredths of a hectare and of compactness."""
    made = columns(plan.grids, _GRID)
    row = {code: number for number, code in enumerate(plan.communities["code"])}
    made["community"] = [row.get(code) for code in plan.grids["community"]]
    made["tail"] = tails(plan.grids["code"], plan.grids["community"])
    made["area"] = (plan.grids["area_m2"] / 100).round().astype(int).tolist()
    made["compact"] = (plan.grids["compactness"] * 100).round().astype(int).tolist()
    return made


def _colours(plan: Plan, neighbours: Sequence[Sequence[int]]) -> list[int]:
    special = (plan.grids["kind"] == "special").tolist()
    return [len(FILLS) if is_special else number for is_special, number in zip(special, map_colours(neighbours), strict=True)]


def label_places(zones: gpd.GeoDataFrame, plan: Plan) -> Columns:
    """Where the label of each zone stands, in parts of its span from west and south, and the room it has, in metres."""
    points, radius = label_points(gpd.GeoDataFrame(geometry=zones.geometry), CRS(plan.fact("crs")))
    spans = zones.bounds.to_numpy().reshape(-1, 2, 2)
    wide = np.maximum(spans[:, 1] - spans[:, 0], 1e-9)
    parts = np.rint((np.array(points).reshape(-1, 2) - spans[:, 0]) / wide * LABEL_PARTS).astype(int)
    return {"label_x": parts[:, 0].tolist(), "label_y": parts[:, 1].tolist(), "radius_m": np.rint(radius).astype(int).tolist()}


def _spans(level: Level) -> dict[str, list[int]]:
    """The range of households in each kind of community that has one."""
    spans = {kind: level.rule(kind).households for kind in KINDS}
    return {kind: [span.low, span.high] for kind, span in spans.items() if span is not None}


def plan_facts(plan: Plan) -> dict[str, object]:
    """What a page says of the plan as a whole."""
    scheme = parse_scheme(plan.fact("scheme"), "meta")
    sources = source_names(json.loads(plan.fact("source")))
    return {
        "plan": plan.id,
        "name": plan.fact("name"),
        "seed": plan.fact("seed"),
        "crs": plan.fact("crs"),
        "scheme": {"name": scheme.name, "title": scheme.title.model_dump()},
        "ranges": {"grid": _spans(scheme.grids), "unit": _spans(scheme.units)},
        "sources": sources,
        "openstreetmap": from_openstreetmap(sources),
    }


def _findings(plan: Plan, grid_row: dict[str, int]) -> Columns:
    """The findings on grids and units of the plan, with the row of the grid that each is in."""
    grid_of = {code: code for code in grid_row} | dict(zip(plan.units["code"], plan.units["grid"], strict=True))
    shown = plan.findings[plan.findings["level"].isin(["grid", "unit"]) & plan.findings["zone"].isin(list(grid_of))]
    made = columns(shown, _FINDING)
    made["grid"] = [grid_row[grid_of[zone]] for zone in shown["zone"]]
    return made


def _report(report: pd.DataFrame) -> list[dict[str, object]]:
    """How many rows of the input each thing happened to, in both languages."""
    entries = catalogue()
    empty = report["id"][report["reason"] == "report.community_empty"]
    # Reading and cleaning both notice a community without buildings; the page says so once.
    again = (report["reason"] == "report.no_buildings") & report["id"].isin(empty)
    said: list[dict[str, object]] = []
    for reason, rows in report[~again].groupby("reason"):
        written = {"en": rows["message"].iloc[0], "zh": rows["message_zh"].iloc[0]}
        written = {tongue: str(reason) if pd.isna(text) else str(text) for tongue, text in written.items()}
        known = entries.get(str(reason))
        said.append({"count": len(rows), **(written if known is None else {"en": known["en"], "zh": known["zh"]})})
    return said
