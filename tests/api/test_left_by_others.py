"""Rows as other programs may leave them: what can be told is told, the rest is a problem that names the row."""

from collections.abc import Iterator

import numpy as np
import pytest
import shapely

from tests.api.served import Served
from tests.samples import PLAN_ID, SOUTH, WEST
from tests.store.test_tiles import run, written

FORMS = ("gpkg", "geojson", "shapefile", "kml")
FIRST = f"fid = (SELECT min(fid) FROM buildings WHERE plan = '{PLAN_ID}')"
LINE = shapely.LineString([(WEST, SOUTH), (WEST + 0.001, SOUTH + 0.001)])
BOWTIE = shapely.Polygon([(WEST, SOUTH), (WEST + 1, SOUTH + 1), (WEST + 1, SOUTH), (WEST, SOUTH + 1)])


@pytest.fixture
def left(changing: Served) -> Iterator[Served]:
    """The service; afterwards the plan is as it was."""
    plan = changing.store.load_plan(PLAN_ID)
    yield changing
    changing.store.delete_plan(PLAN_ID)
    changing.store.save_plan(plan)


def address(service: Served) -> str:
    """Where another program finds the rows."""
    return service.store.address.replace("+psycopg", "")


def shaped(service: Served, shape: shapely.Geometry) -> None:
    run(address(service), f"UPDATE buildings SET geom = {written(address(service), shape)} WHERE {FIRST}")


def statuses(service: Served) -> dict[str, int]:
    paths = {form: f"/plans/{PLAN_ID}/download?format={form}" for form in FORMS}
    paths |= {"map": f"/plans/{PLAN_ID}/map", "collection": "/collections/buildings", "items": "/collections/buildings/items"}
    return {name: service.client.get(path).status_code for name, path in paths.items()}


@pytest.mark.parametrize(
    "shape",
    [
        BOWTIE,
        shapely.Point(1e308, 1e308),
        shapely.box(-400, -200, 400, 200),
        shapely.Polygon([(-180, 85), (180, 85), (180, 90), (-180, 90)]),
        shapely.Polygon(),
    ],
    ids=["crosses itself", "far away", "larger than the world", "pole", "empty"],
)
def test_odd_shapes_spoil_nothing(left: Served, shape: shapely.Geometry) -> None:
    shaped(left, shape)
    assert statuses(left) == dict.fromkeys([*FORMS, "map", "collection", "items"], 200)


def test_coordinates_that_are_no_numbers_spoil_nothing(left: Served) -> None:
    shaped(left, shapely.Point(np.nan, SOUTH))
    assert statuses(left) == dict.fromkeys([*FORMS, "map", "collection", "items"], 200)
    assert left.client.get("/collections/buildings/items").json()["features"][0]["geometry"] is None


@pytest.mark.parametrize("shape", [LINE, shapely.GeometryCollection([LINE, BOWTIE])], ids=["line", "collection"])
def test_a_type_that_no_building_has_is_named(left: Served, shape: shapely.Geometry) -> None:
    shaped(left, shape)
    found = statuses(left)
    assert {found[name] for name in FORMS} == {409}
    assert (found["collection"], found["items"]) == (200, 200)
    told = left.client.get(f"/plans/{PLAN_ID}/download").json()
    first = left.client.get("/collections/buildings/items", params={"limit": "1"}).json()["features"][0]["id"]
    assert told["code"] == "GP107"
    assert "buildings" in told["detail"]
    assert first in told["detail"]


def test_a_grid_with_another_code_is_drawn_without_what_was_its_own(left: Served) -> None:
    before = left.client.get(f"/plans/{PLAN_ID}/map")
    run(address(left), f"UPDATE grids SET code = 'NEW-1' WHERE fid = (SELECT min(fid) FROM grids WHERE plan = '{PLAN_ID}')")
    after = left.client.get(f"/plans/{PLAN_ID}/map")
    assert after.status_code == 200
    assert after.text != before.text
