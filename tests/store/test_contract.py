"""What every store promises, on PostGIS and on the embedded GeoPackage alike."""

import dataclasses
import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from shapely.geometry import MultiPolygon, Polygon, box

from gridplan.contracts import OFFERED, PLAN, TOWN, conform
from gridplan.crs import LONLAT
from gridplan.errors import GridplanError, InputError, RequestError, StoreError
from gridplan.plan.model import Plan
from gridplan.report import Report
from gridplan.sources.town import Town
from gridplan.store import Cursor, Dataset, ItemPage, ItemQuery, PlanInfo, Sorting, Store, geopackage, open_store
from gridplan.store.dialects import Box
from tests.samples import SOUTH, WEST, sample_plan
from tests.strategies.store import plans_like

Named = Callable[[Plan, str], Plan]


def page(store: Store, plan: str, layer: str = "grids", **more: Any) -> ItemPage:  # options of a query
    """A page of a plan's layer."""
    return store.items.page(ItemQuery(layer, Dataset(plan), **{"limit": 1000, **more}))


def read(texts: Sequence[bytes]) -> list[dict[str, Any]]:  # features
    """The features of a page."""
    return [json.loads(text) for text in texts]


def test_saved_and_loaded_is_equal(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    assert store.load_plan(plan.id).equals(plan)


@settings(max_examples=10, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans_like(sample_plan()))
def test_any_text_number_and_coordinate_comes_back(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    loaded = store.load_plan(plan.id)
    store.delete_plan(plan.id)
    assert loaded.equals(plan)
    for (_, mine), (_, theirs) in zip(plan.layers(), loaded.layers(), strict=True):
        assert list(mine.dtypes) == list(theirs.dtypes)


def test_the_list_tells_each_plan(store: Store, plan: Plan, named: Named) -> None:
    assert store.plans() == []
    store.save_plan(plan)
    store.save_plan(named(plan, "b"))
    mine = PlanInfo(plan.id, "手绘样例", "sample", 7, "5a3c0ffee0000000", grids=4, units=7, households=107)
    assert store.plans() == [mine, dataclasses.replace(mine, id="b")]


def test_saving_the_same_plan_again_changes_nothing(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    store.save_plan(sample_plan())
    assert [info.id for info in store.plans()] == [plan.id]


def test_another_plan_of_the_same_id_is_refused(store: Store, plan: Plan) -> None:
    store.save_plan(plan)
    with pytest.raises(StoreError, match=f"GP402 plan {plan.id}"):
        store.save_plan(sample_plan(legal=True))
    assert store.load_plan(plan.id).equals(plan)


def test_deleting_leaves_the_others_and_no_row(store: Store, plan: Plan, named: Named) -> None:
    other = named(plan, "b")
    store.save_plan(plan)
    store.save_plan(other)
    store.delete_plan(plan.id)
    assert [info.id for info in store.plans()] == ["b"]
    assert store.load_plan("b").equals(other)
    store.save_plan(plan)
    assert store.load_plan(plan.id).equals(plan)


@pytest.mark.parametrize("call", [Store.load_plan, Store.delete_plan, page])
def test_an_unknown_plan_is_named_with_those_there_are(filled: Store, plan: Plan, call: Callable[[Store, str], object]) -> None:
    with pytest.raises(StoreError, match=f"GP401 plan nosuch .*{plan.id}"):
        call(filled, "nosuch")


def test_a_plan_that_breaks_its_contract_leaves_nothing(store: Store, plan: Plan) -> None:
    grids = plan.grids.copy()
    grids["status"] = "fine"
    with pytest.raises(InputError, match="GP103 grids"):
        store.save_plan(dataclasses.replace(plan, grids=grids))
    assert store.plans() == []


def test_heights_are_refused_not_dropped(store: Store, plan: Plan) -> None:
    high = plan.grids.set_geometry(gpd.GeoSeries(shapely.force_3d(plan.grids.geometry.to_numpy(), 5.0), crs=LONLAT))
    with pytest.raises(StoreError, match="GP410 layer grids"):
        store.save_plan(dataclasses.replace(plan, grids=high))
    assert store.plans() == []


def test_features_are_rfc_7946(filled: Store, plan: Plan) -> None:
    found = page(filled, plan.id)
    assert (found.matched, len(found.texts)) == (4, 4)
    features = read(found.texts)
    assert [feature["id"] for feature in features] == list(plan.grids["code"])
    for feature, land in zip(features, plan.grids.geometry, strict=True):
        ring = feature["geometry"]["coordinates"][0]
        assert shapely.is_ccw(shapely.LinearRing(ring))
        assert Polygon(ring).equals_exact(land.normalize(), 1e-9) or Polygon(ring).equals(shapely.set_precision(land, 1e-9))
        assert list(feature["properties"]) == PLAN["grids"].names()
    assert features[2]["properties"]["population"] is None


@pytest.mark.parametrize("layer", OFFERED)
def test_every_layer_can_be_asked_for(filled: Store, plan: Plan, layer: str) -> None:
    features = read(page(filled, plan.id, layer).texts)
    assert len(features) == len(getattr(plan, layer))
    assert all((feature["geometry"] is not None) == bool(PLAN[layer].geometry) for feature in features)
    for feature in features:
        assert json.loads(filled.items.item(Dataset(plan.id), layer, str(feature["id"])).text) == feature


def test_a_box_gives_what_shares_a_point_with_it(filled: Store, plan: Plan) -> None:
    """Grid ...001001 is the western column of squares, ...001002 the one beside it, from 104.062."""

    def found(west: float, south: float, east: float, north: float) -> list[str]:
        found = page(filled, plan.id, box=(west, south, east, north))
        assert found.matched == len(found.texts)
        return [feature["id"][-6:] for feature in read(found.texts)]

    assert found(104.0605, 30.6705, 104.061, 30.671) == ["001001"]
    assert found(104.0605, 30.6705, 104.062, 30.671) == ["001001", "001002"]
    assert found(104.0605, 30.6705, 104.0619999999, 30.671) == ["001001"]
    assert found(104.06, 30.67, 104.066, 30.6736) == ["001001", "001002", "201001", "201002"]
    assert found(104.064, 30.6718, 104.064, 30.6718) == ["001002", "201001", "201002"]
    assert found(-180, -90, 104.05, 90) == []


def test_a_box_inside_a_hollow_finds_nothing_there(store: Store, plan: Plan) -> None:
    ring = box(WEST, SOUTH, WEST + 0.006, SOUTH + 0.006).difference(box(WEST + 0.001, SOUTH + 0.001, WEST + 0.005, SOUTH + 0.005))
    grids = plan.grids.copy()
    grids.loc[0, "geometry"] = ring
    store.save_plan(dataclasses.replace(plan, grids=grids.iloc[:1]))
    inside = (WEST + 0.002, SOUTH + 0.002, WEST + 0.003, SOUTH + 0.003)
    assert page(store, plan.id, box=inside).matched == 0


@pytest.mark.parametrize("sort", [(), (("households", True),), (("floor_from", False), ("households", False)), (("grid", True),)])
@pytest.mark.parametrize("box", [None, (104.06, 30.67, 104.07, 30.68)])
def test_pages_join_to_the_whole_both_ways(filled: Store, plan: Plan, sort: Sorting, box: Box | None) -> None:
    whole = page(filled, plan.id, "units", sort=sort, box=box)
    assert (whole.matched, whole.after, whole.before) == (7, None, None)
    forth = [page(filled, plan.id, "units", sort=sort, box=box, limit=3)]
    while forth[-1].after:
        cursor = Cursor.of(forth[-1].after.text(sort), sort)
        forth.append(page(filled, plan.id, "units", sort=sort, box=box, limit=3, cursor=cursor))
    assert [len(each.texts) for each in forth] == [3, 3, 1]
    assert [text for each in forth for text in each.texts] == whole.texts
    back = [forth[-1]]
    while back[0].before:
        cursor = Cursor.of(back[0].before.text(sort), sort)
        back.insert(0, page(filled, plan.id, "units", sort=sort, box=box, limit=3, cursor=cursor))
    assert [each.texts for each in back] == [each.texts for each in forth]


def test_sorting_puts_empty_values_last_and_orders_text_by_code_point(store: Store, plan: Plan) -> None:
    store.save_plan(dataclasses.replace(plan, grids=plan.grids.assign(name=["b", "Z", "é", "东"])))
    names = [each["properties"]["name"] for each in read(page(store, plan.id, sort=(("name", False),)).texts)]
    assert names == ["Z", "b", "é", "东"]
    for descending in (False, True):
        found = read(page(store, plan.id, "units", sort=(("floor_from", descending),)).texts)
        floors = [each["properties"]["floor_from"] for each in found]
        assert floors == [*sorted([1, 4], reverse=descending), *[None] * 5]


@pytest.mark.parametrize(
    "text", ["", "x", "W10", "W2ZhbHNlXQ", "W2ZhbHNlLC0xXQ", "W2ZhbHNlLDEsMl0", "é", "W2ZhbHNlLDk5OTk5OTk5OTk5OTk5OTk5OTk5XQ"]
)
def test_a_cursor_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="GP570"):
        Cursor.of(text, ())


def test_some_properties_alone(filled: Store, plan: Plan) -> None:
    found = read(page(filled, plan.id, properties=("households", "kind")).texts)
    assert [list(each["properties"]) for each in found] == [["kind", "households"]] * 4


def test_every_change_by_any_program_makes_the_revision_grow(store: Store, where: str, plan: Plan) -> None:
    """And the texts in memory are those of the change."""
    store.save_plan(plan)
    assert store.scopes.scope(Dataset(plan.id)).revision == 1
    assert read(page(store, plan.id).texts)[0]["properties"]["households"] == 28
    revisions = [1]
    for statement in (
        "UPDATE grids SET households = 29 WHERE code = '510100001001001'",
        "DELETE FROM sections WHERE id IN (SELECT id FROM sections LIMIT 1)",
        "INSERT INTO meta (plan, key, value) VALUES ('5a3c0ffee0000001', 'more', 'x')",
    ):
        change(where, statement)
        revisions.append(page(store, plan.id).scope.revision)
    assert revisions == sorted(set(revisions))
    assert read(page(store, plan.id).texts)[0]["properties"]["households"] == 29


def test_the_plan_that_an_address_means(store: Store, where: str, plan: Plan, named: Named) -> None:
    with pytest.raises(StoreError, match="GP407"):
        store.scopes.scope(Dataset())
    store.save_plan(plan)
    store.save_plan(named(plan, "b"))
    assert store.scopes.scope(Dataset()).name == "b"
    with pytest.raises(StoreError, match=r"GP416 .*510100001201"):
        store.scopes.scope(Dataset(community="510100001201"))
    change(
        where,
        f"INSERT INTO adoptions (community, plan, at, who) VALUES ('510100001201', '{plan.id}', '2026-01-01T00:00:00Z', 'x')",
    )
    assert store.scopes.scope(Dataset()).name == plan.id
    here = Dataset(community="510100001201")
    found = {layer: store.items.page(ItemQuery(layer, here, limit=100)) for layer in OFFERED}
    assert [each["properties"]["community"] for each in read(found["grids"].texts)] == ["510100001201"] * 2
    assert found["units"].matched == len(plan.units[plan.units["grid"].str.startswith("510100001201")])
    assert found["communities"].matched == 1
    assert found["meta"].matched == len(plan.meta)


def change(where: str, statement: str) -> None:
    """What another program does to the store."""
    if "://" in where:
        with psycopg.connect(where) as connection:
            connection.execute(statement)
        return
    with closing(sqlite3.connect(where)) as file, file:
        geopackage.register(file)
        file.execute(statement)


def test_a_town_comes_back(store: Store) -> None:
    town = _town()
    store.save_town("longli", _town(households=None))
    store.save_town("longli", town)
    assert store.towns() == ["longli"]
    loaded = store.load_town("longli")
    for name, table in town.layers():
        back = getattr(loaded, name)
        assert back.equals(table)
        assert (back.dtypes == table.dtypes).all()
    assert loaded.streets is None
    assert loaded.report.rows.equals(town.report.rows)
    assert loaded.source == town.source
    with pytest.raises(StoreError, match=r"GP411 town nosuch .*longli"):
        store.load_town("nosuch")


def _town(households: int | None = 20) -> Town:
    land = box(106.9, 26.4, 107.0, 26.5)
    community = {"code": ["522730001001"], "name": ["龙里社区"], "kind": ["mixed"], "parent": ["522730001"], "growth": [0.1]}
    house = {"id": ["楼1"], "households": [households], "levels": [6.5], "address": ["环城路 1 号"]}
    parted = MultiPolygon([box(106.91, 26.41, 106.911, 26.411), box(106.92, 26.41, 106.921, 26.411)])
    services = {"id": ["s"], "kind": ["clinic"], "capacity": [None]}
    sites = {"id": ["w1", "n1"], "name": ["一小", None], "kind": ["school", "station"]}
    above = {"code": ["522730001"], "name": ["冠山街道"], "level": ["town"], "parent": [None]}
    villages = {"id": ["v"], "class": ["village"]}
    return Town(
        communities=conform(gpd.GeoDataFrame(community, geometry=[land], crs=LONLAT), TOWN["communities"]),
        buildings=conform(gpd.GeoDataFrame(house, geometry=[parted], crs=LONLAT), TOWN["buildings"]),
        atoms=None,
        streets=None,
        barriers=None,
        compounds=conform(gpd.GeoDataFrame(villages, geometry=[land], crs=LONLAT), TOWN["compounds"]),
        services=conform(gpd.GeoDataFrame(services, geometry=[land.centroid], crs=LONLAT), TOWN["services"]),
        report=Report.of("clean", "report.repaired", ["楼1"], ["3.5"]),
        source={"longli.gpkg": "sha256:00"},
        special_sites=conform(gpd.GeoDataFrame(sites, geometry=[parted, land.centroid], crs=LONLAT), TOWN["special_sites"]),
        areas=conform(gpd.GeoDataFrame(above, geometry=[land], crs=LONLAT), TOWN["areas"]),
    )


def test_readers_see_whole_plans_while_another_writes(where: str, plan: Plan, named: Named) -> None:
    others = [named(plan, f"p{number}") for number in range(4)]
    with open_store(where) as store:
        store.save_plan(plan)
        done = threading.Event()

        def read() -> int:
            rounds = 0
            with open_store(where) as mine:
                while not done.is_set() or not rounds:
                    for info in mine.plans():
                        assert mine.load_plan(info.id).grids.equals(plan.grids)
                    rounds += 1
            return rounds

        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(read) for _ in range(2)]
            try:
                for other in others:
                    store.save_plan(other)
            finally:
                done.set()
            assert all(reader.result() > 0 for reader in readers)
        assert len(store.plans()) == 5


def test_two_writers_lose_nothing(where: str, plan: Plan, named: Named) -> None:
    """Both also save the same plan, which must end up there once."""
    with open_store(where) as store:
        start = threading.Barrier(2)

        def write(writer: str) -> None:
            with open_store(where) as mine:
                start.wait()
                for number in range(3):
                    mine.save_plan(named(plan, f"{writer}{number}"))
                    mine.save_plan(named(plan, f"shared{number}"))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, ["a", "b"]))
        names = sorted(f"{writer}{number}" for writer in ("a", "b", "shared") for number in range(3))
        assert sorted(info.id for info in store.plans()) == names
        assert all(store.load_plan(name).units.equals(plan.units) for name in names)


def test_both_stores_give_the_same_bytes(emptied_postgis_url: str, tmp_path: Path, plan: Plan) -> None:
    turn = np.deg2rad(33.3)  # so that coordinates have every decimal
    grids = plan.grids.copy()
    origin = shapely.Point(WEST, SOUTH)
    grids["geometry"] = shapely.transform(
        grids.geometry.to_numpy(),
        lambda xy: (xy - [origin.x, origin.y]) @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] + [WEST, SOUTH],
    )
    turned = dataclasses.replace(plan, grids=gpd.GeoDataFrame(grids, geometry="geometry", crs=LONLAT))
    path = tmp_path / "same.gpkg"
    with open_store(emptied_postgis_url) as one, open_store(path) as other:
        one.save_plan(turned)
        other.save_plan(turned)
        near = (WEST + 0.001, SOUTH + 0.001, WEST + 0.0021, SOUTH + 0.003)
        for layer in OFFERED:
            for asked in ({}, {"box": near, "limit": 2}):
                mine, theirs = (page(store, turned.id, layer, **asked) for store in (one, other))
                assert (mine.texts, mine.matched) == (theirs.texts, theirs.matched)


def test_every_error_speaks_both_languages(store: Store) -> None:
    with pytest.raises(GridplanError) as caught:
        store.load_plan("没有")
    assert "没有方案 没有" in caught.value.message("zh")
