"""Zones out of range set right: single atoms around them are moved, ever further out."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import numbered, parts, soft_edges
from gridplan.partition.land import capped, make_land, price_of
from gridplan.partition.measures import Cost
from gridplan.partition.model import Effort, Rule
from gridplan.partition.regions import side_by_side
from gridplan.partition.rules import divisible, out_of_range, too_large
from gridplan.partition.search import refine

HOPS = (1, 1, 2, 2, 2, 2, 3, 3, 3)
"""How many zones around a bad one are cut anew, try after try."""

WINDOWS, ZONES, SETS = 300.0, 8, 1000
"""Windows of each zone, zones of a window and sets listed for it: more than elsewhere, since what is left is hard."""

MANY = 80
"""More zones than these share the windows of so many: where so much is out of range, more windows hardly help."""


def rescued(graph: AtomGraph, rule: Rule, cost: Cost, zone: Ints, effort: Effort, seed: tuple[int, ...], *, until: float) -> Ints:
    """``zone`` with fewer zones out of range, if a way is found; what is left beside zones above the range is given to these.

    Around each bad zone the atoms of compounds are let go and larger windows searched; each try goes further out. Land on which
    arithmetic says that there must be as many bad zones is left alone. Cost: some 5 ms for each zone that is cut anew. None is
    once the monotonic clock has passed ``until``.
    """
    soft = soft_edges(graph, rule)
    i, j = graph.i[soft], graph.j[soft]
    price = price_of(cost, rule)
    caps = (rule.high, rule.low) if too_large(graph, rule).any() else (rule.high,)
    for turn, hops in enumerate(HOPS):
        for most in caps:
            bad = np.isin(zone, _hopeful(graph, zone, rule, i, j))
            if not bad.any() or time.monotonic() > until:
                return _absorbed(graph, rule, zone, i, j)

            def work(rows: Ints, most: int = most, turn: int = turn, zone: Ints = zone) -> Ints:
                part = graph.subgraph(rows)
                label = numbered(zone[rows])
                land = capped(make_land(part, rule, cost, np.arange(len(rows))), price, most)
                windows = WINDOWS * min(1.0, MANY / (int(label.max()) + 1))
                harder = replace(effort, windows=windows, zones=ZONES, sets=SETS, threads=1)
                fresh = refine(land, label, price, harder, (*seed, turn, most, int(rows[0])), until=until)
                return min(fresh, label, key=lambda found: _missing(part, found, rule))

            places = _around(zone, bad, i, j, hops)
            for rows, label in zip(places, side_by_side(work, places, effort.threads or 1), strict=True):
                zone = zone.copy()
                zone[rows] = int(zone.max()) + 1 + label
            zone = numbered(zone)
    return _absorbed(graph, rule, zone, i, j)


def _hopeful(graph: AtomGraph, zone: Ints, rule: Rule, i: Ints, j: Ints) -> list[int]:
    """The bad zones of connected land where arithmetic allows fewer of them."""
    bad = bad_zones(graph, zone, rule)
    if not bad:
        return bad
    land = parts(len(graph), i, j)
    total = np.bincount(land, graph.households).astype(np.int64)
    people = total if graph.population is None else np.bincount(land, graph.population).astype(np.int64)
    over = np.bincount(land, too_large(graph, rule)) > 0
    land_of = np.empty(int(zone.max()) + 1, dtype=np.int64)
    land_of[zone] = land
    count = np.bincount(land_of[bad], minlength=len(total))
    return [
        number
        for number in bad
        if over[land_of[number]]
        or count[land_of[number]] > 1
        or divisible(rule, int(total[land_of[number]]), int(people[land_of[number]]))
    ]


def _around(zone: Ints, bad: NDArray[np.bool_], i: Ints, j: Ints, hops: int) -> list[Ints]:
    """The atoms of all zones within so many zones of a bad one, in connected parts."""
    near = bad
    for _ in range(hops):
        near = np.isin(zone, np.unique(np.concatenate([zone[i[near[j]]], zone[j[near[i]]], zone[near]])))
    inside = near[i] & near[j]
    part = parts(len(zone), i[inside], j[inside])
    rows = np.flatnonzero(near)
    return [rows[part[rows] == number] for number in np.unique(part[rows]).tolist()]


def bad_zones(graph: AtomGraph, zone: Ints, rule: Rule) -> list[int]:
    """The zones out of range that hold no atom which alone is above it."""
    out = out_of_range(graph, zone, rule)
    out[zone[too_large(graph, rule)]] = False
    return np.flatnonzero(out).tolist()


def _missing(graph: AtomGraph, zone: Ints, rule: Rule) -> tuple[int, int]:
    """Zones out of range, those with an atom above it among them, and households and people of their excess."""
    households = np.bincount(zone, graph.households).astype(np.int64)
    over = np.maximum(np.maximum(rule.low - households, households - rule.high), 0)
    if rule.population is not None and graph.population is not None:
        people = np.bincount(zone, graph.population).astype(np.int64)
        over = over + np.maximum(np.maximum(rule.population.low - people, people - rule.population.high), 0)
    return int((over > 0).sum()), int(over.sum())


def _absorbed(graph: AtomGraph, rule: Rule, zone: Ints, i: Ints, j: Ints) -> Ints:
    """Each bad zone joined to a neighbour that one atom puts above the range anyway, the smallest such."""
    while True:
        over = np.unique(zone[too_large(graph, rule)])
        total = np.bincount(zone, graph.households)
        for number in bad_zones(graph, zone, rule):
            beside = np.unique(np.concatenate([zone[j[zone[i] == number]], zone[i[zone[j] == number]]]))
            hosts = np.intersect1d(beside, over)
            if len(hosts):
                zone = numbered(np.where(zone == number, min(hosts.tolist(), key=lambda host: (total[host], host)), zone))
                break
        else:
            return zone
