"""Buildings of more than 20 households, drawn by hand."""

import pandas as pd
import pytest
import shapely

from gridplan.atoms import Atoms, make_atoms
from gridplan.atoms.floors import floors_of
from gridplan.sources import estimate_households
from tests.atoms.promises import assert_atoms
from tests.atoms.test_cells import at, box
from tests.strategies.towns import houses, town


def made(shape: shapely.Geometry, households: int, levels: float | None = None, entrances: int | None = None) -> Atoms:
    atoms = make_atoms(town(houses([shape], [households], levels=[levels], entrances=[entrances])))
    assert_atoms(atoms)
    return atoms


def test_twenty_households_are_one_section() -> None:
    atoms = made(box(100, 100, 160, 112), 20, 6, 3)
    assert atoms.sections["id"].tolist() == ["b0"]
    assert atoms.pieces["id"].tolist() == ["b0"]


def test_a_slab_of_24_with_3_entrances_is_cut_between_them() -> None:
    atoms = made(box(100, 100, 160, 112), 24, 6, 3)
    assert atoms.sections["id"].tolist() == ["b0/1", "b0/2", "b0/3"]
    assert atoms.sections["households"].tolist() == [8, 8, 8]
    centres = [shape.intersection(box(100, 100, 160, 112)).centroid.x for shape in atoms.pieces.geometry]
    assert [round(x - centres[0]) for x in centres] == [0, 20, 40]
    assert not atoms.pieces["stacked"].any()


def test_a_slab_of_60_with_3_entrances_is_cut_finer_so_that_sections_combine() -> None:
    atoms = made(box(100, 100, 160, 112), 60, 6, 3)
    assert len(atoms.sections) == 9
    assert atoms.sections["households"].sum() == 60
    assert atoms.sections["households"].between(6, 7).all()
    assert atoms.sections["floor_from"].isna().all()


def test_a_tower_of_100_with_18_floors_is_divided_by_floors() -> None:
    atoms = made(box(100, 100, 125, 122), 100, 18)
    assert len(atoms.pieces) == 1
    assert atoms.pieces["stacked"].tolist() == [True]
    assert atoms.sections["floor_from"].tolist() == list(range(1, 19))
    assert atoms.sections["floor_to"].tolist() == list(range(1, 19))
    assert atoms.sections["households"].tolist() == [6] * 10 + [5] * 8
    assert atoms.report.rows.empty


def test_floors_that_are_not_known_are_estimated_and_said() -> None:
    atoms = made(box(100, 100, 125, 122), 100)
    assert atoms.sections["floor_to"].max() == 19
    assert atoms.report.rows[["reason", "id", "detail"]].to_numpy().tolist() == [["report.floors_estimated", "b0", "floors=19"]]


@pytest.mark.parametrize("floors", [2, 6, 11, 18, 33])
def test_floors_behind_an_estimate_of_households_come_back(floors: int) -> None:
    buildings = houses([box(100, 100, 125, 122)], [0], levels=[floors])
    buildings["households"] = pd.Series([pd.NA], dtype="Int64")
    buildings["use"] = "residential"
    counted = estimate_households(town(buildings)).buildings
    assert counted is not None
    assert floors_of(int(counted["households"].iloc[0]), 550.0, float("nan")) == (floors, True)


def test_a_point_is_divided_by_floors_only() -> None:
    atoms = made(at(shapely.Point(150, 150)), 100, 10)
    assert atoms.sections["households"].tolist() == [10] * 10
    assert len(atoms.pieces) == 1
    guess = made(at(shapely.Point(150, 150)), 100)
    assert len(guess.sections) == 25
    assert guess.report.counts() == {("sections", "report.floors_estimated"): 1}


def test_one_floor_of_a_point_above_the_unit_stays_one_section() -> None:
    atoms = made(at(shapely.Point(150, 150)), 30, 1)
    assert atoms.sections["households"].tolist() == [30]


def test_a_block_of_more_homes_a_floor_than_a_tower_has_is_cut_on_the_ground() -> None:
    atoms = made(box(100, 100, 160, 150), 221, 8)
    assert len(atoms.pieces) > 6
    assert atoms.pieces["households"].max() <= 30


def test_a_courtyard_building_is_cut_around_its_court() -> None:
    block = box(100, 100, 160, 150).difference(box(112, 112, 148, 138))
    atoms = made(block, 90, 6)
    assert len(atoms.pieces) > 5
    assert not atoms.pieces["stacked"].any()
    assert atoms.pieces["households"].max() <= 12
    shares = [piece.intersection(block).area / block.area for piece in atoms.pieces.geometry]
    assert max(shares) < 3 * min(shares)


def test_a_bent_building_is_cut_along_both_wings() -> None:
    bent = box(100, 100, 180, 112).union(box(100, 100, 112, 180))
    atoms = made(bent, 60, 6)
    assert len(atoms.pieces) >= 6
    assert atoms.pieces["households"].sum() == 60


def test_a_bent_tower_is_divided_by_floors() -> None:
    star = box(120, 100, 130, 135).union(box(107, 112, 143, 122))
    atoms = made(star, 104, 17)
    assert atoms.pieces["stacked"].tolist() == [True]
    assert len(atoms.sections) == 17


def test_a_long_high_building_is_divided_by_floors_not_into_slivers() -> None:
    atoms = made(box(100, 100, 182, 126), 224, 18)
    assert len(atoms.pieces) == 5
    assert atoms.pieces["stacked"].all()
    assert atoms.sections.groupby("piece").size().tolist() == [18] * 5


def test_two_full_buildings_on_one_footprint_are_stacked_building_by_building() -> None:
    tower = box(100, 100, 125, 122)
    atoms = make_atoms(town(houses([tower, tower], [15, 40], levels=[3, 4])))
    assert_atoms(atoms)
    assert atoms.pieces["stacked"].tolist() == [True]
    assert atoms.sections["id"].tolist() == ["b0", "b1/1", "b1/2", "b1/3", "b1/4"]
    assert atoms.sections["households"].tolist() == [15, 10, 10, 10, 10]


def test_a_kiosk_inside_a_slab_does_not_keep_it_whole() -> None:
    atoms = make_atoms(town(houses([box(100, 100, 160, 112), box(101, 101, 104, 104)], [24, 0], entrances=[3, None])))
    assert_atoms(atoms)
    assert len(atoms.pieces) == 3
    assert atoms.sections[atoms.sections["building"] == "b1"]["piece"].tolist() == [0]


def test_section_ids_keep_clear_of_building_ids() -> None:
    table = houses([box(100, 100, 160, 112), box(200, 200, 210, 210)], [24, 1], entrances=[3, None])
    table["id"] = ["x", "x/1"]
    atoms = make_atoms(town(table))
    assert_atoms(atoms)
    assert set(atoms.sections["id"]) == {"x//1", "x//2", "x//3", "x/1"}
