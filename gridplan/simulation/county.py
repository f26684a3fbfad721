"""A whole place: its land, roads and barriers, and every community built."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.errors import InputError
from gridplan.progress import Progress, silent
from gridplan.simulation.barriers import railway, river
from gridplan.simulation.buildings import Buildings, Member, Setting
from gridplan.simulation.countryside import build_countryside
from gridplan.simulation.coverage import Floats, Ints
from gridplan.simulation.divisions import Divisions, kind_of, read_divisions
from gridplan.simulation.frame import write_barriers, write_frame, write_streets
from gridplan.simulation.groups import make_groups, village_numbers
from gridplan.simulation.hamlets import make_hamlets
from gridplan.simulation.land import Land, make_land
from gridplan.simulation.names import short_name
from gridplan.simulation.places import BuiltPlace, GroupedPlace, place
from gridplan.simulation.quarters import build_quarters
from gridplan.simulation.quota_table import Quotas, make_quotas
from gridplan.simulation.quotas import shared
from gridplan.simulation.roads import make_roads
from gridplan.simulation.seats import BLOCK, FIELD
from gridplan.simulation.tables import Rows
from gridplan.sources import Town, checked_town

#: Share of the urban communities that lie in new areas, where many move in.
NEW_AREAS = 0.33


@dataclass(frozen=True)
class Part:
    """How much of a place to build: the first ``towns`` by code, as many as hold a ``share`` (0-1) of the households, or all."""

    towns: int | None = None
    share: float | None = None

    def kept(self, codes: list[str], households: Ints) -> list[str]:
        """The codes of the towns to build, of ``codes`` with their households.

        Raises
        ------
        InputError
            GP118 ``towns`` or ``share`` out of range.
        """
        if self.towns is not None:
            if not 1 <= self.towns <= len(codes):
                raise InputError("GP118", name="towns", value=str(self.towns), expected=f"1-{len(codes)}")
            return codes[: self.towns]
        if self.share is None:
            return codes
        if not 0 < self.share <= 1:
            raise InputError("GP118", name="share", value=str(self.share), expected="> 0, <= 1")
        enough = np.cumsum(households) >= self.share * households.sum()
        return codes[: int(np.argmax(enough)) + 1]


def simulate(name: str, *, seed: int, towns: int | None = None, share: float | None = None, progress: Progress = silent) -> Town:
    """The town of a simulated place, in EPSG:4326.

    Outline, names and codes are real, and so are the numbers of the source documents; all else is drawn by the seed.

    Parameters
    ----------
    name : a place of ``place_names``.
    seed : same name and seed give the same bytes.
    towns : only so many whole towns, the first by code. A community of a place with
        buildings is the same in a part as in the whole; of Yibin only the counties of these towns are divided.
    share : only as many towns as hold this share (0-1) of the households.
    progress : told ``stage.simulate`` and how many communities are built.

    Raises
    ------
    InputError
        GP118 ``towns``, ``share`` or ``seed`` out of range; GP150 no such place; GP151 the seed gives no division of the land.

    Notes
    -----
    Linear in households: Longli, 31,000 buildings, takes 3-5 s on one core; Yibin, 21,000 villager groups, 9-13 s.
    """
    found, part = place(name), Part(towns, share)
    if seed < 0:
        raise InputError("GP118", name="seed", value=str(seed), expected=">= 0")
    divisions = read_divisions(found.code)
    rows = Rows()
    if isinstance(found, GroupedPlace):
        _grouped(found, divisions, part, seed, rows, progress)
    else:
        _built(found, divisions, part, seed, rows, progress)
    tables = {table: rows.table(table, divisions.metres) for table in rows.parts}
    return checked_town(tables, source={"simulated": f"{name}, seed {seed}"}, report=divisions.report)


def _grouped(found: GroupedPlace, divisions: Divisions, part: Part, seed: int, rows: Rows, progress: Progress) -> None:
    numbers = village_numbers(found, divisions, np.random.default_rng([seed, int(found.code)]))
    codes = divisions.towns["code"].tolist()
    of_town = divisions.communities["town"].map({code: row for row, code in enumerate(codes)})
    kept = part.kept(codes, np.bincount(of_town, numbers.households, len(codes)).astype(np.int64))
    counties = divisions.counties["code"].isin(divisions.towns["county"][divisions.towns["code"].isin(kept)])
    here = divisions.only(counties.to_numpy())
    progress("stage.simulate", 0, 1)
    groups = make_groups(here, numbers.of(divisions.communities["code"].isin(here.communities["code"]).to_numpy()), seed)
    built = np.flatnonzero(here.communities["town"].isin(kept))
    groups.write(here, np.isin(groups.community, built), rows)
    kind = [kind_of(name) for name in here.communities["name"]]
    write_frame(here, groups.cells, groups.town, groups.community, kind=kind, growth=None, built=built.tolist(), rows=rows)
    progress("stage.simulate", 1, 1)


def _built(found: BuiltPlace, divisions: Divisions, part: Part, seed: int, rows: Rows, progress: Progress) -> None:
    table, rng = divisions.communities, np.random.default_rng([seed, int(found.code)])
    quotas = make_quotas(found, divisions, rng)
    land = make_land(found, divisions, quotas, rng)
    water, rail = _barriers(divisions, land)
    hamlets = make_hamlets(found, land.cells, np.flatnonzero(land.sites.kind == FIELD), rail, rng)
    roads = make_roads(land, hamlets, rng)
    setting = Setting(found, land, hamlets, roads, np.array([rail], dtype=object))
    in_villages = np.bincount(land.community[hamlets.cell], hamlets.households, len(table)).astype(np.int64)
    households = quotas.households + in_villages
    size = np.exp(rng.normal(0, found.household_size_spread, len(table)))
    people = shared(found.population, households * size, least=households)
    growth = _growth(found, quotas, rng)
    codes = divisions.towns["code"].tolist()
    of_town = np.bincount(table["town"].map({code: row for row, code in enumerate(codes)}), households, len(codes))
    built = np.flatnonzero(table["town"].isin(part.kept(codes, of_town.astype(np.int64)))).tolist()
    progress("stage.simulate", 0, len(built))
    for done, row in enumerate(built):
        member = Member(
            row=row,
            code=table["code"].iloc[row],
            name=short_name(table["name"].iloc[row]),
            compounds=int(quotas.compounds[row]),
            households=int(quotas.households[row]),
            specials=quotas.specials[row],
            named=bool(quotas.named[row]),
        )
        # Random numbers of its own: a community is the same in a part of the place as in the whole.
        own = np.random.default_rng([seed, int(member.code)])
        buildings = Buildings()
        if member.compounds:
            build_quarters(setting, member, own, rows, buildings)
        build_countryside(setting, member, own, rows, buildings)
        _settle(member, buildings, int(people[row]), own, rows)
        progress("stage.simulate", done + 1, len(built))
    kind = _kinds(land, len(table))
    write_frame(divisions, land.cells, land.town, land.community, kind=kind, growth=growth, built=built, rows=rows)
    here = np.isin(land.community, built)
    write_streets(land.sites, land.cells, land.borders, roads, here, rows)
    write_barriers(shapely.union_all(land.cells[here]), {"river": water, "rail": rail}, rows)


def _kinds(land: Land, count: int) -> list[str]:
    """Urban where a community has blocks, rural where it has fields, mixed where it has both."""
    fields = np.bincount(land.community, land.sites.kind == FIELD, count) > 0
    blocks = np.bincount(land.community, land.sites.kind == BLOCK, count) > 0
    return ["mixed" if both else "urban" if urban else "rural" for both, urban in zip(fields & blocks, blocks, strict=True)]


def _barriers(divisions: Divisions, land: Land) -> tuple[shapely.Geometry | None, shapely.Geometry]:
    """River and railway past the largest built-up area."""
    blocks = land.sites.kind == BLOCK
    largest = int(np.argmax(np.bincount(land.sites.patch[blocks])))
    own = land.sites.at[blocks & (land.sites.patch == largest)]
    middle = own.mean(axis=0)
    reach = float(np.hypot(*(own - middle).T).max())
    water = river(land, middle + np.array([reach, 0.0]))
    return water, railway(divisions.outlines[0], land.sites.at[blocks], middle, reach + 500.0)


def _growth(found: BuiltPlace, quotas: Quotas, rng: np.random.Generator) -> Floats:
    """The expected change of households: high in new areas, about none elsewhere."""
    new = quotas.urban & (rng.random(len(quotas.urban)) < NEW_AREAS)
    draw = rng.random(len(new))
    low = np.where(new, found.growth["new_area"][0], found.growth["other"][0])
    high = np.where(new, found.growth["new_area"][1], found.growth["other"][1])
    change: Floats = np.round(low + draw * (high - low), 3)
    return change


def _settle(member: Member, found: Buildings, people: int, rng: np.random.Generator, rows: Rows) -> None:
    """Writes the buildings of a community, numbered from west to east, with people by households."""
    shape, households = np.concatenate(found.shape), np.concatenate(found.households)
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
