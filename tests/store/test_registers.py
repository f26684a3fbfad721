"""Registers are changed row by row, each change with its line in the log; whatever does not fit is told whole."""

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gridplan.errors import GridplanError, RequestError, StoreError
from gridplan.store import Dataset, Editor, ItemQuery, Store, Written, geopackage, open_store
from gridplan.store.filters import parse_crs
from tests.store.test_contract import change

LI = Editor("token:li", "planner")
INJECTED = "'); DROP TABLE incidents; --"


REJECTED = {"stage": "rejected", "rejected_at": "2026-03-01T09:30:00+08:00"}
NO_PLACES: list[object] = [[181, 0], [0, 91], [1], [], [1, 2, 3], ["1", 2], [True, 2], [[1, 2]], None, {}, [1e999, 1]]


def incident(**changed: object) -> dict[str, Any]:
    properties = {"kind": "垃圾", "stage": "collected", "reported_at": "2026-03-01T08:30:00+08:00", **changed}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [104.06, 30.67]}, "properties": properties}


def told(store: Store, item: str, register: str = "incidents") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store.items.item(Dataset(), register, item).text)
    return found


def test_a_row_is_made_changed_and_deleted_with_its_log(store: Store) -> None:
    made = store.registers.create("incidents", incident(), LI)
    assert made.created
    assert told(store, made.id)["properties"]["reported_at"] == "2026-03-01T00:30:00Z"
    moved = {"geometry": {"type": "Point", "coordinates": [104.07, 30.68]}, "properties": {**REJECTED, "outcome": "已清"}}
    changed = store.registers.update("incidents", made.id, moved, LI, based=frozenset({made.revision}))
    assert changed.revision > made.revision
    assert changed.register_revision > made.register_revision
    found = told(store, made.id)
    assert found["geometry"]["coordinates"] == [104.07, 30.68]
    assert (found["properties"]["stage"], found["properties"]["kind"]) == ("rejected", "垃圾")
    store.registers.replace("incidents", made.id, incident(kind="噪声"), LI)  # taken up again
    assert told(store, made.id)["properties"]["outcome"] is None
    store.registers.delete("incidents", made.id, LI)
    with pytest.raises(StoreError, match="GP417"):
        told(store, made.id)
    log = store.log.history("incidents")
    assert [line.operation for line in log] == ["delete", "replace", "update", "create"]
    assert {(line.who, line.role, line.item) for line in log} == {("token:li", "planner", made.id)}
    assert log[0].after is None
    assert log[-1].before is None
    for later, earlier in pairwise(log):
        assert later.before == earlier.after
        assert later.revision > earlier.revision


def test_a_patch_takes_values_away_and_leaves_what_it_does_not_name(store: Store) -> None:
    service = {
        "type": "Feature",
        "geometry": None,
        "properties": {"id": "s1", "kind": "clinic", "capacity": 12.5, "name": "一院"},
    }
    store.registers.create("services", service, LI)
    store.registers.update("services", "s1", {"properties": {"name": None}}, LI)
    found = told(store, "s1", "services")
    assert found["properties"] == {"id": "s1", "name": None, "kind": "clinic", "capacity": 12.5, "address": None}
    assert found["geometry"] is None


def test_a_stale_revision_changes_nothing(store: Store) -> None:
    made = store.registers.create("incidents", incident(), LI)
    store.registers.update("incidents", made.id, {"properties": {"outcome": "a"}}, LI)
    stale = frozenset({made.revision})
    changes: list[Callable[[], object]] = [
        lambda: store.registers.update("incidents", made.id, {"properties": {"outcome": "b"}}, LI, based=stale),
        lambda: store.registers.replace("incidents", made.id, incident(), LI, based=stale),
        lambda: store.registers.delete("incidents", made.id, LI, based=stale),
        lambda: store.registers.replace("incidents", "none", incident(), LI, based="*"),
    ]
    for call in changes:
        with pytest.raises(StoreError, match="GP420"):
            call()
    assert told(store, made.id)["properties"]["outcome"] == "a"
    assert len(store.log.history()) == 2


def test_a_row_made_again_has_no_revision_that_the_former_one_had(store: Store) -> None:
    first = store.registers.create("staff", person("p1"), LI)
    last = store.registers.update("staff", "p1", {"properties": {"phone": "1"}}, LI)
    store.registers.delete("staff", "p1", LI)
    again = store.registers.replace("staff", "p1", person("p1"), LI, only_new=True)
    assert again.revision not in (first.revision, last.revision)
    with pytest.raises(StoreError, match="GP422"):
        store.registers.replace("staff", "p1", person("p1"), LI, only_new=True)


def person(item: str) -> dict[str, Any]:
    return {"type": "Feature", "id": item, "properties": {"name": "李", "post": "grid worker"}}


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ([], "no GeoJSON feature"),
        ({"type": "FeatureCollection", "features": []}, "no GeoJSON feature"),
        (incident(stage="done"), 'properties.stage: "done" is not collected | accepted'),
        (incident(kind=7), "properties.kind: 7 is not text"),
        (incident(kind=None), "properties.kind: missing"),
        (incident(kind="x" * 201), "longer than 200"),
        (incident(address="x" * 5000), "longer than 4000"),
        (incident(satisfaction=6), "properties.satisfaction: 6 is not int 1-5"),
        (incident(satisfaction=0), "properties.satisfaction"),
        (incident(handler="me"), "properties.handler"),
        (incident(due_at="tomorrow"), "properties.due_at"),
        (incident(kind="a\x00b"), "properties.kind"),
        (incident(kind="\ud800"), "properties.kind"),
        (incident(colour="red"), "colour: no such property"),
        (incident(revision=1), "revision: no such property"),
        (incident(id=" "), "cannot be an id"),
        (incident(id="a//b"), "cannot be an id"),
        (incident(id="a/../b"), "cannot be an id"),
        (incident(id=".."), "cannot be an id"),
        (incident(id=True), "properties.id: true is not text"),
        ({**incident(id="a"), "id": "b"}, 'properties.id: "a" is not the id "b"'),
        ({**incident(), "colour": 1}, "colour: not known in a feature"),
        ({**incident(), "properties": []}, "properties: [] is not object"),
        *((incident(reported_at=text), "properties.reported_at") for text in (
            "2026-03-01", "2026-03-01T08:30:00", "2026-13-01T08:30:00Z", "0001-01-01T00:00:00+08:00", "２026-03-01T08:30:00Z", 5
        )),
        *(({**incident(), "geometry": {"type": "Point", "coordinates": place}}, "geometry") for place in NO_PLACES),
        ({**incident(), "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}, "must be Point"),
        ({**incident(), "geometry": 5}, "must be Point"),
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_refused(filled: Store, feature: object, said: str) -> None:
    with pytest.raises(RequestError, match="GP583") as refused:
        filled.registers.create("incidents", feature, LI)
    assert said in refused.value.message("en")
    assert "GP583 要素不符合" in refused.value.message("zh")
    assert filled.log.history() == []


def test_every_fault_is_told_at_once(filled: Store) -> None:
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [300, 1]}, "properties": {"stage": "x", "size": 1}}
    with pytest.raises(RequestError, match=r"GP583 .* \(5 faults\)") as refused:
        filled.registers.create("incidents", feature, LI)
    for place in ("size", "properties.stage", "properties.kind", "properties.reported_at", "geometry"):
        assert f"\n  {place}: " in str(refused.value)


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("http://www.opengis.net/def/crs/EPSG/0/4326", [30.67, 104.06]),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", [11583906.2119, 3589966.1124]),
    ],
)
def test_coordinates_in_another_crs_are_turned(store: Store, uri: str, place: list[float]) -> None:
    reference = parse_crs(uri, parameter="Content-Crs")
    point = {"type": "Point", "coordinates": place}
    made = store.registers.create("incidents", {**incident(), "geometry": point}, LI, reference=reference)
    assert told(store, made.id)["geometry"]["coordinates"] == pytest.approx([104.06, 30.67], abs=1e-7)
    store.registers.create("incidents", incident(id="moved"), LI)
    store.registers.update("incidents", "moved", {"properties": {"outcome": "x"}}, LI, reference=reference)
    assert told(store, "moved")["geometry"]["coordinates"] == [104.06, 30.67]
    with pytest.raises(RequestError, match="geometry: the type is "):
        store.registers.update("incidents", "moved", {"geometry": {"coordinates": place}}, LI, reference=reference)
    store.registers.update("incidents", "moved", {"geometry": point}, LI, reference=reference)
    assert told(store, "moved")["geometry"] == told(store, made.id)["geometry"]


def test_a_register_without_geometry_refuses_one(filled: Store) -> None:
    with pytest.raises(RequestError, match="must be null"):
        filled.registers.create("staff", {**person("p"), "geometry": {"type": "Point", "coordinates": [1, 2]}}, LI)


def test_layers_of_plans_are_no_registers(filled: Store) -> None:
    with pytest.raises(StoreError, match="GP408"):
        filled.registers.create("grids", incident(), LI)


@pytest.mark.parametrize("column", ["id", "kind", "outcome", "grid", "source"])
def test_text_is_data_never_sql(store: Store, column: str) -> None:
    made = store.registers.create("incidents", incident(**{column: INJECTED}), LI)
    found = told(store, made.id)
    assert found["properties"][column] == INJECTED
    store.registers.update("incidents", made.id, {"properties": {"outcome": f'" OR 1=1 {INJECTED}'}}, Editor(INJECTED, "planner"))
    assert store.log.history(INJECTED) == []
    assert store.log.history("incidents")[0].who == INJECTED


def test_an_id_is_given_to_one_of_many_who_want_it(store: Store) -> None:
    start = threading.Barrier(8)

    def create(number: int) -> Written | GridplanError:
        start.wait()
        try:
            return store.registers.create("incidents", incident(id="same", source=str(number)), LI)
        except GridplanError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(create, range(8)))
    made = [number for number, result in enumerate(results) if isinstance(result, Written)]
    assert len(made) == 1
    assert {result.code for result in results if isinstance(result, GridplanError)} == {"GP421"}
    assert told(store, "same")["properties"]["source"] == str(made[0])
    assert len(store.log.history("incidents")) == 1


def test_no_update_is_lost_between_many_writers(store: Store) -> None:
    store.registers.create("services", {"type": "Feature", "id": "s", "properties": {"kind": "clinic", "capacity": 0}}, LI)

    def add(_: int) -> int:
        refused = 0
        for _ in range(25):
            while True:
                item = store.items.item(Dataset(), "services", "s")
                more = json.loads(item.text)["properties"]["capacity"] + 1
                assert item.revision is not None
                try:
                    patch = {"properties": {"capacity": more}}
                    store.registers.update("services", "s", patch, LI, based=frozenset({item.revision}))
                    break
                except StoreError as error:
                    if error.code != "GP420":
                        raise
                    refused += 1
        return refused

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert told(store, "s", "services")["properties"]["capacity"] == 100
    assert len(store.log.history("services", limit=1000)) == 101


def test_a_change_by_another_program_makes_a_revision_stale(where: str) -> None:
    with open_store(where) as store:
        made = store.registers.create("incidents", incident(id="i"), LI)
        change = "UPDATE incidents SET outcome = 'by hand' WHERE id = 'i'"
        if where.endswith(".gpkg"):
            with sqlite3.connect(where, timeout=10) as other:
                geopackage.register(other)
                other.execute(change)
            other.close()
        else:
            with psycopg.connect(where) as server:
                server.execute(change)
        with pytest.raises(StoreError, match="GP420"):
            store.registers.update("incidents", "i", {"properties": {"outcome": "x"}}, LI, based=frozenset({made.revision}))
        assert told(store, "i")["properties"]["outcome"] == "by hand"


def test_a_file_that_is_only_read_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "plans.gpkg"
    open_store(path).close()
    with open_store(path, read_only=True) as store, pytest.raises(StoreError, match="GP409"):
        store.registers.create("incidents", incident(), LI)


def test_another_program_adds_rows_without_ids_and_a_row_made_again_is_another(store: Store, where: str) -> None:
    revisions: list[int] = []
    for _ in range(3):
        change(where, "INSERT INTO services (kind) VALUES ('clinic')")
        page = store.items.page(ItemQuery("services", Dataset()))
        one = json.loads(page.texts[-1])
        revisions.append(store.items.item(Dataset(), "services", one["id"]).revision or 0)
        change(where, "INSERT INTO services (kind) VALUES ('school')")
        ids = [json.loads(text)["id"] for text in store.items.page(ItemQuery("services", Dataset())).texts]
        assert len(set(ids)) == 2
        assert all(len(each) >= 32 for each in ids)
        change(where, "DELETE FROM services")
    assert revisions == sorted(set(revisions))


TIMES = {
    "2026/03/01 08:30:00+00": "2026-03-01T08:30:00Z",
    "2026/03/01 16:30:00.25+08": "2026-03-01T08:30:00.25Z",
    "2026-03-01 00:00:00+0530": "2026-02-28T18:30:00Z",
    "2026-03-01t08:30:00.123456-09:30": "2026-03-01T18:00:00.123456Z",
    "2024-02-29T23:59:59z": "2024-02-29T23:59:59Z",
    "2026-03-01T08:30:00.500000Z": "2026-03-01T08:30:00.500000Z",
}
NO_TIMES = (
    "", "x", "yesterday", "2026-03-01", "2026-03-01T08:30:00", "2026/03/01 08:30:00",
    "2026-13-01T08:30:00Z", "2026-02-30T08:30:00Z",
    "2026-03-01T24:00:00Z", "2026-03-01T23:59:60Z", "2026-03-01T08:30:00+15", "2026-03-01T08:30:00+1", "2026-03-01T08:30:00.Z",
    "2026-03-01T08:30:00..5Z", "2026-03-01T08:30:00Z ", "2026-03-01T08:30:00ZZ", "0001-01-01T00:00:00+08",
    "9999-12-31T23:59:59-08",
    "0000-01-01T00:00:00Z", "２026-03-01T08:30:00Z", "2026-03-01T08:30:00.5x5Z", "2026-03-01 08.30.00Z",
    "2026-03-01T08:30:00+08:99",
    "2026-03-01T8:30:000Z", "20260301T083000Z", "now", "2460000.5",
)  # fmt: skip


def test_times_of_other_programs_are_kept_in_one_form(store: Store, where: str) -> None:
    made = store.registers.create("incidents", incident(id="ours"), LI)
    assert store.items.item(Dataset(), "incidents", "ours").revision == made.revision
    for number, given in enumerate(TIMES):
        change(
            where,
            "INSERT INTO incidents (id, kind, stage, reported_at, closed_at)"
            f" VALUES ('{number}', 'a', 'closed', '{given}', '{given}')",
        )
        change(where, f"UPDATE incidents SET handled_at = '{given}', closed_at = NULL WHERE id = '{number}'")
    for number, kept in enumerate(TIMES.values()):
        row = told(store, str(number))["properties"]
        assert (row["reported_at"], row["handled_at"], row["closed_at"]) == (kept, kept, None)


@pytest.mark.parametrize("given", NO_TIMES)
def test_what_is_no_time_is_refused_of_other_programs_too(store: Store, where: str, given: str) -> None:
    refusals = (sqlite3.IntegrityError, sqlite3.OperationalError, psycopg.errors.CheckViolation)
    insert = f"INSERT INTO incidents (id, kind, stage, reported_at) VALUES ('i', 'a', 'closed', '{given}')"
    # What is no constant cannot be indexed by its month either.
    with pytest.raises(refusals, match=r"incidents\.reported_at: a time with its zone|non-deterministic use of strftime"):
        change(where, insert)
    change(where, insert.replace(f"'{given}'", "'2026-03-01T08:30:00Z'"))
    with pytest.raises(refusals, match=r"incidents\.closed_at: a time with its zone"):
        change(where, f"UPDATE incidents SET closed_at = '{given}' WHERE id = 'i'")
    assert told(store, "i")["properties"]["closed_at"] is None


def test_a_row_that_says_it_has_no_id_and_no_revision_gets_both(store: Store, where: str) -> None:
    """As QGIS does for a feature made without the defaults of its layer."""
    change(where, "INSERT INTO services (id, kind, revision) VALUES (NULL, 'clinic', NULL)")
    (text,) = store.items.page(ItemQuery("services", Dataset())).texts
    before = store.items.item(Dataset(), "services", json.loads(text)["id"]).revision or 0
    assert before > 1
    change(where, "UPDATE services SET kind = 'school', revision = NULL")
    assert (store.items.item(Dataset(), "services", json.loads(text)["id"]).revision or 0) > before
