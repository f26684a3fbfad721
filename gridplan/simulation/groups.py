"""A place given as the land of its villager groups, for zones that are made of whole villages."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.simulation.coverage import Flags, Floats, Geometries, Ints, adopted, borders_of, cells_round, neighbours_of
from gridplan.simulation.divisions import Divisions, kind_of
from gridplan.simulation.places import GroupedPlace
from gridplan.simulation.quotas import shared
from gridplan.simulation.regions import evened, grow, settled, spread
from gridplan.simulation.seats import evenly, inside
from gridplan.simulation.tables import Rows

#: Random points of land for each group.
SAMPLE = 25
#: Households of a group in a community (社区), beside one in a village.
URBAN_WEIGHT = 2.0
#: Fewest households of a group, and on average of the groups of one village.
LEAST, LEAST_VILLAGE = 5, 12
#: Standard deviation of the logarithm of households among the groups of one village.
GROUP_SPREAD = 0.25


@dataclass(frozen=True)
class Groups:
    """Villager groups: their land, the rows of their town and community, their households and people.

    They are numbered in their community from west to east.
    """

    cells: Geometries
    at: Floats
    town: Ints
    community: Ints
    households: Ints
    population: Ints

    def write(self, divisions: Divisions, here: Flags, rows: Rows) -> None:
        """Writes the groups that are ``here`` as atoms."""
        order = np.lexsort((np.round(self.at[:, 1], 3), np.round(self.at[:, 0], 3), self.community))
        order = order[here[order]]
        label = self.community[order]
        codes = divisions.communities["code"].to_numpy()[label]
        number = np.arange(len(order)) - np.searchsorted(label, label) + 1
        rows.add(
            "atoms",
            self.cells[order],
            id=[f"{code}-{count:02d}" for code, count in zip(codes, number.tolist(), strict=True)],
            community=codes,
            households=self.households[order],
            population=self.population[order],
            compound=None,
        )


@dataclass(frozen=True)
class VillageNumbers:
    """Of each village or community: the ``groups`` it is to have, its ``households`` and its ``population``."""

    groups: Floats
    households: Ints
    population: Ints

    def of(self, here: Flags) -> "VillageNumbers":
        """The rows that are ``here``."""
        return VillageNumbers(self.groups[here], self.households[here], self.population[here])


def village_numbers(place: GroupedPlace, divisions: Divisions, rng: np.random.Generator) -> VillageNumbers:
    """The numbers of each village; households and people add up to the place's."""
    table = divisions.communities
    groups = rng.integers(place.group_range[0], place.group_range[1] + 1, len(table)).astype(np.float64)
    urban = np.array([kind_of(name) == "urban" for name in table["name"]])
    weight = groups * np.exp(rng.normal(0, place.group_spread, len(table))) * np.where(urban, URBAN_WEIGHT, 1.0)
    households = shared(place.households, weight, least=np.round(LEAST_VILLAGE * groups).astype(np.int64))
    size = np.exp(rng.normal(0, place.household_size_spread, len(table)))
    return VillageNumbers(groups, households, shared(place.population, households * size, least=households))


def make_groups(divisions: Divisions, numbers: VillageNumbers, seed: int) -> Groups:
    """The groups of these villages: land, households and people.

    Notes
    -----
    About 10 s for 21,000 groups on one core.
    """
    table, towns = divisions.communities, divisions.towns
    county_of_town = _rows(towns["county"], divisions.counties["code"])
    town_of = _rows(table["town"], towns["code"])
    at, home = _sites(divisions, _sums(numbers.groups, county_of_town[town_of], len(divisions.outlines)), seed)
    cells = cells_round(at, home, divisions.outlines)
    borders = borders_of(cells)
    inside_county = borders.where(home)
    wanted = _sums(numbers.groups, town_of, len(towns))
    town = adopted(_grown(at, neighbours_of(inside_county, len(at)), home, county_of_town, wanted), inside_county)
    inside_town = borders.where(town)
    label = adopted(_grown(at, neighbours_of(inside_town, len(at)), town, town_of, numbers.groups), inside_town)
    households, population = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    order = np.argsort(label, kind="stable")
    for row, cut in enumerate(np.split(order, np.searchsorted(label[order], np.arange(1, len(table))))):
        own = np.random.default_rng([seed, int(table["code"].iloc[row])])
        weight = np.exp(own.normal(0, GROUP_SPREAD, len(cut)))
        households[cut] = shared(int(numbers.households[row]), weight, least=LEAST)
        population[cut] = shared(int(numbers.population[row]), households[cut], least=households[cut])
    return Groups(cells, at, town, label, households, population)


def _rows(codes: pd.Series, of: pd.Series) -> Ints:
    """The row of each code in ``of``."""
    rows: Ints = pd.Index(of).get_indexer(codes).astype(np.int64)
    return rows


def _sums(values: Floats, of: Ints, count: int) -> Floats:
    total: Floats = np.bincount(of, values, count).astype(np.float64)
    return total


def _sites(divisions: Divisions, wanted: Floats, seed: int) -> tuple[Floats, Ints]:
    """Places of groups, as many a county as it is to have, and the row of their county."""
    found = []
    for code, outline, count in zip(divisions.counties["code"], divisions.outlines, wanted.astype(int).tolist(), strict=True):
        found.append(evenly(inside(outline, SAMPLE * count, np.random.default_rng([seed, int(code)])), count))
    return np.concatenate(found), np.repeat(np.arange(len(found)), [len(at) for at in found])


def _grown(at: Floats, beside: list[list[int]], within: Ints, parent: Ints, target: Floats) -> Ints:
    """The region of each cell: the regions of each parent share the cells that lie ``within`` it."""
    label = np.full(len(at), -1, dtype=np.int64)
    middle = np.zeros((len(target), 2))
    everywhere = [True] * len(at)
    for row in range(int(parent.max()) + 1):
        members, cells = np.flatnonzero(parent == row), np.flatnonzero(within == row)
        start = settled(at, cells, cells[spread(at[cells], len(members), 0)])
        label[start], middle[members] = members, at[start]
    label = grow(beside, at, label, target=target, middle=middle, allowed=everywhere)
    return evened(beside, at, label, target=target, middle=middle, allowed=everywhere)
