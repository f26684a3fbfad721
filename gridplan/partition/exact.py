"""Small sets solved exactly: all connected subsets in range, and the cheapest choice of them that covers every node once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import highspy
import numpy as np

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


@dataclass(frozen=True)
class Cover:
    """The columns chosen (None: none were found), whether it is proved that none are cheaper, and a proved lower bound.

    Infinite as the bound: it is proved that there is no cover.
    """

    chosen: list[int] | None
    proved: bool
    bound: float


def bits(mask: int) -> list[int]:
    """The positions of the bits that are set, ascending."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found


def cover(
    columns: Sequence[Sequence[int]], costs: Sequence[float], rows: int, *, optional: Sequence[int] = (), nodes: int
) -> Cover:
    """The cheapest columns that hold each row exactly once, ``optional`` rows at most once.

    HiGHS, one thread, a fixed seed, at most ``nodes`` nodes of its search tree, no limit of time.
    """
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), rows
    model.col_cost_ = np.asarray(costs, dtype=np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
    lower = np.ones(rows)
    lower[list(optional)] = 0.0
    model.row_lower_, model.row_upper_ = lower, np.ones(rows)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(column) for column in columns])]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([np.asarray(column, dtype=np.int32) for column in columns])
    model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_max_nodes", nodes),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
    ):
        solver.setOptionValue(name, value)
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Cover(None, proved=True, bound=inf)
    proved = status == highspy.HighsModelStatus.kOptimal
    info = solver.getInfo()
    if not proved and info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Cover(None, proved=False, bound=info.mip_dual_bound)
    values = np.asarray(solver.getSolution().col_value)
    return Cover(np.flatnonzero(values > 0.5).tolist(), proved=proved, bound=info.mip_dual_bound)


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
