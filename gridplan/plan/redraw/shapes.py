"""The land of grids and units as shapes, united from pieces when it is asked for."""

from collections.abc import Sequence

import numpy as np
import shapely

from gridplan.plan.land import canonical
from gridplan.plan.redraw.ground import Ground
from gridplan.plan.redraw.zones import GridZone, Plot


def plot_shapes(ground: Ground, plots: Sequence[Plot]) -> list[shapely.Geometry]:
    """The land of each plot in degrees."""
    return _united(ground, [plot.pieces for plot in plots])


def grid_shapes(ground: Ground, grids: Sequence[GridZone]) -> list[shapely.Geometry]:
    """The land of each grid in degrees."""
    return _united(ground, [tuple(sorted(piece for plot in grid.plots for piece in plot.pieces)) for grid in grids])


def _united(ground: Ground, pieces: Sequence[tuple[int, ...]]) -> list[shapely.Geometry]:
    """Unions of pieces; those made before, or read with the plan, are not made again."""
    known = ground.united
    missing = sorted({rows for rows in pieces if rows not in known})
    if missing:
        made = np.array([shapely.coverage_union_all(ground.piece_shapes[list(rows)]) for rows in missing], dtype=object)
        known.update(zip(missing, canonical(made), strict=True))
    return [known[rows] for rows in pieces]
