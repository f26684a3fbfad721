"""The public board of a community: a map of its grids, who works in each, the number to call."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import shapely

from gridplan.papers.atlas.board import put_board_head, put_board_heading
from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.community_map import Letters, put_community_map, rows_of
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.atlas.parts import put_qr
from gridplan.papers.atlas.people import USUAL, Contact
from gridplan.papers.sheet import LINE, MM_PT, SOFT

_MARGIN, _TOP, _BOTTOM = 14.0, 42.0, 279.0
_MAP_MM, _GUTTER = 222.0, 10.0
_LETTERS = Letters(number=(16.0, 13.0, 10.0), households=9.5, street=9.0)
_COLOUR = "#24415c"
#: Height of a line of the table in mm: as large as there is room for.
_LINE_MM = (9.0, 5.6)
_QR_MM = 30.0
#: Shares of a line: the grid, and of the rest the role; between name and telephone.
_GRID, _ROLE, _GAP_MM = 0.38, 0.32, 3.0
_HEAD_MM = 6.0
#: Columns of a board that the table goes on to.
_PARTS = 3


@dataclass(frozen=True)
class _Line:
    """A line of the table: a post of a grid, with the grid before the first of its posts."""

    row: int
    first: bool
    last: bool
    contact: Contact


def _fields(x: float, width: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the name and the telephone of a line stand, and how wide they may be."""
    half = (width * (1 - _ROLE) - _GAP_MM) / 2
    return (x + width * _ROLE, x + width * _ROLE + half + _GAP_MM), (half, half)


@dataclass
class CommunityBoard:
    """The board of the community of that code, A3 across; names only of the posts that the office made public."""

    book: Book
    community: str

    @cached_property
    def rows(self) -> list[int]:
        """The rows of its grids, by code."""
        return rows_of(self.book.ground, self.community)

    def put(self) -> None:
        """Adds the board, and those that its table goes on to."""
        book, sheet = self.book, self.book.sheet
        self._head()
        west, south, east, north = shapely.total_bounds(book.ground.grids.shapes[self.rows]).tolist()
        place = (_MARGIN, _TOP, _MAP_MM, _BOTTOM - _TOP - 8)
        put_community_map(book, self.rows, Frame.around((west, south, east, north), place, margin_mm=6), _LETTERS)
        left = _MARGIN + _MAP_MM + _GUTTER
        width = sheet.w - _MARGIN - left
        y = self._facts(left, _TOP, width)
        y = self._call(left, y + 4, width)
        lines = list(self._lines())
        done = self._table(left, y + 4, width, lines)
        while done < len(lines):
            self._head()
            for part in range(_PARTS):
                wide = (sheet.w - 2 * _MARGIN - (_PARTS - 1) * _GUTTER) / _PARTS
                even = -(-(len(lines) - done) // (_PARTS - part))
                end = next((number + 1 for number in range(done + even - 1, len(lines)) if lines[number].last), len(lines))
                done += self._table(_MARGIN + part * (wide + _GUTTER), _TOP, wide, lines[done:end])

    def _head(self) -> None:
        book = self.book
        book.add_page(wide=True, paper="A3")
        words = book.public.say("atlas.board.community")
        line = "    ".join(filter(None, (book.public.town_of(self.community), self.community)))
        put_board_head(book.sheet, _COLOUR, book.public.name_of(self.community), line, words)

    def _facts(self, x: float, y: float, width: float) -> float:
        """The numbers of the community, beside the way to its map where there is a service."""
        book, sheet, facts = self.book, self.book.sheet, self.book.public
        grids = book.ground.grids.rows.iloc[self.rows]
        told = {
            "grids": f"{len(grids):,}",
            "units": f"{int(grids['units'].sum()):,}",
            "households": f"{int(grids['households'].sum()):,}",
            "people": "" if grids["population"].isna().any() else f"{int(grids['population'].sum()):,}",
            "area": facts.area(float(grids["area_m2"].sum())),
        }
        bottom = y
        if book.address is not None:
            put_qr(sheet, book.map_link(self.community), x + width - _QR_MM, y, _QR_MM)
            words = facts.say("atlas.scan.map")
            sheet.put(x + width - _QR_MM / 2, y + _QR_MM + 4, words, size=8.5, align="center", room=_QR_MM + 6, colour=SOFT)
            bottom = y + _QR_MM + 5
        y = put_board_heading(sheet, x, y, facts.say("atlas.facts.community"), _COLOUR)
        for key, value in told.items():
            if value:
                sheet.put(x + 5, y + 4.5, facts.label(key), size=12.5, room=34, colour=SOFT)
                sheet.put(x + 42, y + 4.5, value, size=13.5, room=width - _QR_MM - 46)
                y += 6.6
        return max(y, bottom)

    def _call(self, x: float, y: float, width: float) -> float:
        """The hotline, and who works for the community as a whole."""
        sheet, facts = self.book.sheet, self.book.public
        y = put_board_heading(sheet, x, y, facts.say("atlas.people"), _COLOUR)
        hotline = self.book.form.hotline
        sheet.put(x + 5, y + 7.6, facts.say("atlas.hotline"), size=15, room=44, colour=SOFT)
        if hotline:
            sheet.put(x + 52, y + 8.4, hotline, size=26, room=width - 52, strong=True)
        else:
            self._blank(x + 52, y + 9.0, width - 52)
        y += 13.0
        for contact in facts.people.posts_of(self.community, facts.language):
            self._contact(x + 5, y + 5.4, width - 5, contact, 13.0)
            y += 8.4
        return y

    def _blank(self, x: float, y: float, width: float) -> None:
        """A line to write on."""
        sheet = self.book.sheet
        sheet.set_draw_color("#7d868f")
        sheet.set_line_width(0.2)
        sheet.line(x, y, x + width, y)

    def _contact(self, x: float, base: float, width: float, contact: Contact, size: float) -> None:
        """A role, a name and a telephone, or lines to write them on."""
        self.book.sheet.put(x, base, contact.role, size=size, room=width * _ROLE - 2, colour=SOFT)
        for left, wide, words in zip(*_fields(x, width), (contact.name, contact.phone), strict=True):
            if words:
                self.book.sheet.put(left, base, words, size=size, room=wide)
            else:
                self._blank(left, base + 1.0, wide)

    def _lines(self) -> Iterator[_Line]:
        facts, grids = self.book.public, self.book.ground.grids.rows
        for row in self.rows:
            posts = facts.people.posts_of(str(grids["code"].iat[row]), facts.language, usual=USUAL)
            for number, contact in enumerate(posts):
                yield _Line(row, number == 0, number == len(posts) - 1, contact)

    def _table(self, x: float, y: float, width: float, lines: list[_Line]) -> int:
        """Each grid with its households and posts, as far as there is room; how many lines were put."""
        if not lines:
            return 0
        sheet, facts, ground = self.book.sheet, self.book.public, self.book.ground
        y = put_board_heading(sheet, x, y, facts.say("atlas.grids.posts"), _COLOUR)
        names = ("atlas.col.grid", "atlas.col.post", "atlas.col.holder", "atlas.col.phone")
        at = x + width * _GRID
        for left, name in zip((x, at, *_fields(at, width * (1 - _GRID))[0]), names, strict=True):
            sheet.put(left, y + 2.6, facts.say(name), size=9.5, room=width * 0.2, colour=SOFT)
        y += _HEAD_MM
        room = _BOTTOM - y
        step = min(_LINE_MM[0], max(_LINE_MM[1], room / len(lines)))
        shown = lines[: int(room / step)]
        if len(shown) < len(lines):  # a grid is not torn in two where it has room on one board
            ends = [number + 1 for number, line in enumerate(shown) if line.last]
            shown = shown[: ends[-1]] if ends else shown
        size = min(12.5, step / MM_PT * 0.56)
        for number, line in enumerate(shown):
            base = y + step * (number + 0.68)
            if line.first:
                top = y + step * number
                sheet.set_fill_color(ground.colours[line.row])
                sheet.set_draw_color("#39424b")
                sheet.set_line_width(0.15)
                sheet.rect(x, top + step / 2 - size * MM_PT * 0.5, size * MM_PT, size * MM_PT, style="DF")
                words = f"{ground.short(line.row)} {ground.grids.rows['name'].iat[line.row]}"
                sheet.put(x + size * MM_PT + 1.6, base, words, size=size, room=width * _GRID - size * MM_PT - 3, strong=True)
            self._contact(at, base, width * (1 - _GRID), line.contact, size)
            if line.last:
                sheet.set_draw_color(LINE)
                sheet.set_line_width(0.2)
                sheet.line(x, y + step * (number + 1), x + width, y + step * (number + 1))
        return len(shown)
