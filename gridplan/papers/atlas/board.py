"""The public board of a grid: a simple map, what the grid is, what its workers do, whom to call."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.drawing import Drawing, shade, tint
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.labels import Labels, inner_point
from gridplan.papers.atlas.names import hidden_by_names, put_street_names
from gridplan.papers.atlas.parts import put_north, put_qr, put_scale
from gridplan.papers.atlas.people import Contact
from gridplan.papers.sheet import MM_PT, SOFT, Sheet

_MARGIN, _BAND, _BOTTOM = 14.0, 34.0, 279.0
_MAP_MM, _GUTTER = 244.0, 10.0
_DUTIES = 6
_PERSON_MM, _MOST_PEOPLE = 11.5, 8
_NUMBER_PT, _STREET_PT = (11.0, 8.5, 6.5), 9.5


def put_board_head(sheet: Sheet, colour: str, name: str, line: str, words: str) -> None:
    """The band at the head of a board: whose it is, where that is, and that it is a board."""
    sheet.set_fill_color(colour)
    sheet.rect(0, 0, sheet.w, _BAND, style="F")
    sheet.put(_MARGIN, 17.5, name, size=36, room=sheet.w - 150, colour="#ffffff", strong=True)
    sheet.put(_MARGIN, 28.0, line, size=15, room=sheet.w - 150, colour="#ffffff")
    sheet.put(sheet.w - _MARGIN, 21.0, words, size=26, align="right", room=110, colour="#ffffff", strong=True)


def put_board_heading(sheet: Sheet, x: float, y: float, words: str, colour: str) -> float:
    """The heading of a part of a board; gives where the part goes on."""
    sheet.set_fill_color(colour)
    sheet.rect(x, y, 2.2, 7.0, style="F")
    sheet.put(x + 5, y + 5.8, words, size=17, strong=True)
    return y + 11.0


@dataclass
class Board:
    """The board of the grid in a row of the ground, A3 across; names only of the posts that the office made public."""

    book: Book
    row: int

    def put(self) -> None:
        """Adds the board."""
        book, sheet = self.book, self.book.sheet
        ground = book.ground
        grid = ground.grids.rows.iloc[self.row]
        code, colour = str(grid["code"]), ground.colours[self.row]
        book.add_page(wide=True, paper="A3", grid=code)
        strong = shade(colour, 0.5)
        community = str(grid["community"])
        line = "    ".join(filter(None, (book.public.town_of(community), book.public.name_of(community), code)))
        put_board_head(sheet, strong, str(grid["name"]), line, book.public.say("atlas.board"))
        self._map(colour)
        left = _MARGIN + _MAP_MM + _GUTTER
        width = sheet.w - _MARGIN - left
        y = self._facts(left, _BAND + 8, width, strong)
        y = self._duties(left, y + 5, width, strong)
        self._people(left, y + 5, width, strong)

    def _map(self, colour: str) -> None:
        """Land, streets and buildings with their numbers, large enough to be read from where one stands."""
        sheet, ground = self.book.sheet, self.book.ground
        frame = Frame.around(
            ground.grids.shapes[self.row].bounds, (_MARGIN, _BAND + 8, _MAP_MM, _BOTTOM - _BAND - 16), margin_mm=10
        )
        drawing = Drawing(sheet, ground, frame)
        code, labels = ground.code_of(self.row), Labels(frame.inside)
        own = ground.buildings_of.get(code, [])
        with drawing.clipped():
            drawing.paper()
            drawing.land({self.row: 0.5}, other=0.0)
            drawing.water_and_ways()
            rows, shapes = drawing.buildings(own)
            drawing.outlines(self.row)
            near = np.isin(rows, own)
            for row, shape in zip(rows[near].tolist(), shapes[near], strict=True):
                words = ground.numbers[str(ground.buildings.rows["id"].iat[row])].shown
                point, radius = inner_point(shape)
                for size in _NUMBER_PT:
                    wide, high = sheet.wide(words, size), size * MM_PT * 0.8
                    if np.hypot(wide, high) / 2 <= radius * 1.15 and labels.place(wide, high, [point]) is not None:
                        drawing.text(point, words, size)
                        break
            grid = shapely.transform(ground.grids.shapes[self.row], frame.placed)
            put_street_names(
                drawing, labels, hidden_by_names(shapes[:0] if ground.blocks else shapes, shapely.boundary(grid)), _STREET_PT
            )
        drawing.edge()
        begins = put_scale(sheet, frame, _MARGIN + _MAP_MM, frame.top + frame.height + 5)
        put_north(sheet, begins - 9, frame.top + frame.height + 5.6)

    def _facts(self, x: float, y: float, width: float, colour: str) -> float:
        """The numbers of the grid beside its QR code."""
        sheet, facts = self.book.sheet, self.book.public
        size = 34.0
        put_qr(sheet, self.book.link(self.book.ground.code_of(self.row)), x + width - size, y, size)
        words = facts.say("atlas.scan" if self.book.address is not None else "atlas.scan.code")
        sheet.put(x + width - size / 2, y + size + 4.6, words, size=8.5, align="center", room=size + 4, colour=SOFT)
        bottom = y + size + 5
        y = put_board_heading(sheet, x, y, facts.say("atlas.facts"), colour)
        grid = self.book.ground.grids.rows.iloc[self.row]
        for key, value in (
            ("households", f"{int(grid['households']):,}"),
            ("units", f"{int(grid['units']):,}"),
            ("buildings", f"{int(grid['buildings']):,}"),
            ("area", facts.area(float(grid["area_m2"]))),
        ):
            sheet.put(x + 5, y + 4.5, facts.label(key), size=12.5, room=32, colour=SOFT)
            sheet.put(x + 40, y + 4.5, value, size=13.5, room=width - size - 44)
            y += 7.2
        return max(y, bottom)

    def _duties(self, x: float, y: float, width: float, colour: str) -> float:
        """What the people of the grid do."""
        sheet, book = self.book.sheet, self.book
        usual = tuple(book.public.say(f"atlas.duty.{number}") for number in range(1, _DUTIES + 1))
        y = put_board_heading(sheet, x, y, book.public.say("atlas.duties"), colour)
        # Down to where the people begin; who writes more gets smaller letters.
        duties, room = book.form.duties or usual, _BOTTOM - self._people_mm() - 12 - y
        size = 15.0
        while size > 6.5 and sum(len(sheet.lines(each, size, width - 12)) for each in duties) * size * MM_PT * 1.62 > room:
            size -= 0.5
        step = size * MM_PT * 1.62
        for number, duty in enumerate(duties, 1):
            sheet.put(x + 5, y + step * 0.72, f"{number}.", size=size, colour=SOFT)
            for line in sheet.lines(duty, size, width - 12):
                sheet.put(x + 12, y + step * 0.72, line, size=size, room=width - 12)
                y += step
        return y

    def _people_mm(self) -> float:
        return 15.0 + _PERSON_MM * len(self._contacts())

    def _contacts(self) -> list[Contact]:
        grid = self.book.ground.grids.rows.iloc[self.row]
        return self.book.public.people.card(str(grid["code"]), str(grid["community"]), self.book.facts.language)[:_MOST_PEOPLE]

    def _people(self, x: float, y: float, width: float, colour: str) -> None:
        """Whom to call: roles, with names and telephones where they are public, else lines to write on."""
        sheet, book = self.book.sheet, self.book
        y = put_board_heading(sheet, x, y, book.public.say("atlas.people"), colour)
        lines, step = self._contacts(), _PERSON_MM
        sheet.set_fill_color(tint(self.book.ground.colours[self.row], 0.16))
        sheet.rect(x, y - 1.5, width, step * len(lines) + 2, style="F", round_corners=True, corner_radius=2)
        for number, contact in enumerate(lines):
            base = y + step * (number + 0.66)
            sheet.put(x + 5, base, contact.role, size=13, room=34, colour=SOFT)
            for left, wide, words in ((x + 42, 40.0, contact.name), (x + 86, width - 91, contact.phone)):
                if words:
                    sheet.put(left, base, words, size=14.5, room=wide)
                else:
                    sheet.set_draw_color("#7d868f")
                    sheet.set_line_width(0.2)
                    sheet.line(left, base + 1.2, left + wide, base + 1.2)
