"""The window of a page that a map is drawn in: which ground, at which scale, where on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

#: Denominators of scales that offices know how to read.
SCALES = tuple(
    int(step * power)
    for power in (100, 1_000, 10_000, 100_000)
    for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
    if step * power == int(step * power)
)
#: Coordinates on the page are kept to this, in millimetres: half of the thinnest line.
FINE_MM = 0.04
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A rectangle of the page in millimetres from its upper left corner, and the ground (metres, north above) in it."""

    left: float
    top: float
    width: float
    height: float
    middle: tuple[float, float]
    scale: int

    @classmethod
    def around(cls, bounds: Bounds, place: Bounds, *, margin_mm: float = 8.0, known: bool = True) -> "Frame":
        """The frame in ``place`` (left, top, width, height in mm) at the largest scale that shows ``bounds`` with a margin.

        ``known``: only scales that offices know how to read, else whatever fits.
        """
        west, south, east, north = bounds
        left, top, width, height = place
        wide, high = max(width - 2 * margin_mm, 1.0), max(height - 2 * margin_mm, 1.0)
        needed = max((east - west) / wide, (north - south) / high) * 1000
        scale = next((each for each in SCALES if each >= needed), int(needed) + 1) if known else int(needed) + 1
        return cls(left, top, width, height, ((west + east) / 2, (south + north) / 2), scale)

    @property
    def metres_a_mm(self) -> float:
        """Metres of the ground in a millimetre of the page."""
        return self.scale / 1000

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the ground in it."""
        x, y = self.middle
        wide, high = self.width * self.metres_a_mm / 2, self.height * self.metres_a_mm / 2
        return x - wide, y - high, x + wide, y + high

    @cached_property
    def inside(self) -> shapely.Polygon:
        """The frame on the page, as a polygon."""
        return shapely.box(self.left, self.top, self.left + self.width, self.top + self.height)

    def placed(self, points: np.ndarray) -> np.ndarray:
        """Points of the ground on the page."""
        west, _, _, north = self.bounds
        steps = (points - (west, north)) * (1, -1) / self.metres_a_mm
        return np.asarray(steps + np.array([self.left, self.top]))

    def on_page(self, shapes: Sequence[shapely.Geometry] | np.ndarray) -> np.ndarray:
        """The shapes on the page, cut at the frame, without what is too small to print; some come out empty."""
        cut = shapely.clip_by_rect(np.asarray(shapes, dtype=object), *self.bounds)
        return np.asarray(shapely.simplify(shapely.transform(cut, self.placed), FINE_MM), dtype=object)

    def length_m(self, most_mm: float) -> int:
        """A round number of metres that is no longer than ``most_mm`` on the page: the bar of the scale."""
        room = most_mm * self.metres_a_mm
        power = 10 ** int(np.floor(np.log10(room)))
        return int(max(step * power for step in (1, 2, 5) if step * power <= room)) if room >= 1 else 1
