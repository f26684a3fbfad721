"""What a repair works on: atoms joined to items that stay together, their neighbours, and what moving each costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.groups import numbered, parts
from gridplan.partition.model import Rule
from gridplan.partition.subsets import bits, reached

NEVER = 1 << 40
"""More people than anywhere: the limit where a rule counts none."""


@dataclass(frozen=True)
class Field:
    """All that may change: the atoms outside fixed zones, joined to items and these to nodes.

    An item is what must stay in one zone; a node is a connected part of one. By atom: ``node`` (-1: fixed). By node: ``item``.
    By item: ``size`` (households), ``weight`` (the same, but no more than ``high``), ``people`` (no more than their limit),
    ``home`` (the zone that it is in today, where in several the one that holds most of it), ``parted`` (households by zone
    of each item that is in several). ``i`` and ``j``: nodes with a border that a zone may cross. ``apart``: items that may
    not share a zone. ``wish``: what moving an item costs beside its households, 0 to 1.
    """

    node: Ints
    item: Ints
    size: Ints
    weight: Ints
    people: Ints
    home: Ints
    parted: dict[int, dict[int, int]]
    i: Ints
    j: Ints
    apart: list[tuple[int, int]]
    wish: NDArray[np.float64]
    rule: Rule

    @cached_property
    def ways(self) -> tuple[Ints, Ints]:
        """The neighbours of all nodes in one row, and where those of each begin."""
        ends, others = np.concatenate([self.i, self.j]), np.concatenate([self.j, self.i])
        order = np.lexsort((others, ends))
        return others[order], np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(self.item)))])

    def of_atoms(self, label: Ints, zone: Ints) -> Ints:
        """The zone of each atom from the ``label`` of each item; atoms of fixed zones keep theirs of ``zone``."""
        free = self.node >= 0
        answer = zone.copy()
        answer[free] = label[self.item[self.node[free]]]
        return answer

    def beside(self, label: Ints) -> dict[int, set[int]]:
        """The zones that touch each zone."""
        a, b = label[self.item[self.i]], label[self.item[self.j]]
        found: dict[int, set[int]] = {number: set() for number in np.unique(label).tolist()}
        for one, other in np.unique(np.stack([a, b], axis=1)[a != b], axis=0).tolist():
            found[one].add(other)
            found[other].add(one)
        return found

    def moved(self, label: Ints) -> int:
        """Households that are in another zone than today."""
        total = int(self.size[label != self.home].sum())
        for row, shares in self.parted.items():
            total += int(self.size[row]) - shares.get(int(label[row]), 0)
            total -= int(self.size[row]) if label[row] != self.home[row] else 0
        return total


def make_field(
    graph: AtomGraph, zone: Ints, rule: Rule, edges: NDArray[np.bool_], fixed: NDArray[np.bool_], together: Ints, apart: Ints
) -> Field:
    """The field of a graph; ``edges`` are those that a zone may cross, ``fixed`` marks atoms."""
    free = np.flatnonzero(~fixed)
    item_of_atom = np.full(len(graph), -1, dtype=np.int64)
    item_of_atom[free] = numbered(together[free])
    open_edges = edges & ~fixed[graph.i] & ~fixed[graph.j]
    same = open_edges & (together[graph.i] == together[graph.j])
    node = np.full(len(graph), -1, dtype=np.int64)
    node[free] = numbered(parts(len(graph), graph.i[same], graph.j[same])[free])
    nodes, count = int(node.max(initial=-1)) + 1, int(item_of_atom.max(initial=-1)) + 1
    item = np.zeros(nodes, dtype=np.int64)
    item[node[free]] = item_of_atom[free]
    of = item_of_atom[free]
    size = np.bincount(of, graph.households[free], minlength=count).astype(np.int64)
    population = np.zeros(len(graph), dtype=np.int64) if graph.population is None else graph.population
    people = np.bincount(of, population[free], minlength=count).astype(np.int64)
    home, parted = _homes(of, zone[free], graph.households[free], count)
    a, b = node[graph.i[open_edges]], node[graph.j[open_edges]]
    pairs = np.unique(np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1)[a != b], axis=0).reshape(-1, 2)
    group = dict(zip(together[free].tolist(), of.tolist(), strict=True))
    split = [(group[one], group[other]) for one, other in apart.tolist() if one in group and other in group]
    atoms = np.bincount(of, minlength=count)
    compound = graph.compound[free]
    whole = np.zeros(count, dtype=bool)
    whole[of[(compound >= 0) & _whole_today(compound, zone[free])]] = True
    return Field(
        node=node,
        item=item,
        size=size,
        weight=np.minimum(size, rule.high),
        people=people if rule.population is None else np.minimum(people, rule.population.high),
        home=home,
        parted=parted,
        i=pairs[:, 0],
        j=pairs[:, 1],
        apart=sorted({(min(pair), max(pair)) for pair in split}),
        wish=0.5 * whole + 0.5 * atoms / max(int(atoms.max(initial=1)), 1),
        rule=rule,
    )


def _whole_today(compound: Ints, zone: Ints) -> NDArray[np.bool_]:
    """Whether the compound of each atom has several atoms and lies in one zone."""
    _, group, size = np.unique(compound, return_inverse=True, return_counts=True)
    first = np.zeros(len(size), dtype=np.int64)
    first[group] = zone
    cut = np.bincount(group, first[group] != zone) > 0
    return np.asarray(~cut[group] & (size[group] > 1))


def _homes(of: Ints, zone: Ints, households: Ints, count: int) -> tuple[Ints, dict[int, dict[int, int]]]:
    """The zone that holds most of each item, the lowest where equal, and the households by zone of items in several."""
    width = int(zone.max(initial=0)) + 1
    key, row = np.unique(of * width + zone, return_inverse=True)
    held = np.bincount(row, households, minlength=len(key)).astype(np.int64)
    of_key, zone_of_key = key // width, key % width
    order = np.lexsort((zone_of_key, -held, of_key))
    first = np.unique(of_key[order], return_index=True)[1]
    home = zone_of_key[order][first]
    several = np.flatnonzero(np.bincount(of_key, minlength=count)[of_key] > 1)
    parted: dict[int, dict[int, int]] = {}
    for place in several.tolist():
        parted.setdefault(int(of_key[place]), {})[int(zone_of_key[place])] = int(held[place])
    return home, parted


@dataclass(frozen=True)
class Ground:
    """The items of some zones, renumbered, with masks: ``nodes`` of each item, ``near`` of each node; ``item`` of each node.

    ``rows``: the items of the field. ``home``: zones with the households of the item that are there today. ``foe``: the mask
    of nodes that may not be in the zone of each item. ``outside``: the mask of nodes that touch other zones.
    """

    rows: list[int]
    size: list[int]
    weight: list[int]
    people: list[int]
    home: list[dict[int, int]]
    wish: list[float]
    nodes: list[int]
    item: list[int]
    near: list[int]
    foe: dict[int, int]
    outside: int
    rule: Rule
    _borders: dict[int, int] = field(default_factory=dict)
    zones: dict[int, Any] = field(default_factory=dict)
    cut: dict[tuple[int, int], int] = field(default_factory=dict)
    halves: dict[int, list[int]] = field(default_factory=dict)

    def cost(self, item: int, label: int) -> int:
        """Households that move where the item is in zone ``label``."""
        return self.size[item] - self.home[item].get(label, 0)

    def items(self, mask: int) -> list[int]:
        """The items of which ``mask`` holds a node, ascending."""
        return sorted({self.item[node] for node in bits(mask)})

    def closed(self, mask: int) -> int:
        """The nodes of all items of which ``mask`` holds a node."""
        whole = 0
        for row in self.items(mask):
            whole |= self.nodes[row]
        return whole

    def border(self, mask: int) -> int:
        """The nodes beside those of ``mask``."""
        if mask not in self._borders:
            around = 0
            for node in bits(mask):
                around |= self.near[node]
            self._borders[mask] = around & ~mask
        return self._borders[mask]

    def part(self, start: int, within: int) -> int:
        """The nodes of ``within`` that are connected with those of ``start``."""
        return reached(self.near, start, within)

    def parts(self, mask: int) -> list[int]:
        """The connected parts of ``mask``, the one of most households first."""
        found = []
        while mask:
            piece = self.part(mask & -mask, mask)
            found.append(piece)
            mask ^= piece
        return sorted(found, key=lambda piece: (-self.held(piece), piece & -piece)) if len(found) > 1 else found

    def held(self, mask: int) -> int:
        """Households of the items of which ``mask`` holds the first node."""
        return sum(
            self.weight[self.item[node]]
            for node in bits(mask)
            if self.nodes[self.item[node]] & -self.nodes[self.item[node]] == 1 << node
        )

    def counted(self, mask: int) -> tuple[int, int]:
        """Households (those that count for the range) and people of a set of whole items."""
        rows = self.items(mask)
        return sum(self.weight[row] for row in rows), sum(self.people[row] for row in rows)


def ground_of(whole: Field, label: Ints, labels: Iterable[int]) -> Ground:
    """The ground of the items that are in one of ``labels``."""
    rows = np.flatnonzero(np.isin(label, np.array(sorted(labels), dtype=np.int64)))
    place = np.full(len(label), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    chosen = np.flatnonzero(place[whole.item] >= 0)
    local = np.full(len(whole.item), -1, dtype=np.int64)
    local[chosen] = np.arange(len(chosen))
    others, begin = whole.ways
    near, outside = [0] * len(chosen), 0
    for row, node in enumerate(chosen.tolist()):
        for other in local[others[begin[node] : begin[node + 1]]].tolist():
            if other >= 0:
                near[row] |= 1 << other
            else:
                outside |= 1 << row
    item = place[whole.item[chosen]].tolist()
    nodes = [0] * len(rows)
    for row, number in enumerate(item):
        nodes[number] |= 1 << row
    foe: dict[int, int] = {}
    for one, other in whole.apart:
        a, b = int(place[one]), int(place[other])
        if a >= 0 and b >= 0:
            foe[a] = foe.get(a, 0) | nodes[b]
            foe[b] = foe.get(b, 0) | nodes[a]
    home = [whole.parted.get(row) or {int(whole.home[row]): int(whole.size[row])} for row in rows.tolist()]
    return Ground(
        rows=rows.tolist(),
        size=whole.size[rows].tolist(),
        weight=whole.weight[rows].tolist(),
        people=whole.people[rows].tolist(),
        home=home,
        wish=whole.wish[rows].tolist(),
        nodes=nodes,
        item=item,
        near=near,
        foe=foe,
        outside=outside,
        rule=whole.rule,
    )


def limits(rule: Rule) -> tuple[int, int, float]:
    """Least and most people of a zone, and how many households one of them is worth."""
    if rule.population is None:
        return 0, NEVER, 0.0
    return rule.population.low, rule.population.high, (rule.low + rule.high) / (rule.population.low + rule.population.high)


def masks_of(ground: Ground, label: Sequence[int]) -> dict[int, int]:
    """The nodes of each zone, from the ``label`` of each item."""
    found: dict[int, int] = {}
    for row, number in enumerate(label):
        found[number] = found.get(number, 0) | ground.nodes[row]
    return dict(sorted(found.items()))
