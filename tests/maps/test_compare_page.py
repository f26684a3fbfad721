"""The page of two plans in a real Chromium that has no network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gridplan.maps import compare_page, compare_picture
from tests.analysis.test_land import renamed
from tests.maps.test_plan_page import Opened, opened
from tests.samples import RURAL, URBAN, sample_plan

SWAP = {f"{RURAL}001": f"{RURAL}002", f"{RURAL}002": f"{RURAL}001", f"{URBAN}002": f"{URBAN}005"}


@pytest.fixture(scope="module")
def html() -> str:
    """Two grids swapped their codes, one has a code that there was not."""
    return compare_page(sample_plan(), renamed(sample_plan(), SWAP))


@pytest.fixture
def shown(chromium: Browser, html: str, tmp_path: Path) -> Iterator[Opened]:
    """The page, which may say nothing on the console and ask for nothing but itself."""
    result = opened(chromium, html, tmp_path / "compare.html")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith("data:")] == [(tmp_path / "compare.html").as_uri()]


def test_what_changed_is_counted_listed_and_drawn(shown: Opened) -> None:
    page = shown.page
    expect(page.locator("#headline")).to_have_text("79households in another grid now: 73.8 % of 107")
    assert page.locator("#totals dd").all_inner_texts() == ["1", "2", "1", "1"]
    assert page.locator("#steps .row").count() == 3
    assert page.evaluate("PlanPage.rowCount('land')") == 3
    for row in range(3):
        drawn = page.evaluate(
            """row => {
                const pane = PlanPage.groups.land._container, rings = PlanPage.polygons("land", row)[0][0];
                const place = L.polygon(rings).getBounds().getCenter();
                const at = PlanPage.map.latLngToLayerPoint(place).subtract(L.DomUtil.getPosition(pane));
                const seen = pane.getContext("2d").getImageData(at.x * devicePixelRatio, at.y * devicePixelRatio, 1, 1).data;
                const meant = PlanPage.landFill(row);
                return [0, 1, 2].every(part => Math.abs(seen[part] - parseInt(meant.slice(1 + 2 * part, 3 + 2 * part), 16)) <= 2);
            }""",
            row,
        )
        assert drawn


def test_plans_are_switched_and_searched(shown: Opened) -> None:
    page = shown.page
    numbers = "[...document.querySelectorAll('.gp-label b')].map(label => label.textContent).sort()"
    assert page.evaluate(numbers) == ["001", "001", "002", "005"]
    page.check("#sides-old")
    assert page.evaluate(numbers) == ["001", "001", "002", "002"]
    page.fill("#search", "005")
    assert page.locator("#steps .row").count() == 1
    expect(page.locator("#search-result")).to_have_text("Steps found: 1. Enter goes to the first.")
    page.press("#search", "Enter")
    expect(page.locator("#card")).to_contain_text(f"{URBAN}002")
    expect(page.locator("#card")).to_contain_text("50")
    assert page.locator("path.gp-chosen").count() == 1
    page.click("#language")
    expect(page.locator("#card h2")).to_have_text("东风社区 002 → 东风社区 005")
    assert page.title() == "手绘样例 · 方案对比"
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.fill("#search", "nowhere")
    expect(page.locator("#search-result")).to_have_text("没有符合的调整记录。")


def test_same_plan_has_no_steps_and_fits_a_phone(chromium: Browser, tmp_path: Path) -> None:
    page = opened(chromium, compare_page(sample_plan(), sample_plan()), tmp_path / "same.html", width=390, height=844).page
    expect(page.locator("#steps")).to_have_text("Every grid has its code and its households still.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_same_plans_same_page_and_picture(html: str) -> None:
    old, new = sample_plan(), renamed(sample_plan(), SWAP)
    assert compare_page(old, new) == html
    assert compare_picture(old, new, dots_per_inch=50) == compare_picture(old, new, dots_per_inch=50)
    assert compare_picture(new, old, dots_per_inch=50) != compare_picture(old, new, dots_per_inch=50)
