"""The map of a whole community: its grids in their colours with their numbers, streets, water, services."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.drawing import Drawing
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.ground import Ground
from gridplan.papers.atlas.labels import Labels, inside
from gridplan.papers.atlas.names import hidden_by_names, put_services, put_street_names
from gridplan.papers.atlas.parts import Sign, put_north, put_scale, put_signs
from gridplan.papers.sheet import MM_PT, SOFT

_OWN, _AROUND = 0.55, 0.0


@dataclass(frozen=True)
class Letters:
    """Points of the letters: of the numbers of grids, the largest first, of the households below them, of streets."""

    number: tuple[float, ...]
    households: float
    street: float


def rows_of(ground: Ground, community: str) -> list[int]:
    """The rows of the grids of a community, by code."""
    grids = ground.grids.rows
    return sorted(np.flatnonzero(grids["community"] == community).tolist(), key=lambda row: str(grids["code"].iat[row]))


def put_community_map(book: Book, rows: list[int], frame: Frame, letters: Letters) -> None:
    """Draws the grids of these rows in the frame, with the scale, north and signs below it."""
    sheet, ground = book.sheet, book.ground
    drawing = Drawing(sheet, ground, frame)
    labels = Labels(frame.inside)
    with drawing.clipped():
        drawing.paper()
        drawing.land(dict.fromkeys(rows, _OWN), other=_AROUND)
        drawing.water_and_ways()
        drawing.buildings([])
        drawing.outlines(among=rows)
        named = put_services(drawing, labels)
        _numbers(book, rows, drawing, labels, letters)
        community = shapely.union_all(shapely.transform(ground.grids.shapes[rows], frame.placed))
        hidden = hidden_by_names(np.empty(0, dtype=object), shapely.boundary(community))
        put_street_names(drawing, labels, hidden, letters.street)
        named(community, hidden)
    drawing.edge()
    y = frame.top + frame.height + 4.6
    begins = put_scale(sheet, frame, frame.left + frame.width, y)
    put_north(sheet, begins - 9, y + 0.6)
    signs: dict[Sign, str] = {}
    if len(drawing.visible(ground.services)[0]):
        signs["service"] = book.facts.say("atlas.legend.service")
    put_signs(sheet, frame.left, y, signs, SOFT)


def _numbers(book: Book, rows: list[int], drawing: Drawing, labels: Labels, letters: Letters) -> None:
    """The number of each grid in it, with its households where there is room; small grids first."""
    ground = book.ground
    shapes = drawing.frame.on_page(ground.grids.shapes[rows])
    for row, shape in sorted(zip(rows, shapes, strict=True), key=lambda each: (each[1].area, each[0])):
        words = ground.short(row)
        told = book.facts.say("atlas.households", households=int(ground.grids.rows["households"].iat[row]))
        points = list(inside(shape))
        for size in letters.number:
            wide, high = drawing.pill_size(words, size)
            below = drawing.sheet.wide(told, letters.households)
            both = (max(wide, below), high + letters.households * MM_PT + 0.5)
            middle = labels.place(*both, [point for point in points if _within(shape, point, both)])
            if middle is not None:
                x, y = middle
                up = (both[1] - high) / 2
                drawing.pill((x, y - up), words, size, fill="#ffffff", edge="#39424b", strong=True)
                drawing.text((x, y - up + high / 2 + letters.households * MM_PT / 2 + 0.5), told, letters.households)
                break
        else:
            size = letters.number[-1]
            middle = labels.place(*drawing.pill_size(words, size), points)
            if middle is not None:
                drawing.pill(middle, words, size, fill="#ffffff", edge="#39424b", strong=True)


def _within(shape: shapely.Geometry, point: tuple[float, float], size: tuple[float, float]) -> bool:
    x, y = point
    wide, high = size[0] / 2, size[1] / 2
    return bool(shape.contains(shapely.box(x - wide, y - high, x + wide, y + high)))
