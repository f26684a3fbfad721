"""The editor in Chromium on a synthetic city: ``python -m benchmarks.editor --grids 1000``.

Prints the times to load, what the scripts of a frame cost under the brush and in the list of grids, and the memory of the page.
Where there is no graphics card the frames are drawn by the processor: then the scripts of a frame are what can be compared.
"""

import argparse
import json
import math
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import shapely
from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.city import synthetic_city
from gridplan.editor import editor_file, editor_page
from gridplan.maps.topology import make_topology
from gridplan.pipeline import partition_prepared
from tests.provide.browser import ARGUMENTS

CODE = "510100001001"
#: All scripts of a frame, of the map and of the editor, are run in this event of Chromium's trace.
FRAME = "PageAnimator::serviceScriptedAnimations"


def city_scene(atoms: int, grids: int) -> dict[str, Any]:
    """The scene of a city of about so many atoms, cut by the engine into about so many grids, as whatever JSON can hold."""
    table, edges = synthetic_city(atoms, seed=1)
    households = table["households"].to_numpy()
    middle = households.sum() / grids
    low, high = int(middle * 0.7), int(middle * 1.3)
    zone = partition_prepared(table, edges, low=low, high=high, seed=1).zone
    sums, count = np.bincount(zone, households).astype(int), np.bincount(zone)
    shapes = table.geometry.to_numpy()
    # Laid at the equator, where a degree is as long both ways.
    degrees = shapely.transform(shapes, lambda places: np.array([110.0, 0.0]) + places / 111_320)
    land = shapely.box(*shapely.total_bounds(degrees))
    topology = make_topology({"atoms": degrees, "communities": [land]})
    rows = [_grid_row(number, int(sums[number]), int(count[number]), low, high) for number in range(len(sums))]
    return {
        "plan": "city",
        "name": "City",
        "revision": 1,
        "state": "draft",
        "editable": True,
        "findings": [],
        "origin": list(topology.origin),
        "arcs": topology.arcs.each(),
        "grids": rows,
        "communities": {
            "code": [CODE],
            "name": ["City"],
            "kind": ["urban"],
            "households": [int(households.sum())],
            "shape": topology.layers["communities"].nested(),
        },
        "atoms": {
            "id": table["id"].astype(str).tolist(),
            "grid": zone.tolist(),
            "households": households.tolist(),
            "population": households.tolist(),
            "compound": table["compound"].astype(str).tolist(),
            "community": [0] * len(table),
            "shape": topology.layers["atoms"].nested(),
        },
        "borders": {
            "a": edges["i"].tolist(),
            "b": edges["j"].tolist(),
            "kind": edges["kind"].tolist(),
            "joins": [1] * len(edges),
        },
        "shut": [],
        "places": {"words": [], "atom": []},
        "totals": {"households": int(households.sum()), "grids": len(rows)},
        "history": {"undo": 0, "redo": 0, "edits": []},
    }


def _grid_row(number: int, households: int, buildings: int, low: int, high: int) -> dict[str, Any]:
    code, kept = f"{number + 1:04d}", low <= households <= high
    return {
        "code": f"{CODE}{code}",
        "name": f"City {code}",
        "number": code,
        "kind": "urban",
        "community": CODE,
        "locked": False,
        "households": households,
        "population": households,
        "units": 1,
        "buildings": buildings,
        "area_m2": None,
        "compactness": None,
        "low": low,
        "high": high,
        "target": (low + high) // 2,
        "reason": None,
        "staff": None,
        "status": "ok" if kept else "open",
    }


class _Handler(BaseHTTPRequestHandler):
    """The page, its files and the scene; an edit is kept waiting, so that only the browser is measured."""

    scene = b""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """One of the files."""
        host: dict[str, str | int] = {"scene": "scene", "edits": "edits", "explain": "", "changes": "", "every": 10**8}
        file = editor_file(self.path.removeprefix("/editor/"))
        if file is not None:
            body, media_type = file.body, file.media_type
        elif self.path == "/scene":
            body, media_type = self.scene, "application/json"
        else:
            body, media_type = editor_page(name="", root="", host=host).encode(), "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def _served(scene: dict[str, Any]) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"scene": json.dumps(scene, separators=(",", ":")).encode()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def _wait(page: Page, expression: str) -> float:
    """Seconds until an expression holds."""
    start = time.perf_counter()
    while not page.evaluate(expression):
        if time.perf_counter() - start > 120:
            raise TimeoutError(expression)
        page.wait_for_timeout(20)
    return time.perf_counter() - start


def _stroke(page: Page, moves: int) -> float:
    """Paints along a growing spiral from the middle of the map; seconds that it took."""
    box = page.locator(".gp-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.keyboard.press("b")
    page.mouse.move(x, y)
    page.mouse.down()
    start = time.perf_counter()
    for move in range(moves):
        turn = move / 12
        page.mouse.move(x + 32 * turn * math.cos(turn), y + 28 * turn * math.sin(turn))
    return time.perf_counter() - start


def _scroll(page: Page, moves: int) -> float:
    """Turns the wheel over the list of grids; seconds that it took."""
    page.locator(".gp-long").first.hover()
    start = time.perf_counter()
    for move in range(moves):
        page.mouse.wheel(0, 900 if move < moves / 2 else -900)
        page.wait_for_timeout(5)
    return time.perf_counter() - start


def _find(page: Page, words: list[str]) -> list[float]:
    """Milliseconds to find each of these."""
    timed = "start = performance.now(); find.search(); return performance.now() - start;"
    script = f"(words) => {{ const {{ find }} = gridplanEditor.editor.panel; find.input.value = words; const {timed} }}"
    return [page.evaluate(script, each) for each in words]


def _traced(page: Page, session: CDPSession, act: Callable[[], float]) -> tuple[list[float], float]:
    """Milliseconds of the processor for the scripts of each frame while something is done, and frames a second.

    Time of the page's thread alone, so that other work on the machine counts as little as drawing does.
    """
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    session.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    session.on("Tracing.tracingComplete", lambda told: ended.append(told))
    categories = ["blink", "rail", "devtools.timeline"]
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": categories}})
    took = act()
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    frames = [event["tdur"] / 1000 for event in events if event["name"] == FRAME and "tdur" in event]
    return frames, len(frames) / took


def _told(name: str, values: list[float]) -> None:
    ordered = sorted(values) or [math.nan]
    print(f"{name:34} median {statistics.median(ordered):7.1f}   95 % {ordered[int(0.95 * (len(ordered) - 1))]:7.1f}")


def _memory(page: Page, session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(page.evaluate("performance.memory.usedJSHeapSize")) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editor", description=__doc__)
    parser.add_argument("--atoms", type=int, default=50_000)
    parser.add_argument("--grids", type=int, default=1_000)
    parser.add_argument("--moves", type=int, default=90, help="of the mouse in the stroke")
    parser.add_argument(
        "--zoom", type=float, default=None, help="of the map under the stroke; the whole city where none is given"
    )
    options = parser.parse_args()
    scene = city_scene(options.atoms, options.grids)
    print(f"{len(scene['atoms']['id'])} atoms, {len(scene['grids'])} grids, {len(scene['arcs'])} lines")
    arguments = [*ARGUMENTS, "--enable-precise-memory-info"]
    with _served(scene) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=arguments, executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        session = page.context.new_cdp_session(page)
        start = time.perf_counter()
        page.goto(url)
        _wait(
            page, "typeof gridplanEditor !== 'undefined' && !!gridplanEditor.editor && gridplanEditor.editor.view.loaded === true"
        )
        print(f"{'usable after, s':34} {time.perf_counter() - start:.1f}")
        still = "document.querySelector('.gp-map').getAttribute('aria-busy') === 'false'"
        _wait(page, still)
        print(f"{'all drawn after, s':34} {time.perf_counter() - start:.1f}")
        print(f"{'memory of the page, MB':34} {_memory(page, session):.0f}")
        if options.zoom is not None:
            page.evaluate(f"() => {{ gridplanEditor.editor.view.map.jumpTo({{ zoom: {options.zoom} }}); }}")
            page.wait_for_timeout(300)
            _wait(page, still)
        frames, rate = _traced(page, session, lambda: _stroke(page, options.moves))
        painted = page.evaluate("() => gridplanEditor.editor.tools.brush.taken.size")
        page.keyboard.press("Escape")
        print(f"{'atoms painted':34} {painted}")
        print(f"{'frames a second under the brush':34} {rate:.1f}")
        _told("scripts of a frame, brush, ms", frames)
        frames, rate = _traced(page, session, lambda: _scroll(page, options.moves // 3))
        print(f"{'frames a second, list':34} {rate:.1f}")
        _told("scripts of a frame, list, ms", frames)
        found = [scene["atoms"]["id"][-1], scene["grids"][-1]["code"], scene["grids"][-1]["number"], "nowhere"]
        _told("found or not after, ms", _find(page, found))
        print(f"{'memory after all that, MB':34} {_memory(page, session):.0f}")
        browser.close()


if __name__ == "__main__":
    main()
