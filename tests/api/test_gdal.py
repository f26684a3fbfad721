"""GDAL's OAPIF driver works against the service unaided: Debian's, and the newer one inside pyogrio."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from benchmarks.api.plan import PLAN_ID
from gridplan.contracts import OFFERED, PLAN
from tests.api.recorded import Recorded, recorded
from tests.api.served import Served
from tests.provide.need import needed

ROOT = f"/plans/{PLAN_ID}"
CRS84, EPSG = "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/"
BOX = (104.0153, 30.0153, 104.0297, 30.0447)


def run(program: str, *words: str) -> str:
    """What one of GDAL's programs prints; it must neither fail nor complain."""
    path = needed("GDAL's programs are not installed: apt-get install gdal-bin", shutil.which(program))
    done = subprocess.run([path, *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip()
    return done.stdout


def read(asked: Recorded, layer: str, folder: Path, *options: str) -> gpd.GeoDataFrame:
    """The layer, copied by GDAL from the service through the proxy."""
    target = folder / f"{layer}.gpkg"
    target.unlink(missing_ok=True)
    run("ogr2ogr", "-f", "GPKG", str(target), f"OAPIF:{asked.url}{ROOT}", layer, *options)
    return gpd.read_file(target, layer=layer)


def stored(service: Served, layer: str) -> gpd.GeoDataFrame:
    """The layer as it was saved."""
    frame: gpd.GeoDataFrame = getattr(service.store.load_plan(PLAN_ID), layer)
    return frame


def same(found: gpd.GeoDataFrame, expected: gpd.GeoDataFrame, *, within: float = 2e-9) -> None:
    """Nothing, where both hold the same rows in the same order."""
    assert found["code"].tolist() == expected["code"].tolist()
    assert found["households"].tolist() == expected["households"].tolist()
    # Rings may begin elsewhere and run the other way.
    distance = shapely.hausdorff_distance(found.geometry.to_numpy(), expected.geometry.to_numpy())
    assert max(distance, default=0) < within


def test_info_lists_the_layers_with_count_extent_and_types(lattice_service: Served) -> None:
    told = run("ogrinfo", "-so", f"OAPIF:{lattice_service.url}{ROOT}")
    listed = set(re.findall(r"^\d+: (\w+)", told, re.MULTILINE))
    assert {name for name in OFFERED if PLAN[name].geometry} <= listed
    for layer in ("units", "grids", "communities"):
        expected = stored(lattice_service, layer)
        told = run("ogrinfo", "-so", f"OAPIF:{lattice_service.url}{ROOT}", layer)
        assert f"Feature Count: {len(expected)}\n" in told
        assert "Geometry: Polygon" in told
        extent = re.search(r"Extent: \((.*), (.*)\) - \((.*), (.*)\)", told)
        assert extent is not None
        assert [float(edge) for edge in extent.groups()] == pytest.approx(expected.total_bounds.tolist(), abs=2e-6)
        assert re.search(r"^households: Integer", told, re.MULTILINE)
        assert re.search(r"^code: String", told, re.MULTILINE)


@pytest.mark.parametrize("page", [100, 625, 10000])
def test_whole_layer_by_pages_is_what_is_stored(lattice_service: Served, tmp_path: Path, page: int) -> None:
    with recorded(lattice_service.url) as asked:
        found = read(asked, "units", tmp_path, "-oo", f"PAGE_SIZE={page}")
    same(found, stored(lattice_service, "units"))
    # The first page is asked for twice: for the types of the fields, and for the features.
    assert [one.parameters["limit"] for one in asked.pages()] == [[str(page)]] * (1 + -(-625 // page))
    assert sum(one.features for one in asked.pages()) == 625 + min(page, 625)


@pytest.mark.parametrize("layer", ["grids", "communities"])
def test_every_column_has_its_values(lattice_service: Served, tmp_path: Path, layer: str) -> None:
    with recorded(lattice_service.url) as asked:
        found = read(asked, layer, tmp_path)
    expected = stored(lattice_service, layer)
    for column in PLAN[layer].columns:
        mine, theirs = expected[column.name], found[column.name]
        assert theirs.isna().tolist() == mine.isna().tolist(), column.name
        values = [value for value in theirs if not pd.isna(value)]
        assert values == [value for value in mine if not pd.isna(value)], column.name


def test_box_is_asked_of_the_service(lattice_service: Served, tmp_path: Path) -> None:
    with recorded(lattice_service.url) as asked:
        found = read(asked, "units", tmp_path, "-spat", *map(str, BOX), "-oo", "PAGE_SIZE=1000")
    units = stored(lattice_service, "units")
    expected = units[units.intersects(shapely.box(*BOX))]
    assert 20 < len(expected) < 100
    same(found, expected)
    last = asked.pages()[-1]
    assert [float(edge) for edge in last.parameters["bbox"][0].split(",")] == pytest.approx(BOX)
    assert last.features == len(expected)


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("grid = '522730001001007'", lambda units: units["grid"] == "522730001001007"),
        (
            "households = 12 AND grid = '522730001001007'",
            lambda units: (units["grid"] == "522730001001007") & (units["households"] == 12),
        ),
        ("households > 18", lambda units: units["households"] > 18),
        (
            "households > 18 AND code LIKE '522730001001003%'",
            lambda units: (units["households"] > 18) & (units["grid"] == "522730001001003"),
        ),
        ("households < 11 OR NOT (households <= 19)", lambda units: (units["households"] < 11) | (units["households"] > 19)),
        ("code = '522730001001007003'", lambda units: units["code"] == "522730001001007003"),
    ],
    ids=["text", "number and text", "greater", "like", "or not", "key"],
)
def test_condition_is_asked_of_the_service(lattice_service: Served, tmp_path: Path, condition: str, rule: object) -> None:
    assert callable(rule)
    with recorded(lattice_service.url) as asked:
        found = read(asked, "units", tmp_path, "-where", condition, "-oo", "PAGE_SIZE=1000")
    units = stored(lattice_service, "units")
    expected = units[rule(units)]
    assert 0 < len(expected) < 300
    same(found, expected)
    # The first request is for the types of the fields; the second carries the condition and gets only what it names.
    sample, filtered = asked.pages()
    assert (sample.features, filtered.features) == (625, len(expected))
    assert set(filtered.parameters) > {"limit"}


#: In a process of its own: pyogrio holds the interpreter while it waits for the service, which runs in this one.
NEWER = """
import json, sys
import pyogrio
for target, options in json.loads(sys.argv[2]).items():
    options = {name: tuple(value) if name == "bbox" else value for name, value in options.items()}
    frame = pyogrio.read_dataframe(sys.argv[1], layer="units", PAGE_SIZE=300, **options)
    pyogrio.write_dataframe(frame.to_crs("OGC:CRS84"), target, layer="units")
"""


def read_newer(asked: Recorded, folder: Path, *several: Mapping[str, object]) -> list[gpd.GeoDataFrame]:
    """The units in longitude and latitude, read by the newer GDAL inside pyogrio; Debian's has no option for the CRS."""
    needed("pyogrio's GDAL has no OAPIF", "OAPIF" in pyogrio.list_drivers())
    targets = {str(folder / f"{number}.gpkg"): options for number, options in enumerate(several)}
    words = [sys.executable, "-c", NEWER, f"OAPIF:{asked.url}{ROOT}", json.dumps(targets)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [gpd.read_file(target) for target in targets]


def test_newer_gdal_asks_conditions_of_the_service(lattice_service: Served, tmp_path: Path) -> None:
    with recorded(lattice_service.url) as asked:
        (found,) = read_newer(asked, tmp_path, {"where": "households > 18 AND grid = '522730001001007'"})
    units = stored(lattice_service, "units")
    expected = units[(units["households"] > 18) & (units["grid"] == "522730001001007")]
    same(found, expected)
    assert asked.pages()[-1].features == len(expected) < 20


def test_every_kind_of_crs_gives_the_same_place(lattice_service: Served, tmp_path: Path) -> None:
    offered = lattice_service.client.get(f"{ROOT}/collections/units").json()["crs"]
    kinds = [CRS84, *(f"{EPSG}{code}" for code in (4326, 4490, 3857, 4523, 4544))]
    assert set(kinds) <= set(offered)
    expected = stored(lattice_service, "units")
    with recorded(lattice_service.url) as asked:
        several = read_newer(asked, tmp_path, *({"CRS": crs} for crs in kinds))
    for found in several:
        same(found, expected, within=1e-7)
    # The first request of each, for the fields, names no CRS. For GDAL EPSG:4326 is the same as CRS84, which it takes.
    named = [CRS84 if crs == f"{EPSG}4326" else crs for crs in kinds]
    assert [one.parameters.get("crs") for one in asked.pages()] == [part for crs in named for part in (None, *[[crs]] * 3)]


@pytest.mark.parametrize("crs", [CRS84, f"{EPSG}4490"])
def test_box_in_a_crs_is_asked_in_its_order(lattice_service: Served, tmp_path: Path, crs: str) -> None:
    with recorded(lattice_service.url) as asked:
        (found,) = read_newer(asked, tmp_path, {"CRS": crs, "bbox": BOX})
    units = stored(lattice_service, "units")
    same(found, units[units.intersects(shapely.box(*BOX))], within=1e-7)
    last = asked.pages()[-1]
    west, south, east, north = BOX
    expected = list(BOX) if crs == CRS84 else [south, west, north, east]
    assert last.parameters["bbox-crs"] == [crs]
    assert [float(edge) for edge in last.parameters["bbox"][0].split(",")] == pytest.approx(expected)
