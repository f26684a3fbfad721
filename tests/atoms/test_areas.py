"""Areas that are given as the smallest pieces."""

import dataclasses
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.atoms import make_atoms
from gridplan.errors import InputError
from gridplan.sources.town import Town
from tests.atoms.promises import assert_atoms, digest, households_left_out, shuffled
from tests.atoms.test_cells import at, box
from tests.strategies.towns import CRS, houses, place, town


def given(shapes: Sequence[shapely.Geometry], households: Sequence[int], communities: gpd.GeoDataFrame | None = None) -> Town:
    """A town whose areas a0, a1, ... belong to community c1."""
    table = {
        "id": [f"a{row}" for row in range(len(shapes))],
        "community": "c1",
        "households": list(households),
        "population": pd.Series([pd.NA] * len(shapes), dtype="Int64"),
        "compound": None,
    }
    areas = gpd.GeoDataFrame(table, geometry=list(shapes), crs=CRS)
    return dataclasses.replace(town(houses([], []), communities=communities), buildings=None, atoms=areas)


def test_areas_are_cells_pieces_and_sections() -> None:
    atoms = make_atoms(given([box(0, 0, 100, 300), box(100, 0, 300, 150), box(100, 150, 300, 300)], [600, 20, 0]))
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["a0", "a1", "a2"]
    assert atoms.sections[["id", "building", "households"]].to_numpy().tolist() == [
        ["a0", "a0", 600],
        ["a1", "a1", 20],
        ["a2", "a2", 0],
    ]
    assert not atoms.pieces["stacked"].any()
    # a0 has a vertex where a1 and a2 meet, so that the three share their borders.
    assert shapely.get_num_coordinates(atoms.cells.geometry.iloc[0]) == 6
    assert atoms.report.rows.empty


def test_cracks_and_overlaps_of_a_metre_are_closed() -> None:
    atoms = make_atoms(given([box(0, 0, 100, 300), box(101, 0, 300, 160), box(101, 159, 300, 300)], [1, 2, 3]))
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["a0", "a1", "a2"]
    assert atoms.communities.area.iloc[0] == pytest.approx(90_000)
    assert atoms.report.rows[["reason", "id", "detail"]].to_numpy().tolist() == [["report.area_overlap", "a2", "199 m2"]]


def test_a_hole_between_areas_is_land_without_households() -> None:
    atoms = make_atoms(given([box(0, 0, 100, 300), box(200, 0, 300, 300)], [1, 2]))
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["a0", "a1", "face-1"]
    assert atoms.cells["households"].tolist() == [1, 2, 0]


def test_the_smaller_part_of_an_area_in_two_is_land_without_households() -> None:
    two = shapely.MultiPolygon([box(0, 0, 100, 300), box(200, 0, 300, 200)])
    atoms = make_atoms(given([two, box(100, 0, 200, 300), box(200, 200, 300, 300)], [7, 2, 1]))
    assert_atoms(atoms)
    assert atoms.cells[["id", "households"]].to_numpy().tolist() == [["a0", 7], ["a1", 2], ["a2", 1], ["face-1", 0]]
    assert atoms.report.rows[["reason", "id", "detail"]].to_numpy().tolist() == [["report.area_parts", "a0", "20000 m2"]]


def test_an_area_given_twice_shares_its_land() -> None:
    atoms = make_atoms(given([box(0, 0, 300, 300), box(0, 0, 300, 300)], [15, 9]))
    assert_atoms(atoms)
    assert atoms.cells["households"].tolist() == [24]
    assert atoms.sections["building"].tolist() == ["a0", "a1"]
    assert ("cells", "report.shares_land") in atoms.report.counts()


def test_an_area_without_extent_is_counted_where_it_is_and_one_without_place_is_stated() -> None:
    line = shapely.Polygon([(box(0, 0, 1, 1).bounds[0] + 150, box(0, 0, 1, 1).bounds[1] + y) for y in (50, 100, 50)])
    areas = [box(0, 0, 100, 300), box(100, 0, 300, 300), line, shapely.Polygon(), line]
    atoms = make_atoms(given(areas, [5, 6, 30, 7, 0]))
    assert_atoms(atoms)
    assert atoms.cells[["id", "households"]].to_numpy().tolist() == [["a0", 5], ["a1", 36]]
    said = atoms.report.rows[["reason", "id", "detail"]].to_numpy().tolist()
    assert ["report.area_point", "a2", ""] in said
    assert ["report.shares_land", "a2", "a1"] in said
    assert ["report.empty", "a3", "households=7"] in said
    assert ["report.empty", "a4", "households=0"] in said
    assert atoms.cells["households"].sum() + households_left_out(atoms) == 48


def test_an_area_without_land_stays_in_its_community() -> None:
    communities = place("c1", "c2", shapes=[box(0, 0, 150, 300), box(150, 0, 300, 300)])
    areas = given(
        [box(0, 0, 150, 300), box(150, 0, 300, 300), at(shapely.Point(200, 100)).buffer(0.0001)], [1, 2, 4], communities
    )
    assert areas.atoms is not None
    areas.atoms["community"] = ["c1", "c2", "c1"]
    atoms = make_atoms(areas)
    assert_atoms(atoms)
    assert atoms.cells[["community", "households"]].to_numpy().tolist() == [["c1", 5], ["c2", 2]]


def test_the_areas_decide_where_the_community_ends() -> None:
    atoms = make_atoms(given([box(0, 0, 300, 300), box(300, 0, 400, 300)], [1, 2]))
    assert_atoms(atoms)
    assert atoms.communities.area.iloc[0] == pytest.approx(120_000)
    assert atoms.report.rows[["reason", "id", "detail"]].to_numpy().tolist() == [["report.outline_of_areas", "c1", "30000 m2"]]


def test_an_area_of_an_unknown_community_is_refused() -> None:
    with pytest.raises(InputError, match="GP303 atoms: community c1 of 1 areas"):
        make_atoms(given([box(0, 0, 300, 300)], [1], communities=place("c9")))


def test_order_of_areas_does_not_matter() -> None:
    areas = given([box(0, 0, 100, 300), box(101, 0, 300, 160), box(101, 159, 300, 300)], [1, 2, 3])
    assert digest(make_atoms(areas)) == digest(make_atoms(shuffled(areas, 5)))
