"""A whole place: land, roads, barriers, and every community built."""

import geopandas as gpd
import numpy as np
import shapely

from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.simulation import names
from gridplan.simulation.barriers import railway, river
from gridplan.simulation.built import Buildings, Member, Setting, build
from gridplan.simulation.coverage import Floats, Ints, dissolve
from gridplan.simulation.divisions import Divisions, read_divisions
from gridplan.simulation.hamlets import make_hamlets
from gridplan.simulation.land import Land, make_land
from gridplan.simulation.places import BuiltPlace, GroupedPlace, place
from gridplan.simulation.quota_table import Quotas, make_quotas
from gridplan.simulation.quotas import shared
from gridplan.simulation.roads import Roads, make_roads
from gridplan.simulation.seats import BLOCK, FIELD
from gridplan.simulation.tables import Rows
from gridplan.sources import Town, checked_town


def simulate(name: str, *, seed: int, towns: int | None = None, share: float | None = None, progress: Progress = silent) -> Town:
    """The town of a simulated place, in EPSG:4326.

    Parameters
    ----------
    name : a place of ``place_names``.
    seed : same name, seed and part give the same bytes; other seeds give other counties inside the same outline.
    towns : only so many of its towns, the first by code; a town is the same in a part as in the whole.
    share : only so many towns as hold this share (0-1) of the households.
    progress : told ``stage.simulate`` and how many communities are built.

    Raises
    ------
    InputError
        GP118 ``towns``, ``share`` or ``seed`` out of range; GP150 no such place.

    Notes
    -----
    Linear in households; 40,000 buildings take about 15 s on one core.
    """
    found = place(name)
    if seed < 0:
        raise InputError("GP118", name="seed", value=str(seed), expected=">= 0")
    divisions = read_divisions(found.code)
    if isinstance(found, GroupedPlace):
        raise NotImplementedError
    rng = np.random.default_rng([seed, int(found.code)])
    quotas = make_quotas(found, divisions, rng)
    land = make_land(found, divisions, quotas, rng)
    water, rail = _barriers(divisions, land, rng)
    hamlets = make_hamlets(found, land.cells, np.flatnonzero(land.sites.kind == FIELD), rail, rng)
    roads = make_roads(land, hamlets, rng)
    setting = Setting(found, land, hamlets, roads, np.array([rail], dtype=object))
    households = quotas.households + np.bincount(land.community[hamlets.cell], hamlets.households, len(quotas.urban)).astype(
        np.int64
    )
    people = shared(
        found.population,
        households * np.exp(rng.normal(0, found.household_size_spread, len(households))),
        least=households,
    )
    growth = _growth(found, quotas, rng)
    kept = _kept(divisions, households, towns, share)
    rows = Rows()
    codes = divisions.communities["code"].tolist()
    town_of = divisions.communities["town"].tolist()
    built = [row for row in range(len(codes)) if town_of[row] in kept]
    progress("stage.simulate", 0, len(built))
    for done, row in enumerate(built):
        own = np.random.default_rng([seed, int(codes[row])])
        member = Member(
            row=row,
            code=codes[row],
            name=names.short_name(divisions.communities["name"].iloc[row]),
            compounds=int(quotas.compounds[row]),
            households=int(quotas.households[row]),
            specials=quotas.specials[row],
        )
        _house(member, build(setting, member, own, rows), int(people[row]), own, rows)
        progress("stage.simulate", done + 1, len(built))
    _frame_rows(divisions, land, built, growth, rows)
    _lines(land, roads, rows, built, water, rail)
    tables = {table: rows.table(table, divisions.metres) for table in rows.parts}
    return checked_town(tables, source=_source(found, seed))


def _source(found: BuiltPlace, seed: int) -> dict[str, str]:
    return {"simulated": found.name, "seed": str(seed)}


def _kept(divisions: Divisions, households: Ints, towns: int | None, share: float | None) -> list[str]:
    """Codes of the towns to build."""
    codes = divisions.towns["code"].tolist()
    if towns is not None:
        if not 1 <= towns <= len(codes):
            raise InputError("GP118", name="towns", value=str(towns), expected=f"1-{len(codes)}")
        return codes[:towns]
    if share is None:
        return codes
    if not 0 < share <= 1:
        raise InputError("GP118", name="share", value=str(share), expected="> 0, <= 1")
    of_town = [int(households[(divisions.communities["town"] == code).to_numpy()].sum()) for code in codes]
    enough = np.cumsum(of_town) >= share * sum(of_town)
    return codes[: int(np.argmax(enough)) + 1]


def _barriers(divisions: Divisions, land: Land, rng: np.random.Generator) -> tuple[shapely.Geometry | None, shapely.Geometry]:
    """River and railway past the largest built-up area."""
    blocks = land.sites.kind == BLOCK
    largest = int(np.argmax(np.bincount(land.sites.patch[blocks])))
    own = land.sites.at[blocks & (land.sites.patch == largest)]
    middle = own.mean(axis=0)
    reach = float(np.hypot(*(own - middle).T).max())
    water = river(land, middle + np.array([reach, 0.0]))
    return water, railway(divisions.outline, middle, float(rng.uniform(0.2, 0.9)), reach + 500.0)


def _growth(found: BuiltPlace, quotas: Quotas, rng: np.random.Generator) -> Floats:
    """The expected change of households: high in a third of the urban communities, about none elsewhere."""
    new = quotas.urban & (rng.random(len(quotas.urban)) < 0.33)
    draw = rng.random(len(new))
    low = np.where(new, found.growth["new_area"][0], found.growth["other"][0])
    high = np.where(new, found.growth["new_area"][1], found.growth["other"][1])
    change: Floats = np.round(low + draw * (high - low), 3)
    return change


def _house(member: Member, found: Buildings, people: int, rng: np.random.Generator, rows: Rows) -> None:
    """Writes the buildings of a community, with ids from west to east and people by households."""
    shape = np.concatenate(found.shape)
    households = np.concatenate(found.households)
    weight = households * np.exp(rng.normal(0, 0.08, len(shape)))
    population = shared(people, weight, least=households, most=np.where(households > 0, people, 0))
    bounds = shapely.bounds(shape)
    order = np.lexsort((bounds[:, 1], bounds[:, 0]))
    columns = {
        name: np.concatenate(getattr(found, name))[order] for name in ("levels", "entrances", "use", "compound", "address")
    }
    rows.add(
        "buildings",
        shape[order],
        id=[f"{member.code}-{number + 1:04d}" for number in range(len(shape))],
        households=households[order],
        population=population[order],
        **columns,
    )


def _frame_rows(divisions: Divisions, land: Land, built: list[int], growth: Floats, rows: Rows) -> None:
    """Communities and the areas above them."""
    table = divisions.communities
    shapes = dissolve(land.cells, land.community, len(table))
    fields = np.bincount(land.community, land.sites.kind == FIELD, len(table))
    blocks = np.bincount(land.community, land.sites.kind == BLOCK, len(table))
    kind = np.select([(fields > 0) & (blocks > 0), blocks > 0], ["mixed", "urban"], "rural")
    rows.add(
        "communities",
        shapes[built],
        code=table["code"].to_numpy()[built],
        name=np.array([names.short_name(name) for name in table["name"]], dtype=object)[built],
        kind=kind[built],
        parent=table["town"].to_numpy()[built],
        growth=growth[built],
    )
    towns = dissolve(land.cells, land.town, len(divisions.towns))
    kept = sorted({int(land.town[land.community == row][0]) for row in built})
    whole = dissolve(land.cells, np.zeros(len(land.cells), np.int64), 1)
    county = divisions.towns["code"].iloc[0][:6]
    rows.add("areas", whole, code=county, name=divisions.name, level="county", parent=None)
    rows.add(
        "areas",
        towns[kept],
        code=divisions.towns["code"].to_numpy()[kept],
        name=divisions.towns["name"].to_numpy()[kept],
        level="town",
        parent=county,
    )


def _lines(
    land: Land, roads: Roads, rows: Rows, built: list[int], water: shapely.Geometry | None, rail: shapely.Geometry
) -> None:
    """Streets between blocks, country roads and barriers, as far as they touch the communities that are built."""
    here = np.isin(land.community, built)
    area = shapely.union_all(land.cells[here])
    shapely.prepare(area)
    borders, sites = land.borders, land.sites
    street = ((sites.kind[borders.i] == BLOCK) | (sites.kind[borders.j] == BLOCK)) & (here[borders.i] | here[borders.j])
    i, j = borders.i[street], borders.j[street]
    across = sites.row[i] == sites.row[j]
    line = np.where(across, np.maximum(sites.column[i], sites.column[j]), np.maximum(sites.row[i], sites.row[j]))
    wide = line % 4 == 0
    segments = shapely.linestrings(borders.ends[street].reshape(-1, 2, 2))
    for is_wide, kind in ((True, "major"), (False, "minor")):
        merged = shapely.get_parts(shapely.line_merge(shapely.union_all(segments[wide == is_wide])))
        rows.add("streets", merged, **{"class": kind, "name": None})
        country = roads.line[roads.major == is_wide]
        rows.add("streets", country[shapely.intersects(area, country)], **{"class": kind, "name": None})
    for kind, shape in (("river", water), ("rail", rail)):
        parts = shapely.get_parts(shape) if shape is not None else []
        rows.add("barriers", [part for part in parts if shapely.intersects(area, part)], kind=kind)


__all__ = ["gpd", "simulate"]
