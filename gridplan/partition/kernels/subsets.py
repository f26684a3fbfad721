"""All connected sets of at most 62 pieces in range, each once, with what it costs as a zone."""

import math
from typing import NamedTuple

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.zones import COLUMNS, MORE, value
from gridplan.partition.land import Price

MOST = 62
"""Pieces in one set: bits of a signed number, less two."""


class Pieces(NamedTuple):
    """Up to 62 pieces of land and what any two of them share; row p and bit p stand for piece p.

    ``near``: mask of the pieces that a zone may reach from each; ``beside``: of all that it borders; ``compounds``: of the pieces
    of each tracked compound; ``more``: the further sums of ``Land``.
    """

    near: Ints
    beside: Ints
    households: Ints
    area: Floats
    perimeter: Floats
    own: Floats
    length: Floats
    pair: Floats
    compounds: Ints
    more: Floats


class Sets(NamedTuple):
    """Room for sets that are found: mask and cost of each; and for the search that finds them."""

    mask: Ints
    cost: Floats
    slack: Floats
    stack: Ints
    sums: Floats


def room_for_pieces() -> Pieces:
    """Pieces to be filled."""
    whole, real = np.zeros(MOST, dtype=np.int64), np.zeros(MOST)
    square = np.zeros((MOST, MOST))
    return Pieces(
        whole, whole.copy(), whole.copy(), real, real.copy(), real.copy(), square, square.copy(), whole.copy(),
        np.zeros((MOST, COLUMNS - MORE)),
    )  # fmt: skip


def room_for_sets(most: int) -> Sets:
    """Room for ``most`` sets."""
    # At most one entry of the stack for each way to go on, at each depth.
    depth = MOST * MOST
    return Sets(
        np.zeros(most, np.int64),
        np.zeros(most),
        np.zeros(most),
        np.zeros((depth, 4), np.int64),
        np.zeros((depth, 3 + COLUMNS - MORE)),
    )


@intrinsic
def lowest(typing_context, mask):  # type: ignore[no-untyped-def]
    """The place of the lowest bit of ``mask`` that is set."""
    del typing_context, mask

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        del context, signature
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.int64(types.int64), generate


@kernel
def connected_sets(
    pieces: Pieces, count: int, compounds: int, price: Price, strict: bool, upper: float, sets: Sets, work: int
) -> tuple[int, int]:
    """How many sets were found (-1: more than there is room for, or more than ``work`` steps), and the steps it took.

    Every connected set of pieces 0..count-1 with at most ``high`` households is visited once, its smallest piece first
    (after the enumeration of Wernicke 2006, doi:10.1109/TCBB.2006.51), and its sums kept as it grows. Kept are those that cost
    less than ``upper``: no zone costs less than 0, so that no cover below it holds another. ``strict``: and those in range
    whose removal leaves parts that can each be cut by arithmetic; else also those out of range, at their cost.
    """
    full = (np.int64(1) << count) - 1
    passed = np.int64(0)
    found, steps = 0, 0
    stack, sums = sets.stack, sets.sums
    held_more = np.zeros(COLUMNS - MORE)
    for root in range(count):
        passed |= np.int64(1) << root
        if pieces.households[root] > price.high:
            continue
        _push(sets, 0, np.int64(1) << root, pieces.near[root] & ~passed, passed, pieces.households[root])
        sums[0, 0], sums[0, 1], sums[0, 2] = pieces.area[root], pieces.perimeter[root], pieces.own[root]
        for column in range(price.more):
            sums[0, 3 + column] = pieces.more[root, column]
        depth = 1
        while depth > 0:
            depth -= 1
            steps += 1
            mask, ahead, barred, households = stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3]
            area, perimeter, own = sums[depth, 0], sums[depth, 1], sums[depth, 2]
            for column in range(price.more):
                held_more[column] = sums[depth, 3 + column]
            if not strict or households >= price.low:
                held = 0
                for row in range(compounds):
                    held += (mask & pieces.compounds[row]) != 0
                cost = value(price, households, area, perimeter, own + price.split * held, held_more)
                if cost < upper and (not strict or _rest_divisible(pieces, full & ~mask, price)):
                    if found == len(sets.mask):
                        return -1, steps
                    sets.mask[found], sets.cost[found] = mask, cost
                    found += 1
            while ahead != 0:
                piece = lowest(ahead)
                bit = np.int64(1) << piece
                ahead &= ahead - 1
                barred |= bit
                more = households + pieces.households[piece]
                if more > price.high or (price.more > 0 and held_more[0] + pieces.more[piece, 0] > price.most):
                    continue
                shared, together = 0.0, 0.0
                inside = pieces.beside[piece] & mask
                while inside != 0:
                    other = lowest(inside)
                    inside &= inside - 1
                    shared += pieces.length[piece, other]
                    together += pieces.pair[piece, other]
                _push(sets, depth, mask | bit, ahead | (pieces.near[piece] & ~barred & ~mask), barred, more)
                sums[depth, 0] = area + pieces.area[piece]
                sums[depth, 1] = perimeter + pieces.perimeter[piece] - 2 * shared
                sums[depth, 2] = own + pieces.own[piece] + together
                for column in range(price.more):
                    sums[depth, 3 + column] = held_more[column] + pieces.more[piece, column]
                depth += 1
            if steps > work:
                return -1, steps
    return found, steps


@inner
def _push(sets: Sets, depth: int, mask: np.int64, ahead: np.int64, barred: np.int64, households: int) -> None:
    row = sets.stack[depth]
    row[0], row[1], row[2], row[3] = mask, ahead, barred, households


@inner
def _rest_divisible(pieces: Pieces, rest: int, price: Price) -> bool:
    """Whether every connected part of ``rest`` could be cut into zones in range, by arithmetic."""
    while rest != 0:
        part = rest & -rest
        ahead = part
        households, people = 0, 0.0
        while ahead != 0:
            piece = lowest(ahead)
            ahead &= ahead - 1
            households += pieces.households[piece]
            people += pieces.more[piece, 0]
            fresh = pieces.near[piece] & rest & ~part
            part |= fresh
            ahead |= fresh
        least = -((-households) // price.high)
        if households < price.low or least * price.low > households:
            return False
        if price.more > 0:
            least = max(least, math.ceil(people / price.most))
            if least * price.fewest > people or least * price.low > households:
                return False
        rest &= ~part
    return True
