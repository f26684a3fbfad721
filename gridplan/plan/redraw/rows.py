"""Rows of the tables that the grids of a drawing make, for all of them or for those that changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.plan.land import measure, to_metres
from gridplan.plan.layers import MESSAGES, shape_columns
from gridplan.plan.posts import post_rows
from gridplan.plan.redraw.drawing import Drawing
from gridplan.plan.redraw.shapes import grid_shapes, plot_shapes
from gridplan.plan.redraw.zones import Found, GridZone, Plot, UnitZone

Row = tuple[object, ...]


@dataclass(frozen=True)
class Rows:
    """Rows of a layer, in the order of its contract's columns, with their shapes where it has any."""

    layer: str
    values: Sequence[Row]
    shapes: Sequence[shapely.Geometry] = ()

    def only(self, places: Sequence[int]) -> "Rows":
        """The rows in these places."""
        shapes = [self.shapes[place] for place in places] if self.shapes else ()
        return Rows(self.layer, [self.values[place] for place in places], shapes)

    def table(self) -> pd.DataFrame:
        """The same as a table."""
        frame = pd.DataFrame(list(self.values), columns=PLAN[self.layer].names())
        if PLAN[self.layer].geometry:
            frame = gpd.GeoDataFrame(frame, geometry=list(self.shapes), crs=LONLAT)
        return conform(frame, PLAN[self.layer])


def grid_rows(drawing: Drawing, grids: Sequence[GridZone]) -> Rows:
    """``grids``: one row each."""
    ground = drawing.ground
    shapes = grid_shapes(ground, grids)
    measures = shape_columns(measure(to_metres(np.array(shapes, dtype=object), ground.metres)))
    rows: list[Row] = [
        (
            grid.code,
            grid_name(drawing, grid),
            "special" if grid.special else ground.kinds[grid.community],
            ground.communities[grid.community],
            grid.households,
            grid.people,
            len(grid.units),
            grid.buildings,
            area,
            compactness,
            grid.status,
            grid.found[0].code if grid.found else None,
            grid.thing,
        )
        for grid, area, compactness in zip(grids, measures["area_m2"].tolist(), measures["compactness"].tolist(), strict=True)
    ]
    return Rows("grids", rows, shapes)


def unit_rows(drawing: Drawing, units: Sequence[tuple[GridZone, Plot, UnitZone]]) -> Rows:
    """``units``: one row each."""
    first, last = drawing.ground.lookups.storeys
    rows: list[Row] = []
    for grid, plot, unit in units:
        stacked = len(plot.units) > 1
        low = min((first[row] for row in unit.sections if first[row] >= 0), default=None) if stacked else None
        high = max((last[row] for row in unit.sections if last[row] >= 0), default=None) if stacked else None
        rows.append((unit.code, grid.code, unit.households, stacked, low, high))
    return Rows("units", rows, plot_shapes(drawing.ground, [plot for _, plot, _ in units]))


def units_of(grids: Iterable[GridZone]) -> list[tuple[GridZone, Plot, UnitZone]]:
    """The units of these grids with where they are, by code."""
    found = [(grid, plot, unit) for grid in grids for plot in grid.plots for unit in plot.units]
    return sorted(found, key=lambda one: one[2].code)


def staffing_rows(drawing: Drawing, grids: Sequence[GridZone]) -> Rows:
    """``posts`` of these grids and their units."""
    scheme = drawing.ground.scheme
    units = [unit for grid in grids for unit in grid.units] if scheme.units.posts else []
    return Rows(
        "posts",
        post_rows(
            [
                (scheme.grids, [grid.code for grid in grids], [grid.households for grid in grids]),
                (scheme.units, [unit.code for unit in units], [unit.households for unit in units]),
            ]
        ),
    )


def finding_rows(drawing: Drawing, grids: Sequence[GridZone]) -> Rows:
    """``findings`` on these grids, by code, then on their units, by code."""
    out = sorted((grid for grid in grids if grid.found), key=lambda grid: grid.code)
    units = sorted(((unit, plot) for grid in grids for unit, plot in grid.units_found), key=lambda one: one[0].code)
    lands = [*grid_shapes(drawing.ground, out), *plot_shapes(drawing.ground, [plot for _, plot in units])]
    zones = [("grid", grid.code, grid.found) for grid in out] + [("unit", unit.code, unit.found) for unit, _ in units]
    rows: list[Row] = []
    shapes: list[shapely.Geometry] = []
    for (level, code, found), land in zip(zones, lands, strict=True):
        rows += [_finding(level, code, one) for one in found]
        shapes += [land] * len(found)
    return Rows("findings", rows, shapes)


def _finding(level: str, code: str, found: Found) -> Row:
    words = tuple(getattr(found, name) for name, _ in MESSAGES)
    measures = (float(found.measure), float(found.limit))
    return (found.code, level, code, *measures, *words, bool(found.proof), found.waiver, found.waiver_zh)


def constraint_rows(drawing: Drawing) -> Rows:
    """``constraints``: in the order of their making, then the locked grids."""
    rows: list[Row] = []
    for one in drawing.constraints:
        items: list[object] = [list(point) for point in one.line] or [drawing.ground.cell_ids[row] for row in one.atoms]
        rows.append((one.number, one.kind, json.dumps(items, ensure_ascii=False), one.note))
    if drawing.locked:
        codes = sorted(drawing.grids[number].code for number in drawing.locked)
        rows.append((max((one.number for one in drawing.constraints), default=0) + 1, "lock", json.dumps(codes), None))
    return Rows("constraints", rows)


def staff_rows(drawing: Drawing) -> Rows:
    """``assignments``: by grid."""
    return Rows("assignments", sorted((drawing.grids[number].code, post, person) for number, post, person in drawing.staff))


def history_rows(drawing: Drawing, *, after: int = 0) -> Rows:
    """``history``: the edits after so many."""
    steps = enumerate(drawing.edits[after:], start=after + 1)
    return Rows("history", [(number, step.operation, step.who, step.at, step.note) for number, step in steps])


def grid_name(drawing: Drawing, grid: GridZone) -> str:
    """What a planner called a grid, else what the grid with its code was called, else the scheme's name for it."""
    ground = drawing.ground
    level, names = ground.scheme.grids, ground.grid_names
    if grid.name is not None or grid.code in names:
        return grid.name if grid.name is not None else names[grid.code]
    place = ground.community_names[grid.community]
    number = level.code.label(level.code.split(grid.code)[1])
    return level.label.format(community=place, number=number, of=f"{place}{number}")
