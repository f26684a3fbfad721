"""The cheapest repair of some zones by integer programming, connectivity by cuts, and a bound that holds beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

import highspy
import numpy as np
from numpy.typing import NDArray

from gridplan.partition.repair_ground import Ground, masks_of
from gridplan.partition.repair_programme import Programme
from gridplan.partition.repair_states import fault_of
from gridplan.partition.repair_ways import OUT, Task

ROUNDS = 30
"""Times that cuts are added to the relaxation, at most."""

STALLED = 4
"""Times in a row that cuts may raise its bound by nothing."""

COLUMNS = 4
"""Columns for each node of the search tree: larger programmes are only relaxed."""

CUTS = 10
"""Times that cuts are added to the integer programme, at most once for so many nodes."""

NEAR = 1e-4
"""How exact the solver's sums are."""

TRIES = 12
"""Programmes that are solved, one after another, with a better answer or more exact land."""


@dataclass(frozen=True)
class Found:
    """The label of each item (None: none better than the start), and what no answer can cost less than."""

    label: list[int] | None
    bound: float


def cheapest(task: Task, nodes: int) -> Found:
    """The repair that moves fewest households, if fewer than ``task.most``, and a bound; more ``nodes``: more is found.

    Land without households is first taken to lie in several zones at once, where they need it to hold together: what such a
    repair must move is a bound. If its land cannot be shared out, that land is made exact.
    """
    ground, best, label, bound = task.ground, task.most, None, 0.0
    empty = _empty(ground)
    exact = 0
    for _ in range(TRIES):
        # An answer costs whole households, or halves of them.
        step = 1.0 if task.price is None else 0.5
        asked = replace(task, most=best - step, shared=empty & ~exact)
        programme = Programme(asked)
        solved = _solved(programme, nodes, step)
        bound = max(bound, min(solved.bound, float(best)))
        if bound >= best or solved.values is None:
            break
        shares = programme.label(solved.values)
        if task.price is not None and _beyond(programme, solved.values, shares):
            break
        found = _shared_out(asked, shares, nodes)
        if found is not None and keeps(ground, task.start, found):
            label, best = found, sum(ground.cost(row, number) for row, number in enumerate(found))
            continue
        more = _contested(ground, shares, empty & ~exact)
        if not more:
            break
        exact |= more
    return Found(label, bound)


def _empty(ground: Ground) -> int:
    """Nodes of items without households and people, of one zone today, that may share a zone with all others."""
    mask = 0
    for row, nodes in enumerate(ground.nodes):
        if not ground.size[row] and not ground.people[row] and len(ground.home[row]) == 1 and not ground.foe.get(row):
            mask |= nodes if nodes.bit_count() == 1 else 0
    return mask


def _beyond(programme: Programme, values: NDArray[np.float64], label: Sequence[int]) -> bool:
    """Whether zones outside take part."""
    return OUT in label or any(values[column] > 1e-6 for flow in programme.flows.values() for column in flow)


def _shared_out(task: Task, label: Sequence[int], nodes: int) -> list[int] | None:
    """``label`` with each item without households in one zone, so that zones are connected; None: there is no way."""
    held = {row: number for row, number in enumerate(label) if task.ground.nodes[row] & ~task.shared}
    programme = Programme(
        replace(task, most=0, held=held, fresh=(), shared=0, price=None, charges=replace(task.charges, least={}))
    )
    solved = _solved(programme, nodes, 0.0)
    return None if solved.values is None else programme.label(solved.values)


def _contested(ground: Ground, label: Sequence[int], shared: int) -> int:
    """The shared land that touches zones that changed or need it to hold together."""
    zones = masks_of(ground, label)
    changed = {number for number, mask in zones.items() if ground.part(mask & -mask, mask) != mask}
    changed |= {number for row, number in enumerate(label) if number not in ground.home[row]}
    changed |= {home for row, number in enumerate(label) if number not in ground.home[row] for home in ground.home[row]}
    touched = ground.border(shared) & ~shared
    near = 0
    for number in sorted(changed):
        near |= zones.get(number, 0) & touched
    start = ground.border(near) & shared
    return ground.part(start, shared) if start else 0


@dataclass(frozen=True)
class _Solved:
    """Values of the columns of an integral answer (None: none within reach was found), and the bound."""

    values: NDArray[np.float64] | None
    bound: float


def _solved(programme: Programme, nodes: int, step: float) -> _Solved:
    """The best answer of a programme that costs at most its ``most``; without one the bound is the next cost above."""
    most = float(programme.task.most) if step else inf
    above = most + step
    if programme.void or programme.base > most:
        return _Solved(None, above)
    if not programme.cost:
        return _Solved(np.zeros(0), programme.base)
    solver = _solver(programme)
    bound = _relaxed(programme, solver, most)
    if step:
        bound = ceil(bound / step - NEAR) * step if bound < inf else inf
    if bound > most:
        return _Solved(None, above)
    if sum(high > low for low, high in zip(programme.low, programme.high, strict=True)) > COLUMNS * nodes:
        return _Solved(None, bound)
    whole = _solver(programme)
    count = len(programme.cost)
    kind = highspy.HighsVarType
    kinds = [kind.kInteger if each else kind.kContinuous for each in _integral(programme).tolist()]
    whole.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.array(kinds))
    if step:
        priced = [column for column in range(count) if programme.cost[column]]
        row = np.array(priced, dtype=np.int32)
        whole.addRow(-inf, most - programme.base + 1e-4, len(row), row, np.array([programme.cost[each] for each in priced]))
    for name, setting in (("mip_max_nodes", nodes), ("mip_rel_gap", 0.0), ("mip_abs_gap", max(0.98 * step, 1e-3))):
        whole.setOptionValue(name, setting)
    for _ in range(1 + nodes // CUTS):
        whole.run()
        state = whole.getModelStatus()
        if state == highspy.HighsModelStatus.kInfeasible:
            return _Solved(None, above)
        info = whole.getInfo()
        if step and abs(info.mip_dual_bound) < 1e20:
            bound = max(bound, ceil((info.mip_dual_bound + programme.base) / step - NEAR) * step)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return _Solved(None, min(bound, above))
        values = np.array(whole.getSolution().col_value)
        done = len(programme.rows)
        if not programme.cuts(values):
            return _Solved(values, min(bound, above))
        _push(whole, programme, done)
        if state != highspy.HighsModelStatus.kOptimal:
            break
    return _Solved(None, min(bound, above))


def _relaxed(programme: Programme, solver: highspy.Highs, most: float) -> float:
    """The bound of the relaxation with cuts; columns that would cost more than ``most`` are closed for good."""
    bound, stalled = 0.0, 0
    low, high, integral = np.array(programme.low), np.array(programme.high), _integral(programme)
    for _ in range(ROUNDS):
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return inf
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        value = solver.getInfo().objective_function_value + programme.base
        if value > most + NEAR:
            return value
        stalled = 0 if value > bound + 0.2 else stalled + 1
        bound = max(bound, value)
        solution = solver.getSolution()
        values, price = np.array(solution.col_value), np.array(solution.col_dual)
        away = integral & (values < 1e-7) & (value + price > most + NEAR) & (high > low)
        stay = integral & (values > 1 - 1e-7) & (value - price > most + NEAR) & (high > low)
        high[away], low[stay] = low[away], 1.0
        for column in np.flatnonzero(away | stay).tolist():
            solver.changeColBounds(column, low[column], high[column])
        done = len(programme.rows)
        if not programme.cuts(values) or stalled >= STALLED:
            break
        _push(solver, programme, done)
    programme.low, programme.high = low.tolist(), high.tolist()
    return bound


def _integral(programme: Programme) -> NDArray[np.bool_]:
    """Which columns are whole: all but what comes from outside."""
    answer = np.ones(len(programme.cost), dtype=bool)
    answer[[column for flow in programme.flows.values() for column in flow]] = False
    return answer


def _solver(programme: Programme) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, setting in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
        solver.setOptionValue(name, setting)
    count = len(programme.cost)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, 0
    lp.col_cost_ = np.array(programme.cost)
    lp.col_lower_, lp.col_upper_ = np.array(programme.low), np.array(programme.high)
    lp.a_matrix_.start_ = np.zeros(count + 1, dtype=np.int32)
    solver.passModel(lp)
    _push(solver, programme, 0)
    return solver


def _push(solver: highspy.Highs, programme: Programme, done: int) -> None:
    """The rows from number ``done`` on go to the solver."""
    rows = programme.rows[done:]
    if rows:
        begin = np.cumsum([0, *(len(columns) for _, _, columns, _ in rows[:-1])]).astype(np.int32)
        index = np.concatenate([np.array(columns, dtype=np.int32) for _, _, columns, _ in rows])
        factor = np.concatenate([np.array(factors) for _, _, _, factors in rows])
        lows, highs = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
        solver.addRows(len(rows), lows, highs, len(index), begin, index, factor)


def keeps(ground: Ground, start: Sequence[int], label: Sequence[int]) -> bool:
    """Whether no zone is worse off by ``label`` than by ``start``, from scratch."""
    before, after = masks_of(ground, start), masks_of(ground, label)

    def fault(mask: int) -> int:
        return fault_of(ground, mask, *ground.counted(mask))

    return all(fault(mask) <= fault(before.get(number, 0)) for number, mask in after.items())
