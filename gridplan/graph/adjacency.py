"""Which atoms share a border, how long it is, and what it lies along."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan import crs
from gridplan.errors import GeometryError
from gridplan.graph.atom_graph import INSIDE, LANE, AtomGraph, Floats, Ints
from gridplan.graph.barriers import NEAR_M, classify
from gridplan.graph.moments import polygon_moments

KINDS = 5
SHOWN = 5


@dataclass(frozen=True)
class Borders:
    """The segments that two atoms share: their atoms ``i`` < ``j``, and their ends ``start`` < ``end`` (n x 2, m).

    Ordered by (i, j) and then by a hash of the coordinates, so that sums over them do not depend on the order of rows.
    """

    i: Ints
    j: Ints
    start: Floats
    end: Floats


def build_graph(
    cells: gpd.GeoDataFrame,
    *,
    streets: gpd.GeoDataFrame | None,
    barriers: gpd.GeoDataFrame | None,
    compound: Ints | None = None,
    near_m: float = NEAR_M,
) -> AtomGraph:
    """The graph of areas that share vertices: an edge wherever two have at least one segment in common.

    Parameters
    ----------
    cells
        Polygons in a metre CRS that are a valid coverage, with ``households`` (int) and, where there are any,
        ``compound`` (text or missing). Row n is atom n.
    streets, barriers
        Lines with ``class`` and ``kind`` as in ``contracts.TOWN``, in the same CRS, or None.
    compound
        The number of each row's compound, -1 for none; None to number those in the column ``compound``.
    near_m
        How far a border may lie from the line it follows, in metres.

    Returns
    -------
    AtomGraph
        Compounds of the column are numbered in the order of their names. The kind of an edge is that of most of its length, the
        stronger one on ties (river, rail, major, lane, inside); a lane between two atoms of one compound counts as inside
        it, while its length still counts as street.

    Raises
    ------
    InputError
        GP105, GP106 no CRS, or not in metres.
    GeometryError
        GP350 a row is no polygon; GP351 more than two areas share a segment; GP352 another CRS in a table of lines.

    Notes
    -----
    Segments are matched by their exact coordinates, so areas that only touch at a point, or whose vertices differ,
    are no neighbours. Cost: O(vertices log vertices); a few seconds for 100,000 cells.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> squares = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 10, 30, 20)]
    >>> cells = gpd.GeoDataFrame({"households": [1, 2, 3]}, geometry=squares, crs="EPSG:32648")
    >>> graph = build_graph(cells, streets=None, barriers=None)
    >>> graph.i.tolist(), graph.j.tolist(), graph.length.tolist()
    ([0], [1], [10.0])
    """
    shapes = np.asarray(cells.geometry.array)
    _check(cells, shapes, streets=streets, barriers=barriers)
    borders = shared_borders(shapes)
    numbers = number_compounds(cells.get("compound"), len(cells)) if compound is None else compound
    metres = np.hypot(*(borders.end - borders.start).T)
    stretches = classify(borders.start, borders.end, streets=streets, barriers=barriers, near_m=near_m)
    kind = stretches.kind.copy()
    same = (numbers[borders.i] >= 0) & (numbers[borders.i] == numbers[borders.j])
    kind[same & (kind == LANE)] = INSIDE
    pair, of = np.unique(borders.i * len(cells) + borders.j, return_inverse=True)
    length = total(of, metres, len(pair))
    moments = polygon_moments(shapes)
    return AtomGraph(
        households=cells["households"].to_numpy(np.int64),
        compound=numbers,
        area=moments.area,
        x=moments.x,
        y=moments.y,
        polar=moments.polar,
        perimeter=moments.perimeter,
        i=pair // max(len(cells), 1),
        j=pair % max(len(cells), 1),
        length=length,
        kind=most(of, kind, metres, len(pair)),
        street=total(of, metres * stretches.street, len(pair)),
    )


def number_compounds(names: pd.Series | None, count: int) -> Ints:
    """The number of each row's compound in the order of their names; -1 where it has none."""
    if names is None:
        return np.full(count, -1, dtype=np.int64)
    return np.asarray(pd.factorize(names, sort=True)[0], dtype=np.int64)


def total(of: Ints, values: Floats, count: int) -> Floats:
    """The sum of ``values`` of each of ``count`` groups."""
    return np.asarray(np.bincount(of, values, minlength=count), dtype=np.float64)


def most(of: Ints, kind: Ints, metres: Floats, pairs: int) -> Ints:
    """The kind with most metres of each pair, the stronger (larger) one on ties."""
    # A border of no length (neighbours across a gap, in prepared tables) still has a kind.
    share = total(of * KINDS + kind, np.maximum(metres, 1e-9), pairs * KINDS).reshape(pairs, KINDS)
    return np.asarray(KINDS - 1 - np.argmax(share[:, ::-1], axis=1), dtype=np.int64)


def shared_borders(shapes: NDArray[np.object_]) -> Borders:
    """The segments that exactly two of ``shapes`` have in common.

    Raises
    ------
    GeometryError
        GP351 a segment belongs to more than two of them.
    """
    start, end, owner = _segments(shapes)
    key = _hash(start, end)
    order = np.argsort(key, kind="stable")
    if _collides(key[order], start[order], end[order]):
        order = np.lexsort((end[:, 1], end[:, 0], start[:, 1], start[:, 0]))
    start, end, owner, key = start[order], end[order], owner[order], key[order]
    same = ((start[1:] == start[:-1]) & (end[1:] == end[:-1])).all(axis=1)
    third = np.flatnonzero(same[:-1] & same[1:])
    if len(third):
        rows = np.unique(owner[third[:, None] + np.arange(3)])
        where = ", ".join(f"({x:.2f} {y:.2f})" for x, y in start[third[:SHOWN]])
        raise GeometryError("GP351", count=len(third), rows=_shown(rows), where=where)
    first = np.flatnonzero(same)
    i, j = np.minimum(owner[first], owner[first + 1]), np.maximum(owner[first], owner[first + 1])
    by_pair = np.lexsort((key[first], j, i))
    by_pair = by_pair[i[by_pair] != j[by_pair]]
    chosen = first[by_pair]
    return Borders(i=i[by_pair], j=j[by_pair], start=start[chosen], end=end[chosen])


def _segments(shapes: NDArray[np.object_]) -> tuple[Floats, Floats, Ints]:
    """Both ends of every segment, the western (else southern) one first, and the row it belongs to."""
    parts, row_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = points + 0.0  # -0.0 becomes 0.0, whose bits differ
    inner = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    a, b = points[:-1][inner], points[1:][inner]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    start, end = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    return start, end, row_of_part[part_of_ring[ring[:-1][inner]]].astype(np.int64)


def _hash(start: Floats, end: Floats) -> NDArray[np.uint64]:
    """One number a segment, from the bits of its four coordinates: sorting by it is 6 x faster than by the coordinates."""
    bits = np.ascontiguousarray(np.concatenate([start, end], axis=1)).view(np.uint64)
    key = np.zeros(len(bits), dtype=np.uint64)
    for column in range(4):
        key = (key ^ bits[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key


def _collides(key: NDArray[np.uint64], start: Floats, end: Floats) -> bool:
    """Whether different segments have the same hash (about 1 in 10^7 for 3 million segments)."""
    equal = key[1:] == key[:-1]
    return bool((equal & ((start[1:] != start[:-1]) | (end[1:] != end[:-1])).any(axis=1)).any())


def _check(
    cells: gpd.GeoDataFrame,
    shapes: NDArray[np.object_],
    *,
    streets: gpd.GeoDataFrame | None,
    barriers: gpd.GeoDataFrame | None,
) -> None:
    own = crs.checked(cells, "cells")
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)) | shapely.is_empty(shapes))
    if len(wrong):
        raise GeometryError("GP350", count=len(wrong), rows=_shown(wrong))
    for name, table in (("streets", streets), ("barriers", barriers)):
        if table is not None and len(table) and crs.checked(table, name) != own:
            raise GeometryError("GP352", table=name, found=crs.name(table.crs), expected=crs.name(own))


def _shown(rows: Ints) -> str:
    return ", ".join(str(row) for row in rows[:SHOWN]) + (" …" if len(rows) > SHOWN else "")
