"""The page of coverage in a real Chromium that has no network, on tables that a reader can add up."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Browser, expect

from gridplan.analysis import coverage
from gridplan.errors import InputError
from gridplan.maps import coverage_page, coverage_picture
from tests.maps.test_plan_page import Opened, opened
from tests.samples import RURAL, URBAN, sample_plan, spot

#: Metres to a clinic and to a school; the houses of the village are on no street, the last one reaches no school.
METRES = {
    "楼-a": (120, 480),
    "楼-b": (300, 501),
    "楼-c": (301, 900),
    "楼-塔": (520, 1200),
    "楼-d": (1001, 80),
    "楼-e": (250, None),
}


def distances() -> pd.DataFrame:
    """As ``walking_distances`` would give it."""
    rows = []
    for building, both in METRES.items():
        for kind, metres in zip(("clinic", "school"), both, strict=True):
            way = "straight" if building in ("楼-d", "楼-e") else "network"
            rows.append((building, kind, None if metres is None else f"{kind}-1", metres, way))
    return pd.DataFrame(rows, columns=["building", "kind", "service", "metres", "method"])


def services() -> gpd.GeoDataFrame:
    """A clinic with a name that is markup, and a school without one."""
    return gpd.GeoDataFrame(
        {"id": ["clinic-1", "school-1"], "name": ["<b>卫生站</b>", None], "kind": ["clinic", "school"]},
        geometry=[spot(0, 1), spot(2, 0)],
        crs=4326,
    )


@pytest.fixture(scope="module")
def html() -> str:
    """The page in English."""
    table = coverage(sample_plan(), distances())
    return coverage_page(sample_plan(), table, distances(), services=services())


@pytest.fixture
def shown(chromium: Browser, html: str, tmp_path: Path) -> Iterator[Opened]:
    """The page, which may say nothing on the console and ask for nothing but itself."""
    result = opened(chromium, html, tmp_path / "coverage.html")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith("data:")] == [(tmp_path / "coverage.html").as_uri()]


def test_shares_are_shown_with_what_they_are_shares_of(shown: Opened) -> None:
    page = shown.page
    # Within 500 m of a clinic: a 14, b 14, c 20, e 17 of 107 households.
    expect(page.locator("#headline")).to_have_text("60.7 %65 / 107 households within 500 m of clinic")
    rows = [text.split("\n") for text in page.locator("#grids .row").all_inner_texts()]
    assert [row[-2:] for row in rows] == [
        ["28 / 28", "100.0 %"],
        ["20 / 50", "40.0 %"],
        ["0 / 12", "0.0 %"],
        ["17 / 17", "100.0 %"],
    ]
    assert page.locator("#communities .row").all_inner_texts()[0].split("\n")[-2:] == ["48 / 78", "61.5 %"]
    page.check("#steps-0")
    expect(page.locator("#headline")).to_contain_text("45 / 107")
    page.select_option("#kind", "1")
    page.check("#steps-2")
    expect(page.locator("#headline")).to_have_text("56.1 %60 / 107 households within 1,000 m of school")
    assert page.locator("#classes-part").is_hidden()
    assert page.locator("#measures").is_hidden(), "the town does not say how many people there are"


def test_buildings_are_coloured_by_distance(shown: Opened) -> None:
    bands = "PlanPage.data.buildings.id.map((id, row) => PlanPage.bandOf(row))"
    order = shown.page.evaluate("PlanPage.data.buildings.id")
    meant = {"楼-a": 0, "楼-b": 0, "楼-c": 1, "楼-塔": 2, "楼-d": 3, "楼-e": 0}
    assert shown.page.evaluate(bands) == [meant[name] for name in order]
    shown.page.select_option("#kind", "1")
    meant = {"楼-a": 1, "楼-b": 2, "楼-c": 2, "楼-塔": 3, "楼-d": 0, "楼-e": 4}
    assert shown.page.evaluate(bands) == [meant[name] for name in order]
    legend = shown.page.locator("#layer-boxes").inner_text()
    assert "straight line (no street near)" in legend
    assert "none reached" in legend
    painted = shown.page.evaluate(
        """() => PlanPage.data.buildings.id.map((id, row) => {
            const pane = PlanPage.groups.buildings._container, rings = PlanPage.rings("buildings", row).flat();
            const place = rings.reduce((sum, at) => [sum[0] + at[0] / rings.length, sum[1] + at[1] / rings.length], [0, 0]);
            const at = PlanPage.map.latLngToLayerPoint(place).subtract(L.DomUtil.getPosition(pane));
            const seen = pane.getContext("2d").getImageData(at.x * devicePixelRatio, at.y * devicePixelRatio, 1, 1).data;
            const meant = PlanPage.buildingFill(row);
            return [0, 1, 2].every(part => Math.abs(seen[part] - parseInt(meant.slice(1 + 2 * part, 3 + 2 * part), 16)) <= 2);
        })"""
    )
    assert all(painted)


def test_card_tells_the_building_and_its_way(shown: Opened) -> None:
    page = shown.page
    corner = page.locator(".folium-map").bounding_box()
    at = page.evaluate("map_plan.latLngToContainerPoint([30.6709, 104.065])")
    assert corner is not None
    page.mouse.click(corner["x"] + at["x"], corner["y"] + at["y"])
    card = page.locator("#card")
    expect(card.locator("h2")).to_have_text("红星村第002网格")
    expect(card).to_contain_text("250 m, straight line (no street near)")
    expect(card).to_contain_text("<b>卫生站</b>")
    expect(card).to_contain_text("17 / 17 · 100.0 %")
    page.click("#language")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(card).to_contain_text("250 米，直线距离（附近无道路）")
    expect(page.locator("#kind option").first).to_contain_text("社区卫生服务站")
    assert page.title() == "手绘样例 · 步行服务覆盖"


def test_search_keys_and_labels(shown: Opened) -> None:
    page = shown.page
    page.fill("#search", f"{RURAL}001")
    page.press("#search", "Enter")
    expect(page.locator("#card h2")).to_have_text("红星村第001网格")
    assert page.locator("#grids li[data-grid]").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.fill("#search", "")
    page.locator("#grids .row").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_contain_text(f"{URBAN}001")
    named = "e.textContent.trim() || e.ariaLabel || (e.labels && e.labels.length)"
    parts = "[...document.querySelectorAll('button, input, select, a[href]')]"
    assert page.evaluate(f"{parts}.filter(e => !({named})).length") == 0
    assert page.locator(".gp-service").count() == 1
    page.check("#layer-others")
    assert page.locator(".gp-service").count() == 2


def test_on_a_phone_and_on_paper(chromium: Browser, html: str, tmp_path: Path) -> None:
    page = opened(chromium, html, tmp_path / "phone.html", width=390, height=844).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("PlanPage.layOut(true)")
    for hidden in (".actions", ".choices", ".search"):
        assert page.locator(hidden).first.is_hidden()
    frame, legend = page.locator(".map-frame").bounding_box(), page.locator("#layers").bounding_box()
    assert frame is not None
    assert legend is not None
    assert frame["width"] == pytest.approx(277 / 25.4 * 96, abs=2)
    assert legend["y"] >= frame["y"]
    assert legend["y"] + legend["height"] <= frame["y"] + frame["height"]
    page.evaluate("PlanPage.layOut(false)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@pytest.mark.parametrize("lost", ["building", "grid", "kind", "everything"])
def test_tables_of_another_plan_are_refused(lost: str) -> None:
    table, near = coverage(sample_plan(), distances()), distances()
    if lost == "building":
        near = near[near["building"] != "楼-c"]
    elif lost == "grid":
        table = table[table["code"] != f"{URBAN}002"]
    elif lost == "kind":
        near = near[near["kind"] != "school"]
    else:
        table = table.iloc[:0]
    with pytest.raises(InputError, match="GP612"):
        coverage_page(sample_plan(), table, near)


def test_picture_of_a_kind_and_a_distance() -> None:
    table, near = coverage(sample_plan(), distances()), distances()
    images = {
        coverage_picture(sample_plan(), table, near, kind=kind, within_m=within, services=services(), dots_per_inch=60)
        for kind, within in (("clinic", 300), ("clinic", 1000), ("school", 300))
    }
    assert len(images) == 3
    same = coverage_picture(sample_plan(), table, near, kind="clinic", within_m=500, language="zh", dots_per_inch=60)
    assert coverage_picture(sample_plan(), table, near, language="zh", dots_per_inch=60) == same
    for kind, within in (("bank", 500), ("clinic", 400)):
        with pytest.raises(InputError, match="GP613"):
            coverage_picture(sample_plan(), table, near, kind=kind, within_m=within)


def test_same_tables_same_page(html: str) -> None:
    table = coverage(sample_plan(), distances())
    shuffled = table.sample(frac=1, random_state=3), distances().sample(frac=1, random_state=3)
    assert coverage_page(sample_plan(), *shuffled, services=services()) == html
