"""The benchmark of units: prepared atoms become a town, and its row adds up."""

import numpy as np

from benchmarks.city import synthetic_city
from benchmarks.units import line, run
from benchmarks.units_towns import town_of


def test_a_synthetic_city_becomes_a_town_with_the_same_households() -> None:
    atoms, edges = synthetic_city(300, seed=4)
    town = town_of(atoms, edges)
    assert town.buildings is not None
    assert int(town.buildings["households"].sum()) == int(atoms["households"].sum())
    assert town.buildings.geometry.is_valid.all()
    assert set(town.streets["class"]) <= {"minor", "major"} if town.streets is not None else False


def test_the_row_counts_every_grid_and_unit() -> None:
    reached = run(town_of(*synthetic_city(150, seed=4)))
    cells = [cell.strip().replace(",", "") for cell in line("city", reached).strip("|").split("|")]
    assert int(cells[1]) == len(reached.seconds) == len(np.unique(reached.asked["grid"]))
    assert int(cells[3]) + int(cells[4]) + int(cells[5]) == int(cells[2])
    assert int(cells[7]) <= int(cells[6]) <= int(cells[1])
