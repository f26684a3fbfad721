"""What of two plans is the same: sections by id, re-divided buildings by shares, empty land by place."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from gridplan.plan.land import Shapes
from gridplan.plan.matching import LevelZones, Matches, Zoning, level_flows, match, shares

Row = tuple[str, str, int | None, int]


def lands(count: int) -> Shapes:
    """Squares side by side, one degree wide."""
    return np.array([box(x, 0, x + 1, 1) for x in range(count)], dtype=object)


def zoning(rows: list[Row], zones: list[int], *, east: float = 104.0) -> Zoning:
    """Sections by id, building, floor and households, each in its zone; all buildings at one place."""
    sections = pd.DataFrame(rows, columns=["id", "building", "floor_from", "households"])
    sections["floor_from"] = sections["floor_from"].astype("Int64")
    buildings = sorted(set(sections["building"]))
    level = LevelZones(np.array(zones, dtype=np.int64), lands(max(zones) + 1))
    return Zoning(sections, buildings, np.full((len(buildings), 2), (east, 30.0)), {"grid": level})


def rows_of(matches: Matches) -> set[tuple[int, int, int, int]]:
    return set(
        zip(
            matches.old.tolist(), matches.new.tolist(), matches.households.tolist(), matches.before.tolist(), strict=True
        )
    )  # fmt: skip


def test_sections_by_id_in_any_order() -> None:
    old = zoning([("a", "a", None, 10), ("b/1", "b", 1, 6), ("b/2", "b", 2, 7)], [0, 1, 1])
    new = zoning([("b/2", "b", 2, 8), ("a", "a", None, 12), ("b/1", "b", 1, 6)], [0, 0, 1])
    assert rows_of(match(old, new)) == {(0, 1, 12, 10), (1, 2, 6, 6), (2, 0, 8, 7)}


def test_what_is_gone_and_what_is_new() -> None:
    old, new = (
        zoning([("a", "a", None, 10), ("b", "b", None, 6)], [0, 0]),
        zoning([("b", "b", None, 6), ("c", "c", None, 9)], [0, 0]),
    )
    assert rows_of(match(old, new)) == {(0, -1, 0, 10), (1, 0, 6, 6), (-1, 1, 9, 0)}


def test_a_house_that_was_given_entrances_is_all_of_them() -> None:
    old = zoning([("b", "b", None, 30)], [0])
    new = zoning([("b/1", "b", None, 12), ("b/2", "b", None, 18)], [0, 1])
    assert rows_of(match(old, new)) == {(0, 0, 12, 12), (0, 1, 18, 18)}


def test_a_building_divided_anew_is_laid_out_in_the_order_of_floors_and_numbers() -> None:
    # Ids that are in both do not help where others are not: b/2 was the upper half and is now the middle third.
    old = zoning([("b/2", "b", None, 30), ("b/1", "b", None, 30)], [1, 0])
    new = zoning([("b/1", "b", None, 20), ("b/2", "b", None, 20), ("b/3", "b", None, 20)], [0, 0, 1])
    assert rows_of(match(old, new)) == {(1, 0, 20, 20), (1, 1, 10, 10), (0, 1, 10, 10), (0, 2, 20, 20)}
    # The tenth comes after the second, and floors before numbers.
    old = zoning([(f"t/{n}", "t", n, 1) for n in (10, 9, 2, 1)], [0, 0, 0, 0])
    new = zoning([("t/x", "t", 1, 2), ("t/a", "t", 5, 2)], [0, 1])
    assert rows_of(match(old, new)) == {(3, 0, 1, 1), (2, 0, 1, 1), (1, 1, 1, 1), (0, 1, 1, 1)}


def test_a_building_of_the_same_id_in_another_place_is_another() -> None:
    old, new = zoning([("1", "1", None, 30)], [0]), zoning([("1", "1", None, 30)], [0], east=104.02)
    assert rows_of(match(old, new)) == {(0, -1, 0, 30), (-1, 0, 30, 0)}
    # An error of datum, some hundred metres, is none.
    near = zoning([("1", "1", None, 30)], [0], east=104.006)
    assert rows_of(match(old, near)) == {(0, 0, 30, 30)}


def test_zones_without_a_section_follow_their_land() -> None:
    """Zone 1 is a park in both; zone 2 is one only today, cut out of the inhabited zone 0 of before."""
    old = zoning([("a", "a", None, 10)], [0])
    new = zoning([("a", "a", None, 10)], [0])
    then = LevelZones(np.array([0]), np.array([box(0, 0, 2, 1), box(2, 0, 3, 1)], dtype=object))
    now = LevelZones(np.array([0]), np.array([box(0, 0, 1, 1), box(2, 0, 3, 1), box(1, 0, 2, 1), box(9, 0, 10, 1)], dtype=object))
    went = level_flows(match(old, new), then, now)
    pairs = zip(went.old.tolist(), went.new.tolist(), went.households.tolist(), strict=True)
    assert set(pairs) == {(0, 0, 10), (1, 1, 0), (0, 2, 0), (-1, 3, 0)}


def test_a_zone_without_a_section_that_was_swallowed_leads_to_its_land() -> None:
    old = zoning([("a", "a", None, 10)], [0])
    then = LevelZones(np.array([0]), np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(5, 0, 6, 1)], dtype=object))
    went = level_flows(match(old, old), then, LevelZones(np.array([0]), np.array([box(0, 0, 2, 1)], dtype=object)))
    assert set(zip(went.old.tolist(), went.new.tolist(), strict=True)) == {(0, 0), (1, 0), (2, -1)}


def test_nothing_on_either_side() -> None:
    full = zoning([("a", "a", None, 10)], [0])
    bare = replace(full, sections=full.sections.iloc[:0], buildings=[], place=np.empty((0, 2)))
    assert rows_of(match(full, bare)) == {(0, -1, 0, 10)}
    assert rows_of(match(bare, full)) == {(-1, 0, 10, 0)}
    assert rows_of(match(bare, bare)) == set()


@pytest.mark.parametrize(
    ("before", "today", "expected"),
    [
        ([0], [0, 0], [(0, 0, 0, 0), (0, 1, 0, 0)]),
        ([1], [0, 0, 0], [(0, 0, 0, 1), (0, 1, 0, 0), (0, 2, 0, 0)]),
        ([5, 5], [10], [(0, 0, 5, 5), (1, 0, 5, 5)]),
        ([9, 0], [9], [(0, 0, 8, 9), (1, 0, 1, 0)]),
    ],
)
def test_shares_of_a_building(before: list[int], today: list[int], expected: list[tuple[int, int, int, int]]) -> None:
    assert shares(before, today) == expected


@given(st.lists(st.integers(0, 300), min_size=1, max_size=12), st.lists(st.integers(0, 300), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_shares_lose_no_household_and_no_section(before: list[int], today: list[int]) -> None:
    found = shares(before, today)
    for side, value, totals in ((0, 3, before), (1, 2, today)):
        sums = [0] * len(totals)
        for row in found:
            assert row[value] >= 0
            sums[row[side]] += row[value]
        assert sums == totals
        assert {row[side] for row in found} == set(range(len(totals)))
    assert len(found) <= len(before) + len(today) - 1
