"""Simulated places: real names and codes, exact totals, land that could be, the same bytes each time."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gridplan.contracts import TOWN, conform
from gridplan.errors import InputError
from gridplan.simulation import document_numbers, place, place_names, simulate
from gridplan.simulation.divisions import read_divisions
from gridplan.simulation.groups import village_numbers
from gridplan.simulation.places import BuiltPlace, GroupedPlace
from gridplan.sources import Town, divisions, kind_of_name, read_boundary, read_town, write_town
from tests.simulation.conftest import metres

MM = 0.001


def shapes(table: object) -> np.ndarray:
    return np.asarray(table.geometry.array)  # type: ignore[attr-defined]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        files.append(write_town(simulate("yuehu", seed=seed, towns=1), tmp_path / f"{name}.gpkg").read_bytes())
    assert files[0] == files[1] != files[2]


def test_totals_are_those_stated(whole: Town) -> None:
    stated = place("longmatan")
    assert isinstance(stated, BuiltPlace)
    assert whole.buildings is not None
    assert whole.buildings["households"].sum() == stated.households
    assert whole.buildings["population"].sum() == stated.population == document_numbers("longmatan")["population"].number
    assert len(whole.communities) == document_numbers("longmatan")["communities"].number
    assert whole.compounds is not None
    classes = whole.compounds["class"].value_counts()
    assert classes.drop("village").sum() == document_numbers("longmatan")["compounds"].number
    assert classes.sum() == document_numbers("longmatan")["grids"].number
    assert whole.special_sites is not None
    assert whole.special_sites["kind"].value_counts().to_dict() == dict(stated.specials)


def test_people_fit_households(whole: Town) -> None:
    assert whole.buildings is not None
    lived = whole.buildings["households"] > 0
    assert (whole.buildings["population"] >= whole.buildings["households"]).all()
    assert (whole.buildings["population"][~lived] == 0).all()
    sums = whole.buildings.groupby(whole.buildings["id"].str[:12])[["population", "households"]].sum()
    size = sums["population"] / sums["households"]
    assert size.min() > 2
    assert size.max() < 3.5
    assert size.nunique() > 80


def test_names_codes_and_tree_are_the_real_ones(whole: Town) -> None:
    below = divisions("510504")
    real = below[below["level"] == "community"].set_index("code")
    assert set(whole.communities["code"]) == set(real.index)
    assert (whole.communities["parent"] == whole.communities["code"].str[:9]).all()
    assert whole.areas is not None
    assert whole.areas["level"].value_counts().to_dict() == {"town": 11, "county": 1}
    named_rural = [kind_of_name(real["name"][code]) == "rural" for code in whole.communities["code"]]
    assert ((whole.communities["kind"] == "rural") == named_rural).all()


def test_communities_tile_the_real_outline(whole: Town) -> None:
    town = metres(whole)
    outline = shapely.union_all(shapes(read_boundary("510504").to_crs(town.crs)))
    own = shapely.set_precision(shapes(town.communities), MM, mode="pointwise")
    assert shapely.coverage_is_valid(own)
    assert {shape.geom_type for shape in own} == {"Polygon"}
    together = shapely.coverage_union_all(own)
    # Lines between rounded corners are off by less than the rounding.
    assert shapely.area(shapely.symmetric_difference(together, outline)) < MM * outline.length
    assert town.areas is not None
    towns = town.areas[town.areas["level"] == "town"]
    for code, shape in zip(towns["code"], shapely.set_precision(shapes(towns), MM, mode="pointwise"), strict=True):
        members = own[(town.communities["parent"] == code).to_numpy()]
        assert shapely.coverage_union_all(members).equals(shape)
        assert shape.geom_type == "Polygon"


def test_buildings_stand_apart_in_their_community_and_beside_the_streets(part: Town) -> None:
    assert part.buildings is not None
    assert part.streets is not None
    assert part.barriers is not None
    standing = shapes(part.buildings)
    tree = shapely.STRtree(standing)
    one, other = tree.query(standing, predicate="intersects")
    assert (one == other).all()
    row, home = shapely.STRtree(shapes(part.communities)).query(standing, predicate="within")
    assert row.tolist() == list(range(len(standing)))
    assert (part.communities["code"].to_numpy()[home] == part.buildings["id"].str[:12].to_numpy()).all()
    for lines in (part.streets, part.barriers):
        assert not tree.query(shapes(lines), predicate="intersects").size


def test_compounds_and_sites_lie_apart_and_hold_their_buildings(part: Town) -> None:
    assert part.compounds is not None
    assert part.special_sites is not None
    assert part.buildings is not None
    grounds = np.concatenate([shapes(part.compounds), shapes(part.special_sites)])
    one, other = shapely.STRtree(grounds).query(grounds, predicate="intersects")
    assert (one == other).all()
    ground = dict(zip(part.compounds["id"], shapes(part.compounds), strict=True))
    named = part.buildings[part.buildings["compound"].notna()]
    inside = [ground[name].contains(shape) for name, shape in zip(named["compound"], shapes(named), strict=True)]
    # Farms belong to their natural village and lie outside it.
    assert np.mean(inside) > 0.9
    estate = ~named["compound"].str.contains("-V").to_numpy()
    assert all(np.array(inside)[estate])
    standing = shapely.STRtree(shapes(part.buildings)).query(shapes(part.special_sites), predicate="intersects")[1]
    assert part.buildings["households"].iloc[standing].sum() == 0


def test_a_community_is_the_same_in_a_part_as_in_the_whole(whole: Town) -> None:
    few = simulate("longmatan", seed=3, towns=1)
    assert few.buildings is not None
    assert whole.buildings is not None
    same = whole.buildings[whole.buildings["id"].isin(few.buildings["id"])].reset_index(drop=True)
    assert same.equals(few.buildings)
    assert set(few.communities["parent"]) == {"510504001"}
    assert len(simulate("longmatan", seed=3, share=0.05).communities) == len(few.communities)


def test_every_table_keeps_its_contract(part: Town) -> None:
    for name, table in part.layers():
        assert conform(table, TOWN[name]).equals(table)
    for name in ("communities", "buildings", "streets", "barriers", "compounds", "services", "special_sites", "areas"):
        assert len(getattr(part, name)), name


def test_some_natural_villages_are_named_and_some_are_to_be_found() -> None:
    town = simulate("longli", seed=3, towns=1)
    assert town.buildings is not None
    rural = town.communities["code"][town.communities["kind"] == "rural"]
    named = town.buildings["compound"].notna().groupby(town.buildings["id"].str[:12]).any()[list(rural)]
    assert named.nunique() == 2


def test_yibin_is_given_as_villager_groups(tmp_path: Path) -> None:
    town = simulate("yibin", seed=3, towns=30)
    assert town.buildings is None
    assert town.atoms is not None
    assert town.areas is not None
    towns = town.areas["code"][town.areas["level"] == "town"]
    below = divisions("511500")
    assert set(town.communities["code"]) == set(below["code"][below["parent"].isin(towns)])
    assert town.atoms.groupby("community").size().between(2, 20).all()
    local = metres(town)
    assert local.atoms is not None
    cells = shapely.set_precision(shapes(local.atoms), MM, mode="pointwise")
    assert shapely.coverage_is_valid(cells)
    own = dict(zip(local.communities["code"], shapely.area(shapes(local.communities)), strict=True))
    area = local.atoms.assign(m2=shapely.area(cells)).groupby("community")["m2"].sum()
    assert max(abs(area[code] - m2) for code, m2 in own.items()) < 1
    assert {shape.geom_type for shape in shapes(local.communities)} == {"Polygon"}
    assert town.areas["level"].value_counts().to_dict() == {"town": 30, "county": 2, "city": 1}
    assert town.report.counts() == {("simulate", "report.simulated_exclave"): 20}
    again = read_town(write_town(town, tmp_path / "yibin.gpkg"))
    assert again.atoms is not None
    assert again.atoms.equals(town.atoms)


def test_the_villages_of_yibin_add_up() -> None:
    stated = place("yibin")
    assert isinstance(stated, GroupedPlace)
    found = village_numbers(stated, read_divisions(stated.code), np.random.default_rng(0))
    assert len(found.households) == 2116
    assert (found.households.sum(), found.population.sum()) == (stated.households, stated.population)


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("nowhere", {}, "GP150"),
        ("longli", {"towns": 0}, "GP118"),
        ("longli", {"towns": 7}, "GP118"),
        ("longli", {"share": 0.0}, "GP118"),
        ("longli", {"share": 1.5}, "GP118"),
        ("longli", {"seed": -1}, "GP118"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, options: dict[str, float], code: str) -> None:
    arguments = {"seed": 3} | options
    with pytest.raises(InputError, match=code):
        simulate(name, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", place_names())
def test_documents_and_parameters_speak_of_the_same_places(name: str) -> None:
    numbers = document_numbers(name)
    assert all(set(number.counts) == {"en", "zh"} and number.source and number.number > 0 for number in numbers.values())
    stated = place(name)
    if isinstance(stated, BuiltPlace):
        mean = (stated.households - stated.urban_households) / stated.natural_villages
        low, high = stated.natural_village_range
        assert low < mean < high
        low, high = stated.urban_zone_range
        assert low < stated.urban_households / stated.urban_zones < high
        assert abs(sum(stated.classes.values()) - 1) < 1e-9
