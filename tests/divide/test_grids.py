"""Grids on drawn communities: what stands for itself, what is cut, and what no grid may cross."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.atoms import Atoms
from gridplan.divide import Grids, divide_grids
from gridplan.divide.asked import with_lines
from gridplan.graph.atom_graph import LANE, MAJOR, RAIL, RIVER, AtomGraph
from gridplan.partition import Effort
from gridplan.partition.groups import parts
from tests.divide.drawn import SEARCH, drawn, grid_level

RANGE = "every = { households = { low = 30, high = 50, target = 40 } }"


def divided(place: tuple[Atoms, AtomGraph], lines: str = RANGE) -> Grids:
    atoms, graph = place
    found = divide_grids(atoms, graph, grid_level(lines), SEARCH)
    assert_sound(found, atoms, graph)
    return found


def assert_sound(found: Grids, atoms: Atoms, graph: AtomGraph) -> None:
    """Every cell in one grid of its community, grids numbered without gaps, each in one part, everything said by grid."""
    count = len(found.of)
    assert len(found.special) == count
    assert sorted(set(found.of_cell.tolist())) == list(range(count))
    assert set(found.verdicts) <= set(range(count))
    communities = atoms.cells["community"].groupby(found.of_cell).nunique()
    assert (communities == 1).all()
    inner = found.of_cell[graph.i] == found.of_cell[graph.j]
    assert len(set(parts(len(graph), graph.i[inner], graph.j[inner]).tolist())) == count
    assert int(np.bincount(found.of_cell, graph.households).sum()) == int(atoms.cells["households"].sum())
    assert not any(found.special[grid] for grid in found.verdicts)


def picture(found: Grids, columns: int) -> list[str]:
    """A letter a cell by the grid it is in, in the order in which grids are met: special ones large, others small."""
    met: dict[int, str] = {}
    for grid in found.of_cell.tolist():
        met.setdefault(grid, chr(ord("A" if found.special[grid] else "a") + len(met)))
    letters = [met[grid] for grid in found.of_cell.tolist()]
    return ["".join(letters[row : row + columns]) for row in range(0, len(letters), columns)]


def households(found: Grids, graph: AtomGraph) -> list[int]:
    return [int(size) for size in np.bincount(found.of_cell, graph.households)]


def test_each_part_of_a_school_is_a_special_grid_and_the_rest_is_cut() -> None:
    place = drawn(
        """
        0 20 20 20 0
        0 20 20 20 0
        """,
        site="""
        s . . . s
        s . . . s
        """,
    )
    found = divided(place)
    assert picture(found, 5)[0][0] == "A"
    assert found.special.tolist().count(True) == 2
    assert [found.of[grid] for grid in np.flatnonzero(found.special)] == ["s", "s"]
    assert [found.of[grid] for grid in np.flatnonzero(~found.special)] == [None] * 3
    assert sorted(households(found, place[1])) == [0, 0, 40, 40, 40]
    assert found.verdicts == {}


def test_people_in_a_hospital_have_no_range() -> None:
    place = drawn("3 40 40", site="h . .")
    found = divided(place)
    assert picture(found, 3) == ["Abc"]
    assert households(found, place[1]) == [3, 40, 40]
    assert found.verdicts == {}


def test_land_that_nothing_but_sites_surrounds_joins_one() -> None:
    place = drawn(
        """
        0 0 0 40
        0 0 0 40
        0 0 0 40
        """,
        site="""
        s s s .
        s . s .
        s s s .
        """,
    )
    assert picture(divided(place), 4) == ["AAAb", "AAAc", "AAAd"]


def test_homes_that_a_park_surrounds_are_a_grid_of_their_own() -> None:
    place = drawn(
        """
        0 0 0 40
        0 7 0 40
        0 0 0 40
        """,
        site="""
        p p p .
        p . p .
        p p p .
        """,
    )
    found = divided(place)
    assert picture(found, 4) == ["AAAb", "AcAd", "AAAe"]
    (verdict,) = found.verdicts.values()
    assert (verdict.measure, verdict.proof) == (7.0, True)


def test_a_site_across_two_communities_has_a_grid_in_each() -> None:
    place = drawn(
        """
        40 0 0 40
        """,
        site=". s s .",
        community="A A B B",
    )
    found = divided(place)
    assert found.special.tolist().count(True) == 2
    assert found.of_cell.tolist() == [1, 0, 2, 3]


def test_a_scrap_of_a_site_is_ordinary_land() -> None:
    atoms, graph = drawn("0 40 0", site="s . s")
    area = graph.area.copy()
    area[0] = 499.0
    found = divided((atoms, replace(graph, area=area)))
    assert picture(found, 3) == ["aaB"]


def test_a_community_that_is_all_site() -> None:
    found = divided(drawn("0 0", site="s s"))
    assert picture(found, 2) == ["AA"]
    assert found.answers == []


def test_a_compound_is_a_grid_whatever_its_size_and_the_rest_is_cut() -> None:
    place = drawn(
        """
        90 90  0 20 20
         0  3 20 20  0
        """,
        compound="""
        c c . . .
        . . . . .
        """,
    )
    found = divided(place, 'every = { each = "compound", households = { low = 30, high = 50, target = 40 } }')
    assert found.of[found.of_cell[0]] == "c"
    assert households(found, place[1])[found.of_cell[0]] == 180
    others = [size for grid, size in enumerate(households(found, place[1])) if grid != found.of_cell[0]]
    assert sum(others) == 83
    assert all(30 <= size <= 50 for size in others)
    assert found.verdicts == {}


def test_compounds_without_a_range_take_all_land() -> None:
    place = drawn("50 0 3 0 60", compound="c . . . d")
    found = divided(place, 'every = { each = "compound" }')
    assert sorted(name or "" for name in found.of) == ["c", "d"]
    assert len(found.of) == 2
    assert found.answers == []


def test_a_rule_without_a_range_where_there_is_nothing_it_is_each_of() -> None:
    found = divided(drawn("5 0 3"), 'every = { each = "compound" }')
    assert (found.of, found.of_cell.tolist()) == ([None], [0, 0, 0])
    assert found.verdicts == {}


def test_each_community_and_each_building() -> None:
    place = drawn("5 0 3 9", community="A A B B")
    whole = divided(place, 'every = { each = "community" }')
    assert (whole.of, whole.of_cell.tolist()) == (["A", "B"], [0, 0, 1, 1])
    each = divided(place, 'every = { each = "building" }')
    assert sorted(name or "" for name in each.of) == ["c00", "c02", "c03"]


VILLAGES = """
urban = { households = { low = 30, high = 50, target = 40 } }
rural = { each = "village", households = { low = 10, high = 50, target = 30 } }
"""


def test_natural_villages_are_grids_and_a_column_comes_before_what_was_found() -> None:
    place = drawn("20 20 1 0 12 12", village="v v . . w w", kind={"A": "rural"})
    found = divided(place, VILLAGES)
    assert found.of == ["v", "w"]
    assert found.of_cell[[0, 1, 2, 4, 5]].tolist() == [0, 0, 0, 1, 1]
    named = drawn("20 20 1 0 12 12", village="v v . . w w", compound="x x . . . .", kind={"A": "rural"})
    assert set(divided(named, VILLAGES).of) == {"x", "w"}


def test_a_village_above_the_range_is_cut_and_names_no_part_that_is_not_nearly_all_of_it() -> None:
    place = drawn("20 20 20 20", village="v v v v", kind={"A": "rural"})
    found = divided(place, VILLAGES)
    assert all(10 <= size <= 50 for size in households(found, place[1]))
    assert set(found.of) == {None}


def test_the_kind_of_a_community_chooses_its_rule() -> None:
    place = drawn("20 20 20 20", community="A A B B", village="v v w w", kind={"A": "rural", "B": "mixed"})
    found = divided(place, VILLAGES)
    assert (found.of, found.of_cell.tolist()) == (["v", None], [0, 0, 1, 1])


@pytest.mark.parametrize(("line", "kind"), [("river", RIVER), ("rail", RAIL), ("major", MAJOR)])
def test_no_grid_crosses_a_line_it_may_not(line: str, kind: int) -> None:
    # 80 households in two squares each side of the line: without it any cut will do, with it only the one along it.
    place = drawn("30 10 10 30", edges={(1, 2): kind})
    assert divided(place, f'not_across = ["{line}"]\n{RANGE}').of_cell.tolist() == [0, 0, 1, 1]
    far = drawn("10 10 20 40", edges={(1, 2): kind})
    found = divided(far, f'not_across = ["{line}"]\n{RANGE}')
    assert found.of_cell[1] != found.of_cell[2]
    assert all(verdict.proof for verdict in found.verdicts.values())
    assert len(found.verdicts) == 2
    assert divided(far).verdicts == {}


@pytest.mark.parametrize("each", ["compound", "village"])
def test_what_stands_for_something_does_not_cross_a_forbidden_line(each: str) -> None:
    place = drawn("40 0 0 40", compound="c . . c", edges={(1, 2): RIVER})
    rule = f'each = "{each}", households = {{ low = 10, high = 100, target = 50 }}'
    found = divided(place, f'not_across = ["river"]\nevery = {{ {rule} }}')
    assert found.of_cell[1] != found.of_cell[2]


def test_no_grid_crosses_a_compound_where_that_is_forbidden() -> None:
    place = drawn("20 20 20 20", compound="c c c .")
    assert divided(place).verdicts == {}
    found = divided(place, f'not_across = ["compound"]\n{RANGE}')
    assert found.of_cell[2] != found.of_cell[3]
    # 60 and 20: the three of the compound can be one too many, the other one alone is too few.
    assert {verdict.measure for verdict in found.verdicts.values() if verdict.proof} >= {20.0}


def test_lines_that_are_not_avoided_count_as_lanes() -> None:
    _, graph = drawn("10 10 10 10", edges={(0, 1): MAJOR, (1, 2): RIVER, (2, 3): RAIL})
    seen = with_lines(graph, grid_level(f'avoid = ["river"]\n{RANGE}'))
    assert seen.kind.tolist() == [LANE, RIVER, LANE]
    forbidden = with_lines(graph, grid_level(f'avoid = []\nnot_across = ["rail"]\n{RANGE}'))
    assert (forbidden.kind.tolist(), forbidden.i.tolist()) == ([LANE, LANE], [0, 1])


@st.composite
def places(draw: st.DrawFn) -> tuple[Atoms, AtomGraph]:
    """Two communities of up to 6 x 6 squares with sites, compounds and villages wherever."""
    columns, rows = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    count = columns * rows

    def text(values: list[str]) -> str:
        return "\n".join(" ".join(values[row * columns : (row + 1) * columns]) for row in range(rows))

    def marks(letters: str) -> str:
        return text(draw(st.lists(st.sampled_from(letters), min_size=count, max_size=count)))

    split = draw(st.integers(1, columns))
    return drawn(
        text([str(size) for size in draw(st.lists(st.integers(0, 30), min_size=count, max_size=count))]),
        community=text(["A" if number % columns < split else "B" for number in range(count)]),
        site=marks("...st"),
        compound=marks("..cd"),
        village=marks("..vw"),
        kind={"B": draw(st.sampled_from(["urban", "rural", "mixed"]))},
    )


RULES = [
    RANGE,
    'every = { each = "compound" }',
    'every = { each = "community" }',
    'every = { each = "building" }',
    f'not_across = ["compound"]\n{VILLAGES}',
    'every = { each = "compound", households = { low = 30, high = 50, target = 40 } }',
]


@settings(max_examples=40, deadline=None)
@given(places(), st.sampled_from(RULES))
def test_every_cell_is_in_one_connected_grid_of_its_community(place: tuple[Atoms, AtomGraph], lines: str) -> None:
    atoms, graph = place
    found = divided(place, lines)
    site = atoms.cells["site"].to_numpy(dtype=object)
    for grid in np.flatnonzero(found.special):
        # Only land without homes joins a site.
        inside = found.of_cell == grid
        assert found.of[grid] in set(site[inside])
        assert (graph.households[inside & (site != found.of[grid])] == 0).all()
    known = np.array([isinstance(name, str) for name in site])
    lived = known & (graph.households > 0)
    assert found.special[found.of_cell[lived]].all()
    two = divide_grids(atoms, graph, grid_level(lines), replace(SEARCH, effort=Effort(threads=2)))
    assert two.of_cell.tolist() == found.of_cell.tolist()
    assert (two.of, two.verdicts) == (found.of, found.verdicts)
