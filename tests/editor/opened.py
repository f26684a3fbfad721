"""The editor in a real Chromium that reaches nothing but its own server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.editor.lattice import HIGH, SOUTH, WEST, WIDE, lattice_plan
from tests.editor.redrawn import Redrawn
from tests.editor.served import served

SECONDS = 60_000
EDITOR = "gridplanEditor.editor"


@dataclass
class Opened:
    """A page in the browser, its plan, and what it said and asked for."""

    page: Page
    url: str
    plan: Redrawn
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def of(self, expression: str) -> Any:
        """The value of an expression about the editor ``e``."""
        return self.page.evaluate(f"() => {{ const e = {EDITOR}; return {expression}; }}")

    def rest(self) -> None:
        """Waits until every edit is answered and the map has drawn all that it has."""
        expect(self.page.locator(".gp-editor")).to_have_attribute("aria-busy", "false", timeout=SECONDS)
        expect(self.page.locator(".gp-map")).to_have_attribute("aria-busy", "false", timeout=SECONDS)
        self.page.wait_for_function(f"() => !{EDITOR}.frame", timeout=SECONDS)

    def place(self, column: float, row: float) -> tuple[float, float]:
        """Where the middle of a square is on the screen."""
        lon, lat = WEST + (column + 0.5) * WIDE, SOUTH + (row + 0.5) * HIGH
        x, y = self.of(f"(() => {{ const at = e.view.map.project([{lon}, {lat}]); return [at.x, at.y]; }})()")
        box = self.page.locator(".gp-map").bounding_box()
        assert box is not None
        return x + box["x"], y + box["y"]

    def click(self, column: float, row: float) -> None:
        """Clicks into a square."""
        self.page.mouse.click(*self.place(column, row))

    def drag(self, *places: tuple[float, float]) -> None:
        """Moves the mouse with its button down from square to square."""
        self.page.mouse.move(*self.place(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.place(*place), steps=6)
        self.page.mouse.up()

    def settled(self, revision: int) -> None:
        """Waits until the editor shows a revision."""
        until = time.monotonic() + 30
        while self.of("e.model.revision") != revision:
            assert time.monotonic() < until, self.of("e.model.revision")
            self.page.wait_for_timeout(20)
        self.rest()


@contextmanager
def opened(
    chromium: Browser, *, plan: Redrawn | None = None, language: str = "en", every: int = 300, refused: int = 0, **more: Any
) -> Iterator[Opened]:
    """The editor on a plan, which at the end may have said nothing on the console and asked nobody but its server.

    The browser itself says which requests were ``refused``, by their status.
    """
    plan = plan or Redrawn(lattice_plan())
    with served(plan, every=every) as url:
        page = chromium.new_page(**{"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce", **more})
        shown = Opened(page, url, plan)
        page.on("console", lambda message: shown.said.append(message.text))
        page.on("pageerror", lambda error: shown.said.append(str(error)))
        page.on("request", lambda request: shown.asked.append(request.url))
        page.goto(f"{url}?lang={language}")
        expect(page.locator(".gp-map")).to_have_attribute("aria-busy", "false", timeout=SECONDS)
        shown.rest()
        yield shown
        page.close()
    refusals = f"Failed to load resource: the server responded with a status of {refused}"
    assert [said for said in shown.said if not (refused and said.startswith(refusals))] == []
    assert [asked for asked in shown.asked if not asked.startswith((url, "data:", "blob:"))] == []
