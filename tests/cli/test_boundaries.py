"""``gridplan boundaries`` through the real command line."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from gridplan.cli import main
from gridplan.sources import PLACES, read_boundary, read_files
from tests.sources.drawn import buildings, saved


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_outlines_and_divisions_of_a_shipped_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["boundaries", "522730", "--out", "longli.gpkg"]) == 0
    out = capsys.readouterr().out
    assert "GCJ-02" in out
    assert "龙里县" in out
    assert gpd.read_file("longli.gpkg", layer="areas").geometry.geom_equals(read_boundary("522730").geometry).all()
    table = pyogrio.read_dataframe("longli.gpkg", layer="divisions", read_geometry=False)
    assert table["level"].value_counts().to_dict() == {"community": 82, "town": 6}


def test_the_areas_of_a_town_can_be_what_it_writes() -> None:
    assert main(["--lang", "zh", "boundaries", *PLACES["yibin"], "511503", "--out", "yibin.gpkg"]) == 0
    houses = saved(buildings(id=["a", "b"], households=[12, 13]), Path("houses.gpkg"))
    town = read_files(buildings=houses, areas="yibin.gpkg", layers={"areas": "areas"})
    assert town.areas is not None
    assert len(town.areas) == 11
    assert (town.areas["parent"].dropna() == "511500").all()


def test_geojson_has_the_outlines_alone() -> None:
    assert main(["boundaries", "360602", "510504", "--out", "two.geojson"]) == 0
    assert list(gpd.read_file("two.geojson")["name"]) == ["月湖区", "龙马潭区"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["522730", "--out", "a.kml"], "GP602"),
        (["522730", "--package-file", "none.whl", "--out", "a.gpkg"], "GP101"),
        (["522730", "--divisions", "nowhere", "--out", "a.gpkg"], "GP101"),
        (["999999", "--out", "a.gpkg"], ("GP142", "GP134")),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], says: str | tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["boundaries", *words]) == 1
    assert capsys.readouterr().err.startswith(says)
    assert not Path(words[-1]).exists()


def test_a_table_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {
        "cities": [("9901", "某市", "99", "provinceCode")],
        "areas": [("990101", "某区", "9901", "cityCode"), ("522730", "龙里县", "5227", "cityCode")],
        "streets": [("522730001", "冠山街道", "522730", "areaCode")],
        "villages": [("522730001001", "播箕村委会", "522730001", "streetCode")],
    }
    Path("tables").mkdir()
    for name, table in rows.items():
        above = table[0][3]
        pd.DataFrame([row[:3] for row in table], columns=["code", "name", above]).to_csv(f"tables/{name}.csv", index=False)
    assert main(["boundaries", "522730", "--divisions", "tables", "--out", "longli.gpkg"]) == 0
    assert list(pyogrio.read_dataframe("longli.gpkg", layer="divisions")["name"]) == ["冠山街道", "播箕村委会"]
    assert main(["boundaries", "360602", "--divisions", "tables", "--out", "yuehu.gpkg"]) == 1
    assert "GP143" in capsys.readouterr().err
