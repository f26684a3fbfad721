"""Moves that mend nothing, taken back."""

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.groups import parts
from gridplan.partition.repair_ground import Field
from gridplan.partition.repair_windows import faulty


def worthwhile(field: Field, label: Ints) -> Ints:
    """The zones, with those as they are today between which households moved though no fewer of them are out of range.

    Zones belong together where items went from one to the other.
    """
    count = int(max(label.max(initial=-1), field.home.max(initial=-1))) + 1
    moved = np.flatnonzero(label != field.home)
    together = parts(count, field.home[moved], label[moved])
    then, now = (np.bincount(together[sorted(faulty(field, zones))], minlength=count) for zones in (field.home, label))
    return np.where((now >= then)[together[label]], field.home, label)
