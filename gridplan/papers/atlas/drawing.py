"""The layers of a map on a page, from the ground up: land, water, streets, buildings, lines of units and grids."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.papers.atlas.frame import FINE_MM, Frame
from gridplan.papers.atlas.ground import Ground, Layer
from gridplan.papers.atlas.labels import rings, strokes
from gridplan.papers.sheet import MM_PT, Sheet

PAPER, WATER, SHORE, DEEP = "#faf9f6", "#cfe3f1", "#8fb9d8", "#2f6f9f"
STREET, CASING, PATH, RAIL, WALL = "#ffffff", "#b5aa95", "#c9c1af", "#6f6f6f", "#8d7b6a"
GRID, PALE, UNIT, COMMUNITY = "#15191d", "#8a929a", "#4c555e", "#39424b"
BUILDING, BUILDING_EDGE, FAR_BUILDING, FAR_EDGE = "#dcdfe3", "#6b747d", "#ebecee", "#c2c7cc"
#: Streets on the ground, metres, and on the page at least and at most, millimetres.
_WIDTHS: Mapping[str, tuple[float, float, float]] = {"minor": (7.0, 1.0, 2.9), "major": (16.0, 1.5, 4.2)}


def tint(colour: str, share: float) -> str:
    """A colour mixed with white, of which ``share`` (0-1) is its own: as ink it needs no transparency.

    Examples
    --------
    >>> tint("#77AADD", 0.5)
    '#bbd4ee'
    """
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{int(255 - (255 - part) * share):02x}" for part in parts)


def shade(colour: str, share: float) -> str:
    """A colour mixed with black, of which ``share`` (0-1) is its own."""
    return "#" + "".join(f"{int(int(colour[place : place + 2], 16) * share):02x}" for place in (1, 3, 5))


@dataclass(frozen=True)
class Drawing:
    """A map in a frame of a page; its layers are drawn one over the other, in the order in which they are asked for."""

    sheet: Sheet
    ground: Ground
    frame: Frame

    def clipped(self) -> AbstractContextManager[None]:
        """What is drawn in it stays in the frame."""
        frame = self.frame
        return self.sheet.rect_clip(frame.left, frame.top, frame.width, frame.height)

    def rounded(self) -> AbstractContextManager[None]:
        """Lines that are drawn in it end and turn round."""
        return self.sheet.local_context(stroke_cap_style="round", stroke_join_style="round")

    def visible(self, layer: Layer) -> tuple[np.ndarray, np.ndarray]:
        """The rows of a layer that can be seen, and their shapes on the page."""
        rows = layer.within(self.frame.bounds)
        shapes = self.frame.on_page(layer.shapes[rows])
        seen = ~shapely.is_empty(shapes)
        return rows[seen], shapes[seen]

    def fill(self, shapes: Iterable[shapely.Geometry], colour: str, edge: str | None = None) -> None:
        """Fills polygons, and draws a thin line around them where it has a colour."""
        self.sheet.set_fill_color(colour)
        if edge is not None:
            self.sheet.set_draw_color(edge)
            self.sheet.set_line_width(0.15)
        for shape in shapes:
            # A ring around holes goes through the land to reach them, so their edges are drawn by themselves.
            whole = edge is not None and shape.geom_type == "Polygon" and not shape.interiors
            for ring in rings(shape):
                self.sheet.polygon(ring, style="DF" if whole else "F")
            if edge is not None and not whole:
                for line in strokes(shape):
                    self.sheet.polyline(line)

    def stroke(self, shapes: Iterable[shapely.Geometry], colour: str, width_mm: float, *dash: float) -> None:
        """Draws lines, and the outlines of polygons; ``dash``: millimetres of line and of gap."""
        self.sheet.set_draw_color(colour)
        self.sheet.set_line_width(width_mm)
        if dash:
            self.sheet.set_dash_pattern(*dash)
        for shape in shapes:
            for line in strokes(shape):
                self.sheet.polyline(line)
        if dash:
            self.sheet.set_dash_pattern()

    def paper(self) -> None:
        """The ground of the map."""
        frame = self.frame
        self.sheet.set_fill_color(PAPER)
        self.sheet.rect(frame.left, frame.top, frame.width, frame.height, style="F")

    def land(self, shares: Mapping[int, float], *, other: float) -> None:
        """The grids in their colours: ``shares`` of it for some rows, ``other`` for the rest."""
        for row, shape in zip(*self.visible(self.ground.grids), strict=True):
            self.fill([shape], tint(self.ground.colours[row], shares.get(int(row), other)))

    def water_and_ways(self) -> None:
        """Water, streets by rank with a rim, paths, rail and walls."""
        barriers, on_page = self.visible(self.ground.barriers)
        kinds = self.ground.barriers.rows["kind"].to_numpy()[barriers] if len(barriers) else np.empty(0)
        areal = np.isin(shapely.get_type_id(on_page), [3, 6]) if len(on_page) else np.empty(0, dtype=bool)
        rivers = kinds == "river"
        with self.rounded():
            self.fill(on_page[rivers & areal], WATER, SHORE)
            self.stroke(on_page[rivers & ~areal], WATER, self._wide(10.0, 0.8, 2.6))
            ways, lines = self.visible(self.ground.streets)
            ranks = self.ground.streets.rows["class"].to_numpy()[ways] if len(ways) else np.empty(0)
            self.stroke(lines[ranks == "path"], PATH, 0.3, 0.9, 0.9)
            widths = {rank: self.street_mm(rank) for rank in _WIDTHS}
            for rim, colour in ((0.3, CASING), (0.0, STREET)):
                for rank, width in widths.items():
                    self.stroke(lines[ranks == rank], colour, width + rim)
            self.stroke(on_page[kinds == "rail"], RAIL, 0.7)
            self.stroke(on_page[kinds == "wall"], WALL, 0.25)
        self.stroke(on_page[kinds == "rail"], "#ffffff", 0.4, 1.6, 1.6)

    def street_mm(self, rank: str) -> float:
        """How wide a street of that rank is drawn."""
        return self._wide(*_WIDTHS.get(rank, (2.0, 0.3, 0.6)))

    def _wide(self, metres: float, least: float, most: float) -> float:
        return min(max(metres / self.frame.metres_a_mm, least), most)

    def buildings(self, own: Sequence[int] | None) -> tuple[np.ndarray, np.ndarray]:
        """The buildings: those of the ``own`` rows darker (None: all); gives the rows that can be seen and their shapes."""
        rows, shapes = self.visible(self.ground.buildings)
        shapes = np.where(shapely.get_type_id(shapes) == 0, shapely.buffer(shapes, 0.7), shapes)
        near = np.isin(rows, own) if own is not None else np.ones(len(rows), dtype=bool)
        for chosen, colour, edge in ((~near, FAR_BUILDING, FAR_EDGE), (near, BUILDING, BUILDING_EDGE)):
            if self.ground.blocks:
                self.stroke(shapes[chosen], edge, 0.15)
            else:
                self.fill(shapes[chosen], colour, edge)
        return rows, shapes

    def unit_lines(self, rows: Sequence[int]) -> None:
        """The lines between these units, each once."""
        own = {shapely.to_wkb(shape): shape for shape in self.ground.units.shapes[list(rows)]}
        window = shapely.box(*self.frame.bounds)
        self.stroke(self._outlined(np.array(list(own.values()), dtype=object), window), UNIT, 0.18, 0.8, 0.5)

    def outlines(self, own: int | None = None, *, among: Sequence[int] = ()) -> None:
        """The lines of grids, pale but for those ``among`` the rows; of communities over them; of the own grid strongest."""
        rows = self.ground.grids.within(self.frame.bounds)
        window = shapely.box(*self.frame.bounds)
        with self.rounded():
            self.stroke(self._outlined(self.ground.grids.shapes[rows], window), PALE, 0.25)
            if len(among):
                self.stroke(self._outlined(self.ground.grids.shapes[list(among)], window), GRID, 0.4)
            seen = self.ground.communities.within(self.frame.bounds)
            self.stroke(self._outlined(self.ground.communities.shapes[seen], window), COMMUNITY, 0.5, 3.0, 1.4)
            if own is not None:
                edge = self._outlined(self.ground.grids.shapes[[own]], window)
                self.stroke(edge, "#ffffff", 1.7)
                self.stroke(edge, shade(self.ground.colours[own], 0.62), 1.0)

    def _outlined(self, shapes: np.ndarray, window: shapely.Polygon) -> list[shapely.Geometry]:
        """The outlines of polygons on the page: not those that only the frame makes."""
        # Neighbours share vertices, so what two of them have is one line here, whose dashes do not run into each other.
        lines = shapely.union_all(shapely.intersection(shapely.boundary(shapes), window))
        return [shapely.simplify(shapely.line_merge(shapely.transform(lines, self.frame.placed)), FINE_MM)]

    def edge(self) -> None:
        """The line around the map."""
        frame = self.frame
        self.sheet.set_draw_color(GRID)
        self.sheet.set_line_width(0.3)
        self.sheet.rect(frame.left, frame.top, frame.width, frame.height)

    def pill(
        self, middle: tuple[float, float], words: str, size: float, *, fill: str, edge: str, ink: str = GRID, strong: bool = False
    ) -> None:
        """A label in a box with round ends, as :meth:`pill_size` measures it."""
        wide, high = self.pill_size(words, size)
        x, y = middle
        self.sheet.set_fill_color(fill)
        self.sheet.set_draw_color(edge)
        self.sheet.set_line_width(0.2)
        self.sheet.rect(x - wide / 2, y - high / 2, wide, high, style="DF", round_corners=True, corner_radius=high * 0.35)
        self.text(middle, words, size, ink=ink, strong=strong)

    def pill_size(self, words: str, size: float) -> tuple[float, float]:
        """Width and height of a label in a box."""
        return self.sheet.wide(self.sheet.drawable(words), size) + 1.5, size * MM_PT + 0.7

    def rub_out(self, middle: tuple[float, float], wide: float, high: float, colour: str) -> None:
        """Covers what lies under a label of that size with the colour of the land."""
        self.sheet.set_fill_color(colour)
        self.sheet.rect(middle[0] - wide / 2 - 0.4, middle[1] - high / 2 - 0.2, wide + 0.8, high + 0.4, style="F")

    def text(
        self, middle: tuple[float, float], words: str, size: float, *, ink: str = GRID, angle: float = 0.0, strong: bool = False
    ) -> None:
        """Words around a point of the page."""
        x, y = middle
        with self.sheet.turned(angle, x, y):
            self.sheet.put(x, y + size * MM_PT * 0.36, words, size=size, align="center", colour=ink, strong=strong)
