"""Operations by eye, on 12 x 8 squares of ten households in four quarters of 240: what each does, and what it refuses."""

import json
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gridplan as gp
from gridplan.errors import RuleError
from gridplan.plan import Plan, lineage
from gridplan.plan.by import By
from gridplan.plan.redraw.orders import OPERATIONS
from gridplan.store import operations as stored
from gridplan.store import read_plan, write_plan
from tests.editor.lattice import COMMUNITY, WEST, atom_id, lattice_plan
from tests.editor.lattice import SOUTH as SOUTHERN

#: The quarters by their codes: read from north to south, from west to east.
NW, NE, SW, SE = (f"{COMMUNITY}{number:03d}" for number in (1, 2, 3, 4))


def column(number: int, rows: range) -> list[str]:
    return [atom_id(number, row) for row in rows]


def size(plan: Plan) -> dict[str, int]:
    return {grid.code: grid.households for grid in plan.drawing.grids.values()}


def test_a_move_changes_two_grids_and_keeps_the_codes() -> None:
    start = lattice_plan()
    plan = start.move(column(6, range(4, 8)), to=NW, by=By("李", "2026-03-01T08:30:00Z", "靠近社区中心"))
    assert size(plan) == {NW: 280, NE: 200, SW: 240, SE: 240}
    assert size(start) == {NW: 240, NE: 240, SW: 240, SE: 240}
    assert plan.grids.set_index("code")["status"].tolist() == ["ok"] * 4
    (row,) = plan.history.itertuples(index=False)
    assert (row.number, row.who, row.at, row.note) == (1, "李", "2026-03-01T08:30:00Z", "靠近社区中心")
    assert json.loads(row.operation) == {"operation": "move", "atoms": column(6, range(4, 8)), "to": NW}
    assert (plan.fact("parent"), plan.fact("plan")) == (start.id, plan.id)
    assert plan.id != start.id
    moved = plan.lineage[(plan.lineage["level"] == "grid") & (plan.lineage["change"] == "moved")]
    assert moved[["old", "new", "households"]].to_numpy().tolist() == [[NE, NW, 40]]
    # As it is found from the two plans alone, by those sections that they have in common.
    assert plan.lineage.equals(lineage(start, plan))


def test_out_of_range_is_a_finding_and_no_refusal() -> None:
    plan = lattice_plan().move(column(6, range(8))[4:] + column(7, range(4, 8)), to=NW)
    assert size(plan)[NE] == 160
    assert set(plan.findings["zone"]) >= {NW, NE}
    found = plan.findings.set_index("zone").loc[NE]
    assert (found["code"], found["measure"], found["limit"], bool(found["proof"])) == ("GP217", 160.0, 200.0, False)
    assert plan.grids.set_index("code").loc[NE, "status"] == "open"
    assert (plan.totals.grids_open, plan.totals.households) == (2, 960)


def test_merge_and_split_give_new_numbers_and_void_old_ones() -> None:
    start = lattice_plan()
    one = start.merge([NW, NE])
    assert size(one) == {NW: 480, SW: 240, SE: 240}
    assert one.voided[one.voided["level"] == "grid"][["code", "voided_by"]].to_numpy().tolist() == [[NE, one.id]]
    halves = one.split(NW, line=[[WEST + 0.0036, SOUTHERN + 0.005], [WEST + 0.0036, SOUTHERN - 0.001]])
    # What was cut off is what the eastern grid was, whose code was voided in no plan that anyone has.
    assert size(halves) == {NW: 240, NE: 240, SW: 240, SE: 240}
    assert not (halves.voided["level"] == "grid").any()
    thirds = start.split(SE, into=3)
    assert sorted(size(thirds).values()) == [80, 80, 80, 240, 240, 240]
    assert set(size(thirds)) == {NW, NE, SW, SE, f"{COMMUNITY}005", f"{COMMUNITY}006"}
    # Opened again it goes on from the same parent: what was 005 may come again, what the parent had may not.
    again = Plan(**{layer.name: getattr(thirds, layer.name) for layer in fields(thirds)})
    whole = again.merge([SE, f"{COMMUNITY}005", f"{COMMUNITY}006"])
    assert (size(whole), whole.fact("parent")) == (size(start), start.id)
    # As a branch it is a parent itself, and its codes are not given again.
    branch = thirds.branch().merge([SE, f"{COMMUNITY}005", f"{COMMUNITY}006"]).split(NW, into=2)
    assert set(size(branch)) - {NW, NE, SW, SE} == {f"{COMMUNITY}007"}


def test_one_name_and_numbers_of_numpy_are_taken() -> None:
    int_of_numpy: Any = np.int64(12)
    plan = lattice_plan().lock(NW).move(atom_id(8, 3), to=NE).recount({atom_id(11, 0): int_of_numpy})
    assert plan.drawing.locked == frozenset([plan.drawing.by_code[NW]])
    assert size(plan) == {NW: 240, NE: 250, SW: 240, SE: 232}
    assert json.loads(plan.history["operation"].iloc[2])["households"] == {atom_id(11, 0): 12}


def test_all_are_rebalanced_but_locked_and_special_ones() -> None:
    ragged = lattice_plan().move(column(6, range(4, 8)), to=NW).special(column(11, range(4)), "校").lock([SW])
    plan = ragged.rebalance()
    assert size(plan)[SW] == 240
    assert plan.grids["kind"].tolist().count("special") == 1
    assert plan.totals.grids_open + plan.totals.grids_proved <= ragged.totals.grids_open + ragged.totals.grids_proved


def test_special_locked_and_linked() -> None:
    plan = lattice_plan().special(column(0, range(4, 8)), "第一小学")
    school = next(grid for grid in plan.drawing.grids.values() if grid.special)
    assert (plan.grids.set_index("code").loc[school.code, ["kind", "name"]]).tolist() == ["special", "第一小学"]
    assert plan.ordinary(school.code).grids["kind"].tolist() == ["urban"] * 5
    locked = lattice_plan().lock([NW]).must_link([atom_id(8, 5), atom_id(9, 5)]).staff(SW, post="网格员", person="p7")
    assert locked.constraints["kind"].tolist() == ["must_link", "lock"]
    assert locked.assignments.to_numpy().tolist() == [[SW, "网格员", "p7"]]
    assert locked.unlock().release(1).staff(SW, post="网格员", person="p7", off=True).constraints.empty


REFUSED: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "unknown grid": ("GP231", lambda plan: plan.move([atom_id(6, 4)], to="999")),
    "unknown atom": ("GP231", lambda plan: plan.move(["nosuch"], to=NW)),
    "locked source": ("GP232", lambda plan: plan.lock([NE]).move([atom_id(6, 4)], to=NW)),
    "locked target": ("GP232", lambda plan: plan.lock().move([atom_id(6, 4)], to=NW)),
    "in parts": ("GP233", lambda plan: plan.move([atom_id(11, 7)], to=NW)),
    "cut apart": ("GP233", lambda plan: plan.move(column(8, range(4, 8)), to=SE)),
    "special": ("GP234", lambda plan: plan.special(column(6, range(4, 8)), "校").move([atom_id(6, 4)], to=NW)),
    "linked": ("GP236", lambda plan: plan.must_link([atom_id(6, 4), atom_id(7, 4)]).move([atom_id(6, 4)], to=NW)),
    "kept apart": ("GP237", lambda plan: plan.cannot_link([atom_id(6, 4), atom_id(0, 4)]).move([atom_id(6, 4)], to=NW)),
    "nothing left": ("GP238", lambda plan: plan.move([atom_id(c, r) for c in range(6, 12) for r in range(4, 8)], to=NW)),
    "unknown operation": ("GP239", lambda plan: plan.apply({"operation": "fly"})),
    "unknown key": ("GP239", lambda plan: plan.apply({"operation": "lock", "all": True, "why": "x"})),
    "no number": ("GP239", lambda plan: plan.apply({"operation": "split", "grid": NW, "into": "2"})),
    "bad line": ("GP239", lambda plan: plan.split(NW, line=[[0.0, float("nan")], [1, 1]])),
    "far apart": ("GP240", lambda plan: plan.merge([NW, SE])),
    "a line beside": ("GP241", lambda plan: plan.split(NW, line=[[WEST - 1, 0.0], [WEST - 1, 1.0]])),
    "too many": ("GP242", lambda plan: plan.split(NW, into=25)),
    "no undo": ("GP243", Plan.undo),
    "no redo": ("GP243", Plan.redo),
    "not together": ("GP244", lambda plan: plan.must_link([atom_id(0, 0), atom_id(11, 7)])),
    "no building": ("GP245", lambda plan: plan.recount({"nosuch": 3})),
    "no count": ("GP246", lambda plan: plan.recount({atom_id(0, 0): -1})),
    "no atoms": ("GP247", lambda plan: plan.move([], to=NW)),
    "atoms of another grid": ("GP249", lambda plan: plan.split(NW, atoms=[atom_id(6, 4)])),
    "one atom alone": ("GP239", lambda plan: plan.must_link([atom_id(6, 4)])),
    "nobody in post": ("GP231", lambda plan: plan.staff(NW, post="网格员", person="p7", off=True)),
    "too large a seed": ("GP239", lambda plan: plan.repair(seed=2**63)),
    "no time": ("GP239", lambda plan: plan.lock(by=By("李", "yesterday"))),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_is_refused_and_changes_nothing(name: str) -> None:
    code, act = REFUSED[name]
    plan = lattice_plan()
    before = size(plan)
    with pytest.raises(RuleError) as refused:
        act(plan)
    assert refused.value.code == code
    assert (size(plan), plan.totals.grids, len(plan.history)) == (before, 4, 0)
    chinese = refused.value.message("zh")
    assert chinese.startswith(code)
    plain = re.sub(
        "|".join(re.escape(str(fact)) for fact in refused.value.facts.values() if isinstance(fact, str | int)), "", chinese
    )
    assert re.findall("[a-z]{3,}", plain) == [], "words of the message itself are Chinese"


def test_one_refused_operation_stops_all() -> None:
    plan = lattice_plan()
    orders: list[dict[str, object]] = [
        {"operation": "move", "atoms": [atom_id(6, 4)], "to": NW},
        {"operation": "merge", "grids": [SW, NE]},
    ]
    with pytest.raises(RuleError, match="GP240"):
        plan.apply(orders)
    assert size(plan)[NW] == 240


def test_a_thousand_edits_undone_give_the_bytes_of_the_start(tmp_path: Path) -> None:
    start = lattice_plan()
    plan = start
    for number in range(1000):
        plan = plan.move([atom_id(6, 4 + number % 4)], to=NW if number % 8 < 4 else NE)
    assert plan.undone == (1000, 0)
    for _ in range(1000):
        plan = plan.undo()
    assert plan.equals(start)
    assert plan.totals == start.totals
    write_plan(start, tmp_path / "a.gpkg")
    write_plan(plan, tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_the_same_edits_give_the_same_bytes_after_reading_and_writing(tmp_path: Path) -> None:
    orders: list[dict[str, object]] = [
        {"operation": "move", "atoms": column(6, range(4, 8)), "to": NW},
        {"operation": "split", "grid": SE, "into": 2},
        {"operation": "lock", "grids": [SW]},
    ]
    for name in ("a", "b"):
        write_plan(lattice_plan(), tmp_path / "start.gpkg")
        write_plan(read_plan(tmp_path / "start.gpkg").apply(orders), tmp_path / f"{name}.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()
    again = read_plan(tmp_path / "a.gpkg")
    assert len(again.history) == 3
    with pytest.raises(RuleError, match="GP232"):
        again.merge([SW, NW])


def test_repair_moves_few_and_says_how_few() -> None:
    emptied = lattice_plan().recount(dict.fromkeys([*column(0, range(4, 8)), atom_id(1, 7)], 0))
    assert (size(emptied)[NW], emptied.totals.grids_open) == (190, 1)
    plan = emptied.repair()
    assert (plan.outcome["moved"], plan.outcome["bound"], plan.outcome["proved"]) == (10, 10, True)
    assert (size(plan)[NW], plan.totals.grids_open) == (200, 0)
    assert [check.key for check in gp.audit(plan, gp.parse_scheme(plan.fact("scheme"), "meta")) if not check.holds] == []
    full = lattice_plan().lock([NE, SW]).recount(dict.fromkeys(column(0, range(4, 8)), 0)).recount({atom_id(1, 7): 0}).repair()
    assert full.totals.grids_open + full.totals.grids_proved == 1
    assert (size(full)[NE], size(full)[SW]) == (240, 240)
    # What only a lock keeps from being repaired is no proof; without the lock it is repaired.
    assert full.findings.set_index("zone").loc[NW, ["code", "proof"]].tolist() == ["GP253", False]
    assert full.unlock().repair().totals.grids_open == 0


def test_explain_says_what_holds_a_grid() -> None:
    told = lattice_plan().lock([NW]).explain(NW)
    lines = [line["en"] for line in told["lines"]]
    assert lines[0] == "240 households; the rule asks for 200-280, best 240."
    assert any(line.startswith("Locked") for line in lines)
    assert any(f"Beside {NE}" in line and "room for 40" in line for line in lines)
    with pytest.raises(RuleError, match="GP231"):
        lattice_plan().explain("nosuch")


def test_explained_costs_add_up_to_the_objective_of_the_plan() -> None:
    """With the weights that the plan was made with; special grids cost nothing."""
    start = lattice_plan()
    weights = json.dumps({"objective": {"compound_split": 5.0, "off_street": 0.75, "compactness": 1.25}})
    start = start.branch().special(column(0, range(4, 8)), "校")
    meta = start.meta.assign(value=start.meta["value"].where(start.meta["key"] != "parameters", weights))
    plan = Plan(**{layer.name: meta if layer.name == "meta" else getattr(start, layer.name) for layer in fields(start)})
    told = 0.0
    for code in plan.grids["code"][plan.grids["kind"] != "special"]:
        [line] = [line["en"] for line in plan.explain(code)["lines"] if line["en"].startswith("What the wishes cost")]
        told += float(re.findall(r"[\d.]+", line)[0])
    stated = plan.lock([NW]).fact("objective")
    assert told == pytest.approx(float(stated), abs=0.005 * 4 + 1e-6)
    assert float(stated) != pytest.approx(float(start.fact("objective")), abs=0.01)


def test_the_store_knows_every_operation_there_is() -> None:
    assert {*stored.LINES, *stored.OPERATIONS} == {*OPERATIONS, "undo", "redo"}
