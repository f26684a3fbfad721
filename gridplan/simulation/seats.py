"""Where built-up areas and natural villages lie inside an outline."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridplan.simulation.coverage import Floats, Ints

BLOCK, FRINGE, FIELD = range(3)
"""What a cell is: an urban block, open land at the edge of a built-up area, or the land of a natural village."""

#: Natural villages lie at least so far inside the outline, metres.
EDGE_M = 150.0


@dataclass(frozen=True)
class Sites:
    """Places that cells are made round.

    Parameters
    ----------
    at : place (n x 2, m).
    kind : BLOCK, FRINGE or FIELD.
    patch : the built-up area it belongs to, -1 for a FIELD.
    column, row : its number in the lattice of its patch.
    angle : of each patch, radians.
    middle : of each patch (m).
    """

    at: Floats
    kind: Ints
    patch: Ints
    column: Ints
    row: Ints
    angle: Floats
    middle: Floats


def inside(outline: shapely.Geometry, count: int, rng: np.random.Generator) -> Floats:
    """``count`` random points inside an outline."""
    shapely.prepare(outline)
    west, south, east, north = shapely.bounds(outline)
    found: Floats = np.empty((0, 2))
    while len(found) < count:
        draw = rng.random((2 * count, 2)) * [east - west, north - south] + [west, south]
        found = np.concatenate([found, draw[shapely.contains_xy(outline, draw)]])
    return found[:count]


def place_seats(outline: shapely.Geometry, fixed: Floats, count: int, rng: np.random.Generator, *, apart: Floats) -> Floats:
    """The middles of ``count`` towns: the fixed ones first, the others spread over what they leave.

    Parameters
    ----------
    fixed : places as parts of the width and height of the outline's bounds (m x 2, m <= count).
    apart : radius of each town's built-up area, metres; a middle is at least that far inside the outline where it has room.
    """
    west, south, east, north = shapely.bounds(outline)
    at = fixed * [east - west, north - south] + [west, south] if len(fixed) else np.empty((0, 2))
    sample = inside(outline, 4000, rng)
    while len(at) < count:
        away = cKDTree(at).query(sample)[0] if len(at) else np.ones(len(sample))
        at = np.concatenate([at, sample[[int(np.argmax(np.round(away, 3)))]]])
    for _ in range(20):
        nearest = cKDTree(at).query(sample)[1]
        for row in range(len(fixed), count):
            at[row] = sample[nearest == row].mean(axis=0)
    for row in range(count):
        room = shapely.buffer(outline, -float(apart[row]))
        if not room.is_empty:
            at[row] = shapely.get_coordinates(shapely.shortest_line(room, shapely.points(at[row])))[0]
    return at


def lay_patches(
    outline: shapely.Geometry, middle: Floats, blocks: Ints, pitch: tuple[float, float], rng: np.random.Generator
) -> Sites:
    """The blocks of each built-up area, on a turned lattice round its middle, with a ring of open land round them."""
    angle = rng.uniform(-0.4, 0.4, len(middle))
    room = shapely.buffer(outline, -max(pitch))
    shapely.prepare(room)
    parts: list[tuple[Floats, Ints, Ints, Ints, Ints]] = []
    for patch, count in enumerate(blocks.tolist()):
        if not count:
            continue
        reach = 8 + int(np.ceil(np.sqrt(count)))
        column, row = (axis.ravel() for axis in np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)))
        at = _lattice(column, row, middle[patch], angle[patch], pitch)
        usable = shapely.contains_xy(room, at)
        # A little noise makes the edge of the town ragged.
        away = np.hypot(*(at - middle[patch]).T) * np.exp(rng.normal(0, 0.06, len(at)))
        order = np.lexsort((row, column, np.round(away, 3), ~usable))
        chosen = np.zeros(len(at), dtype=bool)
        chosen[order[:count]] = True
        beside = cKDTree(np.stack([column, row], axis=1)[chosen]).query(np.stack([column, row], axis=1), p=np.inf)[0]
        ring = ~chosen & (beside <= 1) & usable
        kept = chosen | ring
        kind = np.where(chosen, BLOCK, FRINGE)[kept]
        parts.append((at[kept], kind, np.full(int(kept.sum()), patch), column[kept], row[kept]))
    at, kind, patch_of, column, row = (np.concatenate([part[k] for part in parts]) for k in range(5))
    return Sites(at=at, kind=kind, patch=patch_of, column=column, row=row, angle=angle, middle=middle)


def _lattice(column: Ints, row: Ints, middle: Floats, angle: float, pitch: tuple[float, float]) -> Floats:
    x, y = column * pitch[0], row * pitch[1]
    turned: Floats = np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)], axis=1) + middle
    return turned


def evenly(sample: Floats, count: int) -> Floats:
    """``count`` of the sample's points, all different, spread as evenly as the sample is dense (Lloyd's steps)."""
    at = sample[:count].copy()
    for _ in range(4):
        nearest = cKDTree(at).query(sample)[1]
        size = np.bincount(nearest, minlength=count)
        middle = np.stack([np.bincount(nearest, sample[:, axis], count) / np.maximum(size, 1) for axis in (0, 1)], axis=1)
        middle[size == 0] = at[size == 0]
        at = middle
    # A middle outside the outline or in a town goes to the nearest place that is not; no two may be the same.
    rank = cKDTree(sample).query(at, k=8)[1]
    taken: set[int] = set()
    for row in range(count):
        choice = next(int(pick) for pick in rank[row] if int(pick) not in taken)
        taken.add(choice)
        at[row] = sample[choice]
    return at


def with_fields(sites: Sites, outline: shapely.Geometry, count: int, clear_m: float, rng: np.random.Generator) -> Sites:
    """The sites with ``count`` more for natural villages, spread evenly over the land outside the built-up areas."""
    room = shapely.buffer(outline, -EDGE_M)
    sample = inside(outline if room.is_empty else room, 40 * count + 2000, rng)
    if len(sites.at):
        sample = sample[cKDTree(sites.at).query(sample)[0] > clear_m]
    at = evenly(sample, count)
    fill = np.full(count, -1, dtype=np.int64)
    return Sites(
        at=np.concatenate([sites.at, at]),
        kind=np.concatenate([sites.kind, np.full(count, FIELD)]),
        patch=np.concatenate([sites.patch, fill]),
        column=np.concatenate([sites.column, fill]),
        row=np.concatenate([sites.row, fill]),
        angle=sites.angle,
        middle=sites.middle,
    )
