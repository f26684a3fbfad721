"""The rural part of a community: the houses of its natural villages, and the service centre of a village."""

import numpy as np
import shapely

from gridplan.simulation.buildings import Buildings, Member, Setting
from gridplan.simulation.coverage import Flags, Ints
from gridplan.simulation.footprints import CLEAR_M, RAIL_CLEAR_M, clear_of, first_come
from gridplan.simulation.hamlets import FARM, SHED, Houses, draw_houses, lanes
from gridplan.simulation.names import village_names
from gridplan.simulation.quotas import shared
from gridplan.simulation.tables import Rows

#: Households that one house of a natural village holds at most, where enough houses stand.
MOST_HOMES = 4
#: Floors of a house, and the shares of houses that have them.
LEVELS, LEVEL_SHARES = (1, 2, 3), (0.3, 0.5, 0.2)
#: Metres that a house keeps from the border of its natural village's land, and that the land of its houses reaches round them.
BORDER_M, AROUND_M = 6.0, 12.0


def build_countryside(setting: Setting, member: Member, rng: np.random.Generator, rows: Rows, found: Buildings) -> None:
    """Adds the buildings of a community's natural villages to ``found``; their lanes, land and service centre go to ``rows``.

    In some communities the buildings name their natural village in ``compound`` and its land is a compound of class village; in
    the others natural villages are to be found from the buildings.
    """
    land, hamlets, roads = setting.land, setting.hamlets, setting.roads
    own = np.flatnonzero(land.community[hamlets.cell] == member.row)
    if not len(own):
        return
    labels = village_names(len(own), rng)
    drawn = [draw_houses(hamlets, row, roads.bearings[row], land.cells[hamlets.cell[row]], rng) for row in own.tolist()]
    houses = Houses(
        hamlet=np.concatenate([part.hamlet for part in drawn]),
        kind=np.concatenate([part.kind for part in drawn]),
        homes=np.concatenate([part.homes for part in drawn]),
        shape=np.concatenate([part.shape for part in drawn]),
    )
    keep = _standing(setting, houses)
    for number, row in enumerate(own.tolist()):
        rows.add("streets", lanes(hamlets, row, roads.bearings[row]), **{"class": "path", "name": None})
        mine = np.flatnonzero(keep & (houses.hamlet == row))
        ident = f"{member.code}-V{number + 1:02d}"
        _move_in(setting, houses, mine, row, f"{member.name}{labels[number]}", ident if member.named else None, rng, found)
        if member.named:
            core = houses.shape[mine][houses.kind[mine] != FARM]
            around = shapely.buffer(shapely.convex_hull(shapely.union_all(core)), AROUND_M, quad_segs=2)
            inside = shapely.intersection(around, shapely.buffer(land.cells[hamlets.cell[row]], -1.0))
            rows.add("compounds", [inside], id=ident, name=labels[number], **{"class": "village"})
    if not member.compounds:
        largest = int(own[np.argmax(hamlets.households[own])])
        name = f"{member.name}党群服务中心"
        spot = shapely.points(hamlets.middle[[largest]])
        rows.add("services", spot, id=f"{member.code}-S01", name=name, kind="community_centre")


def _move_in(
    setting: Setting,
    houses: Houses,
    mine: Ints,
    row: int,
    label: str,
    ident: str | None,
    rng: np.random.Generator,
    found: Buildings,
) -> None:
    """Adds the houses of one natural village that stand, with all its households in them."""
    total = int(setting.hamlets.households[row])
    lived = houses.kind[mine] != SHED
    count = int(lived.sum())
    assert count, f"no house of natural village {row} stands"
    homes = np.zeros(len(mine), dtype=np.int64)
    homes[lived] = shared(total, houses.homes[mine][lived], least=1, most=max(MOST_HOMES, -(-total // count)))
    levels = np.where(lived, rng.choice(LEVELS, size=len(mine), p=LEVEL_SHARES), 1)
    found.add(
        houses.shape[mine],
        households=homes,
        levels=np.maximum(levels, np.minimum(homes, LEVELS[-1])),
        entrances=lived.astype(np.int64),
        use=["residential" if lives else "outbuilding" for lives in lived.tolist()],
        compound=ident,
        address=[f"{label}{house + 1}号" if lives else None for house, lives in enumerate(lived.tolist())],
    )


def _standing(setting: Setting, houses: Houses) -> Flags:
    """Whether each house keeps clear of the border of its land, the roads, the railway and earlier houses."""
    land, hamlets, roads = setting.land, setting.hamlets, setting.roads
    own = np.unique(houses.hamlet)
    inner = shapely.buffer(land.cells[hamlets.cell[own]], -BORDER_M)
    shapely.prepare(inner)
    keep: Flags = shapely.contains(inner[np.searchsorted(own, houses.hamlet)], houses.shape)
    near = shapely.STRtree(roads.line).query(shapely.union_all(land.cells[hamlets.cell[own]]), predicate="intersects")
    for wide, kind in ((True, "major"), (False, "minor")):
        keep &= clear_of(houses.shape, roads.line[near[roads.major[near] == wide]], CLEAR_M[kind])
    keep &= clear_of(houses.shape, setting.rail, RAIL_CLEAR_M)
    rows = np.flatnonzero(keep)
    keep[rows] = first_come(houses.shape[rows])
    return keep
