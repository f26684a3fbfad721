"""Time and memory by the size of the town."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.partition.child import write_graph
from benchmarks.partition.instances import read_instance
from benchmarks.partition.job import Job
from benchmarks.partition.methods import WARM
from benchmarks.partition.runs import run
from benchmarks.partition.scores import score

SIZES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
HEADER = """\
| atoms | s | CPU s | s per 1,000 atoms | peak MB | MB per 1,000 atoms | valid | PP mean |
|---|---|---|---|---|---|---|---|"""


def curve(sizes: Sequence[int], job: Job, *, limit_s: float, cache: Path | None) -> Iterator[str]:
    """The lines of a table of gridplan alone on synthetic cities: kernels loaded before, one call each.

    Memory per atom is what the call adds to the process, which holds the graph and the kernels before it.
    """
    yield HEADER
    for size in sizes:
        instance = read_instance(f"city:{size}:{job.seed}", cache=cache)
        atoms = len(instance.graph)
        with tempfile.TemporaryDirectory() as folder:
            write_graph(instance.graph, Path(folder) / "graph.npz")
            done = run(WARM, Path(folder), job, limit_s=limit_s)
        answer, peak = done.answer, done.peak_mb
        if answer is None or peak is None or answer.start_mb is None:
            yield f"| {atoms:,} | {done.failure} | | | | | | |"
            continue
        scores = score(instance.graph, answer.zone, low=job.low, high=job.high)
        thousands = atoms / 1000
        yield (
            f"| {atoms:,} | {answer.seconds:.2f} | {answer.cpu_seconds:.2f} | {answer.seconds / thousands:.4f} | {peak:,.0f} "
            f"| {max(0.0, peak - answer.start_mb) / thousands:.2f} | {scores.valid_excused or 0:.3f} | {scores.pp_mean:.3f} |"
        )
