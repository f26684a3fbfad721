"""Land of more connected sets than can be listed: those that matter are found as prices ask for them (column generation)."""

from dataclasses import dataclass
from math import inf

import highspy
import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.cover import cover
from gridplan.partition.kernels.priced import Priced, priced_sets, room_for_priced
from gridplan.partition.kernels.slices import slice_land
from gridplan.partition.kernels.worth import trail_of
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Effort

EACH = 10
"""Sets of each lowest node that are taken up in a turn, about."""

TURNS = 60
"""Turns at most."""

STEPS, FIRST = 1.5, 0.4
"""Steps of the enumeration in all turns, and in the first one, for each of ``Effort.exact_sets``."""

BANDS = 6
"""Ranges of households that are enumerated by themselves, each with its own weighing of shape against prices, about."""

CLOSE = 1e-7
"""What is nearer than this is equal."""


@dataclass(frozen=True)
class Exact:
    """The cheapest division into zones in range (None: none below the limit), whether it is proved so, and a lower bound."""

    zone: Ints | None
    proved: bool
    bound: float


class _Master:
    """The linear programme over the sets taken up so far, with the price of each node kept within a box.

    Two more columns a node hold the prices near those at the middle of the box (the boxstep method, Marsten, Hogan and
    Blankenship 1975, doi:10.1287/opre.23.3.389).
    """

    def __init__(self, count: int) -> None:
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
        for name, setting in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("solver", "simplex")):
            self.solver.setOptionValue(name, setting)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 2 * count, count
        model.col_cost_ = np.zeros(2 * count)
        model.col_lower_, model.col_upper_ = np.zeros(2 * count), np.full(2 * count, inf)
        model.row_lower_ = model.row_upper_ = np.ones(count)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.arange(2 * count + 1, dtype=np.int32)
        model.a_matrix_.index_ = np.tile(np.arange(count, dtype=np.int32), 2)
        model.a_matrix_.value_ = np.repeat([1.0, -1.0], count)
        self.solver.passModel(model)
        self.count = count
        self.sets: list[list[int]] = []
        self.cost: list[float] = []

    def add(self, sets: list[list[int]], cost: list[float]) -> None:
        """Take up sets."""
        size = np.array([len(nodes) for nodes in sets])
        start = np.concatenate([[0], np.cumsum(size)[:-1]]).astype(np.int32)
        node = np.concatenate([np.array(nodes) for nodes in sets]).astype(np.int32)
        count = len(sets)
        self.solver.addCols(
            count, np.array(cost), np.zeros(count), np.full(count, inf), len(node), start, node, np.ones(len(node))
        )
        self.sets += sets
        self.cost += cost

    def prices(self, middle: Floats, width: Floats) -> tuple[Floats, bool]:
        """The best prices in the box, and whether none of them is kept by it."""
        column = np.arange(2 * self.count, dtype=np.int32)
        self.solver.changeColsCost(2 * self.count, column, np.concatenate([middle + width, width - middle]))
        self.solver.run()
        answer = self.solver.getSolution()
        held = np.asarray(answer.col_value[: 2 * self.count])
        return np.asarray(answer.row_dual, dtype=np.float64), bool((held < CLOSE).all())


def generate(land: Land, price: Price, zone: Ints, cost: Floats, effort: Effort) -> Exact:
    """The cheapest zones of connected ``land`` that were found, if cheaper than ``zone``, of which each costs ``cost``; a bound.

    Column generation for set partitioning (Barnhart et al. 1998, doi:10.1287/opre.46.3.316): prices of nodes from a linear
    programme over some sets ask for further sets, until no connected set in range costs less than its prices. Their sum is
    then a bound, and all sets that can be part of anything cheaper are few enough to be listed and chosen from. Land is swept
    along its longer side, so that a set's lowest node has what lies before it as a border.
    """
    if (land.area <= 0).any():
        return Exact(None, proved=False, bound=-inf)
    along = land.x if np.ptp(land.x) >= np.ptp(land.y) else land.y
    order = np.lexsort((np.arange(len(along)), along))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    swept = slice_land(land, order, np.zeros(len(order), dtype=np.int64), place)
    found = _generate(swept, price, zone[order], cost, effort)
    return found if found.zone is None else Exact(found.zone[place], found.proved, found.bound)


def _generate(land: Land, price: Price, zone: Ints, cost: Floats, effort: Effort) -> Exact:
    count = len(zone)
    upper = float(cost.sum())
    master = _Master(count)
    master.add([np.flatnonzero(zone == number).tolist() for number in range(len(cost))], cost.tolist())
    weight = np.maximum(land.households, 1e-3)
    middle = cost[zone] * weight / np.bincount(zone, weight)[zone]
    # Half by households, half alike: a node without any has a price as well.
    width = 0.5 * upper * (weight / weight.sum() + 1.0 / count)
    tried, bound, work, free = middle, -inf, int(STEPS * effort.exact_sets), False
    room, trail = room_for_priced(2 * EACH * count + 1, 2 * EACH * count * 24), trail_of(land, price)
    for turn in range(TURNS):
        most = work if turn else int(FIRST * effort.exact_sets)
        found, steps, least = priced_sets(land, price, tried, -CLOSE / 10, EACH, width_of(price), trail, room, most)
        work -= steps
        if found < 0:
            break
        shifted = tried + min(least, 0.0) * land.households / price.low
        better = float(shifted.sum()) > bound + CLOSE / 10
        if turn and better and not found:
            # No price needs to move further at once; prices that no set taken up tells apart would run away.
            width = np.minimum(2 * width, upper)
        elif not better:
            width = 0.7 * width
        if better:
            bound, middle = float(shifted.sum()), shifted
        if upper - bound < CLOSE or (free and not found):
            break
        if found:
            master.add(_sets(room, found), room.cost[:found].tolist())
        tried, free = master.prices(middle, width)
    return _finish(land, price, master, upper, bound, middle, work, effort)


def _finish(
    land: Land, price: Price, master: _Master, upper: float, bound: float, dual: Floats, work: int, effort: Effort
) -> Exact:
    """Whole zones from the sets taken up, then from all that can be part of anything cheaper."""
    count = len(dual)
    if upper - bound < CLOSE:
        return Exact(None, proved=True, bound=bound)
    if bound == -inf:
        return Exact(None, proved=False, bound=bound)
    chosen = None
    kept = [row for row, nodes in enumerate(master.sets) if master.cost[row] - dual[nodes].sum() < upper - bound]
    answer = cover([master.sets[row] for row in kept], [master.cost[row] for row in kept], count, nodes=effort.exact_nodes)
    if answer.chosen is not None:
        value = sum(master.cost[kept[row]] for row in answer.chosen)
        if value < upper - CLOSE:
            upper, chosen = value, [master.sets[kept[row]] for row in answer.chosen]
    room = room_for_priced(effort.exact_columns, 24 * effort.exact_columns)
    proved = upper - bound < CLOSE
    if not proved:
        limit = upper - bound - CLOSE / 2
        found, _, _ = priced_sets(
            land, price, dual, limit, effort.exact_columns, width_of(price), trail_of(land, price), room, work
        )
        if found >= 0:
            sets = _sets(room, found)
            answer = cover(sets, room.cost[:found].tolist(), count, nodes=effort.exact_nodes)
            proved = answer.proved
            if answer.chosen is not None and sum(room.cost[row] for row in answer.chosen) < upper - CLOSE:
                chosen = [sets[row] for row in answer.chosen]
                upper = sum(room.cost[row] for row in answer.chosen)
    zone = None
    if chosen is not None:
        zone = np.empty(count, dtype=np.int64)
        for number, nodes in enumerate(chosen):
            zone[nodes] = number
    return Exact(zone, proved=proved, bound=upper if proved else bound)


def width_of(price: Price) -> int:
    """Numbers of households that are enumerated together."""
    return 1 + (price.high - price.low) // BANDS


def _sets(room: Priced, found: int) -> list[list[int]]:
    begin = room.begin[: found + 1].tolist()
    node = room.node[: begin[-1]].tolist()
    return [node[begin[row] : begin[row + 1]] for row in range(found)]
