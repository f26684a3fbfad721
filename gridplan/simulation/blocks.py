"""Urban blocks: compounds of towers, of slabs, quarters of small houses, and the buildings of special sites."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.simulation.coverage import Floats, Geometries, Ints
from gridplan.simulation.footprints import rectangles

#: Metres from the middle of the street to the wall of a compound, and from the wall to its houses.
WALL_M = 8.0
YARD_M = 4.0
#: Metres between the halves of a block that holds two compounds.
GAP_M = 6.0
HOMES_A_LANDING = 2
#: Compounds on halves of blocks are narrower than this, metres.
NARROW_M = 120.0


@dataclass(frozen=True)
class Frame:
    """A rectangle of land: its ``middle`` (m), ``angle`` (radians), ``width`` along it and ``depth`` across (m)."""

    middle: Floats
    angle: float
    width: float
    depth: float

    def places(self, along: Floats, across: Floats) -> Floats:
        """Places (n x 2, m) of coordinates along and across."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        turned: Floats = np.stack([along * cos - across * sin, along * sin + across * cos], axis=1) + self.middle
        return turned

    def polygon(self) -> shapely.Polygon:
        """The rectangle."""
        return rectangles(self.middle[None], np.array([self.width]), np.array([self.depth]), np.array([self.angle]))[0]

    def halves(self) -> tuple["Frame", "Frame"]:
        """Its western and eastern half, with a gap between them."""
        width = (self.width - GAP_M) / 2
        away = (width + GAP_M) / 2
        west, east = self.places(np.array([-away, away]), np.zeros(2))
        return Frame(west, self.angle, width, self.depth), Frame(east, self.angle, width, self.depth)


@dataclass(frozen=True)
class Layout:
    """Buildings of a frame with ``levels``, ``entrances``, ``homes`` a floor, and whether its ``shops`` take the ground floor.

    ``lanes`` are the paths between them.
    """

    shape: Geometries
    levels: Ints
    entrances: Ints
    homes: Ints
    shops: Ints
    lanes: list[shapely.LineString]


def towers(frame: Frame, levels: tuple[int, int], rng: np.random.Generator) -> Layout:
    """Towers of two entrances round a garden; slimmer and closer on narrow land."""
    width, depth = (30.0, 18.0) if frame.width > NARROW_M else (24.0, 18.0)
    along, across = _grid(frame, width + (20 if frame.width > NARROW_M else 17), depth + 28)
    if len(along) >= 6:
        keep = np.ones(len(along), dtype=bool)
        keep[np.argmin(np.round(np.hypot(along, across), 3))] = False
        along, across = along[keep], across[keep]
    count = len(along)
    shape = rectangles(frame.places(along, across), np.full(count, width), np.full(count, depth), np.full(count, frame.angle))
    height = int(rng.integers(levels[0], levels[1] + 1))
    floors = np.clip(height + rng.choice([-2, 0, 0, 0, 1], count), levels[0], levels[1])
    paths = [_path(frame, [(-frame.width / 2, y), (frame.width / 2, y)]) for y in _between(across)]
    return Layout(shape, floors, np.full(count, 2), np.full(count, 4), np.zeros(count, np.int64), paths)


def slabs(frame: Frame, rng: np.random.Generator) -> Layout:
    """Rows of slabs of five to seven floors without a lift."""
    stair, depth = 14.0, 11.5
    entrances = int(rng.integers(3, 6)) if frame.width > NARROW_M else 2
    along, across = _grid(frame, entrances * stair + 9, depth + 17)
    count = len(along)
    number = np.full(count, entrances)
    shape = rectangles(frame.places(along, across), number * stair, np.full(count, depth), np.full(count, frame.angle))
    paths = [_path(frame, [(-frame.width / 2, y), (frame.width / 2, y)]) for y in _between(across)]
    shops = ((across <= across.min() + 1) & (rng.random(count) < 0.5)).astype(np.int64) if count else number
    floors = rng.integers(5, 8, count)
    return Layout(shape, floors, number, number * HOMES_A_LANDING, shops, paths)


def small_houses(frame: Frame, rng: np.random.Generator) -> Layout:
    """Pairs of rows of narrow houses back to back, lanes between the pairs."""
    width, depth, lane = 11.0, 11.0, 5.0
    pitch = 2 * depth + 1 + lane
    pairs = int((frame.depth - 2 * YARD_M + lane) // pitch)
    columns = int((frame.width - 2 * YARD_M) // (width + 0.6))
    x = np.asarray((np.arange(columns) - (columns - 1) / 2) * (width + 0.6), dtype=np.float64)
    y = np.asarray((np.arange(pairs) - (pairs - 1) / 2) * pitch, dtype=np.float64)
    along, middle, side = (axis.ravel() for axis in np.meshgrid(x, y, (-1, 1), indexing="ij"))
    kept = rng.random(len(along)) < 0.93
    along, across = along[kept], (middle + side * (depth / 2 + 0.5))[kept]
    count = len(along)
    shape = rectangles(
        frame.places(along, across),
        width - rng.uniform(0, 2.0, count),
        depth - rng.uniform(0, 1.5, count),
        np.full(count, frame.angle),
    )
    shops = (rng.random(count) < 0.25).astype(np.int64)
    floors = rng.integers(2, 6, count)
    lanes = [_path(frame, [(-frame.width / 2, at), (frame.width / 2, at)]) for at in _between(y)]
    return Layout(shape, np.maximum(floors, 1 + shops), np.ones(count, np.int64), np.ones(count, np.int64), shops, lanes)


#: Buildings of special sites: rows, a row's buildings, width, depth (m) and floors.
SPECIAL = {
    "school": (3, 1, 60.0, 13.0, 4),
    "hospital": (2, 2, 45.0, 18.0, 8),
    "industrial": (2, 2, 62.0, 40.0, 1),
    "market": (1, 1, 90.0, 50.0, 2),
    "park": (0, 0, 0.0, 0.0, 0),
    "station": (1, 1, 80.0, 25.0, 2),
    "other": (1, 1, 40.0, 20.0, 3),
}


def special_buildings(frame: Frame, kind: str) -> tuple[Geometries, int]:
    """The buildings of a special site, and their floors."""
    rows, columns, width, depth, floors = SPECIAL[kind]
    along, across = (
        axis.ravel()
        for axis in np.meshgrid(
            (np.arange(columns) - (columns - 1) / 2) * (width + 15), (np.arange(rows) - (rows - 1) / 2) * (depth + 22)
        )
    )
    count = len(along)
    return rectangles(
        frame.places(along, across), np.full(count, width), np.full(count, depth), np.full(count, frame.angle)
    ), floors


def _grid(frame: Frame, across_m: float, along_m: float) -> tuple[Floats, Floats]:
    """Middles of buildings that each take ``across_m`` x ``along_m`` with the space round them, spread over the frame."""
    wide, deep = frame.width - 2 * YARD_M, frame.depth - 2 * YARD_M
    columns, rows = max(1, int((wide + 8) // across_m)), max(1, int((deep + 15) // along_m))
    x = (np.arange(columns) - (columns - 1) / 2) * ((wide + 8) / columns)
    y = (np.arange(rows) - (rows - 1) / 2) * ((deep + 15) / rows)
    along, across = (axis.ravel() for axis in np.meshgrid(x, y))
    return along, across


def _between(across: Floats) -> list[float]:
    """The middles between rows of buildings."""
    rows = np.unique(np.round(across, 3))
    return [float(y) for y in (rows[1:] + rows[:-1]) / 2]


def _path(frame: Frame, ends: list[tuple[float, float]]) -> shapely.LineString:
    points = np.array(ends)
    return shapely.LineString(frame.places(points[:, 0], points[:, 1]))


def most_homes(layout: Layout, most: int) -> int:
    """Households that the buildings have room for with ``most`` floors."""
    return int(((most - layout.shops) * layout.homes).sum())


def fitted(layout: Layout, households: int, most: int) -> tuple[Ints, Ints]:
    """Floors of the buildings, and the most households that they have room for, so that about nine in ten homes are taken."""
    homes, shops = layout.homes, layout.shops
    room = int(((layout.levels - shops) * homes).sum())
    factor = households / max(0.92 * room, 1)
    levels = np.clip(np.round(layout.levels * factor), 1 + shops, most).astype(np.int64)
    while int(((levels - shops) * homes).sum()) < households:
        levels = levels + 1 if (levels >= most).all() else np.minimum(levels + 1, most)
    return levels, (levels - shops) * homes
