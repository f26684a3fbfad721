"""Zones with too few or too many people, where a rule has a range of people beside that of households."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import Plain
from gridplan.partition.model import Rule, Verdict
from gridplan.partition.rules import divisible


def people_verdict(graph: AtomGraph, atoms: Ints, rule: Rule, land: Ints, *, counted: bool) -> Verdict | None:
    """The verdict on a zone of ``atoms`` that arithmetic with people gives, if there is one.

    ``land``: the atoms of the connected land around it; ``counted``: whether another zone was named for that land already.
    """
    if rule.population is None or graph.population is None:
        return None
    people, facts = _facts(graph, atoms, rule)
    largest = int(atoms[np.argmax(graph.population[atoms])])
    if graph.population[largest] > rule.population.high:
        facts |= {"atom": largest, "atom_people": int(graph.population[largest])}
        return Verdict("GP212", float(people), float(rule.population.high), proof=True, facts=facts)
    total, all_people = int(graph.households[land].sum()), int(graph.population[land].sum())
    if not counted and not divisible(rule, total, all_people):
        facts |= {"total": total, "total_people": all_people}
        return Verdict("GP213", *_measure(rule, facts), proof=True, facts=facts)
    return None


def people_left(graph: AtomGraph, atoms: Ints, rule: Rule, *, proof: bool, count: int = 0) -> Verdict | None:
    """The verdict on a zone that enumeration proved to be stuck, or could not; None where the rule does not count people.

    ``count``: so many zones of the land around it must be out of range, as enumeration proved.
    """
    if rule.population is None or graph.population is None:
        return None
    _, facts = _facts(graph, atoms, rule)
    if count:
        facts |= {"count": count, "most": rule.high + rule.low - 1}
        return Verdict("GP216", *_measure(rule, facts), proof=proof, facts=facts)
    return Verdict("GP214" if proof else "GP215", *_measure(rule, facts), proof=proof, facts=facts)


def explained_twice(graph: AtomGraph, zone: Ints, land: Ints, found: Mapping[int, Verdict], rule: Rule) -> dict[int, Verdict]:
    """The zones whose verdict counts what others of their land explain already, with a verdict that proves nothing.

    That so many zones of a connected ``land`` must be out of range (GP203, GP206, GP213, GP216) is no proof for one more beside
    as many that are stuck (GP211, GP214). Nothing where the rule does not count people.
    """
    if rule.population is None:
        return {}
    land_of = dict(zip(zone.tolist(), land.tolist(), strict=True))
    stuck = Counter(land_of[number] for number, verdict in found.items() if verdict.code in ("GP211", "GP214"))
    room: dict[int, int] = {}
    answer = {}
    for number in sorted(found, key=lambda number: (-found[number].measure, number)):
        verdict, where = found[number], land_of[number]
        if verdict.code not in ("GP203", "GP206", "GP213", "GP216"):
            continue
        least = int(verdict.facts["count"]) if verdict.code in ("GP206", "GP216") else 1
        left = room.get(where, least - stuck[where])
        room[where] = left - 1
        if left <= 0:
            left_open = people_left(graph, np.flatnonzero(zone == number), rule, proof=False)
            assert left_open is not None
            answer[number] = left_open
    return answer


def _facts(graph: AtomGraph, atoms: Ints, rule: Rule) -> tuple[int, dict[str, Plain]]:
    assert rule.population is not None
    assert graph.population is not None
    people = int(graph.population[atoms].sum())
    facts: dict[str, Plain] = {"households": int(graph.households[atoms].sum()), "low": rule.low, "high": rule.high}
    return people, facts | {"people": people, "people_low": rule.population.low, "people_high": rule.population.high}


def _measure(rule: Rule, facts: dict[str, Plain]) -> tuple[float, float]:
    """What is measured and the limit it breaks: households where these are out of range, else people."""
    assert rule.population is not None
    households, people = int(facts["households"]), int(facts["people"])
    if not rule.low <= households <= rule.high:
        return float(households), float(rule.low if households < rule.low else rule.high)
    return float(people), float(rule.population.low if people < rule.population.low else rule.population.high)
