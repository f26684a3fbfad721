"""Set partitioning by HiGHS on cases small enough to see the answer."""

import pytest

from gridplan.partition.cover import FEW, cover

TRIANGLE = [[0, 1], [1, 2], [0, 2], [0], [1], [2]]
"""Half of each pair covers all three for 1.5; in whole sets it takes two."""


@pytest.mark.parametrize("nodes", [1, 200])
def test_an_odd_cycle_costs_a_whole_set_more_than_its_relaxation(nodes: int) -> None:
    found = cover(TRIANGLE, [1.0] * 6, 3, nodes=nodes)
    assert found.proved
    assert found.bound == pytest.approx(2.0)
    assert found.chosen is not None
    assert sorted(row for pick in found.chosen for row in TRIANGLE[pick]) == [0, 1, 2]


def test_of_many_columns_the_relaxation_rules_out_the_dear_ones() -> None:
    dear = [[0], [1], [2]] * FEW
    found = cover([*TRIANGLE, *dear], [1.0] * 6 + [5.0] * len(dear), 3, nodes=200)
    assert found.proved
    assert found.bound == pytest.approx(2.0)
    assert found.chosen is not None
    assert max(found.chosen) < 6


def test_rows_that_no_choice_covers_are_proved_so() -> None:
    found = cover([[0, 1], [1, 2]], [1.0, 1.0], 3, nodes=200)
    assert (found.chosen, found.proved) == (None, True)


def test_an_infeasible_choice_that_presolve_takes_for_optimal_is_proved_infeasible() -> None:
    """A case on which the presolve of HiGHS 1.15 ends in a solve error: no choice holds each of the eight rows once."""
    columns = [[0, 2, 1, 3], [0, 2, 1, 3, 5], [0, 2, 1, 3, 5, 7], [0, 2, 1, 3, 5, 7, 6], [0, 2, 1, 4, 3], [0, 2, 1, 4, 3, 5]]
    columns += [[0, 2, 1, 4, 3, 5, 7], [0, 2, 1, 4, 3, 6], [0, 2, 1, 4, 3, 6, 5], [0, 2, 1, 4, 5, 7], [0, 2, 1, 4, 6, 5, 7]]
    columns += [[0, 2, 1, 4, 6, 7], [0, 2, 3], [0, 2, 3, 5], [0, 2, 4, 3], [0, 2, 4, 3, 5], [0, 2, 4, 3, 5, 7], [0, 2, 4, 3, 6]]
    columns += [[0, 2, 4, 3, 6, 5], [0, 2, 4, 3, 6, 5, 7], [0, 2, 4, 5, 7], [0, 2, 4, 6, 5, 7], [0, 2, 4, 6, 7], [1, 3, 2]]
    columns += [[1, 3, 2, 4], [1, 3, 2, 4, 6], [1, 3, 2, 5], [1, 3, 2, 5, 4], [1, 3, 2, 5, 4, 6], [1, 3, 2, 5, 4, 7]]
    columns += [[1, 3, 2, 5, 4, 7, 6], [1, 3, 5, 4, 7], [1, 3, 5, 4, 7, 6], [1, 3, 5, 7], [1, 3, 5, 7, 6], [2, 3], [2, 3, 5]]
    columns += [[2, 4, 3], [2, 4, 3, 5], [2, 4, 3, 5, 7], [2, 4, 3, 6], [2, 4, 3, 6, 5], [2, 4, 3, 6, 5, 7], [2, 4, 5, 7]]
    columns += [[2, 4, 6, 5, 7], [2, 4, 6, 7], [3, 5, 4, 7], [3, 5, 4, 7, 6], [3, 5, 7], [3, 5, 7, 6]]
    found = cover(columns, [float(len(column)) for column in columns], 8, nodes=50)
    assert (found.chosen, found.proved) == (None, True)
