"""OGC API - Features Part 4: features of the registers made, replaced, updated and deleted over HTTP."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from gridplan.settings import Settings
from gridplan.store import geopackage, open_store
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.samples import PLAN_ID, sample_plan

ITEMS = "/collections/incidents/items"
PATCH = {"Content-Type": "application/merge-patch+json"}
GEOJSON = {"Content-Type": "application/geo+json"}
CRS = "http://www.opengis.net/def/crs"


def incident(**changed: object) -> dict[str, Any]:
    properties = {"kind": "垃圾", "stage": "collected", "reported_at": "2026-03-01T08:30:00+08:00", **changed}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [104.06, 30.67]}, "properties": properties}


def made(client: httpx.Client, **changed: object) -> str:
    """The address of a new incident."""
    answer = client.post(ITEMS, json=incident(**changed))
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def test_a_feature_lives(changing: Served) -> None:
    client = changing.client
    answer = client.post(ITEMS, json=incident(), headers=GEOJSON)
    assert (answer.status_code, answer.content) == (201, b"")
    path = answer.headers["location"].removeprefix(changing.url)
    found = client.get(path)
    assert found.headers["etag"] == answer.headers["etag"]
    assert found.json()["properties"]["reported_at"] == "2026-03-01T00:30:00Z"
    rejected = {"stage": "rejected", "rejected_at": "2026-03-01T10:00:00+08:00"}
    patched = client.patch(path, json={"properties": rejected}, headers={**PATCH, "If-Match": found.headers["etag"]})
    assert (patched.status_code, patched.content) == (204, b"")
    assert client.get(path, headers={"If-None-Match": patched.headers["etag"]}).status_code == 304
    whole = client.get(path).json()
    assert (whole["properties"]["stage"], whole["properties"]["kind"]) == ("rejected", "垃圾")
    # What was read may be sent back as it is, links and all.
    replaced = client.put(path, json=whole, headers={"If-Match": patched.headers["etag"]})
    assert replaced.status_code == 204
    assert client.get(path).json() == whole
    assert client.delete(path, headers={"If-Match": replaced.headers["etag"]}).status_code == 204
    told(client.get(path), 404, "GP575")
    told(client.delete(path), 404, "GP575")
    told(client.patch(path, json={}, headers=PATCH), 404, "GP575")


def test_an_id_of_the_client_is_kept(changing: Served) -> None:
    client = changing.client
    for wanted in ("案 1?#%", "node/42"):
        path = made(client, id=wanted)
        assert client.get(path).json()["id"] == wanted
        assert client.put(path, json=incident(id=wanted)).status_code == 204
        assert wanted in told(client.post(ITEMS, json=incident(id=wanted)), 409, "GP421")
    assert client.put(f"{ITEMS}/mine", json=incident()).status_code == 201
    answer = client.put(f"{ITEMS}/mine", json=incident(), headers={"If-None-Match": "*"})
    told(answer, 412, "GP422")
    assert answer.headers["etag"] == client.get(f"{ITEMS}/mine").headers["etag"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_stale_condition_is_412_with_what_is_current(changing: Served, method: str) -> None:
    client = changing.client
    path = made(client)
    stale = client.get(path).headers["etag"]
    current = client.patch(path, json={"properties": {"outcome": "a"}}, headers=PATCH).headers["etag"]
    for condition in (stale, f"W/{current}", '"incidents.1"', '"x"', "none", current.replace(".row", "")):
        body = (
            None
            if method == "DELETE"
            else {"type": "Feature", "properties": {"outcome": "b"}}
            if method == "PATCH"
            else incident()
        )
        answer = client.request(method, path, json=body, headers={**(PATCH if method == "PATCH" else {}), "If-Match": condition})
        assert "again" in told(answer, 412, "GP420")
        assert answer.headers["etag"] == current
    assert client.get(path).json()["properties"]["outcome"] == "a"
    body = {} if method == "PATCH" else incident()
    answer = client.request(
        method,
        path,
        json=None if method == "DELETE" else body,
        headers={**(PATCH if method == "PATCH" else {}), "If-Match": f'"x", {current}'},
    )
    assert answer.status_code == 204


def test_if_match_star_needs_something(changing: Served) -> None:
    told(changing.client.put(f"{ITEMS}/nothing", json=incident(), headers={"If-Match": "*"}), 412, "GP420")
    path = made(changing.client)
    assert changing.client.put(path, json=incident(), headers={"If-Match": "*"}).status_code == 204


def test_etags_of_coded_answers_are_conditions_too(changing: Served) -> None:
    path = made(changing.client, outcome="x" * 3000)
    etag = changing.client.get(path, headers={"Accept-Encoding": "gzip"}).headers["etag"]
    assert "gzip" in etag
    assert changing.client.delete(path, headers={"If-Match": etag}).status_code == 204


@pytest.mark.parametrize(
    ("method", "kind", "taken"),
    [
        ("POST", "text/plain", "Accept-Post"),
        ("POST", "application/xml", "Accept-Post"),
        ("PUT", "application/merge-patch+json", "Accept-Post"),
        ("PATCH", "application/geo+json", "Accept-Patch"),
    ],
)
def test_another_type_of_body_is_415(changing: Served, method: str, kind: str, taken: str) -> None:
    path = ITEMS if method == "POST" else made(changing.client)
    answer = changing.client.request(method, path, content=b"{}", headers={"Content-Type": kind})
    told(answer, 415, "GP581")
    assert answer.headers[taken]


def test_a_put_without_a_type_is_taken(changing: Served) -> None:
    path = made(changing.client)
    assert (
        changing.client.put(path, content=httpx.Request("PUT", "http://x", json=incident(kind="噪声")).content).status_code == 204
    )
    assert changing.client.get(path).json()["properties"]["kind"] == "噪声"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5000, b'{"type": NaN}', b'"\\ud800"'], ids=repr)
def test_a_body_that_is_no_json_is_400(changing: Served, body: bytes) -> None:
    told(changing.client.post(ITEMS, content=body, headers=GEOJSON), 400, "GP587")


@pytest.mark.parametrize(("accept", "words"), [("en", "must be Point"), ("zh-CN", "应为 Point")])
def test_every_fault_of_a_feature_is_told_in_the_readers_language(changing: Served, accept: str, words: str) -> None:
    feature = {**incident(stage="done", size=3), "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}
    detail = told(changing.client.post(ITEMS, json=feature, headers={"Accept-Language": accept}), 400, "GP583")
    assert words in detail
    assert all(place in detail for place in ("size", "properties.stage", "geometry"))


def test_coordinates_are_turned_from_content_crs(changing: Served) -> None:
    north_first = {**incident(), "geometry": {"type": "Point", "coordinates": [30.67, 104.06]}}
    answer = changing.client.post(ITEMS, json=north_first, headers={"Content-Crs": f"<{CRS}/EPSG/0/4326>"})
    assert changing.client.get(answer.headers["location"]).json()["geometry"]["coordinates"] == [104.06, 30.67]
    for known in (f"<{CRS}/OGC/1.3/CRS84>", f"{CRS}/OGC/1.3/CRS84"):
        assert changing.client.post(ITEMS, json=incident(), headers={"Content-Crs": known}).status_code == 201
    told(changing.client.post(ITEMS, json=incident(), headers={"Content-Crs": "<EPSG:99999>"}), 400, "GP546")


@pytest.mark.parametrize("root", ["", f"/plans/{PLAN_ID}"])
def test_layers_of_plans_are_edited_elsewhere(changing: Served, root: str) -> None:
    path = f"{root}/collections/grids/items"
    calls = [("POST", path), *((method, f"{path}/x") for method in ("PUT", "PATCH", "DELETE"))]
    for method, place in calls:
        answer = changing.client.request(method, place, json=incident())
        assert f"POST /plans/{PLAN_ID}/edits" in told(answer, 405, "GP584")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert changing.client.options(path).headers["allow"] == "GET, HEAD, OPTIONS"
    told(changing.client.post(f"/plans/{PLAN_ID}{ITEMS}", json=incident()), 404, "GP573")


def test_options_say_what_may_be_done(changing: Served) -> None:
    assert changing.client.options(ITEMS).headers["allow"] == "GET, HEAD, OPTIONS, POST"
    one = changing.client.options(f"{ITEMS}/any").headers
    assert one["allow"] == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
    assert one["accept-patch"] == "application/merge-patch+json"
    told(changing.client.options("/collections/nosuch/items"), 404, "GP573")


def test_unknown_parameters_are_refused(changing: Served) -> None:
    told(changing.client.post(f"{ITEMS}?f=json", json=incident()), 400, "GP501")


INJECTED = ["'); DROP TABLE incidents; --", '"; DELETE FROM edits; --', "x' OR '1'='1", "$1", "%s", ":name", "\\", "${7*7}"]


@pytest.mark.parametrize("text", INJECTED)
def test_text_is_data_in_every_field_and_path(changing: Served, text: str) -> None:
    client = changing.client
    path = made(client, kind=text, outcome=text, grid=text, source=text, id=f"i-{text.replace('/', '_')}")
    properties = client.get(path).json()["properties"]
    assert {properties[name] for name in ("kind", "outcome", "grid", "source")} == {text}
    assert (
        client.patch(path, json={"properties": {"outcome": text * 2}}, headers={**PATCH, "If-Match": f'"{"x"}"'}).status_code
        == 412
    )
    assert client.patch(path, json={"properties": {"outcome": text * 2}}, headers=PATCH).status_code == 204
    assert client.get("/edits", params={"scope": text}).json()["edits"] == []
    assert client.delete(path).status_code == 204
    for method in ("GET", "PUT", "DELETE"):
        strange = client.request(method, f"/collections/{text.replace('/', '_').replace('?', '')}/items/x", json=incident())
        assert strange.status_code in (404, 405)


def test_nul_finds_nothing(changing: Served) -> None:
    for path in (f"{ITEMS}/%00", "/jobs/%00", "/plans/%00/edits"):
        assert changing.client.get(path).status_code == 404
    for method in ("PUT", "DELETE"):
        assert changing.client.request(method, f"{ITEMS}/%00", json=incident()).status_code == 404
    assert changing.client.get("/edits?scope=%00").json()["edits"] == []
    told(changing.client.get(f"/plans/{PLAN_ID}/compare?with=%00"), 404, "GP510")


def test_two_clients_lose_no_update(changing: Served) -> None:
    path = made(changing.client, id="counter", outcome="0")

    def add(_: int) -> int:
        conflicts = 0
        with httpx.Client(base_url=changing.url, trust_env=False) as client:
            for _ in range(100):
                while True:
                    found = client.get(path)
                    more = str(int(found.json()["properties"]["outcome"]) + 1)
                    headers = {**PATCH, "If-Match": found.headers["etag"]}
                    answer = client.patch(path, json={"properties": {"outcome": more}}, headers=headers)
                    if answer.status_code == 204:
                        break
                    told(answer, 412, "GP420")
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, range(2)))
    assert changing.client.get(path).json()["properties"]["outcome"] == "200"
    lines = changing.store.log.history("incidents", limit=1000)
    assert sum(line.item == "counter" and line.operation == "update" for line in lines) == 200


def test_one_of_many_creates_with_one_id_wins(changing: Served) -> None:
    def create(number: int) -> int:
        with httpx.Client(base_url=changing.url, trust_env=False) as client:
            return client.post(ITEMS, json=incident(id="wanted", source=str(number))).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(create, range(6)))
    assert statuses == [201, *[409] * 5]


def test_a_file_edited_by_another_program_is_seen_at_once(changing: Served) -> None:
    path = made(changing.client, id="by-hand")
    before, page = changing.client.get(path).headers["etag"], changing.client.get(ITEMS).headers["etag"]
    where = changing.store.address
    change = "UPDATE incidents SET outcome = '手改' WHERE id = 'by-hand'"
    if where.endswith(".gpkg"):
        other = sqlite3.connect(where, timeout=10)
        geopackage.register(other)
        with other:
            other.execute(change)
        other.close()
    else:
        with psycopg.connect(where.replace("+psycopg", "")) as server:
            server.execute(change)
    assert changing.client.get(ITEMS, headers={"If-None-Match": page}).status_code == 200
    told(changing.client.put(path, json=incident(), headers={"If-Match": before}), 412, "GP420")
    assert changing.client.get(path).json()["properties"]["outcome"] == "手改"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with auth on."""
    with open_store(tmp_path_factory.mktemp("guarded") / "plans.gpkg") as store:
        store.save_plan(sample_plan())
        with served(store, Settings(auth=True)) as running:
            yield running


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in (ITEMS, f"/plans/{PLAN_ID}/edits", f"/plans/{PLAN_ID}/branches", "/plans")),
        *(("POST", f"/plans/{PLAN_ID}/{name}") for name in ("adoptions", "archive", "edits/1/revert")),
        *((method, f"{ITEMS}/x") for method in ("PUT", "PATCH", "DELETE")),
        *(("DELETE", path) for path in (f"/plans/{PLAN_ID}", "/jobs/x")),
        *(
            ("GET", path)
            for path in ("/jobs", "/jobs/x", "/towns", "/edits", f"/plans/{PLAN_ID}/edits", "/collections/staff/items")
        ),
    ],
)
def test_only_planners_change_and_read_what_is_theirs(guarded: Served, method: str, path: str) -> None:
    body: dict[str, list[object]] = {"operations": []} if path.endswith("edits") else {}
    for headers, status, code in (({}, 401, "GP550"), (bearer(guarded.store, "viewer"), 403, "GP552")):
        told(guarded.client.request(method, path, json=body if method == "POST" else None, headers=headers), status, code)
    answer = guarded.client.request(
        method, path, json=body if method == "POST" else None, headers=bearer(guarded.store, "planner")
    )
    assert answer.status_code not in (401, 403, 500)


def test_the_log_names_the_token(guarded: Served) -> None:
    headers = bearer(guarded.store, "planner")
    assert guarded.client.post(ITEMS, json=incident(id="logged"), headers=headers).status_code == 201
    line = guarded.client.get("/edits?scope=incidents&limit=1", headers=headers).json()["edits"][0]
    assert (line["who"], line["role"], line["item"]) == ("token:planner", "planner", "logged")


def test_a_service_that_only_reads_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    with open_store(path) as store:
        store.save_plan(sample_plan())
    with open_store(path, read_only=True) as store, served(store, Settings()) as running:
        branches = f"/plans/{PLAN_ID}/branches"
        calls: list[tuple[str, object]] = [(ITEMS, incident()), (branches, None), ("/plans", {"town": "x"})]
        for place, body in calls:
            told(running.client.post(place, json=body), 403, "GP585")
        assert running.client.get("/jobs").json()["jobs"] == []
        assert running.client.get("/edits").json()["edits"] == []
        assert running.client.get("/adopted").json()["adopted"] == []
