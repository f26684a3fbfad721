"""The sites that cover most: the maximal covering location problem, solved exactly by HiGHS."""

from dataclasses import dataclass
from math import floor, inf

import highspy
import numpy as np
from scipy.sparse import csr_array

from gridplan.graph.atom_graph import Ints

#: Pairs of site and client that HiGHS is given at most; 110,000 take 7 s of one core, ten times as many are not done in 100 s.
LARGE = 150_000
#: Rounds of the relaxation.
ROUNDS = 400


@dataclass(frozen=True)
class Choice:
    """The sites chosen, those that add most first; what they cover; what no choice exceeds; what a greedy one covers."""

    sites: list[int]
    covered: int
    bound: int
    greedy: int

    @property
    def proved(self) -> bool:
        """Whether it is proved that no choice covers more."""
        return self.covered == self.bound


def most_covered(covers: csr_array, weights: Ints, count: int, *, nodes: int) -> Choice:
    """At most ``count`` rows of ``covers`` (sites by clients, 1 where covered) with the most ``weights`` of clients covered.

    Church and ReVelle 1974 (doi:10.1007/BF01942293). Clients of the same sites are one client, sites whose clients another site
    covers as well are left out. The greedy choice is bettered by swaps, and HiGHS goes on from there: one thread, a fixed seed,
    at most ``nodes`` nodes of its search tree. Weights are whole, so a bound less than one above what is covered is a proof.
    With more than ``LARGE`` pairs of site and client, or without nodes, HiGHS is not asked, and the bound is that of a
    Lagrangian relaxation (Galvao and ReVelle 1996, European Journal of Operational Research 88(1), 114-123).
    """
    merged, sums = _merged(covers, weights)
    kept = _undominated(merged)
    small = csr_array(merged[kept])
    start = _greedy(small, sums, count)
    greedy = _weight(small, sums, start)
    if len(start) < count:
        chosen, bound = start, float(greedy)  # nothing is left that could be covered
    elif nodes == 0 or small.nnz > LARGE:
        chosen = _swapped(small, sums, start)
        bound = _relaxed(small, sums, count, _weight(small, sums, chosen))
    else:
        chosen, bound = _solved(small, sums, count, _swapped(small, sums, start), nodes)
    ordered = _greedy(csr_array(small[chosen]), sums, len(chosen))
    rest = [row for row in range(len(chosen)) if row not in ordered]
    covered = _weight(small, sums, chosen)
    sites = [int(kept[chosen[row]]) for row in [*ordered, *rest]]
    return Choice(sites, covered, max(covered, min(floor(bound + 1e-6), int(sums.sum()))), greedy)


def gains(covers: csr_array, weights: Ints, sites: list[int]) -> list[int]:
    """What each site covers that none before it covers."""
    open_weights, found = weights.astype(np.float64), []
    for site in sites:
        mine = _clients(covers, site)
        found.append(round(float(open_weights[mine].sum())))
        open_weights[mine] = 0.0
    return found


def _merged(covers: csr_array, weights: Ints) -> tuple[csr_array, Ints]:
    """Clients that the same sites cover as one, without those that none covers."""
    columns = covers.tocsc()
    columns.sort_indices()
    numbers: dict[bytes, int] = {}
    of = np.full(covers.shape[1], -1, np.int64)
    first = []
    for client in range(covers.shape[1]):
        sites = columns.indices[columns.indptr[client] : columns.indptr[client + 1]]
        if len(sites):
            key = sites.tobytes()
            if key not in numbers:
                numbers[key] = len(numbers)
                first.append(client)
            of[client] = numbers[key]
    known = of >= 0
    sums = np.bincount(of[known], weights[known], len(first)).round().astype(np.int64)
    return csr_array(columns[:, first].tocsr()), sums


def _undominated(covers: csr_array) -> Ints:
    """The sites whose clients are not all covered by one other site; of sites with the same clients the first."""
    plain = covers.astype(np.int32)
    size = np.diff(covers.indptr)
    both = (plain @ plain.T).tocoo()
    row, column = both.row, both.col
    inside = (both.data == size[row]) & (row != column) & ((size[column] > size[row]) | (column < row))
    dominated = np.zeros(len(size), bool)
    dominated[row[inside]] = True
    return np.flatnonzero(~dominated & (size > 0)).astype(np.int64)


def _greedy(covers: csr_array, weights: Ints, count: int) -> list[int]:
    """The site that adds most, again and again, while any adds something; of several the first."""
    left = weights.astype(np.float64)
    chosen: list[int] = []
    while len(chosen) < count:
        gain = covers @ left
        if not len(gain) or gain.max() <= 0:
            break
        best = int(np.argmax(gain))
        chosen.append(best)
        left[_clients(covers, best)] = 0.0
    return chosen


def _swapped(covers: csr_array, weights: Ints, start: list[int]) -> list[int]:
    """The choice with sites changed for others, one at a time, for as long as that covers more."""
    chosen = list(start)
    times = np.zeros(covers.shape[1], np.int64)
    for site in chosen:
        times[_clients(covers, site)] += 1
    changed = True
    while changed:
        changed = False
        for place, site in enumerate(chosen):
            times[_clients(covers, site)] -= 1
            gain = covers @ np.where(times == 0, weights, 0).astype(np.float64)
            best = int(np.argmax(gain))
            if gain[best] > gain[site]:
                chosen[place], changed = best, True
            times[_clients(covers, chosen[place])] += 1
    return chosen


def _relaxed(covers: csr_array, weights: Ints, count: int, reached: int) -> float:
    """What no choice exceeds: each client pays the sites that cover it; the best sites are chosen by what they are paid."""
    whole = weights.astype(np.float64)
    by_client = csr_array(covers.T)
    paid = whole / np.maximum(np.diff(by_client.indptr), 1)
    best, step, stalled = inf, 1.0, 0
    for _ in range(ROUNDS):
        worth = covers @ paid
        chosen = np.argpartition(-worth, count - 1)[:count]
        value = float(np.maximum(whole - paid, 0.0).sum() + worth[chosen].sum())
        best, stalled = (value, 0) if value < best - 1e-9 * value else (best, stalled + 1)
        step, stalled = (step / 2, 0) if stalled == 10 else (step, stalled)
        opened = np.zeros(len(worth))
        opened[chosen] = 1.0
        slope = by_client @ opened - (paid < whole)
        size = float(slope @ slope)
        if size == 0 or best < reached + 1:
            break
        paid = np.clip(paid - step * (value - reached) / size * slope, 0.0, whole)
    return best


def _clients(covers: csr_array, site: int) -> Ints:
    found: Ints = covers.indices[covers.indptr[site] : covers.indptr[site + 1]]
    return found


def _weight(covers: csr_array, weights: Ints, sites: list[int]) -> int:
    return int(sum(gains(covers, weights, sites)))


def _solved(covers: csr_array, weights: Ints, count: int, start: list[int], nodes: int) -> tuple[list[int], float]:
    """The sites that HiGHS chooses, and its bound. Columns: sites (0 or 1), then clients (as much as their sites)."""
    sites, clients = covers.shape
    by_client = covers.tocsc()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = sites + clients, clients + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.r_[np.zeros(sites), weights.astype(np.float64)]
    model.col_lower_, model.col_upper_ = np.zeros(sites + clients), np.ones(sites + clients)
    model.row_lower_ = np.full(clients + 1, -inf)
    model.row_upper_ = np.r_[np.zeros(clients), float(count)]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    # A row a client: itself, less its sites; and one for the number of sites.
    rows = np.split(by_client.indices, by_client.indptr[1:-1])
    index = [np.r_[sites + client, own] for client, own in enumerate(rows)] + [np.arange(sites)]
    model.a_matrix_.start_ = np.r_[0, np.cumsum([len(row) for row in index])].astype(np.int32)
    model.a_matrix_.index_ = np.concatenate(index).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([np.r_[1.0, np.full(len(own), -1.0)] for own in rows] + [np.ones(sites)])
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * sites + [part] * clients
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    for name, setting in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 1),
        ("mip_max_nodes", nodes),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
    ):
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    begun = highspy.HighsSolution()
    covered = np.zeros(clients)
    covered[np.concatenate([_clients(covers, site) for site in start])] = 1.0
    opened = np.zeros(sites)
    opened[start] = 1.0
    begun.col_value = np.r_[opened, covered].tolist()
    solver.setSolution(begun)
    solver.run()
    info, answer = solver.getInfo(), solver.getSolution()
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    chosen = np.flatnonzero(np.asarray(answer.col_value)[:sites] > 0.5).tolist() if feasible else start
    # Where presolve alone finds the optimum, HiGHS leaves its dual bound at the start value.
    bound = float(info.mip_dual_bound)
    if optimal and not bound < float(info.objective_function_value) + 1:
        bound = float(info.objective_function_value)
    return chosen, bound if np.isfinite(bound) else float(weights.sum())
