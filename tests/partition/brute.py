"""Answers by trying everything, for graphs of up to about nine atoms."""

from collections.abc import Iterator

from gridplan.graph.atom_graph import AtomGraph
from gridplan.partition.model import Rule


def neighbours(graph: AtomGraph, rule: Rule) -> list[set[int]]:
    near: list[set[int]] = [set() for _ in range(len(graph))]
    for i, j, kind in zip(graph.i.tolist(), graph.j.tolist(), graph.kind.tolist(), strict=True):
        if kind not in rule.hard_kinds:
            near[i].add(j)
            near[j].add(i)
    return near


def connected(atoms: frozenset[int], near: list[set[int]]) -> bool:
    seen = {min(atoms)}
    ahead = [min(atoms)]
    while ahead:
        for other in near[ahead.pop()] & atoms:
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    return seen == atoms


def divisions(count: int) -> Iterator[list[list[int]]]:
    """All set partitions of 0..count-1."""
    if not count:
        yield []
        return
    last = count - 1
    for rest in divisions(last):
        for place in range(len(rest)):
            yield [[*group, last] if place == number else group for number, group in enumerate(rest)]
        yield [*rest, [last]]


def legal_divisions(graph: AtomGraph, rule: Rule) -> Iterator[list[frozenset[int]]]:
    """All divisions into connected zones, in range or not."""
    near = neighbours(graph, rule)
    for groups in divisions(len(graph)):
        zones = [frozenset(group) for group in groups]
        if all(connected(zone, near) for zone in zones):
            yield zones


def out_of_range(graph: AtomGraph, rule: Rule, zones: list[frozenset[int]]) -> list[frozenset[int]]:
    totals = [(zone, sum(int(graph.households[atom]) for atom in zone)) for zone in zones]
    return [zone for zone, total in totals if not rule.low <= total <= rule.high]
