"""The partition engine beside its peers in one run, as a table in Markdown: ``python -m benchmarks.partition [INSTANCE ...]``.

Every method gets the same graph, in a process of its own, one after the other, and is stopped after the limit. Zones are
scored by ``scores``, and where ``shared/tools/evaluate_partition.py`` lies beside the repository it must find the same numbers.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path

from benchmarks.partition.child import write_graph
from benchmarks.partition.instances import AbsentError, Instance, group, read_instance
from benchmarks.partition.job import Job
from benchmarks.partition.judge import differences, load_judge
from benchmarks.partition.methods import METHODS
from benchmarks.partition.runs import run
from benchmarks.partition.scaling import SIZES, curve
from benchmarks.partition.scores import score
from benchmarks.partition.table import HEADER, Row, line, summary

DEFAULT = ["s500", "helsinki", "s5k", "city:4800:1"]
PACKAGES = ("gridplan", "pymetis", "gerrychain", "spopt", "kahip")


def main(argv: Sequence[str]) -> int:
    options = parser().parse_args(argv)
    seeds = numbers(options.seeds)
    job = Job(options.low, options.high, options.target or (options.low + options.high) // 2, seeds[0])
    if options.scaling is not None:
        lines = curve(options.scaling or SIZES, job, limit_s=options.limit, cache=options.cache)
    else:
        jobs = [Job(job.low, job.high, job.target, seed) for seed in seeds]
        lines = compared(options.instances or DEFAULT, jobs, options.methods.split(","), options.limit, options.cache)
    with options.out.open("w") if options.out else tempfile.TemporaryFile("w") as out:
        for text in lines:
            print(text, flush=True)
            print(text, file=out, flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.partition", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("instances", nargs="*", type=known, help="s500, s5k, helsinki, sengkang, ..., city:4800:107, city:4800:100-119")
    add("--low", type=int, default=300, help="fewest households of a zone")
    add("--high", type=int, default=500, help="most households of a zone")
    add("--target", type=int, help="households aimed at; the middle where not given")
    add("--seeds", default="7", help="seeds of the searches: 7, or 1,2,3, or 1-5")
    add("--methods", "--peers", default=",".join(METHODS), type=named, help=f"of {', '.join(METHODS)}; all where not given")
    add("--limit", type=float, default=120, help="seconds for one call of a method")
    add("--out", type=Path, help="write the table to this file too")
    add("--cache", type=Path, help="keep made instances in this folder")
    add("--scaling", nargs="*", type=int, metavar="ATOMS", help="print the scaling curve of gridplan instead, for these sizes")
    return parser


def known(name: str) -> str:
    try:
        group(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name


def named(text: str) -> str:
    strange = [name for name in text.split(",") if name not in METHODS]
    if strange:
        raise argparse.ArgumentTypeError(f"no method {', '.join(strange)}; there are {', '.join(METHODS)}")
    return text


def numbers(text: str) -> list[int]:
    """The numbers of ``1,2,5-7``."""
    ends = [part.split("-") for part in text.split(",")]
    return [number for end in ends for number in range(int(end[0]), int(end[-1]) + 1)]


def compared(
    names: Sequence[str], jobs: Sequence[Job], methods: Sequence[str], limit_s: float, cache: Path | None
) -> Iterator[str]:
    """The lines of the table, each as soon as it is known, then notes."""
    yield HEADER
    absent, notes = [], []
    for name in names:
        rows: dict[str, list[Row]] = {method: [] for method in methods}
        for single in group(name):
            try:
                instance = read_instance(single, cache=cache)
            except AbsentError:
                absent.append(single)
                continue
            for row, method in measured(instance, jobs, methods, limit_s):
                rows[method].append(row)
                yield line(row)
                if row.answer is not None and row.answer.note:
                    notes.append(f"- {row.instance}, {row.method}: {row.answer.note}")
        for several in rows.values():
            if len(several) > 1:
                yield from summary(several, name)
    yield ""
    yield from notes
    if absent:
        yield f"- Left out, as their data is not beside the repository: {', '.join(absent)}."
    yield f"- {os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(map(installed, PACKAGES))}."


def measured(instance: Instance, jobs: Sequence[Job], methods: Sequence[str], limit_s: float) -> Iterator[tuple[Row, str]]:
    """The row of each method and seed on one instance."""
    judge = load_judge()
    atoms = len(instance.graph)
    with tempfile.TemporaryDirectory() as folder:
        write_graph(instance.graph, Path(folder) / "graph.npz")
        for method, job in product(methods, jobs):
            name = instance.name if len(jobs) == 1 else f"{instance.name}, seed {job.seed}"
            done = run(METHODS[method], Path(folder), job, limit_s=limit_s)
            if done.answer is None:
                yield Row(name, atoms, METHODS[method].title, failure=done.failure), method
                continue
            scores = score(instance.graph, done.answer.zone, low=job.low, high=job.high)
            if judge is not None:
                other = differences(judge, instance, done.answer.zone, scores, low=job.low, high=job.high)
                assert not other, f"{name}, {method}: the judge finds other scores: {other}"
            yield Row(name, atoms, METHODS[method].title, done.answer, done.peak_mb, scores), method


def installed(package: str) -> str:
    """The package and its version."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
