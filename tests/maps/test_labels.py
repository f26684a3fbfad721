"""Labels in a real Chromium: none lies on another at any zoom, communities are named from afar, what matters most stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.api.plan import made_plan
from gridplan.maps import plan_page
from tests.maps.test_plan_page import opened

#: The texts of the labels and of how many pairs the boxes overlap, all labels in view.
_DRAWN = """() => {
    const labels = [...document.querySelectorAll(".gp-label > div")].map(label => ({
        place: label.parentElement.classList.contains("place"), text: label.innerText, box: label.getBoundingClientRect() }));
    let overlaps = 0;
    labels.forEach((one, row) => labels.slice(0, row).forEach(other => {
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 0.5 && down > 0.5) { overlaps += 1; }
    }));
    const texts = place => labels.filter(label => label.place === place).map(label => label.text);
    return [texts(true), texts(false), overlaps];
}"""


@pytest.fixture(scope="module")
def html() -> str:
    """A plan of 225 grids in 9 communities, two of whose grids are out of range."""
    plan = made_plan(columns=75, rows=75)
    status = plan.grids["status"].copy()
    status[plan.grids.index[[40, 41]]] = ["open", "proved"]
    return plan_page(replace(plan, grids=plan.grids.assign(status=status)), language="zh")


def seen(page: Page, wide: float) -> tuple[list[str], list[str], int]:
    """Names of communities, labels of grids and overlaps where a grid of middling size is so many pixels wide."""
    page.evaluate(
        """wide => {
            const zoom = PlanPage.map.getZoom() + Math.log2(wide / PlanPage.gridPixels());
            PlanPage.map.setView(PlanPage.labelPlace("grids", 40), zoom, { animate: false });
        }""",
        wide,
    )
    places, grids, overlaps = page.evaluate(_DRAWN)
    return places, grids, overlaps


def test_labels_never_overlap_and_the_most_important_ones_come_first(chromium: Browser, html: str, tmp_path: Path) -> None:
    shown = opened(chromium, html, tmp_path / "labels.html")
    page = shown.page
    page.evaluate("PlanPage.map.options.zoomSnap = 0; PlanPage.map.setMinZoom(0)")
    far, near, close = (seen(page, wide) for wide in (20, 34, 150))
    assert [each[2] for each in (far, near, close)] == [0, 0, 0]
    assert (len(far[0]), far[1]) == (9, []), "from afar the communities alone"
    assert near[0]
    assert len(near[1]) > 20
    assert close[0] == [], "near, the numbers of grids alone"
    assert any("户" in text for text in close[1])
    for wide in (24, 28, 40, 60, 80, 110):
        places, grids, overlaps = seen(page, wide)
        assert overlaps == 0, wide
        assert all(name.startswith("第") for name in places)
    assert any("!" in text for text in grids)
    page.close()
    assert shown.said == []


def test_a_grid_out_of_range_is_labelled_before_its_neighbours(chromium: Browser, html: str, tmp_path: Path) -> None:
    page = opened(chromium, html, tmp_path / "ranked.html").page
    ranked = page.evaluate(
        """() => {
            const rows = PlanPage.data.grids.code.map((code, row) => row);
            return rows.sort((one, other) => PlanPage.labelRank(other) - PlanPage.labelRank(one)).slice(0, 2);
        }"""
    )
    assert ranked == [40, 41]
    page.evaluate("PlanPage.GRIDS_FROM = 0; PlanPage.PLACES_TO = 0; PlanPage.MOST_LABELS = 2; PlanPage.fitWhole(false)")
    page.evaluate("PlanPage.map.setView(PlanPage.labelPlace('grids', 40), PlanPage.map.getZoom() + 2, { animate: false })")
    texts = page.evaluate(_DRAWN)[1]
    assert len(texts) == 2
    assert all(sign in "".join(texts) for sign in "!✓")
    page.close()
