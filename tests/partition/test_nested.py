"""Units: floors of towers, lanes, slabs, land where no one lives; on drawings and on random pieces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import text
from gridplan.partition import Effort, Rule, Units, partition_units
from gridplan.partition.floors import cut_floors
from gridplan.partition.nested import join_empty
from tests.partition.brute import connected, neighbours
from tests.strategies.graphs import graphs, lattice, path

UNIT = Rule(low=10, high=20, target=15)
QUICK = Effort(rounds=2, moves=20, windows=20.0, exact_columns=2000, exact_nodes=50, threads=1)


def units_of(pieces: AtomGraph, stacked: dict[int, list[int]], grid: Ints | None = None, effort: Effort | None = None) -> Units:
    """Units of pieces of which some are towers, with these households a floor; every other inhabited piece has one section."""
    piece, households = [], []
    for row, size in enumerate(pieces.households.tolist()):
        floors = stacked.get(row, [size])
        piece.extend([row] * len(floors))
        households.extend(floors)
    up = np.isin(np.arange(len(pieces)), sorted(stacked))
    grid = np.zeros(len(pieces), dtype=np.int64) if grid is None else grid
    units = partition_units(
        pieces,
        grid=grid,
        stacked=up,
        section_piece=np.array(piece, dtype=np.int64),
        section_households=np.array(households, dtype=np.int64),
        rules=[UNIT] * (int(grid.max()) + 1),
        effort=effort,
    )
    check(pieces, up, grid, np.array(piece, dtype=np.int64), np.array(households, dtype=np.int64), units)
    return units


def check(pieces: AtomGraph, up: NDArray[np.bool_], grid: Ints, piece: Ints, households: Ints, units: Units) -> None:
    """Every promise that holds for all units."""
    near = neighbours(pieces, UNIT)
    count = int(max(units.of_piece.max(), units.of_section.max(initial=-1))) + 1
    size = np.bincount(units.of_section, households, minlength=count)
    assert (units.of_section >= 0).all()
    assert {unit for unit in range(count) if not 10 <= size[unit] <= 20} == set(units.verdicts)
    joined = units.stack_of != np.arange(len(pieces))
    assert ((units.of_piece < 0) == (up | joined)).all()
    assert up[units.stack_of[joined]].all()
    assert (grid[units.stack_of] == grid).all()
    first = []
    for unit in range(count):
        flat = np.flatnonzero(units.of_piece == unit).tolist()
        own = np.flatnonzero(units.of_section == unit)
        # Buildings where no one lives may have their land, and so their section, with a tower.
        own = own[up[piece[own]]] if not flat else own
        place = flat[0] if flat else int(piece[own[0]])
        first.append((int(grid[place]), place, int(own[0]) if not flat else 0))
        if flat:
            assert connected(frozenset(flat), near)
            assert len(set(grid[flat].tolist())) == 1
        else:
            assert len(set(piece[own].tolist())) == 1
            assert (np.diff(own) == 1).all()
    assert first == sorted(first)
    for tower in np.flatnonzero(up).tolist():
        land = frozenset({tower, *np.flatnonzero(units.stack_of == tower).tolist()})
        assert connected(land, near)
    for unit, verdict in units.verdicts.items():
        assert verdict.measure == size[unit]
        assert text(verdict.code, "en", **verdict.facts)
        assert text(f"{verdict.code}.waiver", "zh", **verdict.facts)


def test_a_tower_is_cut_by_whole_floors() -> None:
    units = units_of(path(12, 64, 12), {1: [8] * 8})
    assert units.of_piece.tolist() == [0, -1, 5]
    assert units.of_section.tolist() == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert units.verdicts == {}


def test_a_floor_above_high_has_no_answer_and_that_is_proved() -> None:
    units = units_of(path(37), {0: [8, 24, 5]})
    assert units.of_section.tolist() == [0, 1, 1]
    assert [(verdict.code, verdict.proof, verdict.measure) for verdict in units.verdicts.values()] == [
        ("GP209", True, 8.0),
        ("GP209", True, 29.0),
    ]


@pytest.mark.parametrize(
    ("floors", "expected"),
    [([20], [0]), ([12, 12, 12], [0, 1, 2]), ([5, 5, 5, 5, 5, 5], [0, 0, 0, 1, 1, 1]), ([], []), ([3], [0])],
)
def test_floors(floors: list[int], expected: list[int]) -> None:
    assert cut_floors(floors, UNIT) == expected


def test_empty_land_between_towers_joins_one_of_them() -> None:
    pieces = lattice([[40, 0, 30], [0, 0, 0]])
    units = units_of(pieces, {0: [10] * 4, 2: [10] * 3})
    assert units.stack_of.tolist() == [0, 0, 2, 0, 0, 0]
    assert units.of_piece.tolist() == [-1] * 6
    assert units.of_section.tolist() == [0, 0, 1, 1, 0, 2, 3, 3, 0, 0, 0]


def test_empty_land_beside_houses_joins_the_houses() -> None:
    pieces = lattice([[40, 0, 6], [0, 0, 7]])
    units = units_of(pieces, {0: [10] * 4})
    assert units.stack_of.tolist() == [0, 1, 2, 3, 4, 5]
    assert units.of_piece.tolist() == [-1, 2, 2, 2, 2, 2]


def test_a_grid_where_no_one_lives_is_one_unit() -> None:
    units = units_of(lattice([[0, 0, 0]]), {})
    assert units.of_piece.tolist() == [0, 0, 0]
    assert units.verdicts[0].code == "GP210"


def test_houses_between_towers_are_an_island() -> None:
    units = units_of(path(30, 4, 3, 30), {0: [10] * 3, 3: [10] * 3})
    assert {unit: verdict.code for unit, verdict in units.verdicts.items()} == {2: "GP205"}


def test_units_do_not_cross_grids() -> None:
    units = units_of(path(6, 6, 6, 6), {}, grid=np.array([0, 0, 1, 1]))
    assert units.of_piece.tolist() == [0, 0, 1, 1]


def test_a_verdict_names_the_row_of_the_piece() -> None:
    units = units_of(path(12, 15, 90, 15), {}, grid=np.array([0, 1, 1, 1]))
    (verdict,) = units.verdicts.values()
    assert (verdict.code, verdict.facts["atom"]) == ("GP204", 2)


def test_eleven_sections_of_eight_leave_one_over() -> None:
    units = units_of(path(*[8] * 11), {})
    assert [verdict.proof for verdict in units.verdicts.values()] == [True]


def test_empty_atoms_join_the_longest_border_then_what_that_joined() -> None:
    group = join_empty(lattice([[5, 0, 0, 0], [5, 0, 0, 7]]), UNIT)
    assert group.tolist() == [0, 0, 1, 1, 2, 2, 1, 1]


def test_grids_side_by_side_give_the_same_bytes_and_tell_progress_in_order() -> None:
    pieces = lattice((np.arange(96).reshape(8, 12) % 5 + 1).tolist())
    grid = np.repeat(np.arange(4), 24)
    made, told = [], []
    for threads in (1, 3):
        made.append(units_of(pieces, {}, grid, Effort(rounds=2, moves=20, windows=20.0, exact_sets=20_000, threads=threads)))
        none = np.zeros(0, dtype=np.int64)
        up = np.zeros(96, dtype=bool)
        partition_units(
            pieces, grid=grid, stacked=up, section_piece=none, section_households=none, rules=[UNIT] * 4,
            effort=Effort(rounds=1, threads=threads), progress=lambda *step: told.append(step),
        )  # fmt: skip
    assert made[0].of_piece.tobytes() == made[1].of_piece.tobytes()
    assert made[0].bound.tobytes() == made[1].bound.tobytes()
    assert [step for step in told if step[0] == "stage.units"] == 2 * [("stage.units", done, 4) for done in (1, 2, 3, 4)]


def test_objective_and_bound_of_each_grid() -> None:
    units = units_of(path(6, 6, 40, 3), {2: [10] * 4}, grid=np.array([0, 0, 1, 2]))
    assert units.objective[0] == pytest.approx(units.bound[0])
    assert units.objective[0] > 0
    assert (units.objective[1], units.bound[1]) == (0.0, 0.0)
    assert np.isnan(units.bound[2])


@settings(max_examples=60, deadline=None)
@given(pieces=graphs(most_atoms=30, most_households=14), data=st.data())
def test_random_pieces_keep_every_promise(pieces: AtomGraph, data: st.DataObject) -> None:
    rows = np.arange(len(pieces))
    up = data.draw(st.lists(st.sampled_from(rows.tolist()), max_size=5, unique=True))
    towers = {
        row: [int(pieces.households[row]) // 2, int(pieces.households[row]) - int(pieces.households[row]) // 2] for row in up
    }
    units = units_of(pieces, towers, effort=QUICK)
    again = units_of(pieces, towers, effort=QUICK)
    assert units.of_piece.tobytes() == again.of_piece.tobytes()
    assert units.verdicts == again.verdicts
