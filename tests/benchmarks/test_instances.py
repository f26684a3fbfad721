"""Real places as tables that any program can score, and METIS's settings on them."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.partition.instances import AbsentError, Instance, read_instance
from benchmarks.partition.methods.borders import Metre, weighted
from gridplan.graph.atom_graph import MAJOR
from tests.benchmarks.test_scores import JOB, equal_to_judge, lattice


def place(name: str) -> Instance:
    try:
        return read_instance(name)
    except AbsentError:
        pytest.skip(f"the data of {name} is not beside the repository")


@pytest.mark.parametrize("name", ["sengkang", "kunming", "hdb_wl"])
def test_real_place_becomes_tables_that_score_as_the_judge_says(name: str) -> None:
    instance = place(name)
    graph, edges = instance.graph, instance.edges
    assert len(graph) == len(instance.atoms) > 100
    assert int(graph.households.sum()) == int(instance.atoms["households"].sum()) > 5000
    assert np.array_equal(graph.kind >= MAJOR, edges["crosses_major_road"])
    assert np.array_equal(graph.street, edges["street"])
    zone = np.random.default_rng(3).integers(0, 20, len(graph))
    equal_to_judge(instance, zone)


def test_metis_tries_36_ways_and_the_best_is_no_worse_than_any() -> None:
    metis = pytest.importorskip("benchmarks.partition.methods.metis", reason="pymetis comes with the extra 'bench'")
    settings = metis.settings()
    assert len(set(settings)) == 36
    assert len({setting.seed for setting in settings}) == 36
    graph = place("helsinki").graph
    best = metis.merit(metis.score(graph, metis.solve_best(graph, JOB).zone, low=300, high=500))
    every = [metis.merit(metis.score(graph, metis.metis(graph, JOB, setting), low=300, high=500)) for setting in settings]
    assert best == max(every)


def test_borders_weigh_by_road_and_compound() -> None:
    graph = lattice().graph
    csr = weighted(graph, Metre(inside=2.0, lane=0.5, major=0.1), high=300)
    found = {
        (atom, int(csr.neighbour[at])): int(csr.weight[at]) for atom in range(6) for at in range(*csr.start[atom : atom + 2])
    }
    # A (400) does not fit 300, B (250) does; 10 m are 100 decimetres; each border is there from both sides.
    assert found[0, 1] == found[1, 0] == 100
    assert found[3, 4] == found[4, 3] == 200
    assert found[1, 2] == found[4, 5] == 10
    assert found[0, 3] == found[2, 5] == 50
    assert len(found) == 14
    everything_fits = weighted(replace(graph, compound=np.full(6, -1)), Metre(), high=5000)
    assert set(everything_fits.weight.tolist()) == {100, 10}
