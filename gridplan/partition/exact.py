"""Connected land of few pieces solved exactly: all connected sets in range, and the cheapest cover by them."""

from math import inf

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.cover import cover
from gridplan.partition.generation import Exact, generate
from gridplan.partition.groups import numbered
from gridplan.partition.kernels.choose import cheapest_cover, room_for_choice
from gridplan.partition.kernels.subsets import MOST, connected_sets, room_for_pieces, room_for_sets
from gridplan.partition.kernels.window import lay_out, room_for_window
from gridplan.partition.kernels.zones import BAD, VALUE, sums_of
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Effort
from gridplan.partition.subsets import bits

STEPS = 200_000
"""Steps of branch and bound before HiGHS takes over."""


def solve_exactly(land: Land, price: Price, zone: Ints, effort: Effort) -> Exact:
    """The cheapest division of connected ``land`` into zones in range, where it is cheaper than ``zone``, and a bound.

    Set partitioning (Garfinkel and Nemhauser 1970, doi:10.1287/mnsc.16.8.B495): over all connected sets in range where these
    can be listed, else over those that prices ask for.
    """
    sums, _ = sums_of(land, zone, price, int(zone.max()) + 1)
    cost = sums[:, VALUE].copy()
    legal = bool((cost < price.scale * BAD).all())
    upper = float(cost.sum()) - 1e-7 if legal else inf
    # Where prices can take over, not so many sets are listed in vain.
    most = effort.exact_sets // 10 if legal else effort.exact_sets
    found = _by_masks(land, price, upper, most, effort) if len(zone) <= MOST else None
    if found is None or (legal and not found.proved):
        return generate(land, price, zone, cost, effort) if legal else found or Exact(None, proved=False, bound=-inf)
    return found


def _by_masks(land: Land, price: Price, upper: float, most: int, effort: Effort) -> Exact | None:
    count = len(land.households)
    desk, pieces = room_for_window(count, len(land.near)), room_for_pieces()
    desk.node[:count] = desk.piece[:count] = desk.local[:count] = np.arange(count)
    compounds = lay_out(land, count, count, desk, pieces)
    sets = room_for_sets(most)
    found, _ = connected_sets(pieces, count, compounds, price, True, upper, sets, 16 * most)
    if found < 0:
        return None
    kept = sets.mask[:found].copy(), sets.cost[:found].copy()
    choice = room_for_choice(found)
    size, value, proved = cheapest_cover(pieces, count, sets, found, upper, STEPS, choice)
    if proved or upper < inf:
        chosen = choice.chosen[:size].tolist()
        return Exact(
            _zone(count, [bits(mask) for mask in chosen]) if size else None,
            proved=proved,
            bound=min(value, upper) if proved else -inf,
        )
    return _by_highs([bits(mask) for mask in kept[0].tolist()], kept[1], count, effort)


def _by_highs(columns: list[list[int]], cost: Floats, count: int, effort: Effort) -> Exact:
    answer = cover(columns, cost.tolist(), count, nodes=effort.exact_nodes)
    chosen = None if answer.chosen is None else _zone(count, [columns[row] for row in answer.chosen])
    return Exact(chosen, proved=answer.proved, bound=answer.bound)


def _zone(count: int, groups: list[list[int]]) -> Ints:
    zone = np.empty(count, dtype=np.int64)
    for number, group in enumerate(groups):
        zone[group] = number
    return numbered(zone)
