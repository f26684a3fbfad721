"""How many households and people have a service within a walk: by grid, community, compound class and in all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.analysis.services.zones import Zones, zones_of
from gridplan.analysis.walking.nearest import Distances
from gridplan.contracts import MEASURED, conform
from gridplan.errors import InputError
from gridplan.graph.atom_graph import Floats
from gridplan.plan import Plan
from gridplan.sources import Town

#: Metres of walking that are asked for where none are named: five, eight and fifteen minutes.
WITHIN_M = (300, 500, 1000)
#: Class of the compounds that buildings stand in which are in none, or in one without a class.
NO_CLASS = "none"


def coverage(
    plan: Plan,
    distances: Distances | pd.DataFrame,
    *,
    town: Town | None = None,
    within_m: int | Sequence[int] = WITHIN_M,
) -> pd.DataFrame:
    """Buildings, households and people within a walk of each kind of service, beside how many there are.

    Parameters
    ----------
    plan
        Its buildings have the households and the grids.
    distances
        Of :func:`gridplan.analysis.walking.nearest.walking_distances`, for the plan's buildings.
    town
        The town that was planned: its buildings say people and compounds. Without it population is not known and no row is by
        class of compound.
    within_m
        Metres of walking, one row each; a service just so far counts.

    Returns
    -------
    DataFrame
        As the contract ``coverage``: a row a level, zone, kind and distance, in that order. ``level``: ``town`` (the whole plan,
        code all), ``area`` (each administrative area of the plan), ``community``, ``grid``, ``compound_class`` (new, old,
        unmanaged, village or none). ``share`` is households_within / households, NaN where there are no homes. People are empty
        where a building with homes in the zone does not say.

    Raises
    ------
    InputError
        GP166 a building of the plan is not in ``distances``; GP167 ``within_m`` is empty or below 0.

    Notes
    -----
    Plain counts; no estimate. 0.8 s of one core for 50,000 buildings, 1,000 grids and four kinds.
    """
    steps = sorted({within_m} if isinstance(within_m, int) else set(within_m))
    if not steps or steps[0] < 0:
        raise InputError("GP167", given=", ".join(map(str, steps)) or "-")
    table = distances.table if isinstance(distances, Distances) else distances
    near = _near(plan, table)
    count = _Count(plan.buildings["households"].to_numpy(np.float64), people_of(plan, town).to_numpy(np.float64))
    if not near.kinds:
        return conform(pd.DataFrame(columns=MEASURED["coverage"].names()), MEASURED["coverage"])
    parts = [_rows(zones, near, count, steps) for zones in zones_of(plan, compound_classes(plan, town), none=NO_CLASS)]
    return conform(pd.concat(parts, ignore_index=True), MEASURED["coverage"])


def people_of(plan: Plan, town: Town | None) -> pd.Series:
    """People of each building of the plan, by its id: NaN where the town does not say, 0 where nobody lives."""
    households = plan.buildings["households"].to_numpy(np.float64)
    people = np.full(len(households), np.nan)
    told = _told(town)
    if told is not None and len(told):
        row = pd.Index(told["id"]).get_indexer(plan.buildings["id"])
        people = np.where(row >= 0, told["population"].to_numpy(np.float64, na_value=np.nan)[row], np.nan)
    people = np.where(np.isnan(people) & (households == 0), 0.0, people)
    return pd.Series(people, index=pd.Index(plan.buildings["id"], name="building"), name="people")


def compound_classes(plan: Plan, town: Town | None) -> pd.Series | None:
    """Class of the compound that each building of the plan stands in, by its id; ``NO_CLASS`` where none, None without classes.

    The town says which compound a building stands in, and of what class that is.
    """
    told = _told(town)
    if town is None or told is None or town.compounds is None or not town.compounds["class"].notna().any():
        return None
    compound = plan.buildings["id"].map(told.set_index("id")["compound"])
    classes = compound.map(town.compounds.set_index("id")["class"]).fillna(NO_CLASS)
    return classes.set_axis(pd.Index(plan.buildings["id"], name="building")).rename("class")


@dataclass(frozen=True)
class _Near:
    """Metres to each kind (column) from each building (row) and whether the way is straight."""

    kinds: list[str]
    metres: Floats
    straight: np.ndarray


@dataclass(frozen=True)
class _Count:
    """Households and people of each building; people NaN where not known."""

    households: Floats
    people: Floats


def _near(plan: Plan, table: pd.DataFrame) -> _Near:
    kinds = sorted(table["kind"].unique())
    ids = plan.buildings["id"]
    row = pd.Index(ids).get_indexer(table["building"])
    column = pd.Index(kinds).get_indexer(table["kind"])
    seen = np.zeros((len(ids), len(kinds)), bool)
    metres, straight = np.full(seen.shape, np.nan), np.zeros(seen.shape, bool)
    known = row >= 0
    at = row[known], column[known]
    seen[at] = True
    metres[at] = table["metres"].to_numpy(np.float64)[known]
    straight[at] = (table["method"] == "straight").to_numpy(bool)[known]
    lost = ids[~seen.all(axis=1)]
    if len(lost):
        raise InputError("GP166", count=len(lost), ids=", ".join(lost.iloc[:5]))
    return _Near(kinds, metres, straight)


def _told(town: Town | None) -> pd.DataFrame | None:
    """What a town says of its buildings, or of the areas given in their place."""
    if town is None:
        return None
    return town.buildings if town.buildings is not None else town.atoms


def _rows(zones: Zones, near: _Near, count: _Count, steps: Sequence[int]) -> pd.DataFrame:
    size = len(zones.codes)
    inside = np.flatnonzero(zones.of >= 0)
    of = zones.of[inside]

    def total(values: Floats) -> Floats:
        return np.bincount(of, values, size).astype(np.float64)

    homes, people = count.households[inside], count.people[inside]
    # A zone is not known as soon as one of its buildings is not: NaN stays NaN in a sum.
    sums = {"buildings": total(np.ones(len(inside))), "households": total(homes), "population": total(people)}
    parts = []
    for column, kind in enumerate(near.kinds):
        straight = total(near.straight[inside, column].astype(np.float64))
        method = np.where(straight == 0, "network", np.where(straight == sums["buildings"], "straight", "mixed"))
        for within in steps:
            reached = near.metres[inside, column] <= within
            part = pd.DataFrame({"code": zones.codes, "name": zones.names, "kind": kind, "within_m": within, **sums})
            part["buildings_within"] = total(reached.astype(np.float64))
            part["households_within"] = total(np.where(reached, homes, 0.0))
            part["population_within"] = total(people * reached)
            part["method"] = pd.Series(method, dtype="str").where(sums["buildings"] > 0)
            parts.append(part.assign(zone=np.arange(size)))
    table = pd.concat(parts, ignore_index=True).sort_values(["zone", "kind", "within_m"], ignore_index=True)
    table["share"] = table["households_within"] / table["households"].where(table["households"] > 0)
    return table.assign(level=zones.level)
