"""The buildings of a community: compounds in its blocks, natural villages in its fields."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.simulation import blocks, names
from gridplan.simulation.coverage import Flags, Geometries, Ints
from gridplan.simulation.footprints import CLEAR_M, RAIL_CLEAR_M, clear_of, first_come, rectangles
from gridplan.simulation.hamlets import FARM, SHED, Hamlets, Houses, draw_houses, lanes
from gridplan.simulation.land import Land
from gridplan.simulation.places import BuiltPlace
from gridplan.simulation.quotas import shared
from gridplan.simulation.roads import Roads
from gridplan.simulation.seats import BLOCK, FRINGE
from gridplan.simulation.tables import Rows

#: Households that one house of a natural village holds at most.
MOST_HOMES = 4


@dataclass(frozen=True)
class Setting:
    """What the buildings of every community stand between: the land, the roads and the railway of the place."""

    place: BuiltPlace
    land: Land
    hamlets: Hamlets
    roads: Roads
    rail: Geometries


@dataclass(frozen=True)
class Member:
    """One community: its ``row``, ``code`` and short ``name``, and what its quota asks for."""

    row: int
    code: str
    name: str
    compounds: int
    households: int
    specials: list[str]


@dataclass
class Buildings:
    """Buildings of one community before people move in (lists, one entry a part)."""

    shape: list[Geometries]
    households: list[Ints]
    levels: list[Ints]
    entrances: list[Ints]
    use: list[np.ndarray]
    compound: list[np.ndarray]
    address: list[np.ndarray]

    @classmethod
    def none(cls) -> "Buildings":
        """No buildings yet."""
        return cls([], [], [], [], [], [], [])

    def add(
        self, shape: Geometries, households: Ints, levels: Ints, entrances: Ints, use: object, compound: object, address: object
    ) -> None:
        """Adds a part; ``use``, ``compound`` and ``address`` are one text (or None), or one a building."""
        self.shape.append(shape)
        self.households.append(households)
        self.levels.append(levels)
        self.entrances.append(entrances)
        for column, value in ((self.use, use), (self.compound, compound), (self.address, address)):
            column.append(
                np.asarray(value, dtype=object)
                if isinstance(value, np.ndarray | list)
                else np.full(len(shape), value, dtype=object)
            )


def build(setting: Setting, member: Member, rng: np.random.Generator, rows: Rows) -> Buildings:
    """The buildings of a community; its compounds, lanes, special sites and services go to ``rows``."""
    found = Buildings.none()
    if member.compounds:
        _blocks(setting, member, rng, rows, found)
    _fields(setting, member, rng, rows, found)
    return found


def _blocks(setting: Setting, member: Member, rng: np.random.Generator, rows: Rows, found: Buildings) -> None:
    land, place = setting.land, setting.place
    own = np.flatnonzero((land.community == member.row) & (land.sites.kind == BLOCK))
    order = rng.permutation(own)
    inner = min(len(member.specials), len(own) - 1)
    outer = np.flatnonzero((land.community == member.row) & (land.sites.kind == FRINGE))
    for number, (kind, cell) in enumerate(zip(member.specials, [*order[:inner].tolist(), *outer.tolist()], strict=False)):
        _special(setting, member, kind, number, _frame(setting, cell), rows, found)
    living = np.sort(order[inner:])
    frames = [_frame(setting, cell) for cell in living.tolist()]
    # A compound more than there are blocks makes halves; blocks left over stay open ground.
    frames = frames[: member.compounds]
    while len(frames) < member.compounds:
        widest = int(np.argmax([frame.width for frame in frames]))
        frames[widest : widest + 1] = frames[widest].halves()
    kinds = list(place.classes)
    classes = [kinds[pick] for pick in rng.choice(len(kinds), size=len(frames), p=list(place.classes.values()))]
    labels = names.compound_names(classes, rng)
    layouts = []
    for frame, kind in zip(frames, classes, strict=True):
        layouts.append(
            blocks.towers(frame, place.levels_new, rng)
            if kind == "new"
            else blocks.slabs(frame, rng)
            if kind == "old"
            else blocks.small_houses(frame, rng)
        )
    weight = np.array(
        [frame.width * frame.depth * (0.8 if kind == "unmanaged" else 1.0) for frame, kind in zip(frames, classes, strict=True)]
    )
    wanted = shared(member.households, weight * np.exp(rng.normal(0, 0.12, len(frames))))
    for number, (frame, kind, label, layout, households) in enumerate(
        zip(frames, classes, labels, layouts, wanted.tolist(), strict=True)
    ):
        ident = f"{member.code}-C{number + 1:02d}"
        rows.add("compounds", [frame.polygon()], id=ident, name=label, **{"class": kind})
        rows.add("streets", layout.lanes, **{"class": "path", "name": None})
        shape, entrances = layout.shape, layout.entrances
        levels, room = blocks.fitted(layout, households, {"new": 33, "old": 7, "unmanaged": 6}[kind])
        homes = shared(households, room * np.exp(rng.normal(0, 0.05, len(room))), most=room)
        use = np.where(layout.shops > 0, "mixed", "residential").astype(object)
        address = [f"{member.name}{label}{house + 1}{'栋' if kind != 'unmanaged' else '号'}" for house in range(len(shape))]
        found.add(shape, homes, levels, entrances, use, ident, address)
        if number == 0:
            _centre(member, frame, rows, found)


def _frame(setting: Setting, cell: int) -> blocks.Frame:
    sites, pitch = setting.land.sites, setting.place.pitch
    angle = float(sites.angle[sites.patch[cell]])
    return blocks.Frame(sites.at[cell], angle, pitch[0] - 2 * blocks.WALL_M, pitch[1] - 2 * blocks.WALL_M)


def _centre(member: Member, frame: blocks.Frame, rows: Rows, found: Buildings) -> None:
    """The service centre of the community, at the gate of its first compound, where there is room."""
    spot = frame.places(np.array([frame.width / 2 - 9]), np.array([-frame.depth / 2 + 5.5]))
    shape = rectangles(spot, np.array([14.0]), np.array([8.0]), np.array([frame.angle]))
    taken = np.concatenate(found.shape)
    if clear_of(shape, taken, 1.0)[0]:
        found.add(shape, np.array([0]), np.array([2]), np.array([1]), "community_centre", None, f"{member.name}党群服务中心")
    rows.add(
        "services", shapely.points(spot), id=f"{member.code}-S01", name=f"{member.name}党群服务中心", kind="community_centre"
    )


def _special(setting: Setting, member: Member, kind: str, number: int, frame: blocks.Frame, rows: Rows, found: Buildings) -> None:
    ident, name = f"{member.code}-Z{number + 1:02d}", f"{member.name}{names.SPECIAL[kind]}"
    rows.add("special_sites", [frame.polygon()], id=ident, name=name, kind=kind)
    shape, floors = blocks.special_buildings(frame, kind)
    count = len(shape)
    if count:
        found.add(shape, np.zeros(count, np.int64), np.full(count, floors), np.ones(count, np.int64), kind, None, name)
    if kind in ("school", "hospital", "market"):
        word = "marketplace" if kind == "market" else kind
        rows.add("services", shapely.points(frame.middle[None]), id=f"{ident}-S", name=name, kind=word)


def _fields(setting: Setting, member: Member, rng: np.random.Generator, rows: Rows, found: Buildings) -> None:
    land, hamlets, roads = setting.land, setting.hamlets, setting.roads
    own = np.flatnonzero(land.community[hamlets.cell] == member.row)
    if not len(own):
        return
    named = bool(rng.random() < setting.place.named_share)
    labels = names.village_names(len(own), rng)
    drawn = [draw_houses(hamlets, row, roads.bearings[row], land.cells[hamlets.cell[row]], rng) for row in own.tolist()]
    for row in own.tolist():
        rows.add("streets", lanes(hamlets, row, roads.bearings[row]), **{"class": "path", "name": None})
    houses = Houses(*(np.concatenate([getattr(part, name) for part in drawn]) for name in ("hamlet", "kind", "homes", "shape")))
    keep = _standing(setting, houses)
    for number, row in enumerate(own.tolist()):
        mine = np.flatnonzero(keep & (houses.hamlet == row))
        lived = houses.kind[mine] != SHED
        homes = np.zeros(len(mine), dtype=np.int64)
        draw = houses.homes[mine][lived].astype(np.float64)
        most = max(MOST_HOMES, -(-int(hamlets.households[row]) // max(int(lived.sum()), 1)))
        homes[lived] = shared(int(hamlets.households[row]), draw, least=1, most=most)
        label, ident = labels[number], f"{member.code}-V{number + 1:02d}"
        count = len(mine)
        use = np.where(lived, "residential", "outbuilding").astype(object)
        address = [f"{member.name}{label}{house + 1}号" if lives else None for house, lives in enumerate(lived.tolist())]
        levels = np.where(lived, rng.choice([1, 2, 3], size=count, p=[0.3, 0.5, 0.2]), 1)
        levels = np.maximum(levels, np.minimum(homes, 3))
        found.add(houses.shape[mine], homes, levels, lived.astype(np.int64), use, ident if named else None, address)
        if named and len(mine):
            core = houses.shape[mine][houses.kind[mine] != FARM]
            around = shapely.buffer(shapely.convex_hull(shapely.union_all(core)), 12.0, quad_segs=2)
            inside = shapely.intersection(around, shapely.buffer(land.cells[hamlets.cell[row]], -1.0))
            rows.add("compounds", [inside], id=ident, name=label, **{"class": "village"})
    if not member.compounds:
        _village_centre(setting, member, own, rows, found)


def _village_centre(setting: Setting, member: Member, own: Ints, rows: Rows, found: Buildings) -> None:
    """The service centre of a village, in the largest of its natural villages."""
    row = int(own[np.argmax(setting.hamlets.households[own])])
    spot = setting.hamlets.middle[[row]]
    rows.add(
        "services", shapely.points(spot), id=f"{member.code}-S01", name=f"{member.name}党群服务中心", kind="community_centre"
    )


def _standing(setting: Setting, houses: Houses) -> Flags:
    """Whether each house keeps clear of its border, the roads, the railway and earlier houses."""
    land, hamlets, roads = setting.land, setting.hamlets, setting.roads
    own = np.unique(houses.hamlet)
    inner = np.full(int(own.max()) + 1, None, dtype=object)
    inner[own] = shapely.buffer(land.cells[hamlets.cell[own]], -6.0)
    shapely.prepare(inner[own])
    keep: Flags = shapely.contains(inner[houses.hamlet], houses.shape)
    near = shapely.STRtree(roads.line).query(shapely.union_all(land.cells[hamlets.cell[own]]), predicate="intersects")
    for wide, kind in ((True, "major"), (False, "minor")):
        keep &= clear_of(houses.shape, roads.line[near[roads.major[near] == wide]], CLEAR_M[kind])
    keep &= clear_of(houses.shape, setting.rail, RAIL_CLEAR_M)
    rows = np.flatnonzero(keep)
    keep[rows] = first_come(houses.shape[rows])
    return keep
