"""``gridplan coverage``: every output, both languages, and refusals that say what to do."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

import gridplan as gp
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


def test_capacity_within_a_walk(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One service states a capacity, the others of its kind are left out and told, or assumed where one says so."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "250")
    plan, town = demo_plan(), demo_town()
    assert town.services is not None
    libraries = town.services.index[town.services["kind"] == "library"]
    services = town.services.assign(capacity=town.services["capacity"].where(town.services.index != libraries[0], 300.0))
    services.to_file("stated.gpkg")
    command = ["coverage", "plan.gpkg", "--town", "town.gpkg", "--services", "stated.gpkg", "--out", "table.csv"]
    kinds = ["--kind", "library", "--kind", "pharmacy"]
    assert main([*command, *kinds, "--capacity", "capacity.csv", "--capacity-within", "800"]) == 0
    said = capsys.readouterr().out
    assert "without a capacity" in said
    table = pd.read_csv("capacity.csv", dtype={"code": str})
    network = gp.walking_network(town.streets)
    found = gp.access_2sfca(plan, services, network, town=town, kinds=["library", "pharmacy"], within_m=800.0)
    for column in ("people", "per_1000", "people_without"):
        np.testing.assert_allclose(table[column], found.zones[column])
    assert set(table["level"]) >= {"town", "community", "grid"}
    whole = table[table["level"] == "town"].set_index("kind")
    assert whole.loc["library", ["within_m", "services", "assumed", "left_out", "capacity"]].tolist() == [
        *(800, 1, 0, len(libraries) - 1, 300.0)
    ]
    assert whole.loc["library", "people"] * whole.loc["library", "per_1000"] / 1000 == pytest.approx(300)
    assert whole.loc["pharmacy", "services"] == 0
    assert pd.isna(whole.loc["pharmacy", "per_1000"]), "that nobody states one is not that there is none"
    assumed = ["--assume-capacity", "library=100", "--assume-capacity", "pharmacy=20"]
    assert main(["--lang", "zh", *command, *kinds, *assumed, "--capacity", "capacity.xlsx"]) == 0
    assert "按给定的该类容量假定" in capsys.readouterr().out
    (sheet,) = openpyxl.load_workbook("capacity.xlsx").worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if "每千人容量" in row)
    first = dict(zip(rows[head], rows[head + 1], strict=True))
    assert (first["层级"], first["类别"], first["步行距离（米）"]) == ("全域", "图书馆", 1000)
    assert (first["计入设施数"], first["其中假定容量"], first["未计入（未注明容量）"]) == (len(libraries), len(libraries) - 1, 0)
    assert first["总容量"] == 300 + 100 * (len(libraries) - 1)
    assert main([*command, *kinds, *assumed, "--capacity", "capacity.gpkg"]) == 0
    land = gpd.read_file("capacity.gpkg").query("level == 'grid' and kind == 'library'").set_index("code")
    assert (land.geom_type == "Polygon").all()
    assert sorted(land.index) == sorted(plan.grids["code"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--out", "town.gpkg"], "GP620"),
        (["--out", "table.txt"], "GP602"),
        (["--out", "table.csv", "--within", "far"], "GP167"),
        (["--out", "table.csv", "--kind", "shop"], "GP165"),
        (["--out", "table.csv", "--network", "none.graphml"], "GP101"),
        (["--out", "table.csv", "--sites", "2"], "GP118"),
        (["--out", "table.csv", "--capacity", "c.csv"], "GP198"),
        (["--out", "table.csv", "--capacity", "town.gpkg"], "GP620"),
        (["--out", "table.csv", "--capacity", "c.txt"], "GP602"),
        (["--out", "table.csv", "--capacity-within", "500"], "GP118"),
        (["--out", "table.csv", "--assume-capacity", "library=20"], "GP118"),
        (["--out", "table.csv", "--capacity", "c.csv", "--assume-capacity", "library"], "GP110"),
        (["--out", "table.csv", "--capacity", "c.csv", "--assume-capacity", "library=many"], "GP199"),
        (["--out", "table.csv", "--capacity", "c.csv", "--assume-capacity", "library=-1"], "GP199"),
        (["--out", "table.csv", "--capacity", "c.csv", "--assume-capacity", "shop=1"], "GP165"),
        (["--out", "table.csv", "--capacity", "c.csv", "--assume-capacity", "library=1", "--capacity-within", "0"], "GP167"),
        (["--out", "table.csv", "--sites", "-2", "--site-kind", "pharmacy"], "GP168"),
    ],
)
def test_refusals(
    place: Path, words: list[str], code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    assert main(["coverage", "plan.gpkg", "--town", "town.gpkg", *words]) == 1
    assert code in capsys.readouterr().err
