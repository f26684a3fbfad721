"""A paper as an Excel workbook, a sheet for each table."""

import io
import math
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from gridplan.messages import text
from gridplan.papers.printed import Column, Paper, Table, Value

#: A clock in the file would make two of them differ.
_STAMP = datetime(2000, 1, 1)
_SHEET = re.compile(r"[\\*?:/\[\]]")
_MOST = 32_767  # signs of a cell
_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E6E6E6")
_PLAIN, _STRONG, _TITLE = (Font(name="宋体", size=size, bold=bold) for size, bold in ((10, False), (10, True), (16, True)))
_ALIGN = {side: Alignment(horizontal=side, vertical="center", wrap_text=True) for side in ("left", "center", "right")}
_WIDEST, _NARROWEST = 36, 7
_LINE_PT, _HIGHEST_PT = 13.5, 405.0


def workbook(paper: Paper) -> bytes:
    """The bytes of the workbook, the same from the same paper."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.title = "gridplan", paper.title
    book.properties.created = _STAMP
    for number, table in enumerate(paper.tables):
        sheet = book.create_sheet(_SHEET.sub(" ", table.title)[:31].strip())
        _Filled(sheet, table).fill(paper, paper.facts if number == 0 else ())
    return _still(book)


class _Filled:
    """A sheet that is filled from the top; a row is as high as what is in it, since not every program sees to that."""

    def __init__(self, sheet: Worksheet, table: Table) -> None:
        self._sheet, self._table, self._row = sheet, table, 0
        columns = zip(table.columns, *table.rows, strict=True)
        self._widths = [_width([column.heading, *(_shown(column, value) for value in values)]) for column, *values in columns]
        for number, width in enumerate(self._widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def fill(self, paper: Paper, facts: Sequence[tuple[str, str]]) -> None:
        """The title, the facts, the table, its totals and the lines to be signed."""
        table, last = self._table, len(self._table.columns)
        self._put([(1, last, table.title)], font=_TITLE, align="center", lowest=26)
        # Two facts a line: each a label and what it is, over the columns there are.
        half = last // 2
        for left in range(0, len(facts), 2):
            pairs = list(zip(facts[left : left + 2], (1, half + 1), (half, last), strict=False))
            self._put([(first + 2, until, said) for (_, said), first, until in pairs])
            for (label, _), first, _ in pairs:
                self._write(self._row, first, first + 1, label, font=_STRONG)
        self._put(
            [(number, number, column.heading) for number, column in enumerate(table.columns, 1)], font=_STRONG, align="center"
        )
        header = self._row
        for cell in self._sheet[header]:
            cell.fill, cell.border = _HEAD, _BOX
        for values in table.rows:
            self._put_boxed(values, _PLAIN)
        if not table.rows:
            self._put([(1, last, text("paper.nothing", paper.language))])
        if table.totals:
            self._put_boxed(table.totals, _STRONG)
        if paper.signatures:
            self._row += 1
            count = len(paper.signatures)
            ends = [(1 + number * last // count, (number + 1) * last // count) for number in range(count)]
            lines = [f"{label}________________" for label in paper.signatures]
            self._put([(*end, line) for end, line in zip(ends, lines, strict=True)], lowest=24)
        self._lay_out(paper, header)

    def _put_boxed(self, values: Sequence[Value], font: Font) -> None:
        self._row += 1
        for number, (column, value) in enumerate(zip(self._table.columns, values, strict=True), 1):
            right = column.holds in ("number", "share") and isinstance(value, int | float)
            cell = self._write(self._row, number, number, value, font=font, align="right" if right else "left")
            cell.border = _BOX
            if column.holds == "share":
                cell.number_format = "0.0%"
        self._raise_to(max(_lines(value, width) for value, width in zip(values, self._widths, strict=True)))

    def _put(
        self, cells: Sequence[tuple[int, int, Value]], *, font: Font = _PLAIN, align: str = "left", lowest: float = 0.0
    ) -> None:
        """A row of cells, each over the columns from the first to the last of its own."""
        self._row += 1
        for first, last, value in cells:
            self._write(self._row, first, last, value, font=font, align=align)
        self._raise_to(max(_lines(value, sum(self._widths[first - 1 : last])) for first, last, value in cells), lowest)

    def _raise_to(self, lines: int, lowest: float = 0.0) -> None:
        self._sheet.row_dimensions[self._row].height = min(max(lines * _LINE_PT + 4, lowest), _HIGHEST_PT)

    def _write(self, row: int, first: int, last: int, value: Value, *, font: Font, align: str = "left") -> Cell:
        """A cell; what is text stays text, whatever it begins with."""
        cell = self._sheet.cell(row, first)
        if isinstance(value, str):
            cell.value = _clean(value)
            cell.data_type, cell.number_format = "s", "@"
        else:
            cell.value = value
        cell.font, cell.alignment = font, _ALIGN[align]
        if last > first:
            self._sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        return cell

    def _lay_out(self, paper: Paper, header: int) -> None:
        """A4 across, as wide as the page and as long as it takes, the headings on each page."""
        sheet = self._sheet
        sheet.freeze_panes = sheet.cell(header + 1, 1)
        sheet.print_title_rows = f"{header}:{header}"
        sheet.print_area = f"A1:{get_column_letter(len(self._widths))}{self._row}"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.75
        sheet.oddFooter.center.text = text("paper.page", paper.language, page="&P", pages="&N")


def _clean(value: str) -> str:
    """The text without signs that no workbook may hold."""
    value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value if len(value) <= _MOST else f"{value[: _MOST - 1]}…"


def _shown(column: Column, value: Value) -> Value:
    """What a cell shows of a value."""
    return f"{value:.1%}" if column.holds == "share" and isinstance(value, int | float) else value


def _width(values: Sequence[Value]) -> float:
    """Of a column, in widths of a digit."""
    longest = max(_length(line) for value in values if value is not None for line in str(value).split("\n"))
    return float(min(max(longest + 2, _NARROWEST), _WIDEST))


def _lines(value: Value, width: float) -> int:
    """The lines that a value takes in a cell."""
    lines = [] if value is None else str(value).split("\n")
    return max(1, sum(max(1, math.ceil(_length(line) / (width - 1))) for line in lines))


def _length(line: str) -> int:
    """In widths of a digit: a Chinese sign takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in line)


def _still(book: Workbook) -> bytes:
    """The workbook without the times at which it was made."""
    moving, still = io.BytesIO(), io.BytesIO()
    book.save(moving)
    book.properties.modified = _STAMP
    with zipfile.ZipFile(moving) as source, zipfile.ZipFile(still, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = tostring(book.properties.to_tree())
            target.writestr(zipfile.ZipInfo(entry.filename, _STAMP.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return still.getvalue()
