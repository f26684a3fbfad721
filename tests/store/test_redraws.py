"""Drafts are redrawn in the store: the database holds what the operations made, whoever else is at it."""

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from gridplan.errors import RequestError, RuleError, StoreError
from gridplan.plan.audit_plan import broken_rules
from gridplan.plan.model import Plan
from gridplan.schemes.model import parse_scheme
from gridplan.store import Editor, Store, open_store
from gridplan.store.plans import PlanInfo
from gridplan.store.redraws import State
from tests.editor.lattice import COMMUNITY, HIGH, SCHEME, SOUTH, WEST, WIDE, atom_id, lattice_plan
from tests.store.test_tiles import run

LI, WANG = Editor("token:li", "planner"), Editor("token:wang", "planner")
NW, NE, SW, SE = (f"{COMMUNITY}00{number}" for number in (1, 2, 3, 4))
MIDDLE = [[WEST + 3 * WIDE, SOUTH - HIGH], [WEST + 3 * WIDE, SOUTH + 9 * HIGH]]
RULES = parse_scheme(SCHEME, "lattice")

Order = dict[str, Any]  # an operation as JSON


def move(*places: tuple[int, int], to: str | None) -> Order:
    return {"operation": "move", "atoms": [atom_id(*place) for place in places], "to": to}


MERGE: Order = {"operation": "merge", "grids": [SW, SE]}
UNDO, REDO = {"operation": "undo"}, {"operation": "redo"}


@pytest.fixture
def branch(store: Store) -> PlanInfo:
    """A branch of the lattice in the store."""
    store.save_plan(lattice_plan())
    return store.edits.branch(lattice_plan().id, LI, name="草案")


def households(store: Store, plan: str) -> dict[str, int]:
    grids = store.load_plan(plan).grids
    return dict(zip(grids["code"].str[-3:], grids["households"], strict=True))


def same(stored: Plan, redrawn: Plan) -> None:
    """The two are the same table by table; the name of a draft is its own."""
    assert stored.id == redrawn.id
    for layer, table in redrawn.layers():
        found = getattr(stored, layer)
        if layer == "meta":
            found, table = (each[each["key"] != "name"].reset_index(drop=True) for each in (found, table))
        assert found.equals(table), layer


def test_what_is_stored_is_what_was_redrawn(store: Store, branch: PlanInfo) -> None:
    steps: list[list[Order]] = [
        [move((6, 6), (7, 6), to=NW)],
        [MERGE],
        [UNDO],
        [REDO],
        [{"operation": "split", "grid": SW, "into": 2}],
        [
            {"operation": "lock", "grids": [NW]},
            {"operation": "must_link", "atoms": [atom_id(9, 6), atom_id(10, 6)], "note": "同院"},
        ],
        [{"operation": "unlock", "all": True}, {"operation": "special", "atoms": [atom_id(0, 7), atom_id(1, 7)], "name": "学校"}],
        [
            {"operation": "recount", "households": {atom_id(11, 7): 40}},
            {"operation": "rename", "level": "community", "code": COMMUNITY, "name": "新名"},
            {"operation": "rename", "level": "grid", "code": NE, "name": "乙"},
            {"operation": "staff", "grid": NE, "post": "grid_worker", "person": "p1"},
        ],
        [{"operation": "split", "grid": NW, "line": MIDDLE}],
        [UNDO],
    ]
    revision = branch.revision
    for step in steps:
        done = store.edits.redraw(branch.id, step, LI, based=frozenset({revision}), note="试")
        stored, info = store.load_plan(branch.id), store.plan(branch.id)
        same(stored, done.after)
        assert info == done.info
        assert (info.grids, info.units, info.households) == (
            len(stored.grids),
            len(stored.units),
            stored.grids["households"].sum(),
        ), step
        assert info.revision > revision
        revision = info.revision
    assert broken_rules(stored, RULES) == []
    assert stored.fact("parent") == lattice_plan().id
    assert [json.loads(text)["operation"] for text in stored.history["operation"]][-2:] == ["rename", "staff"]
    assert set(stored.history["who"]) == {"token:li"}
    assert len(store.log.history(branch.id, limit=100)) == len(steps) + 1
    assert store.load_plan(lattice_plan().id).equals(lattice_plan())


def test_only_a_branch_that_is_a_draft_is_redrawn(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    with pytest.raises(StoreError, match=r"GP433 .*branches"):
        store.edits.redraw(plan.id, [MERGE], LI)
    made = store.edits.branch(plan.id, LI)
    store.adoptions.adopt(made.id, None, LI)
    with pytest.raises(StoreError, match="GP425"):
        store.edits.redraw(made.id, [MERGE], LI)
    with pytest.raises(StoreError, match="GP401"):
        store.edits.redraw("'; DROP TABLE plans; --", [MERGE], LI)
    with pytest.raises(StoreError, match="GP401"):
        store.edits.lines("nosuch")


REFUSED: list[tuple[list[Any], str]] = [
    ([], "GP586"),
    ([5], "GP586"),
    ([{"operation": ["move"]}], "GP239"),
    ([move((6, 6), to=NW), {"operation": "fly"}], "GP239"),
    ([move((6, 6), to=NW), move((6, 5), to="nosuch")], "GP231"),
    ([move((6, 6), to=NW), {"operation": "merge", "grids": [NE, SW]}], "GP240"),
    ([{"operation": "lock", "grids": [NE]}, move((6, 6), to=NW)], "GP232"),
    ([move((6, 6), to=NW), UNDO], "GP239"),
]


def test_where_one_operation_is_refused_nothing_changes(store: Store, branch: PlanInfo) -> None:
    before = store.load_plan(branch.id)
    for orders, code in REFUSED:
        with pytest.raises((RequestError, RuleError), match=code):
            store.edits.redraw(branch.id, orders, LI)
        assert store.plan(branch.id) == branch
        assert store.edits.lines(branch.id)[1].undone == (0, 0)
    assert store.load_plan(branch.id).equals(before)
    assert len(store.log.history(branch.id)) == 1
    store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI, based=frozenset({1}))
    assert households(store, branch.id) == {"001": 250, "002": 230, "003": 240, "004": 240}


def test_a_stale_revision_is_refused(store: Store, branch: PlanInfo) -> None:
    store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI, based=frozenset({1}))
    with pytest.raises(StoreError, match="GP424"):
        store.edits.redraw(branch.id, [move((6, 5), to=NW)], WANG, based=frozenset({1}))
    assert households(store, branch.id)["001"] == 250


def test_only_ones_own_operations_are_undone_and_redone(store: Store, branch: PlanInfo) -> None:
    with pytest.raises(StoreError, match="GP434"):
        store.edits.redraw(branch.id, [UNDO], LI)
    store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI)
    with pytest.raises(StoreError, match=r"GP434 .*token:li"):
        store.edits.redraw(branch.id, [UNDO], WANG)
    store.edits.redraw(branch.id, [UNDO], LI)
    assert households(store, branch.id)["001"] == 240
    with pytest.raises(StoreError, match=r"GP434 .*token:li"):
        store.edits.redraw(branch.id, [REDO], WANG)
    store.edits.redraw(branch.id, [REDO], LI)
    assert households(store, branch.id)["001"] == 250
    with pytest.raises(StoreError, match="GP434"):
        store.edits.redraw(branch.id, [REDO], LI)
    store.edits.redraw(branch.id, [move((6, 5), to=NW)], WANG)
    store.edits.redraw(branch.id, [UNDO], WANG)
    store.edits.redraw(branch.id, [UNDO], LI)
    assert store.load_plan(branch.id).grids["households"].tolist() == [240] * 4
    assert len(store.load_plan(branch.id).history) == 0


def test_redrawing_is_undone_and_not_reverted(store: Store, branch: PlanInfo) -> None:
    for order in (move((6, 6), to=NW), {"operation": "rename", "level": "grid", "code": NE, "name": "乙"}):
        store.edits.redraw(branch.id, [order], LI)
        with pytest.raises(StoreError, match="GP427"):
            store.edits.revert(branch.id, store.log.history(branch.id)[0].number, LI)


def paint(store: Store, plan: str, who: Editor, places: list[tuple[int, int]]) -> None:
    """Moves squares to the west one by one, each as often as somebody else was quicker."""
    for place in places:
        while True:
            revision = store.edits.lines(plan)[0].revision
            try:
                order = move(place, to=NW if place[1] >= 4 else SW)
                done = store.edits.redraw(plan, [order], who, based=frozenset({revision}))
            except StoreError as error:
                if error.code != "GP424":
                    raise
            else:
                assert done.info.revision > revision
                break


def paint_in_a_store_of_its_own(where: str, plan: str, who: Editor, places: list[tuple[int, int]]) -> None:
    with open_store(where) as store:
        paint(store, plan, who, places)


def test_two_at_once_lose_nothing(store: Store, branch: PlanInfo) -> None:
    mine = {LI: [(6, row) for row in range(4, 8)], WANG: [(6, row) for row in range(4)]}

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda who: paint(store, branch.id, who, mine[who]), mine))
    stored = store.load_plan(branch.id)
    assert households(store, branch.id) == {"001": 280, "002": 200, "003": 280, "004": 200}
    assert sorted(stored.history["who"]) == ["token:li"] * 4 + ["token:wang"] * 4
    same(stored, store.edits.lines(branch.id)[1])
    assert store.edits.lines(branch.id)[1].undone[0] == 8, "who reads at the same time drops nothing that can be undone"
    assert broken_rules(stored, RULES) == []


def test_a_late_reader_does_not_put_an_older_state_in_the_place_of_a_newer_one(store: Store, branch: PlanInfo) -> None:
    info, plan = store.edits.lines(branch.id)
    done = store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI)
    store.edits.redraws.keep(branch.id, State(info.revision, plan, None))
    assert store.edits.lines(branch.id)[1] is done.after
    store.edits.redraws.keep(branch.id, State(done.info.revision, plan, None))
    assert store.edits.lines(branch.id)[1] is done.after


def test_what_another_program_changed_is_seen(store: Store, where: str, branch: PlanInfo) -> None:
    store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI)
    info, _ = store.edits.lines(branch.id)
    run(where, f"UPDATE grids SET name = '别名' WHERE plan = '{branch.id}' AND code = '{SE}'")
    with pytest.raises(StoreError, match="GP424"):
        store.edits.redraw(branch.id, [MERGE], LI, based=frozenset({info.revision}))
    now, plan = store.edits.lines(branch.id)
    assert now.revision > info.revision
    assert plan.grids["name"][plan.grids["code"] == SE].item() == "别名"
    done = store.edits.redraw(branch.id, [move((6, 5), to=NW)], LI)
    same(store.load_plan(branch.id), done.after)
    assert done.after.grids["name"][done.after.grids["code"] == SE].item() == "别名"
    assert households(store, branch.id)["001"] == 260


def test_a_store_opened_again_goes_on_with_parent_and_codes(where: str, store: Store, branch: PlanInfo) -> None:
    store.edits.redraw(branch.id, [MERGE], LI)
    store.edits.redraw(branch.id, [{"operation": "split", "grid": NW, "atoms": [atom_id(0, row) for row in range(4, 8)]}], LI)
    with open_store(where) as again:
        order = {"operation": "split", "grid": SW, "into": 2}
        there = again.edits.redraw(branch.id, [order], WANG).after
    stored = store.load_plan(branch.id)
    same(stored, there)
    assert stored.fact("parent") == lattice_plan().id
    # The code that ended with the merge is that of its successor again; 005 was taken by the first split, and stays.
    assert [code[-3:] for code in stored.grids["code"]] == ["001", "002", "003", "004", "005"]
    assert [json.loads(text)["operation"] for text in stored.history["operation"]] == ["merge", "split", "split"]
    assert stored.history["who"].tolist() == ["token:li", "token:li", "token:wang"]
    assert broken_rules(stored, RULES) == []
    same(stored, store.edits.lines(branch.id)[1])


def test_own_edits_are_undone_and_redone_after_a_restart(where: str, store: Store, branch: PlanInfo) -> None:
    steps: list[list[Order]] = [
        [move((6, 6), to=NW)],
        [MERGE],
        [{"operation": "recount", "households": {atom_id(11, 7): 40}}, {"operation": "lock", "grids": [NE]}],
        [{"operation": "rename", "level": "community", "code": COMMUNITY, "name": "新名"}],
    ]
    states = [store.load_plan(branch.id)]
    for step in steps:
        store.edits.redraw(branch.id, step, LI)
        states.append(store.load_plan(branch.id))
    for left, expected in reversed(list(enumerate(states[:-1], start=1))):
        with open_store(where) as again:
            assert again.edits.lines(branch.id)[1].undone[0] == left
            undone = again.edits.redraw(branch.id, [UNDO], LI)
        stored = store.load_plan(branch.id)
        same(stored, undone.after)
        same(stored, expected)
    with open_store(where) as again:
        with pytest.raises(StoreError, match="GP434"):
            again.edits.redraw(branch.id, [UNDO], LI)
        for expected in states[1:]:
            again.edits.redraw(branch.id, [REDO], LI)
            same(again.load_plan(branch.id), expected)
        assert again.edits.lines(branch.id)[1].undone == (4, 0)
        with pytest.raises(StoreError, match=r"GP434 .*token:li"):
            again.edits.redraw(branch.id, [UNDO], WANG)


def test_more_edits_than_are_kept_in_memory_are_undone(store: Store, branch: PlanInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridplan.store.redraws.PAST", 2)
    start = store.load_plan(branch.id)
    for row in range(7, 0, -1):
        store.edits.redraw(branch.id, [move((6, row), to=NW if row > 3 else SW)], LI)
    assert len(store.edits.redraws.states(branch.id)) == 3
    for _ in range(7):
        store.edits.redraw(branch.id, [UNDO], LI)
    same(store.load_plan(branch.id), start)


@pytest.mark.parametrize("between", ["names", "another program", "review", "somebody else"])
def test_what_came_between_is_not_undone_over(where: str, store: Store, branch: PlanInfo, between: str) -> None:
    store.edits.redraw(branch.id, [move((6, 6), to=NW)], LI)
    if between == "names":
        store.edits.edit(branch.id, [{"operation": "rename", "level": "grid", "code": SE, "name": "丙"}], LI)
    elif between == "another program":
        run(where, f"UPDATE grids SET name = '丙' WHERE plan = '{branch.id}' AND code = '{SE}'")
    elif between == "review":
        store.reviews.submit(branch.id, LI, note="请审")
        store.reviews.take_back(branch.id, LI)
    else:
        store.edits.redraw(branch.id, [move((6, 5), to=NW)], WANG)
    if between == "review":
        store.edits.redraw(branch.id, [UNDO], LI)
        assert store.load_plan(branch.id).grids["households"].tolist() == [240] * 4
        return
    before = store.load_plan(branch.id)
    with pytest.raises(StoreError, match="GP434"):
        store.edits.redraw(branch.id, [UNDO], LI)
    assert store.load_plan(branch.id).equals(before)


def test_former_states_keep_no_tables(store: Store, branch: PlanInfo) -> None:
    for row in (6, 5):
        plan = store.edits.redraw(branch.id, [move((6, row), to=NW)], LI).after
        assert len(plan.atoms) == 96
    *past, now = store.edits.redraws.states(branch.id)
    assert "atoms" in vars(now.plan)
    assert [name for state in past for name in vars(state.plan) if name in ("atoms", "grids", "units")] == []


@pytest.mark.parametrize("where", ["postgis"], indirect=True)
def test_two_processes_at_once_lose_nothing(where: str, store: Store, branch: PlanInfo) -> None:
    # A GeoPackage is served by one process alone.
    mine = {LI: [(6, row) for row in range(4, 8)], WANG: [(6, row) for row in range(4)]}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(paint_in_a_store_of_its_own, [where] * 2, [branch.id] * 2, mine, mine.values()))
    stored = store.load_plan(branch.id)
    assert households(store, branch.id) == {"001": 280, "002": 200, "003": 280, "004": 200}
    assert sorted(stored.history["who"]) == ["token:li"] * 4 + ["token:wang"] * 4
    # This process read the draft before the others, and reads it again.
    same(stored, store.edits.lines(branch.id)[1])
    assert broken_rules(stored, RULES) == []
    last = stored.history["who"].iloc[-1]
    store.edits.redraw(branch.id, [UNDO], LI if last == LI.name else WANG)
    same(store.load_plan(branch.id), store.edits.lines(branch.id)[1])
    assert len(store.load_plan(branch.id).history) == 7
