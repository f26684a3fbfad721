"""Where labels go: inside the frame, over no other label, and as near as can be to what they name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely.affinity import rotate

#: Millimetres left free around each label.
_GAP = 0.35
#: A street bends no more than this under its name, millimetres.
_BEND = 0.9
_STEP = 2.0
#: How much of a name may lie on buildings, as a share of its box.
_COVERED = 0.25

Point = tuple[float, float]


@dataclass
class Labels:
    """The boxes that are taken on one map, in millimetres of the page."""

    frame: shapely.Polygon
    taken: list[shapely.Polygon] = field(default_factory=list)

    def free(self, box: shapely.Polygon) -> bool:
        """Whether a label may stand there."""
        if not self.frame.contains(box):
            return False
        return not self.taken or not bool(shapely.intersects(np.array(self.taken, dtype=object), box).any())

    def take(self, box: shapely.Polygon) -> None:
        """Keeps others away from there."""
        self.taken.append(box)

    def place(self, width: float, height: float, middles: Iterable[Point], *, angle: float = 0.0) -> Point | None:
        """The first of these middles where a label of that size may stand, which it then takes; None where none is free."""
        for x, y in middles:
            box = around((x, y), width, height, angle)
            if self.free(box):
                self.take(box)
                return x, y
        return None


def around(point: Point, width: float, height: float, angle: float = 0.0) -> shapely.Polygon:
    """The box of a label of that size around a point, with the gap that is left free."""
    x, y = point
    wide, high = width / 2 + _GAP, height / 2 + _GAP
    box = shapely.box(x - wide, y - high, x + wide, y + high)
    return rotate(box, -angle, origin=(x, y)) if angle else box


def inner_point(shape: shapely.Geometry) -> tuple[Point, float]:
    """A point well inside a polygon on the page, and how far it is from the edge: its centroid where that is nearly best."""
    centre = shape.centroid
    own = shapely.distance(centre, shape.boundary) if shapely.contains(shape, centre) else 0.0
    span = shapely.maximum_inscribed_circle(shape, tolerance=0.2)
    best = float(shapely.length(span)) if not shapely.is_empty(span) else 0.0
    if own >= 0.8 * best:
        return (centre.x, centre.y), float(own)
    first = shapely.get_point(span, 0)
    return (float(first.x), float(first.y)), best


def inside(shape: shapely.Geometry, *, away_from: Sequence[shapely.Geometry] = (), step: float = _STEP) -> Iterator[Point]:
    """Points in a polygon on the page, the middle first, then outward; those that keep off other shapes before the rest."""
    if shapely.is_empty(shape) or shapely.area(shape) == 0:
        return
    (x, y), _ = inner_point(shape)
    west, south, east, north = shape.bounds
    step = max(step, np.sqrt((east - west) * (north - south) / 400))
    across, down = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    points = np.column_stack([across.ravel(), down.ravel()])
    points = points[shapely.contains_xy(shape, points)] if len(points) else points
    order = np.argsort(np.hypot(points[:, 0] - x, points[:, 1] - y), kind="stable")
    found = [(x, y), *((float(px), float(py)) for px, py in points[order])]
    if not len(away_from):
        yield from found
        return
    spots = shapely.points(np.array(found))
    near = shapely.STRtree(np.asarray(away_from, dtype=object)).query(spots, predicate="dwithin", distance=1.6)[0]
    covered = np.isin(np.arange(len(found)), near)
    yield from (each for each, hidden in zip(found, covered, strict=True) if not hidden)
    yield from (each for each, hidden in zip(found, covered, strict=True) if hidden)


def beside(point: Point, radius: float, width: float, height: float) -> Iterator[Point]:
    """Middles of a label beside a small thing: right, left, above, below, and the corners."""
    x, y = point
    across, down = radius + width / 2 + 0.4, radius + height / 2 + 0.3
    for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)):
        yield x + dx * across, y + dy * down


def along(
    lines: Sequence[shapely.LineString], size: tuple[float, float], *, hidden: shapely.Geometry, middle: Point, beside_mm: float
) -> list[tuple[Point, float]]:
    """Where a name of that size (width, height) can stand along lines on the page: its middle and angle, the best place first.

    Better is where the line bends less, where the name lies on nothing ``hidden`` by it, and nearer to ``middle``. Where it would
    lie on such a thing, it stands ``beside_mm`` off its line.
    """
    width = size[0]
    places: list[tuple[float, Point, float]] = []
    for line in lines:
        length = line.length
        if length < width * 1.02:
            continue
        starts = np.linspace(0, length - width, min(60, max(2, int((length - width) / 4) + 1)))
        steps = np.linspace(0, width, 7)
        spots = shapely.line_interpolate_point(line, (starts[:, None] + steps).ravel())
        points = shapely.get_coordinates(spots).reshape(len(starts), len(steps), 2)
        for window in points:
            first, last = window[0], window[-1]
            if last[0] < first[0] or (last[0] == first[0] and last[1] > first[1]):
                first, last = last, first
            over = last - first
            span = float(np.hypot(*over))
            off = float(np.abs(over[0] * (window[:, 1] - first[1]) - over[1] * (window[:, 0] - first[0])).max()) / max(span, 1e-9)
            if span < width * 0.97 or off > _BEND:
                continue
            x, y = window.mean(axis=0)
            angle = float(np.degrees(np.arctan2(-over[1], over[0])))
            away = float(np.hypot(x - middle[0], y - middle[1]))
            places += _sides((float(x), float(y)), angle, size, hidden, off * 8 + away / 4, beside_mm)
    return [(point, angle) for _, point, angle in sorted(places)]


def _sides(
    point: Point, angle: float, size: tuple[float, float], hidden: shapely.Geometry, cost: float, beside_mm: float
) -> list[tuple[float, Point, float]]:
    """The name on its line where it hides nothing there, else on either side of it; what hides much is left out."""
    turn = np.radians(angle)
    made = []
    for side in (0.0, -beside_mm, beside_mm):
        x, y = point[0] + side * float(np.sin(turn)), point[1] + side * float(np.cos(turn))
        box = around((x, y), *size, angle)
        covered = box.intersection(hidden).area / box.area if hidden.intersects(box) else 0.0
        if covered <= _COVERED:
            made.append((round(cost + covered * 120 + abs(side) * 2, 3), (x, y), angle))
        if side == 0.0 and covered == 0.0:
            break
    return made


def merged(lines: Sequence[shapely.Geometry]) -> list[shapely.LineString]:
    """Lines of one name joined where they meet end to end, the longest first."""
    joined = shapely.line_merge(shapely.union_all(np.asarray(lines, dtype=object)))
    parts = [part for part in shapely.get_parts(joined) if part.geom_type == "LineString"]
    return sorted(parts, key=lambda line: (-line.length, *line.coords[0]))


def rings(shape: shapely.Geometry) -> Iterator[list[Point]]:
    """Each polygon of a shape as one ring that goes around its holes as well, so that it can be filled as it is."""
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        points = list(shapely.orient_polygons(part).exterior.coords)
        for hole in sorted(shapely.orient_polygons(part).interiors, key=lambda ring: ring.coords[0]):
            # There and back along the same line: it has no width.
            points += [*hole.coords, points[0]]
        yield points


def strokes(shape: shapely.Geometry) -> Iterator[list[Point]]:
    """The lines of a shape: outlines of polygons, lines as they are."""
    for part in shapely.get_parts(shapely.boundary(shape) if "Polygon" in shape.geom_type else shape):
        points = list(part.coords) if part.geom_type in ("LineString", "LinearRing") else []
        if len(points) > 1 and any(one != other for one, other in pairwise(points)):
            yield points
