"""What few steps could not repair: the zones around are cut anew, and keep the labels of today that most of them had."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import numbered
from gridplan.partition.model import Effort, Objective
from gridplan.partition.repair_ground import Field
from gridplan.partition.repair_windows import faulty, grown
from gridplan.partition.solve import solve

REACH = (1, 2, 3)
"""Zones around a faulty one that are cut anew, try after try."""


def recut(land: AtomGraph, field: Field, label: Ints, fresh: int, objective: Objective, effort: Effort, seed: int) -> Ints:
    """``label`` with fewer faults, if the engine finds a way; ``land`` is the graph of the atoms that are not fixed."""
    of_atom = field.item[field.node[field.node >= 0]]
    for number in sorted(faulty(field, label)):
        for reach in REACH:
            fault = faulty(field, label)
            if number not in fault:
                break
            near = sorted(grown({number}, field.beside(label), reach))
            rows = np.flatnonzero(np.isin(label[of_atom], near))
            item = of_atom[rows]
            part, asked = land.subgraph(rows), (seed, number, reach)
            cut = solve(part, field.rule, numbered(item), objective=objective, effort=effort, seed=asked).zone
            named = _named(field, item, cut, near, max(fresh, int(label.max()) + 1))
            trial = label.copy()
            trial[item] = named
            # Where an item had to be cut, nothing is gained.
            if (trial[item] == named).all() and sum(faulty(field, trial).values()) < sum(fault.values()):
                label = trial
    return label


def _named(field: Field, item: Ints, cut: Ints, near: list[int], fresh: int) -> Ints:
    """The labels of new zones: those of today with which they share most, else new ones."""
    first = np.unique(item, return_index=True)[1]
    home = field.home[item[first]]
    names = np.unique(np.concatenate([home, np.array(near, dtype=np.int64)]))
    shared = np.zeros((int(cut.max()) + 1, len(names)), dtype=np.int64)
    np.add.at(shared, (cut[first], np.searchsorted(names, home)), field.size[item[first]])
    rows, columns = linear_sum_assignment(shared, maximize=True)
    name = np.arange(len(shared)) + fresh
    taken = shared[rows, columns] > 0
    name[rows[taken]] = names[columns[taken]]
    return np.asarray(name[cut], dtype=np.int64)
