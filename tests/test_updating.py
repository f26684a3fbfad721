"""A plan follows its town: what did not change keeps line and code, what did is repaired with few households moved."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import gridplan as gp
from gridplan.cli import main
from gridplan.errors import RuleError
from gridplan.plan import Plan, broken_rules, compare
from gridplan.sources import Town
from tests.places import demo_plan
from tests.test_given import place

OFFICE = gp.By("王", "2026-03-09T08:30:00Z", "三月台账")


def counted(town: Town, plan: Plan, households: dict[str, int], *, without: tuple[str, ...] = ()) -> Town:
    """The town with the households of the plan, some counted anew, and without some buildings."""
    table = town.buildings
    assert table is not None
    before = plan.buildings.set_index("id")["households"].to_dict()
    now = [households.get(name, before.get(name, 0)) for name in table["id"]]
    table = table.assign(households=pd.array(now, dtype="Int64"))
    return replace(town, buildings=table[~table["id"].isin(without)].reset_index(drop=True))


def with_estate(town: Town, households: int) -> Town:
    """A building more, in the middle of the largest land where no one lives."""
    table = town.buildings
    assert table is not None
    empty = demo_plan().atoms
    empty = empty[empty["households"] == 0]
    land = empty.geometry[empty.to_crs(3067).area.idxmax()]
    row = table.iloc[[0]].assign(id="estate-1", households=households)
    row = row.set_geometry([shapely.box(*land.representative_point().buffer(0.0002).bounds)], crs=empty.crs).to_crs(table.crs)
    return replace(town, buildings=gpd.GeoDataFrame(pd.concat([table, row], ignore_index=True), crs=table.crs))


@cache
def changed() -> tuple[Plan, Plan, pd.DataFrame]:
    """Helsinki before and after a year: a grid filled beyond its range, an estate built, a house pulled down, a grid locked."""
    town, plan = gp.demo_town(), demo_plan()
    grids = plan.grids.sort_values("households")
    full, shut = grids["code"].iloc[-1], grids["code"].iloc[5]
    homes = plan.buildings[plan.buildings["households"] > 5].sort_values("id")
    house = homes["id"][homes["grid"] == full].iloc[0]
    count = int(homes.set_index("id").loc[house, "households"])
    linked = homes["id"][homes["grid"] == shut].tolist()[:2]
    gone = homes[~homes["grid"].isin([full, shut])].sort_values(["households", "id"])["id"].iloc[0]
    plan = plan.lock([shut], by=OFFICE)
    plan = plan.cannot_link([linked[0], gone], note="两个物业", by=OFFICE).staff(shut, post="网格员", person="p7", by=OFFICE)
    more = 500 - int(grids["households"].iloc[-1]) + 12
    later = with_estate(counted(town, plan, {house: count + more}, without=(gone,)), 9)
    after, report = gp.update_plan(plan, later, seed=1)
    return plan, after, report


def sound(plan: Plan) -> None:
    assert broken_rules(plan, gp.parse_scheme(plan.fact("scheme"), "meta")) == []


@pytest.mark.parametrize("name", ["helsinki", "sengkang", "yuehu"])
def test_the_same_town_gives_the_same_lines_and_codes(name: str) -> None:
    town, plan = place(name)
    after, report = gp.update_plan(plan, town, seed=3)
    sound(after)
    for layer in ("grids", "units", "sections", "findings", "buildings"):
        mine, theirs = getattr(after, layer), getattr(plan, layer)
        assert mine.drop(columns=["reason"], errors="ignore").equals(theirs.drop(columns=["reason"], errors="ignore")), layer
    assert report.empty
    assert set(after.lineage["change"]) == {"kept"}
    assert (after.fact("parent"), after.voided["voided_by"].tolist()) == (plan.id, plan.voided["voided_by"].tolist())


def test_only_what_must_changes() -> None:
    before, after, _ = changed()
    sound(after)
    found = compare(before, after)
    assert 0 < found.moved < 60
    assert not after.grids["status"].isin(["open"]).any()
    touched = {step.new for level, step in found.steps if level == "grid"}
    assert 2 <= len(touched) <= 5
    # In all other grids every section is in the unit that it was in.
    unit = before.sections.set_index("id")["unit"]
    others = after.sections.merge(after.units[["code", "grid"]], left_on="unit", right_on="code")
    others = others[~others["grid"].isin(touched)]
    assert len(others) > 200
    assert (others["unit"] == others["id"].map(unit)).all()
    assert set(after.buildings["id"]) - set(before.buildings["id"]) == {"estate-1"}


def test_locks_constraints_and_staff_are_carried_over() -> None:
    before, after, report = changed()
    (shut,) = before.assignments["grid"]
    cells = [plan.atoms.loc[plan.atoms["grid"] == shut, "id"].sort_values().tolist() for plan in (before, after)]
    homes = [[name for name in names if not name.startswith("face-")] for names in cells]
    assert homes[0] == homes[1]
    assert after.assignments.equals(before.assignments)
    # The house that is gone leaves a constraint of one atom, which holds nothing.
    assert after.constraints["kind"].tolist() == ["lock"]
    assert report["message_zh"].str.contains("已不在方案中").sum() == 1
    with pytest.raises(RuleError, match="GP232"):
        after.merge([shut, after.grids["code"].iloc[-1]])


def test_a_budget_is_kept_and_said() -> None:
    before, _, _ = changed()
    town = gp.demo_town()
    full = before.grids.sort_values("households")["code"].iloc[-1]
    homes = before.buildings[before.buildings["grid"] == full].sort_values("households")
    later = counted(town, before, {homes["id"].iloc[-1]: int(homes["households"].iloc[-1]) + 40})
    after, _ = gp.update_plan(before, later, most_moved=0)
    sound(after)
    assert compare(before, after).moved == 0
    assert after.grids.set_index("code").loc[full, "status"] == "open"
    assert "GP252" in set(after.findings["code"])


def test_nobody_moves_where_that_would_mend_nothing() -> None:
    """A community of two grids that loses so many households that only one of them can be in range."""
    plan, town = demo_plan(), gp.demo_town()
    two = plan.communities[plan.communities["grids"] == 2].sort_values("households")["code"].iloc[0]
    grid = plan.grids[plan.grids["community"] == two]["code"].iloc[0]
    homes = plan.buildings[plan.buildings["grid"] == grid].sort_values("households")["id"].iloc[-1:].tolist()
    after, _ = gp.update_plan(plan, counted(town, plan, {}, without=tuple(homes)))
    left = after.grids.set_index("code").loc[[*plan.grids[plan.grids["community"] == two]["code"]]]
    assert left["households"].sum() < 600
    assert compare(plan, after).moved == 0
    assert left["status"].tolist() == ["proved", "ok"]


def test_another_place_and_a_strange_budget_are_refused() -> None:
    with pytest.raises(RuleError, match=r"GP239.*most_moved"):
        gp.update_plan(demo_plan(), gp.demo_town(), most_moved=-1)
    with pytest.raises(RuleError, match="GP269"):
        gp.update_plan(demo_plan(), place("sengkang")[0])


def test_the_command_updates_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gp.write_town(gp.demo_town(), tmp_path / "town.gpkg")
    gp.write_plan(demo_plan(), tmp_path / "plan.gpkg")
    out, told = str(tmp_path / "new.gpkg"), tmp_path / "report.csv"
    code = main(["update", str(tmp_path / "plan.gpkg"), str(tmp_path / "town.gpkg"), "--out", out, "--report", str(told)])
    assert (code, capsys.readouterr().err) == (0, "")
    assert gp.read_plan(out).units["code"].equals(demo_plan().units["code"])
    assert told.read_text("utf-8-sig").startswith("reason,id,detail")
    assert main(["update", str(tmp_path / "plan.gpkg"), out, "--out", str(tmp_path / "other.gpkg")]) == 1
    assert "GP146" in capsys.readouterr().err
