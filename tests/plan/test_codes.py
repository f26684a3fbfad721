"""Codes: read from north-west to south-east, and back to their parents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import RuleError
from gridplan.plan.codes import check_capacity, number_zones, reading_order
from gridplan.plan.land import Measures
from gridplan.schemes.model import load_scheme

GRID = load_scheme("default").grids


def zones(*middles: tuple[float, float], area: float = 100.0) -> Measures:
    x, y = np.array(middles, dtype=np.float64).T
    return Measures(area=np.full(len(x), area), compactness=np.full(len(x), 0.7), x=x, y=y)


def test_rows_from_north_to_south_and_each_from_west_to_east() -> None:
    # 2 and 0 lie 4 m apart north to south, less than half the side of 10 m: one row.
    found = reading_order(np.array([20.0, 10.0, 0.0, 0.0]), np.array([34.0, 5.0, 30.0, 1.0]), np.full(4, 100.0))
    assert found.tolist() == [2, 0, 3, 1]


def test_floors_decide_where_land_is_the_same() -> None:
    same = np.zeros(3)
    assert reading_order(same, same, np.full(3, 9.0), then=np.array([7, 1, 4])).tolist() == [1, 2, 0]


def test_less_than_a_millimetre_does_not_count() -> None:
    found = reading_order(np.array([0.0, 1.0]), np.array([0.0, 5.0 - 1e-7]), np.full(2, 100.0))
    assert found.tolist() == reading_order(np.array([0.0, 1.0]), np.array([0.0, 5.0]), np.full(2, 100.0)).tolist()


def test_each_parent_counts_for_itself() -> None:
    codes = number_zones(["b", "a", "b"], zones((0, 0), (5, 0), (0, 50)), GRID)
    assert codes == ["b002", "a001", "b001"]


def test_codes_that_were_voided_are_no_room() -> None:
    check_capacity(["a"] * 990, GRID, voided={"a": 9, "b": 999})
    with pytest.raises(RuleError, match=r"GP260 a would hold 990 grids, but .* has 989 codes"):
        check_capacity(["a"] * 990, GRID, voided={"a": 10})


def test_999_have_room_and_1000_do_not() -> None:
    line = zones(*((float(x), 0.0) for x in range(999)))
    assert number_zones(["510100001001"] * 999, line, GRID)[-1] == "510100001001999"
    line = zones(*((float(x), 0.0) for x in range(1000)))
    with pytest.raises(RuleError, match=r"GP260 510100001001 would hold 1000 grids, but .* has 999 codes") as caught:
        number_zones(["510100001001"] * 1000, line, GRID)
    assert "1000" in caught.value.message("zh")


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=25, unique=True),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_codes_are_unique_whole_and_do_not_depend_on_the_order_of_rows(rows: list[tuple[str, int, int]], random: object) -> None:
    codes = number_zones([row[0] for row in rows], zones(*((row[1], row[2]) for row in rows)), GRID)
    assert sorted(codes) == [f"{name}{number:03d}" for name in "ab" for number in range(1, 1 + sum(r[0] == name for r in rows))]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis types randoms() as an opaque object
    again = number_zones([row[0] for row in mixed], zones(*((row[1], row[2]) for row in mixed)), GRID)
    assert dict(zip(mixed, again, strict=True)) == dict(zip(rows, codes, strict=True))
