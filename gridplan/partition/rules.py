"""The arithmetic of a rule: which totals can be cut into zones in range, and into how many."""

from dataclasses import asdict
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.model import Effort, Objective, Rule

MOST_SEED = 2**63 - 1
"""Seeds go up to here: what every store can hold as a whole number."""


LEAST = {"zones": 2, "sets": 1, "exact_nodes": 1, "threads": 1}
"""Least of some counts of ``Effort``; others may be 0."""

MOST_HIGH = 10**9
"""Households of a zone go up to here."""


def check_rule(rule: Rule, graph: AtomGraph) -> None:
    """Nothing, where the rule makes sense and no households are negative.

    Raises
    ------
    RuleError
        GP220 unless these are whole numbers and 1 <= low <= target <= high <= a thousand million; GP221 an atom has negative
        households; GP225 a range of people that makes no sense; GP226 one where the graph has no people.
    """
    whole = all(hasattr(number, "__index__") for number in (rule.low, rule.target, rule.high))
    if not (whole and 1 <= rule.low <= rule.target <= rule.high <= MOST_HIGH):
        raise RuleError("GP220", low=rule.low, high=rule.high, target=rule.target)
    people = rule.population
    if people is not None and not 1 <= people.low <= people.high <= MOST_HIGH:
        raise RuleError("GP225", low=people.low, high=people.high)
    if people is not None and graph.population is None:
        raise RuleError("GP226")
    below = (graph.households < 0).nonzero()[0]
    if len(below):
        raise RuleError("GP221", count=len(below), atom=int(below[0]), households=int(graph.households[below[0]]))


def check_search(objective: Objective, effort: Effort, seed: int) -> None:
    """Nothing, where weights, counts and seed can be used.

    Raises
    ------
    RuleError
        GP222 the seed, GP223 a weight or GP224 a count cannot be used.
    """
    for name, weight in asdict(objective).items():
        if not (isfinite(weight) and weight >= 0):
            raise RuleError("GP223", name=name, value=repr(weight))
    for name, count in asdict(effort).items():
        if count is None:
            continue
        whole = name in ("windows", "seconds") or hasattr(count, "__index__")
        if not (isfinite(count) and count >= LEAST.get(name, 0) and whole):
            raise RuleError("GP224", name=name, value=repr(count))
    if not 0 <= seed <= MOST_SEED or seed != int(seed):
        raise RuleError("GP222", seed=seed, most=MOST_SEED)


def excess(rule: Rule, households: int) -> int:
    """How many households a zone of ``households`` is out of range; 0 where it is in range."""
    return max(rule.low - households, households - rule.high, 0)


def out_of_range(graph: AtomGraph, zone: Ints, rule: Rule) -> NDArray[np.bool_]:
    """Whether each zone has too few or too many households or people."""
    households = np.bincount(zone, graph.households)
    out = (households < rule.low) | (households > rule.high)
    if rule.population is not None and graph.population is not None:
        people = np.bincount(zone, graph.population)
        out |= (people < rule.population.low) | (people > rule.population.high)
    return np.asarray(out)


def too_large(graph: AtomGraph, rule: Rule) -> NDArray[np.bool_]:
    """Which atoms alone are above the range."""
    large = graph.households > rule.high
    if rule.population is not None and graph.population is not None:
        large = large | (graph.population > rule.population.high)
    return np.asarray(large)


def divisible(rule: Rule, households: int, people: int | None = None) -> bool:
    """Whether some k has k * low <= households <= k * high, and the same of people where the rule has a range of them.

    Examples
    --------
    >>> rule = Rule(low=300, high=500, target=400)
    >>> [divisible(rule, total) for total in (299, 300, 500, 501, 599, 600)]
    [False, True, True, False, False, True]
    """
    least, most = ceil(households / rule.high), households // rule.low
    if rule.population is not None and people is not None:
        least = max(least, ceil(people / rule.population.high))
        most = min(most, people // rule.population.low)
    return max(least, 1) <= most
