"""A paper as an Excel workbook, a sheet for each table."""

import io
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
_FONT = "Noto Sans CJK SC"
_WIDEST, _NARROWEST = 40, 7


def workbook(paper: Paper) -> bytes:
    """The bytes of the workbook, the same from the same paper."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.title = "gridplan", paper.title
    book.properties.created = _STAMP
    for number, table in enumerate(paper.tables):
        sheet = book.create_sheet(_SHEET.sub(" ", table.title)[:31].strip())
        _fill(sheet, paper, table, paper.facts if number == 0 else ())
    return _still(book)


def _fill(sheet: Worksheet, paper: Paper, table: Table, facts: Sequence[tuple[str, str]]) -> None:
    last = len(table.columns)
    _write(sheet, 1, 1, table.title, last=last, font=Font(name=_FONT, size=16, bold=True), align="center", height=26)
    row = 2
    # Two facts a line: each a label and what it is, over the columns there are.
    half = last // 2
    for left in range(0, len(facts), 2):
        for (label, said), first, until in zip(facts[left : left + 2], (1, half + 1), (half, last), strict=False):
            _write(sheet, row, first, label, last=first + 1, font=Font(name=_FONT, bold=True))
            _write(sheet, row, first + 2, said, last=until)
        row += 1
    header = row
    for number, column in enumerate(table.columns, 1):
        cell = _write(sheet, header, number, column.heading, font=Font(name=_FONT, bold=True), align="center")
        cell.fill, cell.border = _HEAD, _BOX
        sheet.column_dimensions[get_column_letter(number)].width = _width(column, [values[number - 1] for values in table.rows])
    sheet.row_dimensions[header].height = 48
    for values in table.rows:
        row += 1
        for number, (column, value) in enumerate(zip(table.columns, values, strict=True), 1):
            _write(sheet, row, number, value, align="right" if column.holds == "number" else "left").border = _BOX
    if not table.rows:
        row += 1
        _write(sheet, row, 1, text("paper.nothing", paper.language), last=last)
    row += 1
    for number, value in enumerate(table.totals, 1):
        cell = _write(sheet, row, number, value, font=Font(name=_FONT, bold=True), align="right" if number > 1 else "left")
        cell.border = _BOX
    row += 2
    for number, label in enumerate(paper.signatures):
        first = 1 + number * last // len(paper.signatures)
        _write(sheet, row, first, f"{label}：________________", last=(number + 1) * last // len(paper.signatures), height=24)
    _lay_out(sheet, paper, header, row, last)


def _lay_out(sheet: Worksheet, paper: Paper, header: int, row: int, last: int) -> None:
    """A4 across, as wide as the page and as long as it takes, the headings on each page."""
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    sheet.print_title_rows = f"{header}:{header}"
    sheet.print_area = f"A1:{get_column_letter(last)}{row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = text("paper.page", paper.language, page="&P", pages="&N")


def _write(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    *,
    last: int | None = None,
    font: Font | None = None,
    align: str = "left",
    height: float | None = None,
) -> Cell:
    """A cell, over the columns up to ``last``; what is text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _clean(value)
        cell.data_type, cell.number_format = "s", "@"
    else:
        cell.value = value
    cell.font = font or Font(name=_FONT)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    if last is not None and last > column:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=last)
    if height is not None:
        sheet.row_dimensions[row].height = height
    return cell


def _clean(value: str) -> str:
    """The text without signs that no workbook may hold."""
    value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value if len(value) <= _MOST else f"{value[: _MOST - 1]}…"


def _width(column: Column, values: Sequence[Value]) -> float:
    """In widths of a digit; a Chinese sign takes two."""
    lines = [line for value in (column.heading, *values) if value is not None for line in str(value).split("\n")]
    longest = max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in lines)
    return float(min(max(longest + 2, _NARROWEST), _WIDEST))


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
