"""The program that results are judged with, where it lies beside the repository: the benchmark's own scores must equal its."""

import importlib.util
import math
from dataclasses import asdict
from types import ModuleType

from benchmarks.partition.instances import SHARED, Instance
from benchmarks.partition.scores import Scores
from gridplan.graph.atom_graph import Ints

PATH = SHARED / "tools" / "evaluate_partition.py"
NEAR = 1e-9


def load_judge() -> ModuleType | None:
    """``evaluate_partition.py`` as a module; None where it is not beside the repository."""
    if not PATH.exists():
        return None
    spec = importlib.util.spec_from_file_location("evaluate_partition", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differences(judge: ModuleType, instance: Instance, zone: Ints, scores: Scores, *, low: int, high: int) -> dict[str, str]:
    """The scores that the judge sees otherwise, each as ``ours, not theirs``; rounding of the last digits aside."""
    theirs = judge.evaluate(instance.atoms, instance.edges, zone, low, high)
    found = {}
    for name, own in asdict(scores).items():
        other = theirs[name]
        equal = own is other if own is None or other is None else math.isclose(own, other, rel_tol=NEAR, abs_tol=NEAR)
        if not equal:
            found[name] = f"{own}, not {other}"
    return found
