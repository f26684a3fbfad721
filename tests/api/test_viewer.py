"""The viewer in a real Chromium that reaches nothing but the service: layers are drawn, in both languages, for everybody.

That the layers of both kinds of store are drawn is one test; what the page does with them does not depend on the store.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gridplan.maps import viewer_file
from tests.api.served import Served
from tests.samples import PLAN_ID, URBAN

SECONDS = 60_000


@dataclass
class Opened:
    """A page in the browser, and what it said and asked for."""

    page: Page
    url: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def drawn(self) -> dict[str, int]:
        """How many features of each layer of the tiles are drawn."""
        self.rest()
        counted: dict[str, int] = self.page.evaluate(
            "() => Viewer.map.queryRenderedFeatures().filter((each) => each.sourceLayer).reduce((count, each) =>"
            " ({...count, [each.sourceLayer]: (count[each.sourceLayer] || 0) + 1}), {})"
        )
        return counted

    def rest(self) -> None:
        """Waits until the map has drawn all that it has."""
        expect(self.page.locator("#map")).to_have_attribute("aria-busy", "false", timeout=SECONDS)

    def go(self, zoom: float) -> None:
        """Moves to a zoom and waits."""
        self.rest()
        self.page.evaluate("zoom => { Viewer.map.jumpTo({ zoom: zoom }); }", zoom)
        self.rest()


def opened(chromium: Browser, service: Served, path: str, **more: Any) -> Opened:
    page = chromium.new_page(viewport={"width": 1200, "height": 800}, reduced_motion="reduce", **more)
    result = Opened(page, service.url)
    page.on("console", lambda message: result.said.append(message.text))
    page.on("pageerror", lambda error: result.said.append(str(error)))
    page.on("request", lambda request: result.asked.append(request.url))
    page.goto(f"{service.url}{path}")
    return result


@pytest.fixture
def shown(chromium: Browser, service: Served) -> Iterator[Opened]:
    """The viewer of the sample plan, which may say nothing on the console and ask nobody but the service."""
    result = opened(chromium, service, f"/plans/{PLAN_ID}/viewer?lang=en")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith((service.url, "data:", "blob:"))] == []


def test_every_layer_of_the_plan_is_drawn(shown: Opened) -> None:
    shown.go(16.5)
    counted = shown.drawn()
    assert all(counted.get(name, 0) > 0 for name in ("communities", "grids", "units", "buildings", "nodes", "findings", "areas"))
    assert any("/tiles/WebMercatorQuad/16/" in url for url in shown.asked)
    labels = shown.page.evaluate(
        "() => Viewer.labels(Viewer.map, {grids: ['grids-0']}).features.map(each => each.properties.text)"
    )
    assert sorted(labels)[0] == "东风社区第001网格\n28"
    assert len(labels) == 4, "one label a grid, however many tiles it lies in"


@pytest.mark.parametrize("service", ["geopackage"], indirect=True)
def test_layers_are_switched_by_the_keyboard(shown: Opened) -> None:
    shown.go(16)
    assert shown.drawn()["units"] > 0
    box = shown.page.get_by_role("checkbox", name="Units")
    box.focus()
    shown.page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    assert "units" not in shown.drawn()


@pytest.mark.parametrize("service", ["geopackage"], indirect=True)
def test_facts_of_a_place_by_mouse_and_by_keyboard(shown: Opened) -> None:
    shown.go(16)
    facts = shown.page.locator("#facts")
    place = shown.page.evaluate("() => { var at = Viewer.map.project([104.061, 30.6727]); return [at.x, at.y]; }")
    shown.page.locator(".maplibregl-canvas").click(position={"x": place[0], "y": place[1]})
    expect(facts).to_contain_text("Grids · 东风社区第001网格")
    expect(facts).to_contain_text(f"{URBAN}001")
    expect(facts).to_contain_text("28")
    shown.page.evaluate("() => { Viewer.map.jumpTo({ center: [104.065, 30.671] }); }")
    shown.rest()
    shown.page.locator(".maplibregl-canvas").focus()
    expect(shown.page.locator("#cross")).to_be_visible()
    shown.page.keyboard.press("Enter")
    expect(facts).to_contain_text("红星村第002网格")
    expect(facts).to_contain_text("Allow 17 households in this grid.")


@pytest.mark.parametrize("service", ["geopackage"], indirect=True)
def test_language_is_changed_on_the_page(shown: Opened) -> None:
    page = shown.page
    expect(page.locator("#layers")).to_contain_text("Communities")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#layers")).to_contain_text("社区（村）")
    assert page.title() == "手绘样例 · 全图层地图"
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("service", ["geopackage"], indirect=True)
def test_page_of_the_service_in_chinese(chromium: Browser, service: Served) -> None:
    result = opened(chromium, service, "/viewer", locale="zh-CN")
    expect(result.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(result.page.locator("#layers")).to_contain_text("服务设施")
    result.rest()
    result.page.close()
    assert result.said == []


@pytest.mark.parametrize("empty_service", ["geopackage"], indirect=True)
def test_without_a_plan_the_page_says_so(chromium: Browser, empty_service: Served) -> None:
    result = opened(chromium, empty_service, "/viewer?lang=en")
    result.rest()
    expect(result.page.locator("#failed")).to_contain_text("There is no plan yet")
    expect(result.page.locator("#layers > li")).to_have_count(1)
    result.page.get_by_role("button", name="中文").click()
    expect(result.page.locator("#failed")).to_contain_text("尚无划分方案")
    result.page.close()
    assert result.said == []


@pytest.mark.parametrize("changing", ["geopackage"], indirect=True)
def test_the_map_starts_at_the_plan_wherever_a_register_has_points(chromium: Browser, changing: Served) -> None:
    for place in ([180, 0], [-180, 0], [0, 90]):
        point = {"type": "Point", "coordinates": place}
        feature = {"type": "Feature", "geometry": point, "properties": {"name": "a", "kind": "b"}}
        assert changing.client.post("/collections/services/items", json=feature).status_code == 201
    result = opened(chromium, changing, "/viewer?lang=en")
    first = result.drawn()
    assert first.get("grids", 0) > 0
    result.go(3)
    result.page.get_by_role("button", name="Whole plan").click()
    result.rest()
    assert result.drawn() == first
    result.page.close()
    assert result.said == []


def test_names_are_text_and_never_markup(service: Served) -> None:
    answer = service.client.get(f"/plans/{PLAN_ID}/viewer", headers={"Accept-Language": "zh"})
    assert answer.headers["content-language"] == "zh"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"(https?:)?//[a-z0-9-]+\.", answer.text)
    assert not re.search(r"<script(?! type=\"application/json\"| src=)", answer.text)
    assert " on" not in re.sub(r">[^<]*<", "><", answer.text), "no handler in the markup"


def test_files_of_the_page(service: Served) -> None:
    first = service.client.get("/viewer/maplibre-gl-csp.js")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    found = viewer_file("maplibre-gl-csp.js")
    assert found is not None
    assert first.content == found.body
    again = service.client.get("/viewer/maplibre-gl-csp.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert service.client.get("/viewer/..%2f..%2fREADME.md").status_code == 404
    assert service.client.get("/viewer/page.html").json()["code"] == "GP511"
    assert service.client.get("/viewer?lang=fr").json()["code"] == "GP507"
