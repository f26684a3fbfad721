"""Any sequence of operations keeps every invariant; what is kept up step by step is what is found from scratch."""

import json
from collections.abc import Callable
from dataclasses import fields

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.errors import RuleError
from gridplan.plan import Plan, audit
from gridplan.plan.audit_plan import RANGES
from gridplan.plan.by import By
from gridplan.plan.redraw.drawing import Totals
from gridplan.plan.redraw.reading import read_drawing
from gridplan.schemes.model import parse_scheme
from tests.places import demo_plan

Draw = Callable[[int], int]
"""A number below the one given."""


def beside(plan: Plan, draw: Draw) -> dict[str, object]:
    """An atom on the border of its grid, moved across it."""
    drawing = plan.drawing
    ground = drawing.ground
    start = draw(len(ground.cell_ids))
    for step in range(len(ground.cell_ids)):
        row = (start + step) % len(ground.cell_ids)
        others = [other for other, _ in ground.near_cells[row] if drawing.of_cell[other] != drawing.of_cell[row]]
        if others:
            to = drawing.grids[drawing.of_cell[others[draw(len(others))]]].code
            return {"operation": "move", "atoms": [ground.cell_ids[row]], "to": to}
    raise AssertionError("one grid alone")


def code(plan: Plan, draw: Draw) -> str:
    codes = sorted(plan.drawing.by_code)
    return codes[draw(len(codes))]


def neighbours(plan: Plan, draw: Draw) -> list[str]:
    step = beside(plan, draw)
    atom, to = step["atoms"], step["to"]
    assert isinstance(atom, list)
    assert isinstance(to, str)
    drawing = plan.drawing
    return [drawing.grids[drawing.of_cell[drawing.ground.row_of_cell[atom[0]]]].code, to]


def cut_off(plan: Plan, draw: Draw) -> dict[str, object]:
    """Some atoms of a grid that touch each other, as a grid of their own."""
    grid = plan.drawing.grids[plan.drawing.by_code[code(plan, draw)]]
    near, inside = plan.drawing.ground.near_cells, set(grid.cells)
    group = [grid.cells[draw(len(grid.cells))]]
    for _ in range(draw(12)):
        group += [other for row in group for other, _ in near[row] if other in inside and other not in group][:1]
    ids = [plan.drawing.ground.cell_ids[row] for row in group]
    return {"operation": "split", "grid": grid.code, "atoms": ids}


def line(plan: Plan, draw: Draw) -> list[list[float]]:
    west, south, east, north = plan.communities.total_bounds
    ends = [(draw(1000) / 1000, draw(1000) / 1000) for _ in range(2)]
    return [[float(west + x * (east - west)), float(south + y * (north - south))] for x, y in ends]


def some_atoms(plan: Plan, draw: Draw) -> list[str]:
    grid = plan.drawing.grids[plan.drawing.by_code[code(plan, draw)]]
    return [plan.drawing.ground.cell_ids[grid.cells[draw(len(grid.cells))]] for _ in range(2)]


def homes(plan: Plan, draw: Draw) -> dict[str, int]:
    ids = plan.drawing.ground.tables.buildings["id"].tolist()
    return {ids[draw(len(ids))]: draw(300) for _ in range(1 + draw(3))}


ORDERS: dict[str, Callable[[Plan, Draw], dict[str, object]]] = {
    "move": beside,
    "merge": lambda plan, draw: {"operation": "merge", "grids": neighbours(plan, draw)},
    "cut off": cut_off,
    "split into": lambda plan, draw: {"operation": "split", "grid": code(plan, draw), "into": 2 + draw(2)},
    "split along": lambda plan, draw: {"operation": "split", "grid": code(plan, draw), "line": line(plan, draw)},
    "lock": lambda plan, draw: {"operation": "lock", "grids": [code(plan, draw)]},
    "unlock": lambda plan, draw: {"operation": "unlock", "all": True},
    "must": lambda plan, draw: {"operation": "must_link", "atoms": some_atoms(plan, draw)},
    "cannot": lambda plan, draw: {"operation": "cannot_link", "atoms": some_atoms(plan, draw) + some_atoms(plan, draw)},
    "cross": lambda plan, draw: {"operation": "cannot_cross", "line": line(plan, draw)},
    "special": lambda plan, draw: {"operation": "special", "atoms": cut_off(plan, draw)["atoms"], "name": "学校"},
    "ordinary": lambda plan, draw: {"operation": "ordinary", "grid": code(plan, draw)},
    "rename": lambda plan, draw: {"operation": "rename", "level": "grid", "code": code(plan, draw), "name": "新名"},
    "staff": lambda plan, draw: {"operation": "staff", "grid": code(plan, draw), "post": "网格员", "person": "p1"},
    "recount": lambda plan, draw: {"operation": "recount", "households": homes(plan, draw)},
    "recut": lambda plan, draw: {"operation": "recut", "grids": [code(plan, draw)]},
    "repair": lambda plan, draw: {"operation": "repair", "grids": neighbours(plan, draw)},
    "rebalance": lambda plan, draw: {"operation": "rebalance", "grids": neighbours(plan, draw)},
}


def check(plan: Plan) -> None:
    """Every invariant, from the tables alone; and that nothing kept up differs from what is found from scratch."""
    found = audit(plan, parse_scheme(plan.fact("scheme"), "meta"))
    assert [one for one in found if not one.holds and one.key not in RANGES] == []
    # What is out of its range says so.
    told = set(plan.findings["zone"])
    assert {zone for one in found if one.key in RANGES for zone in one.ids} <= told
    again = Plan(**{layer.name: getattr(plan, layer.name) for layer in fields(plan)})
    drawing = read_drawing(again)
    assert drawing.totals == plan.totals == sum(map(Totals.of, plan.drawing.grids.values()), Totals())
    assert [edit.operation for edit in drawing.edits] == [edit.operation for edit in plan.drawing.edits]
    moved = again.rename(again.grids["code"].iloc[0], "x").rename(again.grids["code"].iloc[0], again.grids["name"].iloc[0])
    for layer in ("grids", "units", "atoms", "pieces", "sections", "buildings", "nodes", "lineage", "communities", "findings"):
        mine, theirs = getattr(plan, layer), getattr(moved, layer)
        assert mine.equals(theirs), layer
    assert set(moved.voided["code"]) == set(plan.voided["code"])


@given(steps=st.lists(st.sampled_from(sorted(ORDERS)), min_size=1, max_size=12), numbers=st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sequence_of_operations_keeps_every_invariant(steps: list[str], numbers: object) -> None:
    plan = start = demo_plan()
    done = 0
    refused: set[str] = set()
    for step in steps:
        draw = numbers.randrange  # type: ignore[attr-defined] # a Random
        try:
            plan = plan.apply(ORDERS[step](plan, draw), by=By("li", "2026-03-01T08:30:00Z", step))
            done += 1
        except RuleError as error:
            refused.add(error.code)
    assert refused <= {f"GP{number}" for number in (*range(230, 248), 267)}
    if done:
        check(plan)
        assert plan.undone == (done, 0)
        assert [json.loads(text)["operation"] for text in plan.history["operation"]]
    for _ in range(done):
        plan = plan.undo()
    assert plan.equals(start)
    for _ in range(done):
        plan = plan.redo()
    assert plan.undone == (done, 0)
