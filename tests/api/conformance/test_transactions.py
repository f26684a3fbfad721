"""OGC API - Features - Part 4 (20-002r1): features of the registers made, replaced, updated and deleted, with If-Match."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import pytest

from tests.api.conformance.api import LAYERS, REGISTERS, TABLES, Api, Json
from tests.api.conformance.classes import CREATE, FEATURES, LOCKING, UPDATE, shows
from tests.samples import SOUTH, WEST

GEOJSON, PATCH = "application/geo+json", "application/merge-patch+json"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
MINE: dict[str, Json] = {
    "services": {"kind": "clinic", "name": "新卫生站", "capacity": 12.5, "address": None},
    "incidents": {"kind": "water", "stage": "collected", "reported_at": "2026-04-01T00:00:00Z"},
    "staff": {"name": "陈明", "post": "grid worker", "phone": "1"},
    "organisations": {"organisation": "p1", "name": "第一党支部", "kind": "party_group", "level": "grid", "zone": "g"},
}


def feature(register: str, **more: object) -> Json:
    point = {"type": "Point", "coordinates": [WEST + 0.003, SOUTH + 0.002]}
    geometry = None if register in ("staff", "organisations") else point
    return {"type": "Feature", "geometry": geometry, "properties": MINE[register], **more}


def post(api: Api, register: str, body: Json, **headers: str) -> httpx.Response:
    return api.client.post(f"{api.root}/collections/{register}/items", json=body, headers={"Content-Type": GEOJSON, **headers})


def change(api: Api, method: str, where: str, body: Json, **headers: str) -> httpx.Response:
    return api.client.request(method, where, json=body, headers=headers)


@contextmanager
def made(api: Api, register: str = "services", **more: object) -> Iterator[str]:
    """The address of a new feature, which is deleted at the end."""
    answer = post(api, register, feature(register, **more))
    assert answer.status_code == 201, answer.text
    where = answer.headers["location"]
    try:
        yield where
    finally:
        api.client.delete(where)


@shows(CREATE, "options-op", "options-response")
@shows(UPDATE, "methods")
def test_options_tell_what_may_be_done(api: Api) -> None:
    for name in api.names:
        items = f"{api.root}/collections/{name}/items"
        for path, more in ((items, {"POST"}), (f"{items}/x", {"PUT", "PATCH", "DELETE"})):
            answer = api.client.options(path)
            assert answer.status_code == 200, path
            allowed = set(answer.headers["allow"].replace(" ", "").split(","))
            assert allowed == {"GET", "HEAD", "OPTIONS"} | (more if name in REGISTERS else set())


@shows(CREATE, "methods", "post-op", "post-body", "post-content-type", "post-response", "post-response-rid")
@shows(FEATURES, "resources-endpoint", "resource-endpoint", "schema", "geojson-create-replace")
@pytest.mark.parametrize("register", REGISTERS)
def test_feature_is_made_at_an_address_of_its_own(whole: Api, register: str) -> None:
    before = whole.items(register)["numberMatched"]
    with made(whole, register) as where, made(whole, register) as other:
        assert where.startswith(f"{whole.root}/collections/{register}/items/")
        assert where != other
        found = whole.json(where)
        assert {key: found["properties"][key] for key in MINE[register]} == MINE[register]
        assert found["geometry"] == feature(register)["geometry"]
        assert whole.items(register)["numberMatched"] == before + 2
    assert whole.items(register)["numberMatched"] == before


@shows(CREATE, "delete-op", "delete-response")
def test_feature_is_deleted_once(whole: Api) -> None:
    with made(whole) as where:
        assert whole.client.delete(where).status_code == 204
        assert whole.ask(where).status_code == 404
        assert whole.client.delete(where).status_code == 404


@shows(CREATE, "put-op", "put-body", "put-content-type", "put-response")
@shows(FEATURES, "geojson-create-replace")
def test_feature_is_replaced_and_keeps_its_id(whole: Api) -> None:
    with made(whole) as where:
        body = feature("services") | {"properties": {"kind": "school"}}
        refused = change(whole, "PUT", where, body | {"id": "another"}, **{"Content-Type": GEOJSON})
        assert refused.status_code == 400
        body["id"] = whole.json(where)["id"]
        assert change(whole, "PUT", where, body, **{"Content-Type": GEOJSON}).status_code in (200, 204)
        found = whole.json(where)
        assert where.endswith(quote(found["id"], safe=""))
        assert found["properties"] == {"id": found["id"], "name": None, "kind": "school", "capacity": None, "address": None}


@shows(CREATE, "put-rid-exception")
@shows(FEATURES, "collection-endpoint")
def test_put_makes_what_is_not_there_unless_it_must_be(whole: Api) -> None:
    where = f"{whole.root}/collections/services/items/new-{secrets.token_hex(4)}"
    refused = change(whole, "PUT", where, feature("services"), **{"Content-Type": GEOJSON, "If-Match": '"services.1"'})
    assert refused.status_code == 412
    assert whole.ask(where).status_code == 404
    assert change(whole, "PUT", where, feature("services"), **{"Content-Type": GEOJSON}).status_code == 201
    assert whole.client.delete(where).status_code == 204
    for each in whole.json("/collections")["collections"]:
        assert each.get("supportsNonAutogeneratedResourceIds", False) is (each["id"] in REGISTERS)
        assert whole.json(f"/collections/{each['id']}") == each


@shows(UPDATE, "update-patch-op", "update-patch-body", "update-patch-response", "rid")
@shows(FEATURES, "update-json-merge-patch")
def test_feature_is_updated_in_part(whole: Api) -> None:
    with made(whole) as where:
        patch: Json = {"properties": {"capacity": 3, "name": None}}
        assert change(whole, "PATCH", where, patch, **{"Content-Type": PATCH}).status_code in (200, 204)
        found = whole.json(where)
        assert (found["properties"]["capacity"], found["properties"]["name"]) == (3.0, None)
        assert found["properties"]["kind"] == "clinic"
        assert found["geometry"] == feature("services")["geometry"]
        patch = {"geometry": {"type": "Point", "coordinates": [WEST, SOUTH]}}
        assert change(whole, "PATCH", where, patch, **{"Content-Type": PATCH}).status_code in (200, 204)
        assert whole.json(where)["geometry"]["coordinates"] == [WEST, SOUTH]
        refused = change(whole, "PATCH", where, {"properties": {"id": "another"}}, **{"Content-Type": PATCH})
        assert refused.status_code == 400
        assert whole.json(where)["id"] == found["id"]


@shows(LOCKING, "get-etag-response", "put-etag-response", "patch-etag-response")
@shows(LOCKING, "ifmatch-put-op", "ifmatch-put-eval", "ifmatch-patch-op", "ifmatch-patch-eval")
@pytest.mark.parametrize(("method", "kind"), [("PUT", GEOJSON), ("PATCH", PATCH)])
def test_change_of_what_has_changed_is_refused(whole: Api, method: str, kind: str) -> None:
    with made(whole) as where:
        first = whole.ask(where).headers["etag"]
        body = feature("services") if method == "PUT" else {"properties": {"capacity": 1}}
        changed = change(whole, method, where, body, **{"Content-Type": kind, "If-Match": first})
        assert changed.status_code in (200, 204), changed.text
        second = changed.headers["etag"]
        refused = change(whole, method, where, body, **{"Content-Type": kind, "If-Match": first})
        assert refused.status_code == 412
        assert "again" in refused.json()["detail"]
        assert change(whole, method, where, body, **{"Content-Type": kind, "If-Match": second}).status_code in (200, 204)
        assert change(whole, method, where, body, **{"Content-Type": kind, "If-Match": "*"}).status_code in (200, 204)
        third = whole.ask(where).headers["etag"]
        assert third not in (first, second)
        gone = whole.client.delete(where, headers={"If-Match": first})
        assert gone.status_code == 412


@shows(FEATURES, "content-crs-header", "default-crs", "crs-other-crs")
def test_coordinates_are_in_the_system_named(whole: Api) -> None:
    body = feature("services")
    body["geometry"] = {"type": "Point", "coordinates": [SOUTH + 0.002, WEST + 0.003]}
    answer = post(whole, "services", body, **{"Content-Crs": f"<{EPSG}4490>"})
    assert answer.status_code == 201
    found = whole.json(answer.headers["location"])
    assert found["geometry"]["coordinates"] == pytest.approx([WEST + 0.003, SOUTH + 0.002], abs=1e-9)
    assert whole.client.delete(answer.headers["location"]).status_code == 204
    refused = post(whole, "services", body, **{"Content-Crs": "<http://example.com/crs>"})
    assert refused.status_code == 400
    assert refused.json()["code"] == "GP546"


@shows(CREATE, "post-body", "post-content-type")
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", GEOJSON, 400),
        (b"{", GEOJSON, 400),
        (b"[]", GEOJSON, 400),
        (b'{"type":"Feature"}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":1}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"a\\u0000b"}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"\\ud800"}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"a","capacity":-1}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"a","capacity":1e999}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1000,0]},"properties":{"kind":"a"}}', GEOJSON, 400),
        (b'{"type":"Feature","geometry":{"type":"Point"},"properties":{"kind":"a"}}', GEOJSON, 400),
        (
            b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]},"properties":{"kind":"a"}}',
            GEOJSON,
            400,
        ),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"a"}}', "text/plain", 415),
        (b'{"type":"Feature","geometry":null,"properties":{"kind":"a"}}', PATCH, 415),
    ],
)
def test_body_that_is_no_feature_is_refused(whole: Api, body: bytes, kind: str, status: int) -> None:
    before = whole.items("services")["numberMatched"]
    answer = whole.client.post(f"{whole.root}/collections/services/items", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert whole.items("services")["numberMatched"] == before


@shows(CREATE, "methods")
def test_layers_of_plans_are_changed_by_edits_alone(api: Api) -> None:
    for name in (*LAYERS, *TABLES):
        answer = post(api, name, feature("services"))
        assert answer.status_code == 405
        assert "/edits" in answer.json()["detail"]
        assert "POST" not in answer.headers["allow"]
