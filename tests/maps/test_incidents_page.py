"""The page of incidents in a real Chromium that has no network."""

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from playwright.sync_api import Browser, expect

from gridplan.analysis.incidents.view import IncidentView, ViewOptions, incident_view
from gridplan.cli import main
from gridplan.maps.incidents import incidents_page, view_page
from gridplan.maps.picture_of_incidents import incidents_picture
from gridplan.messages import catalogue
from gridplan.store import write_plan
from tests.maps.test_plan_page import Opened, opened
from tests.places import demo_plan
from tests.samples import sample_plan


def reported(count: int = 3000) -> gpd.GeoDataFrame:
    """Incidents of four months in the demo place: a third at one corner, one without a place, one elsewhere."""
    draw = np.random.default_rng(4)
    homes = demo_plan().buildings.geometry.representative_point()
    at = homes.iloc[np.where(draw.random(count) < 0.3, draw.integers(0, 12, count), draw.integers(0, len(homes), count))]
    points = shapely.points(at.x + draw.normal(0, 2e-4, count), at.y + draw.normal(0, 1e-4, count))
    points[0], points[1] = None, shapely.Point(25.5, 60.5)
    month, day = draw.integers(1, 5, count), draw.integers(1, 29, count)
    times = [f"2026-{m:02d}-{d:02d}T04:00:00Z" for m, d in zip(month, day, strict=True)]
    return gpd.GeoDataFrame({"reported_at": pd.Series(times, dtype="str")}, geometry=points, crs=4326)


@pytest.fixture(scope="module")
def view() -> IncidentView:
    """The incidents counted on the demo plan, for planners."""
    return incident_view(demo_plan(), reported(), options=ViewOptions(permutations=999))


@pytest.fixture(scope="module")
def english(view: IncidentView) -> str:
    """Its page in English."""
    return view_page(demo_plan(), view)


@pytest.fixture
def shown(chromium: Browser, english: str, tmp_path: Path) -> Iterator[Opened]:
    """The page, which may say nothing on the console and ask for nothing but itself."""
    result = opened(chromium, english, tmp_path / "incidents.html")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith("data:")] == [(tmp_path / "incidents.html").as_uri()]


def told(page: str) -> dict[str, Any]:
    """What a page holds, as its script reads it."""
    held = re.search(r'id="plan-data">([^<]+)</script>', page)
    assert held is not None
    whole = zlib.decompress(b64decode(held[1]))
    found: dict[str, Any] = json.loads(whole[4 : 4 + int.from_bytes(whole[:4], "big")])
    return found


def test_number_of_a_place_is_that_of_the_library_at_every_zoom(shown: Opened, view: IncidentView) -> None:
    page, heat = shown.page, view.heat
    assert heat is not None
    row, column = np.unravel_index(heat.density[0].argmax(), heat.density[0].shape)
    x, y = (column + heat.column + 0.5) * heat.cell_m, (row + heat.row + 0.5) * heat.cell_m
    spot = gpd.GeoSeries([shapely.Point(x, y)], crs=heat.crs).to_crs(4326).iloc[0]
    asked = f"PlanPage.heatAt(L.latLng({spot.y}, {spot.x}))"
    colour = """spot => {
        const at = map_plan.latLngToLayerPoint(spot), canvas = PlanPage.groups.fills._container;
        const corner = L.DomUtil.getPosition(canvas);
        return canvas.getContext("2d").getImageData(at.x - corner.x, at.y - corner.y, 1, 1).data.join();
    }"""
    looks = set()
    for zoom in (14, 16, 18):
        page.evaluate(f"map_plan.setView([{spot.y}, {spot.x}], {zoom}, {{ animate: false }})")
        assert page.evaluate(asked) == pytest.approx(heat.density[0].max(), rel=0.01)
        looks.add(page.evaluate(colour, [spot.y, spot.x]))
    assert looks == {"165,15,38,255"}, "the darkest step, however near"
    steps = page.locator("#layer-boxes .scale .key").all_inner_texts()
    assert steps[-1].split(" to ")[0] == f"{heat.breaks(classes=7)[0]:g}"


def test_numbers_and_lists_are_those_of_the_library(shown: Opened, view: IncidentView) -> None:
    page = shown.page
    assert page.locator("#totals dd").all_inner_texts() == [
        "3,000",
        f"{view.totals['shown']:,}",
        str(view.totals["outside"]),
        "1",
    ]
    rows = page.locator("#zones .row")
    best = int(np.nanargmax(view.smooth[0]))
    assert rows.count() == len(view.zones)
    expect(rows.first).to_contain_text(f"{view.smooth[0][best]:,.1f}")
    named = view.hot["spot"].isin(["hot", "cold"]).sum()
    assert page.locator("#hot .row").count() == named
    page.fill("#search", view.zones["code"].iloc[3])
    page.press("#search", "Enter")
    card = page.locator("#card")
    expect(card.locator("h2")).to_have_text(view.zones["name"].iloc[3])
    expect(card).to_contain_text(f"{view.rate[0][3]:,.1f}")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_periods_are_gone_through_by_hand_where_motion_is_not_wanted(shown: Opened, view: IncidentView) -> None:
    page = shown.page
    expect(page.locator("#frame-name")).to_have_text("2026-01 to 2026-04")
    whole = page.locator("#layer-boxes .scale .key").all_inner_texts()
    page.click("#play")
    expect(page.locator("#frame-name")).to_have_text("2026-01")
    each = page.locator("#layer-boxes .scale .key").all_inner_texts()
    assert each != whole
    page.click("#play")
    expect(page.locator("#frame-name")).to_have_text("2026-02")
    assert page.locator("#layer-boxes .scale .key").all_inner_texts() == each, "one scale for all periods"
    assert page.evaluate("PlanPage.playing") is None
    page.locator("#frame").press("End")
    expect(page.locator("#frame-name")).to_have_text("2026-04")
    page.check("#fill-change")
    expect(page.locator("#layer-boxes")).to_contain_text("2026-04 against 2026-03")
    changed = (view.changes[2]["changed"] != "none").sum()
    assert page.locator("#changes .row").count() == changed


def test_play_runs_to_the_last_period_and_pauses(chromium: Browser, english: str, tmp_path: Path) -> None:
    (tmp_path / "play.html").write_text(english, encoding="utf-8")
    page = chromium.new_page(reduced_motion="no-preference")
    page.goto((tmp_path / "play.html").as_uri())
    page.wait_for_selector("html[data-drawn]")
    button, name = page.locator("#play"), page.locator("#frame-name")
    page.evaluate("PlanPage.STEP_MS = 600000")
    button.click()
    expect(button).to_have_attribute("aria-label", "Pause")
    button.click()
    expect(button).to_have_attribute("aria-label", "Play the periods")
    expect(name).to_have_text("2026-01")
    page.evaluate("PlanPage.STEP_MS = 60")
    button.click()
    expect(name).to_have_text("2026-04")
    expect(button).to_have_attribute("aria-label", "Play the periods")
    page.close()


def test_public_page_holds_no_square_and_no_exact_number(chromium: Browser, tmp_path: Path) -> None:
    options = ViewOptions(public=True, permutations=99)
    html = incidents_page(demo_plan(), reported(), language="zh", options=options)
    held = told(html)
    assert held["heat"] is None
    assert held["clusters"]["count"] == []
    assert all(count % 5 == 0 for row in held["grids"]["count"] for count in row)
    assert min(held["grids"]["households"]) >= 50
    result = opened(chromium, html, tmp_path / "public.html")
    expect(result.page.locator("#public-note")).to_contain_text("各片区数字至少对应 50 户")
    expect(result.page.locator("#public-note")).to_contain_text("各数之和与合计可能略有出入")
    expect(result.page.locator("#clusters-part")).to_be_hidden()
    expect(result.page.locator("#changes-part")).to_be_hidden()
    result.page.locator("#zones button").first.click()
    expect(result.page.locator("#card")).to_contain_text("热点判定")
    expect(result.page.locator("#totals")).to_contain_text("约3,000")
    assert result.said == []
    result.page.close()


def test_no_incident_is_on_the_page_of_planners_either(english: str) -> None:
    spots = reported().geometry.dropna()
    written = json.dumps(told(english))
    assert not [place for place in spots if f"{place.x:.6f}" in written or f"{place.y:.6f}" in written]


def test_language_phone_and_same_bytes(chromium: Browser, english: str, view: IncidentView, tmp_path: Path) -> None:
    assert view_page(demo_plan(), view) == english
    page = opened(chromium, english, tmp_path / "phone.html", width=390, height=844).page
    page.wait_for_selector("html[data-drawn]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#language")
    expect(page.locator("#zones-part summary")).to_contain_text("网格发生率排序")
    assert page.evaluate("document.body.innerText").count("{") == 0
    page.close()


def test_without_periods_or_incidents_the_page_says_so(chromium: Browser, tmp_path: Path) -> None:
    none = gpd.GeoDataFrame({"reported_at": pd.Series([], dtype="str")}, geometry=[], crs=4326)
    result = opened(chromium, incidents_page(sample_plan(), none), tmp_path / "none.html")
    result.page.wait_for_selector("html[data-drawn]")
    expect(result.page.locator("#time")).to_be_hidden()
    expect(result.page.locator("#hot")).to_contain_text("None")
    assert result.page.locator("#totals dd").all_inner_texts() == ["0", "0", "0", "0"]
    assert result.said == []
    result.page.close()


def test_picture_of_two_incidents_told_to_the_public_and_of_many() -> None:
    few = reported(20).iloc[2:4]
    public = incidents_picture(demo_plan(), few, options=ViewOptions(public=True), dots_per_inch=60)
    assert public == incidents_picture(demo_plan(), few, options=ViewOptions(public=True), dots_per_inch=60)
    assert incidents_picture(sample_plan(), few.iloc[:0], dots_per_inch=60).startswith(b"\x89PNG"), "of none"
    exact = incidents_picture(demo_plan(), reported(), language="zh", dots_per_inch=60)
    assert exact.startswith(b"\x89PNG")
    assert len(exact) > 20_000, "something is drawn"


def test_map_of_incidents_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, rows, page = tmp_path / "plan.gpkg", tmp_path / "事件.csv", tmp_path / "page.html"
    write_plan(sample_plan(), plan)
    told_of = "编号,事件类型,状态,上报时间,经度,纬度\n"
    told_of += "1,噪声,已受理,2026-03-01 08:30,104.061,30.671\n2,噪声,已受理,2026-02-01 08:30,104.2,30.9\n"
    rows.write_text(f"{told_of}3,噪声,已受理,2026-02-01 08:30,,\n", encoding="utf-8")
    assert main(["map", str(plan), "--incidents", str(rows), "--out", str(page)]) == 0
    said = capsys.readouterr().out
    assert "3 rows, 0 left out; 3 incidents: 1 in grids, 1 outside every grid, 1 without a place" in said
    assert told(page.read_text(encoding="utf-8"))["facts"]["totals"]["shown"] == 1
    named = tmp_path / "named.csv"
    named.write_text(rows.read_text(encoding="utf-8").replace("上报时间", "何时").replace("已受理", "在办"), encoding="utf-8")
    asked = ["map", str(plan), "--incidents", str(named), "--column", "reported_at=何时", "--stage", "在办=accepted"]
    assert main([*asked, "--datum", "gcj02", "--out", str(page)]) == 0
    assert "3 incidents: 0 in grids, 2 outside every grid" in capsys.readouterr().out, "moved by some hundred metres"
    assert main(["map", str(plan), "--incidents", str(rows), "--public", "--out", str(tmp_path / "map.png")]) == 0
    assert "each rounded to 5 by itself" in capsys.readouterr().out
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_every_word_of_the_page_is_in_both_languages() -> None:
    scripts = Path(__file__).parents[2] / "gridplan" / "maps" / "assets" / "page"
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(scripts.glob("incidents*")))
    said = {key for key in re.findall(r'"(incidents\.[\w.]+\w)"', text) if not key.endswith("_")}
    assert len(said) > 35
    assert {key for key in said if f"map.{key}" not in catalogue()} == set()
