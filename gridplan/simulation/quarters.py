"""The urban part of a community: special sites, compounds with their buildings, and the service centre."""

import numpy as np
import shapely

from gridplan.simulation import blocks, names
from gridplan.simulation.buildings import Buildings, Member, Setting
from gridplan.simulation.coverage import Ints
from gridplan.simulation.footprints import clear_of, rectangles
from gridplan.simulation.quotas import shared
from gridplan.simulation.seats import BLOCK, FRINGE
from gridplan.simulation.tables import Rows

#: Floors a building of each class is given at most, to make room for its community's households.
MOST_LEVELS = {"new": 33, "old": 7, "unmanaged": 6}
#: Kinds of special site that are services as well, by the word for the service.
SERVICE = {"school": "school", "hospital": "hospital", "market": "marketplace"}


def build_quarters(setting: Setting, member: Member, rng: np.random.Generator, rows: Rows, found: Buildings) -> None:
    """Adds the buildings of a community's blocks to ``found``; compounds, lanes, special sites and services go to ``rows``.

    Special sites take blocks of their own as long as one is left for homes, then open land at the edge. Where there are fewer
    blocks than compounds blocks are halved; blocks left over stay open ground.
    """
    lots, frames = _divided(setting, member, rng)
    for number, (kind, frame) in enumerate(zip(member.specials, lots, strict=True)):
        _special(member, kind, f"{member.code}-Z{number + 1:02d}", frame, rows, found)
    classes, layouts = _compounds(setting, member, frames, rng)
    labels = names.compound_names(classes, rng)
    for number, (frame, kind, layout, households) in enumerate(
        zip(frames, classes, layouts, _wanted(member, frames, classes, layouts, rng).tolist(), strict=True)
    ):
        ident, label = f"{member.code}-C{number + 1:02d}", labels[number]
        rows.add("compounds", [frame.polygon()], id=ident, name=label, **{"class": kind})
        rows.add("streets", layout.lanes, **{"class": "path", "name": None})
        levels, room = blocks.fitted(layout, households, MOST_LEVELS[kind])
        count = "号" if kind == "unmanaged" else "栋"
        found.add(
            layout.shape,
            households=shared(households, room * np.exp(rng.normal(0, 0.05, len(room))), most=room),
            levels=levels,
            entrances=layout.entrances,
            use=["mixed" if shops else "residential" for shops in layout.shops.tolist()],
            compound=ident,
            address=[f"{member.name}{label}{house + 1}{count}" for house in range(len(levels))],
        )
    _centre(member, frames[0], rows, found)


def _divided(setting: Setting, member: Member, rng: np.random.Generator) -> tuple[list[blocks.Frame], list[blocks.Frame]]:
    """The land of each special site and of each compound."""
    land = setting.land
    own = land.community == member.row
    order = rng.permutation(np.flatnonzero(own & (land.sites.kind == BLOCK))).tolist()
    edge = np.flatnonzero(own & (land.sites.kind == FRINGE)).tolist()
    sites = len(member.specials)
    inner = min(sites, len(order) - 1)
    lots = [_frame(setting, cell) for cell in [*order[:inner], *edge[: sites - inner]]]
    frames = [_frame(setting, cell) for cell in sorted(order[inner:])][: member.compounds]
    while len(frames) < member.compounds + sites - len(lots):
        widest = int(np.argmax([frame.width for frame in frames]))
        frames[widest : widest + 1] = frames[widest].halves()
    return [*lots, *frames[member.compounds :]], frames[: member.compounds]


def _frame(setting: Setting, cell: int) -> blocks.Frame:
    sites, pitch = setting.land.sites, setting.place.pitch
    angle = float(sites.angle[sites.patch[cell]])
    return blocks.Frame(sites.at[cell], angle, pitch[0] - 2 * blocks.WALL_M, pitch[1] - 2 * blocks.WALL_M)


def _compounds(
    setting: Setting, member: Member, frames: list[blocks.Frame], rng: np.random.Generator
) -> tuple[list[str], list[blocks.Layout]]:
    """The class and the buildings of each compound; those of least room are built new until the community has room."""
    shares = setting.place.classes
    classes = [str(kind) for kind in rng.choice(list(shares), len(frames), p=list(shares.values()))]
    layouts = [_layout(frame, kind, setting, rng) for frame, kind in zip(frames, classes, strict=True)]
    while True:
        room = [blocks.most_homes(layout, MOST_LEVELS[kind]) for layout, kind in zip(layouts, classes, strict=True)]
        others = [number for number, kind in enumerate(classes) if kind != "new"]
        if sum(room) >= member.households or not others:
            return classes, layouts
        least = min(others, key=lambda number: (room[number], number))
        classes[least], layouts[least] = "new", _layout(frames[least], "new", setting, rng)


def _layout(frame: blocks.Frame, kind: str, setting: Setting, rng: np.random.Generator) -> blocks.Layout:
    if kind == "new":
        return blocks.towers(frame, setting.place.levels_new, rng)
    return blocks.slabs(frame, rng) if kind == "old" else blocks.small_houses(frame, rng)


def _wanted(
    member: Member, frames: list[blocks.Frame], classes: list[str], layouts: list[blocks.Layout], rng: np.random.Generator
) -> Ints:
    """Households of each compound: by its land, fewer where houses are small, no more than its buildings can be raised for."""
    land = np.array([frame.width * frame.depth for frame in frames])
    thin = np.where(np.array(classes) == "unmanaged", 0.8, 1.0)
    most = [int(((MOST_LEVELS[kind] - layout.shops) * layout.homes).sum()) for kind, layout in zip(classes, layouts, strict=True)]
    return shared(member.households, land * thin * np.exp(rng.normal(0, 0.12, len(frames))), most=np.array(most))


def _centre(member: Member, frame: blocks.Frame, rows: Rows, found: Buildings) -> None:
    """The service centre of the community, at the gate of its first compound; in one of its houses where there is no room."""
    spot = frame.places(np.array([frame.width / 2 - 9]), np.array([-frame.depth / 2 + 5.5]))
    shape = rectangles(spot, np.array([14.0]), np.array([8.0]), np.array([frame.angle]))
    name = f"{member.name}党群服务中心"
    if clear_of(shape, np.concatenate(found.shape), 1.0)[0]:
        found.add_empty(shape, levels=2, use="community_centre", address=name)
    rows.add("services", shapely.points(spot), id=f"{member.code}-S01", name=name, kind="community_centre")


def _special(member: Member, kind: str, ident: str, frame: blocks.Frame, rows: Rows, found: Buildings) -> None:
    name = f"{member.name}{names.SPECIAL[kind]}"
    rows.add("special_sites", [frame.polygon()], id=ident, name=name, kind=kind)
    shape, levels = blocks.special_buildings(frame, kind)
    found.add_empty(shape, levels=levels, use=kind, address=name)
    if kind in SERVICE:
        rows.add("services", shapely.points(frame.middle[None]), id=f"{ident}-S", name=name, kind=SERVICE[kind])
