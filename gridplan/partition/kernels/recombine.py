"""Large neighbourhood search: windows of neighbouring zones, each cut anew in the best way that its pieces allow."""

import numpy as np

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.partition.kernels.chance import State, below, unit
from gridplan.partition.kernels.choose import Choice, cheapest_cover
from gridplan.partition.kernels.compiled import inner, kernel
from gridplan.partition.kernels.subsets import MOST, Pieces, Sets, connected_sets
from gridplan.partition.kernels.window import Desk, coarsen, gather, lay_out, random_zone
from gridplan.partition.kernels.zones import AREA, HOUSEHOLDS, LINEAR, MORE, PERIMETER, VALUE, add, excess, value
from gridplan.partition.land import Land, Price

FEWEST = 8
"""Pieces of a window at least."""


@kernel
def recombine(
    land: Land, zone: Ints, sums: Floats, root: Ints, price: Price, windows: int, zones: int, steps: int, noise: float,
    desk: Desk, pieces: Pieces, sets: Sets, choice: Choice, chance: State,
) -> None:  # fmt: skip
    """Cut ``windows`` windows of 2 to ``zones`` zones anew.

    Of each window, coarsened to pieces, all connected sets are tried (as many pieces as take about ``steps`` steps) and the
    cheapest cover taken. ``noise``: largest random surcharge of a set, which falls to 0 over the windows, so that worse cuts
    are taken at first (Charon and Hudry 1993, doi:10.1016/0167-6377(93)90023-A). The centre of a window is the dearer of two
    random zones, by household; of every second one, while there are any, a zone out of range. Changes ``zone``, ``sums`` and
    ``root``.
    """
    want = 11.0
    bad = 0
    for turn in range(windows):
        if turn % 32 == 0:
            bad = _count_bad(price, sums, root)
        centre, other = random_zone(root, chance), random_zone(root, chance)
        if sums[other, VALUE] * sums[centre, HOUSEHOLDS] > sums[centre, VALUE] * sums[other, HOUSEHOLDS]:
            centre = other
        if bad and turn % 2 == 0:
            centre = _random_bad(price, sums, root, below(chance, bad))
        count, held = gather(land, zone, root, centre, 2 + below(chance, zones - 1), 64 * MOST, desk, chance)
        if held < 2:
            continue
        cost, wrong = 0.0, False
        for row in range(held):
            cost += sums[desk.zone[row], VALUE]
            wrong |= _is_bad(price, sums[desk.zone[row]])
        numbered = coarsen(land, zone, count, min(int(want), MOST - 2), desk, chance)
        if numbered <= MOST:
            compounds = lay_out(land, count, numbered, desk, pieces)
        for place in range(count):
            desk.local[desk.node[place]] = -1
        if numbered > MOST or compounds < 0:
            want = max(want - 0.25, FEWEST)
            continue
        level = noise * (1.0 - turn / windows)
        upper = cost - 1e-7 if level <= 0 else cost + level * held
        found, taken = connected_sets(pieces, numbered, compounds, price, not wrong, upper, sets, 10 * steps)
        if numbered >= int(want) or taken > steps:
            want = min(want + 0.02, MOST) if taken <= steps else max(want - 0.1, FEWEST)
        if found < 0:
            want = max(want - 0.25, FEWEST)
            continue
        if level > 0:
            for row in range(found):
                sets.cost[row] += level * unit(chance)
        size, _, _ = cheapest_cover(pieces, numbered, sets, found, upper, 2000, choice)
        if size > 0:
            _apply(land, zone, sums, root, price, count, held, size, compounds, desk, pieces, choice)


@inner
def _is_bad(price: Price, row: Floats) -> bool:
    return excess(price, row[HOUSEHOLDS], row[MORE:]) > 0


@inner
def _count_bad(price: Price, sums: Floats, root: Ints) -> int:
    bad = 0
    for number in range(len(root)):
        bad += root[number] >= 0 and _is_bad(price, sums[number])
    return bad


@inner
def _random_bad(price: Price, sums: Floats, root: Ints, place: int) -> int:
    """The bad zone at ``place``, or any zone where there are fewer by now."""
    last = 0
    for number in range(len(root)):
        if root[number] >= 0:
            last = number
            if _is_bad(price, sums[number]):
                if place == 0:
                    return number
                place -= 1
    return last


@inner
def _apply(
    land: Land, zone: Ints, sums: Floats, root: Ints, price: Price, count: int, held: int, size: int, compounds: int,
    desk: Desk, pieces: Pieces, choice: Choice,
) -> None:  # fmt: skip
    """Put the chosen sets in the place of the window's zones; nothing where no number is free for one more zone."""
    free = 0
    while held < size:
        while free < len(root) and root[free] >= 0:
            free += 1
        if free == len(root):
            return
        desk.zone[held] = free
        held += 1
        free += 1
    for row in range(held):
        root[desk.zone[row]] = -1
        sums[desk.zone[row], :] = 0.0
    for place in range(count):
        bit = np.int64(1) << desk.piece[place]
        row = 0
        while not choice.chosen[row] & bit:
            row += 1
        zone[desk.node[place]] = desk.zone[row]
        root[desk.zone[row]] = desk.node[place]
    for place in range(count):
        add(land, zone, desk.node[place], sums)
    for row in range(size):
        own = sums[desk.zone[row]]
        for compound in range(compounds):
            if choice.chosen[row] & pieces.compounds[compound]:
                own[LINEAR] += price.split
        own[VALUE] = value(price, own[HOUSEHOLDS], own[AREA], own[PERIMETER], own[LINEAR], own[MORE:])
