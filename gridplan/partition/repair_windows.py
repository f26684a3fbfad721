"""A repair of the whole land: zone after zone, then all that changed together anew, within a budget where there is one."""

from collections.abc import Iterable

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.groups import parts
from gridplan.partition.repair_bounds import least
from gridplan.partition.repair_ground import Field, ground_of, limits, masks_of
from gridplan.partition.repair_states import State, state_of
from gridplan.partition.repair_steps import BEAM, repaired
from gridplan.partition.repair_ways import Charges
from gridplan.partition.subsets import bits
from gridplan.progress import Progress, silent

HOPS = 2
"""Zones around a zone out of range that take part in its repair."""


def faulty(field: Field, label: Ints) -> dict[int, int]:
    """How far each zone that breaks the rule is from it, in households."""
    rule = field.rule
    fewest, most, worth = limits(rule)
    weight, people = np.bincount(label, field.weight), np.bincount(label, field.people)
    fault = np.maximum(np.maximum(rule.low - weight, weight - rule.high), 0).astype(np.int64)
    lack = np.maximum(np.maximum(fewest - people, people - most), 0)
    fault += np.where(lack > 0, np.maximum(np.round(lack * worth), 1), 0).astype(np.int64)
    fault[pieces(field, label) > 1] += 1
    for one, other in field.apart:
        if label[one] == label[other]:
            fault[label[one]] += 1
    return {number: int(fault[number]) for number in np.unique(label).tolist() if fault[number]}


def pieces(field: Field, label: Ints) -> Ints:
    """The number of connected parts of each zone."""
    of_node = label[field.item]
    part = _parts_of(field, of_node)
    return np.bincount(of_node[np.unique(part, return_index=True)[1]], minlength=int(label.max(initial=-1)) + 1)


def _parts_of(field: Field, of_node: Ints) -> Ints:
    inner = of_node[field.i] == of_node[field.j]
    return parts(len(of_node), field.i[inner], field.j[inner])


def searched(field: Field, label: Ints, fresh: int, progress: Progress = silent) -> Ints:
    """``label`` after each faulty zone, the worst first, was repaired with few households where a way was found."""
    label = label.copy()
    tried: set[int] = set()
    while True:
        bad = {number: fault for number, fault in faulty(field, label).items() if number not in tried}
        progress("stage.search", len(tried), len(tried) + len(bad))
        if not bad:
            return label
        number = min(bad, key=lambda number: (-bad[number], number))
        tried.add(number)
        rows, states = _around(field, label, {number}, fresh, BEAM)
        label[rows] = _labels(states[-1], field, rows)


def _around(field: Field, label: Ints, bad: set[int], fresh: int, beam: int, most: int | None = None) -> tuple[Ints, list[State]]:
    """The items around some zones, and the states that repair them more and more."""
    near = grown(bad, field.beside(label), HOPS)
    ground = ground_of(field, label, near)
    start = state_of(ground, masks_of(ground, label[ground.rows].tolist()))
    unused = max(fresh, int(label.max()) + 1)
    limit = None if most is None else start.cost + most
    states = repaired(ground, start, bad, unused, whole=False, beam=beam, most=limit)
    if any(states[-1].zones[number].fault for number in bad) or states[-1].cost - start.cost >= field.rule.low:
        more = repaired(ground, start, bad, unused, whole=True, beam=beam, most=limit)
        states = min(states, more, key=lambda states: (states[-1].fault, states[-1].cost))
    return np.array(ground.rows), states


def gathered(field: Field, label: Ints, fresh: int) -> Ints:
    """``label`` where what could not be joined to the rest of its zone is a zone of its own."""
    label = label.copy()
    of_node = label[field.item]
    part = _parts_of(field, of_node)
    fresh = max(fresh, int(label.max(initial=-1)) + 1)
    for number in np.flatnonzero(pieces(field, label) > 1).tolist():
        inside = np.flatnonzero(of_node == number)
        held = np.bincount(part[inside], field.weight[field.item[inside]])
        for piece in sorted(set(part[inside].tolist()) - {int(np.argmax(held))}):
            rows = np.unique(field.item[part == piece])
            # An item on both sides stays where most is.
            if not np.isin(field.item[inside[part[inside] != piece]], rows).any():
                label[rows] = fresh
                fresh += 1
    return label


def partly(field: Field, label: Ints, left: int, fresh: int) -> Ints:
    """``label`` after as much of each fault was removed as so many households allow, the worst zone first."""
    label = label.copy()
    tried: set[int] = set()
    while left > 0:
        bad = {number: fault for number, fault in faulty(field, label).items() if number not in tried}
        if not bad:
            break
        number = min(bad, key=lambda number: (-bad[number], number))
        tried.add(number)
        before = field.moved(label)
        rows, states = _around(field, label, {number}, fresh, BEAM, left)
        label[rows] = _labels(states[-1], field, rows)
        left -= field.moved(label) - before
    return label


def _labels(state: State, field: Field, rows: Ints) -> Ints:
    """The zone of each item of ``rows`` in a state."""
    place = np.full(len(field.size), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    # Nodes of a ground are those of its items, ascending.
    item = place[field.item[place[field.item] >= 0]]
    answer = np.empty(len(rows), dtype=np.int64)
    for number, zone in state.zones.items():
        answer[item[bits(zone.mask)]] = number
    return answer


def grown(labels: Iterable[int], beside: dict[int, set[int]], hops: int) -> set[int]:
    """The zones within so many hops of some."""
    near = set(labels)
    for _ in range(hops):
        near |= {other for number in near for other in beside[number]}
    return near


def changes(field: Field, label: Ints) -> list[set[int]]:
    """The zones that exchanged items, in sets that have nothing to do with one another."""
    changed = np.flatnonzero(label != field.home)
    pairs = [(int(field.home[row]), int(label[row])) for row in changed]
    pairs += [(int(field.home[row]), number) for row, shares in field.parted.items() for number in shares]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    group = parts(int(ends.max(initial=-1)) + 1, ends[:, 0], ends[:, 1])
    found: dict[int, set[int]] = {}
    for number in np.unique(ends).tolist():
        found.setdefault(int(group[number]), set()).add(number)
    return list(found.values())


def anew(field: Field, label: Ints, fresh: int, beam: int) -> Ints:
    """``label`` where each set of zones that changed together was repaired once more as one, if that moves less."""
    label = label.copy()
    bad = faulty(field, field.home)
    for zones in changes(field, label):
        inside = np.isin(field.home, sorted(zones)) | np.isin(label, sorted(zones))
        trial = np.where(inside, field.home, label)
        wrong = {number for number in zones if number in bad}
        if not wrong:
            continue
        rows, states = _around(field, trial, wrong, max(fresh, int(label.max()) + 1), beam)
        trial[rows] = _labels(states[-1], field, rows)
        if _worth(field, trial) < _worth(field, label):
            label = trial
    return label


def _worth(field: Field, label: Ints) -> tuple[int, int]:
    return sum(faulty(field, label).values()), field.moved(label)


def charges(field: Field, mended: set[int], steps: int) -> Charges:
    """What each of these zones is charged at least in any repair of them, wherever on the land: the charges add up."""
    bad = faulty(field, field.home)
    weight = np.bincount(field.home, field.weight)
    under = {number for number in bad if weight[number] < field.rule.low}
    over = set(bad) - under
    beside = field.beside(field.home)
    found = {}
    for number in sorted(mended & set(bad)):
        ground = ground_of(field, field.home, grown({number}, beside, HOPS))
        label = field.home[ground.rows].tolist()
        first = {nodes & -nodes: label[row] for row, nodes in enumerate(ground.nodes)}
        found[number] = least(ground, masks_of(ground, label)[number], first, over, under, steps)
    return Charges(found, over, under)
