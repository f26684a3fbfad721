"""What a scheme asks of a level, as the engine understands it."""

from dataclasses import replace
from math import ceil, floor

import numpy as np

from gridplan.graph.atom_graph import LANE, MAJOR, RAIL, RIVER, AtomGraph
from gridplan.partition import People, Rule
from gridplan.schemes import Level
from gridplan.schemes import Rule as Asked

KIND_OF = {"major": MAJOR, "rail": RAIL, "river": RIVER}


SLACK = 0.1
"""Share of the mean by which zones may differ from it where growth leaves no room."""


def engine_rule(level: Level, asked: Asked) -> Rule | None:
    """The rule for the engine; None where the scheme gives no range of households."""
    limits = asked.households
    if limits is None:
        return None
    people = asked.population
    return Rule(
        low=limits.low,
        high=limits.high,
        target=limits.target,
        population=None if people is None else People(people.low, people.high),
        service_radius_m=asked.service_radius_m,
    )


def with_growth(rule: Rule, growth: float, households: int) -> Rule:
    """The rule narrowed so that zones keep their range today and when households have changed by the share ``growth``.

    Where no number of zones of ``households`` in all does both, there are as many zones as come nearest to it, about equal.

    Examples
    --------
    >>> room = with_growth(Rule(low=300, high=500, target=400), 0.25, 1600)
    >>> room.low, room.high
    (300, 400)
    """
    low, high = rule.low, rule.high
    if growth > 0:
        later = max(floor(high / (1 + growth)), low)
        zones = max(min(ceil(households / later), households // low), 1)
        high = later if households <= zones * later else min(ceil(households / zones * (1 + SLACK)), high)
    elif growth < 0:
        later = min(ceil(low / (1 + growth)), high) if growth > -1 else high
        zones = max(households // later, ceil(households / high), 1)
        low = later if households >= zones * later else max(floor(households / zones * (1 - SLACK)), low)
    return replace(rule, low=low, high=high, target=min(max(rule.target, low), high))


def with_lines(graph: AtomGraph, level: Level) -> AtomGraph:
    """The graph as the level sees it: lines that it does not avoid count as lanes, borders that it may not cross are none."""
    kind = graph.kind.copy()
    for line, number in KIND_OF.items():
        if line not in level.avoid and line not in level.not_across:
            kind[kind == number] = LANE
    seen = replace(graph, kind=kind)
    # No border is crossed where there is none: by what stands for something as little as by what the engine cuts.
    shut = np.isin(graph.kind, [KIND_OF[line] for line in level.not_across if line != "compound"])
    if "compound" in level.not_across:
        shut |= graph.compound[graph.i] != graph.compound[graph.j]
    return seen.without(shut) if shut.any() else seen
