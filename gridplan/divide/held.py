"""Grids brought back into range while they hold what planners asked for: the step that redrawing and updating share."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Objective, Repair, Rule, repair
from gridplan.partition.groups import parts
from gridplan.progress import Progress, silent


@dataclass(frozen=True)
class Held:
    """What holds besides the rule of households, in rows of atoms.

    ``together``: rows that must be in one grid. ``apart``: rows of which no two may be. ``shut``: pairs of neighbours (lower row
    first) that no grid holds together across.
    """

    together: Sequence[Sequence[int]] = ()
    apart: Sequence[Sequence[int]] = ()
    shut: frozenset[tuple[int, int]] = frozenset()


def repaired_part(
    graph: AtomGraph,
    rows: Ints,
    zone: Ints,
    rule: Rule,
    held: Held,
    *,
    fixed: NDArray[np.bool_],
    most_moved: int | None,
    objective: Objective,
    seed: int,
    progress: Progress = silent,
) -> Repair:
    """The repair of some atoms (``rows`` of ``graph``, ascending: those of a community), their zones 0..k-1 given by ``zone``.

    ``fixed``, of these atoms, ``most_moved``, ``objective``, ``seed`` and ``progress`` as :func:`gridplan.partition.repair` takes
    them; so are the labels of the answer. Atoms elsewhere that ``held`` names do not count.
    """
    part = graph.subgraph(rows)
    place = {row: at for at, row in enumerate(rows.tolist())}
    musts = [[place[row] for row in one if row in place] for one in held.together]
    ties = np.array([(one[0], other) for one in musts for other in one[1:]], dtype=np.int64).reshape(-1, 2)
    together = parts(len(rows), ties[:, 0], ties[:, 1])
    apart = [
        (int(together[place[a]]), int(together[place[b]]))
        for one in held.apart
        for a, b in combinations(one, 2)
        if a in place and b in place
    ]
    shut = np.zeros(len(part.i), dtype=np.bool_)
    if held.shut:
        edges = zip(rows[part.i].tolist(), rows[part.j].tolist(), strict=True)
        shut[:] = [pair in held.shut for pair in edges]
    return repair(
        part,
        zone,
        rule,
        fixed=fixed,
        together=together,
        apart=np.array(apart, dtype=np.int64).reshape(-1, 2),
        shut=shut,
        most_moved=most_moved,
        objective=objective,
        seed=seed,
        progress=progress,
    )
