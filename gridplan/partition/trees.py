"""Cutting a connected set of nodes along random spanning trees into connected parts whose totals can be in range."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.partition.measures import Cost
from gridplan.partition.model import Rule
from gridplan.partition.nodes import Nodes
from gridplan.partition.rules import divisible, excess, shortfall, zone_count
from gridplan.partition.state import sums_of

LARGE = 160
"""Sets of more nodes are cut by looking at fewer cuts."""

LOOKED_AT = 10

WORSE = 1e6
"""What a household that cannot be placed in range weighs against the objective."""


@dataclass(frozen=True)
class Cutter:
    """What cutting needs: the nodes, the rule and the cost of a zone."""

    nodes: Nodes
    rule: Rule
    cost: Cost

    def tree(self, members: Sequence[int], rng: np.random.Generator, root: int) -> tuple[list[int], dict[int, int]]:
        """A random spanning tree from ``root``: its nodes from the root outward, and the parent of each.

        Edges have random weights, larger across streets and larger still across major roads and barriers, and the tree is the
        smallest of these: so that cuts of the tree tend to lie along them.
        """
        inside = set(members)
        edges = []
        for node in members:
            for other, length, across, plain, is_open in self.nodes.links[node]:
                if is_open and node < other and other in inside:
                    edges.append((node, other, 0.9 * (1 - plain / length) + 2 * across / length if length > 0 else 3.0))
        noise = rng.random(len(edges)).tolist()
        order = sorted(range(len(edges)), key=lambda row: edges[row][2] + noise[row])
        leader = {node: node for node in members}
        branches: dict[int, list[int]] = {node: [] for node in members}
        missing = len(members) - 1
        for row in order:
            u, v, _ = edges[row]
            a, b = u, v
            while leader[a] != a:
                leader[a] = leader[leader[a]]
                a = leader[a]
            while leader[b] != b:
                leader[b] = leader[leader[b]]
                b = leader[b]
            if a != b:
                leader[a] = b
                branches[u].append(v)
                branches[v].append(u)
                missing -= 1
                if not missing:
                    break
        parent = {root: -1}
        outward = [root]
        for node in outward:
            for other in branches[node]:
                if other not in parent:
                    parent[other] = node
                    outward.append(other)
        return outward, parent

    def weights(self, outward: Sequence[int], parent: dict[int, int]) -> dict[int, int]:
        """Households of the subtree below each node, itself included."""
        below = {node: self.nodes.households[node] for node in outward}
        for node in reversed(outward):
            if parent[node] >= 0:
                below[parent[node]] += below[node]
        return below

    def bisect(self, members: Sequence[int], rng: np.random.Generator, tries: int) -> tuple[list[int], list[int]] | None:
        """The best two parts found on ``tries`` random trees, or None for a single node.

        First the parts whose totals can be cut into zones in range, then the lower cost of the two as zones.
        """
        total = sum(self.nodes.households[node] for node in members)
        best: tuple[float, list[int], list[int]] | None = None
        for _ in range(tries):
            outward, parent = self.tree(members, rng, members[int(rng.integers(len(members)))])
            below = self.weights(outward, parent)
            scores = [
                (
                    shortfall(self.rule, below[node]) + shortfall(self.rule, total - below[node]),
                    self._rank(node, parent, below, total),
                    node,
                )
                for node in outward[1:]
            ]
            scores.sort()
            for missing, _, top in scores[: LOOKED_AT // 2 if len(members) > LARGE else LOOKED_AT]:
                if best is not None and WORSE * missing > best[0]:
                    break
                part = subtree(outward, parent, top)
                inside = set(part)
                rest = [node for node in outward if node not in inside]
                score = WORSE * missing + self.cost.zone(*sums_of(self.nodes, part)) + self.cost.zone(*sums_of(self.nodes, rest))
                if best is None or score < best[0]:
                    best = score, part, rest
        return None if best is None else (sorted(best[1]), sorted(best[2]))

    def _rank(self, node: int, parent: dict[int, int], below: dict[int, int], total: int) -> float:
        """A first guess at how good the cut above ``node`` is: across a road, and in the middle."""
        above = parent[node]
        link = next(link for link in self.nodes.links[node] if link[0] == above)
        across = link[2] / link[1] if link[1] > 0 else 1.0
        return abs(below[node] / total - 0.5) - across if total else 0.0

    def split(self, members: Sequence[int], rng: np.random.Generator, tries: int) -> list[list[int]]:
        """Connected parts of ``members``, of ``zone_count`` their number, in range where the trees gave such."""
        done: list[list[int]] = []
        waiting = [sorted(members)]
        while waiting:
            part = waiting.pop()
            total = sum(self.nodes.households[node] for node in part)
            halves = self.bisect(part, rng, tries) if zone_count(self.rule, total) > 1 else None
            if halves is None:
                done.append(part)
            else:
                waiting.extend(halves)
        return sorted(done)

    def carve(self, members: Sequence[int], core: int, rng: np.random.Generator, tries: int) -> list[list[int]]:
        """As ``split``, for a set with one node ``core`` above the range: its zone keeps what cannot be zones of their own."""
        outward, parent = self.tree(members, rng, core)
        below = self.weights(outward, parent)
        owner: dict[int, int] = {core: core}
        for node in outward[1:]:
            above = owner[parent[node]]
            owner[node] = node if above == core and divisible(self.rule, below[node]) else above
        tops: dict[int, list[int]] = {core: []}
        for node in outward:
            tops.setdefault(owner[node], []).append(node)
        groups = [sorted(tops.pop(core))]
        for part in tops.values():
            groups.extend(self.split(part, rng, tries))
        return groups

    def key(self, groups: Sequence[Sequence[int]]) -> tuple[int, int]:
        """How far these zones are out of range: zones, not counting those of a node above the range, and households."""
        count = missing = 0
        for members in groups:
            over = excess(self.rule, sum(self.nodes.households[node] for node in members))
            missing += over
            if over and not any(self.nodes.households[node] > self.rule.high for node in members):
                count += 1
        return count, missing


def subtree(outward: Sequence[int], parent: dict[int, int], top: int) -> list[int]:
    """``top`` and all nodes below it."""
    inside = {top}
    part = []
    for node in outward:
        if node in inside or parent[node] in inside:
            inside.add(node)
            part.append(node)
    return part
