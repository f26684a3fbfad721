"""The land of a place: cells for blocks and natural villages, and the community and town that each belongs to."""

from dataclasses import dataclass

import numpy as np

from gridplan.errors import InputError
from gridplan.simulation.coverage import Borders, Floats, Geometries, Ints, adopted, borders_of, cells_round, neighbours_of
from gridplan.simulation.divisions import Divisions
from gridplan.simulation.places import BuiltPlace
from gridplan.simulation.quota_table import Quotas
from gridplan.simulation.regions import evened, grow, halved, settled, spread
from gridplan.simulation.seats import BLOCK, FIELD, Sites, lay_patches, place_seats, with_fields

#: How often the towns of a shared core change places before the seed is given up.
ATTEMPTS = 30


@dataclass(frozen=True)
class Land:
    """The cells of a place, which tile its outline.

    Parameters
    ----------
    sites : what each cell is made round.
    cells : polygons (m).
    borders : between the cells.
    town, community : the row of the town and of the community of each cell, in the order of the divisions.
    """

    sites: Sites
    cells: Geometries
    borders: Borders
    town: Ints
    community: Ints


def make_land(place: BuiltPlace, divisions: Divisions, quotas: Quotas, rng: np.random.Generator) -> Land:
    """The land of a place.

    Notes
    -----
    Linear in cells but for the arrangement of their borders; about a second for 1,500 cells.
    """
    towns = divisions.towns["code"].tolist()
    town_of = divisions.communities["town"].map({code: row for row, code in enumerate(towns)}).to_numpy(np.int64)
    patch_of_town, blocks, seat = _patches(place, divisions, quotas, town_of, rng)
    outline = divisions.outlines[0]
    sites = lay_patches(outline, seat, blocks, place.pitch, rng)
    sites = with_fields(sites, outline, place.natural_villages, 1.3 * max(place.pitch), rng)
    cells = cells_round(sites.at, np.zeros(len(sites.at), dtype=np.int64), divisions.outlines)
    borders = borders_of(cells)
    beside = neighbours_of(borders, len(cells))
    town = _towns(place, quotas, sites, borders, beside, town_of, patch_of_town, rng)
    community = _communities(place, quotas, sites, borders, beside, town, town_of, rng)
    return Land(sites=sites, cells=cells, borders=borders, town=town, community=community)


def _room(quotas: Quotas) -> Ints:
    """Blocks that each community needs."""
    room: Ints = quotas.compounds + np.array([len(kinds) for kinds in quotas.specials], dtype=np.int64)
    return room


def _patches(
    place: BuiltPlace, divisions: Divisions, quotas: Quotas, town_of: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """The patch of each town (towns of the core share one), the blocks of each patch and its middle."""
    codes = divisions.towns["code"].tolist()
    first_core = next((row for row, code in enumerate(codes) if code in place.core), -1)
    lead = [first_core if code in place.core else row for row, code in enumerate(codes)]
    order = sorted(set(lead), key=lambda row: (codes[row] not in place.seats, row))
    patch_of_town = np.array([order.index(row) for row in lead], dtype=np.int64)
    blocks = np.bincount(patch_of_town[town_of], _room(quotas), len(order)).astype(np.int64)
    fixed = np.array([place.seats[codes[row]] for row in order if codes[row] in place.seats]).reshape(-1, 2)
    radius = np.sqrt(blocks * place.pitch[0] * place.pitch[1] / np.pi) + 1.5 * max(place.pitch)
    return patch_of_town, blocks, place_seats(divisions.outlines[0], fixed, len(order), rng, apart=radius)


def _towns(
    place: BuiltPlace,
    quotas: Quotas,
    sites: Sites,
    borders: Borders,
    beside: list[list[int]],
    town_of: Ints,
    patch_of_town: Ints,
    rng: np.random.Generator,
) -> Ints:
    """The town of each cell, such that each town has a field for every village; towns of a shared core change places until so."""
    count = len(patch_of_town)
    need = np.bincount(town_of, _room(quotas), count).astype(np.int64)
    fields = np.bincount(town_of, quotas.natural_villages, count).astype(np.float64)
    least = np.bincount(town_of, quotas.natural_villages > 0, count)
    field = sites.kind == FIELD
    for _ in range(ATTEMPTS):
        town, middle = _built_up(place, sites, borders, need, patch_of_town, rng)
        for row in np.flatnonzero(need == 0).tolist():
            open_cells = np.flatnonzero(field & (town < 0))
            town[open_cells[np.argmin(np.hypot(*(sites.at[open_cells] - middle[row]).T))]] = row
        town = grow(beside, sites.at, town, target=fields, middle=middle, allowed=field.tolist())
        town = adopted(town, borders)
        town = evened(beside, sites.at, town, target=fields, middle=middle, allowed=field.tolist())
        if (np.bincount(town[field], minlength=count) >= least).all():
            return town
    raise InputError("GP151", place=place.name, attempts=ATTEMPTS)


def _built_up(
    place: BuiltPlace, sites: Sites, borders: Borders, need: Ints, patch_of_town: Ints, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """The town of each block and of the open land beside it (-1 elsewhere), and the middle of each town."""
    town = np.full(len(sites.at), -1, dtype=np.int64)
    middle = sites.middle[patch_of_town].copy()
    for patch in range(len(sites.middle)):
        own = rng.permutation(np.flatnonzero((patch_of_town == patch) & (need > 0)))
        cells = np.flatnonzero((sites.patch == patch) & (sites.kind == BLOCK))
        if len(own):
            town[cells] = own[halved(sites.column[cells], sites.row[cells], place.pitch, need[own])]
            for row in own.tolist():
                middle[row] = sites.at[cells[town[cells] == row]].mean(axis=0)
    return adopted(town, borders, allowed=sites.kind != FIELD), middle


def _communities(
    place: BuiltPlace,
    quotas: Quotas,
    sites: Sites,
    borders: Borders,
    beside: list[list[int]],
    town: Ints,
    town_of: Ints,
    rng: np.random.Generator,
) -> Ints:
    """The community of each cell: those with compounds share the blocks, the others the fields of their town."""
    label = np.full(len(sites.at), -1, dtype=np.int64)
    middle = np.zeros((len(town_of), 2))
    field = sites.kind == FIELD
    room = _room(quotas)
    for row in range(int(town_of.max()) + 1):
        here = town == row
        blocks, fields = np.flatnonzero(here & (sites.kind == BLOCK)), np.flatnonzero(here & field)
        members = rng.permutation(np.flatnonzero((town_of == row) & quotas.urban))
        if len(members):
            label[blocks] = members[halved(sites.column[blocks], sites.row[blocks], place.pitch, room[members])]
            label = adopted(_whole(label, blocks, beside), borders.where(np.where(here, 0, -1)), allowed=here & ~field)
            for member in members.tolist():
                middle[member] = sites.at[label == member].mean(axis=0)
        members = np.flatnonzero((town_of == row) & ~quotas.urban)
        if len(members):
            start = spread(sites.at[fields], len(members), int(rng.integers(len(fields))))
            start = settled(sites.at, fields, fields[start])
            label[start], middle[members] = members, sites.at[start]
        share = np.where(town_of == row, quotas.natural_villages, 0).astype(np.float64)
        label = grow(beside, sites.at, label, target=share, middle=middle, allowed=(here & field).tolist())
        label = adopted(label, borders.where(np.where(here, 0, -1)), allowed=here)
        label = evened(beside, sites.at, label, target=share, middle=middle, allowed=(here & field).tolist())
    return label


def _whole(label: Ints, cells: Ints, beside: list[list[int]]) -> Ints:
    """The labels, with those of the smaller parts of a label in several parts taken away."""
    label = label.copy()
    seen: set[int] = set()
    parts: dict[int, list[list[int]]] = {}
    for cell in cells.tolist():
        if cell in seen:
            continue
        part, queue = [], [cell]
        seen.add(cell)
        while queue:
            part.append(queue.pop())
            more = [other for other in beside[part[-1]] if other not in seen and label[other] == label[cell]]
            seen.update(more)
            queue += more
        parts.setdefault(int(label[cell]), []).append(part)
    for found in parts.values():
        for part in sorted(found, key=len)[:-1]:
            label[part] = -1
    return label
