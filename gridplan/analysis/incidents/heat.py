"""Heat: how many incidents there are to the hectare, in squares of a fixed size on the ground.

A heat map that is drawn from points with a radius in pixels says something else at every zoom. Here the squares lie on a lattice
of metres and the number of each is computed once, so it is the same however near the reader looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan import crs
from gridplan.analysis.incidents.periods import Span, period_rows
from gridplan.errors import InputError

#: Sizes of squares that are chosen from where none is asked for, in metres.
SIZES_M = (25, 50, 100, 200, 250, 500, 1000, 2000, 5000)
#: Squares that a picture is made of at most, where the size is chosen.
PICTURE_CELLS = 40_000
#: Squares times periods that are held at most.
MOST_CELLS = 20_000_000
#: The kernel ends at so many bandwidths.
_TRUNCATE = 4.0
_HECTARE = 10_000.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Heat:
    """Incidents to the hectare in the squares of a lattice.

    Attributes
    ----------
    crs : the metre CRS of the lattice. Column c and row r are the square from (c, r) times ``cell_m`` to (c + 1, r + 1) times it.
    cell_m : side of a square in metres.
    bandwidth_m : standard deviation of the Gaussian kernel in metres; 0: plain counts.
    periods : what was counted by; may be empty.
    column, row : the square in the south west corner of the arrays.
    counts : incidents as counted, (1 + periods, rows, columns); the first is the whole time.
    density : incidents to the hectare after smoothing, of the same shape.
    without_place : incidents that no square can hold, since their place is not known.
    """

    crs: str
    cell_m: float
    bandwidth_m: float
    periods: tuple[Span, ...]
    column: int
    row: int
    counts: Ints
    density: Floats
    without_place: int

    def cells(self) -> gpd.GeoDataFrame:
        """The squares that have anything, by period, column and row.

        Columns: ``period`` (its name; empty: the whole time), ``column``, ``row``, ``count``, ``per_hectare``, and the square in
        EPSG:4326.
        """
        layer, row, column = np.nonzero(self.density > 0)
        names = np.array(["", *(period.name for period in self.periods)], dtype=object)
        west, south = (column + self.column) * self.cell_m, (row + self.row) * self.cell_m
        squares = gpd.GeoSeries(shapely.box(west, south, west + self.cell_m, south + self.cell_m), crs=self.crs)
        table = pd.DataFrame(
            {
                "period": pd.Series(names[layer], dtype="str"),
                "column": column + self.column,
                "row": row + self.row,
                "count": self.counts[layer, row, column],
                "per_hectare": self.density[layer, row, column],
            }
        )
        return crs.to_lonlat(gpd.GeoDataFrame(table, geometry=squares.to_numpy(), crs=self.crs))

    def breaks(self, *, whole: bool = True, classes: int = 6) -> list[float]:
        """Where the classes begin, in incidents to the hectare: of the whole time, or the ones that all periods share."""
        layers = self.density[:1] if whole or not self.periods else self.density[1:]
        return class_breaks(layers[layers > 0], classes=classes)


def heat(
    incidents: gpd.GeoDataFrame,
    *,
    cell_m: float | None = None,
    bandwidth_m: float | None = None,
    spans: tuple[Span, ...] = (),
    metre_crs: str | None = None,
) -> Heat:
    """Incidents to the hectare in squares of a fixed size, as they are or smoothed, in all and by period.

    Parameters
    ----------
    incidents : rows with a point, or none where the place is not known; ``reported_at`` is read where ``spans`` are given, and
        ``weight`` (whole numbers, how many incidents a row stands for) where there is such a column.
    cell_m : side of a square in metres; None: the smallest of 25, 50, 100, 200, 250, 500, 1,000, 2,000, 5,000 that covers the
        incidents with at most 40,000 squares.
    bandwidth_m : standard deviation of a Gaussian kernel in metres; 0: no smoothing; None: twice ``cell_m``.
    spans : periods to count by besides, as :func:`gridplan.analysis.incidents.periods.periods` gives them.
    metre_crs : the CRS of the lattice; None: the UTM zone of the incidents.

    Raises
    ------
    InputError
        GP105, GP106, GP137 the CRS of the incidents; GP182 the squares or the bandwidth are not above 0, or too many to hold.

    Notes
    -----
    A million points take 0.3 s, of which the projection is half. The kernel keeps the sum: what it spreads over the edge of the
    incidents is on squares that are added for it.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, doi:10.1201/9781315140919.
    """
    placed, points, local = crs.points_in_metres(incidents, CRS(metre_crs) if metre_crs else None)
    weight = weights_of(incidents)
    if not len(points):
        empty = np.zeros((1 + len(spans), 0, 0))
        size, spread, lost = cell_m or float(SIZES_M[0]), bandwidth_m or 0.0, int(weight.sum())
        return Heat(crs.name(local), size, spread, spans, 0, 0, empty.astype(np.int64), empty, lost)
    x, y = points.T
    size = cell_m if cell_m is not None else fitting_size(x, y)
    spread = 2 * size if bandwidth_m is None else bandwidth_m
    _check(size, spread)
    layer = period_rows(incidents["reported_at"][placed], spans) if spans else np.full(len(x), -1)
    counts, column, row = _counted(x, y, weight[placed], layer, size, len(spans), margin=int(np.ceil(_TRUNCATE * spread / size)))
    density = smoothed(counts, spread / size) * (_HECTARE / size**2)
    return Heat(crs.name(local), size, spread, spans, column, row, counts, density, int(weight[~placed].sum()))


def fitting_size(x: Floats, y: Floats, *, most: int = PICTURE_CELLS) -> float:
    """The smallest of the usual sizes with which at most ``most`` squares cover the points."""
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    fits = (size for size in SIZES_M if (wide // size + 2) * (high // size + 2) <= most)
    return float(next(fits, SIZES_M[-1]))


def smoothed(counts: NDArray[np.int64], sigma: float) -> Floats:
    """The layers of counts, each spread by a Gaussian kernel of ``sigma`` squares; as they are where that is 0."""
    from scipy import ndimage  # a third of a second, needed by few

    plain = counts.astype(np.float64)
    if sigma == 0:
        return plain
    spread = ndimage.gaussian_filter(plain, sigma=(0.0, sigma, sigma), mode="constant", truncate=_TRUNCATE)
    # The kernel ends somewhere, so what is left of rounding beyond it is nothing.
    return np.where(spread < 1e-9, 0.0, spread)


def class_breaks(values: Floats | Sequence[float], *, classes: int = 6, far: bool = False) -> list[float]:
    """Where ``classes - 1`` classes begin above the lowest: round numbers of the series 1, 2, 5, 10, ..., ascending.

    The highest is the largest such number that a hundredth of the values reach, so that one extreme does not bleach the rest.

    Parameters
    ----------
    far : take 1, 3, 10, ... or 1, 10, 100, ... where it needs them for three quarters of the values to be above the first number:
        town and country on one map.

    Examples
    --------
    >>> class_breaks([0.3, 1.0, 4.0, 37.0], classes=6)
    [1.0, 2.0, 5.0, 10.0, 20.0]
    >>> class_breaks([0.05, 0.3, 1.0, 4.0, 37.0], classes=6, far=True)
    [0.2, 0.5, 1.0, 2.0, 5.0]
    """
    known = np.asarray(values, dtype=np.float64)
    top = float(np.quantile(known, 0.99, method="higher")) if len(known) else 10.0 ** (classes // 3)
    low = float(np.quantile(known, 0.25)) if len(known) else top
    for steps in ((1, 2, 5), (1, 3), (1,)) if far else ((1, 2, 5),):
        series = [step * 10.0**power for power in range(-9, 10) for step in steps]
        last = max(index for index, number in enumerate(series) if number <= max(top, series[classes]) * (1 + 1e-9))
        if far:  # a highest class of up to ten times more than it says is better than a land of one colour
            first = last - classes + 2
            last -= min(sum(low < number <= series[first] for number in series), len(steps))
        breaks = [float(f"{number:.6g}") for number in series[last - classes + 2 : last + 1]]
        if breaks[0] <= low:
            break
    return breaks


def _check(size: float, spread: float) -> None:
    if not (size > 0 and spread >= 0 and np.isfinite([size, spread]).all()):
        raise InputError("GP182", cell=size, bandwidth=spread, cells="-", most=MOST_CELLS)


def weights_of(incidents: pd.DataFrame) -> Ints:
    """How many incidents each row stands for: its ``weight`` where there is such a column, else one."""
    if "weight" in incidents:
        return np.asarray(incidents["weight"], dtype=np.int64)
    return np.ones(len(incidents), dtype=np.int64)


def _counted(x: Floats, y: Floats, weight: Ints, layer: Ints, size: float, spans: int, *, margin: int) -> tuple[Ints, int, int]:
    """Counts (1 + spans, rows, columns) with ``margin`` empty squares around, and the first column and row."""
    columns, rows = np.floor(x / size).astype(np.int64), np.floor(y / size).astype(np.int64)
    west, south = int(columns.min()) - margin, int(rows.min()) - margin
    wide, high = int(columns.max()) - west + 1 + margin, int(rows.max()) - south + 1 + margin
    if (1 + spans) * wide * high > MOST_CELLS:
        raise InputError("GP182", cell=size, bandwidth="-", cells=(1 + spans) * wide * high, most=MOST_CELLS)
    spot = (rows - south) * wide + (columns - west)
    one = wide * high
    counts = np.zeros((1 + spans) * one, dtype=np.int64)
    counts[:one] = np.bincount(spot, weights=weight, minlength=one)
    timed = layer >= 0
    if spans:
        counts[one:] = np.bincount(layer[timed] * one + spot[timed], weights=weight[timed], minlength=spans * one)
    return counts.reshape(1 + spans, high, wide), west, south
