"""All that coverage of a plan is counted from, in one table: distances to services, people, classes of compounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan import crs
from gridplan.analysis.services.catchment import access_2sfca
from gridplan.analysis.services.covered import compound_classes, people_of
from gridplan.analysis.services.offered import offered
from gridplan.analysis.walking.nearest import walking_distances
from gridplan.analysis.walking.network import walking_network
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.sources import Town

#: Degrees of longitude or latitude, some 10 to 100 m, that a corner may differ by: programs round.
_APART = 1e-3


@dataclass(frozen=True)
class Sharing:
    """That capacities are to be shared too: within how many metres on foot, and what services of a kind have that state none."""

    within_m: float
    assumed: Mapping[str, float]


@dataclass(frozen=True)
class Measurement:
    """What was measured.

    Attributes
    ----------
    distances : columns ``building``, ``kind``, ``service``, ``metres``, ``method`` as of
        :func:`gridplan.analysis.walking_distances`, with ``compound_class`` and ``population`` of the building; ``people`` and
        ``per_1000`` as of :func:`gridplan.access_2sfca`, empty where capacities were not shared.
    kinds : of the services, sorted.
    counts : rows of the report, by reason.
    offers : what capacities were shared, a row a kind as of :class:`gridplan.analysis.services.offered.Offered`; None: none were.
    """

    distances: pd.DataFrame
    kinds: tuple[str, ...]
    counts: Mapping[str, int]
    offers: pd.DataFrame | None = None


def joined_services(town: gpd.GeoDataFrame | None, register: pd.DataFrame | None) -> gpd.GeoDataFrame | None:
    """The services of a town and of a register, in EPSG:4326; those of the register replace ones of the same id."""
    tables = [
        crs.to_crs(table, crs.LONLAT)[["id", "name", "kind", "capacity", "geometry"]]
        for table in (register, town)
        if table is not None
    ]
    if not tables:
        return None
    together = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=crs.LONLAT)
    return together.drop_duplicates("id", ignore_index=True)


def measure(
    plan: Plan,
    town: Town,
    services: gpd.GeoDataFrame | None,
    *,
    kinds: Sequence[str] | None = None,
    limit_m: float = 2000.0,
    sharing: Sharing | None = None,
    progress: Progress = silent,
) -> Measurement:
    """How far each building of the plan is from the nearest service of each kind along the streets of its town.

    With ``sharing`` also what capacity it has within a walk.

    Parameters
    ----------
    town : the town that the plan was made of; its streets are walked.
    kinds : those alone; None: all that the services have.
    limit_m : how far is searched, in metres.

    Raises
    ------
    InputError
        GP195 buildings of the plan that the town does not have; GP197 that it has elsewhere; GP196 no service; GP198, GP199 as
        ``offered``; and those of ``walking_distances``.
    """
    told = town.buildings if town.buildings is not None else town.atoms
    assert told is not None, "a town has buildings or atoms"
    strange = plan.buildings["id"][~plan.buildings["id"].isin(told["id"])]
    if len(strange):
        shown = ", ".join(strange.iloc[:5])
        raise InputError("GP195", plan=plan.id, count=len(strange), total=len(plan.buildings), ids=shown)
    _same_place(plan, told)
    if services is None or services.empty:
        raise InputError("GP196")
    network = None if town.streets is None or town.streets.empty else walking_network(town.streets, progress=progress)
    found = walking_distances(plan.buildings, services, network, kinds=kinds, limit_m=limit_m, progress=progress)
    ids = found.table["building"]
    classes = compound_classes(plan, town)
    table = found.table.assign(
        compound_class=None if classes is None else ids.map(classes),
        population=ids.map(people_of(plan, town)).astype("Int64"),
    )
    report = found.report if network is None else network.report + found.report
    offers = None
    if sharing is None:
        table = table.assign(people=np.nan, per_1000=np.nan)
    else:
        offer = offered(services, kinds=kinds, assumed=sharing.assumed)
        shared = access_2sfca(plan, offer.services, network, town=town, within_m=sharing.within_m, progress=progress)
        table = table.merge(shared.buildings[["building", "kind", "people", "per_1000"]], on=["building", "kind"], how="left")
        table["people"] = table["people"].fillna(0.0)
        told_more = (offer.report + shared.report).rows
        report = report + Report(told_more[told_more["reason"].str.startswith("report.access_")])
        offers = offer.kinds
    counts = {reason.removeprefix("report."): count for (_, reason), count in report.counts().items()}
    counts["buildings_straight"] = int((table["method"] == "straight").groupby(ids).any().sum())
    return Measurement(table, tuple(sorted(np.unique(table["kind"].astype(str)))), counts, offers)


def _same_place(plan: Plan, told: gpd.GeoDataFrame) -> None:
    """Nothing, where the town has the plan's buildings where the plan has them: other towns may have the same ids.

    Raises
    ------
    InputError
        GP197 some stand elsewhere.
    """
    theirs = crs.to_crs(told, crs.LONLAT).set_index("id").geometry.loc[plan.buildings["id"]]
    ours = crs.to_crs(plan.buildings, crs.LONLAT).geometry
    corners = [np.array([shape.bounds for shape in shapes]) for shapes in (ours, theirs)]
    apart = np.abs(corners[0] - corners[1]).max(axis=1) > _APART
    if apart.any():
        ids = ", ".join(plan.buildings["id"][apart].iloc[:5])
        raise InputError("GP197", plan=plan.id, count=int(apart.sum()), total=len(apart), ids=ids)
