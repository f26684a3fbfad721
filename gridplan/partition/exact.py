"""Small sets solved exactly: all connected subsets in range, and the cheapest choice of them that covers every node once."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.partition.cover import cover
from gridplan.partition.measures import Cost
from gridplan.partition.model import Effort, Rule
from gridplan.partition.nodes import Nodes
from gridplan.partition.rules import excess
from gridplan.partition.state import sums_of

BAD, MISSING = 1e5, 1e2
"""What a zone out of range costs, and a household of its excess: far above any objective of a small set."""


@dataclass(frozen=True)
class Exact:
    """Groups of nodes; whether it is proved that none cost less (``optimal``); whether all are in range (``legal``)."""

    groups: list[list[int]]
    optimal: bool
    legal: bool


def connected_sets(weight: Sequence[int], near: Sequence[int], roots: Sequence[int], *, most: int, cap: int) -> list[int] | None:
    """The connected sets of nodes that hold a root and weigh at most ``most``, as bit masks, or None above ``cap`` of them.

    ``near`` is the mask of each node's neighbours. Each set is found once: as the one grown from its first root, with every
    node that was passed over barred from the sets grown after (the order of enumeration of Wernicke 2006,
    doi:10.1109/TCBB.2006.51).
    """
    found: list[int] = []
    passed = 0
    for root in roots:
        passed |= 1 << root
        if weight[root] > most:
            continue
        stack = [(1 << root, near[root] & ~passed, passed, weight[root])]
        while stack:
            members, ahead, barred, total = stack.pop()
            found.append(members)
            if len(found) > cap:
                return None
            while ahead:
                bit = ahead & -ahead
                ahead ^= bit
                barred |= bit
                node = bit.bit_length() - 1
                if total + weight[node] <= most:
                    stack.append((members | bit, ahead | (near[node] & ~barred), barred, total + weight[node]))
    return found


def bits(mask: int) -> list[int]:
    """The positions of the bits that are set, ascending."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def solve_exactly(
    nodes: Nodes, rule: Rule, cost: Cost, members: Sequence[int], gates: Sequence[int], effort: Effort
) -> Exact | None:
    """The best zones of the connected set ``members``, or None where it has too many connected subsets.

    No member may exceed ``high``. ``gates`` are the members beside a node that does: a part below the range may be left
    at a gate, to be joined to that node's zone. Where no cover in range exists, the fewest zones out of range, then the least
    excess, among sets of at most ``high + low - 1`` households.
    """
    position = {node: row for row, node in enumerate(members)}
    weight = [nodes.households[node] for node in members]
    near = [sum(1 << position[other] for other in nodes.near[node] if other in position) for node in members]
    found = connected_sets(weight, near, range(len(members)), most=rule.high, cap=effort.exact_columns)
    if found is None:
        return None
    gate = sum(1 << position[node] for node in gates)
    legal = _priced(nodes, rule, cost, members, found, 0)
    legal = [column for column in legal if column[1] < BAD / 2]
    exact = _choose(legal, members, effort)
    if exact is not None and exact.legal:
        return exact
    proved_none = exact is not None
    more = connected_sets(weight, near, range(len(members)), most=rule.high + rule.low - 1, cap=effort.exact_columns)
    chosen = _choose(_priced(nodes, rule, cost, members, more or found, gate), members, effort)
    if chosen is None:
        return None
    return Exact(chosen.groups, optimal=False, legal=False) if proved_none else None


Column = tuple[list[int], float]


def _priced(nodes: Nodes, rule: Rule, cost: Cost, members: Sequence[int], masks: Sequence[int], gate: int) -> list[Column]:
    """Each set as positions and cost; one out of range is dear, unless it is below the range and holds a gate."""
    columns = []
    for mask in masks:
        rows = bits(mask)
        sums = sums_of(nodes, [members[row] for row in rows])
        over = excess(rule, sums[0])
        price = cost.zone(*sums)
        if over and sums[0] < rule.low and mask & gate:
            price += BAD / 2 + MISSING * sums[0]
        elif over:
            price += BAD + MISSING * over
        columns.append((rows, price))
    return columns


def _choose(columns: Sequence[Column], members: Sequence[int], effort: Effort) -> Exact | None:
    """The cheapest cover; an Exact without groups where it is proved that there is none, None where nothing is known."""
    held = {row for rows, _ in columns for row in rows}
    if len(held) < len(members):
        return Exact([], optimal=True, legal=False)
    found = cover([rows for rows, _ in columns], [price for _, price in columns], len(members), nodes=effort.exact_nodes)
    if found.chosen is None:
        return Exact([], optimal=True, legal=False) if found.proved else None
    groups = sorted([members[row] for row in columns[pick][0]] for pick in found.chosen)
    return Exact(groups, optimal=found.proved, legal=True)
