"""One method on one graph in a process of its own: ``python -m benchmarks.partition.child FOLDER``.

Reads ``graph.npz`` and ``job.json`` of the folder, writes ``zone.npy`` and ``answer.json``. Imports nothing but numpy before
the method is known, so that it runs beside peers whose packages do not go with those of the project.
"""

import json
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks.partition.job import Answer, Job
from benchmarks.partition.memory import limit_memory, peak_mb
from gridplan.graph.atom_graph import AtomGraph

NOT_INSTALLED = 3
"""What the process ends with where a package is missing; its name is the last line of standard error."""


def write_graph(graph: AtomGraph, path: Path) -> None:
    """Writes the arrays of the graph as they are."""
    arrays = {field.name: getattr(graph, field.name) for field in fields(AtomGraph)}
    np.savez(path, **{name: values for name, values in arrays.items() if values is not None})


def read_graph(path: Path) -> AtomGraph:
    """The graph that ``write_graph`` wrote."""
    with np.load(path) as arrays:
        return AtomGraph(**{name: arrays[name] for name in arrays.files})


def main(folder: Path) -> int:
    asked = json.loads((folder / "job.json").read_text())
    try:
        module = import_module(f"benchmarks.partition.methods.{asked['module']}")
    except ModuleNotFoundError as error:
        print(error.name, file=sys.stderr)
        return NOT_INSTALLED
    limit_memory()
    job = Job(**asked["job"])
    answer: Answer = getattr(module, asked["function"])(read_graph(folder / "graph.npz"), job)
    np.save(folder / "zone.npy", answer.zone)
    facts = {field.name: getattr(answer, field.name) for field in fields(Answer) if field.name != "zone"}
    (folder / "answer.json").write_text(json.dumps(facts | {"peak_mb": peak_mb()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
