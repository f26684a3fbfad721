"""The arithmetic of a rule: which totals can be cut into zones in range, and into how many."""

from dataclasses import asdict
from math import ceil, isfinite

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import AtomGraph
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
        households.
    """
    whole = all(hasattr(number, "__index__") for number in (rule.low, rule.target, rule.high))
    if not (whole and 1 <= rule.low <= rule.target <= rule.high <= MOST_HIGH):
        raise RuleError("GP220", low=rule.low, high=rule.high, target=rule.target)
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


def divisible(rule: Rule, households: int) -> bool:
    """Whether some k has k * low <= households <= k * high.

    Examples
    --------
    >>> rule = Rule(low=300, high=500, target=400)
    >>> [divisible(rule, total) for total in (299, 300, 500, 501, 599, 600)]
    [False, True, True, False, False, True]
    """
    return ceil(households / rule.high) * rule.low <= households and households >= rule.low
