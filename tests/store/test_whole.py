"""Registers as whole tables, and the town that a plan was made of, on both stores."""

import json
from dataclasses import replace

from gridplan.contracts import REGISTERS
from gridplan.sources import demo_town
from gridplan.store import Editor, Store
from tests.samples import sample_plan

WHO = Editor("local", "admin")


def test_a_register_is_loaded_by_id(store: Store) -> None:
    assert store.load_register("staff").empty
    before = store.scopes.register_revision("staff")
    for name, post in (("b", "网格员"), ("a", "网格长")):
        row = {"type": "Feature", "id": name, "geometry": None, "properties": {"name": f"人{name}", "post": post}}
        store.registers.create("staff", row, WHO)
    rows = store.load_register("staff")
    assert list(rows.columns) == REGISTERS["staff"].names()
    assert rows[["id", "name", "post"]].to_numpy().tolist() == [["a", "人a", "网格长"], ["b", "人b", "网格员"]]
    assert rows["phone"].isna().all()
    assert store.scopes.register_revision("staff") > before
    place = {"type": "Point", "coordinates": [104.0, 30.0]}
    store.registers.create("services", {"type": "Feature", "geometry": place, "properties": {"kind": "clinic"}}, WHO)
    (service,) = store.load_register("services").geometry
    assert (service.x, service.y) == (104.0, 30.0)


def test_the_town_of_a_plan_is_found_by_its_files(store: Store) -> None:
    source = json.loads(sample_plan().fact("source"))
    assert store.town_list.of_source(source) is None
    town = demo_town()
    store.save_town("other", town)
    store.save_town("first", replace(town, source=source))
    store.save_town("again", replace(town, source=source))
    assert store.town_list.of_source(source) == "first"
    assert store.town_list.of_source(town.source) == "other"
    assert store.town_list.of_source({}) is None
