"""The cheapest choice of columns that holds every row exactly once: set partitioning by HiGHS."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import highspy
import numpy as np
from numpy.typing import NDArray

FEW = 1500
"""So many columns are given to the integer solver whole; of more, only those that the bound does not rule out."""


@dataclass(frozen=True)
class Cover:
    """The columns chosen (None: none were found), whether it is proved that none are cheaper, and a proved lower bound.

    Infinite as the bound: it is proved that there is no cover.
    """

    chosen: list[int] | None
    proved: bool
    bound: float


@dataclass(frozen=True)
class _Run:
    """One run of HiGHS: its state, the columns at their values, their reduced costs, what it reached and its lower bound."""

    infeasible: bool
    optimal: bool
    chosen: list[int] | None
    reduced: NDArray[np.float64]
    value: float
    bound: float


def cover(
    columns: Sequence[Sequence[int]], costs: Sequence[float], rows: int, *, optional: Sequence[int] = (), nodes: int
) -> Cover:
    """The cheapest columns that hold each row exactly once, ``optional`` rows at most once.

    HiGHS, one thread, a fixed seed, at most ``nodes`` nodes of its search tree (at least 1), no limit of time.

    Of many columns, the integer solver is first given those with the least reduced cost in the linear relaxation. What it
    reaches bounds the gap, and no column of reduced cost above the gap can be part of a better cover.
    """
    price = np.asarray(costs, dtype=np.float64)
    if len(columns) <= FEW:
        run = _run(columns, price, rows, optional, nodes)
        return Cover(run.chosen, proved=run.optimal or run.infeasible, bound=inf if run.infeasible else run.bound)
    relaxed = _run(columns, price, rows, optional, None)
    if relaxed.infeasible:
        return Cover(None, proved=True, bound=inf)
    if not relaxed.optimal:
        return Cover(None, proved=False, bound=-inf)
    order = np.argsort(relaxed.reduced, kind="stable")
    kept = order[:FEW]
    while True:
        run = _run([columns[row] for row in kept], price[kept], rows, optional, nodes)
        gap = run.value - relaxed.value if run.chosen is not None else inf
        needed = order[: int((relaxed.reduced <= gap + 1e-6).sum())]
        if len(needed) <= len(kept) or (run.chosen is not None and not run.optimal):
            break
        kept = needed if run.chosen is not None else order[: 4 * len(kept)]
    chosen = None if run.chosen is None else sorted(int(kept[pick]) for pick in run.chosen)
    if run.infeasible:
        return Cover(None, proved=True, bound=inf)
    proved = run.optimal and len(needed) <= len(kept)
    return Cover(chosen, proved=proved, bound=run.bound if proved else relaxed.value)


def _run(
    columns: Sequence[Sequence[int]], price: NDArray[np.float64], rows: int, optional: Sequence[int], nodes: int | None
) -> _Run:
    """One run, of the linear relaxation where ``nodes`` is None."""
    whole = nodes is not None
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), rows
    model.col_cost_ = price
    model.col_lower_, model.col_upper_ = np.zeros(len(columns)), np.full(len(columns), 1.0 if whole else inf)
    lower = np.ones(rows)
    lower[list(optional)] = 0.0
    model.row_lower_, model.row_upper_ = lower, np.ones(rows)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(column) for column in columns])]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([np.asarray(column, dtype=np.int32) for column in columns])
    model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, setting in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_max_nodes", nodes or 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
    ):
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kSolveError:
        # HiGHS 1.15 can presolve an infeasible partition to "optimal" and then find that its answer breaks a row.
        solver.setOptionValue("presolve", "off")
        solver.run()
    status, info, answer = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    optimal = status == highspy.HighsModelStatus.kOptimal
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return _Run(
        infeasible=status == highspy.HighsModelStatus.kInfeasible,
        optimal=optimal,
        chosen=np.flatnonzero(np.asarray(answer.col_value) > 0.5).tolist() if feasible else None,
        reduced=np.asarray(answer.col_dual, dtype=np.float64) if not whole else np.zeros(0),
        value=float(info.objective_function_value),
        # Where presolve alone finds the optimum, HiGHS leaves its dual bound at the start value.
        bound=float(info.objective_function_value) if optimal else float(info.mip_dual_bound),
    )
