"""What capacity services offer: stated, assumed, or left out because nobody states it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.analysis.services.catchment import Accessibility
from gridplan.analysis.walking.places import checked_services, kinds_of
from gridplan.contracts import MEASURED, conform
from gridplan.errors import InputError
from gridplan.report import Report


@dataclass(frozen=True)
class Offered:
    """Services with the capacities that count.

    Attributes
    ----------
    services : those with a place, with the capacity that they state or that is assumed.
    kinds : a row a ``kind``: ``services`` that count, ``assumed`` of these, ``left_out`` without a capacity, ``capacity`` in all
        (NaN where none counts).
    report : services whose capacity is assumed, with it.
    """

    services: gpd.GeoDataFrame
    kinds: pd.DataFrame
    report: Report


def offered(
    services: gpd.GeoDataFrame, *, kinds: Sequence[str] | None = None, assumed: Mapping[str, float] | None = None
) -> Offered:
    """The services of these kinds with the capacities that :func:`gridplan.access_2sfca` is to count.

    Parameters
    ----------
    kinds : those alone; None: all that the services have.
    assumed : kind -> capacity of its services that state none.

    Raises
    ------
    InputError
        GP102-GP105 of the table; GP165 a kind that no service has; GP198 none of the kinds has a service with a capacity; GP199 a
        capacity that is assumed and not above 0.
    """
    given = dict(assumed or {})
    if not all(np.isfinite(each) and each > 0 for each in given.values()):
        raise InputError("GP199", given=", ".join(f"{kind}={each:g}" for kind, each in given.items()))
    table, _ = checked_services(services)
    names = kinds_of(table, None if kinds is None else list(kinds))
    kinds_of(table, list(given))
    table = table[table["kind"].isin(names)].reset_index(drop=True)
    unknown = table["capacity"].isna()
    guess = table["kind"].map(given).astype(np.float64)
    filled = (unknown & guess.notna()).to_numpy(bool)
    table["capacity"] = table["capacity"].astype(np.float64).where(~unknown, guess)
    counts = table["capacity"].notna()
    if not counts.any():
        raise InputError("GP198", kinds=", ".join(names), count=len(table))
    rows = table.assign(counts=counts, filled=filled, lacking=~counts)
    told = rows.groupby("kind", sort=True).agg(
        services=("counts", "sum"), assumed=("filled", "sum"), left_out=("lacking", "sum"), capacity=("capacity", "sum")
    )
    told["capacity"] = told["capacity"].where(told["services"] > 0)
    report = Report.of(
        "walking",
        "report.access_capacity_assumed",
        table["id"][filled],
        [f"{row.kind}: {row.capacity:g}" for row in table[filled].itertuples()],
    )
    return Offered(table, told.reset_index(), report)


def capacity_table(found: Accessibility, kinds: pd.DataFrame, *, within_m: float) -> pd.DataFrame:
    """The zones of ``found`` as the contract ``capacities``, beside what is offered in all.

    Parameters
    ----------
    found : of :func:`gridplan.access_2sfca`.
    kinds : of :class:`Offered`.
    within_m : metres on foot that were counted.
    """
    columns = ["level", "code", "name", "kind", "people", "per_1000", "people_without"]
    return conform(found.zones[columns].merge(kinds, on="kind", how="left").assign(within_m=within_m), MEASURED["capacities"])
