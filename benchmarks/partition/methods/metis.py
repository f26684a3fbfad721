"""METIS with borders as edge weights that know roads and compounds: one setting, and the best of 36."""

from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pymetis

from benchmarks.partition.job import Answer, Job, timed
from benchmarks.partition.methods.borders import Metre, weighted
from benchmarks.partition.scores import Scores, score
from gridplan.graph.atom_graph import AtomGraph, Ints

# Chosen from 192 settings on each of s500, s5k, helsinki, sengkang, kunming, hdb_tap and yilan, for valid zones first and shape
# second; the weights from 144 on s5k. Without `contig` 2-15 % of zones fall apart; with less than .8 of the room shapes are
# worse, with more than all of it fewer zones are valid.
METRES = (Metre(2.0, 1.0, 0.1), Metre(2.0, 1.0, 0.3), Metre(3.0, 0.6, 0.05))
ROOMS = (0.8, 1.0)
MORE_PARTS = (0.0, 0.12, 0.24)
REPEATS = 2


@dataclass(frozen=True)
class Setting:
    """One way to run METIS, k-way and with connected zones.

    ``room``: how much a zone may exceed its share (METIS's ufactor), as a share of what it may exceed the target by.
    ``more``: how many zones more than households / target, as a share of the same. ``seed``: added to that of the job.
    """

    metre: Metre
    room: float
    more: float
    seed: int

    def __str__(self) -> str:
        metre = f"a metre inside a compound {self.metre.inside:g}, lane {self.metre.lane:g}, major {self.metre.major:g}"
        return f"{metre}; ufactor {self.room:g} and parts +{self.more:g} of the room; seed +{self.seed}"


ONE = Setting(METRES[0], room=1.0, more=0.12, seed=0)


def settings() -> list[Setting]:
    """The 36: three weights of borders, two ufactors, three numbers of parts, two seeds, and no seed used twice.

    Where a place has neither roads nor compounds the three weights are one, and the seeds still make 36 tries.
    """
    grid = product(METRES, ROOMS, MORE_PARTS, range(REPEATS))
    return [Setting(metre, room, more, seed) for seed, (metre, room, more, _) in enumerate(grid)]


def metis(graph: AtomGraph, job: Job, setting: Setting) -> Ints:
    """The zones METIS makes in one setting."""
    csr = weighted(graph, setting.metre, high=job.high)
    households = int(graph.households.sum())
    parts = max(1, round(households / job.target * (1 + setting.more * job.room)))
    _, zone = pymetis.part_graph(
        parts,
        adjacency=pymetis.CSRAdjacency(csr.start, csr.neighbour),
        eweights=csr.weight,
        vweights=graph.households,
        recursive=False,
        options=pymetis.Options(seed=job.seed + setting.seed, contig=1, ufactor=max(1, round(1000 * setting.room * job.room))),
    )
    return np.asarray(zone, dtype=np.int64)


def solve_one(graph: AtomGraph, job: Job) -> Answer:
    """The zones of one of the 36 settings, chosen on s5k."""
    return Answer(*timed(lambda: metis(graph, job, ONE)))


def solve_best(graph: AtomGraph, job: Job) -> Answer:
    """The best of the 36 settings: most ``valid_excused``, then highest ``pp_mean``. Seconds are those of all 36, unscored."""
    best: tuple[tuple[float, float], Ints, Setting] | None = None
    seconds = cpu_seconds = 0.0
    valid = 0
    for setting in settings():
        zone, wall, cpu = timed(partial(metis, graph, job, setting))
        seconds, cpu_seconds = seconds + wall, cpu_seconds + cpu
        key = merit(score(graph, zone, low=job.low, high=job.high))
        valid += key[0] == 1
        if best is None or key > best[0]:
            best = key, zone, setting
    assert best is not None
    return Answer(best[1], seconds, cpu_seconds, note=f"{valid} of 36 all valid; best: {best[2]}")


def merit(scores: Scores) -> tuple[float, float]:
    """What is larger for better zones: the valid share, then the shape."""
    return scores.valid_excused or 0.0, scores.pp_mean
