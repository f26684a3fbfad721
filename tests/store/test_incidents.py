"""Incidents go their way in the store: steps with their log, rows brought from files, the grid in force, no way round."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.analysis.incidents.assignment import assign_grids
from gridplan.analysis.incidents.casework import Step
from gridplan.contracts import REGISTERS
from gridplan.errors import GridplanError, InputError, RequestError, StoreError
from gridplan.plan.model import Plan
from gridplan.store import Dataset, Editor, ItemQuery, Job, Store
from gridplan.store import incidents as casework
from tests.samples import PLAN_ID, RURAL, URBAN, spot
from tests.store.test_contract import change
from tests.store.test_registers import incident, told

LI = Editor("token:li", "planner")
REPORTED = "2026-03-01T00:30:00Z"


def day(number: int) -> str:
    return f"2026-03-{number:02}T12:00:00Z"


def properties(store: Store, item: str = "i") -> dict[str, Any]:
    found: dict[str, Any] = told(store, item)["properties"]
    return found


def test_an_incident_goes_its_way_and_the_log_tells_it(store: Store) -> None:
    made = store.registers.create("incidents", incident(id="i"), LI)
    first = store.incidents.take("i", Step("accept", day(2)), LI, based=frozenset({made.revision}), note="热线转来")
    for number, name in ((3, "dispatch"), (4, "escalate"), (5, "handle"), (6, "send_back"), (7, "handle"), (8, "close")):
        satisfaction = 4 if name == "close" else None
        store.incidents.take("i", Step(name, day(number), satisfaction=satisfaction), LI)
    found = properties(store)
    assert (found["stage"], found["handler"], found["satisfaction"]) == ("closed", "community", 4)
    assert [found[f"{name}_at"] for name in ("accepted", "dispatched", "escalated", "handled", "closed", "due")] == [
        *(day(number) for number in (2, 3, 4, 7, 8)),
        day(7),
    ]
    lines = store.incidents.history("i")
    assert [line.operation for line in reversed(lines)] == [
        *("create", "accept", "dispatch", "escalate", "handle", "send_back", "handle", "close")
    ]
    assert (lines[-2].who, lines[-2].note) == ("token:li", "热线转来")
    assert lines[2].before is not None
    assert lines[2].before["properties"]["handled_at"] == day(5), "what was sent back is not forgotten"  # type: ignore[index]
    with pytest.raises(StoreError, match="GP420"):
        store.incidents.take("i", Step("reopen", day(9)), LI, based=frozenset({first.revision}))
    with pytest.raises(InputError, match=r"GP174 .*Possible there: reopen"):
        store.incidents.take("i", Step("close", day(9)), LI)
    with pytest.raises(InputError, match="GP175"):
        store.incidents.take("i", Step("reopen", day(7)), LI)
    assert len(store.incidents.history("i")) == len(lines), "what is refused leaves no line"
    for call in (lambda: store.incidents.take("none", Step("accept", day(2)), LI), lambda: store.incidents.history("none\x00")):
        with pytest.raises(StoreError, match="GP417"):
            call()


def test_of_many_who_take_one_step_one_does(store: Store) -> None:
    store.registers.create("incidents", incident(id="i"), LI)
    start = threading.Barrier(6)

    def accept(_: int) -> str:
        start.wait()
        try:
            store.incidents.take("i", Step("accept", day(2)), LI)
        except GridplanError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        found = sorted(pool.map(accept, range(6)))
    assert found == ["GP174"] * 5 + ["done"]
    assert len(store.incidents.history("i")) == 2


def test_writing_the_row_is_no_way_round_the_steps(store: Store) -> None:
    made = store.registers.create("incidents", incident(id="i"), LI)
    wrong: tuple[dict[str, object], ...] = (
        {"stage": "closed", "closed_at": day(2)},
        {"stage": "accepted"},
        {"closed_at": day(2)},
        {"stage": "accepted", "accepted_at": "2026-02-01T00:00:00Z"},
        {"due_at": "2026-02-01T00:00:00Z"},
    )
    for values in wrong:
        with pytest.raises(RequestError, match="GP583"):
            store.registers.update("incidents", "i", {"properties": values}, LI)
        with pytest.raises(RequestError, match="GP583"):
            store.registers.replace("incidents", "i", incident(**values), LI)
    with pytest.raises(RequestError, match="GP583"):
        store.registers.create("incidents", incident(closed_at=day(2)), LI)
    assert store.items.item(Dataset(), "incidents", "i").revision == made.revision
    store.registers.update("incidents", "i", {"properties": {"stage": "accepted", "accepted_at": day(2)}}, LI)
    store.registers.update("incidents", "i", {"properties": {"address": "东风路1号"}}, LI)
    assert properties(store)["stage"] == "accepted"
    store.registers.create("incidents", incident(id="old", stage="closed", closed_at=day(2)), LI)  # known elsewhere before


def test_an_incident_gets_the_grid_in_force_where_it_lies(store: Store, where: str, plan: Plan) -> None:
    store.save_plan(plan)
    insert = "INSERT INTO adoptions (community, plan, at, who) VALUES"
    change(where, f"{insert} ('{RURAL}', '{PLAN_ID}', '2026-02-01T00:00:00Z', 'x')")
    grids = plan.grids[plan.grids["community"] == RURAL]
    inner = grids.geometry.iloc[0].representative_point()
    point = json.loads(shapely.to_geojson(inner))
    for name, reported, shape, expected in (
        ("in", day(1), point, grids["code"].iloc[0]),
        ("before", "2026-01-31T00:00:00Z", point, None),
        ("outside", day(1), {"type": "Point", "coordinates": [1, 1]}, None),
        ("nowhere", day(1), None, None),
    ):
        store.registers.create("incidents", {**incident(id=name, reported_at=reported), "geometry": shape}, LI)
        assert properties(store, name)["grid"] == expected, name
        frame = gpd.GeoDataFrame(
            {"id": [name], "reported_at": [reported]}, geometry=[shapely.geometry.shape(shape) if shape else None], crs=4326
        )
        found, _ = assign_grids(frame, store.incidents.in_force())
        assert found.fillna("").tolist() == [expected or ""], "as many at once are assigned"
    store.registers.create("incidents", {**incident(id="said", grid="旧网格"), "geometry": point}, LI)
    assert properties(store, "said")["grid"] == "旧网格"


def test_where_nothing_is_adopted_no_grid_is_in_force_rather_than_none_there(store: Store, where: str, plan: Plan) -> None:
    store.save_plan(plan)
    inner = plan.grids.set_index("community").geometry.representative_point()
    places = [inner.loc[RURAL].iloc[0], inner.loc[URBAN].iloc[0], shapely.Point(0, 0)]

    def reasons(prefix: str) -> dict[str, list[str]]:
        rows = (
            many(4).iloc[:3].assign(id=[f"{prefix}{name}" for name in ("rural", "urban", "far")]).set_geometry(places, crs=4326)
        )
        found = store.incidents.add(rows, LI).report.rows
        return {str(reason): list(mine["id"]) for reason, mine in found.groupby("reason")}

    assert reasons("1-") == {"report.assign_not_in_force": ["1-rural", "1-urban", "1-far"]}, "no plan was adopted at all"
    change(
        where, f"INSERT INTO adoptions (community, plan, at, who) VALUES ('{RURAL}', '{PLAN_ID}', '2026-02-01T00:00:00Z', 'x')"
    )
    assert reasons("2-") == {"report.assign_not_in_force": ["2-urban"], "report.assign_outside": ["2-far"]}
    named = (
        many(4)
        .iloc[:2]
        .assign(id=["3-known", "3-strange"], grid=[plan.grids.set_index("community")["code"].loc[RURAL].iloc[0], "NO"])
    )
    told = store.incidents.add(named, LI).report.rows
    assert told[["reason", "id", "detail"]].to_numpy().tolist() == [["report.incident_unknown_grid", "3-strange", "NO"]]
    assert properties(store, "3-strange")["grid"] == "NO"
    assert (properties(store, "1-rural")["grid"], properties(store, "2-rural")["grid"] is None) == (None, False)


def many(count: int) -> gpd.GeoDataFrame:
    table = pd.DataFrame({"id": [f"e{number:05}" for number in range(count)], "kind": "噪声", "stage": "accepted"})
    table["reported_at"], table["accepted_at"], table["due_at"] = REPORTED, day(2), day(7)
    table["satisfaction"] = pd.array([None, 3] * (count // 2), dtype="Int64")
    places = [None if number % 7 == 3 else spot(number % 5, number % 3) for number in range(count)]
    frame = gpd.GeoDataFrame(table, geometry=places, crs=4326)
    for column in REGISTERS["incidents"].columns:
        if column.name not in frame.columns:
            frame[column.name] = None
    return frame


def test_a_job_brings_all_its_incidents_or_none(store: Store) -> None:
    def job() -> Job:
        store.jobs.create("import", {}, LI)
        begun = store.jobs.claim("me")
        assert begun is not None
        return begun

    def finished(one: Job, owner: str) -> None:
        store.incidents.finish(one, owner, many(60), replace=False, result=lambda added: {"created": added.created})

    cancelled, done = job(), job()
    store.jobs.cancel(cancelled.id)
    for one, owner in ((cancelled, "me"), (done, "another")):
        with pytest.raises(StoreError, match="GP445"):
            finished(one, owner)
    assert store.items.page(ItemQuery("incidents", Dataset())).matched == 0
    assert store.log.history("incidents") == []
    finished(done, "me")
    assert (store.jobs.get(done.id).state, store.jobs.get(done.id).result) == ("done", {"created": 60})
    (line,) = store.log.history("incidents")
    assert (line.operation, line.who) == ("import", "token:li")


@pytest.mark.parametrize("at_once", [True, False])
def test_incidents_from_files_are_put_beside_those_that_are_there(
    store: Store, where: str, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    monkeypatch.setattr(casework, "_MANY", 1 if at_once else 10**9)
    monkeypatch.setattr(casework, "_AT_ONCE", 7)
    store.registers.create("incidents", incident(id="mine"), LI)
    added = store.incidents.add(many(60), LI)
    assert (added.created, added.unchanged, added.replaced, added.kept) == (60, 0, (), ())
    first = store.items.item(Dataset(), "incidents", "e00001").revision
    store.incidents.take("e00004", Step("dispatch", day(3)), LI)
    later = many(70)
    later.loc[5, "outcome"] = "已清"
    later.loc[6, "geometry"] = spot(4, 4)
    again = store.incidents.add(later, LI)
    assert (again.created, again.unchanged, again.replaced, again.kept) == (10, 57, (), ("e00004", "e00005", "e00006"))
    assert properties(store, "e00004")["stage"] == "dispatched", "what was done here stays"
    replaced = store.incidents.add(later, LI, replace=True)
    assert (replaced.created, replaced.unchanged, replaced.replaced) == (0, 67, ("e00004", "e00005", "e00006"))
    assert [line.operation for line in store.incidents.history("e00004")] == ["replace", "dispatch"]
    assert [line.after for line in store.log.history("incidents") if line.operation == "import"][-1] == {
        "created": 60,
        "unchanged": 0,
        "replaced": 0,
        "kept": 0,
    }
    page = store.items.page(ItemQuery("incidents", Dataset(), limit=100))
    assert page.matched == 71
    here = spot(0, 0)
    found = {
        json.loads(text)["id"]
        for text in store.items.page(ItemQuery("incidents", Dataset(), box=(*here.coords[0], *here.coords[0]), limit=100)).texts
    }
    expected = later.geometry.isna() | (later.geometry == here)
    assert found == set(later["id"][expected]), "its index knows them"
    change(where, "UPDATE incidents SET outcome = 'by hand' WHERE id = 'e00001'")
    assert (store.items.item(Dataset(), "incidents", "e00001").revision or 0) > (first or 0), "its triggers are there again"
    with pytest.raises(InputError, match="GP103"):
        store.incidents.add(many(2).assign(stage="done"), LI)
    doubled = pd.concat([many(2), many(2)], ignore_index=True)
    with pytest.raises(InputError, match="GP104"):
        store.incidents.add(gpd.GeoDataFrame(doubled, crs=4326), LI)
