"""Many lines as one table of points, and rows of such lines: what pages are made from without a step for each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

#: Coordinates are kept in whole millionths of a degree, at most 11 cm.
PER_DEGREE = 1_000_000


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines one after the other.

    Attributes
    ----------
    points : x and y, a row a point.
    starts : where in ``points`` each line begins, and where the last one ends.
    """

    points: Ints
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def sizes(self) -> Ints:
        """How many points each line has."""
        return np.diff(self.starts)

    def each(self) -> list[Ints]:
        """The points of each line."""
        ends = self.starts.tolist()
        return [self.points[start:end] for start, end in pairwise(ends)]

    def kept(self, points: Bools) -> "Lines":
        """The same lines with some of their points."""
        return Lines(self.points[points], starts_of(sums(points.astype(np.int64), self.starts)))

    def changes(self) -> Bools:
        """Which points differ from the one before in their line; the first of a line does."""
        moved = np.ones(len(self.points), dtype=bool)
        moved[1:] = (self.points[1:] != self.points[:-1]).any(axis=1)
        moved[self.starts[:-1][self.sizes() > 0]] = True
        return moved


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of lines or rings that share nothing; ``starts`` tells where in ``lines`` each begins, and where the last one ends."""

    starts: Ints
    lines: Lines

    def __len__(self) -> int:
        return len(self.starts) - 1


def starts_of(sizes: npt.ArrayLike) -> Ints:
    """Where each of the parts begins whose sizes are given, and where the last one ends."""
    made = np.zeros(np.size(np.asarray(sizes)) + 1, dtype=np.int64)
    np.cumsum(sizes, out=made[1:])
    return made


def sums(values: Ints, starts: Ints) -> Ints:
    """The sum of the values of each part, of which some may be empty."""
    total = np.concatenate([[0], np.cumsum(values)])
    made: Ints = total[starts[1:]] - total[starts[:-1]]
    return made


def places(starts: Ints, which: Ints, backwards: Bools | None = None) -> Ints:
    """The places of what the parts ``which`` hold, part by part; of those that are ``backwards`` from the last to the first."""
    sizes = np.diff(starts)[which]
    step = np.arange(int(sizes.sum())) - np.repeat(starts_of(sizes)[:-1], sizes)
    if backwards is None:
        return np.repeat(starts[which], sizes) + step
    turned = np.repeat(backwards, sizes)
    return np.where(turned, np.repeat(starts[which + 1] - 1, sizes) - step, np.repeat(starts[which], sizes) + step)


def joined(parts: Sequence[Lines]) -> Lines:
    """The lines of all parts, part by part."""
    points = [np.zeros((0, 2), dtype=np.int64), *(part.points for part in parts)]
    sizes = [np.zeros(0, dtype=np.int64), *(part.sizes() for part in parts)]
    return Lines(np.concatenate(points), starts_of(np.concatenate(sizes)))


def whole_points(lines: Shapes, *, closing: bool) -> Lines:
    """Lines (lon/lat) by their points in whole 1e-6 degrees, each different from the one before it.

    Parameters
    ----------
    closing : keep the last point of rings, which is their first; without it every line of more than one point loses its last.
    """
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    points = np.rint(coordinates * PER_DEGREE).astype(np.int64)
    made = Lines(points, starts_of(np.bincount(owner, minlength=len(lines))))
    made = made.kept(made.changes())
    if closing:
        return made
    rest = np.ones(len(made.points), dtype=bool)
    rest[made.starts[1:][made.sizes() > 1] - 1] = False
    return made.kept(rest)
