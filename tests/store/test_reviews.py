"""Drafts are submitted, taken back, approved, sent back and adopted; each step once, by whom it may be, and logged."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from gridplan.errors import StoreError
from gridplan.plan.model import Plan
from gridplan.store import (
    COMMAND_LINE,
    CountQuery,
    Dataset,
    Editor,
    ItemQuery,
    Store,
    geopackage,
    migrate,
    open_store,
    write_plan,
)
from gridplan.store.records import STATES
from gridplan.store.stages import STEPS
from gridplan.store.tables import BEFORE, SCHEMA
from tests.editor.lattice import lattice_plan
from tests.samples import URBAN

LI, WANG = Editor("token:li", "planner"), Editor("token:wang", "planner")
NOTE = "钢厂二期入住后再核"
GRID = f"{URBAN}001"
RENAME = {"operation": "rename", "level": "grid", "code": GRID, "name": "甲"}

#: Every step, taken by somebody who may.
TAKEN: dict[str, Callable[[Store, str], object]] = {
    "submit": lambda store, plan: store.reviews.submit(plan, LI, note=NOTE),
    "take_back": lambda store, plan: store.reviews.take_back(plan, LI),
    "approve": lambda store, plan: store.reviews.approve(plan, WANG),
    "send_back": lambda store, plan: store.reviews.send_back(plan, WANG, note=NOTE),
    "adopt": lambda store, plan: store.adoptions.adopt(plan, None, WANG),
    "archive": lambda store, plan: store.adoptions.archive(plan, WANG),
    "delete": lambda store, plan: store.edits.delete(plan, WANG),
}
#: How a plan comes into a state.
WAYS = {
    "draft": (),
    "submitted": ("submit",),
    "approved": ("submit", "approve"),
    "adopted": ("submit", "approve", "adopt"),
    "archived": ("archive",),
}


def brought(store: Store, plan: Plan, state: str) -> int:
    """Saves the plan and brings it into a state; its revision there."""
    store.save_plan(plan)
    for step in WAYS[state]:
        TAKEN[step](store, plan.id)
    assert store.plan(plan.id).state == state
    return store.plan(plan.id).revision


def test_a_plan_goes_its_whole_way(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    reviews = store.reviews
    submitted = reviews.submit(plan.id, LI, based=frozenset({1}), note=NOTE)
    assert (submitted.state, submitted.revision) == ("submitted", 2)
    back = reviews.send_back(plan.id, WANG, based=frozenset({2}), note="002 号网格再议")
    assert (back.state, back.revision) == ("draft", 3)
    edited = store.edits.edit(plan.id, [RENAME], LI, based=frozenset({3}))
    again = reviews.submit(plan.id, LI, based=frozenset({edited.revision}), note=NOTE)
    approved = reviews.approve(plan.id, WANG, based=frozenset({again.revision}), note="同意")
    assert approved.state == "approved"
    adopted = store.adoptions.adopt(plan.id, None, WANG, based=frozenset({approved.revision}), note="试行", approval=True)
    assert (adopted.state, adopted.revision) == ("adopted", approved.revision + 1)
    told = [(line.operation, line.who, line.note, line.revision) for line in reversed(reviews.steps(plan.id))]
    assert told == [
        ("submit", "token:li", NOTE, 2),
        ("send_back", "token:wang", "002 号网格再议", 3),
        ("submit", "token:li", NOTE, again.revision),
        ("approve", "token:wang", "同意", approved.revision),
        ("adopt", "token:wang", "试行", adopted.revision),
    ]
    line = store.log.history(plan.id)[1]
    assert (line.operation, line.before, line.after, line.role) == (
        "approve",
        {"state": "submitted"},
        {"state": "approved"},
        "planner",
    )
    assert [line.operation for line in reviews.steps(plan.id, limit=2)] == ["adopt", "approve"]
    assert store.load_plan(plan.id).grids.drop(columns="name").equals(plan.grids.drop(columns="name"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_from_its_states_alone(store: Store, plan: Plan, state: str, step: str) -> None:
    before = brought(store, plan, state)
    lines = store.log.history()
    if state in STEPS[step].needs:
        TAKEN[step](store, plan.id)
        assert [info.state for info in store.plans()] == ([STEPS[step].gives] if step != "delete" else [])
        return
    with pytest.raises(StoreError, match="GP431" if state == "adopted" and step in ("archive", "delete") else "GP435") as refused:
        TAKEN[step](store, plan.id)
    assert (store.plan(plan.id).state, store.plan(plan.id).revision) == (state, before)
    assert store.log.history() == lines
    if refused.value.code == "GP435":
        assert "/plans/5a3c0ffee0000001/" in refused.value.message("en")
        assert {"draft": "草稿", "submitted": "已提交", "approved": "已批准", "adopted": "已采用", "archived": "已归档"}[
            state
        ] in refused.value.message("zh")


@pytest.mark.parametrize("state", ["submitted", "approved", "adopted", "archived"])
def test_no_line_and_no_name_of_what_is_no_draft_is_edited(store: Store, state: str) -> None:
    plan = lattice_plan()
    before = brought(store, plan, state)
    move = {"operation": "move", "atoms": [plan.atoms["id"].iloc[0]], "to": plan.grids["code"].iloc[1]}
    for call in (
        lambda: store.edits.edit(plan.id, [{**RENAME, "code": plan.grids["code"].iloc[0]}], LI),
        lambda: store.edits.redraw(plan.id, [move], LI),
        lambda: store.edits.revert(plan.id, 1, LI),
    ):
        with pytest.raises(StoreError, match=r"GP425 .*/branches") as refused:
            call()
        if state == "submitted":
            assert "/withdrawal" in refused.value.message("en")
            assert "撤回" in refused.value.message("zh")
    assert store.plan(plan.id).revision == before
    # A copy of it is draft, whatever it is itself.
    assert store.edits.branch(plan.id, LI).state == "draft"


def test_open_findings_and_what_is_sent_back_need_a_note(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    for note in (None, "", " \n"):
        with pytest.raises(StoreError, match=r"GP436 .*not proved: 1"):
            store.reviews.submit(plan.id, LI, note=note)
    store.save_plan(lattice_plan())
    assert store.reviews.submit(lattice_plan().id, LI).state == "submitted"
    store.reviews.submit(plan.id, LI, note=NOTE)
    for note in ("", "  "):
        with pytest.raises(StoreError, match="GP436") as refused:
            store.reviews.send_back(plan.id, WANG, note=note)
        assert "请写明需要修改的内容" in refused.value.message("zh")
    assert store.plan(plan.id).state == "submitted"


def test_four_eyes_where_people_are_known(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    reviews = store.reviews
    reviews.submit(plan.id, LI, note=NOTE)
    with pytest.raises(StoreError, match=r"GP437 .*token:li"):
        reviews.approve(plan.id, LI)
    with pytest.raises(StoreError, match=r"GP438 .*token:li"):
        reviews.take_back(plan.id, WANG)
    assert reviews.take_back(plan.id, LI).state == "draft"
    # Whoever submitted it last counts, and not whoever did before.
    reviews.submit(plan.id, WANG, note=NOTE)
    assert reviews.approve(plan.id, LI).state == "approved"


def test_where_nobody_is_asked_who_they_are_one_may_take_every_step(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    local = Editor("local", "admin", known=False)
    for who in (local, COMMAND_LINE):
        store.reviews.submit(plan.id, who, note=NOTE)
        store.reviews.take_back(plan.id, local)
        store.reviews.submit(plan.id, who, note=NOTE)
        assert store.reviews.approve(plan.id, who).state == "approved"
        store.reviews.send_back(plan.id, who, note=NOTE)


def test_what_somebody_may_do_is_what_is_not_refused(store: Store, plan: Plan) -> None:
    store.save_plan(plan)

    def may(who: Editor, *, approval: bool = True) -> list[str]:
        return store.reviews.may(store.plan(plan.id), who, approval=approval)

    assert (may(LI), may(LI, approval=False)) == (["submit", "archive"], ["submit", "adopt", "archive"])
    store.reviews.submit(plan.id, LI, note=NOTE)
    assert (may(LI), may(WANG)) == (["take_back", "send_back"], ["approve", "send_back"])
    assert may(COMMAND_LINE) == ["take_back", "approve", "send_back"]
    store.reviews.approve(plan.id, WANG)
    assert may(LI) == may(WANG) == ["send_back", "adopt"]
    store.adoptions.adopt(plan.id, [URBAN], LI)
    assert may(LI) == []


def test_where_approval_is_asked_for_nothing_else_is_adopted(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    adopt = store.adoptions.adopt
    with pytest.raises(StoreError, match=r"GP439 .* is draft"):
        adopt(plan.id, None, LI, approval=True)
    store.adoptions.archive(plan.id, LI)
    with pytest.raises(StoreError, match="GP439"):
        adopt(plan.id, None, LI, approval=True)
    copy = store.edits.branch(plan.id, LI).id
    store.reviews.submit(copy, LI, note=NOTE)
    with pytest.raises(StoreError, match="GP435"):
        adopt(copy, None, LI)
    store.reviews.approve(copy, WANG)
    assert adopt(copy, [URBAN], LI, approval=True).state == "adopted"
    # What holds in one community may hold in the next, and what held once may hold again.
    assert adopt(copy, None, LI, approval=True).state == "adopted"
    assert adopt(plan.id, None, LI).state == "adopted"
    assert store.plan(copy).state == "archived"
    assert adopt(copy, None, LI, approval=True).state == "adopted"


def test_a_stale_revision_takes_no_step(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    stale = frozenset({99})
    calls: dict[str, Callable[[], object]] = {
        "submit": lambda: store.reviews.submit(plan.id, LI, based=stale, note=NOTE),
        "take_back": lambda: store.reviews.take_back(plan.id, LI, based=stale),
        "approve": lambda: store.reviews.approve(plan.id, WANG, based=stale),
        "send_back": lambda: store.reviews.send_back(plan.id, WANG, based=stale, note=NOTE),
    }
    for way, steps in (((), ("submit",)), (("submit",), ("take_back", "approve", "send_back")), (("approve",), ("send_back",))):
        for step in way:
            TAKEN[step](store, plan.id)
        before = store.plan(plan.id)
        for step in steps:
            with pytest.raises(StoreError, match=f"GP424 .*revision {before.revision}"):
                calls[step]()
        assert store.plan(plan.id) == before
    for name in ("submit", "take_back", "approve", "send_back"):
        with pytest.raises(StoreError, match="GP401"):
            TAKEN[name](store, "'; DROP TABLE plans; --")


@pytest.mark.parametrize(
    "steps", [("approve", "approve"), ("approve", "send_back"), ("take_back", "send_back"), ("submit", "submit")]
)
def test_of_two_steps_at_the_same_time_one_is_taken(store: Store, plan: Plan, steps: tuple[str, str]) -> None:
    store.save_plan(plan)
    if steps[0] != "submit":
        TAKEN["submit"](store, plan.id)
    revision = store.plan(plan.id).revision
    based = frozenset({revision})
    calls: dict[str, Callable[[], object]] = {
        "submit": lambda: store.reviews.submit(plan.id, LI, based=based, note=NOTE),
        "take_back": lambda: store.reviews.take_back(plan.id, LI, based=based),
        "approve": lambda: store.reviews.approve(plan.id, WANG, based=based),
        "send_back": lambda: store.reviews.send_back(plan.id, WANG, based=based, note=NOTE),
    }

    def taken(step: str) -> str:
        try:
            calls[step]()
        except StoreError as error:
            return error.code
        return step

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(taken, steps * 4))
    assert len([each for each in found if each in steps]) == 1
    assert set(found) - set(steps) == {"GP424"}
    assert store.plan(plan.id).revision == revision + 1
    assert len(store.reviews.steps(plan.id)) == (1 if steps[0] == "submit" else 2)


def test_read_only_takes_no_step(tmp_path: Path, plan: Plan) -> None:
    write_plan(plan, tmp_path / "plan.gpkg")
    with open_store(tmp_path / "plan.gpkg", read_only=True) as store:
        assert store.reviews.steps(plan.id) == []
        with pytest.raises(StoreError, match="GP409"):
            store.reviews.submit(plan.id, LI, note=NOTE)


INCIDENT = {"type": "Feature", "id": "i", "properties": {"kind": "a", "stage": "closed", "reported_at": "2026-03-01T08:30:00Z"}}
BODY = {"type": "Feature", "properties": {"organisation": "p", "name": "n", "kind": "other", "level": "grid", "zone": "g"}}
#: Columns and checks that incidents got in 0008, and states that plans got in 0007.
ADDED = ("rejected_at", "escalated_at", "due_at", "handler", "satisfaction", "address")
CHECKS = (
    ("CONSTRAINT ck_incidents_handler CHECK (handler IN ('grid', 'community', 'town', 'county')), ", "incidents"),
    ("CONSTRAINT ck_incidents_satisfaction CHECK (satisfaction BETWEEN 1 AND 5), ", "incidents"),
    ("'submitted', 'approved', ", "plans"),
)


def aged(path: Path, version: str) -> None:
    """Makes a file what one of an earlier revision is."""
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA writable_schema = ON")
        for text, table in CHECKS[: 3 if version == "0006" else 2]:
            file.execute("UPDATE sqlite_master SET sql = replace(sql, ?, '') WHERE name = ?", (text, table))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        geopackage.register(file)
        dropped = file.execute(
            "SELECT 'DROP ' || type || ' ' || name FROM sqlite_master"
            " WHERE name GLOB 'ix_incidents_*' OR name GLOB 'part_incidents_*'"
            " OR name GLOB 'time_incidents_rejected*' OR name GLOB 'time_incidents_escal*' OR name GLOB 'time_incidents_due*'"
        ).fetchall()
        for (statement,) in dropped:
            file.execute(statement)
        if dropped:
            for name in ADDED:
                file.execute(f"ALTER TABLE incidents DROP COLUMN {name}")
            for name in ("organisations", "incident_parts", "job_files"):
                file.execute(f"DROP TABLE {name}")
                file.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (name,))
            file.execute("DELETE FROM registers WHERE name = 'organisations'")
        if version == "0006":
            file.execute("DROP INDEX IF EXISTS ix_edits_scope")
        file.execute("UPDATE gridplan_schema SET version = ?", (version,))
    if version == "0006":
        with closing(sqlite3.connect(path)) as file, pytest.raises(sqlite3.IntegrityError, match="ck_plans_state"):
            file.execute("UPDATE plans SET state = 'submitted'")


@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("version", BEFORE)
def test_a_file_of_an_earlier_revision_is_read_and_upgraded(tmp_path: Path, plan: Plan, version: str, served: bool) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    if served:
        with open_store(path) as store:
            store.edits.edit(plan.id, [RENAME], LI)
            store.registers.create("incidents", INCIDENT, LI)
    aged(path, version)
    before = path.read_bytes()
    with open_store(path, read_only=True) as store:
        store.check()
        assert store.load_plan(plan.id).units.equals(plan.units)
        assert store.incident_counts.table(CountQuery(datetime.now(UTC))).total["reported"] == served
        for register in ("incidents", "organisations"):
            assert len(store.items.page(ItemQuery(register, Dataset())).texts) == (served and register == "incidents")
    assert path.read_bytes() == before
    with open_store(path) as store:
        store.check()
        assert store.reviews.submit(plan.id, LI, note=NOTE).state == "submitted"
        assert len(store.log.history(plan.id)) == 1 + served
        assert store.incident_counts.table(CountQuery(datetime.now(UTC))).total["reported"] == served
        if served:
            store.registers.update("incidents", "i", {"properties": {"due_at": "2026-03-02T08:30:00+08:00", "kind": "b"}}, LI)
            assert store.incident_counts.table(CountQuery(datetime.now(UTC), ("kind",))).keys == {"kind": ["b"]}
            assert b'"2026-03-02T00:30:00Z"' in store.items.item(Dataset(), "incidents", "i").text
            store.registers.create("organisations", BODY, LI)
        job = store.jobs.create("import", {}, LI, file=tmp_path / "plan.gpkg")
        store.jobs.write_file(job.id, tmp_path / "back")
        assert (tmp_path / "back").read_bytes()[:6] == b"SQLite"
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT version FROM gridplan_schema").fetchall() == [(SCHEMA,)]
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for index in ("ix_edits_scope", "ix_incidents_due", "ix_organisations_zone"):
            assert file.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (index,)).fetchall() == [(1,)], index


def test_migrating_down_leaves_drafts_and_up_again_they_go_their_way(fresh_postgis_url: str, plan: Plan) -> None:
    with open_store(fresh_postgis_url) as store:
        before = brought(store, plan, "approved")
    assert migrate(fresh_postgis_url, revision="0006") == "0006"
    with psycopg.connect(fresh_postgis_url) as connection:
        assert connection.execute("SELECT state, revision FROM plans").fetchall() == [("draft", before + 1)]
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("UPDATE plans SET state = 'submitted'")
    assert migrate(fresh_postgis_url) == SCHEMA
    with open_store(fresh_postgis_url) as store:
        assert store.reviews.submit(plan.id, LI, note=NOTE).state == "submitted"
