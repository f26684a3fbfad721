"""Plans are edited by operations, put back, branched, adopted, archived, deleted; nothing is half done and all is logged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from gridplan.errors import RequestError, StoreError
from gridplan.plan import lineage
from gridplan.plan.model import Plan
from gridplan.store import Dataset, Editor, Store
from tests.samples import RURAL, URBAN

LI = Editor("token:li", "planner")
GRID = f"{URBAN}001"


def rename(code: str, name: str, level: str = "grid") -> dict[str, Any]:
    return {"operation": "rename", "level": level, "code": code, "name": name}


def name_of(store: Store, plan: str, code: str = GRID) -> str:
    grids = store.load_plan(plan).grids
    return str(grids["name"][grids["code"] == code].item())


def test_names_are_changed_and_nothing_else(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    edits = [rename(GRID, "甲"), rename(URBAN, "东风", "community"), rename("510100001000", "街道", "area"), rename(GRID, "乙")]
    info = store.edits.edit(plan.id, edits, LI, based=frozenset({1}), note="新名")
    assert (info.state, info.revision > 1) == ("draft", True)
    after = store.load_plan(plan.id)
    assert (after.communities["name"].iloc[0], after.areas["name"].iloc[0], name_of(store, plan.id)) == ("东风", "街道", "乙")
    assert after.units.equals(plan.units)
    assert after.grids.drop(columns="name").equals(plan.grids.drop(columns="name"))
    line = store.log.history(plan.id)[0]
    assert (line.operation, line.revision, line.note, line.who) == ("rename", info.revision, "新名", "token:li")
    assert line.before is not None
    assert line.before["grids"] == {GRID: {"name": "东风社区第001网格"}}
    assert line.after is not None
    assert line.after["grids"] == {GRID: {"name": "乙"}}


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        ([], "1 to 1000"),
        ({}, "1 to 1000"),
        ([{"operation": "fly"}], "operations[0]: operation fly is not known; known are rename"),
        ([5], "operations[0]"),
        ([rename(GRID, " ")], "operations[0].name"),
        ([rename(GRID, "x" * 201)], "operations[0].name"),
        ([rename(GRID, "a\nb")], "operations[0].name"),
        ([rename(GRID, "a", "unit")], "operations[0].level: unit is not one of grid, community, area"),
        ([{**rename(GRID, "a"), "x": 1}, {"operation": "rename"}], "operations[1].code: missing"),
    ],
)
def test_operations_that_cannot_be_are_refused_with_every_fault(filled: Store, plan: Plan, operations: object, said: str) -> None:
    with pytest.raises(RequestError, match="GP586") as refused:
        filled.edits.edit(plan.id, operations, LI)
    assert said in refused.value.message("en")
    assert "请求正文不能使用" in refused.value.message("zh")


def test_where_one_operation_cannot_be_done_none_is(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    with pytest.raises(StoreError, match=r"GP426 .* no grid with the code nosuch"):
        store.edits.edit(plan.id, [rename(GRID, "甲"), rename("nosuch", "乙")], LI)
    assert store.load_plan(plan.id).equals(plan)
    assert store.plan(plan.id).revision == 1
    assert store.log.history() == []


def test_an_edit_is_put_back_unless_it_was_changed_since(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    store.edits.edit(plan.id, [rename(GRID, "甲"), rename(f"{RURAL}001", "丙")], LI)
    first = store.log.history(plan.id)[0].number
    store.edits.edit(plan.id, [rename(GRID, "乙")], LI)
    second = store.log.history(plan.id)[0].number
    with pytest.raises(StoreError, match=f"GP429 edit {first}"):
        store.edits.revert(plan.id, first, LI)
    assert name_of(store, plan.id, f"{RURAL}001") == "丙"
    store.edits.revert(plan.id, second, LI)
    assert name_of(store, plan.id) == "甲"
    store.edits.revert(plan.id, first, LI)
    assert store.load_plan(plan.id).equals(plan)
    back = store.log.history(plan.id)[0]
    store.edits.revert(plan.id, back.number, LI)
    assert name_of(store, plan.id) == "甲"
    for strange in (999_999, store.log.history()[-1].number + 10**6):
        with pytest.raises(StoreError, match="GP428"):
            store.edits.revert(plan.id, strange, LI)


def test_a_branch_is_a_draft_of_its_own(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    store.adoptions.adopt(plan.id, None, LI)
    with pytest.raises(StoreError, match=r"GP425 .*branches"):
        store.edits.edit(plan.id, [rename(GRID, "甲")], LI)
    made = store.edits.branch(plan.id, LI, name="草案")
    assert (made.state, made.revision, made.parent, made.name) == ("draft", 1, plan.id, "草案")
    copy = store.load_plan(made.id)
    assert (copy.id, copy.fact("parent"), copy.fact("name")) == (made.id, plan.id, "草案")
    for layer, table in plan.layers():
        if layer not in ("lineage", "meta"):
            same = getattr(copy, layer)
            # What a branch is redrawn from: each zone is its own former one.
            mine = same.drop(columns=["former", "households_before"], errors="ignore")
            assert mine.equals(table.drop(columns=["former", "households_before"], errors="ignore")), layer
    assert copy.sections["former"].equals(plan.sections["unit"].rename("former"))
    assert copy.sections["households_before"].tolist() == plan.sections["households"].tolist()
    assert copy.lineage.equals(lineage(plan, copy))
    store.edits.edit(made.id, [rename(GRID, "甲")], LI, based=frozenset({1}))
    assert (name_of(store, made.id), name_of(store, plan.id)) == ("甲", "东风社区第001网格")
    assert store.items.item(Dataset(made.id), "lineage", "1").text


def test_adopting_another_plan_archives_what_holds_nowhere(store: Store, plan: Plan, named: Callable[[Plan, str], Plan]) -> None:
    store.save_plan(plan)
    store.save_plan(named(plan, "b"))

    def state() -> dict[str, str]:
        return {info.id: info.state for info in store.plans()}

    first = store.adoptions.adopt(plan.id, None, LI, based=frozenset({1}), note="第一版")
    assert (first.state, first.revision) == ("adopted", 2)
    assert store.adoptions.adopt(plan.id, [URBAN], LI) == first
    assert [(each.community, each.plan, each.name) for each in store.adoptions.all()] == [
        (URBAN, plan.id, "东风社区"),
        (RURAL, plan.id, "红星村"),
    ]
    store.adoptions.adopt("b", [URBAN], LI)
    assert state() == {plan.id: "adopted", "b": "adopted"}
    assert store.scopes.scope(Dataset(community=URBAN)).name == "b"
    store.adoptions.adopt("b", [RURAL], LI)
    assert state() == {plan.id: "archived", "b": "adopted"}
    assert [line.operation for line in store.log.history(plan.id)] == ["archive", "adopt"]
    for refused in (store.edits.delete, store.adoptions.archive):
        with pytest.raises(StoreError, match="GP431"):
            refused("b", LI)
    with pytest.raises(StoreError, match=f"GP430 .* nosuch: it has {URBAN}"):
        store.adoptions.adopt("b", ["nosuch"], LI)
    store.adoptions.adopt(plan.id, None, LI)
    assert state() == {plan.id: "adopted", "b": "archived"}
    store.edits.delete("b", LI)
    assert state() == {plan.id: "adopted"}
    assert store.log.history("b")[0].operation == "delete"


def test_a_draft_is_archived_and_may_be_adopted_again(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    assert store.adoptions.archive(plan.id, LI).state == "archived"
    assert store.adoptions.archive(plan.id, LI).revision == 2
    with pytest.raises(StoreError, match="GP425"):
        store.edits.edit(plan.id, [rename(GRID, "甲")], LI)
    assert store.adoptions.adopt(plan.id, None, LI).state == "adopted"


def test_what_is_no_edit_of_rows_cannot_be_put_back(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    made = store.edits.branch(plan.id, LI)
    with pytest.raises(StoreError, match=r"GP427 .*branch"):
        store.edits.revert(made.id, store.log.history(made.id)[0].number, LI)


def test_a_stale_revision_changes_nothing(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    store.edits.edit(plan.id, [rename(GRID, "甲")], LI)
    stale = frozenset({1})
    changes: list[Callable[[], object]] = [
        lambda: store.edits.edit(plan.id, [rename(GRID, "乙")], LI, based=stale),
        lambda: store.edits.revert(plan.id, store.log.history(plan.id)[0].number, LI, based=stale),
        lambda: store.edits.delete(plan.id, LI, based=stale),
        lambda: store.adoptions.adopt(plan.id, None, LI, based=stale),
        lambda: store.adoptions.archive(plan.id, LI, based=stale),
    ]
    for change in changes:
        with pytest.raises(StoreError, match="GP424"):
            change()
    assert name_of(store, plan.id) == "甲"
    assert len(store.log.history()) == 1


@pytest.mark.parametrize("call", ["edit", "revert", "branch", "delete", "adopt", "archive"])
def test_an_unknown_plan_is_said(filled: Store, call: str) -> None:
    calls: dict[str, Callable[[str], object]] = {
        "edit": lambda plan: filled.edits.edit(plan, [rename(GRID, "甲")], LI),
        "revert": lambda plan: filled.edits.revert(plan, 1, LI),
        "branch": lambda plan: filled.edits.branch(plan, LI),
        "delete": lambda plan: filled.edits.delete(plan, LI),
        "adopt": lambda plan: filled.adoptions.adopt(plan, None, LI),
        "archive": lambda plan: filled.adoptions.archive(plan, LI),
    }
    with pytest.raises(StoreError, match="GP401"):
        calls[call]("'; DROP TABLE plans; --")
    assert len(filled.plans()) == 1


def test_no_edit_is_lost_between_many_editors(store: Store, plan: Plan) -> None:
    store.save_plan(plan)

    def edit(number: int) -> int:
        done = 0
        while done < 20:
            now = store.plan(plan.id).revision
            try:
                store.edits.edit(plan.id, [rename(GRID, f"{number}-{done}")], LI, based=frozenset({now}))
                done += 1
            except StoreError as error:
                if error.code != "GP424":
                    raise
        return done

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(edit, range(4))) == 80
    lines = store.log.history(plan.id, limit=1000)
    assert len(lines) == 80
    for later, earlier in pairwise(lines):
        assert later.before == earlier.after
        assert later.revision > earlier.revision
    assert store.plan(plan.id).revision == lines[0].revision


def test_the_log_is_read_page_by_page(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    for number in range(5):
        store.edits.edit(plan.id, [rename(GRID, str(number))], LI)
    numbers = [line.number for line in store.log.history(limit=2)]
    numbers += [line.number for line in store.log.history(limit=10, before=numbers[-1])]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 5
