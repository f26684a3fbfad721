"""Parts that several sheets have: scale, north, QR code, small tables, the foot of a page."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Literal

import segno
import shapely

from gridplan.papers.atlas.drawing import Drawing
from gridplan.papers.atlas.frame import Frame
from gridplan.papers.sheet import FAMILY, INK, LINE, SOFT, Sheet

Sign = Literal["unit", "building", "service"]
ALERT, LINE_MM = "#8c1d18", 3.5


def put_scale(sheet: Sheet, frame: Frame, right: float, y: float) -> float:
    """A bar in round metres and the scale, ending at ``right`` with its line at ``y``; gives where it begins."""
    metres = frame.length_m(34)
    long = metres / frame.metres_a_mm
    words = sheet.say("atlas.scale", scale=f"{frame.scale:,}")
    left = right - sheet.put(right, y, words, size=7, align="right", colour=SOFT) - 4
    told = sheet.say("atlas.km", km=f"{metres / 1000:g}") if metres >= 1000 else sheet.say("atlas.m", metres=metres)
    left -= sheet.put(left, y, told, size=7, align="right", colour=SOFT) + 1.2
    sheet.set_draw_color(INK)
    sheet.set_line_width(0.25)
    for part in range(4):
        sheet.set_fill_color(INK if part % 2 == 0 else "#ffffff")
        sheet.rect(left - long + part * long / 4, y - 1.7, long / 4, 1.3, style="DF")
    return left - long


def put_north(sheet: Sheet, x: float, y: float) -> None:
    """An arrow to the north, its foot at ``y``."""
    sheet.set_fill_color(INK)
    sheet.set_draw_color(INK)
    sheet.set_line_width(0.2)
    sheet.polygon([(x, y - 4.4), (x - 1.4, y), (x, y - 1.0)], style="DF")
    sheet.polygon([(x, y - 4.4), (x + 1.4, y), (x, y - 1.0)], style="D")
    sheet.put(x + 2.4, y - 0.4, sheet.say("atlas.north"), size=7.5, strong=True)


def put_qr(sheet: Sheet, content: str, x: float, y: float, size: float) -> None:
    """A QR code (ISO 18004, error correction M) of black rectangles, with its upper left corner at x, y."""
    matrix = qr_matrix(content)
    module = size / len(matrix)
    sheet.set_fill_color("#000000")
    for row, cells in enumerate(matrix):
        at = 0
        for dark, run in groupby(cells):
            count = len(list(run))
            if dark:
                # A little wider, so that no white lines show between the rows where a printer rounds.
                sheet.rect(x + at * module, y + row * module, count * module, module + 0.02, style="F")
            at += count


def qr_matrix(content: str) -> list[list[bool]]:
    """The modules of the code by row, dark ones true, without the quiet zone around it."""
    return [[bool(cell) for cell in row] for row in segno.make(content, error="m", micro=False).matrix]


def put_heading(sheet: Sheet, x: float, y: float, width: float, words: str, colour: str) -> float:
    """The heading of a block with a bar before it, its top at ``y``; gives where the block goes on."""
    sheet.set_fill_color(colour)
    sheet.rect(x, y + 0.5, 1.2, 3.6, style="F")
    sheet.put(x + 2.4, y + 3.6, words, size=9.2, room=width - 3, strong=True)
    return y + 5.6


def put_facts(
    sheet: Sheet, x: float, y: float, width: float, facts: Mapping[str, str], *, label_mm: float, bottom: float
) -> float:
    """Labels with what they are, a line or two each, down to ``bottom``; gives where it ends."""
    size, step = 7.8, 4.25
    for label, value in facts.items():
        lines = sheet.lines(value, size, width - label_mm)[:2]
        if y + step * len(lines) > bottom:
            break
        sheet.put(x, y + 3.1, label, size=size, room=label_mm - 1, colour=SOFT)
        for line in lines:
            sheet.put(x + label_mm, y + 3.1, line, size=size, room=width - label_mm)
            y += step
    return y


def put_foot(sheet: Sheet, left: str, right: str) -> None:
    """The line at the foot of a page: whose data it is, the number of the page, the day."""
    y = sheet.h - 7.5
    sheet.set_draw_color(LINE)
    sheet.set_line_width(0.2)
    sheet.line(sheet.l_margin, y - 3.6, sheet.w - sheet.r_margin, y - 3.6)
    third = sheet.epw / 3
    sheet.put(sheet.l_margin, y, left, size=6.5, room=third * 1.2, colour=SOFT)
    sheet.put(sheet.w - sheet.r_margin, y, right, size=6.5, align="right", room=third, colour=SOFT)
    sheet.set_font(FAMILY, size=6.5)
    sheet.set_text_color(SOFT)
    sheet.set_xy(sheet.l_margin, y - 2.6)
    # Not put(): the sign that stands for the number of pages is in no font.
    sheet.cell(0, 4, sheet.say("paper.page", page=sheet.page_no(), pages=sheet.str_alias_nb_pages), align="C")


def put_lines(sheet: Sheet, x: float, y: float, lines: Sequence[str], width: float) -> float:
    """Lines of findings below each other; gives where they end."""
    for line in lines:
        sheet.put(x, y + 2.9, line, size=7, room=width, colour=ALERT)
        y += LINE_MM
    return y


def put_signs(sheet: Sheet, x: float, y: float, signs: Mapping[Sign, str], edge: str) -> float:
    """What the signs of a map mean, in a line; gives where it ends."""
    for sign, words in signs.items():
        sheet.set_line_width(0.2)
        if sign == "unit":
            sheet.set_fill_color("#ffffff")
            sheet.set_draw_color(edge)
            sheet.rect(x, y - 2.2, 5.2, 2.7, style="DF", round_corners=True, corner_radius=0.9)
            sheet.put(x + 2.6, y - 0.25, "001", size=5.2, align="center")
            wide = 5.2
        elif sign == "building":
            sheet.set_fill_color("#dcdfe3")
            sheet.set_draw_color("#6b747d")
            sheet.rect(x, y - 2.2, 4.2, 2.7, style="DF")
            sheet.put(x + 2.1, y - 0.2, "12", size=5.4, align="center")
            wide = 4.2
        else:
            sheet.set_fill_color("#2f6f9f")
            sheet.set_draw_color("#ffffff")
            sheet.circle(x + 1, y - 0.9, 1.0, style="DF")
            wide = 2.0
        x += wide + 1.2
        x += sheet.put(x, y, words, size=6.6, colour=SOFT) + 4.0
    return x


def put_window(drawing: Drawing, window: Frame) -> None:
    """The ground of another map, as a broken line on this one."""
    shape = drawing.frame.on_page([shapely.box(*window.bounds)])[0]
    drawing.stroke([shape], ALERT, 0.3, 1.2, 0.8)
