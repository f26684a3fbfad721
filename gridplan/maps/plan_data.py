"""What a plan page is made from: the plan as compact columns, shared lines and words, ready for JSON."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from gridplan.maps.background import background, buildings, lonlat_of
from gridplan.maps.credits import from_openstreetmap, source_names
from gridplan.maps.palette import FILLS, SPECIAL
from gridplan.maps.style import label_points, map_colours, neighbours
from gridplan.maps.topology import make_topology
from gridplan.messages import Language, catalogue
from gridplan.plan.model import Plan
from gridplan.schemes import KINDS, Level, parse_scheme
from gridplan.sources.town import Town

_COMMUNITY = ("code", "name", "kind", "households", "grids")
_GRID = (
    "code",
    "name",
    "kind",
    "community",
    "households",
    "population",
    "units",
    "buildings",
    "area_m2",
    "compactness",
    "status",
)
_UNIT = ("code", "households", "floor_from", "floor_to")
_FINDING = ("code", "level", "zone", "measure", "limit", "message", "message_zh", "proof", "waiver", "waiver_zh")

#: Degrees of longitude or latitude that nothing on a map has.
_OFF_MAP = 1000

Columns = dict[str, list[Any]]  # whatever JSON can hold


def plan_data(plan: Plan, town: Town | None, language: Language) -> dict[str, object]:
    """All that the page shows, as values that JSON can hold.

    What is of no grid of the plan, or has no shape, as another program may have left some in the store, is not drawn.
    """
    plan = replace(plan, units=_drawn(plan.units, plan.grids), buildings=_drawn(plan.buildings, plan.grids))
    shapes = {
        "communities": plan.communities.geometry.to_numpy(),
        "grids": plan.grids.geometry.to_numpy(),
        "units": plan.units.geometry.to_numpy(),
    }
    topology = make_topology(shapes)
    grid_row = {code: row for row, code in enumerate(plan.grids["code"])}
    west, south, east, north = (float(value) for value in plan.communities.total_bounds)
    return {
        "language": language,
        "words": _words(),
        "facts": _facts(plan),
        "origin": topology.origin,
        "arcs": topology.arcs,
        "fills": (*FILLS, SPECIAL),
        "communities": {**_columns(plan.communities, _COMMUNITY), "shape": topology.layers["communities"]},
        "grids": _grids(plan) | {"shape": topology.layers["grids"]} | _labels(plan, topology.origin),
        "units": {
            **_columns(plan.units, _UNIT),
            "grid": [grid_row[code] for code in plan.units["grid"]],
            "shape": topology.layers["units"],
        },
        "buildings": buildings(plan.buildings, grid_row, topology.origin),
        "findings": _findings(plan, grid_row),
        "report": _report(plan.report),
        "background": background(town, (west, south, east, north), topology.origin),
    }


def _drawn(table: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    somewhere = (table.bounds.abs() < _OFF_MAP).all(axis=1)  # which no row without a shape is
    kept = table["grid"].isin(grids["code"]) & somewhere
    return table if kept.all() else table[kept].reset_index(drop=True)


def _columns(table: pd.DataFrame, names: Iterable[str]) -> Columns:
    """The columns as lists; a missing value is None, a float keeps 3 decimals."""
    made: Columns = {}
    for name in names:
        values = table[name]
        if pd.api.types.is_float_dtype(values.dtype):
            values = values.round(3)
        made[name] = [None if pd.isna(value) else value for value in values.tolist()]
    return made


def _grids(plan: Plan) -> Columns:
    colour = map_colours(neighbours(plan.grids.geometry.to_numpy()))
    made = _columns(plan.grids, _GRID)
    codes = zip(plan.grids["code"], plan.grids["community"], strict=True)
    made["number"] = [code.removeprefix(community) or code for code, community in codes]
    special = (plan.grids["kind"] == "special").tolist()
    made["colour"] = [len(FILLS) if is_special else number for is_special, number in zip(special, colour, strict=True)]
    return made


def _labels(plan: Plan, origin: tuple[int, int]) -> Columns:
    points, radius = label_points(gpd.GeoDataFrame(geometry=plan.grids.geometry), CRS(plan.fact("crs")))
    return {"label": [lonlat_of(point, origin) for point in points], "radius_m": [round(value, 1) for value in radius]}


def _spans(level: Level) -> dict[str, list[int]]:
    """The range of households in each kind of community that has one."""
    spans = {kind: level.rule(kind).households for kind in KINDS}
    return {kind: [span.low, span.high] for kind, span in spans.items() if span is not None}


def _facts(plan: Plan) -> dict[str, object]:
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
    made = _columns(shown, _FINDING)
    made["grid"] = [grid_row[grid_of[zone]] for zone in shown["zone"]]
    return made


def _words() -> dict[str, dict[str, str]]:
    """The page's sentences in both languages, by key without ``map.``; those of the report with their own key."""
    entries = {key: entry for key, entry in catalogue().items() if key.startswith("map.")}
    return {tongue: {key.removeprefix("map."): entry[tongue] for key, entry in entries.items()} for tongue in ("en", "zh")}


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
