"""Natural villages: rows of houses along a village road, farms round about, sheds behind."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.simulation.coverage import Floats, Geometries, Ints
from gridplan.simulation.footprints import rectangles
from gridplan.simulation.places import BuiltPlace
from gridplan.simulation.quotas import shared

#: Metres from house to house along a row, and from the road to the rows on each side of it, nearest first.
ALONG_M = 16.0
ROWS_M = (12.0, 33.0, 59.0, 80.0)
#: Metres from the road to the lane between the second and the third row.
LANE_M = 46.0
HOUSE_SIZES = (1, 2, 3)
HOUSE_SHARES = (0.66, 0.25, 0.09)
FARMS = 0.05
SHEDS = 0.14
#: By how much farther the rows stand back from a county road, metres.
WIDER_M = 5.0
#: Metres from the end of a village road to the railway, at least.
BESIDE_M = 40.0
HOUSE, FARM, SHED = range(3)


@dataclass(frozen=True)
class Hamlets:
    """Natural villages, one a FIELD cell, in the order of the cells.

    Parameters
    ----------
    cell : row of the cell.
    middle, radius : the largest circle inside the cell (m).
    households : in it.
    houses : houses that it is drawn with.
    rows : rows of houses on each side of its road.
    half : half the length of its road (m).
    """

    cell: Ints
    middle: Floats
    radius: Floats
    households: Ints
    houses: Ints
    rows: Ints
    half: Floats


@dataclass(frozen=True)
class Houses:
    """Houses, farms and sheds: ``hamlet`` (row), ``kind``, ``homes`` (1-3 households drawn) and ``shape``."""

    hamlet: Ints
    kind: Ints
    homes: Ints
    shape: Geometries


def make_hamlets(place: BuiltPlace, cells: Geometries, field: Ints, rail: shapely.Geometry, rng: np.random.Generator) -> Hamlets:
    """The natural villages of the cells in ``field``; their households add up to the place's. None stands on the railway."""
    low, high = place.natural_village_range
    weight = np.exp(rng.normal(0, place.natural_village_spread, len(field)))
    households = shared(place.households - place.urban_households, weight, least=low, most=high)
    circles = shapely.maximum_inscribed_circle(cells[field], tolerance=20.0)
    ends = shapely.get_coordinates(circles).reshape(-1, 2, 2)
    radius = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    mean = float(np.dot(HOUSE_SIZES, HOUSE_SHARES))
    houses = np.maximum(3, np.round(households / mean)).astype(np.int64)
    rows = np.select([houses <= 14, houses <= 60, houses <= 120], [1, 2, 3], 4)
    for _ in ROWS_M:
        half = _half(houses, rows)
        rows = np.where((half > 0.7 * radius) & (rows < len(ROWS_M)), rows + 1, rows)
    half = _half(houses, rows)
    middle = _beside(ends[:, 0], half + BESIDE_M, 0.7 * radius, rail)
    return Hamlets(field, middle, radius, households, houses, rows, half)


def _beside(middle: Floats, clear: Floats, most: Floats, rail: shapely.Geometry) -> Floats:
    """The places moved away from the railway until they are ``clear`` of it, by ``most`` at most (m)."""
    ends = shapely.get_coordinates(shapely.shortest_line(rail, shapely.points(middle))).reshape(-1, 2, 2)
    step = ends[:, 1] - ends[:, 0]
    away = np.maximum(np.hypot(*step.T), 0.01)
    move = np.clip(clear - away, 0, most)
    moved: Floats = middle + step / away[:, None] * move[:, None]
    return moved


def _half(houses: Ints, rows: Ints) -> Floats:
    half: Floats = np.ceil(1.2 * houses / (2 * rows)) * ALONG_M / 2
    return half


def bent(middle: Floats, angle: Floats, bend: Floats, along: Floats, across: Floats) -> Floats:
    """Places (n x 2) of coordinates along and across a road that bends like a parabola."""
    y = across + bend * along**2 / 2
    turned: Floats = np.stack([along * np.cos(angle) - y * np.sin(angle), along * np.sin(angle) + y * np.cos(angle)], axis=1)
    return turned + middle


@dataclass(frozen=True)
class Bearing:
    """The road through a natural village: ``angle`` (radians), ``bend`` (1/m), and ``wide`` where it is a county road."""

    angle: float
    bend: float
    wide: bool


def draw_houses(hamlets: Hamlets, row: int, bearing: Bearing, cell: shapely.Polygon, rng: np.random.Generator) -> Houses:
    """The houses of one natural village, as drawn: some may yet have to give way to a road.

    Farms stand anywhere in the cell beyond the rows, sheds behind houses of the first row.
    """
    angle, bend = bearing.angle, bearing.bend
    count, rows, half = int(hamlets.houses[row]), int(hamlets.rows[row]), float(hamlets.half[row])
    slots = round(2 * half / ALONG_M)
    along, side, line = (axis.ravel() for axis in np.meshgrid(np.arange(slots), (-1, 1), np.arange(rows), indexing="ij"))
    along = (along + 0.5) * ALONG_M - half
    away = (np.array(ROWS_M)[line] + WIDER_M * bearing.wide) * side
    farms = int(rng.binomial(count, FARMS))
    wish = np.hypot(along / max(half, 1.0), line * 0.35) + rng.normal(0, 0.22, len(along))
    kept = np.sort(np.argsort(wish, kind="stable")[: count - farms])
    along = along[kept] + rng.uniform(-1.2, 1.2, len(kept))
    away, line, side = away[kept] + rng.uniform(-1.2, 1.2, len(kept)), line[kept], side[kept]
    width, depth = rng.uniform(8.5, 12.0, len(kept)), rng.uniform(7.5, 9.5, len(kept))
    turn = angle + np.arctan(bend * along) + rng.normal(0, 0.03, len(kept))
    spot = np.repeat(hamlets.middle[[row]], len(kept), axis=0)
    houses = rectangles(bent(spot, np.full(len(kept), angle), np.full(len(kept), bend), along, away), width, depth, turn)
    behind = np.flatnonzero((line == 0) & (rng.random(len(kept)) < SHEDS))
    back = away[behind] + side[behind] * (depth[behind] / 2 + 3.2)
    sheds = rectangles(
        bent(spot[behind], np.full(len(behind), angle), np.full(len(behind), bend), along[behind], back),
        rng.uniform(3.5, 6.0, len(behind)),
        np.full(len(behind), 3.2),
        turn[behind],
    )
    scattered = _farms(hamlets, row, farms, half, cell, rng)
    kind = np.repeat([HOUSE, FARM, SHED], [len(houses), len(scattered), len(sheds)])
    homes = np.where(kind == SHED, 0, rng.choice(HOUSE_SIZES, size=len(kind), p=HOUSE_SHARES))
    return Houses(np.full(len(kind), row), kind, homes, np.concatenate([houses, scattered, sheds]))


def _farms(hamlets: Hamlets, row: int, count: int, half: float, cell: shapely.Polygon, rng: np.random.Generator) -> Geometries:
    west, south, east, north = shapely.bounds(cell)
    draw = rng.random((8 * count, 2)) * [east - west, north - south] + [west, south]
    near = np.hypot(*(draw - hamlets.middle[row]).T)
    draw = draw[(near > half + 60) & (near < half + 450) & shapely.contains_xy(cell, draw)][:count]
    size = len(draw)
    return rectangles(draw, rng.uniform(9, 13, size), rng.uniform(8, 10, size), rng.uniform(0, np.pi, size))


def lanes(hamlets: Hamlets, row: int, bearing: Bearing) -> list[shapely.LineString]:
    """The lanes between the second and the third row of a natural village, where it has so many."""
    if hamlets.rows[row] < 3:
        return []
    half, angle, bend = float(hamlets.half[row]), bearing.angle, bearing.bend
    found = []
    for side in (-1, 1):
        along = np.r_[-half - 9, np.linspace(-half - 9, half + 9, 7), half + 9]
        across = side * np.r_[0.0, np.full(7, LANE_M + WIDER_M * bearing.wide), 0.0]
        at = np.repeat(hamlets.middle[[row]], len(along), axis=0)
        found.append(shapely.LineString(bent(at, np.full(len(along), angle), np.full(len(along), bend), along, across)))
    return found
