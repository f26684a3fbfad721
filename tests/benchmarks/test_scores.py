"""The benchmark's own scores: by hand on a small lattice, and equal to the independent program that results are judged with."""

from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from benchmarks.partition.instances import AbsentError, Instance, read_instance
from benchmarks.partition.job import Job
from benchmarks.partition.judge import differences, load_judge
from benchmarks.partition.scores import score
from gridplan.graph.atom_graph import Ints
from gridplan.graph.tables import from_tables

JOB = Job(300, 500, 400, 7)


def lattice() -> Instance:
    """Six squares of 10 m; A and B are compounds, and the road between the second and the third column is major::

    200 A | 200 A || 600        atoms 0 1 2
    ------+-------++------
    100 B | 150 B || 100        atoms 3 4 5 (5 has no compound, as 2)
    """
    squares = [box(10 * column, 10 * (1 - row), 10 * column + 10, 10 * (1 - row) + 10) for row in (0, 1) for column in (0, 1, 2)]
    table = {"households": [200, 200, 600, 100, 150, 100], "compound": ["A", "A", None, "B", "B", None]}
    atoms = gpd.GeoDataFrame(table, geometry=squares)
    edges = pd.DataFrame({"i": [0, 1, 3, 4, 0, 1, 2], "j": [1, 2, 4, 5, 3, 4, 5], "length": 10.0, "kind": [0, 2, 0, 2, 1, 1, 1]})
    edges["crosses_major_road"] = edges["kind"] >= 2
    return Instance("lattice", atoms, edges, from_tables(atoms, edges))


def test_numbers_that_can_be_checked_by_hand() -> None:
    # Zones: A; the tower of 600; the southern row.
    found = score(lattice().graph, np.array([0, 0, 1, 2, 2, 2]), low=300, high=500)
    two_squares, three_squares, square = 4 * np.pi * 200 / 60**2, 4 * np.pi * 300 / 80**2, 4 * np.pi * 100 / 40**2
    assert (found.zones, found.lower_bound, found.unassigned) == (3, 3, 0.0)
    assert (found.in_range, found.connected, found.valid) == pytest.approx((2 / 3, 1, 2 / 3))
    assert (found.oversize, found.valid_excused) == (1, 1.0)
    assert found.pp_mean == pytest.approx((two_squares + three_squares + square) / 3)
    assert found.pp_p10 == pytest.approx(np.percentile([two_squares, three_squares, square], 10))
    # A rectangle a x b has a polar second moment of ab (a2 + b2) / 12 about its middle.
    moments = [200 * (400 + 100) / 12, 300 * (900 + 100) / 12, 100 * (100 + 100) / 12]
    discs = [area**2 / (2 * np.pi * moment) for area, moment in zip([200, 300, 100], moments, strict=True)]
    assert found.inertia_mean == pytest.approx(np.mean(discs))
    # Three borders of 10 m between the rows are cut and count; the major one beside the tower does not.
    assert found.cut_km == pytest.approx(0.03)
    assert found.major_crossings == 1
    assert (found.compounds_split, found.fit_split) == (0.0, 0.0)
    assert (found.min, found.max) == (350, 600)
    assert found.cv == pytest.approx(np.std([400, 600, 350]) / 450)


def test_parts_that_touch_nowhere_are_not_connected_and_split_compounds_are_counted() -> None:
    # Both diagonals of A and B: two zones in two parts each.
    found = score(lattice().graph, np.array([0, 1, 2, 1, 0, 2]), low=300, high=500)
    assert found.connected == pytest.approx(1 / 3)
    assert (found.compounds_split, found.fit_split) == (1.0, 1.0)
    assert found.valid == 0.0


def test_compound_above_the_range_is_split_but_does_not_fit() -> None:
    found = score(lattice().graph, np.array([0, 1, 2, 3, 3, 3]), low=100, high=300)
    assert (found.compounds_split, found.fit_split) == (0.5, 0.0)


def test_atoms_without_zone_are_a_share_and_belong_to_none() -> None:
    found = score(lattice().graph, np.array([0, 0, -1, 5, 5, -1]), low=300, high=500)
    assert (found.zones, found.major_crossings) == (2, 0)
    assert found.unassigned == pytest.approx(2 / 6)
    assert (found.min, found.max) == (250, 400)


def prepared(name: str) -> Instance:
    try:
        return read_instance(name)
    except AbsentError:
        pytest.skip(f"the tables of {name} are not beside the repository")


def equal_to_judge(instance: Instance, zone: Ints) -> None:
    judge = load_judge()
    if judge is None:
        pytest.skip("evaluate_partition.py is not beside the repository")
    found = score(instance.graph, zone, low=JOB.low, high=JOB.high)
    assert differences(judge, instance, zone, found, low=JOB.low, high=JOB.high) == {}


@given(st.lists(st.integers(-1, 3), min_size=6, max_size=6).filter(lambda labels: max(labels) >= 0))
def test_any_zones_of_the_lattice_score_as_the_judge_says(labels: list[int]) -> None:
    equal_to_judge(lattice(), np.array(labels))


@pytest.mark.parametrize("name", ["s500", "helsinki"])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_zones_score_as_the_judge_says(name: str, seed: int) -> None:
    instance = prepared(name)
    zone = np.random.default_rng(seed).integers(-1, 40, len(instance.graph))
    equal_to_judge(instance, zone)


@pytest.mark.parametrize("name", ["s500", "helsinki"])
def test_zones_of_metis_score_as_the_judge_says(name: str) -> None:
    metis = pytest.importorskip("benchmarks.partition.methods.metis", reason="pymetis comes with the extra 'bench'")
    instance = prepared(name)
    equal_to_judge(instance, metis.metis(instance.graph, JOB, metis.ONE))


def test_a_difference_to_the_judge_is_found(tmp_path: Path) -> None:
    judge, instance, zone = load_judge(), lattice(), np.array([0, 0, 1, 2, 2, 2])
    if judge is None:
        pytest.skip("evaluate_partition.py is not beside the repository")
    other = score(instance.graph, zone, low=300, high=600)
    assert set(differences(judge, instance, zone, other, low=300, high=500)) == {
        name for name, value in asdict(other).items() if value != asdict(score(instance.graph, zone, low=300, high=500))[name]
    }
