"""Grids, findings, totals and history of a plan as rows of the editor's protocol, from its drawing: no table is made for them."""

import json
from collections.abc import Iterable
from typing import Any

import shapely

from gridplan.plan import Plan
from gridplan.plan.redraw.rows import grid_name
from gridplan.plan.redraw.shapes import grid_shapes, plot_shapes
from gridplan.plan.redraw.zones import Found, GridZone

Row = dict[str, Any]  # whatever JSON can hold


def grid_rows(plan: Plan, numbers: Iterable[int] | None = None) -> list[Row]:
    """A row for each grid, by code; only those of these numbers of the drawing, where given."""
    drawing = plan.drawing
    chosen = drawing.grids.values() if numbers is None else [drawing.grids[number] for number in numbers]
    return [_grid(plan, grid) for grid in sorted(chosen, key=lambda grid: grid.code)]


def _grid(plan: Plan, grid: GridZone) -> Row:
    drawing, ground = plan.drawing, plan.drawing.ground
    rule = None if grid.special else ground.grid_rule(grid.community)
    community = ground.communities[grid.community]
    staff = [person for number, _, person in drawing.staff if number == grid.number]
    return {
        "code": grid.code,
        "name": grid_name(drawing, grid),
        "number": grid.code.removeprefix(community) or grid.code,
        "kind": "special" if grid.special else ground.kinds[grid.community],
        "community": community,
        "households": grid.households,
        "population": grid.people,
        "units": len(grid.units),
        "buildings": grid.buildings,
        "area_m2": round(grid.area_m2, 1),
        "compactness": round(grid.compactness, 3),
        "low": None if rule is None else rule.low,
        "high": None if rule is None else rule.high,
        "target": None if rule is None else rule.target,
        "status": grid.status,
        "reason": grid.found[0].code if grid.found else None,
        "locked": grid.number in drawing.locked,
        "staff": ", ".join(staff) or None,
    }


def finding_rows(plan: Plan) -> list[Row]:
    """A row for each finding on a grid or unit, with the code of its grid and a box around its land."""
    drawing = plan.drawing
    grids = sorted((grid for grid in drawing.grids.values() if grid.found), key=lambda grid: grid.code)
    rows = []
    for grid, shape in zip(grids, grid_shapes(drawing.ground, grids), strict=True):
        rows += [_finding("grid", grid.code, grid.code, found, shape) for found in grid.found]
    units = [(unit, grid, plot) for grid in drawing.grids.values() for unit, plot in grid.units_found]
    units.sort(key=lambda each: each[0].code)
    for (unit, grid, _), shape in zip(units, plot_shapes(drawing.ground, [plot for _, _, plot in units]), strict=True):
        rows += [_finding("unit", unit.code, grid.code, found, shape) for found in unit.found]
    return rows


def _finding(level: str, zone: str, grid: str, found: Found, shape: shapely.Geometry) -> Row:
    return {"level": level, "zone": zone, "grid": grid, **vars(found), "bbox": [round(value, 6) for value in shape.bounds]}


def totals(plan: Plan) -> Row:
    """Households, grids, units, and how many grids keep their range, carry a proof, or are open."""
    found = plan.totals
    return {
        "households": found.households,
        "grids": found.grids,
        "units": found.units,
        "in_range": found.grids - found.grids_proved - found.grids_open,
        "proved": found.grids_proved,
        "open": found.grids_open,
        "units_open": found.units_open,
    }


def shut(plan: Plan) -> list[list[int]]:
    """Pairs of rows of atoms whose border a line of ``cannot_cross`` crosses, the smaller row first."""
    return sorted([one, other] for one, other in plan.drawing.shut)


def history(plan: Plan, *, most: int = 200) -> Row:
    """How many edits can be undone and redone, and the last ones since the parent plan."""
    undo, redo = plan.undone
    edits = plan.drawing.edits
    first = max(len(edits) - most, 0)
    rows = [
        {
            "number": number,
            "operation": json.loads(edit.operation)["operation"],
            "who": edit.who,
            "when": edit.at,
            "note": edit.note,
        }
        for number, edit in enumerate(edits[first:], start=first + 1)
    ]
    return {"undo": undo, "redo": redo, "edits": rows}
