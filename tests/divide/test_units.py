"""Units of divided communities, people that are filled in, and what growth asks."""

import numpy as np
import pytest

from gridplan.divide import divide_grids, divide_units
from gridplan.divide.asked import with_growth
from gridplan.divide.people import HOUSEHOLD_PEOPLE, with_people
from gridplan.partition import Rule
from tests.divide.drawn import SEARCH, drawn, scheme


def test_a_unit_for_each_building_with_homes() -> None:
    atoms, graph = drawn("8 0 30 12", site="")
    rules = scheme(unit='every = { each = "building" }')
    grids = divide_grids(atoms, graph, rules.grids, SEARCH)
    units = divide_units(atoms, graph, grids, rules.units, SEARCH)
    assert len(set(units.of_section.tolist())) == 3
    assert np.bincount(units.of_section, atoms.sections["households"]).tolist() == [8, 30, 12]
    assert (units.of_piece >= 0).all()
    assert units.verdicts == {}


def test_a_school_without_people_is_a_unit_without_a_finding_and_one_with_few_has_one() -> None:
    rules = scheme("every = { households = { low = 20, high = 50, target = 40 } }")
    for homes, found in ((0, 0), (4, 1)):
        atoms, graph = drawn(f"{homes} 15 15", site="s . .")
        grids = divide_grids(atoms, graph, rules.grids, SEARCH)
        units = divide_units(atoms, graph, grids, rules.units, SEARCH)
        assert units.of_piece.tolist() == [0, 1, 2]
        assert len(units.verdicts) == found
        assert all(verdict.proof and verdict.measure == homes for verdict in units.verdicts.values())


def test_units_stay_in_their_grid_and_range() -> None:
    atoms, graph = drawn(
        """
        10 5 5 10 15
        10 5 5 10 15
        """
    )
    rules = scheme()
    grids = divide_grids(atoms, graph, rules.grids, SEARCH)
    units = divide_units(atoms, graph, grids, rules.units, SEARCH)
    sizes = np.bincount(units.of_piece, graph.households)
    assert sizes.sum() == 90
    assert ((sizes >= 10) & (sizes <= 20)).all()
    for unit in range(len(sizes)):
        assert len(set(grids.of_cell[units.of_piece == unit].tolist())) == 1


def test_people_are_filled_in_by_the_mean_of_their_community_and_told() -> None:
    atoms, _ = drawn("10 20 30 0", community="A A A B", people=3)
    cells = atoms.cells
    cells.loc[[1, 3], "population"] = None
    filled = with_people(atoms)
    assert filled.cells["population"].tolist() == [30, 60, 90, 0]
    rows = filled.report.rows
    assert rows["id"].tolist() == ["c01"]
    assert rows["detail"].tolist() == ["population=60"]


def test_people_of_a_community_without_any_count() -> None:
    atoms, _ = drawn("100")
    assert with_people(atoms).cells["population"].tolist() == [round(100 * HOUSEHOLD_PEOPLE)]


def test_nothing_is_filled_in_where_all_is_known() -> None:
    atoms, _ = drawn("10 20", people=2)
    assert with_people(atoms) is atoms


def test_both_measures_hold() -> None:
    # By households alone 20 + 20 each; by people one square of 5 a household has to go with one of 2.
    atoms, graph = drawn("20 20 20 20", people=3)
    rules = scheme(
        "every = { households = { low = 30, high = 50, target = 40 }, population = { low = 110, high = 130, target = 120 } }"
    )
    grids = divide_grids(atoms, graph, rules.grids, SEARCH)
    assert grids.of_cell.tolist() == [0, 0, 1, 1]
    assert grids.verdicts == {}


GROWING = "every = { households = { low = 30, high = 50, target = 40 }, growth = true }"


@pytest.mark.parametrize(
    ("growth", "households", "low", "high"),
    [
        (0.0, 160, 30, 50),
        # Four grids of 40 hold 50 when a quarter more have come.
        (0.25, 160, 30, 40),
        # 99 are three grids of 33, which hold 50 with half as many again; 80 are two of 40, which hold 60.
        (0.5, 99, 30, 33),
        (0.5, 80, 30, 44),
        # 50 cannot be two grids of 30: one of 50 is all there is, and outgrows its range.
        (0.25, 50, 30, 50),
        (0.25, 12, 30, 40),
        # Three grids of 50 keep 30 when two fifths are gone; four of 40 would not.
        (-0.4, 150, 50, 50),
        (-0.25, 160, 40, 50),
        # 110 are three grids at least, of 37: none holds the 50 that would be needed.
        (-0.4, 110, 33, 50),
        # Everyone leaves.
        (-1.0, 100, 50, 50),
    ],
)
def test_growth_narrows_the_range_both_ways(growth: float, households: int, low: int, high: int) -> None:
    rule = with_growth(Rule(30, 50, 40), growth, households)
    assert (rule.low, rule.high) == (low, high)
    assert rule.low <= rule.target <= rule.high


def test_grids_keep_their_range_when_households_have_grown() -> None:
    homes = "10 10 10 10 10 10 10 10 10 10 10 10"
    rules = scheme(GROWING)
    for growth in (0.0, 0.25):
        atoms, graph = drawn(homes, growth={"A": growth})
        grids = divide_grids(atoms, graph, rules.grids, SEARCH)
        assert (np.bincount(grids.of_cell, graph.households) * (1 + growth) <= 50).all()
        assert grids.verdicts == {}
    # A scheme that does not count growth plans for today.
    atoms, graph = drawn("25 25", growth={"A": 0.25})
    assert divide_grids(atoms, graph, scheme().grids, SEARCH).verdicts == {}


def test_where_room_for_growth_cannot_be_had_the_range_of_today_holds() -> None:
    # Grids of at most 40 cannot be had of squares of 25 with 30 at least: pairs of them are 50.
    atoms, graph = drawn("25 25 25 25", growth={"A": 0.25})
    grids = divide_grids(atoms, graph, scheme(GROWING).grids, SEARCH)
    assert grids.of_cell.tolist() == [0, 0, 1, 1]
    assert grids.verdicts == {}
