"""The cheapest repair of some zones by integer programming, connectivity by cuts, and a bound that holds beyond them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf

import highspy
import numpy as np

from gridplan.partition.repair_ground import Ground, masks_of
from gridplan.partition.repair_model import OUT, WISHES, Model
from gridplan.partition.repair_states import fault_of

GAP = 0.2
"""How far the solver may stop from the optimum: with the wishes, less than half a household."""

CUTS = 10
"""Times that cuts are added, at most once for so many nodes."""


@dataclass(frozen=True)
class Found:
    """The label of each item (None: none found), whether zones outside take part in it, and what no answer can cost less than."""

    label: list[int] | None
    outside: bool
    bound: float


def cheapest(
    ground: Ground,
    start: Sequence[int],
    *,
    reach: int,
    price: float | None,
    fresh: Sequence[int],
    charged: Mapping[int, float],
    nodes: int,
) -> Found | None:
    """The repair of these zones that moves fewest households, of those that move at most ``reach``; None: too large to be tried.

    Parameters
    ----------
    start : label of each item: what is known to keep the rule as far as it can be kept.
    price : None: zones outside stay as they are. Else zones outside may give and take at will, at this price a household:
        then nothing that is done anywhere can spare these zones the ``bound``, and an answer without them is the best of all.
    fresh : labels of new zones.
    charged : what zones out of range are charged at least, as ``repair_bounds.least`` has it.
    nodes : of the search tree of the integer solver, items and variables, at most.
    """
    if len(start) > nodes:
        return None
    model = Model(ground, start, reach, price, fresh, charged)
    if len(model.column) > nodes:
        return None
    if not model.column:
        return Found(list(start), outside=False, bound=model.base)
    model.write()
    solver = _solver(model, nodes)
    done, bound = 0, 0.0
    for _ in range(1 + nodes // CUTS):
        for low, high, columns, factors in model.rows[done:]:
            if columns:
                solver.addRow(low, high, len(columns), np.array(columns, dtype=np.int32), np.array(factors))
        done = len(model.rows)
        solver.run()
        state = solver.getModelStatus()
        if state == highspy.HighsModelStatus.kInfeasible:
            return Found(None, outside=False, bound=reach + 0.5)
        info, values = solver.getInfo(), solver.getSolution().col_value
        optimal = state == highspy.HighsModelStatus.kOptimal
        dual = info.objective_function_value if optimal and info.mip_dual_bound == -inf else info.mip_dual_bound
        bound = max(bound, ceil(2 * (min(dual + model.base, reach + 1.0) - WISHES) - 1e-6) / 2)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Found(None, outside=False, bound=bound)
        label = [labels[0] for labels in model.options]
        for (row, number), column in model.column.items():
            if values[column] > 0.5:
                label[row] = number
        chosen = masks_of(ground, label)
        if not model.cuts(chosen):
            flowing = any(values[column] > 1e-6 for columns in model.inflow.values() for column in columns)
            return Found(label, outside=OUT in chosen or flowing, bound=bound)
        if not optimal:
            return Found(None, outside=False, bound=bound)
    return Found(None, outside=False, bound=bound)


def _solver(model: Model, nodes: int) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, setting in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_max_nodes", nodes),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", GAP),
    ):
        solver.setOptionValue(name, setting)
    count = len(model.cost)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, 0
    lp.col_cost_ = np.array(model.cost)
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.array(model.upper)
    lp.a_matrix_.start_ = np.zeros(count + 1, dtype=np.int32)
    kind = highspy.HighsVarType
    lp.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in model.whole]
    solver.passModel(lp)
    return solver


def keeps(ground: Ground, start: Sequence[int], label: Sequence[int]) -> bool:
    """Whether no zone is worse off by ``label`` than by ``start``, from scratch."""
    before, after = masks_of(ground, start), masks_of(ground, label)

    def fault(mask: int) -> int:
        return fault_of(ground, mask, *ground.counted(mask))

    return all(fault(mask) <= fault(before.get(number, 0)) for number, mask in after.items())
