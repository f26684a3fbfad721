"""Succession by eye: who keeps a code, what ends, what comes new, and where households went."""

from collections import Counter

import numpy as np
import pytest

from gridplan.errors import RuleError
from gridplan.plan.succession import CHANGES, Flows, Step, Succession, flows, lineage_steps, succeed
from gridplan.schemes.pattern import Pattern

THREE = Pattern.parse("{parent}{number:3}")
A, B = "510100001001", "510100001201"


def went(*rows: tuple[int, int, int] | tuple[int, int, int, int], former: int, zones: int) -> Flows:
    """Items by former zone, zone, households then and (the same unless given) now."""
    full = np.array([row if len(row) == 4 else (*row, row[2] if row[1] >= 0 else 0) for row in rows], dtype=np.int64)
    before = np.where(full[:, 0] < 0, 0, full[:, 2])
    return flows(full[:, 0], full[:, 1], full[:, 3], before, former_zones=former, zones=zones)


def renew(what: Flows, former: list[str], parent: list[str], *, voided: tuple[str, ...] = ()) -> Succession:
    return succeed(what, former, parent, np.arange(len(parent)), pattern=THREE, level="grid", voided=voided)


def told(what: Flows, former: list[str], codes: list[str]) -> set[tuple[str, str, str, int, int]]:
    short = {code: code[-3:] for code in [*former, *codes]}
    steps = lineage_steps(what, former, codes)
    return {(short.get(s.old or "", ""), short.get(s.new or "", ""), s.change, s.households, s.before) for s in steps}


def test_nothing_changed() -> None:
    what = went((0, 0, 300), (1, 1, 400), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{A}002"], [A, A])
    assert found == Succession([f"{A}001", f"{A}002"], [])
    assert told(what, [f"{A}001", f"{A}002"], found.codes) == {
        ("001", "001", "kept", 300, 300),
        ("002", "002", "kept", 400, 400),
    }


def test_split_the_larger_part_keeps_the_code() -> None:
    what = went((0, 0, 290), (0, 1, 310), former=1, zones=2)
    found = renew(what, [f"{A}001"], [A, A])
    assert found == Succession([f"{A}002", f"{A}001"], [])
    assert told(what, [f"{A}001"], found.codes) == {("001", "002", "split", 290, 290), ("001", "001", "kept", 310, 310)}


def test_merge_the_larger_one_gives_its_code_and_the_other_is_voided() -> None:
    what = went((0, 0, 150), (1, 0, 250), former=2, zones=1)
    found = renew(what, [f"{A}001", f"{A}002"], [A])
    assert found == Succession([f"{A}002"], [f"{A}001"])
    assert told(what, [f"{A}001", f"{A}002"], found.codes) == {
        ("001", "002", "merged", 150, 150),
        ("002", "002", "kept", 250, 250),
    }


def test_a_border_moved_and_both_keep_their_codes() -> None:
    what = went((0, 0, 300), (0, 1, 50), (1, 1, 350), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{A}002"], [A, A])
    assert found == Succession([f"{A}001", f"{A}002"], [])
    assert ("001", "002", "moved", 50, 50) in told(what, [f"{A}001", f"{A}002"], found.codes)


def test_two_zones_swap_their_people_and_so_their_codes() -> None:
    # Zone 0 has now most of what was in 001 before, and the other way round; the order of zones does not count.
    what = went((0, 1, 280), (0, 0, 20), (1, 0, 290), (1, 1, 10), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{A}002"], [A, A])
    assert found == Succession([f"{A}002", f"{A}001"], [])


def test_a_zone_in_another_community_gets_a_code_there() -> None:
    what = went((0, 0, 300), (1, 1, 400), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{B}001"], [B, B])
    assert found == Succession([f"{B}002", f"{B}001"], [f"{A}001"])
    assert [step.change for step in lineage_steps(what, [f"{A}001", f"{B}001"], found.codes)] == ["moved", "kept"]


def test_units_of_a_grid_with_another_code_get_new_codes() -> None:
    what = went((0, 0, 12), (1, 1, 15), former=2, zones=2)
    found = renew(what, [f"{A}001001", f"{A}001002"], [f"{A}009", f"{A}009"])
    assert found == Succession([f"{A}009001", f"{A}009002"], [f"{A}001001", f"{A}001002"])


def test_a_code_under_the_same_parent_is_kept_although_more_came_from_another() -> None:
    what = went((0, 0, 12), (1, 0, 5), former=2, zones=1)
    assert renew(what, [f"{B}001", f"{A}004"], [A]) == Succession([f"{A}004"], [f"{B}001"])


def test_an_estate_demolished_and_one_built() -> None:
    what = went((0, -1, 300), (1, 0, 320), (-1, 1, 0, 410), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{A}002"], [A, A])
    assert found == Succession([f"{A}002", f"{A}003"], [f"{A}001"])
    assert told(what, [f"{A}001", f"{A}002"], found.codes) == {
        ("001", "", "gone", 0, 300),
        ("002", "002", "kept", 320, 320),
        ("", "003", "new", 410, 0),
    }


def test_households_that_changed_count_as_then_and_as_now() -> None:
    # Most of the old zone's people then lived in what is zone 0, although zone 1 has grown since.
    what = went((0, 0, 200, 210), (0, 1, 100, 700), former=1, zones=2)
    found = renew(what, [f"{A}001"], [A, A])
    assert found == Succession([f"{A}001", f"{A}002"], [])
    assert told(what, [f"{A}001"], found.codes) == {("001", "001", "kept", 210, 200), ("001", "002", "split", 700, 100)}


def test_all_at_once() -> None:
    """001 splits in two, 002 and 003 merge, 004 gives 30 to 001's greater part, 005 is demolished, an estate is built."""
    what = went(
        (0, 0, 180), (0, 1, 320), (1, 2, 160), (2, 2, 170), (3, 3, 390), (3, 1, 30), (4, -1, 300), (-1, 4, 0, 350),
        former=5, zones=5,
    )  # fmt: skip
    former = [f"{A}00{number}" for number in range(1, 6)]
    found = renew(what, former, [A] * 5, voided=(f"{A}006",))
    assert [code[-3:] for code in found.codes] == ["007", "001", "003", "004", "008"]
    assert [code[-3:] for code in found.voided] == ["002", "005"]
    assert told(what, former, found.codes) == {
        ("001", "007", "split", 180, 180),
        ("001", "001", "kept", 320, 320),
        ("002", "003", "merged", 160, 160),
        ("003", "003", "kept", 170, 170),
        ("004", "004", "kept", 390, 390),
        ("004", "001", "moved", 30, 30),
        ("005", "", "gone", 0, 300),
        ("", "008", "new", 350, 0),
    }


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (((0, 0, 10), (0, 1, 10)), 0),  # equal in all: the first in reading order
        (((0, 0, 10, 9), (0, 1, 10, 12)), 1),  # more are there now
        (((0, 0, 10), (0, 1, 5), (0, 1, 5)), 1),  # more items
        (((0, 0, 0), (0, 1, 0), (0, 1, 0)), 1),  # no one lives there: items
    ],
)
def test_ties(rows: tuple[tuple[int, int, int], ...], first: int) -> None:
    found = renew(went(*rows, former=1, zones=2), [f"{A}001"], [A, A])
    assert found.codes[first] == f"{A}001"
    assert found.codes[1 - first] == f"{A}002"


def test_of_equal_predecessors_the_first_code_is_kept() -> None:
    what = went((0, 0, 10), (1, 0, 10), former=2, zones=1)
    assert renew(what, [f"{A}002", f"{A}001"], [A]) == Succession([f"{A}001"], [f"{A}002"])


def test_new_numbers_are_above_all_ever_used_and_in_reading_order() -> None:
    what = went((-1, 0, 10), (-1, 1, 10), (0, 2, 10), former=1, zones=3)
    order = np.array([1, 2, 0])
    found = succeed(what, [f"{A}004"], [A] * 3, order, pattern=THREE, level="grid", voided=[f"{A}007", f"{B}050"])
    assert [code[-3:] for code in found.codes] == ["009", "008", "004"]


def test_gaps_are_used_when_nothing_is_left_above_and_voided_ones_never() -> None:
    tight = Pattern.parse("{parent}{number:1}")
    what = went((0, 0, 5), (-1, 1, 5), (-1, 2, 5), (-1, 3, 5), former=1, zones=4)
    found = succeed(what, ["a8"], ["a"] * 4, np.arange(4), pattern=tight, level="grid", voided=["a1", "a3"])
    assert found.codes == ["a8", "a9", "a2", "a4"]
    every = [f"a{number}" for number in (1, 2, 3, 5, 6, 7)]
    with pytest.raises(RuleError, match=r"GP267 a needs codes for 3 new grids, but of the 9 .* 7 are in use or voided") as full:
        succeed(what, ["a8"], ["a"] * 4, np.arange(4), pattern=tight, level="grid", voided=every)
    assert "作废" in full.value.message("zh")


def test_codes_of_another_pattern_end() -> None:
    what = went((0, 0, 5), former=1, zones=1)
    found = succeed(what, [f"{A}001"], [A], np.arange(1), pattern=Pattern.parse("{parent}{letter:1}{number:2}"), level="grid")
    assert found == Succession([f"{A}A01"], [f"{A}001"])


def test_a_code_that_was_voided_before_is_not_kept() -> None:
    what = went((0, 0, 5), former=1, zones=1)
    assert renew(what, [f"{A}001"], [A], voided=(f"{A}001",)).codes == [f"{A}002"]


def test_zones_without_items_have_their_rows() -> None:
    what = went((0, 0, 5), former=2, zones=2)
    found = renew(what, [f"{A}001", f"{A}002"], [A, A])
    assert found == Succession([f"{A}001", f"{A}003"], [f"{A}002"])
    assert told(what, [f"{A}001", f"{A}002"], found.codes) == {
        ("001", "001", "kept", 5, 5),
        ("002", "", "gone", 0, 0),
        ("", "003", "new", 0, 0),
    }


@pytest.mark.parametrize(
    ("rows", "former", "codes", "expected"),
    [
        # one to one
        (((0, 0, 9),), 1, ["z1"], {("y0", "z1"): "moved"}),
        # several into one, one into several
        (((0, 0, 9), (1, 0, 8)), 2, ["z1"], {("y0", "z1"): "merged", ("y1", "z1"): "merged"}),
        (((0, 0, 9), (0, 1, 8)), 1, ["z1", "z2"], {("y0", "z1"): "split", ("y0", "z2"): "split"}),
        # both at once: merged into its successor, split off to the other
        (
            ((0, 0, 9), (0, 1, 8), (1, 1, 20)),
            2,
            ["z1", "z2"],
            {("y0", "z1"): "split", ("y0", "z2"): "split", ("y1", "z2"): "merged"},
        ),
        (
            ((0, 0, 7), (0, 1, 8), (1, 1, 20)),
            2,
            ["z1", "z2"],
            {("y0", "z1"): "split", ("y0", "z2"): "merged", ("y1", "z2"): "merged"},
        ),
    ],
)
def test_changes_where_no_code_is_in_both(
    rows: tuple[tuple[int, int, int], ...], former: int, codes: list[str], expected: dict[tuple[str, str], str]
) -> None:
    steps = lineage_steps(went(*rows, former=former, zones=len(codes)), [f"y{number}" for number in range(former)], codes)
    assert {(step.old, step.new): step.change for step in steps} == expected


def test_steps_are_in_order_and_every_change_has_a_name() -> None:
    what = went((-1, 0, 3), (0, 0, 4), (1, -1, 2), former=2, zones=1)
    steps = lineage_steps(what, ["b", "a"], ["b"])
    assert steps == [Step(None, "b", "new", 3, 0), Step("a", None, "gone", 0, 2), Step("b", "b", "kept", 4, 4)]
    assert Counter(step.change for step in steps).keys() <= set(CHANGES)
