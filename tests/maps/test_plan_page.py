"""The plan page in a real Chromium that has no network."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from gridplan.maps import plan_page, write_page
from gridplan.messages import catalogue
from gridplan.plan.model import Plan
from tests.samples import RURAL, URBAN, sample_plan


@dataclass
class Opened:
    """A page in the browser, and what it said and asked for."""

    page: Page
    said: list[str]
    asked: list[str]


def opened(chromium: Browser, html: str, path: Path, *, width: int = 1400, height: int = 900) -> Opened:
    write_page(html, path)
    page = chromium.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    result = Opened(page, [], [])
    page.on("console", lambda message: result.said.append(message.text))
    page.on("pageerror", lambda error: result.said.append(str(error)))
    page.on("request", lambda request: result.asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", timeout=20_000)
    return result


@pytest.fixture(scope="module")
def english() -> str:
    """The sample's page in English."""
    return plan_page(sample_plan())


@pytest.fixture
def shown(chromium: Browser, english: str, tmp_path: Path) -> Iterator[Opened]:
    """The sample's page in English, which may say nothing on the console and ask for nothing but itself."""
    result = opened(chromium, english, tmp_path / "plan.html")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith("data:")] == [(tmp_path / "plan.html").as_uri()]


def test_everything_of_the_plan_is_drawn(shown: Opened, tmp_path: Path) -> None:
    page = shown.page
    assert page.locator("path.gp-grid").count() == 4
    assert page.locator("path.gp-finding").count() == 2
    assert page.locator("#grids .row").count() == 4
    assert page.locator("#findings .row").count() == 2
    labels = " ".join(page.locator(".gp-label").all_inner_texts())
    assert all(number in labels for number in ("28", "50", "12", "17"))
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith("m")
    picture = page.screenshot(path=tmp_path / "plan.png")
    assert len(picture) > 20_000, "something is drawn"


def test_outlines_and_neighbours_can_be_told_apart(shown: Opened) -> None:
    fills = shown.page.locator("path.gp-grid").evaluate_all("paths => paths.map(path => path.getAttribute('fill'))")
    assert fills[0] != fills[1]
    assert fills[1] != fills[2] != fills[3]
    width = shown.page.locator("path.gp-outline").get_attribute("stroke-width")
    assert width is not None
    assert float(width) > 2


def test_language_is_changed_on_the_page(shown: Opened) -> None:
    page = shown.page
    expect(page.locator("#findings")).to_contain_text("the search found no better")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#findings")).to_contain_text("搜索未找到更好的划分")
    expect(page.locator("#language")).to_have_text("English")
    assert page.title() == "手绘样例 · 网格划分图"
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_search_goes_to_the_grid(shown: Opened) -> None:
    page = shown.page
    before = page.evaluate("map_plan.getZoom()")
    page.fill("#search", f"{RURAL}002")
    assert page.locator("#grids li[data-grid]:visible").count() == 1
    page.press("#search", "Enter")
    expect(page.locator("#card h2")).to_have_text("红星村第002网格")
    expect(page.locator("#card")).to_contain_text("alone holds 17 households, above 15")
    assert page.locator("path.gp-chosen").count() == 1
    assert page.evaluate("map_plan.getZoom()") > before
    assert page.evaluate("map_plan.getBounds().contains(PlanPage.bounds('grids', 3))")
    page.fill("#search", "nowhere")
    expect(page.locator("#search-result")).to_have_text("No grid has this number, name or code.")
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("001", [f"{URBAN}001", f"{RURAL}001"]),
        ("2", [f"{URBAN}002", f"{RURAL}002"]),
        ("002", [f"{URBAN}002", f"{RURAL}002"]),
        ("红星", [f"{RURAL}001", f"{RURAL}002"]),
        ("第002", [f"{URBAN}002", f"{RURAL}002"]),
        (RURAL, [f"{RURAL}001", f"{RURAL}002"]),
        (f" {URBAN}002 ", [f"{URBAN}002"]),
        ("010", []),
        ("005", []),
        ("00100", []),
    ],
)
def test_search_is_by_number_then_name_then_start_of_the_code(shown: Opened, typed: str, found: list[str]) -> None:
    page = shown.page
    page.fill("#search", typed)
    rows = "[...document.querySelectorAll('#grids li[data-grid]:not([hidden])')]"
    assert page.evaluate(f"{rows}.map(item => PlanPage.data.grids.code[item.dataset.grid])") == found
    said = f"Grids found: {len(found)}. Enter goes to the first." if found else "No grid has this number, name or code."
    expect(page.locator("#search-result")).to_have_text(said)
    page.press("#search", "Enter")
    assert page.evaluate("PlanPage.chosen === null ? null : PlanPage.data.grids.code[PlanPage.chosen]") == (
        found[0] if found else None
    )


def test_legend_has_a_key_for_each_look_of_the_findings_drawn(chromium: Browser, tmp_path: Path) -> None:
    plan = sample_plan()
    unit = plan.units["code"].iloc[-1]
    of_unit = plan.findings[plan.findings["proof"]].assign(level="unit", zone=unit)
    plan = replace(plan, findings=of_unit, grids=plan.grids.assign(status="ok", finding=None))
    page = opened(chromium, plan_page(plan), tmp_path / "unit.html").page
    assert page.locator("path.gp-finding").count() == 1
    assert "out of range, proved" in page.locator("#layer-boxes .key").all_inner_texts()
    assert "out of range, open" not in page.locator("#layer-boxes .key").all_inner_texts()
    page.close()


def test_community_without_buildings_is_said_once(chromium: Browser, tmp_path: Path) -> None:
    plan = sample_plan()
    seen = pd.DataFrame(
        {
            "stage": ["import", "cells", "cells", "cells"],
            "reason": ["report.community_empty", "report.no_buildings", "report.no_buildings", "report.of_another_version"],
            "id": [RURAL, RURAL, URBAN, "x"],
            "detail": "",
            "message": "in the words of then",
            "message_zh": "当时的说法",
        }
    )
    page = opened(chromium, plan_page(replace(plan, report=seen)), tmp_path / "report.html").page
    page.locator("#report-part summary").click()
    assert [text.split("\n") for text in page.locator("#report li").all_inner_texts()] == [
        ["community without a building", "1"],
        ["community without buildings: it stays as land without households", "1"],
        ["in the words of then", "1"],
    ]
    page.close()


def test_layers_are_switched(shown: Opened) -> None:
    page = shown.page
    for name in ("units", "buildings", "labels", "findings", "fills"):
        on = f"map_plan.hasLayer(PlanPage.groups.{name})"
        assert page.evaluate(on)
        page.uncheck(f"#layer-{name}")
        assert not page.evaluate(on)
        page.check(f"#layer-{name}")
        assert page.evaluate(on)


def test_click_says_what_stands_there(shown: Opened) -> None:
    page = shown.page
    tower = page.evaluate("map_plan.latLngToContainerPoint([30.6727, 104.063])")
    corner = page.locator(".folium-map").bounding_box()
    assert corner is not None
    page.mouse.click(corner["x"] + tower["x"], corner["y"] + tower["y"])
    card = page.locator("#card")
    expect(card).to_contain_text("楼-塔")
    expect(card).to_contain_text("001: 15 households, floors 1-3")
    expect(card).to_contain_text("002: 15 households, floors 4-6")
    expect(card).to_contain_text("50 (range 30-50)")


def test_list_is_used_with_the_keyboard(shown: Opened) -> None:
    page = shown.page
    page.locator("#grids .row").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card h2")).to_have_text("东风社区第001网格")
    assert page.locator("#grids .row[aria-pressed=true]").count() == 1
    named = "e.textContent.trim() || e.ariaLabel || (e.labels && e.labels.length)"
    parts = "[...document.querySelectorAll('button, input, a[href]')]"
    assert page.evaluate(f"{parts}.filter(e => !({named})).length") == 0


@pytest.mark.parametrize(
    "name", ["<script>document.title='taken'</script>", "<img src=x onerror=\"document.title='taken'\">", "</script><b>"]
)
def test_names_are_text_and_nothing_else(chromium: Browser, tmp_path: Path, name: str) -> None:
    plan = renamed(sample_plan(), name)
    result = opened(chromium, plan_page(plan), tmp_path / "named.html")
    page = result.page
    page.locator("#grids .row").first.click()
    expect(page.locator("#card h2")).to_have_text(name)
    expect(page.locator("h1")).to_have_text(name)
    assert page.title() != "taken"
    assert page.locator("h1 *, #card h2 *, #communities b").count() == 0
    assert result.said == []
    page.close()


def renamed(plan: Plan, name: str) -> Plan:
    """The plan with a name of somebody's choice wherever a name may stand."""
    meta = plan.meta.assign(value=plan.meta["value"].where(plan.meta["key"] != "name", name))
    meta["value"] = meta["value"].where(meta["key"] != "source", json.dumps({name: "0" * 64}))
    return replace(
        plan,
        communities=plan.communities.assign(name=name),
        grids=plan.grids.assign(name=name),
        buildings=plan.buildings.assign(id=[f"{name}{row}" for row in range(len(plan.buildings))]),
        findings=plan.findings.assign(message=name, message_zh=name, waiver=name, waiver_zh=name),
        meta=meta,
    )


def test_phone_shows_map_and_lists_without_sideways_scrolling(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, plan_page(sample_plan(), language="zh"), tmp_path / "phone.html", width=390, height=844).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    assert box["height"] > 400
    page.locator("#grids .row").first.click()
    expect(page.locator("#card")).to_be_visible()
    page.close()


def test_prints_on_pages(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, plan_page(sample_plan(), language="zh"), tmp_path / "print.html").page
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2, "the map, then the lists"
    page.close()


def test_osm_is_named_where_the_data_is_from_it(chromium: Browser, tmp_path: Path) -> None:
    plan = sample_plan()
    meta = plan.meta.assign(
        value=plan.meta["value"].where(plan.meta["key"] != "source", '{"osm": "Helsinki.osm.pbf", "osm.sha256": "00"}')
    )
    page = opened(chromium, plan_page(replace(plan, meta=meta)), tmp_path / "osm.html").page
    expect(page.locator("#credit")).to_have_text("© OpenStreetMap contributors (ODbL)")
    expect(page.locator("#source")).to_contain_text("Open Database License")
    page.close()


def test_same_plan_same_page(english: str) -> None:
    assert plan_page(sample_plan()) == english


def test_every_word_of_the_page_is_in_both_languages() -> None:
    scripts = Path(__file__).parents[2] / "gridplan" / "maps" / "assets" / "page"
    text = "".join(path.read_text(encoding="utf-8") for path in scripts.iterdir())
    said = set(re.findall(r'say\("([\w.]+)"[,)]', text)) | set(re.findall(r'data-(?:word|label)="([\w.]+)"', text))
    said |= set(re.findall(r'\["((?:\w+\.)?card\.\w+)",', text))
    known = catalogue()
    assert len(said) > 30
    assert [key for key in sorted(said) if set(known.get(f"map.{key}", ())) != {"en", "zh"}] == []


def test_codes_of_the_communities_are_listed(shown: Opened) -> None:
    shown.page.locator("#communities-part summary").click()
    text = shown.page.locator("#communities").inner_text()
    assert URBAN in text
    assert RURAL in text


def test_finding_goes_to_its_place(shown: Opened) -> None:
    page = shown.page
    page.locator("#findings .row").nth(1).click()
    expect(page.locator("#card h2")).to_have_text("红星村第002网格")
    expect(page.locator("#card .why.proved")).to_contain_text("above 15")
    assert page.evaluate("map_plan.getBounds().contains(L.polygon(PlanPage.findingRings(1)).getBounds())")


def test_lines_are_thinner_and_buildings_gone_from_afar(shown: Opened) -> None:
    page = shown.page
    near = page.locator("path.gp-outline").get_attribute("stroke-width")
    page.evaluate("map_plan.setMinZoom(10).setZoom(12)")
    expect(page.locator("path.gp-outline")).not_to_have_attribute("stroke-width", str(near))
    assert not page.evaluate("map_plan.hasLayer(PlanPage.groups.buildings)")
