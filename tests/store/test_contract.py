"""What every store promises, on PostGIS and on the embedded GeoPackage alike."""

import dataclasses
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from shapely.geometry import MultiPolygon, Polygon, box

from gridplan.contracts import PLAN, TOWN, conform
from gridplan.crs import LONLAT
from gridplan.errors import GridplanError, InputError, StoreError
from gridplan.plan.model import Plan
from gridplan.report import Report
from gridplan.sources.town import Town
from gridplan.store import PlanInfo, Store, open_store
from tests.samples import SOUTH, WEST, sample_plan
from tests.strategies.store import plans_like

Named = Callable[[Plan, str], Plan]


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


@pytest.mark.parametrize("call", [Store.load_plan, Store.delete_plan, lambda store, name: store.features(name, "grids")])
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
    page = filled.features(plan.id, "grids")
    collection = json.loads(page.body)
    assert (page.number_matched, page.number_returned) == (4, 4) == (collection["numberMatched"], collection["numberReturned"])
    assert [feature["id"] for feature in collection["features"]] == list(plan.grids["code"])
    for feature, land in zip(collection["features"], plan.grids.geometry, strict=True):
        ring = feature["geometry"]["coordinates"][0]
        assert shapely.is_ccw(shapely.LinearRing(ring))
        assert Polygon(ring).equals_exact(land.normalize(), 1e-9) or Polygon(ring).equals(shapely.set_precision(land, 1e-9))
        assert list(feature["properties"]) == PLAN["grids"].names()
    assert collection["features"][2]["properties"]["population"] is None
    assert page.body.endswith(b"]}")


@pytest.mark.parametrize("layer", list(PLAN))
def test_every_layer_can_be_asked_for(filled: Store, plan: Plan, layer: str) -> None:
    page = filled.features(plan.id, layer)
    assert page.number_returned == len(getattr(plan, layer))
    assert all((feature["geometry"] is not None) == bool(PLAN[layer].geometry) for feature in json.loads(page.body)["features"])


def test_a_box_gives_what_shares_a_point_with_it(filled: Store, plan: Plan) -> None:
    """Grid ...001001 is the western column of squares, ...001002 the one beside it, from 104.062."""

    def found(west: float, south: float, east: float, north: float) -> list[str]:
        page = filled.features(plan.id, "grids", bbox=(west, south, east, north))
        assert page.number_matched == page.number_returned
        return [feature["id"][-6:] for feature in json.loads(page.body)["features"]]

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
    assert store.features(plan.id, "grids", bbox=inside).number_matched == 0


def test_pages_join_to_the_whole(filled: Store, plan: Plan) -> None:
    whole = json.loads(filled.features(plan.id, "units").body)["features"]
    pages = [filled.features(plan.id, "units", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [page.number_returned for page in pages] == [3, 3, 1, 0]
    assert {page.number_matched for page in pages} == {7}
    assert [feature for page in pages for feature in json.loads(page.body)["features"]] == whole


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"layer": "streets"}, "GP408"),
        ({"limit": 0}, "GP413 limit"),
        ({"offset": -1}, "GP413 offset"),
        ({"bbox": (1.0, 0.0, 0.0, 1.0)}, "GP413 bbox"),
        ({"bbox": (0.0, float("nan"), 1.0, 1.0)}, "GP413 bbox"),
    ],
)
def test_wrong_questions_are_refused(filled: Store, plan: Plan, wrong: dict[str, object], code: str) -> None:
    question: dict[str, object] = {"layer": "grids", **wrong}
    with pytest.raises(StoreError, match=code):
        filled.features(plan.id, **question)  # type: ignore[arg-type]  # wrong on purpose


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
        for layer in PLAN:
            assert one.features(turned.id, layer) == other.features(turned.id, layer)
            assert one.features(turned.id, layer, bbox=near, limit=2) == other.features(turned.id, layer, bbox=near, limit=2)


def test_every_error_speaks_both_languages(store: Store) -> None:
    with pytest.raises(GridplanError) as caught:
        store.load_plan("没有")
    assert "没有方案 没有" in caught.value.message("zh")
