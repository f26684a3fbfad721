"""Areas above the community: whole towns or communities, connected, nested, balanced, across administrative lines."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from gridplan.divide import Areas, divide_areas
from gridplan.errors import RuleError
from gridplan.graph.adjacency import build_graph
from gridplan.partition.groups import parts
from tests.divide.drawn import CRS, SEARCH, scheme

SIDE = 1000.0


def villages(households: str, town: str | None = None) -> gpd.GeoDataFrame:
    """Communities of a square kilometre each, by row, north above; their towns by the same drawing."""
    table = [[int(word) for word in line.split()] for line in households.strip().splitlines()]
    columns = len(table[0])
    sizes = np.ravel(table)
    towns = [None] * len(sizes) if town is None else [None if word == "." else word for word in town.split()]
    corner = [(number % columns * SIDE, -(number // columns) * SIDE) for number in range(len(sizes))]
    return gpd.GeoDataFrame(
        {"code": [f"v{number:02}" for number in range(len(sizes))], "parent": towns, "households": sizes},
        geometry=[box(x, y, x + SIDE, y + SIDE) for x, y in corner],
        crs=CRS,
    )


def made(communities: gpd.GeoDataFrame, *levels: tuple[str, str, str]) -> list[Areas]:
    found = divide_areas(communities, scheme(areas=levels), SEARCH)
    graph = build_graph(communities, streets=None, barriers=None)
    for areas in found:
        assert sorted(set(areas.of_community.tolist())) == list(range(len(areas.above)))
        inner = areas.of_community[graph.i] == areas.of_community[graph.j]
        assert len(set(parts(len(graph), graph.i[inner], graph.j[inner]).tolist())) >= len(areas.above)
        if (areas.above >= 0).any():
            outer = next(other for other in found if other is not areas)
            assert (areas.above[areas.of_community] == outer.of_community).all()
    return found


def count(number: int, tolerance: float = 0.3) -> str:
    return f"every = {{ count = {number}, tolerance = {tolerance} }}"


def test_without_levels_there_are_no_areas() -> None:
    assert made(villages("10 10")) == []


def test_a_basic_grid_is_all_of_its_community() -> None:
    (areas,) = made(villages("10 0 20"), ("basic", "community", 'every = { each = "community" }'))
    assert areas.of_community.tolist() == areas.inside.tolist() == [0, 1, 2]
    assert areas.above.tolist() == [-1, -1, -1]


def test_areas_of_whole_villages_are_balanced_and_cross_the_lines_of_towns() -> None:
    # Two towns of 10 and 30: equal areas are only to be had across their border.
    place = villages("10 10 10 10", "A B B B")
    (areas,) = made(place, ("area", "community", count(2, 0.1)))
    assert areas.of_community.tolist() == [0, 0, 1, 1]
    assert areas.verdicts == {}


def test_areas_of_whole_towns_keep_towns_whole() -> None:
    place = villages(
        """
        10 10 10 30 30 30
        10 10 10 30 30 30
        """,
        "A A B C C C A A B C C C",
    )
    (areas,) = made(place, ("town_area", "town", count(2, 0.6)))
    assert areas.of_community.tolist() == [0, 0, 0, 1, 1, 1] * 2


def test_levels_nest_and_each_area_above_has_its_share() -> None:
    place = villages("10 10 10 10 20 20 20 20", "A A A A B B B B")
    above, below = made(place, ("town_area", "town", count(2, 0.5)), ("village_area", "community", count(6, 0.2)))
    assert above.of_community.tolist() == [0] * 4 + [1] * 4
    assert below.above.tolist() == [0, 0, 1, 1, 1, 1]
    assert below.verdicts == {}


def test_as_many_areas_as_are_wanted_where_one_area_above_has_few_villages() -> None:
    # By households alone the first town would have four of the six areas; it has but one village.
    place = villages("80 10 10 10 10 10", "A B B B B B")
    above, below = made(place, ("town_area", "town", count(2, 0.9)), ("village_area", "community", count(6, 0.9)))
    assert len(above.above) == 2
    assert len(below.above) == 6


def test_small_areas_above_do_not_raise_the_number() -> None:
    place = villages("1 1 50 50", "A B C C")
    _, below = made(
        place,
        ("town_area", "town", "every = { households = { low = 1, high = 100, target = 50 } }"),
        ("sub", "community", count(4, 0.9)),
    )
    assert len(below.above) == 4


def test_a_village_that_is_too_large_for_its_share_is_proved() -> None:
    (areas,) = made(villages("10 70 10 10"), ("area", "community", count(4, 0.2)))
    # Zones of 20-30: the village of 70 is above, and the 10 in the west has no other neighbour.
    assert areas.of_community.tolist() == [0, 0, 1, 1]
    assert [(verdict.measure, verdict.proof) for verdict in areas.verdicts.values()] == [(80.0, True)]


def test_areas_by_a_range() -> None:
    (areas,) = made(
        villages("10 10 10 10"), ("area", "community", "every = { households = { low = 15, high = 25, target = 20 } }")
    )
    assert areas.of_community.tolist() == [0, 0, 1, 1]


def test_villages_without_a_town_are_refused() -> None:
    with pytest.raises(RuleError, match=r"GP227 .*v01"):
        made(villages("10 10", "A ."), ("area", "town", count(1)))


def test_nothing_but_empty_villages() -> None:
    (areas,) = made(villages("0 0 0"), ("area", "community", count(1)))
    assert areas.of_community.tolist() == [0, 0, 0]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_villages_make_areas_that_are_connected_and_nested(data: st.DataObject) -> None:
    columns, rows = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    total = columns * rows
    sizes = data.draw(st.lists(st.integers(0, 60), min_size=total, max_size=total))
    # Towns are blocks of columns, so that they are connected.
    towns = [f"T{number % columns // 2}" for number in range(total)]
    drawing = "\n".join(" ".join(str(size) for size in sizes[row * columns : (row + 1) * columns]) for row in range(rows))
    place = villages(drawing, " ".join(towns))
    wanted = data.draw(st.integers(1, max(1, (columns + 1) // 2)))
    finer = data.draw(st.integers(wanted, total))
    above, below = made(place, ("town_area", "town", count(wanted, 0.8)), ("village_area", "community", count(finer, 0.8)))
    for town in set(towns):
        assert len({area for area, name in zip(above.of_community.tolist(), towns, strict=True) if name == town}) == 1
    again = divide_areas(place, scheme(areas=(("town_area", "town", count(wanted, 0.8)),)), SEARCH)
    assert again[0].of_community.tolist() == above.of_community.tolist()
    assert len(below.above) <= total
