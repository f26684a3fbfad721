"""Pages found in memory are those that the database finds, at the same revision and never at another."""

import random
import struct
import time
from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.contracts import PLAN, conform
from gridplan.plan.model import Plan
from gridplan.store import Cursor, Dataset, ItemPage, ItemQuery, Store, open_store
from gridplan.store.collections import Scope
from gridplan.store.layer_index import LayerIndex, LayerIndexes
from gridplan.store.memory import FeatureMemory
from tests.samples import PLAN_ID, SOUTH, WEST
from tests.store.test_tiles import run

UNITS = 700
SIDE = 0.05


def with_units(plan: Plan) -> Plan:
    """The plan with many units of odd shapes: with holes, in parts, some lying on others."""
    dice = np.random.default_rng(5)
    shapes = []
    for _ in range(UNITS):
        centre = np.array([WEST, SOUTH]) + dice.random(2) * SIDE
        outer, inner = shapely.Point(centre).buffer(0.001 + dice.random() * 0.002), shapely.Point(centre).buffer(0.0005)
        beside = shapely.box(*(centre + 0.004), *(centre + 0.005))
        shapes.append(dice.choice(np.array([outer, outer - inner, shapely.union(outer, beside)], dtype=object)))
    columns = {"code": [f"5101000010010010{at:04d}" for at in range(UNITS)], "grid": [str(plan.units.grid.iloc[0])] * UNITS}
    frame = gpd.GeoDataFrame({**columns, "households": [10] * UNITS, "stacked": [False] * UNITS}, geometry=shapes, crs=4326)
    return replace(plan, units=conform(frame.reindex(columns=[*PLAN["units"].names(), "geometry"]), PLAN["units"]))


@pytest.fixture
def planned(where: str, plan: Plan) -> Iterator[tuple[Store, Store]]:
    """A store that may remember, and one on the same database that never does."""
    with open_store(where) as remembering, open_store(where, memory=0) as plain:
        remembering.save_plan(with_units(plan))
        yield remembering, plain


def queries(layer: str, dataset: Dataset, first: int, last: int) -> Iterator[ItemQuery]:
    """Boxes of all sizes, flat ones too, and whole layers; from the start, after a row, and before one."""
    dice = random.Random(7)
    for at in range(200):
        west, south = WEST + dice.uniform(-0.2, 1) * SIDE, SOUTH + dice.uniform(-0.2, 1) * SIDE
        wide, high = (dice.choice((0, 1e-4, 1)) * dice.random() * SIDE for _ in range(2))
        cursor = None if at % 3 == 0 else Cursor(dice.randint(first - 2, last + 2), before=at % 3 == 1)
        box = None if at % 10 == 0 else (west, south, west + wide, south + high)
        yield ItemQuery(layer, dataset, box=box, limit=dice.choice((1, 7, 1000)), cursor=cursor)


def remembered(store: Store, query: ItemQuery) -> Scope:
    """The scope of the query, once boxes were asked for so often that its layer and texts are in memory."""
    scope = store.scopes.scope(query.dataset, store.scopes.collection(query.collection))
    everything = replace(query, box=(-180, -90, 180, 90), limit=1000, cursor=None)
    end = time.monotonic() + 60
    while store.items.page_at_hand(everything, scope) is None:
        assert time.monotonic() < end, "the layer was never read into memory"
        store.items.page(everything)
    return scope


def bounds(page: ItemPage, store: Store, query: ItemQuery) -> tuple[int, int]:
    """The numbers of the first and the last row of the page."""
    ends = [replace(query, limit=1, cursor=None), replace(query, limit=1, cursor=Cursor(2**62, before=True))]
    first, last = (store.items.page(replace(end, box=(-180, -90, 180, 90))) for end in ends)
    assert first.after is not None
    assert last.before is not None
    return first.after.fid, last.before.fid


@pytest.mark.parametrize("layer", ["units", "grids", "findings"])
def test_memory_finds_what_the_database_finds(planned: tuple[Store, Store], layer: str) -> None:
    remembering, plain = planned
    whole = ItemQuery(layer, Dataset(PLAN_ID), limit=1000)
    scope = remembered(remembering, whole)
    found = 0
    for query in queries(layer, whole.dataset, *bounds(plain.items.page(whole), plain, whole)):
        page = remembering.items.page_at_hand(query, scope)
        assert page is not None
        assert page == plain.items.page(query)
        assert page == remembering.items.page(query, scope)
        found += page.matched
    assert found


def test_a_row_without_a_shape_lies_in_every_box(planned: tuple[Store, Store], where: str) -> None:
    remembering, plain = planned
    run(where, f"UPDATE findings SET geom = NULL WHERE fid = (SELECT min(fid) FROM findings WHERE plan = '{PLAN_ID}')")
    whole = ItemQuery("findings", Dataset(PLAN_ID), box=(0, 0, 1, 1), limit=100)
    assert plain.items.page(whole).matched == 1
    page = remembering.items.page_at_hand(whole, remembered(remembering, whole))
    assert page == plain.items.page(whole)


def test_a_layer_with_arcs_is_left_to_the_database(planned: tuple[Store, Store], where: str) -> None:
    remembering, plain = planned
    curve = "CURVEPOLYGON(CIRCULARSTRING(104 30, 104.1 30.1, 104.2 30, 104.1 29.9, 104 30))"
    if "://" in where:
        shape = f"ST_GeomFromText('{curve}', 4326)"
    else:
        ring = struct.pack("<5d5d", 104, 30, 104.1, 30.1, 104.2, 30, 104.1, 29.9, 104, 30)
        wkb = struct.pack("<BIIBII", 1, 10, 1, 1, 8, 5) + ring
        shape = f"x'{(b'GP' + bytes([0, 3]) + struct.pack('<i4d', 4326, 104, 104.2, 29.9, 30.1) + wkb).hex()}'"
    run(where, f"UPDATE units SET geom = {shape} WHERE code = '51010000100100100003'")
    whole = ItemQuery("units", Dataset(PLAN_ID), box=(-180, -90, 180, 90), limit=1000)
    scope = remembering.scopes.scope(whole.dataset)
    for _ in range(100):
        assert remembering.items.page(whole).matched == UNITS
    remembering.items.close()  # what was begun to be read is read
    assert remembering.items.page_at_hand(whole, scope) is None
    assert plain.items.page(whole) == remembering.items.page(whole, scope)


def test_one_community_alone(planned: tuple[Store, Store], where: str) -> None:
    remembering, plain = planned
    community = remembering.load_plan(PLAN_ID).communities.code.iloc[0]
    values = f"'{community}', '{PLAN_ID}', '2026-01-01T00:00:00Z', 'a'"
    run(where, f"INSERT INTO adoptions (community, plan, at, who) VALUES ({values})")
    whole = ItemQuery("grids", Dataset(community=community), box=(-180, -90, 180, 90), limit=100)
    page = remembering.items.page_at_hand(whole, remembered(remembering, whole))
    assert page == plain.items.page(whole)
    assert page is not None
    assert page.matched < remembering.items.page(replace(whole, dataset=Dataset(PLAN_ID))).matched


def test_a_change_by_another_program_shows_at_once(planned: tuple[Store, Store], where: str) -> None:
    remembering, plain = planned
    whole = ItemQuery("units", Dataset(PLAN_ID), box=(-180, -90, 180, 90), limit=1000)
    before = remembered(remembering, whole)
    run(where, f"DELETE FROM units WHERE plan = '{PLAN_ID}' AND code = '51010000100100100003'")
    now = remembering.scopes.scope(whole.dataset)
    assert now.revision > before.revision
    assert remembering.items.page_at_hand(whole, now) is None
    page = remembering.items.page(whole, now)
    assert page == plain.items.page(whole)
    assert (page.scope, page.matched) == (now, UNITS - 1)
    # A page that was begun before is of one state too, not of both.
    late = remembering.items.page(whole, before)
    assert (late.scope, late.matched, len(late.texts)) in ((before, UNITS, UNITS), (now, UNITS - 1, UNITS - 1))
    assert remembered(remembering, whole) == now


def index(revision: int, rows: int) -> LayerIndex:
    return LayerIndex.of(revision, range(rows), np.zeros(rows, dtype=bool), shapely.points(np.zeros((rows, 2))))


def test_indexes_stay_within_their_bytes(store: Store) -> None:
    collection = store.scopes.collection("units")
    made: list[str] = []

    def read(_: object, scope: Scope) -> LayerIndex:
        made.append(scope.name)
        return index(scope.revision, 100)

    indexes = LayerIndexes(2 * index(1, 100).size, read)
    for name in ("a", "b", "a", "c", "d"):
        for _ in range(50):
            indexes.asked(collection, Scope(name, 1), 100)
        end = time.monotonic() + 20
        while name not in made and time.monotonic() < end:
            time.sleep(0.001)
    indexes.asked(collection, Scope("large", 1), 10**9)
    indexes.close()
    assert made == ["a", "b", "c", "d"], "each is read once a revision, what cannot fit never"
    assert [name for name in "abcd" if indexes.find(collection, Scope(name, 1))] == ["c", "d"]
    assert indexes.find(collection, Scope("c", 2)) is None


def test_the_index_used_longest_ago_gives_way_and_comes_back(store: Store) -> None:
    collection = store.scopes.collection("units")
    indexes = LayerIndexes(2 * index(1, 100).size, lambda _, scope: index(scope.revision, 100))

    def made(name: str) -> None:
        end = time.monotonic() + 20
        while indexes.find(collection, Scope(name, 1)) is None:
            assert time.monotonic() < end, name
            indexes.asked(collection, Scope(name, 1), 100)
            time.sleep(0.0005)

    for name in ("a", "b"):
        made(name)
    assert indexes.find(collection, Scope("a", 1)), "now b is the one used longest ago"
    made("c")
    assert [name for name in "abc" if indexes.find(collection, Scope(name, 1))] == ["a", "c"]
    made("b")
    indexes.close()


def test_texts_kept_twice_are_counted_once_and_those_used_lately_stay() -> None:
    memory = FeatureMemory(3 * (100 + 160))
    for name in ("a", "b", "a", "a", "a"):
        memory.keep(name, "units", 1, [1], [b"x" * 100])
    memory.keep("b", "units", 1, [1], [b"x" * 100])
    assert memory.size == 2 * (100 + 160)
    assert memory.texts("a", "units", 1)
    memory.keep("c", "units", 1, [1, 2], [b"x" * 100] * 2)
    assert [name for name in "abc" if memory.texts(name, "units", 1)] == ["a", "c"]
