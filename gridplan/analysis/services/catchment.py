"""How much of each kind of service there is for the people within a walk: two-step floating catchment areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.analysis.services.covered import NO_CLASS, compound_classes, people_of
from gridplan.analysis.services.zones import Zones, zones_of
from gridplan.analysis.walking.network import WalkingNetwork
from gridplan.analysis.walking.placed import Placed, place
from gridplan.analysis.walking.places import checked_services, kinds_of
from gridplan.analysis.walking.snapping import REACH_M
from gridplan.errors import InputError
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan import Plan
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.sources import Town

#: People of a household where nobody says how many: the mean of China's census of 2020.
PEOPLE_PER_HOUSEHOLD = 2.62
#: Weights of Luo and Qi for near, middling and far services, by metres on foot: for ``weights`` of the enhanced method.
ENHANCED: Mapping[float, float] = {300.0: 1.0, 500.0: 0.68, 1000.0: 0.22}


@dataclass(frozen=True)
class Accessibility:
    """Capacity within a walk for 1,000 people.

    ``buildings`` has a row a building with people and kind: ``building``, ``kind``, ``people``, ``per_1000`` (capacity for
    1,000 people; 0: none within the walk; NaN: no service of the kind states one) and ``services`` (how many are within it).
    ``zones`` has a row a level (town, area, community, grid, compound_class), zone and kind: ``level``, ``code``, ``name``,
    ``kind``, ``people``, ``per_1000`` (mean over the people; NaN where there are none) and ``people_without`` (those with 0).
    ``report`` tells services without a capacity, estimated people, and all that
    :class:`gridplan.analysis.walking.nearest.Distances` tells of places.
    """

    buildings: pd.DataFrame
    zones: pd.DataFrame
    report: Report


def access_2sfca(
    plan: Plan,
    services: gpd.GeoDataFrame,
    network: WalkingNetwork | None = None,
    *,
    town: Town | None = None,
    kinds: Sequence[str] | None = None,
    within_m: float = 1000.0,
    weights: Mapping[float, float] | None = None,
    reach_m: float = REACH_M,
    progress: Progress = silent,
) -> Accessibility:
    """Capacity of services for 1,000 people within a walk, where those who share a service share its capacity.

    First each service's capacity is divided by the people within the walk of it, then each building sums these shares over the
    services within its walk. The people-weighted sum over all buildings is the capacity of all services that anybody reaches.

    Parameters
    ----------
    plan, town
        Households by building, and people where the town says; else ``PEOPLE_PER_HOUSEHOLD`` for each household. Without a town
        no row is by class of compound.
    services
        With ``capacity``: people, places or beds; services without are left out and counted.
    within_m
        Metres on foot of the catchment. With ``weights`` not asked for.
    weights
        Weight by metres, such as ``ENHANCED``: a walk has the weight of the least distance that is not below it, beyond the last
        none. This is the enhanced method; None: weight 1 up to ``within_m``.

    Raises
    ------
    InputError
        GP102-GP106, GP165 as :func:`gridplan.analysis.walking_distances`; GP167 a distance or weight that is not above 0.

    Notes
    -----
    Computed by PySAL's ``access``. A search a service: 2 s of one core for 100 services, 50,000 buildings, a million edges.

    References
    ----------
    Luo and Wang 2003 (doi:10.1068/b29120); enhanced: Luo and Qi 2009 (doi:10.1016/j.healthplace.2009.06.002).
    """
    table, report = checked_services(services)
    names = kinds_of(table, None if kinds is None else list(kinds))
    steps = dict(weights) if weights is not None else {float(within_m): 1.0}
    if not steps or min(steps) <= 0 or min(steps.values()) < 0:
        raise InputError("GP167", given=", ".join(f"{metres:g}: {weight:g}" for metres, weight in steps.items()) or "-")
    table = table[table["kind"].isin(names)].reset_index(drop=True)
    unknown = table["capacity"].isna()
    report = report + Report.of("walking", "report.access_no_capacity", table["id"][unknown], table["kind"][unknown])
    table = table[~unknown].reset_index(drop=True)
    people, estimated = _people(plan, town)
    report = report + Report.of("walking", "report.access_people_estimated", plan.buildings["id"][estimated])
    progress("stage.access", 0, len(names))
    placed = place(plan.buildings, table, network, reach_m=reach_m)
    lived = np.flatnonzero(people > 0)
    parts = []
    for number, kind in enumerate(names):
        rows = np.flatnonzero((table["kind"] == kind).to_numpy(bool))
        per_1000, count = _shares(placed, rows, people, table["capacity"].to_numpy(np.float64), steps)
        if not len(rows):
            per_1000 = np.full(len(people), np.nan)  # that nobody says is not that there is none
        part = {"building": placed.buildings[lived], "kind": kind, "people": people[lived]}
        parts.append(pd.DataFrame(part | {"per_1000": per_1000[lived], "services": count[lived], "row": lived}))
        progress("stage.access", number + 1, len(names))
    return _result(plan, parts, compound_classes(plan, town), report + placed.told())


def _people(plan: Plan, town: Town | None) -> tuple[Floats, np.ndarray]:
    """People of each building, and where they are estimated from its households."""
    told = people_of(plan, town).to_numpy(np.float64)
    unknown = np.isnan(told)
    households = plan.buildings["households"].to_numpy(np.float64)
    return np.where(unknown, households * PEOPLE_PER_HOUSEHOLD, told), unknown


def _shares(placed: Placed, rows: Ints, people: Floats, capacity: Floats, steps: Mapping[float, float]) -> tuple[Floats, Ints]:
    """Capacity for 1,000 people at each building, and the services within the walk."""
    # Loading it takes half a second.
    from access.fca import two_stage_fca
    from access.weights import step_fn

    walks = list(placed.within(rows, limit_m=max(steps)))
    joined = {"origin": [walk.target for walk in walks], "dest": [walk.source for walk in walks]}
    costs = pd.DataFrame({name: np.concatenate([np.zeros(0, np.int64), *part]) for name, part in joined.items()})
    costs["cost"] = np.concatenate([np.zeros(0), *(walk.metres for walk in walks)])
    costs = costs[people[costs["origin"]] > 0]
    count = np.bincount(costs["origin"], minlength=len(people))
    found = np.zeros(len(people))
    if len(costs):
        demand = pd.DataFrame({"geoid": np.arange(len(people)), "demand": people})
        supply = pd.DataFrame({"supply": capacity[rows]}, index=rows)
        shares = two_stage_fca(demand, supply, costs, weight_fn=step_fn(dict(steps)))
        found[shares.index.to_numpy(np.int64)] = 1000 * shares.to_numpy(np.float64)
    return found, count.astype(np.int64)


def _result(plan: Plan, parts: Sequence[pd.DataFrame], classes: pd.Series | None, report: Report) -> Accessibility:
    columns = ["building", "kind", "people", "per_1000", "services", "row"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    buildings = table.sort_values(["row", "kind"], ignore_index=True).drop(columns="row")
    means = [part for level in zones_of(plan, classes, none=NO_CLASS) for part in _means(level, table)]
    columns = ["level", "code", "name", "kind", "people", "per_1000", "people_without"]
    zones = pd.concat(means, ignore_index=True) if means else pd.DataFrame(columns=columns)
    return Accessibility(buildings, zones[columns], report)


def _means(zones: Zones, table: pd.DataFrame) -> list[pd.DataFrame]:
    """The mean over the people of each zone, kind by kind, as one table where there is anything to tell."""
    parts = []
    for kind, mine in table.groupby("kind", sort=True):
        of = zones.of[mine["row"].to_numpy(np.int64)]
        inside = of >= 0
        people = mine["people"].to_numpy(np.float64)[inside]
        per_1000 = mine["per_1000"].to_numpy(np.float64)[inside]
        of, size = of[inside], len(zones.codes)
        total, summed = np.bincount(of, people, size), np.bincount(of, people * per_1000, size)
        mean = np.divide(summed, total, out=np.full(size, np.nan), where=total > 0)
        without = np.bincount(of, np.where(per_1000 == 0, people, np.where(np.isnan(per_1000), np.nan, 0.0)), size)
        part = {"level": zones.level, "code": zones.codes, "name": zones.names, "kind": kind, "people": total}
        parts.append(pd.DataFrame(part | {"per_1000": mean, "people_without": without, "zone": np.arange(size)}))
    return [pd.concat(parts).sort_values(["zone", "kind"], ignore_index=True)] if parts else []
