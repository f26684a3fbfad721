"""Map pages of many polygons beside plain folium: bytes of the page, and seconds to its first picture in Chromium.

``python -m benchmarks.pages [--sizes 5000,50000] [--folium 50000] [--repeat 3]``

The first picture is the first contentful paint that Chromium itself reports: nothing is on either page before its shapes are.
Plain folium is one ``folium.GeoJson`` with a tooltip on a ``folium.Map``, as its documentation begins. It links to a
content-delivery network, which a machine without one cannot reach, so that it is given Leaflet from this repository at once, and
empty files for the rest: its figures are better than a reader's.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import folium
import geopandas as gpd
from playwright.sync_api import Browser, Route, sync_playwright

from benchmarks.api.plan import made_plan
from gridplan.maps import plan_page
from gridplan.maps.shipped import asset
from gridplan.plan import Plan

ARGUMENTS = ("--disable-gpu", "--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_WAIT_MS = 600_000


#: Columns and rows of the lattice's units, by about how many polygons a plan of them has.
_LATTICES = {5000: (50, 100), 50_000: (200, 250)}


def lattice(polygons: int) -> Plan:
    """A plan of so many units of 32 points, with their grids and communities."""
    columns, rows = _LATTICES[polygons]
    return made_plan(columns=columns, rows=rows)


def gridplan_page(plan: Plan) -> str:
    """The page of the plan."""
    return plan_page(plan, language="zh")


def folium_page(plan: Plan) -> str:
    """All polygons of the plan as folium draws them without further words."""
    rows = [frame[["code", "geometry"]] for frame in (plan.units, plan.grids, plan.communities)]
    west, south, east, north = plan.communities.total_bounds
    page = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles=None)
    for table in rows:
        shapes = json.loads(gpd.GeoDataFrame(table, crs=4326).to_json())
        folium.GeoJson(shapes, tooltip=folium.GeoJsonTooltip(["code"])).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    rendered: str = page.get_root().render()
    return rendered


def _shipped(route: Route) -> None:
    """What folium asks the network for, without a network."""
    url = route.request.url
    if url.startswith("file:"):
        route.continue_()
    elif re.search(r"leaflet(\.min)?\.js$", url):
        route.fulfill(body=asset("leaflet/leaflet.js"), content_type="text/javascript")
    elif re.search(r"leaflet(\.min)?\.css$", url):
        route.fulfill(body=asset("leaflet/leaflet.css"), content_type="text/css")
    else:
        route.fulfill(body="", content_type="text/css" if url.endswith(".css") else "text/javascript")


def first_picture_s(browser: Browser, path: Path) -> float:
    """Seconds from asking for the page to its first contentful paint."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.route("**/*", _shipped)
    page.set_default_timeout(_WAIT_MS)
    page.goto(path.as_uri(), timeout=_WAIT_MS)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length", timeout=_WAIT_MS)
    found: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.close()
    return found / 1000


def measured(
    browser: Browser, plan: Plan, make: Callable[[Plan], str], repeat: int, folder: Path
) -> tuple[float, float, list[float]]:
    """Seconds to make the page, megabytes, and seconds to its first picture, each time."""
    start = time.perf_counter()
    html = make(plan)
    made = time.perf_counter() - start
    path = folder / f"{make.__name__}.html"
    path.write_text(html, encoding="utf-8")
    return made, path.stat().st_size / 1e6, [first_picture_s(browser, path) for _ in range(repeat)]


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="5000,50000")
    parser.add_argument("--folium", default="5000,50000", help="sizes that folium is measured at")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args(given)
    print("| polygons | page | MB | first picture s, median (least-most) | made in s |")
    print("|---|---|---|---|---|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        for size in (int(part) for part in args.sizes.split(",")):
            plan = lattice(size)
            count = len(plan.units) + len(plan.grids) + len(plan.communities)
            ways = [gridplan_page, *([folium_page] if str(size) in args.folium.split(",") else [])]
            for make in ways:
                made, megabytes, seconds = measured(
                    browser, plan, make, args.repeat if make is gridplan_page else 1, Path(folder)
                )
                spread = f"{statistics.median(seconds):.2f} ({min(seconds):.2f}-{max(seconds):.2f})"
                print(f"| {count:,} | {make.__name__.split('_')[0]} | {megabytes:.2f} | {spread} | {made:.1f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
