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
#: Fewest households of a group.
LEAST = 5


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


def make_groups(place: GroupedPlace, divisions: Divisions, rng: np.random.Generator) -> Groups:
    """The groups of a place; their households and people add up to the place's.

    Notes
    -----
    About 10 s for 21,000 groups on one core.
    """
    table, towns = divisions.communities, divisions.towns
    wanted = rng.integers(place.group_range[0], place.group_range[1] + 1, len(table)).astype(np.float64)
    county_of_town = _rows(towns["county"], divisions.counties["code"])
    town_of = _rows(table["town"], towns["code"])
    at, home = _sites(divisions, _sums(wanted, county_of_town[town_of], len(divisions.outlines)), rng)
    cells = cells_round(at, home, divisions.outlines)
    borders = borders_of(cells)
    inside_county = borders.where(home)
    town = _grown(at, neighbours_of(inside_county, len(at)), home, county_of_town, _sums(wanted, town_of, len(towns)), rng)
    town = adopted(town, inside_county)
    inside_town = borders.where(town)
    label = adopted(_grown(at, neighbours_of(inside_town, len(at)), town, town_of, wanted, rng), inside_town)
    urban = np.array([kind_of(name) == "urban" for name in table["name"]])
    weight = np.exp(rng.normal(0, place.group_spread, len(cells))) * np.where(urban[label], URBAN_WEIGHT, 1.0)
    households = shared(place.households, weight, least=LEAST)
    size = np.exp(rng.normal(0, place.household_size_spread, len(table)))
    population = shared(place.population, households * size[label], least=households)
    return Groups(cells, at, town, label, households, population)


def _rows(codes: pd.Series, of: pd.Series) -> Ints:
    """The row of each code in ``of``."""
    rows: Ints = pd.Index(of).get_indexer(codes).astype(np.int64)
    return rows


def _sums(values: Floats, of: Ints, count: int) -> Floats:
    total: Floats = np.bincount(of, values, count).astype(np.float64)
    return total


def _sites(divisions: Divisions, wanted: Floats, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Places of groups, as many a county as it is to have, and the row of their county."""
    found = [
        evenly(inside(outline, SAMPLE * count, rng), count)
        for outline, count in zip(divisions.outlines, wanted.astype(int).tolist(), strict=True)
    ]
    return np.concatenate(found), np.repeat(np.arange(len(found)), [len(at) for at in found])


def _grown(at: Floats, beside: list[list[int]], within: Ints, parent: Ints, target: Floats, rng: np.random.Generator) -> Ints:
    """The region of each cell: the regions of each parent share the cells that lie ``within`` it."""
    label = np.full(len(at), -1, dtype=np.int64)
    middle = np.zeros((len(target), 2))
    everywhere = [True] * len(at)
    for row in range(int(parent.max()) + 1):
        members, cells = np.flatnonzero(parent == row), np.flatnonzero(within == row)
        start = settled(at, cells, cells[spread(at[cells], len(members), int(rng.integers(len(cells))))])
        label[start], middle[members] = members, at[start]
    label = grow(beside, at, label, target=target, middle=middle, allowed=everywhere)
    return evened(beside, at, label, target=target, middle=middle, allowed=everywhere)
