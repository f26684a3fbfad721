"""A paper as a PDF: A4 across, text that can be selected, the signs that are used embedded."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FontFace
from fpdf.enums import TableBordersLayout, VAlign

from gridplan.messages import text
from gridplan.papers.printed import Paper, Table, Value
from gridplan.papers.sheet import FAMILY, Sheet

_MARGIN_MM, _PADDING_MM, _LINE_MM = 10.0, 0.8, 3.4
_SIZE_PT, _TITLE_PT, _FACT_PT = 7, 15, 9
#: The least that a column of text gets.
_TEXT_MM = 11.0
#: What a cell shows of a text at most, so that a row never is higher than a page; workbooks have all of it.
_MOST_SIGNS, _MOST_LINES = 300, 20
_HEAD = FontFace(emphasis="", fill_color=(230, 230, 230))
_BOLD = FontFace(emphasis="", fill_color=(245, 245, 245))


def document(paper: Paper, *, font: str | Path | None = None) -> bytes:
    """The bytes of the PDF, the same from the same paper and font; errors as :func:`gridplan.fonts.chinese_font`."""
    sheet = _Form(paper, font)
    for number, table in enumerate(paper.tables):
        sheet.add_page()
        sheet.put_title(table.title)
        if number == 0:
            sheet.put_facts(paper.facts)
        sheet.put_table(table)
        sheet.put_signatures(paper.signatures)
    sheet.put_missing()
    return bytes(sheet.output())


class _Form(Sheet):
    """The pages, with their numbers at the foot."""

    def __init__(self, paper: Paper, font: str | Path | None) -> None:
        super().__init__(paper.title, paper.language, orientation="landscape", font=font, margin_mm=_MARGIN_MM)
        self.set_auto_page_break(True, margin=_MARGIN_MM + 5)
        self.c_margin = _PADDING_MM

    def footer(self) -> None:
        """The number of the page and how many there are."""
        self.set_y(-_MARGIN_MM - 3)
        self.set_font(FAMILY, size=_SIZE_PT)
        self.cell(0, 4, text("paper.page", self.language, page=self.page_no(), pages=self.str_alias_nb_pages), align="C")

    def put_title(self, title: str) -> None:
        self.set_font(FAMILY, size=_TITLE_PT)
        self.cell(0, 9, self.drawable(title), align="C", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def put_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Two a line, each a label and what it is."""
        self.set_font(FAMILY, size=_FACT_PT)
        wide = max(self.get_string_width(label) for label, _ in facts) + 3
        widths = (wide, self.epw / 2 - wide) * 2
        with self.table(
            col_widths=widths,
            line_height=4.6,
            first_row_as_headings=False,
            borders_layout=TableBordersLayout.NONE,
            wrapmode=self.wrap(),
            v_align=VAlign.T,
        ) as table:
            for left in range(0, len(facts), 2):
                row = table.row()
                for label, value in facts[left : left + 2]:
                    row.cell(label)
                    row.cell(self.drawable(value))
        self.ln(2)

    def put_table(self, table: Table) -> None:
        """The rows, with the headings on each page and the totals at the end."""
        self.set_font(FAMILY, size=_SIZE_PT)
        rows = [[self._shown(value) for value in values] for values in table.rows]
        totals = [self._shown(value) for value in table.totals]
        with self.table(
            col_widths=self._widths(table, [*rows, totals]),
            line_height=_LINE_MM,
            padding=_PADDING_MM,
            headings_style=_HEAD,
            repeat_headings=1,
            wrapmode=self.wrap(),
            text_align=tuple("RIGHT" if column.holds == "number" else "LEFT" for column in table.columns),
            v_align=VAlign.M,
        ) as grid:
            head = grid.row()
            for column in table.columns:
                head.cell(column.heading, align="CENTER")
            for values in rows:
                line = grid.row()
                for value in values:
                    line.cell(value)
            if not rows:
                grid.row().cell(text("paper.nothing", self.language), colspan=len(table.columns), align="LEFT")
            line = grid.row(style=_BOLD)
            for value in totals:
                line.cell(value)

    def put_signatures(self, signatures: Sequence[str]) -> None:
        """Labels with lines to write on, all on one page."""
        self.set_font(FAMILY, size=_FACT_PT)
        if self.will_page_break(16):
            self.add_page()
        self.ln(8)
        for label in signatures:
            self.cell(self.epw / len(signatures), 8, f"{label}____________________")
        self.ln(8)

    def put_missing(self) -> None:
        """The signs that could not be printed."""
        said = self.missing()
        if said is not None:
            self.set_font(FAMILY, size=_SIZE_PT)
            self.multi_cell(0, _LINE_MM, said)

    def _shown(self, value: Value) -> str:
        return "" if value is None else str(value) if isinstance(value, int | float) else self.drawable(_clipped(value))

    def _widths(self, table: Table, rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
        """Codes and numbers as wide as they are, as far as there is room; text shares what is left."""
        # An empty column needs no more than its heading.
        shares = {
            number: column.share if any(row[number] for row in rows) else min(column.share, 1)
            for number, column in enumerate(table.columns)
            if column.holds == "text"
        }
        fixed = {}
        for number, column in enumerate(table.columns):
            if column.holds != "text":
                values = (
                    [column.heading, *(row[number] for row in rows)]
                    if column.holds == "number"
                    else [row[number] for row in rows]
                )
                lines = {line for value in values for line in value.split("\n")}
                fixed[number] = max((self.get_string_width(line) for line in lines), default=0) + 2 * _PADDING_MM + 0.4
                fixed[number] = max(fixed[number], _TEXT_MM if column.holds == "codes" else 8.0)
        room = self.epw - _TEXT_MM * len(shares)
        shrunk = min(1.0, room / sum(fixed.values()))
        left = self.epw - shrunk * sum(fixed.values())
        return tuple(
            shrunk * fixed[number] if number in fixed else left * shares[number] / sum(shares.values())
            for number in range(len(table.columns))
        )


def _clipped(value: str) -> str:
    lines = value.split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"… (+{len(lines) - _MOST_LINES})"]
    value = "\n".join(lines)
    return value if len(value) <= _MOST_SIGNS else f"{value[:_MOST_SIGNS]}…"
