"""The page of a million incidents beside folium's own heat map: ``python -m benchmarks.incident_pages [--incidents N]``.

Both pages are of the same incidents, a year of them over a made plan, and are opened one after the other in the same Chromium,
which has no network. gridplan's page marks when its first picture is on the screen. folium's stays blank there, since it loads
its scripts from elsewhere, so what is told of it is less than a picture: the seconds until the page was read.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.plugins import HeatMap
from playwright.sync_api import Browser, sync_playwright

from benchmarks.api.plan import made_plan
from gridplan.analysis.incidents.view import ViewOptions, incident_view
from gridplan.maps.incidents import view_page
from gridplan.maps.offline import write_page
from gridplan.plan import Plan
from tests.provide.browser import ARGUMENTS

#: When a page of gridplan had its first picture, milliseconds from opening it.
_DRAWN = "performance.getEntriesByName('gridplan.drawn')[0].startTime"


def incidents(plan: Plan, count: int) -> gpd.GeoDataFrame:
    """Incidents around 400 middles in a plan, over a year."""
    draw = np.random.default_rng(7)
    west, south, east, north = plan.grids.total_bounds
    middle = draw.integers(0, 400, count)
    x, y = draw.uniform(west, east, 400)[middle], draw.uniform(south, north, 400)[middle]
    points = shapely.points(x + draw.normal(0, 0.004, count), y + draw.normal(0, 0.004, count))
    seconds = draw.integers(0, 365 * 86400, count).astype("timedelta64[s]")
    times = np.char.add((np.datetime64("2025-01-01T00:00:00") + seconds).astype(str), "Z")
    return gpd.GeoDataFrame({"reported_at": pd.Series(times, dtype="str")}, geometry=points, crs=4326)


def first_picture(browser: Browser, path: Path) -> float:
    """Seconds from opening a page of gridplan to its first picture."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(path.as_uri(), wait_until="commit")
    page.wait_for_selector("html[data-drawn]", timeout=600_000)
    seconds = float(page.evaluate(_DRAWN)) / 1000
    page.close()
    return seconds


def _folium_page(told: gpd.GeoDataFrame, path: Path) -> None:
    west, south, east, north = told.total_bounds
    shown = folium.Map(location=[(south + north) / 2, (west + east) / 2], zoom_start=12, tiles=None)
    heat = HeatMap(np.column_stack([told.geometry.y, told.geometry.x]).tolist())  # type: ignore[no-untyped-call]  # folium has none
    heat.add_to(shown)
    shown.save(str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    count = parser.parse_args().incidents
    plan = made_plan(columns=50, rows=50)
    told = incidents(plan, count)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "gridplan.html"), Path(folder, "folium.html")
        started = perf_counter()
        view = incident_view(plan, told, options=ViewOptions(least=200))
        counted = perf_counter()
        write_page(view_page(plan, view), ours)
        made = perf_counter()
        _folium_page(told, theirs)
        saved = perf_counter()
        assert view.heat is not None
        print(f"{count:,} incidents, {len(plan.grids)} grids, {len(view.spans)} periods, squares of {view.heat.cell_m:g} m")
        print(f"gridplan: counted {counted - started:.1f} s, page {made - counted:.1f} s, {ours.stat().st_size / 1e6:.2f} MB")
        print(f"folium:   page {saved - made:.1f} s, {theirs.stat().st_size / 1e6:.1f} MB")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
            print("gridplan, first picture, 3 times:", ", ".join(f"{first_picture(browser, ours):.2f} s" for _ in range(3)))
            print("folium, page read:", f"{_read(browser, theirs):.2f} s, and blank without a network")
            browser.close()


def _read(browser: Browser, path: Path) -> float:
    """Seconds until a page of folium was read and its script has ended, well or not."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(path.as_uri(), wait_until="load", timeout=600_000)
    seconds = float(page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")) / 1000
    page.close()
    return seconds


if __name__ == "__main__":
    main()
