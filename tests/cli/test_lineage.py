"""A town planned, changed and planned after: codes kept, lineage told in both languages and written."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

import gridplan as gp
from gridplan.cli import main
from gridplan.errors import RuleError
from gridplan.sources import Town, write_town
from tests.cli.towns import buildings, community, town

LAND = community(0, 0, 260, 160)


def houses() -> gpd.GeoDataFrame:
    """Sixty houses of 12: 720 households, two grids."""
    return buildings()


def built_on() -> Town:
    """The first row of houses is gone, ten others have more households, and one has a new id."""
    changed = houses().iloc[10:].copy()
    changed.loc[changed["id"].isin([f"b{n:03d}" for n in range(50, 60)]), "households"] = 30
    changed["id"] = changed["id"].replace("b030", "new")
    return town(changed, LAND)


@pytest.fixture(scope="module")
def first() -> gp.Plan:
    return gp.plan_town(town(houses(), LAND), seed=1)


def test_a_town_that_changed_keeps_its_codes_and_accounts_for_everyone(first: gp.Plan) -> None:
    plan = gp.plan_town(built_on(), seed=2, parent=first)
    assert plan.fact("parent") == first.id
    assert not [check for check in gp.audit(plan, gp.load_scheme("default")) if not check.holds]
    grids = plan.lineage[plan.lineage["level"] == "grid"]
    assert grids.loc[grids["change"] == "gone", "households_before"].sum() == 10 * 12 + 12
    assert grids.loc[grids["change"] == "new", "households"].sum() == 12
    assert grids["households"].sum() == plan.grids["households"].sum() == 49 * 12 + 10 * 18 + 12
    assert grids["households_before"].sum() == first.grids["households"].sum()
    assert set(plan.grids["code"]) & set(first.grids["code"])
    ended = set(first.units["code"]) - set(plan.units["code"])
    assert set(plan.voided["code"]) == ended | (set(first.grids["code"]) - set(plan.grids["code"]))
    # The same again gives the same bytes; another parent another id.
    assert gp.plan_town(built_on(), seed=2, parent=first).equals(plan)
    assert gp.plan_town(built_on(), seed=2).id != plan.id


def test_a_plan_of_another_place_is_refused_before_the_search(first: gp.Plan) -> None:
    other = houses()
    other["id"] = "x" + other["id"]
    with pytest.raises(RuleError, match="GP269"):
        gp.plan_town(town(other, LAND), parent=first)


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], first: gp.Plan
) -> None:
    monkeypatch.chdir(tmp_path)
    gp.write_plan(first, "old.gpkg")
    write_town(built_on(), tmp_path / "town.gpkg")
    assert main(["plan", "town.gpkg", "--out", "old.gpkg", "--after", "old.gpkg"]) == 1
    assert "GP620" in capsys.readouterr().err
    assert main(["--lang", "zh", "plan", "town.gpkg", "--out", "new.gpkg", "--after", "old.gpkg", "--seed", "2"]) == 0
    out = capsys.readouterr().out
    assert "沿革" in out
    assert "联户单元" in out
    new = gp.read_plan("new.gpkg")
    assert main(["lineage", "old.gpkg", "new.gpkg", "--out", "lineage.csv"]) == 0
    out = capsys.readouterr().out
    assert f"From plan {first.id} to plan {new.id}" in out
    assert "kept" in out
    assert "gone" in out
    written = pd.read_csv("lineage.csv", dtype="str")
    assert written["new"].fillna("").tolist() == new.lineage["new"].fillna("").tolist()
    assert (
        written["households"].astype(int).sum() == new.lineage["households"].sum() == gp.lineage(first, new)["households"].sum()
    )
    assert main(["lineage", "old.gpkg", "new.gpkg", "--out", "old.gpkg"]) == 1
    assert "GP620" in capsys.readouterr().err
    assert main(["audit", "new.gpkg"]) == 0
    rows = gp.registration_table(first, new)
    filed = ["--date", "2026-03-01", "--adopted-by", "张三", "--note", "=1"]
    assert main(["compare", "old.gpkg", "new.gpkg", "--out", "table.xlsx", *filed]) == 0
    out = capsys.readouterr().out
    assert f"From plan {first.id} to plan {new.id}" in out
    assert "Households: 720 before, 780 now" in out
    values = [value for row in openpyxl.load_workbook("table.xlsx").worksheets[0].values for value in row]
    assert {"网格调整登记表", "张三", "=1", "2026年3月1日", *rows["new_code"]} <= set(values)
    assert main(["--lang", "zh", "compare", "old.gpkg", "new.gpkg", "--out", "table.pdf", "--language", "en"]) == 0
    assert "原 720 户，现 780 户" in capsys.readouterr().out
    assert Path("table.pdf").read_bytes().startswith(b"%PDF-")
    assert main(["compare", "old.gpkg", "new.gpkg", "--out", "old.gpkg"]) == 1
    assert "GP620" in capsys.readouterr().err
    assert main(["compare", "old.gpkg", "new.gpkg", "--out", "table.csv"]) == 1
    assert "GP602" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["compare", "old.gpkg", "new.gpkg", "--date", "1 March"])
