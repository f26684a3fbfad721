"""A picture's sheet: title, map, legend, table and small print, laid out in millimetres from its lower left corner."""

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.maps.picture_map import BOTTOM, LEFT, MAP_HIGH, MAP_WIDE, draw_map
from gridplan.maps.picture_text import INK, RULE, SOFT, broken, fitted, write
from gridplan.maps.pictures import HIGH, WIDE, Look, Shapes, Sheet, Table
from gridplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIDE, _SIDE_WIDE = 223.0, 64.0
_TOP = BOTTOM + MAP_HIGH
#: Millimetres of a line of the legend and of the table.
_KEY_HIGH, _ROW_HIGH = 5.6, 4.3


def draw(figure: "Figure", sheet: Sheet) -> None:
    """Draw the whole sheet on an empty figure."""
    paper = figure.add_axes((0, 0, 1, 1), label="paper")
    paper.set_xlim(0, WIDE)
    paper.set_ylim(0, HIGH)
    paper.set_axis_off()
    write(paper, LEFT, HIGH - 11, sheet.title, 15, weight=True)
    write(paper, LEFT, HIGH - 18.5, sheet.subtitle, 9, colour=SOFT)
    write(paper, LEFT, 11, "\n".join(broken(sheet.note, MAP_WIDE, 7)[:2]), 7, colour=SOFT, top=True)
    write(paper, WIDE - LEFT, 5, sheet.credit, 7, colour=SOFT, right=True)
    draw_map(figure, sheet)
    below = _legend(paper, sheet, _TOP)
    if sheet.table is not None:
        _table(paper, sheet.table, below - 5, sheet)


def _legend(paper: "Axes", sheet: Sheet, top: float) -> float:
    """The legend from ``top`` down, and where it ends."""
    write(paper, _SIDE, top - 4, sheet.legend or text("picture.legend", sheet.language), 10, weight=True)
    y = top - 9.5
    keys = [(layer.key, layer.look, layer.shapes) for layer in sheet.layers if layer.key]
    rows = [(key, look, _sort_of(shapes)) for key, look, shapes in keys]
    rows += [(key, look, 2) for key, look in (sheet.keys or {}).items()]
    for key, look, dimensions in rows:
        lines = broken(key, _SIDE_WIDE - 11, 8)
        _sample(paper, _SIDE, y + 1.0, look, dimensions)
        for line in lines:
            write(paper, _SIDE + 11, y, line, 8)
            y -= 3.9
        y -= _KEY_HIGH - 3.9
    return y


def _sort_of(shapes: Shapes) -> int:
    return int(shapely.get_dimensions(shapes).max()) if len(shapes) else 2


def _sample(paper: "Axes", x: float, y: float, look: Look, dimensions: int) -> None:
    """A row's sign of the legend: a box, a line or a point."""
    from matplotlib.patches import Rectangle

    if dimensions == 0:
        paper.scatter(
            [x + 4],
            [y],
            s=look.size**2,
            marker=look.sign,
            c=look.fill or "none",
            edgecolors=look.line or "none",
            linewidths=look.width,
        )
    elif dimensions == 1 or look.fill is None:
        dashes = (0, look.dash) if look.dash else "solid"
        paper.plot([x, x + 8], [y, y], color=look.line or INK, linewidth=look.width, linestyle=dashes, alpha=look.opacity)
    else:
        box = Rectangle(
            (x, y - 1.6),
            8,
            3.2,
            facecolor=look.fill,
            edgecolor=look.line or RULE,
            linewidth=min(look.width, 1.0) if look.line else 0.4,
            linestyle=(0, look.dash) if look.dash and look.line else "solid",
            alpha=look.opacity,
        )
        paper.add_patch(box)


def _table(paper: "Axes", table: Table, top: float, sheet: Sheet) -> None:
    """The table from ``top`` down to the foot of the map; rows that have no room are counted in its last line."""
    edges = _SIDE + np.concatenate([[0.0], np.cumsum(table.widths)]) / sum(table.widths) * _SIDE_WIDE

    def row(cells: tuple[str, ...], y: float, *, head: bool = False) -> None:
        for column, cell in enumerate(cells):
            right = column > 0
            words = fitted(cell, float(edges[column + 1] - edges[column]) - 1.0, 7)
            x = float(edges[column + 1]) if right else float(edges[column])
            write(paper, x, y, words, 7, colour=SOFT if head else INK, right=right)

    def rule(y: float) -> None:
        paper.plot([_SIDE, _SIDE + _SIDE_WIDE], [y, y], color=RULE, linewidth=0.5)

    rule(top)
    row(table.heads, top - 3.4, head=True)
    rule(top - 4.9)
    room = int((top - 4.9 - BOTTOM) / _ROW_HIGH)
    shown = table.rows if len(table.rows) <= room else table.rows[: max(room - 1, 0)]
    y = top - 4.9
    for cells in shown:
        y -= _ROW_HIGH
        row(cells, y + 0.9)
    if len(shown) < len(table.rows):
        y -= _ROW_HIGH
        write(paper, _SIDE, y + 0.9, text("picture.more", sheet.language, count=len(table.rows) - len(shown)), 7, colour=SOFT)
    rule(y)
