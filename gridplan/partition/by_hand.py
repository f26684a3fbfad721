"""Verdicts on zones that lines drawn by hand made: what arithmetic proves; the rest is said to be drawn so."""

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import Plain
from gridplan.partition.bounds import COUNTED, by_arithmetic
from gridplan.partition.groups import parts
from gridplan.partition.model import Rule, Verdict
from gridplan.partition.people import people_verdict
from gridplan.partition.rules import excess, out_of_range


def drawn_so(households: int, rule: Rule) -> Verdict:
    """The verdict on a zone of too few or too many households of which nothing is proved."""
    facts: dict[str, Plain] = {"households": households, "low": rule.low, "high": rule.high}
    return Verdict("GP217", float(households), float(rule.low if households < rule.low else rule.high), proof=False, facts=facts)


def drawn_so_by_people(people: int, rule: Rule) -> Verdict:
    """The same of too few or too many people."""
    limits = rule.population
    assert limits is not None, "only a rule that counts people is broken by them"
    facts: dict[str, Plain] = {"people": people, "people_low": limits.low, "people_high": limits.high}
    return Verdict("GP218", float(people), float(limits.low if people < limits.low else limits.high), proof=False, facts=facts)


def verdicts_by_hand(graph: AtomGraph, zone: Ints, rule: Rule) -> dict[int, Verdict]:
    """A verdict for every zone (0..k-1, each connected) that is out of range, the worst first; no enumeration."""
    land = parts(len(graph), graph.i, graph.j)
    total = np.bincount(land, graph.households).astype(np.int64)
    households = np.bincount(zone, graph.households).astype(np.int64)
    counted: set[int] = set()
    found: dict[int, Verdict] = {}
    out = np.flatnonzero(out_of_range(graph, zone, rule)).tolist()
    for number in sorted(out, key=lambda number: (-excess(rule, int(households[number])), number)):
        size, atoms = int(households[number]), np.flatnonzero(zone == number).astype(np.int64)
        where = int(land[atoms[0]])
        verdict = by_arithmetic(graph, atoms, rule, size, int(total[where]), where in counted) if excess(rule, size) else None
        around = np.flatnonzero(land == where).astype(np.int64)
        verdict = verdict or people_verdict(graph, atoms, rule, around, counted=where in counted)
        if verdict is None and excess(rule, size):
            verdict = drawn_so(size, rule)
        if verdict is None:
            assert graph.population is not None, "a zone in range of households is out of that of people"
            verdict = drawn_so_by_people(int(graph.population[atoms].sum()), rule)
        counted |= {where} if verdict.code in COUNTED else set()
        found[number] = verdict
    return found
