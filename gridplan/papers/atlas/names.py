"""Names on a map: streets along their lines, services beside their dots."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import shapely

from gridplan.papers.atlas.drawing import DEEP, Drawing
from gridplan.papers.atlas.labels import Labels, along, around, beside, merged
from gridplan.papers.sheet import MM_PT

_STREET_INK, _SERVICE_PT, _DOT_MM = "#4a4438", 5.6, 1.0
#: A name is written again where its street goes on for so long, millimetres.
_AGAIN_MM = 90.0


def hidden_by_names(buildings: np.ndarray, *lines: shapely.Geometry) -> shapely.Geometry:
    """What names of streets are not to stand on: buildings, and strong lines."""
    wide = [shapely.buffer(shapely.simplify(line, 0.2), 0.7, quad_segs=1) for line in lines]
    hidden = shapely.union_all(np.array([*buildings, *wide], dtype=object))
    shapely.prepare(hidden)
    return hidden


def put_street_names(drawing: Drawing, labels: Labels, hidden: shapely.Geometry, size: float) -> None:
    """The name of each street in a map along its line, important and long ones first; of a long street twice."""
    ground = drawing.ground
    rows, lines = drawing.visible(ground.streets)
    if not len(rows) or "name" not in ground.streets.rows:
        return
    named: dict[str, list[tuple[bool, shapely.Geometry]]] = defaultdict(list)
    columns = (ground.streets.rows[column].to_numpy(dtype=object)[rows] for column in ("name", "class"))
    for name, rank, line in zip(*columns, lines, strict=True):
        if isinstance(name, str) and name.strip():
            named[name.strip()].append((rank == "major", line))
    order = sorted(named, key=lambda name: (not any(major for major, _ in named[name]), -_length(named[name]), name))
    west, top, east, bottom = drawing.frame.inside.bounds
    for name in order:
        words = drawing.sheet.drawable(name)
        box = (drawing.sheet.wide(words, size), size * MM_PT * 0.9)
        before: tuple[float, float] | None = None
        joined = merged([line for _, line in named[name]])
        middle = ((west + east) / 2, (top + bottom) / 2)
        for point, angle in along(joined, box, hidden=hidden, middle=middle, beside_mm=box[1] * 0.5 + 0.9):
            if before is not None and np.hypot(point[0] - before[0], point[1] - before[1]) < _AGAIN_MM:
                continue
            if labels.place(*box, [point], angle=angle) is not None:
                drawing.text(point, words, size, ink=_STREET_INK, angle=angle)
                if before is not None:
                    break
                before = point


def _length(parts: Sequence[tuple[bool, shapely.Geometry]]) -> float:
    return float(sum(line.length for _, line in parts))


def put_services(drawing: Drawing, labels: Labels) -> Callable[[shapely.Geometry, shapely.Geometry], None]:
    """A dot for each service in a map; gives what writes the names of those within a shape, best off what is hidden."""
    ground, sheet = drawing.ground, drawing.sheet
    rows, shapes = drawing.visible(ground.services)
    spots = [(row, shape.representative_point()) for row, shape in zip(rows.tolist(), shapes, strict=True)]
    for _, spot in spots:
        sheet.set_fill_color(DEEP)
        sheet.set_draw_color("#ffffff")
        sheet.set_line_width(0.3)
        sheet.circle(spot.x, spot.y, _DOT_MM, style="DF")
        labels.take(spot.buffer(_DOT_MM + 0.1))

    def name_within(shape: shapely.Geometry, hidden: shapely.Geometry) -> None:
        for row, spot in spots:
            name = ground.services.rows["name"].iat[row] if "name" in ground.services.rows else None
            if isinstance(name, str) and shape.contains(spot):
                words = sheet.drawable(name)
                wide, high = sheet.wide(words, _SERVICE_PT), _SERVICE_PT * MM_PT
                places = sorted(
                    beside((spot.x, spot.y), _DOT_MM, wide, high), key=lambda at: hidden.intersects(around(at, wide, high))
                )
                middle = labels.place(wide, high, places)
                if middle is not None:
                    drawing.text(middle, words, _SERVICE_PT, ink=DEEP)

    return name_within
