"""What is loaded before the first answer, and that the rest is loaded when it is asked for."""

import json
import re
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import packages_distributions
from pathlib import Path

import httpx
import pytest

from gridplan.cli import main
from gridplan.sources import demo_town, write_town
from gridplan.store import write_plan
from tests.api.process import START_S, process
from tests.places import demo_plan
from tests.provide.debian import free_port
from tests.samples import PLAN_ID, sample_plan
from tests.store.tiles import tile_at

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"

#: What serving is made of. Every other package that gridplan depends on is for planning, drawing, other files or PostGIS.
NEEDED = {
    "cql2",
    "fastapi",
    "httptools",
    "mapbox-vector-tile",
    "numpy",
    "orjson",
    "prometheus-client",
    "pyproj",
    "shapely",
    "sqlalchemy",
    "uvicorn",
    "uvloop",
    "zstandard",
}

#: What such packages bring, and what would be no less wrong to load.
BROUGHT = {"matplotlib", "networkx", "requests", "llvmlite"}

#: The stages that make plans, and parts that only some stores and answers need.
PARTS = {
    *(f"gridplan.{stage}" for stage in ("simulation", "atoms", "graph", "partition", "divide", "pipeline")),
    "api.access.oidc",
    "gridplan.contracts.conforming",
    "gridplan.plan.model",
    "gridplan.schemes.model",
    "gridplan.sources.town",
    "gridplan.store.dialects.postgis",
    "gridplan.store.frames.rows",
    "gridplan.store.migrating",
    "sqlalchemy.dialects.postgresql",
}

#: Of every kind that answers programs, without the pages for people.
ASKED = (
    "/",
    "/conformance",
    "/collections",
    "/collections/grids",
    "/collections/grids/queryables",
    "/collections/grids/items?bbox=-180,-90,180,90",
    "/collections/grids/items?crs=http://www.opengis.net/def/crs/EPSG/0/4490&limit=1",
    "/collections/grids/items?filter=households>1 AND S_INTERSECTS(geometry,POINT(0 0))",
    "/collections/buildings/items?limit=2",
    "/tiles/WebMercatorQuad?f=tilejson",
    "/plans",
    f"/plans/{PLAN_ID}",
    "/adopted",
    "/stats/incidents?by=grid,period",
    f"/stats/incidents?plan={PLAN_ID}",
    "/jobs",
    "/tokens",
    "/api",
    "/openapi.json",
    "/viewer",
    "/health",
    "/ready",
    "/metrics",
)

_SERVICE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [104.06, 30.67]},
    "properties": {"name": "clinic", "kind": "health"},
}


def unwanted() -> set[str]:
    """The names that are imported from packages that serving does not need."""
    asked = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    others = {_plain(re.split(r"[^A-Za-z0-9._-]", each)[0]) for each in asked} - NEEDED
    assert {"pandas", "geopandas", "numba", "folium", "osmnx", "alembic", "pyjwt"} <= others
    return BROUGHT | {name for name, sources in packages_distributions().items() if {_plain(each) for each in sources} & others}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def guilty(loaded: dict[str, list[str]]) -> dict[str, str]:
    """What was loaded and should not have been, and by which way of imports."""
    wrong = unwanted() | PARTS
    return {name: " > ".join(by) for name, by in loaded.items() if name in wrong}


def test_serving_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    plan, told, port = tmp_path / "plan.gpkg", tmp_path / "loaded.json", free_port()
    write_plan(sample_plan(), plan)
    command = [sys.executable, "-m", "tests.loaded", str(told), "serve", str(plan), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True) as running:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                _wait(client, running)
                for path in ASKED:
                    assert client.get(path).status_code == 200, path
                west, south, *_ = client.get("/tiles/WebMercatorQuad?f=tilejson").json()["bounds"]
                zoom, row, col = tile_at(west, south, 15)
                assert client.get(f"/tiles/WebMercatorQuad/{zoom}/{row}/{col}").status_code == 200
                assert client.post("/collections/services/items", json=_SERVICE).status_code == 201
            running.terminate()
            assert running.wait(30) == 0
        finally:
            running.kill()
    loaded = json.loads(told.read_text(encoding="utf-8"))
    assert {"fastapi", "sqlalchemy", "shapely", "gridplan.store"} <= set(loaded)
    assert guilty(loaded) == {}


def test_the_town_of_a_plan_is_brought_when_it_is_served(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan, town, port = tmp_path / "plan.gpkg", tmp_path / "helsinki.gpkg", free_port()
    write_plan(demo_plan(), plan)
    write_town(demo_town(), town)
    assert main(["serve", str(plan), "--town", str(town), "--read-only"]) == 1
    assert "GP149" in capsys.readouterr().err
    command = [sys.executable, "-c", "from gridplan.cli import main; main()", "serve", str(plan), "--port", str(port), "--town"]
    with subprocess.Popen([*command, str(town)], stdout=subprocess.DEVNULL, text=True) as running:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                _wait(client, running)
                assert client.get("/towns").json()["towns"] == ["helsinki"]
                assert client.get(f"/plans/{demo_plan().id}/stats").json()["measurable"] is True
                assert client.post(f"/plans/{demo_plan().id}/coverage", json={}).status_code == 202
            running.terminate()
            assert running.wait(30) == 0
        finally:
            running.kill()


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], ["plan"]])
def test_help_and_wrong_words_load_no_package_at_all(words: list[str], tmp_path: Path) -> None:
    told = tmp_path / "loaded.json"
    subprocess.run([sys.executable, "-m", "tests.loaded", str(told), *words], capture_output=True, check=False)
    loaded = json.loads(told.read_text(encoding="utf-8"))
    assert {"argparse", "gridplan.cli.parser"} <= set(loaded)
    known = packages_distributions()
    assert {name: by for name, by in loaded.items() if name in known and name not in ("gridplan", "api")} == {}


def test_what_loads_much_is_loaded_once_by_all_who_ask_at_the_same_time(tmp_path: Path) -> None:
    paths = ["map", "map?lang=zh", "download", "download?format=geojson", f"compare?with={PLAN_ID}", "collections/grids/items"]
    with process(tmp_path) as running, ThreadPoolExecutor(len(paths)) as readers:
        address = f"{running.client.base_url}/plans/{PLAN_ID}/"
        answers = readers.map(lambda path: httpx.get(address + path, trust_env=False, timeout=60), paths)
        assert [answer.status_code for answer in answers] == [200] * len(paths)


def _wait(client: httpx.Client, running: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            assert client.get("/health").status_code == 200
            return
        except httpx.TransportError:
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
