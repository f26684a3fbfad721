"""Repair until in range, then improve: tree re-cuts of neighbouring zones and annealed moves of single nodes."""

from math import exp

import numpy as np

from gridplan.partition.rules import excess
from gridplan.partition.state import State
from gridplan.partition.trees import Cutter

HOT, COLD = 0.25, 0.004
"""Temperatures of the annealing, in the units of the objective of one zone."""

REPAIR_TRIES = 60
"""Re-cuts for each zone out of range before the search gives up on it."""


def repair(state: State, rng: np.random.Generator, tries: int) -> None:
    """Re-cut zones out of range with one to three neighbours while this helps; never makes one more zone bad."""
    cutter = Cutter(state.nodes, state.rule, state.cost)
    left = tries * len(state.bad())
    attempt = 0
    while left > 0:
        left -= 1
        attempt += 1
        movable = [zone for zone in state.bad() if state.neighbours(zone)]
        if not movable:
            return
        zones = grow(state, movable[int(rng.integers(len(movable)))], 2 + attempt % 3, rng)
        members = sorted(node for zone in zones for node in state.members[zone])
        before = cutter.key([list(state.members[zone]) for zone in zones])
        core = next((node for node in members if state.fixed[node]), -1)
        groups = cutter.split(members, rng, 2) if core < 0 else cutter.carve(members, core, rng, 2)
        after = cutter.key(groups)
        wander = after[0] == before[0] and float(rng.random()) < 0.25
        if after < before or wander:
            state.replace(zones, groups)


def grow(state: State, zone: int, size: int, rng: np.random.Generator) -> list[int]:
    """``zone`` and up to ``size`` - 1 zones connected with it, at random, with at most one node above the range in all."""
    zones = [zone]
    cores = state.core(zone) >= 0
    while len(zones) < size:
        around = sorted({other for inside in zones for other in state.neighbours(inside)} - set(zones))
        around = [other for other in around if not (cores and state.core(other) >= 0)]
        if not around:
            break
        chosen = around[int(rng.integers(len(around)))]
        cores = cores or state.core(chosen) >= 0
        zones.append(chosen)
    return zones


def recut(state: State, rng: np.random.Generator, rounds: int) -> None:
    """Re-cut every pair of neighbouring zones ``rounds`` times along random trees, keeping what costs less."""
    cutter = Cutter(state.nodes, state.rule, state.cost)
    for _ in range(rounds):
        pairs = [(a, b) for a in state.zones() for b in state.neighbours(a) if a < b]
        for row in rng.permutation(len(pairs)).tolist():
            a, b = pairs[row]
            if not (state.members[a] and state.members[b] and b in state.neighbours(a)):
                continue
            if state.core(a) >= 0 or state.core(b) >= 0:
                continue
            members = sorted([*state.members[a], *state.members[b]])
            halves = cutter.bisect(members, rng, 1)
            if halves is None:
                continue
            before = cutter.key([list(state.members[a]), list(state.members[b])])
            after = cutter.key(halves)
            value = state.value[a] + state.value[b]
            kept = [list(state.members[a]), list(state.members[b])]
            state.replace([a, b], halves)
            if (*after, state.value[a] + state.value[b]) >= (*before, value - 1e-9):
                state.replace([a, b], kept)


def anneal(state: State, rng: np.random.Generator, moves: int) -> None:
    """Move single nodes across borders, at falling temperature, never out of range and never apart."""
    count = len(state.nodes)
    if count < 2 or len(state.zones()) < 2:
        return
    batch = 4096
    done = 0
    while done < moves:
        size = min(batch, moves - done)
        nodes = rng.integers(count, size=size).tolist()
        picks, chances = rng.random(size).tolist(), rng.random(size).tolist()
        temperature = HOT * (COLD / HOT) ** (done / moves)
        for node, pick, chance in zip(nodes, picks, chances, strict=True):
            _try(state, node, pick, chance, temperature)
        done += size
    for _ in range(3):
        changed = [_try(state, node, pick, 1.0, 0.0) for node in range(count) for pick in (0.0, 0.5, 0.999)]
        if not any(changed):
            return


def _try(state: State, node: int, pick: float, chance: float, temperature: float) -> bool:
    """One move of ``node`` to a neighbouring zone; whether it was made."""
    zone = state.zone
    source = zone[node]
    targets = [zone[other] for other in state.nodes.near[node] if zone[other] != source]
    if not targets or state.fixed[node]:
        return False
    target = targets[int(pick * len(targets))]
    households = state.nodes.households[node]
    h_source, h_target = state.sums[source][0], state.sums[target][0]
    rule = state.rule
    if households:
        before = excess(rule, h_source), excess(rule, h_target)
        after = excess(rule, h_source - households), excess(rule, h_target + households)
        if after[0] > before[0] or after[1] > before[1]:
            return False
    left, joined = state.after(node, source, target)
    delta = state.cost.zone(*left) + state.cost.zone(*joined) - state.value[source] - state.value[target]
    if delta > -1e-12 and (temperature <= 0 or chance >= exp(-delta / temperature)):
        return False
    if not state.stays_connected(node):
        return False
    state.move(node, source, target, left, joined)
    return True


def absorb(state: State) -> None:
    """Join each zone out of range to a neighbouring zone whose one atom is above the range anyway, the smallest such."""
    changed = True
    while changed:
        changed = False
        for zone in state.bad():
            cores = [other for other in state.neighbours(zone) if state.core(other) >= 0]
            if cores:
                host = min(cores, key=lambda other: (state.sums[other][0], other))
                state.replace([host, zone], [sorted([*state.members[host], *state.members[zone]])])
                changed = True
                break
