"""The map of a picture: shapes, labels, scale bar and north."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.maps.picture_text import INK, font, plain, width
from gridplan.maps.pictures import HIGH, WIDE, Drawn, Label, Shapes, Sheet
from gridplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

#: The frame of the map in millimetres from the lower left corner of the sheet.
LEFT, BOTTOM, MAP_WIDE, MAP_HIGH = 10.0, 16.0, 207.0, 168.0
#: Millimetres that the largest circle in a grid of middling size is wide when grids get labels, and when communities need none
#: any more; and the room around a label.
_GRIDS_FROM_MM, _PLACES_TO_MM, _GAP_MM = 3.0, 16.0, 0.4
#: The share of their width that lines keep at least.
_THINNEST = 0.3


def draw_map(figure: "Figure", sheet: Sheet) -> None:
    """Draw the frame with the map in it."""
    axes = figure.add_axes((LEFT / WIDE, BOTTOM / HIGH, MAP_WIDE / WIDE, MAP_HIGH / HIGH), label="map")
    axes.set_facecolor("#f6f5f1")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_linewidth(0.6)
        side.set_color("#333333")
    west, south, east, north = _view(sheet.bounds)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    metres_a_mm = (east - west) / MAP_WIDE
    # Where grids are small, lines of their usual width would hide them.
    thin = min(1.0, max(_THINNEST, _across_mm(sheet.labels, metres_a_mm) / _PLACES_TO_MM))
    for order, layer in enumerate(sheet.layers):
        _shapes(axes, layer, order + 1, thin)
    _labels(axes, sheet, metres_a_mm)
    _scale_bar(axes, sheet, metres_a_mm)
    _north(axes, sheet, metres_a_mm)


def _view(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """What the frame shows: everything, with room around it, in the frame's proportions."""
    west, south, east, north = bounds
    wide, high = max(east - west, 1.0) * 1.06, max(north - south, 1.0) * 1.12
    wide, high = max(wide, high * MAP_WIDE / MAP_HIGH), max(high, wide * MAP_HIGH / MAP_WIDE)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _shapes(axes: "Axes", layer: Drawn, order: int, thin: float) -> None:
    from matplotlib.patches import PathPatch

    kind = shapely.get_type_id(layer.shapes)
    look = layer.look
    points = layer.shapes[kind == 0]
    if len(points):
        axes.scatter(
            shapely.get_x(points),
            shapely.get_y(points),
            s=look.size**2,
            marker=look.sign,
            c=look.fill or "none",
            edgecolors=look.line or "none",
            linewidths=look.width,
            alpha=look.opacity,
            zorder=order,
        )
    others = layer.shapes[kind > 0]
    if not len(others):
        return
    areal = bool((shapely.get_dimensions(others) == 2).any())
    patch = PathPatch(
        _path(others),
        facecolor=look.fill if areal and look.fill else "none",
        edgecolor=look.line or "none",
        linewidth=look.width * thin if look.line else 0,
        linestyle=(0, look.dash) if look.dash else "solid",
        alpha=look.opacity,
        zorder=order,
        joinstyle="round",
    )
    # As a patch it would be measured curve by curve, for limits that are set already.
    axes.add_artist(patch)


def _path(shapes: Shapes) -> "Path":
    """All rings and lines as one path."""
    from matplotlib.path import Path

    parts = shapely.get_parts(shapes)
    flat = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([shapely.get_rings(parts[flat]), parts[~flat]])
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(coordinates), Path.LINETO, dtype=np.uint8)
    first = np.ones(len(owner), dtype=bool)
    first[1:] = owner[1:] != owner[:-1]
    codes[first] = Path.MOVETO
    return Path(coordinates, codes)


def _labels(axes: "Axes", sheet: Sheet, metres_a_mm: float) -> None:
    from matplotlib import patheffects

    for label in readable(sheet.labels, sheet.places, metres_a_mm):
        axes.text(
            label.x,
            label.y,
            plain(label.text),
            fontproperties=font(label.size),
            color="#111111",
            ha="center",
            va="center",
            linespacing=1.25,
            zorder=1000,
            path_effects=[patheffects.withStroke(linewidth=2.0, foreground="#ffffff")],
        )


def readable(labels: Sequence[Label], places: Sequence[Label], metres_a_mm: float) -> list[Label]:
    """The labels that are written: none lies on another, and the ones of the highest rank come first.

    Names of places come before the labels of grids as long as grids are small, and alone where most grids are too small for one.
    """
    across = _across_mm(labels, metres_a_mm)
    by_rank = sorted(labels, key=lambda label: -label.rank) if across >= _GRIDS_FROM_MM or not places else []
    fitting = [label for label in by_rank if max(_size_mm(label)) * metres_a_mm <= 2 * label.room_m]
    named = sorted(places, key=lambda label: -label.rank) if across < _PLACES_TO_MM else []
    written: list[Label] = []
    taken = np.zeros((0, 4))
    for label in (*named, *fitting):
        half = (np.array(_size_mm(label)) / 2 + _GAP_MM) * metres_a_mm
        west, south, east, north = label.x - half[0], label.y - half[1], label.x + half[0], label.y + half[1]
        on = (taken[:, 0] < east) & (taken[:, 2] > west) & (taken[:, 1] < north) & (taken[:, 3] > south)
        if not on.any():
            taken = np.vstack([taken, (west, south, east, north)])
            written.append(label)
    return written


def _across_mm(labels: Sequence[Label], metres_a_mm: float) -> float:
    """How wide the largest circle in a grid of middling size is."""
    rooms = [label.room_m for label in labels if np.isfinite(label.room_m)]
    return 2 * float(np.median(rooms)) / metres_a_mm if rooms else MAP_WIDE


def _size_mm(label: Label) -> tuple[float, float]:
    lines = label.text.split("\n")
    return max(width(line, label.size) for line in lines), len(lines) * label.size * 0.37


def _scale_bar(axes: "Axes", sheet: Sheet, metres_a_mm: float) -> None:
    """A bar of a round length, at most a fifth of the map, in the corner where it hides the least."""
    from matplotlib.patches import Rectangle

    most = metres_a_mm * MAP_WIDE / 5
    power = 10 ** np.floor(np.log10(most))
    length = float(max(step * power for step in (1, 2, 5) if step * power <= most))
    wide, high = length + 12 * metres_a_mm, 9 * metres_a_mm
    west, south = _least_hidden(axes, sheet, wide, high, 3 * metres_a_mm)
    x, y = west + 3 * metres_a_mm, south + 2.4 * metres_a_mm
    back = Rectangle(
        (west, south),
        wide,
        high,
        facecolor="#ffffff",
        alpha=0.88,
        zorder=1100,
    )
    axes.add_patch(back)
    for part, colour in enumerate((INK, "#ffffff")):
        half = Rectangle(
            (x + part * length / 2, y),
            length / 2,
            1.3 * metres_a_mm,
            facecolor=colour,
            edgecolor=INK,
            linewidth=0.6,
            zorder=1101,
        )
        axes.add_patch(half)
    for share in (0.0, 0.5, 1.0):
        metres = length * share
        unit = text("picture.km" if length >= 2000 else "picture.m", sheet.language)
        value = metres / 1000 if length >= 2000 else metres
        words = f"{value:g} {unit}" if share == 1 else f"{value:g}"
        axes.text(
            x + metres, y + 2.2 * metres_a_mm, words, fontproperties=font(7), color=INK, ha="center", va="bottom", zorder=1102
        )


def _least_hidden(axes: "Axes", sheet: Sheet, wide: float, high: float, gap: float) -> tuple[float, float]:
    """The lower left corner of a box that lies in a corner of the map, but for that of the arrow to the north."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    corners = [(west + gap, south + gap), (east - gap - wide, south + gap), (west + gap, north - gap - high)]
    land = np.concatenate([layer.shapes[shapely.get_dimensions(layer.shapes) == 2] for layer in sheet.layers])
    hidden = [
        float(shapely.area(shapely.clip_by_rect(land, x, y, x + wide, y + high)).sum()) if len(land) else 0.0 for x, y in corners
    ]
    return corners[int(np.argmin(hidden))]


def _north(axes: "Axes", sheet: Sheet, metres_a_mm: float) -> None:
    from matplotlib import patheffects
    from matplotlib.patches import Polygon

    x, y = axes.get_xlim()[1] - 8 * metres_a_mm, axes.get_ylim()[1] - 17 * metres_a_mm
    halo = [patheffects.withStroke(linewidth=2.4, foreground="#ffffff")]
    for side, colour in ((-1, INK), (1, "#ffffff")):
        corners = [(0, 8), (side * 2.6, 0), (0, 1.8)]
        shape = [(x + across * metres_a_mm, y + up * metres_a_mm) for across, up in corners]
        axes.add_patch(Polygon(shape, facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=1101))
    axes.text(
        x,
        y + 9 * metres_a_mm,
        text("picture.north", sheet.language),
        fontproperties=font(10),
        color=INK,
        ha="center",
        va="bottom",
        zorder=1102,
        path_effects=halo,
    )
