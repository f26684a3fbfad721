"""Shares are whole, add up, follow the weights and keep their bounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridplan.simulation.quotas import shared


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_shares_add_up_and_follow_the_weights(total: int, weights: list[float]) -> None:
    weight = np.array(weights)
    share = shared(total, weight)
    assert share.sum() == total
    assert (np.abs(share - total * weight / weight.sum()) <= 1 + 1e-6).all()


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.floats(0.01, 100)), min_size=1, max_size=30), st.floats(0, 1)
)
def test_bounds_hold_wherever_the_total_allows_it(rows: list[tuple[int, int, float]], where: float) -> None:
    low = np.array([first for first, _, _ in rows])
    high = low + np.array([more for _, more, _ in rows])
    total = int(low.sum() + where * (high.sum() - low.sum()))
    share = shared(total, np.array([weight for *_, weight in rows]), least=low, most=high)
    assert share.sum() == total
    assert (share >= low).all()
    assert (share <= high).all()


def test_bounds_give_way_where_they_leave_no_answer() -> None:
    assert shared(10, np.ones(2), most=3).tolist() == [5, 5]
    assert shared(2, np.ones(2), least=3).tolist() == [1, 1]
