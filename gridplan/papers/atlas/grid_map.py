"""The map of a grid: its land, buildings with numbers, units, streets with names, and who lies around it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from gridplan.papers.atlas.drawing import Drawing, shade, tint
from gridplan.papers.atlas.labels import Labels, Point, beside, inner_point, inside
from gridplan.papers.atlas.names import hidden_by_names, put_services, put_street_names
from gridplan.papers.sheet import MM_PT

_STREET_PT, _UNIT_PT, _NEIGHBOUR_PT, _COMPOUND_PT = 6.4, 5.4, 6.6, 7.4
_BUILDING_PT = (6.8, 5.7, 4.7)
#: A neighbour or compound of which less can be seen is not named, square millimetres.
_SEEN_MM2 = 25.0
#: An arrow is drawn where the side of the map is no farther, millimetres.
_NEAR_MM = 16.0
#: How dark the land is: that of the grid, and that around it.
_OWN, _AROUND = 0.42, 0.13


@dataclass
class Unlabelled:
    """What had no room on a map: its shapes on the ground."""

    buildings: list[shapely.Geometry] = field(default_factory=list)
    units: list[shapely.Geometry] = field(default_factory=list)
    unit_count: int = 0

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of it all; None where everything had room."""
        shapes = [*self.buildings, *self.units]
        if not shapes:
            return None
        west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
        return float(west), float(south), float(east), float(north)


@dataclass
class GridMap:
    """The map of the grid in a row of the ground."""

    drawing: Drawing
    row: int

    def draw(self) -> Unlabelled:
        """Draws it all and gives what found no room."""
        drawing, ground = self.drawing, self.drawing.ground
        code, left = ground.code_of(self.row), Unlabelled()
        own, units = ground.buildings_of.get(code, []), ground.units_of.get(code, [])
        with drawing.clipped():
            drawing.paper()
            drawing.land({self.row: _OWN}, other=_AROUND)
            drawing.water_and_ways()
            rows, shapes = drawing.buildings(own)
            drawing.unit_lines(units)
            drawing.outlines(self.row)
            labels = Labels(drawing.frame.inside)
            near = np.isin(rows, own)
            houses = shapes[:0] if ground.blocks else shapes  # names may stand on areas
            within = shapes[:0] if ground.blocks else shapes[near]
            named = put_services(drawing, labels)
            self._neighbours(labels)
            self._buildings(labels, rows[near], shapes[near], left)
            self._units(labels, units, within, left)
            self._compounds(labels, within)
            grid = shapely.transform(ground.grids.shapes[self.row], drawing.frame.placed)
            hidden = hidden_by_names(houses, shapely.boundary(grid))
            put_street_names(drawing, labels, hidden, _STREET_PT)
            named(shapely.buffer(grid, 6.0), hidden)
        drawing.edge()
        return left

    def _buildings(self, labels: Labels, rows: np.ndarray, shapes: np.ndarray, left: Unlabelled) -> None:
        """The number of each building inside it, or beside it where it is small."""
        ground, sheet = self.drawing.ground, self.drawing.sheet
        spots = [(row, *inner_point(shape)) for row, shape in zip(rows.tolist(), shapes, strict=True)]
        # Large ones first, so that no number stands on a building that has its own.
        for row, point, radius in sorted(spots, key=lambda each: (-each[2], each[0])):
            words = ground.numbers[str(ground.buildings.rows["id"].iat[row])].shown
            sizes = [size for size in _BUILDING_PT if self._fits(words, size, radius)]
            size = sizes[0] if sizes else _BUILDING_PT[-1]
            wide, high = sheet.wide(words, size), size * MM_PT * 0.8
            middle = labels.place(wide, high, [point] if sizes else beside(point, radius, wide, high))
            if middle is None:
                left.buildings.append(ground.buildings.shapes[row])
            else:
                self.drawing.text(middle, words, size)

    def _fits(self, words: str, size: float, radius: float) -> bool:
        """Whether a number lies within a circle in its building."""
        return float(np.hypot(self.drawing.sheet.wide(words, size), size * MM_PT * 0.74)) / 2 <= radius * 1.12

    def _units(self, labels: Labels, units: Sequence[int], buildings: np.ndarray, left: Unlabelled) -> None:
        """The number of each unit on its land, those above one another together; small land first."""
        ground, frame = self.drawing.ground, self.drawing.frame
        code = ground.code_of(self.row)
        stacks: dict[bytes, list[int]] = defaultdict(list)
        for row in units:
            stacks[shapely.to_wkb(ground.units.shapes[row])].append(row)
        todo = []
        for rows in stacks.values():
            numbers = sorted(str(ground.units.rows["code"].iat[row]).removeprefix(code) for row in rows)
            land = ground.units.shapes[rows[0]]
            shape = frame.on_page([land])[0]
            if not shape.is_empty:
                todo.append((shape.area, numbers, shape, land))
        edge = shade(ground.colours[self.row], 0.62)
        for _, numbers, shape, land in sorted(todo, key=lambda each: (each[0], each[1])):
            words = numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
            wide, high = self.drawing.pill_size(words, _UNIT_PT)
            middle = labels.place(wide, high, inside(shape, away_from=list(buildings)))
            if middle is None:
                left.units.append(land)
                left.unit_count += len(numbers)
            else:
                self.drawing.pill(middle, words, _UNIT_PT, fill="#ffffff", edge=edge)

    def _neighbours(self, labels: Labels) -> None:
        """The number of each grid around near the edge of the map, with an arrow to where it goes on."""
        drawing, ground = self.drawing, self.drawing.ground
        rows, shapes = drawing.visible(ground.grids)
        community = str(ground.grids.rows["community"].iat[self.row])
        rim = drawing.frame.inside.exterior
        for row, shape in zip(rows.tolist(), shapes, strict=True):
            if row == self.row or shape.area < _SEEN_MM2:
                continue
            theirs = str(ground.grids.rows["community"].iat[row])
            name = str(ground.community_of.get(theirs, {}).get("name") or theirs)
            words = ground.short(row) if theirs == community else f"{name} {ground.short(row)}"
            wide, high = drawing.pill_size(words, _NEIGHBOUR_PT)
            room = shape.intersection(shapely.buffer(drawing.frame.inside, -(high / 2 + 3.2), join_style="mitre"))
            points = sorted(inside(room), key=lambda point: round(rim.distance(shapely.Point(point)), 1))
            middle = labels.place(wide + 1, high + 1, [each for each in points if _holds(shape, each, wide, high)] or points)
            if middle is not None:
                drawing.pill(middle, words, _NEIGHBOUR_PT, fill="#ffffff", edge="#7d868f", ink="#39424b")
                self._arrow(labels, middle, wide, high)

    def _arrow(self, labels: Labels, middle: Point, wide: float, high: float) -> None:
        """A small arrow from a label to the nearest side of the map."""
        frame, sheet = self.drawing.frame, self.drawing.sheet
        x, y = middle
        sides = {
            (-1, 0): x - frame.left,
            (1, 0): frame.left + frame.width - x,
            (0, -1): y - frame.top,
            (0, 1): frame.top + frame.height - y,
        }
        dx, dy = min(sides, key=lambda side: (sides[side], side))
        if sides[dx, dy] > _NEAR_MM:
            return
        tip = (x + dx * (wide / 2 + 2.1), y + dy * (high / 2 + 2.1))
        foot = (x + dx * (wide / 2 + 0.6), y + dy * (high / 2 + 0.6))
        sheet.set_fill_color("#39424b")
        sheet.polygon([tip, (foot[0] - dy * 0.9, foot[1] - dx * 0.9), (foot[0] + dy * 0.9, foot[1] + dx * 0.9)], style="F")
        labels.take(
            shapely.box(min(tip[0], foot[0]) - 1, min(tip[1], foot[1]) - 1, max(tip[0], foot[0]) + 1, max(tip[1], foot[1]) + 1)
        )

    def _compounds(self, labels: Labels, buildings: np.ndarray) -> None:
        """The names of compounds that the grid has land of."""
        drawing, ground = self.drawing, self.drawing.ground
        rows, shapes = drawing.visible(ground.compounds)
        grid = drawing.frame.on_page([ground.grids.shapes[self.row]])[0]
        for row, shape in zip(rows.tolist(), shapes, strict=True):
            name = ground.compounds.rows["name"].iat[row]
            part = shape.intersection(grid)
            if not isinstance(name, str) or part.area < 0.3 * shape.area or part.area < _SEEN_MM2:
                continue
            words = drawing.sheet.drawable(name)
            wide, high = drawing.sheet.wide(words, _COMPOUND_PT), _COMPOUND_PT * MM_PT
            middle = labels.place(wide, high, inside(part, away_from=list(buildings)))
            if middle is not None:
                drawing.rub_out(middle, wide, high, tint(ground.colours[self.row], _OWN))
                drawing.text(middle, words, _COMPOUND_PT, ink=shade(ground.colours[self.row], 0.45), strong=True)


def _holds(shape: shapely.Geometry, point: Point, wide: float, high: float) -> bool:
    x, y = point
    return bool(shape.contains(shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)))
