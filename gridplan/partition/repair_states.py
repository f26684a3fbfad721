"""States of a repair: zones with their households, people and faults, and what moving items between two of them makes."""

from dataclasses import dataclass
from typing import NamedTuple

from gridplan.partition.repair_ground import Ground, limits


class Zone(NamedTuple):
    """A zone in a state: its nodes, households and people that count, and how far it is from what the rule asks."""

    mask: int
    weight: int
    people: int
    fault: int


NONE = Zone(0, 0, 0, 0)
"""A zone that is not there."""


@dataclass(frozen=True)
class State:
    """Zones by label, the households moved and the faults of all together."""

    zones: dict[int, Zone]
    cost: int
    fault: int


def fault_of(ground: Ground, mask: int, weight: int, people: int) -> int:
    """How far a zone is from the rule, in households: out of range, in parts, with what must be apart. 0: it keeps it."""
    if not mask:
        return 0
    rule = ground.rule
    fewest, most, worth = limits(rule)
    fault = max(rule.low - weight, weight - rule.high, 0)
    lack = max(fewest - people, people - most, 0)
    if lack:
        fault += max(1, round(lack * worth))
    if ground.part(mask & -mask, mask) != mask:
        stray = ground.parts(mask)[1:]
        fault += sum(max(1, ground.held(piece)) for piece in stray)
    for row, foes in ground.foe.items():
        if ground.nodes[row] & mask and foes & mask:
            fault += max(1, ground.weight[row])
    return fault


def zone_from(ground: Ground, mask: int) -> Zone:
    """The zone of these nodes."""
    weight, people = ground.counted(mask)
    return Zone(mask, weight, people, fault_of(ground, mask, weight, people))


def state_of(ground: Ground, masks: dict[int, int]) -> State:
    """The state of these zones."""
    zones = {label: zone_from(ground, mask) for label, mask in masks.items()}
    cost = sum(ground.cost(row, label) for label, mask in masks.items() for row in ground.items(mask))
    return State(zones, cost, sum(zone.fault for zone in zones.values()))


def moved(ground: Ground, state: State, source: int, target: int, mask: int) -> State:
    """The state after the nodes ``mask``, whole items, went from one zone to another."""
    weight, people = ground.counted(mask)
    cost = sum(ground.cost(row, target) - ground.cost(row, source) for row in ground.items(mask))
    old, new = state.zones[source], state.zones.get(target, NONE)
    one = known(ground, old.mask & ~mask, old.weight - weight, old.people - people)
    other = known(ground, new.mask | mask, new.weight + weight, new.people + people)
    zones = {**state.zones, source: one, target: other}
    return State(zones, state.cost + cost, state.fault - old.fault - new.fault + one.fault + other.fault)


def known(ground: Ground, mask: int, weight: int, people: int) -> Zone:
    """The zone of these nodes, reckoned once."""
    zone = ground.zones.get(mask)
    if zone is None:
        zone = ground.zones[mask] = Zone(mask, weight, people, fault_of(ground, mask, weight, people))
    return zone
