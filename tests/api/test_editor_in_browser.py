"""The editor of the real service in a real browser: a branch is made, painted, undone, shared, and there after a reload."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.editor.lattice import COMMUNITY, atom_id, lattice_path, lattice_plan
from tests.editor.opened import Opened
from tests.provide.postgis import copied

SW = f"{COMMUNITY}003"
SECONDS = 60_000


@pytest.fixture(scope="module", params=["geopackage", "postgis"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with the lattice."""
    with ExitStack() as stack:
        where: str | Path = tmp_path_factory.mktemp("editor") / "plans.gpkg"
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(lattice_plan())
        yield stack.enter_context(served(store, Settings()))


def move(*places: tuple[int, int], to: str) -> dict[str, Any]:
    return {"operation": "move", "atoms": [atom_id(*place) for place in places], "to": to}


def asked(revision: int, *operations: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return {"request": number, "revision": revision, "operations": [*operations], "note": None}


class Redrawing(Opened):
    """The editor of the real service in a browser."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.said, self.asked = page, url, [], []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")
        self.loaded()

    def loaded(self) -> None:
        expect(self.page.locator(".gp-map")).to_have_attribute("aria-busy", "false", timeout=SECONDS)
        self.rest()

    def counted(self, *expected: int) -> None:
        """Waits until the server has answered all that was sent, and each grid has so many households."""
        state = "[e.edits.queue.length, e.model.live.map((slot) => e.model.householdsOf(slot))]"
        until = time.monotonic() + SECONDS / 1000
        while self.of(state) != [0, [*expected]]:
            assert time.monotonic() < until, (self.of(state), self.said)
            self.page.wait_for_timeout(50)
        self.rest()


def test_a_branch_is_made_painted_undone_and_shared(service: Served, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    shown = Redrawing(page, service.url)
    shown.go(f"{lattice_path()}/editor?lang=en")
    expect(page.locator(".gp-branch")).to_contain_text("Make a branch, a draft of the same grids")
    page.get_by_role("button", name="Make a branch and redraw it").click()
    page.wait_for_url(lambda url: "/editor" in url and lattice_path() not in url)
    shown.loaded()
    assert page.url.endswith("/editor?lang=en"), "the branch speaks the language that was chosen"
    here = re.sub(r"\?.*", "", page.url).removeprefix(service.url)
    expect(page.locator(".gp-branch")).to_be_hidden()
    shown.click(4, 6)
    page.keyboard.press("b")
    shown.drag((4, 6), (7, 6))
    shown.counted(260, 220, 240, 240)
    assert [row["households"] for row in service.client.get(f"{here}/scene").json()["grids"]] == [260, 220, 240, 240]
    page.keyboard.press("Control+z")
    shown.counted(240, 240, 240, 240)
    # Another planner is quicker than the look for changes: the browser is held from looking.
    page.route("**/changes?*", lambda route: route.abort())
    revision = shown.of("e.model.revision")
    other = service.client.post(f"{here}/edits", json=asked(revision, move((6, 1), to=SW)))
    assert other.status_code == 200
    shown.drag((4, 6), (6, 6))
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Somebody else edited this plan")
    dialog.get_by_role("button", name="Apply mine again").click()
    shown.counted(250, 230, 250, 230)
    page.unroute("**/changes?*")
    page.reload()
    shown.loaded()
    shown.counted(250, 230, 250, 230)
    page.get_by_role("tab", name="History").click()
    expect(page.locator(".gp-history")).to_contain_text("Move · local")
    service.client.post(f"{here}/edits", json=asked(shown.of("e.model.revision"), move((6, 2), to=SW)))
    shown.counted(250, 230, 260, 220)
    page.close()
    refused = ("Failed to load resource: the server responded with a status of 412", "Failed to load resource: net::ERR_FAILED")
    assert [said for said in shown.said if not said.startswith(refused)] == []
    assert [asked for asked in shown.asked if not asked.startswith((service.url, "data:", "blob:"))] == []
