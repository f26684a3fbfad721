"""Pictures of maps for reports: one sheet with the map, its legend, a table, a scale bar, north and whose data it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gridplan.errors import OutputError
from gridplan.messages import Language
from gridplan.replacing import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: A4 lying, in millimetres.
WIDE, HIGH = 297.0, 210.0
_MM = 1 / 25.4

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Look:
    """How shapes are drawn: colours as #rrggbb, widths of lines and sizes of signs in points (1/72 inch).

    Attributes
    ----------
    sign : of points: o, s, ^, v, D, P, X, p or ``*``; see the markers of Matplotlib.
    """

    fill: str | None = None
    line: str | None = None
    width: float = 0.5
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    sign: str = "o"
    size: float = 5.0


@dataclass(frozen=True)
class Drawn:
    """Shapes of one look; ``key`` is what the legend says of them, which is silent where it is empty."""

    shapes: Shapes
    look: Look
    key: str = ""


@dataclass(frozen=True)
class Label:
    """A text on the map, centred at a place, in points (1/72 inch).

    It is left out where it has no room of ``room_m``, or would lie on another of a higher ``rank``.
    """

    x: float
    y: float
    text: str
    size: float = 7.0
    room_m: float = float("inf")
    rank: float = 0.0


@dataclass(frozen=True)
class Table:
    """A table beside the map: heads, rows of texts, and the share of the width of each column. All but the first stand right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Sheet:
    """What a picture shows. Shapes and labels are in one CRS of metres, in the order in which they are drawn.

    Attributes
    ----------
    bounds : west, south, east, north of what must be seen, in metres.
    labels : of grids, left out where most are too small to read them.
    places : names of communities, written where the grids are small.
    note : small print under the map, such as how something was measured.
    credit : whose data it is.
    keys : rows of the legend for looks that no shape has here; see ``Drawn.key`` for the others.
    """

    title: str
    subtitle: str
    language: Language
    bounds: tuple[float, float, float, float]
    layers: Sequence[Drawn]
    labels: Sequence[Label] = ()
    places: Sequence[Label] = ()
    legend: str = ""
    keys: Mapping[str, Look] | None = None
    table: Table | None = None
    note: str = ""
    credit: str = ""


def picture(sheet: Sheet, *, dots_per_inch: int = 200) -> bytes:
    """The sheet as PNG, A4 lying: the same bytes for the same sheet.

    Parameters
    ----------
    dots_per_inch : 200 give 2,339 x 1,654 pixels.

    Raises
    ------
    OutputError
        GP611 fewer than 50 or more than 600 dots per inch.
    MissingToolError
        GP720 the package with the Chinese font is not installed.

    Notes
    -----
    Some 0.6 s, and 1 s more for 50,000 polygons of 10 points.
    """
    if not 50 <= dots_per_inch <= 600:
        raise OutputError("GP611", dots=dots_per_inch)
    from matplotlib import style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from gridplan.maps.picture_parts import draw

    # What a notebook has set for its own figures changes nothing here.
    with style.context("default"):
        figure = Figure(figsize=(WIDE * _MM, HIGH * _MM), dpi=dots_per_inch, facecolor="#ffffff")
        FigureCanvasAgg(figure)
        draw(figure, sheet)
        return _png(figure)


def _png(figure: "Figure") -> bytes:
    made = BytesIO()
    # The version of Matplotlib, which it writes into a file by itself, would change the bytes.
    figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def write_picture(image: bytes, path: str | Path) -> None:
    """Write a picture to a file: whole, or not at all.

    Parameters
    ----------
    image : what ``plan_picture``, ``coverage_picture``, ``compare_picture`` and their like give.
    path : the file; one that is there is replaced.

    Raises
    ------
    OutputError
        GP601 the file cannot be written; what was there before is unchanged.
    """
    with replacing(Path(path)) as draft:
        draft.write_bytes(image)


def bounds_of(*shapes: Shapes) -> tuple[float, float, float, float]:
    """West, south, east, north of everything given."""
    west, south, east, north = shapely.total_bounds(np.concatenate(shapes)).tolist()
    return west, south, east, north
