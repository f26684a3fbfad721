"""Whatever is wrong is told in one shape, in the reader's language, without internals."""

from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.errors import STATUS
from api.server import check_host, serve
from gridplan.errors import RequestError
from gridplan.messages import catalogue
from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.samples import PLAN_ID, sample_plan

HERE = f"/plans/{PLAN_ID}"
TILES = "tiles/WebMercatorQuad"
HOME = "14/6724/12925"  # the tile of 104.0, 30.67


def told(answer: httpx.Response, status: int, code: str) -> str:
    """The detail of a problem that is complete."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "code", "instance"}
    assert (body["status"], body["code"]) == (status, code)
    assert body["instance"] == answer.request.url.path
    return str(body["detail"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "GP502"),
        ("limit=ten", "GP502"),
        ("limit=1.0", "GP502"),
        ("limit=1_0", "GP502"),
        ("limit=", "GP502"),
        ("bbox=", "GP547"),
        ("bbox=1,2,3", "GP547"),
        ("bbox=1,2,3,4,5", "GP547"),
        ("bbox=a,b,c,d", "GP547"),
        ("bbox=nan,0,1,1", "GP547"),
        ("bbox=0,0,inf,1", "GP547"),
        ("bbox=0,0,1e999,1", "GP547"),
        ("bbox=0,0,181,1", "GP547"),
        ("bbox=0,-91,1,1", "GP547"),
        ("bbox=0,5,1,4", "GP547"),
        ("bbox=0,0,9,1,1,8", "GP547"),
        ("limit=1&limit=2", "GP506"),
        ("crs=EPSG:9999", "GP546"),
        ("bbox-crs=x", "GP546"),
        ("filter=households>", "GP540"),
        ("filter-lang=sql", "GP576"),
        ("filter=nosuch=1", "GP542"),
        ("datetime=yesterday", "GP548"),
        ("households=many", "GP549"),
        ("sortby=nosuch", "GP542"),
        ("properties=nosuch", "GP542"),
        ("sortby=name&cursor=W2ZhbHNlLDFd", "GP570"),
        ("LIMIT=1", "GP501"),
        ("f=pdf", "GP571"),
        ("cursor=x", "GP570"),
        ("offset=1", "GP501"),
    ],
)
def test_wrong_parameter_is_400(service: Served, query: str, code: str) -> None:
    told(service.client.get(f"{HERE}/collections/grids/items?{query}"), 400, code)


@pytest.mark.parametrize(
    "path", ["/?x=1", "/health?x=1", "/plans?bbox=0,0,1,1", f"{HERE}?x", f"{HERE}/collections/meta?bbox=0,0,1,1"]
)
def test_unknown_parameter_is_400_everywhere(service: Served, path: str) -> None:
    told(service.client.get(path), 400, "GP501")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/plans/none", "GP510"),
        ("/plans/none/collections/grids/items", "GP510"),
        ("/plans/none/map", "GP510"),
        ("/collections/nosuch", "GP573"),
        (f"{HERE}/collections/services/items", "GP573"),
        (f"{HERE}/collections/grids/items/nosuch", "GP575"),
        (f"{HERE}/collections/findings/items/x", "GP575"),
        ("/adopted/nosuch/collections", "GP574"),
        ("/plans/%00", "GP511"),
        ("/plans/%27%3B--", "GP510"),
        (f"{HERE}/collections/streets/items", "GP573"),
        ("/plans/none/", "GP510"),
        ("/docs", "GP511"),
        ("/nowhere", "GP511"),
    ],
)
def test_what_is_not_there_is_404(service: Served, path: str, code: str) -> None:
    told(service.client.get(path), 404, code)


def test_other_methods_are_405(service: Served) -> None:
    answer = service.client.put("/plans", json={})
    assert "one of: GET, POST, HEAD" in told(answer, 405, "GP513")
    assert answer.headers["allow"] == "GET, POST, HEAD"
    answer = service.client.get("/tokens/none")
    assert told(answer, 405, "GP513").endswith("use one of: DELETE.")
    assert answer.headers["allow"] == "DELETE"


def test_a_parameter_that_is_needed_is_named(service: Served) -> None:
    assert "?with=VALUE" in told(service.client.get(f"{HERE}/compare"), 400, "GP592")


@pytest.mark.parametrize(
    ("query", "wrong"), [("name=%FF", "%FF"), ("name=%e7%bd", "%E7%BD"), ("%ED%A0%80=1", "%ED"), ("a=a&b=%C0%AF", "%C0")]
)
def test_a_query_that_is_no_text_is_refused(service: Served, query: str, wrong: str) -> None:
    for path in (f"{HERE}/collections/grids/items", "/plans", "/tokens"):
        assert f"holds {wrong}, " in told(service.client.get(f"{path}?{query}"), 400, "GP593")


def test_a_path_that_is_no_text_leads_nowhere(service: Served) -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"kind": "clinic"}}
    told(service.client.put("/collections/services/items/%FF", json=feature), 404, "GP511")
    # The character itself may be asked for.
    told(service.client.get("/collections/services/items/%EF%BF%BD"), 404, "GP575")


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("fr, en;q=0.2, zh;q=0.7", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("*", "en"),
    ],
)
def test_detail_is_in_the_language_asked_for(service: Served, accept: str, language: str) -> None:
    detail = told(service.client.get("/plans/none", headers={"Accept-Language": accept}), 404, "GP510")
    assert ("没有方案" in detail) == (language == "zh")


def test_nothing_stored_yet_is_said(empty_service: Served) -> None:
    assert "尚未存储" in told(empty_service.client.get("/collections/communities/items"), 404, "GP512")
    for path in ("/collections/grids", "/collections/grids/schema", f"/collections/grids/{TILES}?f=tilejson"):
        told(empty_service.client.get(path), 404, "GP512")
    assert empty_service.client.get("/plans").json()["plans"] == []


def test_without_a_plan_the_registers_are_there(empty_service: Served) -> None:
    client = empty_service.client
    listed = [each["id"] for each in client.get("/collections").json()["collections"]]
    assert sorted(listed) == ["incidents", "organisations", "services", "staff"]
    described = client.get("/api").json()["paths"]
    assert {path.split("/")[2] for path in described if path.startswith("/collections/")} == set(listed)
    for name in listed:
        assert client.get(f"/collections/{name}").json()["id"] == name
        assert client.get(f"/collections/{name}/items").json()["features"] == []
    for path in ("", "/collections/services"):
        tiles = client.get(f"{path}/{TILES}?f=tilejson").json()
        assert [each["id"] for each in tiles["vector_layers"]] == ["services"]
        assert client.get(f"{path}/{TILES}/{HOME}").status_code == 204
    point = {"type": "Point", "coordinates": [104.0, 30.67]}
    made = {"type": "Feature", "geometry": point, "properties": {"name": "a", "kind": "school"}}
    assert client.post("/collections/services/items", json=made).status_code == 201
    assert client.get(f"/{TILES}/{HOME}").status_code == 200


def test_broken_store_tells_nothing_of_its_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "secret-folder.gpkg"
    with open_store(path) as store:
        store.save_plan(sample_plan())
    with open_store(path, read_only=True) as store, served(store, Settings()) as running:
        assert running.client.get("/ready").json() == {"status": "ok"}
        path.write_bytes(b"no longer a database" * 500)
        for told_by in ("/ready", f"{HERE}/collections/grids/items"):
            answer = running.client.get(told_by)
            assert answer.status_code in (500, 503)
            assert answer.json()["code"] in ("GP520", "GP521")
            assert "secret-folder" not in answer.text
            assert "Traceback" not in answer.text
    logged = [record.getMessage() for record in caplog.records if record.name == "gridplan.fault"]
    assert len(logged) == 2
    assert all("secret-folder" in line and "not a database" in line for line in logged), "the log tells the cause"


_OUTSIDE = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["bbox", "limit", "cursor", "filter", "datetime", "crs", "sortby", "households"]) | _OUTSIDE,
    value=_OUTSIDE | st.lists(st.floats(), min_size=3, max_size=7).map(lambda parts: ",".join(map(str, parts))),
    path=st.sampled_from(
        ["/collections/communities/items", f"{HERE}/collections/units/items", f"{HERE}/collections/meta/items", "/plans", HERE]
    ),
)
@example("limit", "1_0", f"{HERE}/collections/grids/items")
@example("name", "\x00", "/collections/communities/items")
def test_no_parameter_makes_the_service_fail(service: Served, name: str, value: str, path: str) -> None:
    answer = service.client.get(path, params={name: value})
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_server_refuses_to_be_public_without_a_guard(tmp_path: Path, host: str) -> None:
    with open_store(tmp_path / "plans.gpkg") as store, pytest.raises(RequestError, match="GP530"):
        serve(store, Settings(), host=host, port=0)


def test_host_can_be_asked_about_before_anything_is_said() -> None:
    check_host(Settings(), "127.0.0.1")
    check_host(Settings(), "::1")
    check_host(Settings(auth=True), "0.0.0.0")
    with pytest.raises(RequestError, match="GP530"):
        check_host(Settings(), "0.0.0.0")


def test_port_in_use_is_said(service: Served, tmp_path: Path) -> None:
    port = int(service.url.rpartition(":")[2])
    with open_store(tmp_path / "plans.gpkg") as store, pytest.raises(RequestError, match="GP531"):
        serve(store, Settings(), port=port)


def test_every_code_has_words_and_a_status() -> None:
    spoken = {code for code in catalogue() if code.startswith("GP5")}
    assert spoken - {"GP530", "GP531"} == {code for code in STATUS if code.startswith("GP5")}
    assert set(STATUS) <= set(catalogue())


def test_an_empty_id_is_no_path(service: Served) -> None:
    told(service.client.get("/collections/grids/items/"), 404, "GP511")
