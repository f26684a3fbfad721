"""Succession: which zone keeps the code of which former zone, which codes end, and where the households went.

Pure functions on arrays; nothing here knows what a plan or a geometry is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.schemes.pattern import Pattern

Change = Literal["kept", "split", "merged", "moved", "new", "gone"]
#: Every change, in the order they are told.
CHANGES: tuple[Change, ...] = ("kept", "split", "merged", "moved", "new", "gone")


@dataclass(frozen=True)
class Flows:
    """What went from which former zone to which zone: one row a pair, by ``old``, then ``new``.

    ``old`` and ``new`` are numbers of zones, -1 where something came from no zone or is in none any more. ``households`` are
    those of today (0 where it is gone), ``before`` those of then (0 where it is new), ``items`` counts sections or buildings.
    """

    old: Ints
    new: Ints
    households: Ints
    before: Ints
    items: Ints


@dataclass(frozen=True)
class Succession:
    """The code of each zone, and the codes of former zones that nobody has any more, sorted."""

    codes: list[str]
    voided: list[str]


@dataclass(frozen=True)
class Step:
    """One row of a lineage: what went from the code ``old`` to the code ``new``, None where it was new or is gone."""

    old: str | None
    new: str | None
    change: Change
    households: int
    before: int


def flows(old: Ints, new: Ints, households: Ints, before: Ints, *, former_zones: int, zones: int) -> Flows:
    """The sums over items of each pair of former zone and zone; every zone and former zone is in one row at least.

    Parameters
    ----------
    old, new
        Former zone and zone of each item, -1 for none.
    households, before
        Households of each item today and then; what is gone counts 0 today, what is new counted 0 then.
    former_zones, zones
        How many there are, also of those without an item.

    Examples
    --------
    >>> old, new, today = np.array([0, 0, -1]), np.array([0, 1, 1]), np.array([3, 4, 5])
    >>> moved = flows(old, new, today, np.array([3, 4, 0]), former_zones=1, zones=2)
    >>> moved.old.tolist(), moved.new.tolist(), moved.households.tolist()
    ([-1, 0, 0], [1, 0, 1], [5, 3, 4])
    """
    # Zones that nothing leads from or to still have their row.
    left = np.setdiff1d(np.arange(former_zones), old)
    arrived = np.setdiff1d(np.arange(zones), new)
    width = zones + 1
    key = np.concatenate([(old + 1) * width + new + 1, (left + 1) * width, arrived + 1]).astype(np.int64)
    pairs, row = np.unique(key, return_inverse=True)
    row = row[: len(old)]
    sums = np.zeros((3, len(pairs)), dtype=np.int64)
    for total, values in zip(sums, (households, before, np.ones(len(old), dtype=np.int64)), strict=True):
        np.add.at(total, row, values)
    return Flows(pairs // width - 1, pairs % width - 1, sums[0], sums[1], sums[2])


def succeed(
    went: Flows,
    former: Sequence[str],
    parent: Sequence[str],
    order: Ints,
    *,
    pattern: Pattern,
    level: str,
    voided: Collection[str] = (),
) -> Succession:
    """The code of each zone, from those of the former zones where it is their successor.

    The successor of a former zone is the zone that holds most of the households it had; where equal, most of those that are there
    now, then most items, then the first in ``order``. A zone keeps the code of a former zone it succeeds, of several the one that
    gave it most by the same measures, where that code belongs under its own parent and is not voided. Every other zone gets a
    number that its parent never used, in ``order``: above the highest ever used, and only when the numbers above run out one
    below that was never given. A voided code is never given again.

    Parameters
    ----------
    went
        What went where, as ``flows`` gives it.
    former
        Code of each former zone, all different.
    parent
        Code of the parent of each zone.
    order
        The positions of the zones as they are read: what gets a number first.
    pattern
        Builds the codes. A former code that it does not describe cannot be kept.
    level
        What the zones are called in errors.
    voided
        Every code of the level that was voided before.

    Raises
    ------
    RuleError
        GP267 a parent has not enough codes left for its new zones.

    Notes
    -----
    Cost: O(pairs log pairs + codes ever used).

    Examples
    --------
    >>> went = flows(np.array([0, 0]), np.array([0, 1]), np.array([3, 4]), np.array([3, 4]), former_zones=1, zones=2)
    >>> succeed(went, ["a007"], ["a", "a"], np.array([0, 1]), pattern=Pattern.parse("{parent}{number:3}"), level="grid")
    Succession(codes=['a008', 'a007'], voided=[])
    """
    places = [origin(code, pattern) for code in former]
    banned = set(voided)
    rank = np.empty(len(parent), dtype=np.int64)
    rank[order] = np.arange(len(parent))
    codes: list[str | None] = [None] * len(parent)
    kept = set()
    for old, new in _successors(went, rank, former):
        place = places[old]
        if codes[new] is None and place is not None and place[0] == parent[new] and former[old] not in banned:
            codes[new] = former[old]
            kept.add(old)
    used: dict[str, set[int]] = defaultdict(set)
    for place in (*places, *(origin(code, pattern) for code in banned)):
        if place is not None:
            used[place[0]].add(place[1])
    wanting: dict[str, list[int]] = defaultdict(list)
    for new in order.tolist():
        if codes[new] is None:
            wanting[parent[new]].append(new)
    for name, zones in wanting.items():
        numbers = _unused(used[name], pattern.capacity, len(zones))
        if len(numbers) < len(zones):
            facts = {"count": len(zones), "used": len(used[name]), "most": pattern.capacity}
            raise RuleError("GP267", parent=name, level=level, pattern=pattern.text, **facts)
        for new, number in zip(zones, numbers, strict=True):
            codes[new] = pattern.code(name, number)
    ended = sorted(code for old, code in enumerate(former) if old not in kept)
    return Succession([code for code in codes if code is not None], ended)


def lineage_steps(went: Flows, former: Sequence[str], codes: Sequence[str]) -> list[Step]:
    """Where the households of each former zone went and those of each zone came from, by old code, then new; missing first.

    What has the same code in both is ``kept``, what was in no former zone ``new``, what is in no zone any more ``gone``. Else:

    ==================  ======================  =====================================================================
    the old code        the new code            change
    ==================  ======================  =====================================================================
    lives on            was there before        ``moved``: across a border between two zones that both live on
    lives on            is new                  ``split``: off a zone that lives on
    ended               was there before        ``merged``: into a zone that lives on
    ended               is new                  ``moved``: a whole zone with another code; ``merged``: of several zones into
                                                one; ``split``: of one zone into several (``merged`` to its successor, where
                                                that one has others too)
    ==================  ======================  =====================================================================

    Households of the steps to a zone add up to its households, ``before`` of the steps from a former zone to what it had.

    Parameters
    ----------
    went
        What went where.
    former, codes
        Codes of former zones and of zones.
    """
    inside = (went.old >= 0) & (went.new >= 0)
    successors = np.bincount(went.old[inside], minlength=len(former))
    sources = np.bincount(went.new[inside], minlength=len(codes))
    by_code = np.argsort(np.argsort(np.asarray(codes, dtype=np.str_), kind="stable"), kind="stable").astype(np.int64)
    successor = dict(_successors(went, by_code, former))
    was, live = set(former), set(codes)

    def change(old: int, new: int) -> Change:
        if old < 0:
            return "new"
        if new < 0:
            return "gone"
        if former[old] == codes[new]:
            return "kept"
        if former[old] in live:
            return "moved" if codes[new] in was else "split"
        if codes[new] in was:
            return "merged"
        if successors[old] == 1:
            return "moved" if sources[new] == 1 else "merged"
        return "merged" if sources[new] > 1 and successor[old] == new else "split"

    steps = [
        Step(former[old] if old >= 0 else None, codes[new] if new >= 0 else None, change(old, new), households, before)
        for old, new, households, before in zip(
            went.old.tolist(), went.new.tolist(), went.households.tolist(), went.before.tolist(), strict=True
        )
    ]
    return sorted(steps, key=lambda step: (step.old or "", step.new or ""))


def origin(code: str, pattern: Pattern) -> tuple[str, int] | None:
    """Parent and number of a code; None where it is none of the pattern."""
    try:
        return pattern.split(code)
    except RuleError:
        return None


def _successors(went: Flows, rank: Ints, former: Sequence[str]) -> list[tuple[int, int]]:
    """Former zone and its successor, for each that has one; those that gave most come first, then by code."""
    rows = np.flatnonzero((went.old >= 0) & (went.new >= 0))
    most = (-went.items[rows], -went.households[rows], -went.before[rows])
    rows = rows[np.lexsort((rank[went.new[rows]], *most, went.old[rows]))]
    rows = rows[np.unique(went.old[rows], return_index=True)[1]]
    code = np.asarray(former, dtype=np.str_)[went.old[rows]]
    rows = rows[np.lexsort((code, -went.items[rows], -went.households[rows], -went.before[rows]))]
    return list(zip(went.old[rows].tolist(), went.new[rows].tolist(), strict=True))


def _unused(used: Collection[int], capacity: int, count: int) -> list[int]:
    """Up to ``count`` numbers from 1 to ``capacity`` that are not ``used``: those above all of them first, then the gaps."""
    top = max(used, default=0)
    above = list(range(top + 1, min(top + count, capacity) + 1))
    gaps: Iterable[int] = (number for number in range(1, top) if number not in used)
    return [*above, *islice(gaps, count - len(above))]
