"""An assignment of nodes to zones with its sums, changed one node or one group of zones at a time."""

from collections.abc import Iterable, Sequence

from gridplan.partition.measures import Cost
from gridplan.partition.model import Rule
from gridplan.partition.nodes import Nodes
from gridplan.partition.rules import excess

Sums = tuple[int, float, float, float, float, float]
"""Households, area, perimeter, crossing inside, off-street border, and compounds split (one less its share each)."""


def sums_of(nodes: Nodes, members: Sequence[int]) -> Sums:
    """The sums of a zone made of ``members``, from scratch."""
    inside = set(members)
    households, area, perimeter, crossing, off = 0, 0.0, 0.0, 0.0, 0.0
    shares: dict[int, float] = {}
    for node in members:
        households += nodes.households[node]
        area += nodes.area[node]
        perimeter += nodes.perimeter[node]
        crossing += nodes.crossing[node]
        for other, length, across, plain, _ in nodes.links[node]:
            if other in inside:
                perimeter -= length
                crossing += across / 2
            else:
                off += plain
        for name, share in nodes.shares[node]:
            shares[name] = shares.get(name, 0.0) + share
    return households, area, perimeter, crossing, off, len(shares) - sum(shares.values())


class State:
    """Zones of nodes: which node is where, the members, sums and cost of every zone.

    ``fixed`` nodes alone exceed ``high``; a zone holds at most one of them and never loses it. A zone without members is
    free to be used again.
    """

    def __init__(self, nodes: Nodes, rule: Rule, cost: Cost, zones: Iterable[Sequence[int]]) -> None:
        self.nodes, self.rule, self.cost = nodes, rule, cost
        self.fixed = [households > rule.high for households in nodes.households]
        self.zone = [-1] * len(nodes)
        self.members: list[dict[int, None]] = []
        self.sums: list[Sums] = []
        self.value: list[float] = []
        for members in zones:
            self._add(members)

    def _add(self, members: Sequence[int]) -> int:
        self.members.append({})
        self.sums.append((0, 0.0, 0.0, 0.0, 0.0, 0.0))
        self.value.append(0.0)
        self._fill(len(self.members) - 1, members)
        return len(self.members) - 1

    def _fill(self, zone: int, members: Sequence[int]) -> None:
        self.members[zone] = dict.fromkeys(members)
        for node in members:
            self.zone[node] = zone
        self.sums[zone] = sums_of(self.nodes, members)
        self.value[zone] = self.cost.zone(*self.sums[zone]) if members else 0.0

    def replace(self, zones: Sequence[int], groups: Sequence[Sequence[int]]) -> None:
        """Put ``groups`` of nodes in the place of ``zones``; their nodes must be the same."""
        for spare in zones[len(groups) :]:
            self.members[spare], self.sums[spare], self.value[spare] = {}, (0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0
        for zone, members in zip(zones, groups, strict=False):
            self._fill(zone, members)
        for members in groups[len(zones) :]:
            self._add(members)

    def bad(self) -> list[int]:
        """The zones out of range that hold no node which alone exceeds ``high``."""
        return [zone for zone in self.zones() if excess(self.rule, self.sums[zone][0]) and self.core(zone) < 0]

    def zones(self) -> list[int]:
        """The zones in use."""
        return [zone for zone, members in enumerate(self.members) if members]

    def core(self, zone: int) -> int:
        """The node of ``zone`` that alone exceeds ``high``, or -1."""
        if self.sums[zone][0] <= self.rule.high:
            return -1
        return next((node for node in self.members[zone] if self.fixed[node]), -1)

    def neighbours(self, zone: int) -> list[int]:
        """The zones that can be reached from ``zone`` without crossing a hard edge, in order of number."""
        found = {self.zone[other] for node in self.members[zone] for other in self.nodes.near[node]}
        found.discard(zone)
        return sorted(found)

    def groups(self) -> list[list[int]]:
        """The members of every zone in use."""
        return [sorted(members) for members in self.members if members]

    def total(self) -> float:
        """The objective: the sum over zones."""
        return sum(self.value[zone] for zone in self.zones())

    def after(self, node: int, source: int, target: int) -> tuple[Sums, Sums]:
        """The sums of ``source`` and ``target`` once ``node`` has gone from one to the other."""
        nodes, zone = self.nodes, self.zone
        stay_length = stay_cross = go_length = go_cross = out_off = 0.0
        stay_off = go_off = 0.0
        for other, length, across, plain, _ in nodes.links[node]:
            where = zone[other]
            out_off += plain
            if where == source:
                stay_length += length
                stay_cross += across
                stay_off += plain
            elif where == target:
                go_length += length
                go_cross += across
                go_off += plain
        h, a, p, c, o, s = self.sums[source]
        less = self._split_change(node, source, -1) if nodes.shares[node] else 0.0
        more = self._split_change(node, target, 1) if nodes.shares[node] else 0.0
        households, area, perimeter, crossing = (
            nodes.households[node],
            nodes.area[node],
            nodes.perimeter[node],
            nodes.crossing[node],
        )
        left = (
            h - households,
            a - area,
            p - perimeter + 2 * stay_length,
            c - crossing - stay_cross,
            o - out_off + 2 * stay_off,
            s + less,
        )
        h, a, p, c, o, s = self.sums[target]
        joined = (
            h + households,
            a + area,
            p + perimeter - 2 * go_length,
            c + crossing + go_cross,
            o + out_off - 2 * go_off,
            s + more,
        )
        return left, joined

    def _split_change(self, node: int, zone: int, sign: int) -> float:
        change = 0.0
        for name, share in self.nodes.shares[node]:
            held = any(other != node and name in dict(self.nodes.shares[other]) for other in self.members[zone])
            change += sign * ((0.0 if held else 1.0) - share)
        return change

    def move(self, node: int, source: int, target: int, left: Sums, joined: Sums) -> None:
        """Move ``node`` from ``source`` to ``target``, whose sums become those that :meth:`after` gave."""
        del self.members[source][node]
        self.members[target][node] = None
        self.zone[node] = target
        self.sums[source], self.sums[target] = left, joined
        self.value[source], self.value[target] = self.cost.zone(*left), self.cost.zone(*joined)

    def stays_connected(self, node: int) -> bool:
        """Whether the zone of ``node`` stays connected, and not empty, without it."""
        zone = self.zone
        home = zone[node]
        near = self.nodes.near
        wanted = [other for other in near[node] if zone[other] == home]
        if len(wanted) <= 1:
            return len(wanted) == 1
        missing = set(wanted[1:])
        seen = {node, wanted[0]}
        stack = [wanted[0]]
        while stack:
            for other in near[stack.pop()]:
                if zone[other] == home and other not in seen:
                    if other in missing:
                        missing.remove(other)
                        if not missing:
                            return True
                    seen.add(other)
                    stack.append(other)
        return False
