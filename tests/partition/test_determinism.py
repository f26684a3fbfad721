"""The same bytes on any number of threads, in any process, beside other searches, and from kernels compiled anew."""

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition import Effort, Partition, Rule, partition
from gridplan.partition.kernels import flips, recombine, slices, tree_cut, zones
from tests.strategies.graphs import lattice

ROOT = Path(__file__).resolve().parents[2]
GRID = Rule(low=300, high=500, target=400)
SHORT = Effort(rounds=3, moves=20, windows=10.0)
SCRIPT = "from tests.partition.test_determinism import city, digest, searched; print(digest(searched(city())))"


def city(side: int = 60, seed: int = 7) -> AtomGraph:
    """Blocks of 5 by 5 atoms between major roads, some compounds; enough for several regions."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    kinds: dict[tuple[int, int], int] = {}
    for line in range(4, side - 1, 5):
        kinds |= {(int(a), int(a) + 1): 2 for a in number[:, line]}
        kinds |= {(int(a), int(a) + side): 2 for a in number[line]}
    compound = np.where(rng.random((side, side)) < 0.3, number // 3, -1)
    return lattice(rng.integers(0, 60, (side, side)).tolist(), compound=compound.tolist(), kinds=kinds)


def searched(graph: AtomGraph, *, threads: int = 2, seed: int = 5) -> Partition:
    return partition(graph, GRID, effort=Effort(**vars(SHORT) | {"threads": threads}), seed=seed)


def digest(answer: Partition) -> str:
    verdicts = [[zone, verdict.code, sorted(verdict.facts.items())] for zone, verdict in answer.verdicts.items()]
    plain = json.dumps([answer.zone.tolist(), verdicts, repr(answer.objective), repr(answer.terms), repr(answer.bound)])
    return hashlib.sha256(plain.encode()).hexdigest()


@pytest.fixture(scope="module")
def alone() -> str:
    return digest(searched(city(), threads=1))


def elsewhere(**environment: str) -> str:
    """The digest from a process of its own."""
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, check=True, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_nothing(alone: str, threads: int) -> None:
    assert digest(searched(city(), threads=threads)) == alone


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "NUMBA_NUM_THREADS": "1"},
    ],
)
def test_another_process_gives_the_same(alone: str, environment: dict[str, str]) -> None:
    assert elsewhere(**environment) == alone


def test_kernels_compiled_anew_for_a_lesser_processor_give_the_same(alone: str, tmp_path: Path) -> None:
    assert elsewhere(GRIDPLAN_CACHE=str(tmp_path), NUMBA_CPU_NAME="generic") == alone
    assert list(tmp_path.glob("kernels-*/ready"))


def test_searches_beside_each_other_give_what_each_gives_alone() -> None:
    tasks = [(city(30, seed), seed) for seed in range(6)]
    one_by_one = [digest(searched(graph, seed=seed)) for graph, seed in tasks]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda task: digest(searched(task[0], seed=task[1])), tasks)) == one_by_one


def test_a_graph_of_other_number_types_gives_the_same_and_compiles_nothing() -> None:
    graph = city(12)
    odd = AtomGraph(**{name: _odd(values) for name, values in vars(graph).items() if values is not None})
    wanted = digest(searched(graph))
    kernels: list[Any] = [flips.anneal, recombine.recombine, slices.slice_land, tree_cut.tree_cut, zones.sums_of]
    before = [len(kernel.signatures) for kernel in kernels]
    assert digest(searched(odd)) == wanted
    assert [len(kernel.signatures) for kernel in kernels] == before


def _odd(values: NDArray[Any]) -> NDArray[Any]:
    """The same numbers as 32 bits where they fit, strided and read-only."""
    narrow = values.astype(np.int32 if values.dtype.kind == "i" else np.float64)
    strided = np.repeat(narrow, 2)[::2]
    strided.flags.writeable = False
    return strided


def test_another_seed_is_another_search(alone: str) -> None:
    assert digest(searched(city(), seed=6)) != alone
