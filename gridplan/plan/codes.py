"""Codes of zones that never had any: numbered from west to east, row by row from north to south."""

from collections.abc import Mapping, Sequence

import numpy as np

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Measures
from gridplan.schemes.model import Level


def reading_order(x: Floats, y: Floats, area: Floats, *, then: Ints | None = None) -> Ints:
    """The positions of zones in the order they are read on a map: rows from north to south, each from west to east.

    Parameters
    ----------
    x, y
        Centroids, metres; what differs by less than 1 mm counts as equal.
    area
        Areas, square metres.
    then
        What decides between zones with the same centroid (floors of a tower); the position in the arrays after that.

    Returns
    -------
    Ints
        Row numbers of the zones, first to last.

    Notes
    -----
    A row starts at the northernmost zone not yet in one, and takes every zone whose centroid is less than half the side of
    a square of average area further south.

    Examples
    --------
    >>> order = reading_order(np.array([0.0, 9.0, 0.0]), np.array([0.0, 11.0, 10.0]), np.full(3, 100.0))
    >>> order.tolist()  # the two in the north are one row
    [2, 1, 0]
    """
    if not len(x):
        return np.empty(0, dtype=np.int64)
    east, north = np.round(x, 3), np.round(y, 3)
    tie = np.zeros(len(x), dtype=np.int64) if then is None else then
    reach = np.sqrt(area.mean()) / 2
    row = np.zeros(len(x), dtype=np.int64)
    southward = np.argsort(-north, kind="stable")
    top, number = north[southward[0]], 0
    for position in southward:
        if top - north[position] >= reach:
            top, number = north[position], number + 1
        row[position] = number
    return np.lexsort((np.arange(len(x)), tie, -north, east, row)).astype(np.int64)


def check_capacity(parents: Sequence[str], level: Level, *, voided: Mapping[str, int] | None = None) -> None:
    """Nothing, where each parent has as many codes as it has zones; ``parents`` is the parent of each zone.

    ``voided`` says how many codes of a parent may not be given again.

    Raises
    ------
    RuleError
        GP260 a parent has more zones than codes.
    """
    names, counts = np.unique(np.asarray(parents, dtype=np.str_), return_counts=True)
    for name, count in zip(names.tolist(), counts.tolist(), strict=True):
        most = level.code.capacity - (voided or {}).get(name, 0)
        if count > most:
            raise RuleError("GP260", parent=name, level=level.name, count=count, pattern=level.code.text, most=most)


def read_zones(parent: Sequence[str], zones: Measures, *, then: Ints | None = None) -> Ints:
    """The positions of zones by the code of their parent, and within each parent in ``reading_order``."""
    names = np.asarray(parent, dtype=np.str_)
    by_parent = np.argsort(names, kind="stable")
    borders = np.flatnonzero(names[by_parent][1:] != names[by_parent][:-1]) + 1
    read = np.empty(len(names), dtype=np.int64)
    at = 0
    for rows in np.split(by_parent, borders) if len(names) else []:
        order = reading_order(zones.x[rows], zones.y[rows], zones.area[rows], then=None if then is None else then[rows])
        read[at : at + len(rows)] = rows[order]
        at += len(rows)
    return read


def number_zones(
    parent: Sequence[str], zones: Measures, level: Level, *, then: Ints | None = None, given: Mapping[int, str] | None = None
) -> list[str]:
    """The code of each zone, numbered in ``reading_order`` within its parent.

    ``given``: codes of some zones, by their position; the numbers of the others come after them, then from the lowest gap on.

    Raises
    ------
    RuleError
        GP260 as ``check_capacity``.

    Examples
    --------
    >>> from gridplan.schemes.model import load_scheme
    >>> two = Measures(area=np.ones(2), compactness=np.ones(2), x=np.array([9.0, 0.0]), y=np.zeros(2))
    >>> number_zones(["522730001001"] * 2, two, load_scheme("default").grids)
    ['522730001001002', '522730001001001']
    """
    check_capacity(parent, level)
    codes = [""] * len(parent)
    used: dict[str, set[int]] = {}
    for row, code in (given or {}).items():
        codes[row] = code
        used.setdefault(parent[row], set()).add(level.code.split(code)[1])
    for row in read_zones(parent, zones, then=then).tolist():
        if not codes[row]:
            taken = used.setdefault(parent[row], set())
            number = max(taken, default=0) + 1
            if number > level.code.capacity:
                number = next(gap for gap in range(1, level.code.capacity + 1) if gap not in taken)
            taken.add(number)
            codes[row] = level.code.code(parent[row], number)
    return codes
