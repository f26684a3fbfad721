"""The five shipped schemes end to end on parts of their simulated places, and special grids on real ground."""

import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from gridplan.pipeline import plan_town
from gridplan.plan import Plan, audit
from gridplan.schemes import Scheme, load_scheme, parse_scheme
from gridplan.simulation import simulate
from gridplan.sources import Town, demo_town, keep_communities, read_files
from gridplan.store import read_plan, write_plan
from tests.atoms.promises import shuffled
from tests.places import QUICK, SHARED, shared

TOWNS = {"longli": 1, "yuehu": 5, "qingbaijiang": 2, "longmatan": 4, "yibin": 9}
"""Towns to simulate, so that there are communities of every kind that the place has."""

ANY = (1, 10**6)
LIMITS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "longli": ((300, 500), (10, 20)),
    "yuehu": ((225, 375), (10, 20)),
    "qingbaijiang": ((300, 500), (10, 20)),
    # A grid is a compound or an area of villages, a unit a building or villager group, whatever their size.
    "longmatan": (ANY, ANY),
    "yibin": ((150, 500), ANY),
}
"""Households of urban grids and of units, as the program that judges wants them."""


def part(name: str) -> Town:
    """A few communities: urban ones with and without special sites, and rural ones; of Yibin five towns that lie together."""
    town = simulate(name, seed=3, towns=TOWNS[name])
    if town.buildings is None or town.special_sites is None:
        together = ["511502007", "511502010", "511502011", "511502014", "511502101"]
        return keep_communities(town, list(town.communities["code"][town.communities["parent"].isin(together)]))
    table = town.communities
    households = town.buildings.groupby(town.buildings["id"].str[:12])["households"].sum()
    small = table["code"].map(households) < 1500
    sites = shapely.STRtree(town.special_sites.geometry.to_numpy())
    held = table.index.isin(sites.query(table.geometry.to_numpy(), predicate="intersects")[0])
    urban = table["kind"] == "urban"
    chosen = [(urban & held & small, 1), (urban & ~held & small, 2), (table["kind"] == "rural", 2)]
    return keep_communities(town, [code for rows, count in chosen for code in table["code"][rows][:count]])


def scheme_of(name: str) -> Scheme:
    """The shipped scheme; Yibin's numbers of areas, of 2,116 villages in all, for a part of them."""
    scheme = load_scheme(name)
    if name != "yibin":
        return scheme
    return parse_scheme(scheme.text.replace("count = 40", "count = 3").replace("count = 357", "count = 16"), name)


def assert_holds(plan: Plan, scheme: Scheme, path: Path, grid: tuple[int, int], unit: tuple[int, int]) -> None:
    """Every check of the audit holds of what was stored, and every one of the program that judges."""
    write_plan(plan, path)
    stored = read_plan(path)
    assert stored.equals(plan)
    assert [check for check in audit(stored, scheme) if not check.holds] == []
    judge = SHARED / "tools" / "audit_plan.py"
    if judge.exists():
        limits = ["--low", grid[0], "--high", grid[1], "--unit-low", unit[0], "--unit-high", unit[1]]
        command = [sys.executable, str(judge), str(path), *map(str, limits)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("name", TOWNS)
def test_a_part_of_each_place_by_its_own_scheme(name: str, tmp_path: Path) -> None:
    town, scheme = part(name), scheme_of(name)
    plan = plan_town(town, scheme=scheme, seed=3, options=QUICK)
    assert_holds(plan, scheme, tmp_path / "plan.gpkg", *LIMITS[name])
    assert not (plan.grids["status"] == "open").any()
    given = town.buildings if town.buildings is not None else town.atoms
    assert given is not None
    assert plan.grids["households"].sum() == given["households"].sum()
    CLAIMS[name](plan, town)


def _longli(plan: Plan, town: Town) -> None:
    rural = plan.grids[plan.grids["kind"] == "rural"]
    assert rural["households"].between(10, 150).all()
    assert rural["of"].notna().mean() > 0.9
    assert (plan.grids["kind"] == "special").any()
    assert plan.posts.groupby("zone")["role"].nunique()[plan.grids["code"]].eq(3).all()


def _yuehu(plan: Plan, town: Town) -> None:
    urban = plan.grids[plan.grids["kind"] == "urban"]
    both = urban["households"].between(225, 375) & urban["population"].between(750, 1250)
    assert (both | (urban["status"] == "proved")).all()
    assert both.mean() >= 0.99
    assert set(plan.nodes["level"]) == {"building", "entrance"}


def _qingbaijiang(plan: Plan, town: Town) -> None:
    basic = plan.areas[plan.areas["level"] == "basic"]
    assert sorted(basic["parent"]) == sorted(plan.communities["code"])
    workers = plan.posts[plan.posts["level"] == "grid"].set_index("zone")["count"]
    assert ((workers[plan.grids["code"]].to_numpy() == 2) == (plan.grids["households"] > 400).to_numpy()).all()


def _longmatan(plan: Plan, town: Town) -> None:
    assert town.compounds is not None
    estates = town.compounds["id"][town.compounds["class"] != "village"]
    of = plan.grids["of"].dropna()
    assert of.isin(town.compounds["id"]).all()
    here = town.buildings["compound"].dropna() if town.buildings is not None else of
    assert set(estates) & set(here) <= set(of)
    lived = plan.buildings["households"] > 0
    assert (plan.units["households"] > 0).sum() == lived.sum()


def _yibin(plan: Plan, town: Town) -> None:
    counts = plan.areas[plan.areas["made"]]["level"].value_counts()
    assert counts.to_dict() == {"village_area": 16, "town_area": 3}
    assert (plan.areas["status"] == "ok").all()
    parents = plan.areas[plan.areas["level"] == "village_area"]["parent"]
    assert set(parents) == set(plan.areas["code"][plan.areas["level"] == "town_area"])


CLAIMS = {"longli": _longli, "yuehu": _yuehu, "qingbaijiang": _qingbaijiang, "longmatan": _longmatan, "yibin": _yibin}


def test_shuffled_rows_of_every_table_give_the_same_plan() -> None:
    town = simulate("longmatan", seed=3, towns=1)
    plans = [plan_town(each, scheme="longmatan", seed=3, options=QUICK) for each in (town, shuffled(town, 5))]
    assert plans[0].equals(plans[1])


SPECIAL = parse_scheme(
    load_scheme("default").text.replace(
        "[[levels]]", '[special]\nkinds = ["school", "hospital", "industrial", "market", "park"]\n\n[[levels]]', 1
    ),
    "special",
)


def sengkang() -> Town:
    folder = shared("sg_sengkang_osm/landcover.geojson").parent
    return read_files(
        buildings=folder / "buildings_with_units_DERIVED.geojson",
        streets=folder / "roads.geojson",
        barriers=[folder / f"{name}.geojson" for name in ("railways", "water_areas", "water_lines")],
        special_sites=folder / "landcover.geojson",
        columns={"buildings": {"levels": "max_floor_lvl"}},
    )


@pytest.mark.parametrize("place", [sengkang, demo_town])
def test_special_grids_on_real_ground(place: object, tmp_path: Path) -> None:
    assert callable(place)
    town: Town = place()
    plan = plan_town(town, scheme=SPECIAL, seed=7, options=QUICK)
    assert_holds(plan, SPECIAL, tmp_path / "plan.gpkg", (300, 500), (10, 20))
    special = plan.grids[plan.grids["kind"] == "special"]
    assert town.special_sites is not None
    kinds = town.special_sites.set_index("id")["kind"]
    assert set(kinds[special["of"]]) <= {"school", "hospital", "industrial", "market", "park"}
    assert len(special) >= 6
    assert (special["status"] == "ok").all()
    # Each lies in its community, whose other grids are ordinary ones of its kind.
    codes = special["code"].str[:12].to_numpy()
    assert (codes == special["community"].to_numpy()).all()
    rest = plan.grids[plan.grids["kind"] != "special"]
    assert rest["of"].isna().all()
    assert set(rest["community"]) | set(special["community"]) == set(plan.communities["code"])
