"""The map of a plan of more than 5,000 shapes in a real Chromium: its units and buildings come as vector tiles."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.api.plan import PLAN_ID as LATTICE
from benchmarks.api.plan import made_plan
from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, sample_plan


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def mapped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with a plan of 5,625 units and 225 grids, and with the sample plan."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("mapped") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(made_plan(columns=75, rows=75))
        store.save_plan(sample_plan())
        yield stack.enter_context(served(store, Settings()))


@pytest.fixture
def opened(chromium: Browser, mapped: Served) -> Iterator["Pages"]:
    """Opens pages of the service, which may say nothing on the console and ask nobody else."""
    pages = Pages(chromium, mapped)
    yield pages
    pages.close()
    assert pages.said == []
    assert [url for url in pages.asked if not url.startswith((mapped.url, "data:"))] == []


class Pages:
    """Pages of the service that are open, and what they said and asked for."""

    def __init__(self, chromium: Browser, service: Served) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self._chromium, self._service = chromium, service
        self._open: list[Page] = []

    def __call__(self, path: str) -> Page:
        page = self._chromium.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
        self._open.append(page)
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(f"{self._service.url}{path}")
        page.wait_for_selector("html[data-drawn]", timeout=60_000)
        return page

    def close(self) -> None:
        for page in self._open:
            page.close()


def at_rest(page: Page) -> None:
    """Waits until all tiles that were asked for are painted."""
    expect(page.locator(".folium-map")).to_have_attribute("aria-busy", "false", timeout=60_000)


def painted(page: Page, pane: str) -> int:
    """How many pixels of a pane have a colour."""
    counted: int = page.evaluate(
        """pane => {
            const canvas = PlanPage.groups[pane]._container;
            const drawn = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            return drawn.filter((value, at) => at % 4 === 3 && value > 0).length;
        }""",
        pane,
    )
    return counted


def test_the_page_of_many_shapes_has_its_own_panel_and_units_from_tiles(opened: Pages, mapped: Served) -> None:
    answer = mapped.client.get(f"/plans/{LATTICE}/map", params={"lang": "zh"})
    assert answer.status_code == 200
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert len(answer.content) < 600_000
    page = opened(f"/plans/{LATTICE}/map?lang=zh")
    assert not [url for url in opened.asked if "/tiles/" in url], "nothing is asked for that cannot be seen yet"
    expect(page.locator("#totals")).to_contain_text("5,625")
    expect(page.locator("#layer-boxes")).to_contain_text("联户单元")
    assert page.locator("path.gp-grid").count() == 225
    code = page.evaluate("PlanPage.data.grids.code[112]")
    page.fill("#search", code)
    page.press("#search", "Enter")
    at_rest(page)
    assert any("/tiles/WebMercatorQuad/" in url for url in opened.asked)
    assert painted(page, "units") > 2_000
    page.evaluate("PlanPage.choose(112, { at: PlanPage.labelPlace('grids', 112) })")
    expect(page.locator("#card")).to_contain_text("此处的联户单元")
    page.uncheck("#layer-units")
    assert not page.evaluate("PlanPage.map.hasLayer(PlanPage.groups.units)")
    page.click("#language")
    expect(page.locator("#card")).to_contain_text("Unit at this place")
    assert len(page.pdf(prefer_css_page_size=True, print_background=True)) > 50_000


def test_both_pages_say_the_same_of_a_place(opened: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.maps.MOST_KEPT", 3)
    held, tiled = opened(f"/plans/{PLAN_ID}/map?lang=en&f=html"), opened(f"/plans/{PLAN_ID}/map?lang=en")
    assert (held.evaluate("PlanPage.data.tiles"), tiled.evaluate("PlanPage.data.buildings.id")) == (None, [])
    for part in ("#totals", "#findings", "#communities", "#grids", "#sub", "#provenance"):
        assert held.locator(part).inner_text() == tiled.locator(part).inner_text()
    assert tiled.locator("path.gp-finding").count() == held.locator("path.gp-finding").count() == 2
    told = []
    places = held.evaluate(
        """() => PlanPage.data.buildings.id.map((id, row) => [PlanPage.data.buildings.grid[row], row])
            .filter(([grid, row]) => !PlanPage.isPoint(row))
            .map(([grid, row]) => [grid, PlanPage.bounds("buildings", row).getCenter()])"""
    )
    assert len(places) >= 4
    for page in (held, tiled):
        page.evaluate("PlanPage.map.setView(PlanPage.bounds('grids', 0).getCenter(), 17, { animate: false })")
        if page is tiled:
            at_rest(page)
        for grid, place in places:
            page.evaluate("([grid, place]) => PlanPage.map.setView(place, 17, { animate: false })", [grid, place])
            if page is tiled:
                at_rest(page)
            page.evaluate("([grid, place]) => PlanPage.choose(grid, { at: L.latLng(place) })", [grid, place])
            told.append(page.locator("#card").inner_text())
    assert told[: len(places)] == told[len(places) :]
    assert any("Building" in text for text in told)
    assert painted(tiled, "buildings") > 500


def test_a_tile_that_does_not_come_is_told(opened: Pages, mapped: Served) -> None:
    page = opened(f"/plans/{LATTICE}/map?lang=en")
    page.route("**/tiles/**", lambda route: route.fulfill(status=503, body=""))
    page.evaluate("PlanPage.choose(0, { zoom: true })")
    expect(page.locator("#tiles-failed")).to_contain_text("503")
    page.unroute("**/tiles/**")
    page.evaluate("PlanPage.choose(1, { zoom: true })")
    expect(page.locator("#tiles-failed")).to_be_hidden()
    opened.said.clear()  # Chromium itself writes of each answer 503
