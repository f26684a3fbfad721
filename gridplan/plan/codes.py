"""Default codes: the code of the parent and a sequence from west to east, row by row from north to south."""

from collections.abc import Sequence

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


def check_capacity(parents: Sequence[str], level: Level) -> None:
    """Nothing, where each parent has as many codes as it has zones; ``parents`` is the parent of each zone.

    Raises
    ------
    RuleError
        GP260 a parent has more zones than the digits of the level can number.
    """
    most = 10**level.digits - 1
    names, counts = np.unique(np.asarray(parents, dtype=np.str_), return_counts=True)
    for name, count in zip(names, counts, strict=True):
        if count > most:
            raise RuleError("GP260", parent=str(name), level=level.name, count=int(count), digits=level.digits, most=most)


def child_code(parent: str, sequence: int, level: Level) -> str:
    """The code of the zone with this sequence number (1 = first) in its parent.

    Examples
    --------
    >>> from gridplan.schemes.model import load_scheme
    >>> child_code("522730001001", 7, load_scheme("default").level("grid"))
    '522730001001007'
    """
    return f"{parent}{sequence:0{level.digits}d}"


def parse_code(code: str, level: Level) -> tuple[str, int]:
    """The code of the parent, and the sequence number in it.

    Raises
    ------
    RuleError
        GP261 the code has no parent, or does not end in the digits of the level.

    Examples
    --------
    >>> from gridplan.schemes.model import load_scheme
    >>> parse_code("522730001001007", load_scheme("default").level("grid"))
    ('522730001001', 7)
    """
    parent, sequence = code[: -level.digits], code[-level.digits :]
    if not parent or not (sequence.isascii() and sequence.isdigit()) or int(sequence) == 0:
        raise RuleError("GP261", value=code, level=level.name, digits=level.digits)
    return parent, int(sequence)


def number_zones(parent: Sequence[str], zones: Measures, level: Level, *, then: Ints | None = None) -> list[str]:
    """The code of each zone, numbered in ``reading_order`` within its parent.

    Raises
    ------
    RuleError
        GP260 as ``check_capacity``.
    """
    check_capacity(parent, level)
    names = np.asarray(parent, dtype=np.str_)
    codes = np.empty(len(names), dtype=object)
    by_parent = np.argsort(names, kind="stable")
    borders = np.flatnonzero(names[by_parent][1:] != names[by_parent][:-1]) + 1
    for rows in np.split(by_parent, borders) if len(names) else []:
        order = reading_order(zones.x[rows], zones.y[rows], zones.area[rows], then=None if then is None else then[rows])
        for sequence, row in enumerate(rows[order], start=1):
            codes[row] = child_code(str(names[row]), sequence, level)
    return [str(code) for code in codes]
