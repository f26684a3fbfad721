"""Grids of an office are taken over: nothing is lost, nothing is made up, and whatever does not fit is told by id."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridplan as gp
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.plan import Plan, broken_rules
from gridplan.sources import Town, checked_town
from tests.cli import towns
from tests.places import QUICK, demo_plan
from tests.test_places import sengkang

METRES = {"helsinki": 32635, "sengkang": 32648, "yuehu": 32650}


@cache
def place(name: str) -> tuple[Town, Plan]:
    """A town and the plan that the engine makes of it."""
    if name == "helsinki":
        return gp.demo_town(), demo_plan()
    if name == "yuehu":
        town, scheme = gp.simulate("yuehu", seed=3, share=0.03), "yuehu"
    else:
        town = sengkang()
        scheme = "default"
    return town, gp.plan_town(town, scheme=scheme, seed=7)


def sound(plan: Plan) -> None:
    assert broken_rules(plan, gp.parse_scheme(plan.fact("scheme"), "meta")) == []
    out = plan.findings[plan.findings["level"] == "grid"]
    assert set(plan.grids["code"][plan.grids["status"] != "ok"]) == set(out["zone"])
    assert plan.totals.households == plan.grids["households"].sum()


def drawn(name: str) -> gpd.GeoDataFrame:
    """The engine's grids as an office would have them: with names of its own, in metres."""
    grids = place(name)[1].grids
    return gpd.GeoDataFrame({"name": [f"第{row}片" for row in grids.index]}, geometry=grids.geometry).to_crs(METRES[name])


def moved(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return grids.set_geometry(grids.translate(30, 10))


def overlapping(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return grids.set_geometry(grids.buffer(15))


def with_gaps(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return grids.set_geometry(grids.buffer(-12))


def one_missing(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return grids.iloc[1:]


def all_at_once(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Moved, some larger and some smaller, one missing, one twice, one crossed, one blank, one far away."""
    bent = moved(grids).iloc[1:]
    by = np.where(np.arange(len(bent)) % 2, 20, -15)
    shapes = shapely.buffer(bent.geometry.to_numpy(), by)
    shapes[0] = shapely.MultiPolygon([*shapely.get_parts(shapes[0]), *shapely.get_parts(shapes[0])])
    names = bent["name"].tolist()
    names[1] = None
    far = shapely.affinity.translate(shapes[1], 90_000, 0)
    return gpd.GeoDataFrame({"name": [*names, "远处"]}, geometry=[*shapes, far], crs=grids.crs)


DISTORTED: dict[str, Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
    "moved": moved,
    "overlapping": overlapping,
    "gaps": with_gaps,
    "missing": one_missing,
    "all": all_at_once,
}


@pytest.mark.parametrize("name", sorted(METRES))
def test_the_grids_of_a_plan_give_that_plan(name: str) -> None:
    town, plan = place(name)
    taken, report = gp.plan_given(town, grids=plan.grids, scheme=gp.parse_scheme(plan.fact("scheme"), "meta"), seed=7)
    sound(taken)
    assert len(report) == 0
    for table, columns in (("grids", ["code", "name", "kind", "households", "of"]), ("atoms", ["id", "grid"])):
        mine, theirs = (getattr(one, table)[columns] for one in (taken, plan))
        pd.testing.assert_frame_equal(pd.DataFrame(mine), pd.DataFrame(theirs))


@pytest.mark.parametrize("name", sorted(METRES))
@pytest.mark.parametrize("how", sorted(DISTORTED))
def test_distorted_polygons_give_a_sound_plan_and_every_change_is_told(name: str, how: str) -> None:
    town, plan = place(name)
    grids = DISTORTED[how](drawn(name))
    scheme = gp.parse_scheme(plan.fact("scheme"), "meta")
    taken, report = gp.plan_given(town, grids=grids, scheme=scheme, seed=7, options=QUICK)
    sound(taken)
    assert taken.totals.households == plan.totals.households
    told = set(report["id"])
    called = taken.grids.set_index("code")["name"].str.replace(r"-\d+$", "", regex=True)
    # What lies in a grid of another name than that of the polygon that holds most of it is in the report.
    atoms = taken.atoms.to_crs(grids.crs)
    known = grids[grids["name"].notna()]
    blank = len(known) < len(grids)
    shapes = shapely.make_valid(grids.geometry.to_numpy())
    shared_area = [shapely.area(shapely.intersection(atom, shapes)) for atom in atoms.geometry]
    best = [grids["name"].iloc[int(row.argmax())] if row.max() > 0.001 else None for row in shared_area]
    other = [
        atom
        for atom, grid, label in zip(atoms["id"], atoms["grid"].map(called), best, strict=True)
        if label != grid and atom not in told and not (blank and pd.isna(label))
    ]
    assert other == []
    # A given grid is in the plan, or said to be unused.
    assert set(known["name"]) <= set(called) | set(report["id"][report["reason"] == "report.given_unused"])
    in_layer = taken.report[taken.report["stage"] == "given"]
    assert sorted(zip(in_layer["reason"], in_layer["id"], strict=True)) == sorted(
        zip(report["reason"], report["id"], strict=True)
    )
    assert (report[["message", "message_zh"]].map(len) > 0).all(axis=None)


def test_the_same_input_gives_the_same_plan() -> None:
    town, _ = place("helsinki")
    grids = all_at_once(drawn("helsinki"))
    first, _ = gp.plan_given(town, grids=grids, seed=7, options=QUICK)
    again, _ = gp.plan_given(town, grids=grids, seed=7, options=QUICK)
    other, _ = gp.plan_given(town, grids=grids.iloc[1:], seed=7, options=QUICK)
    assert first.equals(again)
    assert first.id not in (other.id, demo_plan().id)


def test_a_column_of_the_buildings_names_their_grids() -> None:
    town, plan = place("helsinki")
    column = plan.buildings.set_index("id")["grid"]
    taken, report = gp.plan_given(town, column=column, seed=7, options=QUICK)
    sound(taken)
    assert set(report["reason"]) == {"report.given_none_empty"}
    homes = plan.atoms["households"] > 0
    assert (taken.atoms["grid"] == plan.atoms["grid"])[homes].all()
    assert taken.buildings["grid"].tolist() == plan.buildings["grid"].tolist()
    assert town.buildings is not None
    in_table = town.buildings.assign(格=town.buildings["id"].map(column))
    named, _ = gp.plan_given(gp.Town(**{**vars(town), "buildings": in_table}), column="格", seed=7, options=QUICK)
    assert named.atoms["grid"].tolist() == taken.atoms["grid"].tolist()


@pytest.fixture(scope="module")
def lattice() -> Town:
    """Ten columns and eight rows of houses of 10 households; two communities, the border after the fifth column."""
    both = pd.concat([towns.community(0, 0, 125, 200, "510100000001"), towns.community(125, 0, 250, 200, "510100000002")])
    return checked_town(
        {"communities": gpd.GeoDataFrame(both, crs=towns.CRS), "buildings": towns.buildings(rows=8, households=10)}, source={}
    )


def house(column: int, row: int) -> str:
    return f"b{row * 10 + column:03d}"


WEST = [house(column, row) for column in range(5) for row in range(8)]
EAST = [house(column, row) for column in range(5, 10) for row in range(8)]


def test_codes_that_fit_are_kept_and_all_others_become_names(lattice: Town) -> None:
    column = dict.fromkeys(WEST, "510100000001007") | dict.fromkeys(EAST, "510100000001008")
    plan, report = gp.plan_given(lattice, column=column)
    sound(plan)
    assert plan.grids["code"].tolist() == ["510100000001007", "510100000002001"]
    assert plan.grids["name"].tolist() == ["桂花社区第007网格", "510100000001008"]
    assert report[["reason", "id"]].to_numpy().tolist() == [["report.given_code", "510100000001008"]]
    assert plan.units["code"].str.startswith(tuple(plan.grids["code"])).all()


def test_a_grid_over_two_communities_is_cut_at_their_border(lattice: Town) -> None:
    plan, report = gp.plan_given(lattice, column=dict.fromkeys([*WEST, *EAST[:20]], "甲") | dict.fromkeys(EAST[20:], "乙"))
    sound(plan)
    assert plan.grids[["name", "households"]].to_numpy().tolist() == [["甲", 400], ["甲-2", 200], ["乙", 200]] or sorted(
        plan.grids["name"]
    ) == ["乙", "甲", "甲-2"]
    border = report[report["reason"] == "report.given_border"]
    assert border[["id", "detail"]].to_numpy().tolist() == [["甲", "510100000002: 20 atoms, 200 households"]]
    # What is too small is told as drawn by hand: both grids of the community together would be in range.
    assert set(plan.findings["code"][plan.findings["level"] == "grid"]) == {"GP217"}


def test_a_large_part_is_a_grid_and_a_small_one_joins_its_neighbour(lattice: Town) -> None:
    # Rows 0-1 and 6-7 are 甲, 2-5 are 乙; one house of 甲 stands in the middle of 乙.
    west = {house(column, row): "乙" if 2 <= row <= 5 else "甲" for column in range(5) for row in range(8)}
    plan, report = gp.plan_given(lattice, column=west | {house(2, 4): "甲"} | dict.fromkeys(EAST, "丙"))
    sound(plan)
    assert sorted(plan.grids["name"]) == ["丙", "乙", "甲", "甲-2"]
    parts = report[report["reason"] == "report.given_parts"]
    assert parts["id"].tolist() == ["甲"]
    stray = report[report["reason"] == "report.given_stray"]
    assert stray[["id", "detail"]].to_numpy().tolist() == [[house(2, 4), "甲 -> 乙"]]


def test_homes_without_a_grid_join_one_or_are_grids_where_they_are_enough(lattice: Town) -> None:
    few = {name: "甲" for name in WEST if name not in (house(0, 0), house(4, 7))} | {"nobody": "甲"}
    plan, report = gp.plan_given(lattice, column=few)
    sound(plan)
    reasons = report.groupby("reason")["id"].apply(list)
    assert reasons["report.given_none"] == [house(0, 0), house(4, 7)]
    assert reasons["report.given_unknown_id"] == ["nobody"]
    assert sorted(reasons["report.given_land_cut"]) == sorted(EAST)
    assert plan.grids["households"].tolist() == [400, 400]


def test_grids_of_a_shapefile_in_gb18030_come_in_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    gp.write_town(gp.demo_town(), "town.gpkg")
    grids = moved(drawn("helsinki")).rename(columns={"name": "网格名"})
    grids.to_file("grids.shp", encoding="GB18030")
    Path("grids.cpg").unlink()
    words = ["plan", "town.gpkg", "--grids", "grids.shp", "--grid-column", "网格名", "--out", "plan.gpkg"]
    assert main(words) == 0
    assert "grids taken over" in capsys.readouterr().out
    plan = gp.read_plan("plan.gpkg")
    assert set(plan.grids["name"]) >= {"第0片", "第1片"}
    expected, _ = gp.plan_given(
        gp.read_town("town.gpkg"), grids=gpd.read_file("grids.shp", encoding="GB18030").rename(columns={"网格名": "code"}), seed=7
    )
    assert plan.equals(expected)
    rows = demo_plan().buildings[["id", "grid"]]
    rows.to_csv("grids.csv", index=False)
    assert main(["plan", "town.gpkg", "--grids", "grids.csv", "--out", "by_id.gpkg"]) == 0
    assert gp.read_plan("by_id.gpkg").buildings["grid"].tolist() == rows["grid"].tolist()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--grids", "nowhere.shp"], "GP101"),
        (["--grids", "grids.csv", "--grid-column", "x"], "GP131"),
        (["--grids", "grids.csv", "--after", "old.gpkg"], "GP149"),
        (["--grid-column", "x"], "GP149"),
    ],
)
def test_wrong_options_are_refused(
    words: list[str],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lattice: Town,
) -> None:
    monkeypatch.chdir(tmp_path)
    gp.write_town(lattice, "town.gpkg")
    Path("grids.csv").write_text("id,grid\nb000,a\n", encoding="utf-8")
    assert main(["plan", "town.gpkg", *words, "--out", "plan.gpkg"]) == 1
    assert code in capsys.readouterr().err
    assert not Path("plan.gpkg").exists()


def test_what_cannot_be_grids_is_refused(lattice: Town) -> None:
    far = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    wrong: list[tuple[dict[str, object], str]] = [
        ({}, "GP147"),
        ({"grids": far, "column": {}}, "GP147"),
        ({"grids": far}, "GP148"),
        ({"column": {"nobody": "x"}}, "GP148"),
        ({"column": "no such"}, "GP131"),
        ({"grids": far.rename(columns={"name": "other"})}, "GP131"),
        ({"grids": far.set_crs(None, allow_override=True)}, "GP105"),
        ({"grids": far.set_geometry(far.representative_point())}, "GP107"),
    ]
    for given, code in wrong:
        with pytest.raises(InputError) as refused:
            gp.plan_given(lattice, **given)  # type: ignore[arg-type]
        assert refused.value.code == code
