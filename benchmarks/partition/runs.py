"""Methods run one at a time, each in a process of its own with a time limit."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.partition.child import NOT_INSTALLED
from benchmarks.partition.job import Answer, Job
from benchmarks.partition.methods import Method

ROOT = Path(__file__).resolve().parents[2]
ALONE = Path(sys.prefix) / "peers" / "bin" / "python"
"""The interpreter of the peers whose packages do not go with the project's; ``make bench`` makes it."""


@dataclass(frozen=True)
class Run:
    """What came of it: the answer and the most memory the process held (MB), or ``failure``, why there is none."""

    answer: Answer | None
    peak_mb: float | None
    failure: str = ""


def run(method: Method, folder: Path, job: Job, *, limit_s: float) -> Run:
    """The run of ``method`` on ``graph.npz`` in ``folder``; it is stopped after ``limit_s`` seconds for each call it makes.

    The limit counts from the start of the process, with the imports and the reading of the graph.
    """
    python = ALONE if method.alone else Path(sys.executable)
    if not python.exists():
        return Run(None, None, "not installed")
    for name in ("zone.npy", "answer.json"):
        (folder / name).unlink(missing_ok=True)
    asked = {"module": method.module, "function": method.function, "job": asdict(job)}
    (folder / "job.json").write_text(json.dumps(asked))
    try:
        done = subprocess.run(
            [str(python), "-m", "benchmarks.partition.child", str(folder)],
            cwd=ROOT,
            # GerryChain's zones depend on the order of sets.
            env=os.environ | {"PYTHONHASHSEED": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=limit_s * method.calls,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Run(None, None, f"none in {limit_s * method.calls:g} s")
    said = done.stderr.strip().splitlines()
    if done.returncode == NOT_INSTALLED:
        return Run(None, None, f"not installed ({said[-1]})")
    if done.returncode:
        return Run(None, None, f"failed: {said[-1][:200] if said else f'exit {done.returncode}'}")
    facts = json.loads((folder / "answer.json").read_text())
    peak_mb = float(facts.pop("peak_mb"))
    return Run(Answer(np.load(folder / "zone.npy"), **facts), peak_mb)
