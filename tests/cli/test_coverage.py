"""``gridplan coverage``: every output, both languages, and refusals that say what to do."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from gridplan.cli import main
from gridplan.sources import demo_town, write_town
from gridplan.store import write_plan
from tests.places import demo_plan


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped place: its town, its plan, and its services and streets as files of others."""
    folder = tmp_path_factory.mktemp("coverage")
    town = demo_town()
    write_town(town, folder / "town.gpkg")
    write_plan(demo_plan(), folder / "plan.gpkg")
    assert town.services is not None
    assert town.streets is not None
    tagged = town.services[["id", "kind", "geometry"]].rename(columns={"kind": "amenity"})
    pd.concat([tagged, tagged.iloc[:2].assign(id=["x1", "x2"], amenity="atm")]).to_file(folder / "amenities.geojson")
    town.streets.to_file(folder / "lines.gpkg")
    return folder


def test_tables_distances_and_sites(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(place)
    command = ["coverage", "plan.gpkg", "--town", "town.gpkg", "--kind", "pharmacy"]
    extra = ["--distances", "near.csv", "--sites", "2", "--site-within", "300", "--sites-out", "sites.geojson"]
    assert main([*command, "--within", "300,500", "--out", "table.csv", *extra]) == 0
    said = capsys.readouterr().out
    table, near, sites = pd.read_csv("table.csv", dtype={"code": str}), pd.read_csv("near.csv"), gpd.read_file("sites.geojson")
    whole = table[table["level"] == "town"].set_index("within_m")
    assert f"{whole.loc[300, 'households_within']:,}" in said
    assert whole.loc[500, "households"] == demo_plan().buildings["households"].sum()
    assert sorted(near["building"]) == sorted(demo_plan().buildings["id"])
    assert sites["covered"].iloc[0] == whole.loc[300, "households_within"] + sites["added"].iloc[0]
    assert "no choice of 2 of the" in said
    # The same services and streets, from files of others, give the same; what is no service is told.
    others = ["--services", "amenities.geojson", "--network", "lines.gpkg", "--out", "other.csv"]
    assert main([*command, "--within", "300,500", *others]) == 0
    assert Path("other.csv").read_bytes() == Path("table.csv").read_bytes()
    assert "x1, x2" in capsys.readouterr().out
    # On the land of the zones, and as offices print it.
    assert main(["--lang", "zh", *command, "--straight", "--out", "land.gpkg"]) == 0
    assert "直线距离" in capsys.readouterr().out
    land = gpd.read_file("land.gpkg").query("level == 'grid' and within_m == 300").set_index("code")
    assert (land.geom_type == "Polygon").all()
    assert (land["method"] == "straight").all()
    assert main(["--lang", "zh", *command, "--out", "table.xlsx"]) == 0
    sheets = openpyxl.load_workbook("table.xlsx")
    grids = sheets["服务设施步行覆盖统计表（按网格）"]
    rows = [row for row in grids.iter_rows(min_row=3, values_only=True) if row[0]]
    mine = table[(table["level"] == "grid") & (table["within_m"] == 300)]
    assert [row[0] for row in rows] == mine["code"].tolist()
    assert [row[6] for row in rows] == pytest.approx(mine["share"].tolist())
    assert {row[2] for row in rows} == {"药店"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--out", "town.gpkg"], "GP620"),
        (["--out", "table.txt"], "GP602"),
        (["--out", "table.csv", "--within", "far"], "GP167"),
        (["--out", "table.csv", "--kind", "shop"], "GP165"),
        (["--out", "table.csv", "--network", "none.graphml"], "GP101"),
        (["--out", "table.csv", "--sites", "2"], "GP118"),
        (["--out", "table.csv", "--sites", "-2", "--site-kind", "pharmacy"], "GP168"),
    ],
)
def test_refusals(
    place: Path, words: list[str], code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    assert main(["coverage", "plan.gpkg", "--town", "town.gpkg", *words]) == 1
    assert code in capsys.readouterr().err
