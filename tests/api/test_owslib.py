"""OWSLib's client of OGC API Features reads and writes the service unaided."""

from collections.abc import Iterator

import pytest
from owslib.ogcapi import REQUEST_HEADERS
from owslib.ogcapi.features import Features

from benchmarks.api.plan import PLAN_ID
from gridplan.contracts import OFFERED, PLAN, REGISTERS
from tests.api.served import Served

ROOT = f"/plans/{PLAN_ID}"
CLINIC = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [104.01, 30.01]},
    "properties": {"name": "诊所", "kind": "clinic", "capacity": 30.0, "address": None},
}


@pytest.fixture(autouse=True)
def headers_kept() -> Iterator[None]:
    """OWSLib keeps the headers of all its clients in one table; what a test puts there is taken out again."""
    before = dict(REQUEST_HEADERS)
    yield
    REQUEST_HEADERS.clear()
    REQUEST_HEADERS.update(before)


@pytest.fixture
def plan(lattice_service: Served) -> Features:
    """The client of the plan."""
    return Features(lattice_service.url + ROOT)


def codes(found: dict[str, list[dict[str, str]]]) -> list[str]:
    return [feature["id"] for feature in found["features"]]


def test_landing_leads_to_all_parts(plan: Features) -> None:
    assert {"self", "service-desc", "conformance", "data"} <= {link["rel"] for link in plan.links}
    declared = set(plan.conformance()["conformsTo"])
    for part in ("1/1.0/conf/core", "1/1.0/conf/geojson", "1/1.0/conf/oas30", "2/1.0/conf/crs", "3/1.0/conf/filter"):
        assert f"http://www.opengis.net/spec/ogcapi-features-{part}" in declared
    document = plan.api()
    assert document["openapi"].startswith("3.0")
    assert "/collections/units/items" in document["paths"]


def test_every_collection_describes_itself(plan: Features) -> None:
    listed = plan.feature_collections()
    assert {name for name in OFFERED if PLAN[name].geometry} <= set(listed)
    for name in ("units", "grids"):
        described = plan.collection(name)
        assert described["id"] == name
        west, south, east, north = described["extent"]["spatial"]["bbox"][0]
        assert 103.9 < west < east < 104.1
        assert 29.9 < south < north < 30.1
        queryables = plan.collection_queryables(name)["properties"]
        schema = plan.collection_schema(name)["properties"]
        columns = {column.name for column in PLAN[name].columns}
        assert columns <= set(queryables)
        assert columns <= set(schema)
        assert (schema["households"]["type"], schema["code"]["type"]) == ("integer", "string")


def test_items_by_box_page_and_filter(plan: Features, lattice_service: Served) -> None:
    units = lattice_service.store.load_plan(PLAN_ID).units
    assert codes(plan.collection_items("units", limit=7)) == units["code"].tolist()[:7]
    box = [104.0153, 30.0153, 104.0297, 30.0447]
    inside = units.cx[box[0] : box[2], box[1] : box[3]]
    assert codes(plan.collection_items("units", bbox=box)) == inside["code"].tolist()
    filtered = {"filter": "households > 18 AND grid = '522730001001007'", "filter-lang": "cql2-text"}
    expected = units[(units["households"] > 18) & (units["grid"] == "522730001001007")]
    assert codes(plan.collection_items("units", **filtered)) == expected["code"].tolist()
    falling = plan.collection_items("units", limit=3, sortby=("households", "desc"))
    assert [feature["properties"]["households"] for feature in falling["features"]] == [20, 20, 20]
    code = units["code"].iloc[42]
    assert plan.collection_item("units", code)["properties"]["households"] == units["households"].iloc[42]


def test_what_is_wrong_is_told(plan: Features) -> None:
    with pytest.raises(RuntimeError, match="GP5"):
        plan.collection_items("units", bbox=[1, 2, 3])
    with pytest.raises(RuntimeError, match="GP5"):
        plan.collection_items("units", filter="nothing = 1")


def test_service_is_created_replaced_and_deleted(lattice_service: Served) -> None:
    client = Features(lattice_service.url)
    assert set(client.feature_collections()) >= {name for name, contract in REGISTERS.items() if contract.geometry}
    assert client.collection_item_create("services", CLINIC)
    place = client.response_headers["Location"]
    identity = place.rpartition("/")[2]
    made = client.collection_item("services", identity)
    assert made["properties"] == {"id": identity, **CLINIC["properties"]}  # type: ignore[dict-item]
    assert made["geometry"] == CLINIC["geometry"]
    old = client.response_headers["ETag"]

    changed = CLINIC | {"properties": CLINIC["properties"] | {"capacity": 60.0}}  # type: ignore[operator]
    client.headers["If-Match"] = old
    assert client.collection_item_update("services", identity, changed)
    assert client.collection_item("services", identity)["properties"]["capacity"] == 60.0
    new = client.response_headers["ETag"]
    assert new != old
    with pytest.raises(RuntimeError, match="412"):
        client.collection_item_update("services", identity, changed)

    client.headers["If-Match"] = new
    assert client.collection_item_delete("services", identity)
    del client.headers["If-Match"]
    with pytest.raises(RuntimeError, match="404"):
        client.collection_item("services", identity)
