"""The way in, the plans, the map page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gridplan.settings import Settings
from gridplan.store import open_store, write_plan
from tests.api.served import Served, served
from tests.samples import PLAN_ID, SOUTH, WEST, sample_plan
from tests.store.tiles import layers, tile_at


def test_every_link_leads_somewhere(service: Served) -> None:
    client = service.client
    links = client.get("/").json()["links"]
    plans = client.get("/plans").json()["plans"]
    assert [plan["id"] for plan in plans] == [PLAN_ID]
    assert (plans[0]["grids"], plans[0]["units"], plans[0]["households"], plans[0]["seed"]) == (4, 7, 107, 7)
    links += plans[0]["links"]
    for root in ("", f"/plans/{PLAN_ID}"):
        for each in client.get(f"{root}/collections").json()["collections"]:
            links += each["links"]
    assert len(links) > 200
    for link in links:
        if "tilesets" in link["rel"]:
            continue
        answer = client.get(link["href"], headers={"Accept": link["type"]})
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0], link
    assert client.get(f"/plans/{PLAN_ID}").json() == plans[0]


def test_large_answers_are_compressed(service: Served) -> None:
    here = f"/plans/{PLAN_ID}/collections/units/items"
    assert service.client.get(here, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_browser_gets_pages(service: Served, chromium: Browser) -> None:
    page = chromium.new_page(locale="zh-CN")
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(service.url)
    assert "网格" in page.title()
    page.click("text=地图 >> nth=-1")
    expect(page.locator("path.gp-grid")).to_have_count(4)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.close()
    assert said == []
    assert all(url.startswith((service.url, "data:")) for url in asked)


def test_language_of_the_map_is_as_asked(service: Served) -> None:
    here = f"/plans/{PLAN_ID}/map"
    assert '<html lang="zh-CN">' in service.client.get(here, headers={"Accept-Language": "zh"}).text
    assert '<html lang="en">' in service.client.get(here, params={"lang": "en"}, headers={"Accept-Language": "zh"}).text
    assert service.client.get(here, params={"lang": "fr"}).json()["code"] == "GP507"
    assert "default-src 'none'" in service.client.get(here).headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/", "/health", "/plans", f"/plans/{PLAN_ID}/collections/grids/items", f"/plans/{PLAN_ID}/map", "/nowhere"]
)
def test_head_answers_as_get_without_the_body(service: Served, path: str) -> None:
    whole, head = service.client.get(path), service.client.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "content-encoding"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_plan_bundle_is_served_at_the_root(tmp_path: Path, read_only: bool) -> None:
    """For reading alone it stays as it is, byte for byte, and has empty registers all the same."""
    path = tmp_path / "plan.gpkg"
    write_plan(sample_plan(), path)
    before = path.read_bytes()
    with open_store(path, read_only=read_only) as store, served(store, Settings()) as running:
        names = [each["id"] for each in running.client.get("/collections").json()["collections"]]
        assert {"grids", "services", "staff"} <= set(names)
        for name in names:
            assert running.client.get(f"/collections/{name}/items").status_code == 200
        for name in ("services", "incidents"):
            for asked in ("bbox=-180,-90,180,90", "filter=S_INTERSECTS(geometry,POINT(1 1))"):
                answer = running.client.get(f"/collections/{name}/items?{asked}")
                assert (answer.status_code, answer.json()["features"]) == (200, [])
        answer = running.client.get("/collections/services/tiles/WebMercatorQuad/0/0/0")
        assert (answer.status_code, answer.content) == (204, b"")
        assert running.client.get("/tiles").status_code == 200
        zoom, row, col = tile_at(WEST, SOUTH, 14)
        tile = running.client.get(f"/tiles/WebMercatorQuad/{zoom}/{row}/{col}")
        assert tile.status_code == 200
        assert layers(tile.content)["communities"]
        made = {"type": "Feature", "geometry": None, "properties": {"kind": "clinic"}}
        assert (running.client.post("/collections/services/items", json=made).status_code == 201) != read_only
    assert (path.read_bytes() == before) == read_only
