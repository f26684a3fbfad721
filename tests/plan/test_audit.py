"""The audit: silent on a sound plan, and each thing broken is found by the check that is for it."""

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon

from gridplan.messages import catalogue
from gridplan.plan import Plan, audit
from gridplan.plan.audit_sums import sum_checks
from gridplan.schemes.model import parse_scheme
from tests.places import SHARED
from tests.plan.layered import LAYERED, PLACE, layered_plan
from tests.samples import RURAL, SOUTH, URBAN, WEST, spot, square

RULES = parse_scheme(LAYERED, "sample")


def failed(plan: Plan) -> set[str]:
    return {check.key.removeprefix("audit.") for check in audit(plan, RULES) if not check.holds}


def put(layer: str, row: int, column: str, value: object) -> Callable[[Plan], Plan]:
    """One value of one row replaced."""

    def change(plan: Plan) -> Plan:
        table = getattr(plan, layer).copy()
        values = list(table[column])
        values[row] = value
        if column == "geometry":
            table = table.set_geometry(gpd.GeoSeries(values, index=table.index, crs=table.crs))
        else:
            table[column] = pd.Series(values, index=table.index, dtype=table[column].dtype)
        return replace(plan, **{layer: table})

    return change


def rows(layer: str, positions: list[int]) -> Callable[[Plan], Plan]:
    """Other rows, or another order of them, in a table whose index is in order."""
    return lambda plan: replace(plan, **{layer: getattr(plan, layer).iloc[positions].reset_index(drop=True)})


def both(*changes: Callable[[Plan], Plan]) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        for each in changes:
            plan = each(plan)
        return plan

    return change


def moved(layer: str, row: int, by: float) -> Callable[[Plan], Plan]:
    """The south-east corner of grid 001, or of the unit there, further east by so many degrees."""

    def change(plan: Plan) -> Plan:
        points = shapely.get_coordinates(getattr(plan, layer).geometry.iloc[row])
        corner = np.isclose(points, [WEST + 0.002, SOUTH], atol=1e-7, rtol=0).all(axis=1)
        assert corner.any()
        points[corner, 0] += by
        return put(layer, row, "geometry", Polygon(points))(plan)

    return change


def fact(key: str, value: str) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        row = list(plan.meta["key"]).index(key)
        return put("meta", row, "value", value)(plan)

    return change


def renamed(old: str, new: str) -> Callable[[Plan], Plan]:
    """A unit's code, wherever it stands."""

    def change(plan: Plan) -> Plan:
        units = plan.units.assign(code=plan.units["code"].replace(old, new))
        sections = plan.sections.assign(unit=plan.sections["unit"].replace(old, new))
        lineage = plan.lineage.assign(new=plan.lineage["new"].replace(old, new))
        posts = plan.posts.assign(zone=plan.posts["zone"].replace(old, new))
        return replace(plan, units=units, sections=sections, lineage=lineage, posts=posts)

    return change


BOW_TIE = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
APART = MultiPolygon([Polygon([(0, 0), (1, 0), (1, 1)]), Polygon([(5, 5), (6, 5), (6, 6)])])
LAST = f"{RURAL}002001"
#: checks that the judging program has as well
JUDGED = {"codes_unique", "connected", "grids_tile", "measures"}

BROKEN: dict[str, tuple[Callable[[Plan], Plan], set[str]]] = {
    "a column is gone": (lambda plan: replace(plan, grids=plan.grids.drop(columns="area_m2")), {"contracts"}),
    "whole numbers became fractions": (
        lambda plan: replace(plan, units=plan.units.astype({"households": "float64"})),
        {"contracts"},
    ),
    "a word that is not in the list": (put("grids", 0, "status", "good"), {"contracts"}),
    "rows out of order": (rows("units", [1, 0, 2, 3, 4, 5, 6]), {"order"}),
    "an index that does not count": (lambda plan: replace(plan, grids=plan.grids.set_index(pd.Index([3, 2, 1, 0]))), {"order"}),
    "a unit twice": (
        rows("units", [0, 0, 1, 2, 3, 4, 5, 6]),
        {"codes_unique", "households", "counts", "meta", "units_tile", "shared_vertices"},
    ),
    "a code twice": (
        put("units", 1, "code", f"{URBAN}001001"),
        {"codes_unique", "parents_known", "households", "lineage", "posts", "voided"},
    ),
    "a fact twice": (rows("meta", [0, 0, *range(1, 12)]), {"codes_unique"}),
    "a code with a letter": (renamed(LAST, LAST[:-1] + "A"), {"codes_parse"}),
    "a code of another grid": (renamed(LAST, f"{RURAL}003001"), {"codes_parse"}),
    "a code of more digits": (renamed(LAST, f"{LAST}1"), {"codes_parse"}),
    "a building without a grid": (put("buildings", 3, "grid", f"{RURAL}009"), {"parents_known", "households", "counts", "nodes"}),
    "a household lost from a section": (put("sections", 2, "households", 17), {"households"}),
    "a household lost from a building": (put("buildings", 3, "households", 11), {"households", "nodes"}),
    "a household lost from a community": (put("communities", 0, "households", 83), {"households"}),
    "a section in another unit": (put("sections", 1, "unit", f"{URBAN}001002"), {"households"}),
    "a count of units that is wrong": (put("grids", 0, "units", 3), {"counts", "areas"}),
    "a count of grids that is wrong": (put("communities", 1, "grids", 1), {"counts"}),
    "out of range and no finding": (rows("findings", []), {"grid_ranges", "status"}),
    "out of range and no proof": (put("findings", 0, "proof", False), {"grid_ranges", "status"}),
    "out of range and a proof for another number": (put("findings", 0, "measure", 16.0), {"grid_ranges"}),
    "a proof without a waiver": (put("findings", 0, "waiver", None), {"findings"}),
    "a finding for no zone": (put("findings", 0, "zone", f"{RURAL}009"), {"findings", "grid_ranges", "status"}),
    "a finding on other land": (put("findings", 0, "geometry", BOW_TIE), {"findings"}),
    "a reason that is not the finding's": (put("grids", 3, "reason", "GP299"), {"status"}),
    "ok where there is a finding": (both(put("grids", 3, "status", "ok"), fact("counts", "{}")), {"status"}),
    "a floor where there is no tower": (put("units", 0, "floor_from", 1), {"stacks"}),
    "floors from above to below": (put("units", 2, "floor_from", 9), {"stacks"}),
    "a unit in a tower that shares nothing": (put("units", 0, "stacked", True), {"stacks"}),
    "two units on one land without a tower": (
        both(put("units", 2, "stacked", False), put("units", 2, "floor_from", None), put("units", 2, "floor_to", None)),
        {"stacks", "units_tile", "shared_vertices"},
    ),
    "lineage to nowhere": (put("lineage", 4, "new", f"{URBAN}009"), {"lineage"}),
    "lineage of more than there are": (put("lineage", 0, "households", 18), {"lineage"}),
    "lineage of fewer than there are": (put("lineage", 3, "households", 29), {"lineage"}),
    "a zone that comes from nowhere": (rows("lineage", [0, 1, 2, 3, 4, 5, *range(7, 14)]), {"lineage"}),
    "lineage twice": (rows("lineage", [0, 1, 2, 3, 4, 4, *range(5, 14)]), {"codes_unique"}),
    "lineage of a level that is not there": (put("lineage", 13, "level", "villa"), {"lineage"}),
    "kept under another code": (put("lineage", 3, "change", "kept"), {"lineage"}),
    "merged into itself": (put("lineage", 1, "change", "merged"), {"lineage"}),
    "new and yet from somewhere": (put("lineage", 1, "change", "new"), {"lineage"}),
    "people who are gone and yet here": (put("lineage", 4, "households", 3), {"lineage"}),
    "lineage without a parent": (both(fact("parent", ""), rows("voided", [])), {"lineage"}),
    "voided codes without a parent": (both(fact("parent", ""), rows("lineage", [])), {"voided"}),
    "a voided code in use": (put("voided", 0, "code", f"{URBAN}002"), {"voided"}),
    "a code that ended and is not voided": (rows("voided", [1]), {"voided"}),
    "a voided code twice": (rows("voided", [0, 0, 1]), {"codes_unique"}),
    "a voided code of a level that is not there": (put("voided", 1, "level", "villa"), {"voided"}),
    "a fact that is gone": (rows("meta", list(range(1, 12))), {"meta"}),
    "counts that are wrong": (fact("counts", '{"grids": 5}'), {"meta"}),
    "another scheme than it is held to": (fact("scheme", "name = 1"), {"meta"}),
    "no CRS by that name": (fact("crs", "EPSG:0"), {"meta"}),
    "a CRS in degrees": (fact("crs", "EPSG:4326"), {"meta"}),
    "a unit that crosses itself": (
        put("units", 0, "geometry", translate(BOW_TIE, WEST, SOUTH)),
        {"valid", "units_tile", "shared_vertices"},
    ),
    "a unit in two parts": (put("units", 0, "geometry", APART), {"connected", "units_tile"}),
    "a vertex of a grid moved by 0.2 mm": (moved("grids", 0, 2e-9), {"shared_vertices"}),
    "a vertex of a unit moved by 0.2 mm": (moved("units", 1, 2e-9), {"shared_vertices"}),
    "a vertex of a grid moved by 20 m": (moved("grids", 0, 2e-4), {"grids_tile", "units_tile", "shared_vertices", "measures"}),
    "a vertex of a unit moved by 20 m": (moved("units", 1, 2e-4), {"units_tile", "shared_vertices"}),
    "an area that is not so": (put("grids", 1, "area_m2", 76_000.0), {"measures"}),
    "a compactness that is not so": (put("grids", 1, "compactness", 0.8), {"measures"}),
    "a building elsewhere": (put("buildings", 2, "geometry", shapely.Point(WEST, SOUTH)), {"buildings", "nodes"}),
    "an area twice": (rows("areas", [0, 0, 1, 2, 3]), {"codes_unique"}),
    "a node twice": (rows("nodes", [0, 0, *range(1, 15)]), {"codes_unique", "nodes"}),
    "a post twice": (rows("posts", [0, 0, *range(1, 12)]), {"codes_unique"}),
    "an area that is numbered elsewhere": (put("areas", 3, "code", f"{PLACE[:-1]}1P01"), {"codes_parse", "posts"}),
    "an area numbered as no pattern says": (put("areas", 3, "code", f"{PLACE}Q01"), {"codes_parse", "posts"}),
    "a basic grid of another community": (put("areas", 1, "parent", RURAL), {"codes_parse", "areas"}),
    "an area in nothing that is there": (put("areas", 0, "parent", "510199"), {"parents_known"}),
    "an area of a level that is not there": (put("areas", 3, "level", "villa"), {"codes_parse", "areas", "posts"}),
    "an area that was made is gone": (rows("areas", [0, 2, 3]), {"areas"}),
    "a household lost from an area": (put("areas", 3, "households", 112), {"areas"}),
    "people lost from an area": (put("areas", 1, "population", 233), {"areas"}),
    "people where they are not all known": (put("areas", 3, "population", 300), {"areas"}),
    "a grid too many in an area": (put("areas", 0, "grids", 5), {"areas"}),
    "a unit too many in an area": (put("areas", 2, "units", 3), {"areas"}),
    "a community too many in an area": (put("areas", 0, "communities", 3), {"areas"}),
    "communities of no town": (both(put("communities", 0, "parent", None), put("communities", 1, "parent", None)), {"areas"}),
    "an area on other land": (put("areas", 3, "geometry", square(0, 0)), {"areas", "measures"}),
    "an area out of range that says nothing": (put("areas", 3, "status", "open"), {"status"}),
    "a given area out of range": (put("areas", 0, "reason", "GP204"), {"status"}),
    "a node of a level that is not there": (put("nodes", 0, "level", "villa"), {"codes_parse", "nodes"}),
    "a building's node as an entrance's": (put("nodes", 1, "of", "building"), {"codes_parse", "nodes"}),
    "a node in another grid": (put("nodes", 0, "grid", f"{URBAN}002"), {"codes_parse", "nodes"}),
    "a node in no grid": (put("nodes", 1, "grid", f"{URBAN}009"), {"parents_known", "nodes"}),
    "a node of no building": (put("nodes", 1, "building", "楼-x"), {"codes_parse", "parents_known", "nodes"}),
    "a node of another section": (put("nodes", 1, "id", "楼-a/2"), {"nodes"}),
    "an entrance numbered in another building": (
        put("nodes", 1, "code", f"{URBAN}001B00201"),
        {"codes_unique", "codes_parse", "order"},
    ),
    "a node is gone": (rows("nodes", list(range(14))), {"nodes"}),
    "a household lost from a node": (put("nodes", 2, "households", 5), {"nodes"}),
    "a building's node outside its outline": (put("nodes", 0, "geometry", shapely.Point(WEST, SOUTH)), {"nodes"}),
    "an entrance outside its grid": (put("nodes", 1, "geometry", spot(1, 0)), {"nodes"}),
    "a post too few": (put("posts", 5, "count", 1), {"posts"}),
    "a post in no zone": (put("posts", 1, "zone", f"{URBAN}009"), {"posts"}),
    "a post nobody asked for": (put("posts", 1, "role", "king"), {"posts"}),
    "a post by another name": (put("posts", 1, "role_zh", "王"), {"posts"}),
    "a post is gone": (rows("posts", list(range(11))), {"posts"}),
}


def test_a_sound_plan_holds_on_every_check() -> None:
    checks = audit(layered_plan(), RULES)
    assert [check for check in checks if not check.holds] == []
    assert {check.key for check in checks} == {key for key in catalogue() if key.startswith("audit.")}


def test_what_is_open_is_called_so() -> None:
    (check,) = [check for check in audit(layered_plan(legal=False), RULES) if not check.holds]
    assert (check.key, check.ids, check.figure) == ("audit.grid_ranges", (f"{URBAN}001",), "2 + 1 / 4")


def test_every_check_is_shown_to_fail() -> None:
    shown = set().union(*(keys for _, keys in BROKEN.values()))
    assert shown == {key.removeprefix("audit.") for key in catalogue() if key.startswith("audit.")} - {"unit_ranges"}
    units = RULES.units.model_copy(update={"every": RULES.grids.urban})
    strict = RULES.model_copy(update={"levels": tuple(units if level.name == "unit" else level for level in RULES.levels)})
    (check,) = [check for check in audit(layered_plan(), strict) if check.key == "audit.unit_ranges"]
    assert not check.holds
    assert check.figure == "0 + 0 / 7"
    assert len(check.ids) == 5


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_found_by_its_check(what: str) -> None:
    change, expected = BROKEN[what]
    assert failed(change(layered_plan())) == expected


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_household_can_be_added_or_lost_anywhere(data: st.DataObject) -> None:
    plan = layered_plan()
    layer = data.draw(st.sampled_from(["communities", "grids", "units", "buildings", "sections"]))
    row = data.draw(st.integers(0, len(getattr(plan, layer)) - 1))
    by = data.draw(st.integers(-5, 5).filter(bool))
    changed = put(layer, row, "households", int(getattr(plan, layer)["households"].iloc[row]) + by)(plan)
    assert "audit.households" in {check.key for check in sum_checks(changed) if not check.holds}


def test_at_least_as_strict_as_the_program_that_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (SHARED / "tools" / "audit_plan.py").exists():
        pytest.skip("the judging program is not beside the repository")
    monkeypatch.syspath_prepend(str(SHARED / "tools"))
    judge = pytest.importorskip("audit_plan")

    def judged(plan: Plan, name: str) -> int:
        path = tmp_path / f"{name}.gpkg"
        for layer, table in plan.layers():
            if layer in judge.NEEDED:
                pyogrio.write_dataframe(table, path, layer=layer)
        monkeypatch.setattr(sys, "argv", ["audit_plan.py", str(path), "--low", "30", "--high", "50"])
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                return int(judge.main())
            except (AttributeError, shapely.errors.GEOSException):
                return 1  # it stops where a column is gone or land is invalid

    assert judged(layered_plan(), "sound") == 0
    judged_too = [what for what, (_, expected) in BROKEN.items() if expected & JUDGED]
    # That ours finds each of them is the test above.
    assert sum(bool(judged(BROKEN[what][0](layered_plan()), f"broken{number}")) for number, what in enumerate(judged_too)) >= 5
