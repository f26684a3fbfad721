"""What of one plan is what of another: sections matched by id, re-divided buildings by shares, empty land by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan.atoms import Atoms
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Shapes, to_degrees
from gridplan.plan.model import Plan
from gridplan.plan.succession import Flows, flows

#: Buildings of one id that stand further apart than this, metres, are not the same building. Errors of datum stay below.
SAME_PLACE_M = 1000.0
_METRES_A_DEGREE = 111_195.0

#: Levels of zones: the layer that holds them, and its column that names the zone above.
LEVELS: Mapping[str, tuple[str, str]] = {"grid": ("grids", "community"), "unit": ("units", "grid")}


@dataclass(frozen=True)
class LevelZones:
    """The zones of a level: the zone (0..z-1) of each section, and the land of each zone in degrees."""

    of_section: Ints
    lands: Shapes


@dataclass(frozen=True)
class Zoning:
    """Whose zones sections are in: what two plans are compared by.

    ``sections``: columns ``id``, ``building``, ``floor_from``, ``households``. ``buildings``: ids, and where each stands
    (``place``: longitude and latitude). ``levels``: the zones by level.
    """

    sections: pd.DataFrame
    buildings: Sequence[str]
    place: Floats
    levels: Mapping[str, LevelZones]

    @classmethod
    def of(cls, plan: Plan) -> "Zoning":
        """That of a plan; zones are numbered by the rows of their layers."""
        unit = pd.Index(plan.units["code"]).get_indexer(plan.sections["unit"]).astype(np.int64)
        grid = pd.Index(plan.grids["code"]).get_indexer(plan.units["grid"]).astype(np.int64)
        return cls(
            sections=plan.sections,
            buildings=plan.buildings["id"].tolist(),
            place=places(np.asarray(plan.buildings.geometry.array)),
            levels={
                "grid": LevelZones(grid[unit], np.asarray(plan.grids.geometry.array)),
                "unit": LevelZones(unit, np.asarray(plan.units.geometry.array)),
            },
        )

    @classmethod
    def in_making(cls, atoms: Atoms, levels: Mapping[str, LevelZones]) -> "Zoning":
        """That of a plan in the making, with the lands of its zones in degrees."""
        middles = np.asarray(shapely.centroid(np.asarray(atoms.buildings.geometry.array)), dtype=object)
        place = places(to_degrees(middles, CRS(atoms.buildings.crs), decimals=None))
        return cls(sections=atoms.sections, buildings=atoms.buildings["id"].tolist(), place=place, levels=levels)


@dataclass(frozen=True)
class Matches:
    """One row a section, or a share of one: its row in each plan (-1 where it is in none), households today and before."""

    old: Ints
    new: Ints
    households: Ints
    before: Ints


def places(shapes: Shapes) -> Floats:
    """The middle of each shape, x and y."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes)), dtype=np.float64).reshape(len(shapes), 2)


def match(old: Zoning, new: Zoning) -> Matches:
    """Which sections of two plans are the same.

    A section is the same where its id and its building's are. A building whose sections do not have the same ids in both is
    laid out twice in the order of its floors and numbers, each section as long as its share of the households (and one
    more, so that empty ones count): where two lie over one another, that share of the households of each, in whole
    households, is in both. A building that stands ``SAME_PLACE_M`` away is another.
    """
    then, now = old.sections.reset_index(drop=True), new.sections.reset_index(drop=True)
    apart = _apart(old, new)
    same = pd.Index(now["id"]).get_indexer(then["id"])
    here = now["building"].reindex(same).to_numpy()
    whole = (same >= 0) & (then["building"].to_numpy() == here) & ~then["building"].isin(apart).to_numpy()
    # Buildings of which a section has no counterpart are matched by shares as a whole.
    loose_new = np.ones(len(now), dtype=np.bool_)
    loose_new[same[whole]] = False
    redivided = (set(then["building"][~whole]) | set(now["building"][loose_new])) - apart
    whole &= ~then["building"].isin(redivided).to_numpy()
    old_rows, new_rows = np.flatnonzero(whole), same[whole]
    counts, today = then["households"].to_numpy(np.int64), now["households"].to_numpy(np.int64)
    rows = [(a, b, today[b], counts[a]) for a, b in zip(old_rows.tolist(), new_rows.tolist(), strict=True)]
    rows += _redivided(then, now, redivided)
    matched = np.array(rows, dtype=np.int64).reshape(-1, 4)
    gone, fresh = np.setdiff1d(np.arange(len(then)), matched[:, 0]), np.setdiff1d(np.arange(len(now)), matched[:, 1])
    none = [np.full(len(gone), -1), np.full(len(fresh), -1)]
    return Matches(
        old=np.concatenate([matched[:, 0], gone, none[1]]),
        new=np.concatenate([matched[:, 1], none[0], fresh]),
        households=np.concatenate([matched[:, 2], np.zeros(len(gone), dtype=np.int64), today[fresh]]),
        before=np.concatenate([matched[:, 3], counts[gone], np.zeros(len(fresh), dtype=np.int64)]),
    )


def level_flows(matches: Matches, old: LevelZones, new: LevelZones) -> Flows:
    """What went from which zone to which; a zone without a section leads to or comes from the one its middle lies in."""
    source = np.append(old.of_section, -1)[matches.old]
    target = np.append(new.of_section, -1)[matches.new]
    became = _land_below(old.lands, _empty(old), new.lands)
    came = [(to, of) for of, to in _land_below(new.lands, _empty(new), old.lands)]
    links = np.array(sorted({*became, *came}), dtype=np.int64).reshape(-1, 2)
    nobody = np.zeros(len(links), dtype=np.int64)
    return flows(
        np.concatenate([source, links[:, 0]]),
        np.concatenate([target, links[:, 1]]),
        np.concatenate([matches.households, nobody]),
        np.concatenate([matches.before, nobody]),
        former_zones=len(old.lands),
        zones=len(new.lands),
    )


def _empty(zones: LevelZones) -> Ints:
    return np.setdiff1d(np.arange(len(zones.lands)), zones.of_section)


def _land_below(shapes: Shapes, empty: Ints, others: Shapes) -> list[tuple[int, int]]:
    """For each of the ``empty`` shapes the others that its inner point lies in: one, or the units stacked there, or none."""
    if not len(empty) or not len(others):
        return []
    points = shapely.point_on_surface(shapes[empty])
    found = shapely.STRtree(others).query(points, predicate="intersects")
    return list(zip(empty[found[0]].tolist(), found[1].tolist(), strict=True))


def _apart(old: Zoning, new: Zoning) -> set[str]:
    """Ids of buildings that are in both, but too far apart to be the same."""
    row = pd.Index(new.buildings).get_indexer(pd.Index(old.buildings))
    shared = np.flatnonzero(row >= 0)
    a, b = old.place[shared], new.place[row[shared]]
    north = (b[:, 1] - a[:, 1]) * _METRES_A_DEGREE
    east = (b[:, 0] - a[:, 0]) * _METRES_A_DEGREE * np.cos(np.radians(a[:, 1]))
    return {old.buildings[position] for position in shared[np.hypot(east, north) > SAME_PLACE_M]}


def _redivided(then: pd.DataFrame, now: pd.DataFrame, buildings: set[str]) -> list[tuple[int, int, int, int]]:
    """Rows, households and households before of the shares of buildings with other sections than before."""
    both = sorted(buildings & set(then["building"]) & set(now["building"]))
    old_rows, new_rows = _rows_by_building(then, both), _rows_by_building(now, both)
    counts, today = then["households"].tolist(), now["households"].tolist()
    rows = []
    for building in both:
        before, after = old_rows[building], new_rows[building]
        for a, b, households, was in shares([counts[row] for row in before], [today[row] for row in after]):
            rows.append((before[a], after[b], households, was))
    return rows


def _rows_by_building(sections: pd.DataFrame, buildings: Sequence[str]) -> dict[str, list[int]]:
    """The rows of the sections of each building from the ground up, then by the numbers that their ids end in."""
    mine = sections.loc[sections["building"].isin(buildings), ["building", "id", "floor_from"]]
    mine = mine.assign(floor=mine["floor_from"].fillna(0).astype("int64"), digits=mine["id"].str.len())
    mine = mine.sort_values(["building", "floor", "digits", "id"])
    return {str(name): rows.tolist() for name, rows in mine.groupby("building").groups.items()}


def shares(before: Sequence[int], today: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Old position, new position, households today and before, of what two divisions of one building have in common.

    Examples
    --------
    >>> shares([30, 30], [20, 20, 20])
    [(0, 0, 20, 20), (0, 1, 10, 10), (1, 1, 10, 10), (1, 2, 20, 20)]
    """
    width, other = sum(before) + len(before), sum(today) + len(today)
    ends = np.cumsum([(count + 1) * other for count in before]).tolist()
    new_ends = np.cumsum([(count + 1) * width for count in today]).tolist()
    pairs, lengths = [], []
    a = b = at = 0
    while a < len(ends) and b < len(new_ends):
        end = min(ends[a], new_ends[b])
        pairs.append((a, b))
        lengths.append(end - at)
        at = end
        a, b = a + (ends[a] == end), b + (new_ends[b] == end)
    households, was = [0] * len(pairs), [0] * len(pairs)
    for totals, side, parts in ((before, 0, was), (today, 1, households)):
        for position, total in enumerate(totals):
            rows = [row for row, pair in enumerate(pairs) if pair[side] == position]
            for row, part in zip(rows, _apportion(total, [lengths[row] for row in rows]), strict=True):
                parts[row] = part
    return [(a, b, now, then) for (a, b), now, then in zip(pairs, households, was, strict=True)]


def _apportion(total: int, weights: Sequence[int]) -> list[int]:
    """The total in whole parts in proportion to the weights: what is left over goes to the largest remainders."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda row: (-(total * weights[row] % whole), row))
    for row in order[: total - sum(parts)]:
        parts[row] += 1
    return parts
