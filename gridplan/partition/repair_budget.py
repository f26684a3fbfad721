"""A repair within a budget: of all changes those that remove most fault, then as much of the rest as is left for."""

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.repair_ground import Field
from gridplan.partition.repair_windows import changes, faulty, partly


def within(field: Field, label: Ints, most: int, fresh: int) -> Ints:
    """The part of a repair that moves at most ``most`` households and removes most fault.

    Sets of zones that changed together are taken whole or not at all, the best of all choices; then single zones are
    repaired in part, the worst first, with what is left.
    """
    before, after = faulty(field, field.home), faulty(field, label)
    options = []
    for zones in changes(field, label):
        inside = np.isin(field.home, sorted(zones))
        gain = sum(before.get(number, 0) - after.get(number, 0) for number in zones)
        options.append((field.moved(np.where(inside, label, field.home)), gain, inside))
    answer = field.home.copy()
    for place in _chosen([(cost, gain) for cost, gain, _ in options], most):
        answer = np.where(options[place][2], label, answer)
    return partly(field, answer, most - field.moved(answer), fresh)


def _chosen(options: list[tuple[int, int]], most: int) -> list[int]:
    """The options that gain most in all at a cost of at most ``most``, of equal ones the cheapest."""
    best: dict[int, tuple[int, list[int]]] = {0: (0, [])}
    for place, (cost, gain) in enumerate(options):
        for spent, (total, chosen) in sorted(best.items(), reverse=True):
            then = spent + cost
            if then <= most and (then not in best or best[then][0] < total + gain):
                best[then] = total + gain, [*chosen, place]
    return max(best.items(), key=lambda entry: (entry[1][0], -entry[0]))[1][1]
