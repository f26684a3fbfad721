"""The cheapest choice of sets that holds every piece once: dual prices, then branch and bound."""

from typing import NamedTuple

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.subsets import MOST, Pieces, Sets, lowest

ASCENTS = 6
"""Passes of dual ascent over all pieces."""


class Choice(NamedTuple):
    """Room for the search, and the masks of the sets chosen."""

    price: Floats
    first: Ints
    row: Ints
    next: Ints
    covered: Ints
    spent: Floats
    picked: Ints
    chosen: Ints


def room_for_choice(most: int) -> Choice:
    """Room for ``most`` sets."""
    whole = np.zeros(MOST + 1, dtype=np.int64)
    return Choice(
        np.zeros(MOST), np.zeros(MOST + 2, np.int64), np.zeros(most, np.int64), whole, whole.copy(), np.zeros(MOST + 1),
        whole.copy(), whole.copy(),
    )  # fmt: skip


@kernel
def cheapest_cover(
    pieces: Pieces, count: int, sets: Sets, found: int, upper: float, most: int, choice: Choice
) -> tuple[int, float, bool]:
    """How many sets the cheapest cover below ``upper`` has (0: there is none), its cost, and whether this is proved.

    Dual prices of the pieces, raised in turn as far as no set costs less than its pieces (dual ascent, Fisher and Kedia
    1990, doi:10.1287/mnsc.36.6.674), rule out the sets that no cover below ``upper`` can hold; the rest is searched, the
    lowest uncovered piece first, within ``most`` steps. Changes ``sets``.
    """
    prices, bound = choice.price, _first_prices(pieces, count, sets, found, choice.price)
    if bound == np.inf:
        return 0, upper, True
    for row in range(found):
        sets.slack[row] = sets.cost[row] - _priced(sets.mask[row], prices)
    for turn in range(ASCENTS):
        found = _within(sets, found, upper - bound)
        if found == 0 or bound >= upper:
            return 0, upper, True
        share = 0.5 if turn < ASCENTS - 2 else 1.0
        for step in range(count):
            piece = step if turn % 2 == 0 else count - 1 - step
            bit = np.int64(1) << piece
            least = np.inf
            for row in range(found):
                if sets.mask[row] & bit and sets.slack[row] < least:
                    least = sets.slack[row]
            if least == np.inf:
                return 0, upper, True
            if least > 1e-12:
                bound += share * least
                for row in range(found):
                    if sets.mask[row] & bit:
                        sets.slack[row] -= share * least
    found = _within(sets, found, upper - bound)
    _by_lowest_piece(count, sets, found, choice)
    return _search(count, sets, bound, upper, most, choice)


@inner
def _first_prices(pieces: Pieces, count: int, sets: Sets, found: int, prices: Floats) -> float:
    """Prices by households, such that no set costs less than its pieces, and their sum; infinite where a piece is in no set."""
    for piece in range(count):
        prices[piece] = np.inf
    for row in range(found):
        mask, households = sets.mask[row], 0
        while mask != 0:
            households += pieces.households[lowest(mask)]
            mask &= mask - 1
        each = sets.cost[row] / max(households, 1)
        mask = sets.mask[row]
        while mask != 0:
            piece = lowest(mask)
            mask &= mask - 1
            prices[piece] = min(prices[piece], each)
    bound = 0.0
    for piece in range(count):
        if prices[piece] == np.inf:
            return np.inf
        prices[piece] *= pieces.households[piece]
        bound += prices[piece]
    return bound


@inner
def _priced(mask: int, prices: Floats) -> float:
    total = 0.0
    while mask != 0:
        total += prices[lowest(mask)]
        mask &= mask - 1
    return total


@inner
def _within(sets: Sets, found: int, gap: float) -> int:
    """Keep the sets whose slack is below ``gap``, and return how many."""
    kept = 0
    for row in range(found):
        if sets.slack[row] < gap:
            sets.mask[kept], sets.cost[kept], sets.slack[kept] = sets.mask[row], sets.cost[row], sets.slack[row]
            kept += 1
    return kept


@inner
def _by_lowest_piece(count: int, sets: Sets, found: int, choice: Choice) -> None:
    """Order the sets by their lowest piece, then by slack."""
    first = choice.first
    for piece in range(count + 1):
        first[piece] = 0
    for row in range(found):
        first[lowest(sets.mask[row]) + 1] += 1
    for piece in range(count):
        first[piece + 1] += first[piece]
    fill = choice.next
    for piece in range(count):
        fill[piece] = first[piece]
    for row in range(found):
        piece = lowest(sets.mask[row])
        place = fill[piece]
        fill[piece] += 1
        # Insertion: the lists are short once the bound has ruled out the rest.
        while place > first[piece] and sets.slack[choice.row[place - 1]] > sets.slack[row]:
            choice.row[place] = choice.row[place - 1]
            place -= 1
        choice.row[place] = row


@inner
def _search(count: int, sets: Sets, bound: float, upper: float, most: int, choice: Choice) -> tuple[int, float, bool]:
    full = (np.int64(1) << count) - 1
    first, covered, spent, following = choice.first, choice.covered, choice.spent, choice.next
    best, size, steps, depth = upper, 0, 0, 0
    covered[0], spent[0], following[0] = 0, bound, first[0]
    while depth >= 0:
        last = first[lowest(full & ~covered[depth]) + 1]
        place = following[depth]
        deeper = False
        while place < last:
            row = choice.row[place]
            place += 1
            total = spent[depth] + sets.slack[row]
            if total >= best - 1e-9:
                break
            if sets.mask[row] & covered[depth]:
                continue
            steps += 1
            choice.picked[depth] = row
            together = covered[depth] | sets.mask[row]
            if together == full:
                best, size = total, depth + 1
                for level in range(size):
                    choice.chosen[level] = sets.mask[choice.picked[level]]
                continue
            following[depth] = place
            depth += 1
            covered[depth], spent[depth] = together, total
            following[depth] = first[lowest(full & ~together)]
            deeper = True
            break
        if steps > most:
            return size, best, False
        if not deeper:
            depth -= 1
    return size, best, True
