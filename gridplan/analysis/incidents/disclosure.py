"""What the public is told of incidents: never so little land, nor so exact a number, that one household can be read off.

Everything that is published of one plan lies on one partition of the land, made from the households alone: grids with few
households are joined to a neighbour, and each such zone is halved along lines of a lattice as long as both halves keep enough
households. Sums and differences of numbers of this plan are then sums over whole pieces, so none leads below a piece. Numbers of
another plan with other lines lie on another partition: what lies between the lines is kept by nothing but the rounding, and the
rounding of numbers of freely chosen days is no protection. The service tells the public whole months that have ended, of plans
in force, and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from gridplan.analysis.incidents.contiguity import touching
from gridplan.analysis.incidents.floors import LEAST_HOUSEHOLDS, ROUND_TO, rounded
from gridplan.analysis.incidents.published import ToldZones
from gridplan.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Disclosure:
    """How much is told: at least so many households behind every number, and numbers rounded to a multiple of ``round_to``.

    Raises
    ------
    InputError
        GP184 fewer than 2 households, or a rounding below 1.
    """

    least_households: int = LEAST_HOUSEHOLDS
    round_to: int = ROUND_TO

    def __post_init__(self) -> None:
        if self.least_households < 2:
            raise InputError("GP184", option="least_households", value=self.least_households, wanted=">= 2")
        if self.round_to < 1:
            raise InputError("GP184", option="round_to", value=self.round_to, wanted=">= 1")

    def rounded(self, counts: ArrayLike) -> Ints:
        """The counts as multiples of ``round_to``, the nearest one, a half up.

        Examples
        --------
        >>> Disclosure().rounded([0, 2, 3, 7, 8]).tolist()
        [0, 0, 5, 5, 10]
        """
        return rounded(counts, self.round_to)


@dataclass(frozen=True)
class Piece:
    """A part of a zone: the row of the zone, its rectangle of lattice squares (the last ones not in it), its households."""

    zone: int
    west: int
    south: int
    east: int
    north: int
    households: int


def joined_zones(grids: gpd.GeoDataFrame, rule: Disclosure) -> list[list[int]]:
    """Rows of the grids that are told together, so that each group has enough households; none where all together have too few.

    Parameters
    ----------
    grids : ``code``, ``community``, ``households`` and polygons in one CRS.

    Notes
    -----
    The group of fewest households goes to the neighbour of fewest in its own community, else to any neighbour, else to the
    nearest group; groups that are equal go by the code of their first grid.
    """
    households = grids["households"].to_numpy(dtype=np.int64)
    if int(households.sum()) < rule.least_households:
        return []
    codes, communities = grids["code"].tolist(), grids["community"].tolist()
    near = {row: set(rows) for row, rows in enumerate(touching(grids.geometry))}
    middles = shapely.get_coordinates(shapely.point_on_surface(grids.geometry.to_numpy()))
    group: dict[int, list[int]] = {row: [row] for row in range(len(grids))}
    sums = dict(enumerate(households.tolist()))
    small = [(sums[row], codes[row], row) for row in group if sums[row] < rule.least_households]
    heapify(small)
    while small and len(group) > 1:
        known, _, row = heappop(small)
        if sums.get(row) != known:
            continue  # it has grown, or gone to another
        others: Sequence[int] = [each for each in near[row] if communities[each] == communities[row]] or sorted(near[row])
        if others:
            other = min(others, key=lambda each: (sums[each], codes[each]))
        else:
            apart = [each for each in group if each != row]
            distance = np.hypot(*(middles[apart] - middles[row]).T)
            other = apart[int(np.lexsort((np.array([codes[each] for each in apart]), distance))[0])]
        group[other] += group.pop(row)
        sums[other] += sums.pop(row)
        for each in near.pop(row) - {other}:
            near[each].discard(row)
            near[each].add(other)
            near[other].add(each)
        near[other].discard(row)
        if sums[other] < rule.least_households:
            heappush(small, (sums[other], codes[other], other))
    return [sorted(rows) for rows in sorted(group.values(), key=min)]


def told_zones(grids: gpd.GeoDataFrame, rule: Disclosure) -> ToldZones:
    """The grids and communities that numbers may be told of beside a map of :func:`joined_zones`: sums over its whole zones.

    Grids that are joined to others are not told by themselves, nor communities one of whose grids is joined to one of another.

    Parameters
    ----------
    grids : as :func:`joined_zones` takes them.
    """
    codes, communities = grids["code"].tolist(), grids["community"].tolist()
    groups = joined_zones(grids, rule)
    if not groups:
        return ToldZones()
    across = {communities[row] for rows in groups if len({communities[each] for each in rows}) > 1 for row in rows}
    return ToldZones(frozenset(codes[rows[0]] for rows in groups if len(rows) == 1), frozenset(communities) - across)


def pieces(zone: int, columns: Ints, rows: Ints, households: Ints, rule: Disclosure) -> Iterator[Piece]:
    """The pieces that a zone is halved into, from the lattice square and the households of each of its buildings.

    A piece is halved across its longer side, at the line that parts its households most evenly, as long as both halves have
    enough of them. Incidents have no say in it.
    """
    wide = Piece(zone, int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1, int(households.sum()))
    yield from _halved(wide, columns, rows, households, rule.least_households)


def _halved(piece: Piece, columns: Ints, rows: Ints, households: Ints, least: int) -> Iterator[Piece]:
    upright = piece.east - piece.west >= piece.north - piece.south
    for across in (upright, not upright):
        along, first, last = (columns, piece.west, piece.east) if across else (rows, piece.south, piece.north)
        line = _cut(along, households, first, last, least)
        if line is None:
            continue
        for kept, low in ((along < line, True), (along >= line, False)):
            side = ("east" if low else "west") if across else ("north" if low else "south")
            half = replace(piece, households=int(households[kept].sum()), **{side: line})
            yield from _halved(half, columns[kept], rows[kept], households[kept], least)
        return
    yield piece


def _cut(along: Ints, households: Ints, first: int, last: int, least: int) -> int | None:
    """The lattice line with the most even halves, the lower one of two; None where none has enough on both sides."""
    if last - first < 2:
        return None
    below = np.cumsum(np.bincount(along - first, weights=households, minlength=last - first))[:-1]
    smaller = np.minimum(below, households.sum() - below)
    best = int(np.argmax(smaller))
    return first + best + 1 if smaller[best] >= least else None


def piece_rows(found: Sequence[Piece], zones: Ints, columns: Ints, rows: Ints) -> Ints:
    """For each place, by zone and lattice square, the row of its piece; -1 where it is in no zone.

    What lies beyond the last building of a zone belongs to the piece next to it.
    """
    result = np.full(len(zones), -1, dtype=np.int64)
    order = np.argsort(zones, kind="stable")
    sides = outer(found)
    for number, piece in enumerate(found):
        low, high = np.searchsorted(zones[order], [piece.zone, piece.zone + 1])
        members = order[low:high]
        west, south, east, north = sides[number]
        x, y = columns[members], rows[members]
        inside = (x >= west) & (x < east) & (y >= south) & (y < north)
        result[members[inside]] = number
    return result


def outer(found: Sequence[Piece]) -> list[tuple[float, float, float, float]]:
    """The rectangle of each piece, without end on the sides where no other piece of its zone follows."""
    table = pd.DataFrame([vars(piece) for piece in found], columns=["zone", "west", "south", "east", "north"])
    ends = table.groupby("zone").agg({"west": "min", "south": "min", "east": "max", "north": "max"}).loc[table["zone"]]
    made = {}
    for side, endless in (("west", -np.inf), ("south", -np.inf), ("east", np.inf), ("north", np.inf)):
        values = table[side].to_numpy(dtype=np.float64)
        made[side] = np.where(values == ends[side].to_numpy(), endless, values).tolist()
    return list(zip(made["west"], made["south"], made["east"], made["north"], strict=True))


def joined_table(grids: gpd.GeoDataFrame, groups: Sequence[Sequence[int]]) -> gpd.GeoDataFrame:
    """One row a group: the first grid's ``code``, ``community`` and ``kind``, the names of all, sums, and the land together."""
    names, shapes = grids["name"].tolist(), grids.geometry.to_numpy()
    households, area = grids["households"].to_numpy(), grids["area_m2"].to_numpy()
    first = [rows[int(households[list(rows)].argmax())] for rows in groups]
    made = {
        **{name: grids[name].to_numpy()[first] for name in ("code", "kind", "community")},
        "name": ["、".join(names[row] for row in rows) for rows in groups],
        "households": np.array([households[list(rows)].sum() for rows in groups], dtype=np.int64),
        "area_m2": np.array([area[list(rows)].sum() for rows in groups], dtype=np.float64),
        "grids": np.array([len(rows) for rows in groups], dtype=np.int64),
    }
    land = [shapely.union_all(shapes[list(rows)]) if len(rows) > 1 else shapes[rows[0]] for rows in groups]
    columns = ["code", "name", "kind", "community", "households", "area_m2", "grids"]
    return gpd.GeoDataFrame(pd.DataFrame(made)[columns], geometry=land, crs=grids.crs)
