"""The page of a grid: map, facts, contact card, units; what has no room goes on to a page behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.drawing import Drawing, shade, tint
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.grid_map import GridMap, Unlabelled
from gridplan.papers.atlas.parts import (
    ALERT,
    LINE_MM,
    Sign,
    put_facts,
    put_heading,
    put_lines,
    put_north,
    put_qr,
    put_scale,
    put_signs,
    put_window,
)
from gridplan.papers.atlas.people import Contact
from gridplan.papers.atlas.tables import ROW_MM, Column, UnitTable, put_table
from gridplan.papers.sheet import INK, SOFT

_TOP, _MAP_TOP, _BELOW = 12.0, 36.0, 9.0
#: Where the tables below the map begin, and how far up they may.
_LOW, _HIGHEST = 187.0, 160.0
_BOTTOM = 282.0
_LEFT_MM, _GUTTER = 76.0, 6.0
#: An enlarged map has at most this part of the scale of the first, and no larger one than this.
_WORTH, _NEAREST = 0.7, 500
#: What is left free below an enlarged map.
_FOOT = 22.0


@dataclass
class GridPage:
    """The page of the grid in a row of the ground."""

    book: Book
    row: int
    _detail: Frame | None = field(default=None, init=False)
    _low: float = field(default=_LOW, init=False)

    def put(self) -> None:
        """Adds the page, and those that it goes on to."""
        book = self.book
        code = book.ground.code_of(self.row)
        book.add_page(grid=code)
        table = UnitTable(book, self.row)
        self._low = self._top_of(table)
        self._head(code)
        self._map()
        y, rest = self._facts()
        self._card(y)
        self._units(table, rest)

    def _top_of(self, table: UnitTable) -> float:
        """Where the tables begin: higher up where that saves a page, as far as the map stays large."""
        needed = _BOTTOM - 6.0 - table.height(self._table_mm, columns=2)
        return needed if _HIGHEST <= needed < _LOW else _LOW

    @property
    def _table_mm(self) -> float:
        return self.book.sheet.w - self.book.sheet.r_margin - self.book.sheet.l_margin - _LEFT_MM - _GUTTER

    @property
    def _name(self) -> str:
        return str(self.book.ground.grids.rows["name"].iat[self.row])

    @property
    def _colour(self) -> str:
        return self.book.ground.colours[self.row]

    @property
    def _strong(self) -> str:
        return shade(self._colour, 0.62)

    def _head(self, code: str) -> None:
        """Name and code, where the grid lies in its community, and the QR code."""
        book, sheet = self.book, self.book.sheet
        left, right = sheet.l_margin, sheet.w - sheet.r_margin
        sheet.set_fill_color(self._colour)
        sheet.rect(left, _TOP, 3.2, 21.0, style="F")
        room = right - left - 66
        community = str(book.ground.grids.rows["community"].iat[self.row])
        place = "  ".join(filter(None, (book.facts.town_of(community), book.facts.name_of(community))))
        sheet.put(left + 6.5, _TOP + 4.2, place, size=9.5, room=room, colour=SOFT)
        sheet.put(left + 6.5, _TOP + 12.6, self._name, size=20, room=room, strong=True)
        sheet.put(left + 6.5, _TOP + 19.6, book.facts.say("atlas.code", code=code), size=10.5, room=room)
        put_qr(sheet, book.link(code), right - 21, _TOP, 21)
        self._locator(right - 21 - 5 - 29, _TOP, 29, 21)

    def _locator(self, left: float, top: float, width: float, height: float) -> None:
        """The community with its grids, this one in its colour."""
        ground, sheet = self.book.ground, self.book.sheet
        community = str(ground.grids.rows["community"].iat[self.row])
        rows = [row for row, code in enumerate(ground.grids.rows["community"]) if code == community]
        west, south, east, north = shapely.total_bounds(ground.grids.shapes[rows])
        bounds = (float(west), float(south), float(east), float(north))
        frame = Frame.around(bounds, (left, top, width, height), margin_mm=0.5, known=False)
        drawing = Drawing(sheet, ground, frame)
        shapes = drawing.frame.on_page(ground.grids.shapes[rows])
        drawing.fill(shapes, "#eceff2")
        drawing.fill([shapes[rows.index(self.row)]], self._colour)
        drawing.stroke(shapes, "#8a929a", 0.12)
        drawing.stroke([shapes[rows.index(self.row)]], INK, 0.3)

    def _map(self) -> None:
        """The map, and below it what its signs mean; a page with an enlarged map where much had no room."""
        book, sheet = self.book, self.book.sheet
        frame = Frame.around(
            book.ground.grids.shapes[self.row].bounds, (sheet.l_margin, _MAP_TOP, sheet.epw, self._low - _MAP_TOP - _BELOW)
        )
        drawing = Drawing(sheet, book.ground, frame)
        missing = GridMap(drawing, self.row).draw()
        self._detail = self._enlarged(frame, missing)
        if self._detail is not None:
            put_window(drawing, self._detail)
        self._below(drawing, missing)

    def _enlarged(self, frame: Frame, missing: Unlabelled) -> Frame | None:
        """The frame of an enlarged map of what had no room, upright or across; None where it would show little more."""
        least = missing.bounds()
        if least is None:
            return None
        bounds, sheet = self._with_neighbours(least), self.book.sheet
        left, short, long = sheet.l_margin, sheet.w - 2 * sheet.l_margin, sheet.h - 2 * sheet.l_margin
        sizes = ((short, sheet.h - _TOP - 12 - _FOOT), (long, sheet.w - _TOP - 12 - _FOOT))
        frames = [Frame.around(bounds, (left, _TOP + 12, *size), margin_mm=14) for size in sizes]
        near = min(frames, key=lambda each: each.scale)
        near = replace(near, scale=max(near.scale, _NEAREST))
        return near if near.scale <= frame.scale * _WORTH else None

    def _with_neighbours(self, bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """The bounds with the buildings of the grid close by, so that the edge of a map does not cut through a row of houses."""
        ground = self.book.ground
        west, south, east, north = bounds
        around = 0.5 * max(east - west, north - south)
        own = ground.buildings.shapes[ground.buildings_of.get(ground.code_of(self.row), [])]
        near = own[shapely.intersects(own, shapely.box(west - around, south - around, east + around, north + around))]
        west, south, east, north = shapely.total_bounds(np.append(near, shapely.box(*bounds)))
        return float(west), float(south), float(east), float(north)

    def _below(self, drawing: Drawing, missing: Unlabelled) -> None:
        """What the signs of a map mean, its scale, and what it could not show."""
        book, sheet, frame = self.book, self.book.sheet, drawing.frame
        y = frame.top + frame.height + 4.6
        begins = put_scale(sheet, frame, sheet.w - sheet.r_margin, y)
        put_north(sheet, begins - 9, y + 0.6)
        origin, what = book.facts.origins(self.row), "block" if book.ground.blocks else "building"
        signs: dict[Sign, str] = {"unit": book.facts.say("atlas.legend.unit")} if book.facts.units(self.row) else {}
        signs |= {"building": book.facts.say(f"atlas.legend.{what}", origin=origin)} if origin else {}
        signs |= {"service": book.facts.say("atlas.legend.service")} if len(drawing.visible(book.ground.services)[0]) else {}
        left = put_signs(sheet, sheet.l_margin, y, signs, self._strong)
        if missing.buildings or missing.unit_count:
            told = book.facts.say("atlas.unlabelled", buildings=len(missing.buildings), units=missing.unit_count)
            if self._detail not in (None, frame):
                told = book.facts.say("atlas.legend.detail")
            sheet.put(left, y, told, size=6.6, room=begins - 12 - left, colour=ALERT)

    def _detail_page(self) -> None:
        """The enlarged map, on a page behind."""
        book, sheet = self.book, self.book.sheet
        if self._detail is None:
            return
        book.add_page(wide=self._detail.width > self._detail.height)
        self._title(book.facts.say("atlas.detail", name=self._name))
        drawing = Drawing(sheet, book.ground, self._detail)
        self._below(drawing, GridMap(drawing, self.row).draw())

    def _title(self, words: str) -> None:
        """The head of a page that goes on with a grid."""
        sheet = self.book.sheet
        sheet.set_fill_color(self._colour)
        sheet.rect(sheet.l_margin, _TOP, 3.2, 8.0, style="F")
        sheet.put(sheet.l_margin + 6.5, _TOP + 5.8, words, size=13, room=sheet.epw - 8, strong=True)

    def _facts(self) -> tuple[float, list[str]]:
        """The facts and the findings; gives where they end, and the lines that found no room."""
        book, sheet = self.book, self.book.sheet
        left, width = sheet.l_margin, _LEFT_MM
        y = put_heading(sheet, left, self._low, width, book.facts.say("atlas.facts"), self._strong)
        y = put_facts(sheet, left, y, width, book.facts.of_grid(self.row), label_mm=24, bottom=_BOTTOM)
        lines = [line for finding in book.facts.findings(self.row) for line in sheet.lines(finding, 7, width)]
        room = max(0, int((_BOTTOM - self._card_height() - y) / LINE_MM))
        return put_lines(sheet, left, y, lines[:room], width) + 1.5, lines[room:]

    def _lines(self) -> list[Contact]:
        book = self.book
        code, community = book.ground.code_of(self.row), str(book.ground.grids.rows["community"].iat[self.row])
        return book.facts.people.card(code, community, book.facts.language)

    def _card_height(self) -> float:
        return 5.6 + 6.0 * min(len(self._lines()), 7) + 4

    def _card(self, y: float) -> None:
        """The contact card at the foot of the column: roles, and lines to write on where nobody is named."""
        book, sheet = self.book, self.book.sheet
        lines = self._lines()[:7]
        left, width = sheet.l_margin, _LEFT_MM
        height = self._card_height()
        top = max(y, min(y + 3, _BOTTOM - height))
        sheet.set_fill_color(tint(self._colour, 0.16))
        sheet.rect(left, top, width, height - 1, style="F", round_corners=True, corner_radius=1.5)
        sheet.put(left + 3, top + 4.6, book.facts.say("atlas.card"), size=9.2, strong=True)
        for number, contact in enumerate(lines):
            base = top + 10.4 + number * 6.0
            sheet.put(left + 3, base, contact.role, size=8, room=22, colour=SOFT)
            for x, wide, words in ((left + 26, 20, contact.name), (left + 48, 25, contact.phone)):
                if words:
                    sheet.put(x, base, words, size=8.6, room=wide)
                else:
                    sheet.set_draw_color("#7d868f")
                    sheet.set_line_width(0.15)
                    sheet.line(x, base + 0.9, x + wide, base + 0.9)

    def _units(self, table: UnitTable, rest: Sequence[str]) -> None:
        """The units and the services beside the facts; what has no room on a page behind."""
        book, sheet = self.book, self.book.sheet
        left = sheet.l_margin + _LEFT_MM + _GUTTER
        width = self._table_mm
        y = put_heading(
            sheet, left, self._low, width, book.facts.say("atlas.units", count=len(book.facts.units(self.row))), self._strong
        )
        y = table.put(left, y, width, _BOTTOM, columns=2)
        services = book.facts.services(self.row)
        room = int((_BOTTOM - y - 3 - 5.6) / ROW_MM) - 1
        if services and room >= 1:
            self._services(left, y + 3, width, services[:room])
        self._detail_page()
        while table.left or rest:
            book.add_page()
            self._title(book.facts.say("atlas.continued", name=self._name))
            y = _TOP + 13.0
            if rest:
                y = put_heading(sheet, sheet.l_margin, y, sheet.epw, book.facts.say("atlas.findings"), self._strong)
                y = put_lines(sheet, sheet.l_margin, y, rest[:40], sheet.epw) + 3
                rest = rest[40:]
            if table.left:
                y = put_heading(sheet, sheet.l_margin, y, sheet.epw, book.facts.say("atlas.units.rest"), self._strong)
                table.put(sheet.l_margin, y, sheet.epw, _BOTTOM, columns=3)

    def _services(self, left: float, y: float, width: float, services: Sequence[tuple[str, str, str]]) -> float:
        say = self.book.facts.say
        y = put_heading(self.book.sheet, left, y, width, say("atlas.services"), self._strong)
        columns = [
            Column(say("atlas.col.name"), width * 0.5),
            Column(say("atlas.col.kind"), width * 0.3),
            Column(say("atlas.col.distance"), width * 0.2, "right"),
        ]
        return put_table(self.book.sheet, left, y, columns, services, row_mm=ROW_MM)
