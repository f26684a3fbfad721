"""What a method is asked and what it answers; nothing here needs more than numpy, so that it loads beside any peer."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gridplan.graph.atom_graph import Ints


@dataclass(frozen=True)
class Job:
    """Zones of ``low`` to ``high`` households, ``target`` the size aimed at; ``seed`` of every random choice."""

    low: int
    high: int
    target: int
    seed: int

    @property
    def room(self) -> float:
        """How far a zone may exceed the target, as a share of it: what peers call imbalance."""
        return self.high / self.target - 1

    def parts(self, households: int) -> int:
        """How many zones of the target's size the households make, at least 1."""
        return max(1, round(households / self.target))


@dataclass(frozen=True)
class Answer:
    """The zone of each atom and what it took.

    ``seconds`` and ``cpu_seconds`` from the graph to the zones; ``cold_seconds``: of a first call that also loads or compiles
    kernels, where a method has such; ``start_mb``: memory of the process before the call, where it was asked; ``note`` for the
    reader of the table.
    """

    zone: Ints
    seconds: float
    cpu_seconds: float
    cold_seconds: float | None = None
    start_mb: float | None = None
    note: str = ""


def timed(solve: Callable[[], Ints]) -> tuple[Ints, float, float]:
    """What ``solve`` returns, the seconds it took and the seconds of CPU, those of all threads together."""
    wall, cpu = time.perf_counter(), time.process_time()
    zone = solve()
    return zone, time.perf_counter() - wall, time.process_time() - cpu
