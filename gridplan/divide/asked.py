"""What a scheme asks of a level, as the engine understands it."""

from dataclasses import replace
from math import ceil, floor

import numpy as np

from gridplan.graph.atom_graph import LANE, MAJOR, RAIL, RIVER, AtomGraph
from gridplan.partition import People, Rule
from gridplan.schemes import Level
from gridplan.schemes import Rule as Asked

KIND_OF = {"major": MAJOR, "rail": RAIL, "river": RIVER}


def engine_rule(level: Level, asked: Asked, growth: float = 0.0) -> Rule | None:
    """The rule for the engine; None where the scheme gives no range of households.

    ``growth``: expected change of households as a share. Where the scheme counts it, the range is narrowed so that zones keep it
    today and at the end of the planning period, as far as one range can do both.
    """
    limits = asked.households
    if limits is None:
        return None
    low, high = limits.low, limits.high
    if asked.growth and growth > 0:
        high = max(floor(high / (1 + growth)), min(2 * low - 1, high))
    elif asked.growth and growth < 0:
        low = min(ceil(low / (1 + growth)), max((high + 1) // 2, low))
    people = asked.population
    return Rule(
        low=low,
        high=high,
        target=min(max(limits.target, low), high),
        hard_kinds=tuple(sorted(KIND_OF[line] for line in level.not_across if line != "compound")),
        population=None if people is None else People(people.low, people.high),
        service_radius_m=asked.service_radius_m,
    )


def with_lines(graph: AtomGraph, level: Level) -> AtomGraph:
    """The graph as the level sees it: lines that it does not avoid count as lanes, borders that it may not cross are none."""
    kind = graph.kind.copy()
    for line, number in KIND_OF.items():
        if line not in level.avoid and line not in level.not_across:
            kind[kind == number] = LANE
    seen = replace(graph, kind=kind)
    if "compound" in level.not_across:
        return seen.without(np.asarray(graph.compound[graph.i] != graph.compound[graph.j]))
    return seen
