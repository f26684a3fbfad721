"""Slivers: narrow land without a building, given to a neighbour."""

import numpy as np
import shapely

from gridplan.atoms.coverage import GRID_M, Floats, Geometries, Ints, Tiles, run_starts

SLIVER_M = 8.0
"""Land narrower than this (twice its area by its perimeter) and without a building joins a neighbour."""


def without_slivers(
    mosaic: Tiles, label: Ints, community: Ints, first_face: int, barriers: Geometries, site: Ints | None = None
) -> tuple[Ints, int]:
    """Labels in which narrow faces without a building have joined the neighbour of the longest border.

    Never across a barrier or the border of a community: a strip between two rails stays a face. Land of a special site, where
    ``site`` gives that of each tile (-1 for none), only joins land of the same one.
    """
    open_m = _open_border(mosaic, label, first_face, community, barriers)
    of_site = np.full(int(label.max()) + 1, -1, dtype=np.int64)
    if site is not None:
        of_site[label] = site
    label = label.copy()
    merged = 0
    while True:
        width = width_m(mosaic, label)
        narrow = (width < SLIVER_M) & (np.arange(len(width)) >= first_face)
        one = np.r_[label[mosaic.first], label[mosaic.second]]
        other = np.r_[label[mosaic.second], label[mosaic.first]]
        length = np.r_[open_m, open_m]
        useful = (one != other) & (length > GRID_M)
        useful &= narrow[one] & ((of_site[one] < 0) | (of_site[one] == of_site[other]))
        if not useful.any():
            return label, merged
        pair, row = np.unique(one[useful] * len(width) + other[useful], return_inverse=True)
        total = np.round(np.bincount(row, weights=length[useful]), 3)
        source, target = pair // len(width), pair % len(width)
        # A wide neighbour first; two slivers only join where neither has one.
        order = np.lexsort((target, -total, narrow[target], source))
        best = order[run_starts(source[order])]
        settled = best[~narrow[target[best]]]
        chosen = settled if len(settled) else best[:1]
        change = np.arange(len(width))
        change[source[chosen]] = target[chosen]
        label = change[label]
        merged += len(chosen)


def width_m(mosaic: Tiles, label: Ints) -> Floats:
    """Twice the area by the perimeter of the land of each label; infinite where it has none."""
    count = int(label.max()) + 1
    area = np.bincount(label, weights=shapely.area(mosaic.polygons), minlength=count)
    around = np.bincount(label, weights=shapely.length(mosaic.polygons), minlength=count)
    same = label[mosaic.first] == label[mosaic.second]
    around -= 2 * np.bincount(label[mosaic.first[same]], weights=mosaic.length[same], minlength=count)
    return np.where(around > 0, 2 * area / np.maximum(around, GRID_M), np.inf)


def _open_border(mosaic: Tiles, label: Ints, first_face: int, community: Ints, barriers: Geometries) -> Floats:
    """Metres of each border of a face without a building that may be crossed: no barrier, same community."""
    a, b = mosaic.first[mosaic.border], mosaic.second[mosaic.border]
    asked = (label[a] != label[b]) & ((label[a] >= first_face) | (label[b] >= first_face)) & (community[a] == community[b])
    rows = np.flatnonzero(asked)
    if len(barriers) and len(rows):
        middle = shapely.points(mosaic.middle[rows])
        on = shapely.STRtree(barriers).query(middle, predicate="dwithin", distance=5 * GRID_M)[0]
        asked[rows[np.unique(on)]] = False
    metres = np.bincount(mosaic.border[asked], weights=mosaic.segment_m[asked], minlength=len(mosaic.first))
    return metres.astype(np.float64)
