"""Connectivity in the integer programme of a repair: what touches what, and walls that part a piece from the rest of its zone."""

from collections.abc import Mapping

from gridplan.partition.repair_ground import Ground
from gridplan.partition.subsets import bits, reached

SLACK = 0.05
"""By how much a row must be broken to be added."""

Graded = Mapping[int, float]
"""How much of each node is in a zone, 0 to 1."""


class Net:
    """The nodes of a ground that are in one zone each; ``shared`` ones, without households and people, may lie in all at once.

    What two zones both need to hold together is so counted for none of them: every repair of the ground is one of the net.
    ``near`` of a node: the nodes beside it or beyond shared ones. ``open_``: whether land outside joins all that touch it.
    """

    def __init__(self, ground: Ground, shared: int, open_: bool) -> None:
        self.ground, self.shared = ground, shared
        self.edge = ground.outside if open_ else 0
        begin = self.edge & shared
        self.rim = ground.part(begin, shared) if begin else 0
        self.near = [self._near(node) for node in range(len(ground.near))]

    def _near(self, node: int) -> int:
        own = 1 << node
        if own & self.shared:
            return 0
        ground = self.ground
        passed = ground.near[node] & self.shared
        passed = ground.part(passed, self.shared) if passed else 0
        around = ground.near[node] | ground.border(passed)
        if self.edge & (own | passed):
            around |= self.edge | ground.border(self.rim)
        return around & ~self.shared & ~own

    def border(self, mask: int) -> int:
        """The nodes beside those of ``mask``."""
        around = 0
        for node in bits(mask):
            around |= self.near[node]
        return around & ~mask

    def part(self, start: int, within: int) -> int:
        """The nodes of ``within`` that are connected with those of ``start``."""
        return reached(self.near, start, within)

    def wall(self, side: int, goal: int, within: int) -> int:
        """Nodes of ``within`` that part ``side`` from ``goal``: those around it that can be reached from there."""
        around = self.border(side) & within
        begin = goal & ~around & ~side
        beyond = self.part(begin, (within | goal) & ~around & ~side) if begin else 0
        return around & (self.border(beyond) | goal)

    def parted(self, node: int, goal: int, share: Graded, need: float) -> int:
        """The side of a node from which less than ``need`` of its zone leads to ``goal``; 0 where as much leads there.

        Nodes hold as much as their ``share``; by shortest ways, as Edmonds and Karp do.
        """
        flow = 0.0
        through: dict[int, float] = {}
        along: dict[tuple[int, int], float] = {}
        support = 0
        for each in share:
            support |= 1 << each
        while flow < need - SLACK:
            came, end = self._way(node, goal, share, support, through, along)
            if end is None:
                side = 0
                for each, out in came:
                    side |= out << each
                return side
            steps = []
            state: tuple[int, int] | None = end
            while state is not None and came[state] is not None:
                before = came[state]
                assert before is not None
                steps.append((before, state))
                state = before
            amount = min([need - flow, *(_room(step, share, through, along) for step in steps)])
            for (here, out), (there, _) in steps:
                if here == there:
                    through[here] = through.get(here, 0.0) + (-amount if out else amount)
                elif out:
                    along[here, there] = along.get((here, there), 0.0) + amount
                else:
                    along[there, here] -= amount
            flow += amount
        return 0

    def _way(
        self,
        node: int,
        goal: int,
        share: Graded,
        support: int,
        through: Graded,
        along: Mapping[tuple[int, int], float],
    ) -> tuple[dict[tuple[int, int], tuple[int, int] | None], tuple[int, int] | None]:
        """The states met from a node, each with the one before, and the last one before ``goal``; 0: into a node, 1: out."""
        came: dict[tuple[int, int], tuple[int, int] | None] = {(node, 1): None}
        row = [(node, 1)]
        for state in row:
            here, out = state
            if out:
                if self.near[here] & goal:
                    return came, state
                ahead = [(other, 0) for other in bits(self.near[here] & support) if other != node]
                if here != node and through.get(here, 0.0) > 1e-9:
                    ahead.append((here, 0))
            else:
                ahead = [(here, 1)] if share[here] - through.get(here, 0.0) > 1e-9 else []
                ahead += [(other, 1) for other in bits(self.near[here] & support) if along.get((other, here), 0.0) > 1e-9]
            for then in ahead:
                if then not in came:
                    came[then] = state
                    row.append(then)
        return came, None


def _room(
    step: tuple[tuple[int, int], tuple[int, int]], share: Graded, through: Graded, along: Mapping[tuple[int, int], float]
) -> float:
    (here, out), (there, _) = step
    if here == there:
        return through[here] if out else share[here] - through.get(here, 0.0)
    return 4.0 if out else along[there, here]
