"""The towns that plans are made of: uploaded, listed, told, deleted; and what is taken for a town though it is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gridplan.settings import Settings
from gridplan.sources import demo_town, keep_communities, write_town
from gridplan.store import open_store, write_plan
from tests.api.served import Served, served
from tests.api.test_access import bearer
from tests.api.test_errors import told
from tests.api.test_jobs import GEOPACKAGE, LONG, WAIT_S, await_state
from tests.samples import sample_plan


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A town bundle of about a hundred buildings."""
    town = keep_communities(demo_town(), ["Kaartinkaupunki"])
    return write_town(town, tmp_path_factory.mktemp("town") / "town.gpkg").read_bytes()


def test_a_town_comes_with_a_job_and_goes_when_no_job_needs_it(changing: Served, bundle: bytes) -> None:
    client = changing.client
    assert client.get("/towns").json() == {"towns": [], "next": None}
    told(client.get("/towns/none"), 404, "GP594")
    asked: dict[str, Any] = {"content": bundle, "headers": GEOPACKAGE, "timeout": WAIT_S}  # as httpx takes them
    first = client.post("/plans?seed=1", **asked)
    town = first.json()["asked"]["town"]
    assert client.get("/towns").json()["towns"] == [town]
    found = client.get(f"/towns/{town}")
    assert found.json()["name"] == town
    assert {"communities", "buildings"} <= set(found.json()["layers"])
    assert found.json()["source"]
    assert client.get(found.json()["href"], headers={"If-None-Match": found.headers["etag"]}).status_code == 304
    # The same bytes are the same town, and make no second line.
    again = client.post("/plans", json={"town": town, "effort": LONG})
    second = client.post("/plans?seed=3", **asked)
    assert second.json()["asked"]["town"] == town
    refused = told(client.delete(f"/towns/{town}"), 409, "GP432")
    for answer in (again, second):
        assert answer.json()["id"] in refused
        client.delete(answer.headers["location"])
    for answer in (first, again, second):
        await_state(client, answer.headers["location"], "done", "cancelled")
    assert client.delete(f"/towns/{town}").status_code == 204
    told(client.delete(f"/towns/{town}"), 404, "GP594")
    assert client.get("/towns").json()["towns"] == []
    lines = client.get("/edits?scope=towns").json()["edits"]
    assert [(line["operation"], line["item"], line["who"]) for line in lines] == [
        ("delete", town, "local"),
        ("create", town, "local"),
    ]
    assert lines[0]["before"] == lines[1]["after"]
    # What was made of it stays.
    assert client.get(first.headers["location"]).json()["state"] == "done"
    assert client.get(f"/plans/{client.get(first.headers['location']).json()['result']['plan']}").status_code == 200


def test_a_plan_bundle_or_a_store_is_no_town(changing: Served, tmp_path: Path) -> None:
    write_plan(sample_plan(), tmp_path / "plan.gpkg")
    with open_store(tmp_path / "store.gpkg") as store:
        store.save_plan(sample_plan())
    for name in ("plan.gpkg", "store.gpkg"):
        for language, words in (
            ("en", "is a plan bundle or a store, and no town bundle"),
            ("zh", "是方案文件或存储，不是城镇数据包"),
        ):
            headers = {**GEOPACKAGE, "Accept-Language": language}
            answer = changing.client.post("/plans", content=(tmp_path / name).read_bytes(), headers=headers, timeout=WAIT_S)
            assert words in told(answer, 400, "GP588")
    assert changing.client.get("/towns").json()["towns"] == []


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with auth on and five towns."""
    town = keep_communities(demo_town(), ["Kaartinkaupunki"])
    with open_store(tmp_path_factory.mktemp("towns") / "plans.gpkg") as store, served(store, Settings(auth=True)) as running:
        for number in range(5):
            store.save_town(f"镇 {number}?", town)
        yield running


def test_towns_are_listed_page_by_page(stocked: Served) -> None:
    planner = bearer(stocked.store, "planner")
    seen, address = [], "/towns?limit=2"
    while address:
        page = stocked.client.get(address, headers=planner).json()
        seen.append(page["towns"])
        address = page["next"]
    assert seen == [["镇 0?", "镇 1?"], ["镇 2?", "镇 3?"], ["镇 4?"]]
    told(stocked.client.get("/towns?limit=0", headers=planner), 400, "GP508")
    told(stocked.client.get("/towns?cursor=x", headers=planner), 400, "GP570")
    told(stocked.client.get("/towns?f=json", headers=planner), 400, "GP501")
    href = stocked.client.get("/towns/镇 4?".replace("?", "%3F"), headers=planner).json()["href"]
    assert stocked.client.delete(href, headers=planner).status_code == 204
    assert stocked.client.get("/towns", headers=planner).json()["towns"][-1] == "镇 3?"
    assert stocked.client.get("/edits?scope=towns", headers=planner).json()["edits"][0]["who"] == "token:planner"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_towns_are_for_planners_alone(stocked: Served, method: str) -> None:
    for path in ("/towns/镇 0%3F", "/towns/none", *(["/towns"] if method == "GET" else [])):
        for headers, status, code in (({}, 401, "GP550"), (bearer(stocked.store, "viewer"), 403, "GP552")):
            answer = stocked.client.request(method, path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_service_that_only_reads_deletes_no_town(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store:
        store.save_town("a", keep_communities(demo_town(), ["Kaartinkaupunki"]))
    with open_store(tmp_path / "plans.gpkg", read_only=True) as store, served(store, Settings()) as running:
        told(running.client.delete("/towns/a"), 403, "GP585")
        assert running.client.get("/towns").json()["towns"] == ["a"]
