"""Connected land of few pieces solved exactly: all connected sets in range, and the cheapest cover by them."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.cover import cover
from gridplan.partition.groups import numbered
from gridplan.partition.kernels.choose import cheapest_cover, room_for_choice
from gridplan.partition.kernels.subsets import MOST, connected_sets, room_for_pieces, room_for_sets
from gridplan.partition.kernels.window import lay_out, room_for_window
from gridplan.partition.kernels.zones import values
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Effort
from gridplan.partition.subsets import bits
from gridplan.partition.subsets import connected_sets as sets_of_any_size

STEPS = 200_000
"""Steps of branch and bound before HiGHS takes over."""


@dataclass(frozen=True)
class Exact:
    """The cheapest division into zones in range (None: none below the limit), and whether it is proved that none costs less."""

    zone: Ints | None
    proved: bool
    bound: float


def solve_exactly(land: Land, price: Price, upper: float, effort: Effort) -> Exact | None:
    """The cheapest division of connected ``land`` that costs less than ``upper``; None where it has too many connected sets.

    Set partitioning (Garfinkel and Nemhauser 1970, doi:10.1287/mnsc.16.8.B495) over the sets that are left once dual prices
    have ruled out those that no division below ``upper`` can hold.
    """
    if len(land.households) <= MOST:
        return _by_masks(land, price, upper, effort)
    return _by_columns(land, price, upper, effort)


def _by_masks(land: Land, price: Price, upper: float, effort: Effort) -> Exact | None:
    count = len(land.households)
    desk, pieces = room_for_window(count, len(land.near)), room_for_pieces()
    desk.node[:count] = desk.piece[:count] = desk.local[:count] = np.arange(count)
    compounds = lay_out(land, count, count, desk, pieces)
    sets = room_for_sets(effort.exact_sets)
    found, _ = connected_sets(pieces, count, compounds, price, True, upper, sets, 16 * effort.exact_sets)
    if found < 0:
        return None
    kept = sets.mask[:found].copy(), sets.cost[:found].copy()
    choice = room_for_choice(found)
    size, value, proved = cheapest_cover(pieces, count, sets, found, upper, STEPS, choice)
    if proved:
        chosen = choice.chosen[:size].tolist()
        return Exact(_zone(count, [bits(mask) for mask in chosen]) if size else None, proved=True, bound=min(value, upper))
    return _by_highs([bits(mask) for mask in kept[0].tolist()], kept[1], count, effort)


def _by_columns(land: Land, price: Price, upper: float, effort: Effort) -> Exact | None:
    count = len(land.households)
    ends = np.repeat(np.arange(count), np.diff(land.start))
    near = [0] * count
    for a, b, is_open in zip(ends.tolist(), land.near.tolist(), land.open.tolist(), strict=True):
        near[a] |= is_open << b
    found = sets_of_any_size(land.households.tolist(), near, range(count), most=price.high, cap=effort.exact_columns)
    if found is None:
        return None
    columns = [bits(mask) for mask in found]
    start = np.cumsum([0] + [len(column) for column in columns])
    member = csr_matrix((np.ones(start[-1]), np.concatenate(columns), start), shape=(len(columns), count))
    households = member @ land.households.astype(np.float64)
    legal = np.flatnonzero(households >= price.low)
    member = member[legal]
    length = csr_matrix((land.length, land.near, land.start), shape=(count, count))
    pair = csr_matrix((land.pair, land.near, land.start), shape=(count, count))
    perimeter = member @ land.perimeter - _inside(member, length)
    own = member @ land.own + 0.5 * _inside(member, pair) + price.split * _compounds(member, land.compound)
    cost = values(price, households[legal], member @ land.area, perimeter, own)
    if len(np.unique(member.indices)) < count:
        return Exact(None, proved=True, bound=upper)
    return _by_highs([columns[row] for row in legal.tolist()], cost, count, effort)


def _inside(member: csr_matrix, weight: csr_matrix) -> Floats:
    """The sum of ``weight`` over all ordered pairs inside each set."""
    return np.asarray((member @ weight).multiply(member).sum(axis=1), dtype=np.float64).reshape(-1)


def _compounds(member: csr_matrix, compound: Ints) -> Floats:
    """How many tracked compounds each set holds a node of."""
    tracked = np.flatnonzero(compound >= 0)
    if not len(tracked):
        return np.zeros(member.shape[0])
    names = numbered(compound[tracked])
    of = csr_matrix((np.ones(len(tracked)), (tracked, names)), shape=(len(compound), int(names.max()) + 1))
    return np.asarray(((member @ of) > 0).sum(axis=1), dtype=np.float64).reshape(-1)


def _by_highs(columns: list[list[int]], cost: Floats, count: int, effort: Effort) -> Exact:
    answer = cover(columns, cost.tolist(), count, nodes=effort.exact_nodes)
    chosen = None if answer.chosen is None else _zone(count, [columns[row] for row in answer.chosen])
    return Exact(chosen, proved=answer.proved, bound=answer.bound)


def _zone(count: int, groups: list[list[int]]) -> Ints:
    zone = np.empty(count, dtype=np.int64)
    for number, group in enumerate(groups):
        zone[group] = number
    return numbered(zone)
