"""Areas, nodes, posts and tallies of composed plans, on drawn places a reader can check."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from gridplan.divide import divide_areas, divide_grids, divide_units
from gridplan.plan import Plan, make_plan
from gridplan.plan.areas import Named
from gridplan.plan.posts import post_table
from gridplan.plan.tallies import tally, totals
from gridplan.schemes import Scheme, load_scheme, parse_scheme
from tests.divide.drawn import CRS, SEARCH, drawn, scheme
from tests.plan.squares import FACTS

AREAS = (
    ("area", "community", "every = { count = 2, tolerance = 0.6 }"),
    ("basic", "community", 'every = { each = "community" }'),
)
SPECIAL = '[special]\nkinds = ["school"]\n'
NODES = """
[[levels]]
name = "building"
title = { en = "building", zh = "楼栋" }
layer = "nodes"
atoms = "building"
code = "{parent}B{number:3}"

[[levels]]
name = "entrance"
title = { en = "entrance", zh = "单元门" }
layer = "nodes"
atoms = "entrance"
code = "{parent}{number:2}"
"""


def composed(rules: Scheme, *, given: bool = True) -> Plan:
    """Three communities in a row: A (a school and 40 + 40 households), B (40) and C (40), the street of B and C known."""
    atoms, graph = drawn(
        "0 40 40 40 40 0", site="s . . . . .", community="101 101 101 102 103 103", kind={"103": "rural"}, people=3
    )
    communities = atoms.communities
    communities["parent"] = ["T1", "T2", "T2"]
    grids = divide_grids(atoms, graph, rules.grids, SEARCH)
    units = divide_units(atoms, graph, grids, rules.units, SEARCH)
    counted = communities.assign(households=[80, 40, 40])
    tree = gpd.GeoDataFrame(
        {"code": ["C", "T1", "T2", "T3"], "name": ["县", "东", "西", "空"], "level": ["county", "town", "town", "town"]},
        geometry=[shapely.box(0, 0, 1, 1)] * 4,
        crs=CRS,
    ).assign(parent=[None, "C", "C", "C"])
    return make_plan(
        atoms,
        borders=graph,
        grids=grids,
        units=units,
        scheme=rules,
        facts=FACTS,
        areas=divide_areas(counted, rules, SEARCH),
        named=Named({"s": "一小"}, tree if given else None),
    )


def parse(text: str) -> Scheme:
    return parse_scheme(text, "drawn")


def rows(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    plain = pd.DataFrame(table)[list(columns)].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))


COLUMNS = ("code", "level", "made", "parent", "households", "population", "communities", "grids")


def test_areas_given_and_made() -> None:
    plan = composed(scheme(areas=AREAS, special=SPECIAL))
    assert rows(plan.areas, *COLUMNS) == [
        ("101P01", "basic", True, "101", 80, 240, 1, 3),
        ("102P01", "basic", True, "102", 40, 120, 1, 1),
        ("103P01", "basic", True, "103", 40, 120, 1, 1),
        ("510100P01", "area", True, None, 80, 240, 1, 3),
        ("510100P02", "area", True, None, 80, 240, 2, 2),
        ("C", "county", False, None, 160, 480, 3, 5),
        ("T1", "town", False, "C", 80, 240, 1, 3),
        ("T2", "town", False, "C", 80, 240, 2, 2),
        ("T3", "town", False, "C", 0, 0, 0, 0),
    ]
    land = plan.areas.set_index("code").geometry
    for code, inside in (
        ("510100P02", ["102", "103"]),
        ("T2", ["102", "103"]),
        ("101P01", ["101"]),
        ("C", ["101", "102", "103"]),
    ):
        whole = plan.communities.geometry[plan.communities["code"].isin(inside)].union_all()
        assert shapely.equals(land[code], whole)


def test_without_a_tree_only_what_was_made_is_there() -> None:
    plan = composed(scheme(areas=AREAS, special=SPECIAL), given=False)
    assert plan.areas["made"].all()
    assert composed(scheme(special=SPECIAL), given=False).areas.empty


def test_special_grids_are_named_after_their_site() -> None:
    plan = composed(scheme(special=SPECIAL))
    assert rows(plan.grids[plan.grids["kind"] == "special"], "code", "name", "of", "households") == [
        ("101001", "一小专属网格", "s", 0)
    ]


def test_nodes_are_numbered_in_grid_and_building_and_stand_on_their_land() -> None:
    plan = composed(parse(scheme(special=SPECIAL).text + NODES))
    assert plan.nodes["code"].is_unique
    assert rows(plan.nodes[plan.nodes["of"] == "building"], "code", "building", "grid", "households") == [
        ("101002B001", "c01", "101002", 40),
        ("101003B001", "c02", "101003", 40),
        ("102001B001", "c03", "102001", 40),
        ("103001B001", "c04", "103001", 40),
    ]
    entrances = plan.nodes[plan.nodes["of"] == "entrance"]
    assert entrances["code"].tolist() == [f"{code}01" for code in plan.nodes["code"][plan.nodes["of"] == "building"]]
    land = plan.grids.set_index("code").geometry
    assert all(land[grid].covers(point) for grid, point in zip(plan.nodes["grid"], plan.nodes.geometry, strict=True))


def test_entrances_are_numbered_in_their_grid_where_buildings_are_not() -> None:
    only = NODES[NODES.index('[[levels]]\nname = "entrance"') :]
    plan = composed(parse(scheme(special=SPECIAL).text + only))
    assert plan.nodes["code"].tolist() == ["10100201", "10100301", "10200101", "10300101"]


def test_no_nodes_and_posts_where_the_scheme_asks_for_none() -> None:
    plan = composed(scheme())
    assert plan.nodes.empty
    assert plan.posts.empty


def test_posts_by_zone_and_by_households() -> None:
    level = load_scheme("longli").grids
    table = post_table([(level, ["g2", "g1", "g3"], [500, 501, 0])])
    assert rows(table, "zone", "role", "count") == [
        (zone, role, count)
        for zone, workers in (("g1", 2), ("g2", 1), ("g3", 1))
        for role, count in (("grid leader", 1), ("deputy grid leader", 1), ("grid worker", workers))
    ]
    by_size = load_scheme("qingbaijiang").grids.posts[0].model_copy(update={"per_zone": 0})
    nobody = post_table([(level.model_copy(update={"posts": (by_size,)}), ["g1", "g2"], [0, 1])])
    assert rows(nobody, "zone", "count") == [("g2", 1)]


def test_tally_and_totals() -> None:
    plan = composed(scheme(areas=AREAS, special=SPECIAL))
    assert rows(tally(plan), "town", "name", "kind", "communities", "households", "grids", "in_range") == [
        ("T1", "东", "special", 1, 0, 1, 1),
        ("T1", "东", "urban", 1, 80, 2, 2),
        ("T2", "西", "rural", 1, 40, 1, 1),
        ("T2", "西", "urban", 1, 40, 1, 1),
    ]
    found = totals(plan)
    assert found == {
        "towns": 2,
        "communities": 3,
        "households": 160,
        "grids": 5,
        "second_grids": 5,
        "urban_grids": 3,
        "rural_grids": 1,
        "special_grids": 1,
        "compounds": 0,
        "units": len(plan.units),
        "population": 480,
        "areas": 2,
        "basic_grids": 3,
    }
    unknown = plan.grids.assign(population=plan.grids["population"].where(plan.grids["code"] != "102001"))
    assert "population" not in totals(replace(plan, grids=unknown))
