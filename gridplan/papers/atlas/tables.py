"""Small tables of a sheet: single lines, and the units of a grid, which go on where they have room."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gridplan.papers.atlas.book import Book
from gridplan.papers.sheet import INK, LINE, MM_PT, SOFT, Align, Sheet

ROW_MM = 4.15
_SIZE_PT, _GAP_MM = 7.2, 3.0


@dataclass(frozen=True)
class Column:
    """A column of a small table: heading, width in mm, side."""

    heading: str
    width: float
    align: Align = "left"


def put_table(
    sheet: Sheet,
    x: float,
    y: float,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    row_mm: float = 4.3,
    size: float = 7.2,
    swatches: Sequence[str] | None = None,
) -> float:
    """A table of single lines with its upper left corner at x, y; gives where it ends. ``swatches``: colours beside the rows."""
    wide = sum(column.width for column in columns)
    sheet.set_fill_color("#eceff2")
    sheet.rect(x, y, wide, row_mm, style="F")
    sheet.set_draw_color(LINE)
    sheet.set_line_width(0.15)
    base = row_mm / 2 + size * MM_PT * 0.36
    for number, cells in enumerate([[column.heading for column in columns], *rows]):
        top = y + number * row_mm
        left = x
        for column, words in zip(columns, cells, strict=True):
            at = {"left": left + 0.9, "center": left + column.width / 2, "right": left + column.width - 0.9}[column.align]
            colour = SOFT if number == 0 else INK
            indent = 3.2 if swatches is not None and left == x and number and swatches[number - 1] else 0.0
            if words:
                room = column.width - 1.6 - indent
                sheet.put(at + indent, top + base, words, size=size, align=column.align, room=room, colour=colour)
            left += column.width
        if swatches is not None and number and swatches[number - 1]:
            sheet.set_fill_color(swatches[number - 1])
            sheet.rect(x + 0.6, top + row_mm / 2 - 1.2, 2.4, 2.4, style="DF")
        sheet.line(x, top + row_mm, x + wide, top + row_mm)
    return y + (len(rows) + 1) * row_mm


class UnitTable:
    """The units of a grid, a row or more each; ``left`` are the lines that were not put yet."""

    def __init__(self, book: Book, row: int) -> None:
        self._book = book
        self._units = book.facts.units(row)
        self._leaders = any(unit.leader for unit in self._units)
        self._at = 0

    @property
    def left(self) -> bool:
        """Whether there are units that were not put yet."""
        return self._at < len(self._units)

    def height(self, width: float, *, columns: int) -> float:
        """Millimetres that all of it takes in so many columns."""
        columns -= self._leaders
        heads = self._columns((width - _GAP_MM * (columns - 1)) / columns)
        blocks = [self._block(number, heads) for number in range(len(self._units))]
        lines = sum(map(len, blocks))
        return ROW_MM * (1 + next(rows for rows in range(6, lines + 7) if len(_filled(blocks, rows, columns)) == len(blocks)))

    def put(self, x: float, y: float, width: float, bottom: float, *, columns: int) -> float:
        """Puts as many units as there is room for in so many columns, evenly; gives where they end.

        Where leaders are named, one column fewer.
        """
        columns -= self._leaders
        sheet, say = self._book.sheet, self._book.facts.say
        if not self._units:
            sheet.put(x, y + 3, say("atlas.no_units"), size=7.8, colour=SOFT)
            return y + 5
        most = max(int((bottom - y) / ROW_MM) - 1, 1)
        wide = (width - _GAP_MM * (columns - 1)) / columns
        heads = self._columns(wide)
        blocks = [self._block(number, heads) for number in range(self._at, len(self._units))]
        rows = next((rows for rows in range(6, most) if len(_filled(blocks, rows, columns)) == len(blocks)), most)
        placed = _filled(blocks, rows, columns)
        end = y
        for part in range(columns):
            cells = [cell for block, column in zip(blocks, placed, strict=False) if column == part for cell in block]
            if cells:
                end = max(end, put_table(sheet, x + part * (wide + _GAP_MM), y, heads, cells, row_mm=ROW_MM))
        self._at += len(placed)
        return end

    def _columns(self, wide: float) -> list[Column]:
        say = self._book.facts.say
        number = 2.2 + max(9.5, *(self._book.sheet.wide(unit.number + "※" * unit.finding, _SIZE_PT) for unit in self._units))
        heads = [Column(say("atlas.col.unit"), number), Column(say("atlas.col.households"), 9.5, "right")]
        rest = wide - number - 9.5
        heads.append(Column(say("atlas.col.buildings"), rest * (0.5 if self._leaders else 1.0)))
        return heads + ([Column(say("atlas.col.leader"), rest * 0.5)] if self._leaders else [])

    def _block(self, number: int, heads: Sequence[Column]) -> list[list[str]]:
        """The rows of a unit: its buildings take as many lines as they need."""
        unit, sheet = self._units[number], self._book.sheet
        lines = sheet.lines(unit.buildings, _SIZE_PT, heads[2].width - 1.7) or [""]
        columns = [[unit.number + "※" * unit.finding], [str(unit.households)], lines]
        if self._leaders:
            columns.append(sheet.lines(unit.leader, _SIZE_PT, heads[3].width - 1.7))
        return [list(cells) for cells in zip_longest(*columns, fillvalue="")]


def _filled(blocks: Sequence[Sequence[object]], rows: int, columns: int) -> list[int]:
    """The column of each block, from the first on, as far as there is room in columns of so many rows."""
    placed: list[int] = []
    column, used = 0, 0
    for block in blocks:
        if used and used + len(block) > rows:
            column, used = column + 1, 0
        if column >= columns:
            break
        placed.append(column)
        used += len(block)
    return placed
