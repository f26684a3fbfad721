"""Zones brought into range by few steps: a beam search over moves, splits and merges of the zones around them."""

from collections.abc import Set

from gridplan.partition.repair_ground import NEVER, Ground
from gridplan.partition.repair_options import options
from gridplan.partition.repair_states import NONE, State

BEAM = 24
"""States that are followed at each depth."""

DEPTH = 60
"""Steps of one repair at most."""

TRIES = 4000
"""States looked at in one repair, at most."""


def repaired(
    ground: Ground, start: State, bad: Set[int], fresh: int, *, whole: bool, beam: int = BEAM, most: int | None = None
) -> list[State]:
    """The states met that no other beats in cost and fault alike, cheapest first: the last has the least fault.

    ``bad``: the zones to bring into range; ``fresh``: the label of a new zone, if one is needed; ``whole``: zones are also split,
    merged and dissolved; ``beam``: states that are followed; ``most``: states of a greater cost are not looked at. No zone's
    fault is left greater than at the ``start``.
    """
    seen = {_key(start)}
    layer, met = [start], [start]
    best = NEVER if most is None else most + 1
    done: State | None = None
    left = TRIES
    for _ in range(DEPTH):
        found: list[State] = []
        for state in layer:
            number = _worst(start, state, bad)
            if number is None or left <= 0:
                continue
            for option in options(ground, state, number, fresh, whole):
                left -= 1
                if option.cost >= best or (done and option.cost + option.fault >= done.cost + done.fault):
                    continue
                key = _key(option)
                if key not in seen:
                    seen.add(key)
                    found.append(option)
        if not found:
            break
        found.sort(key=lambda state: (state.cost + state.fault, state.fault))
        layer = found[:beam]
        for state in layer:
            if _worst(start, state, bad) is None:
                met.append(state)
                if done is None or (state.cost + state.fault, state.cost) < (done.cost + done.fault, done.cost):
                    done = state
            elif all(zone.fault <= start.zones.get(label, NONE).fault for label, zone in state.zones.items()):
                met.append(state)
    return _pareto(met)


def _pareto(met: list[State]) -> list[State]:
    kept: list[State] = []
    for state in sorted(met, key=lambda state: (state.cost, state.fault)):
        if not kept or state.fault < kept[-1].fault:
            kept.append(state)
    return kept


def _key(state: State) -> frozenset[tuple[int, int]]:
    return frozenset((label, zone.mask) for label, zone in state.zones.items())


def _worst(start: State, state: State, bad: Set[int]) -> int | None:
    """The zone to be seen to next: the one whose fault has grown most, else the worst ``bad`` one; None where all is well."""
    grown = [
        (start.zones[label].fault - zone.fault if label in start.zones else -zone.fault, label)
        for label, zone in state.zones.items()
        if zone.fault > (start.zones[label].fault if label in start.zones else 0)
    ]
    if grown:
        return min(grown)[1]
    left = [(-state.zones[number].fault, number) for number in bad if state.zones[number].fault]
    return min(left)[1] if left else None
