"""Zones that stand for something, on drawn lattices."""

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.standing import STRAY, Standing, grown, site_zones, village_zones, whole_zones
from tests.strategies.graphs import lattice


def drawn(rows: str) -> tuple[AtomGraph, Ints]:
    """A lattice of squares of 1 m; each mark is a thing (a, b, ..) or none (.), a digit the households; ``a9`` is both."""
    words = [line.split() for line in rows.strip().splitlines()]
    marks = [word[0] for line in words for word in line]
    counts = [[int(word[1:] or 0) for word in line] for line in words]
    thing = np.array([-1 if mark == "." else ord(mark) - ord("a") for mark in marks], dtype=np.int64)
    return lattice(counts), thing


def test_each_part_of_a_site_is_a_zone_and_land_it_shuts_in_joins_it() -> None:
    graph, site = drawn("""
        a0 a0 a0 .5
        a0 .0 a0 .5
        a0 a0 a0 b0
    """)
    found = site_zones(graph, site, least_area_m2=1.0)
    assert found.zone.tolist() == [0, 0, 0, -1, 0, 0, 0, -1, 0, 0, 0, 1]
    assert found.thing.tolist() == [0, 1]


def test_a_scrap_of_a_site_is_ordinary_land_unless_someone_lives_there() -> None:
    graph, site = drawn("""
        a0 .5 a7
        .5 .5 .5
    """)
    found = site_zones(graph, site, least_area_m2=2.0)
    assert found.zone.tolist() == [-1, -1, 0, -1, -1, -1]


def test_inhabited_land_between_sites_is_not_taken() -> None:
    graph, site = drawn("a0 .3 a0")
    assert site_zones(graph, site, least_area_m2=1.0).zone.tolist() == [0, -1, 1]


def test_a_compound_is_a_zone_and_a_stray_house_of_it_is_not() -> None:
    graph, thing = drawn("a50 a50 .0 b40 a5")
    found = whole_zones(graph, thing)
    assert STRAY * 105 > 5
    assert found.zone.tolist() == [0, 0, -1, 1, -1]
    assert found.thing.tolist() == [0, 1]


def test_land_joins_the_nearest_zone_and_only_while_there_is_room() -> None:
    graph, _ = drawn(".10 .0 .3 .0 .10")
    zone = np.array([0, -1, -1, -1, 1])
    standing = Standing(zone, np.array([0, 1]))
    assert grown(graph, standing, among=zone < 0).zone.tolist() == [0, 0, 0, 1, 1]
    assert grown(graph, standing, among=zone < 0, room=12).zone.tolist() == [0, 0, -1, 1, 1]


def test_a_village_takes_the_farms_around_it() -> None:
    graph, village = drawn("""
        a20 a20 .2 .0
        .0  .0  .0 b30
    """)
    found, territory = village_zones(graph, village, low=10, high=60)
    assert found.thing.tolist() == [0, 1]
    assert (territory == -1).all()
    assert found.zone[:2].tolist() == [0, 0]
    assert found.zone[7] == 1
    assert (found.zone >= 0).all()


def test_a_village_above_the_range_is_left_to_be_cut() -> None:
    graph, village = drawn("a80 a80 .2 b30")
    found, territory = village_zones(graph, village, low=10, high=100)
    assert found.zone.tolist() == [-1, -1, 0, 0]
    assert territory[0] == territory[1] >= 0


def test_what_is_too_little_is_cut_together_with_the_smallest_zone_beside_it() -> None:
    """Four households find no room in a village of 58, so that the two are cut anew together."""
    graph, village = drawn("a58 .4")
    found, territory = village_zones(graph, village, low=10, high=60)
    assert found.zone.tolist() == [-1, -1]
    assert territory[0] == territory[1] >= 0


def test_villages_below_the_range_are_ordinary_land() -> None:
    graph, village = drawn("a4 .9 b30")
    found, territory = village_zones(graph, village, low=10, high=60)
    assert found.thing.tolist() == [1]
    assert found.zone.tolist() == [0, 0, 0]
    assert (territory == -1).all()


def test_without_villages_all_land_is_left_to_be_cut() -> None:
    graph, village = drawn(".20 .20 .20")
    found, territory = village_zones(graph, village, low=10, high=60)
    assert found.zone.tolist() == [-1, -1, -1]
    assert len(np.unique(territory)) == 1
