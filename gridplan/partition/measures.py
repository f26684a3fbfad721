"""What a zone costs: the terms of the objective from its sums, and the same from scratch."""

from dataclasses import dataclass
from math import fsum, pi, sqrt

import numpy as np

from gridplan.graph.atom_graph import MAJOR, AtomGraph, Floats, Ints
from gridplan.partition.groups import fitting_compounds
from gridplan.partition.model import Objective, Rule

SLIVER = 1e3
"""A worse shape costs no more, so that no shape outweighs the range."""

TERMS = ("compound_split", "crossing", "off_street", "compactness", "evenness", "service")


@dataclass(frozen=True)
class Cost:
    """The objective as one number a zone, summed over zones.

    ``split`` a compound that fits and is cut in n parts costs n - 1; ``crossing`` and ``off_street`` are paid by the metre
    (of border across major roads or barriers inside a zone; of each zone's border with other zones along no street, half to
    either side), in units of the side of a square that holds ``target`` households; ``compactness`` is perimeter^2 / (4 pi area)
    - 1, weighted with households / target; ``evenness`` is the square of how many times the zone is larger or smaller than
    ``target``, less 1, so that a hamlet is not worth a zone of its own where the range is wide; ``service`` is paid by the square
    of the distance (m2) of each household from the middle of those of its zone, over ``target``.
    """

    split: float
    crossing: float
    off_street: float
    compactness: float
    evenness: float
    target: int
    service: float = 0.0


def cost_of(graph: AtomGraph, rule: Rule, objective: Objective) -> Cost:
    """The objective scaled to the land of ``graph``."""
    zones = max(1.0, float(graph.households.sum()) / rule.target)
    side = sqrt(max(fsum(graph.area), 1e-9) / zones)
    return Cost(
        split=objective.compound_split,
        crossing=objective.crossing / side,
        off_street=objective.off_street / (2 * side),
        compactness=objective.compactness,
        evenness=objective.evenness,
        target=rule.target,
        # Over a circle of radius r the mean square distance from the middle is r^2 / 2.
        service=0.0 if rule.service_radius_m is None else 2 * objective.service / rule.service_radius_m**2,
    )


def terms(graph: AtomGraph, zone: Ints, rule: Rule, objective: Objective) -> dict[str, float]:
    """The terms of the objective of an assignment, from scratch, already weighted.

    ``zone`` numbers the zones 0..k-1. The sum of the values is the objective.
    """
    return {name: float(values.sum()) for name, values in terms_of_zones(graph, zone, rule, objective).items()}


def terms_of_zones(graph: AtomGraph, zone: Ints, rule: Rule, objective: Objective) -> dict[str, Floats]:
    """As :func:`terms`, by zone: half of a line between two zones to either, (n - 1) / n of a compound cut in n to each."""
    cost = cost_of(graph, rule, objective)
    count = int(zone.max()) + 1 if len(zone) else 0

    def add(where: Ints, values: Floats) -> Floats:
        return np.bincount(where, values, minlength=count).astype(np.float64)

    inner = zone[graph.i] == zone[graph.j]
    households = add(zone, graph.households.astype(np.float64))
    area = add(zone, graph.area)
    perimeter = add(zone, graph.perimeter) - 2 * add(zone[graph.i[inner]], graph.length[inner])
    crossed = inner & (graph.kind >= MAJOR)
    crossing = add(zone[graph.i[crossed]], graph.length[crossed])
    off_street = np.maximum(graph.length - graph.street, 0.0)[~inner]
    off = add(zone[graph.i[~inner]], off_street) + add(zone[graph.j[~inner]], off_street)
    shape = np.clip(np.divide(perimeter**2, 4 * pi * area, out=np.ones(count), where=area > 0) - 1, 0.0, SLIVER)
    fits = fitting_compounds(graph, rule)
    pairs = np.unique(np.stack([graph.compound[fits], zone[fits]]), axis=1)
    _, of, times = np.unique(pairs[0], return_inverse=True, return_counts=True)
    split = add(pairs[1], (times[of] - 1) / times[of])
    relative = households / rule.target
    values = (
        cost.split * split,
        cost.crossing * crossing,
        cost.off_street * off,
        cost.compactness * shape * relative,
        cost.evenness * (np.maximum(relative, rule.target / np.maximum(households, 1)) - 1) ** 2,
        cost.service * _away(graph, zone, count) / rule.target,
    )
    return dict(zip(TERMS, values, strict=True))


def _away(graph: AtomGraph, zone: Ints, count: int) -> Floats:
    """The squares of the distances of all households from the middle of those of their zone (m2), summed by zone."""
    weight = graph.households.astype(np.float64)
    total = np.maximum(np.bincount(zone, weight, minlength=count), 1e-9)
    x = graph.x - (np.bincount(zone, weight * graph.x, minlength=count) / total)[zone]
    y = graph.y - (np.bincount(zone, weight * graph.y, minlength=count) / total)[zone]
    spread = np.divide(graph.polar, graph.area, out=np.zeros(len(graph)), where=graph.area > 0)
    return np.bincount(zone, weight * (x * x + y * y + spread), minlength=count).astype(np.float64)
