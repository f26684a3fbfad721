"""The search: a legal cut of a spanning tree, then rounds of annealing and recombination, region by region."""

import time
from dataclasses import dataclass
from math import inf

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.groups import numbered
from gridplan.partition.kernels.chance import state_of
from gridplan.partition.kernels.choose import room_for_choice
from gridplan.partition.kernels.flips import STEPS, anneal
from gridplan.partition.kernels.recombine import recombine
from gridplan.partition.kernels.subsets import room_for_pieces, room_for_sets
from gridplan.partition.kernels.tree_cut import spanning_forest, tree_cut
from gridplan.partition.kernels.window import room_for_window
from gridplan.partition.kernels.zones import sums_of
from gridplan.partition.land import Land, Price
from gridplan.partition.model import Effort
from gridplan.partition.regions import Task, regions, side_by_side, tasks_of, together
from gridplan.progress import Progress, silent

CHUNK = 16_000
"""Nodes of one tree: larger land is cut up for the start."""

FINEST = 2000
"""Largest households of a zone that the start reckons with one by one."""

SETS = 20_000
"""Room for the sets of one window."""

SMALLEST, LARGEST = 20, 64
"""Zones of a region."""


@dataclass(frozen=True)
class Round:
    """One round over all regions: moves of each node from temperature ``hot`` to ``cold``, then windows of each zone."""

    moves: int
    hot: float
    cold: float
    windows: float
    noise: float


def rounds(effort: Effort, zones: int) -> list[Round]:
    """The rounds of a search for so many zones: ever less noise, the last one with none."""
    # Rounded, since the last bits of a power differ between machines.
    windows = effort.windows if effort.windows is not None else min(max(round(500 * (250 / max(zones, 1)) ** 0.6), 100), 500)
    last = max(effort.rounds - 1, 1)
    return [
        Round(effort.moves if not turn else effort.moves // 8, 1.0 if not turn else 0.04, 0.05 if not turn else 0.005,
              windows / max(effort.rounds, 1), 2.0 * (1 - turn / last))
        for turn in range(effort.rounds)
    ]  # fmt: skip


def search(
    land: Land, price: Price, effort: Effort, seed: tuple[int, ...], *, until: float = inf, progress: Progress = silent
) -> Ints:
    """The zone of each node, numbered from 0, connected, in range where the search found a way; no node may exceed ``high``.

    The same land, price, effort and seed give the same zones, whatever the number of threads.
    """
    return refine(land, start(land, price, seed, effort.threads or 1), price, effort, seed, until=until, progress=progress)


def refine(
    land: Land,
    zone: Ints,
    price: Price,
    effort: Effort,
    seed: tuple[int, ...],
    *,
    until: float = inf,
    progress: Progress = silent,
) -> Ints:
    """Zones after all rounds from ``zone`` on, or those that begin before the monotonic clock passes ``until``."""
    plan = rounds(effort, int(zone.max()) + 1)
    for turn, stage in enumerate(plan):
        if time.monotonic() > until:
            break
        progress("stage.search", turn, len(plan))
        zone = improve(land, zone, price, effort, (*seed, turn), turn, stage)
    progress("stage.search", max(len(plan), 1), max(len(plan), 1))
    return zone


def start(land: Land, price: Price, seed: tuple[int, ...], threads: int) -> Ints:
    """Zones from the cheapest cut of a random spanning tree that keeps to compounds first and crosses major roads last."""
    # The programme's time and memory grow with high: larger numbers are cut to thousands, and the rounding left to the search.
    step = 1 + price.high // FINEST
    high = price.high // step
    coarse = price._replace(low=min(-(-price.low // step), high), high=high, target=price.target / step)
    households = np.minimum((land.households + step // 2) // step, high)

    def cut(task: Task) -> Ints:
        number, nodes, part = task
        rng = np.random.default_rng((*seed, number))
        ends = np.repeat(np.arange(len(part.households)), np.diff(part.start))
        once = np.flatnonzero(ends < part.near)
        length = part.length[once]
        tie = np.sign(part.pair[once])
        share = length / (length + length.mean() + 1e-9) if len(once) else length
        order = once[np.argsort(10 * tie + 2 * rng.random(len(once)) - share, kind="stable")]
        parent = spanning_forest(part, ends, order)
        crosses, ties = _edges_up(part, parent)
        return np.asarray(tree_cut(parent, households[nodes], 30 * ties, 400 * crosses, coarse))

    tasks = tasks_of(land, regions(land.x, land.y, CHUNK, 0))
    return together(len(land.households), tasks, side_by_side(cut, tasks, threads))


def _edges_up(land: Land, parent: Ints) -> tuple[Ints, Ints]:
    """Whether the edge from each node to its parent crosses a major road, and whether it lies along no street."""
    ends = np.repeat(np.arange(len(parent)), np.diff(land.start))
    up = parent[ends] == land.near
    sign = np.zeros(len(parent), dtype=np.int64)
    sign[ends[up]] = np.sign(land.pair[up]).astype(np.int64)
    return (sign > 0).astype(np.int64), (sign < 0).astype(np.int64)


def improve(land: Land, zone: Ints, price: Price, effort: Effort, seed: tuple[int, ...], turn: int, stage: Round) -> Ints:
    """Zones after one round: each region, made of whole zones, searched by itself."""
    count = int(zone.max()) + 1
    share = np.maximum(land.area, 1e-9)
    weight = np.bincount(zone, share, minlength=count)
    x = np.bincount(zone, land.x * share, minlength=count) / weight
    y = np.bincount(zone, land.y * share, minlength=count) / weight
    size = min(max(SMALLEST, count // 8), LARGEST)
    of_zone = regions(x, y, size, turn)

    def work(task: Task) -> Ints:
        number, nodes, part = task
        label = numbered(zone[nodes])
        slots = int(label.max()) + 1
        chance = state_of(*seed, number)
        sums, root = sums_of(part, label, price, slots + slots // 4 + 4)
        moves = stage.moves * len(nodes)
        if moves:
            cooling = round((stage.cold / stage.hot) ** (STEPS / max(moves, STEPS)), 9)
            anneal(part, label, sums, root, price, moves, stage.hot, cooling, chance)
        windows = int(stage.windows * slots)
        if slots > 1 and windows:
            desk, pieces = room_for_window(len(nodes), len(part.near)), room_for_pieces()
            sets, choice = room_for_sets(SETS), room_for_choice(SETS)
            room = desk, pieces, sets, choice
            recombine(part, label, sums, root, price, windows, effort.zones, effort.sets, stage.noise, *room, chance)
        return numbered(label)

    tasks = tasks_of(land, of_zone[zone])
    return together(len(zone), tasks, side_by_side(work, tasks, effort.threads or 1))
