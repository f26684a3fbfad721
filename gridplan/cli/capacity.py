"""What ``gridplan coverage --capacity`` counts besides: capacity for 1,000 people within a walk."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan.analysis import WalkingNetwork, access_2sfca
from gridplan.analysis.services.offered import capacity_table, offered
from gridplan.analysis.services.zones import zone_land
from gridplan.cli.console import Screen
from gridplan.cli.imports import pairs
from gridplan.cli.tables import show_table
from gridplan.contracts import MEASURED
from gridplan.errors import InputError
from gridplan.messages import text, word
from gridplan.papers.counted import write_counts
from gridplan.plan import Plan
from gridplan.progress import Progress
from gridplan.report import Report
from gridplan.sources import Town
from gridplan.store import write_layer

#: Metres on foot where none are named: fifteen minutes.
WITHIN_M = 1000.0


@dataclass(frozen=True)
class Counted:
    """The table (contract ``capacities``), and what was told of capacities and people; of places the distances tell the same."""

    table: pd.DataFrame
    report: Report


def counted(
    args: argparse.Namespace,
    plan: Plan,
    town: Town,
    services: gpd.GeoDataFrame,
    network: WalkingNetwork | None,
    listen: Progress,
) -> Counted:
    """Capacity within the walk by the options.

    Raises
    ------
    InputError
        GP110, GP199 a capacity that cannot be assumed; GP165 a kind that no service has; GP167 the distance; GP198 no service
        states a capacity.
    """
    within = WITHIN_M if args.capacity_within is None else args.capacity_within
    offer = offered(services, kinds=args.kind or None, assumed=_assumed(args))
    found = access_2sfca(plan, offer.services, network, town=town, within_m=within, progress=listen)
    told = (offer.report + found.report).rows
    mine = Report(told[told["reason"].str.startswith("report.access_")])
    return Counted(capacity_table(found, offer.kinds, within_m=within), mine)


def check(args: argparse.Namespace) -> None:
    """Nothing, unless an option of the capacity stands there without it.

    Raises
    ------
    InputError
        GP118 so it does.
    """
    for name, value in (("--capacity-within", args.capacity_within), ("--assume-capacity", args.assume_capacity)):
        if value is not None and not args.capacity:
            raise InputError("GP118", name=name, value=str(value), expected="--capacity FILE")


def write(args: argparse.Namespace, screen: Screen, plan: Plan, found: Counted) -> None:
    """Writes the table, and shows its rows of the whole plan."""
    table, language = found.table, screen.language
    suffix = Path(args.capacity).suffix.lower()
    if suffix == ".xlsx":
        named = table.assign(kind=[word("service", kind, language) for kind in table["kind"]])
        facts = {"plan": f"{plan.fact('name')} ({plan.id})", "capacity": text("paper.counts.2sfca", language)}
        write_counts(named, args.capacity, title="capacities", facts=facts, language=language)
    elif suffix == ".csv":
        write_layer(table, MEASURED["capacities"], args.capacity)
    else:
        contract = replace(MEASURED["capacities"], geometry=("Polygon", "MultiPolygon"))
        write_layer(zone_land(plan, table), contract, args.capacity)
    whole = table[table["level"] == "town"]
    rows = [
        (
            word("service", row.kind, language),
            int(row.services),
            int(row.assumed),
            int(row.left_out),
            *(
                "-" if pd.isna(value) else form.format(value)
                for value, form in _shown(row.capacity, row.per_1000, row.people_without)
            ),
        )
        for row in whole.itertuples()
    ]
    columns = ("kind", "services", "assumed", "left_out", "capacity", "per_1000", "people_without")
    title = screen.words("cli.summary.capacity", within=f"{int(whole['within_m'].iloc[0])}")
    show_table(screen, title, [f"counts.col.{column}" for column in columns], rows)


def _shown(capacity: float, per_1000: float, without: float) -> list[tuple[float, str]]:
    return [(capacity, "{:g}"), (per_1000, "{:.2f}"), (without, "{:.0f}")]


def _assumed(args: argparse.Namespace) -> dict[str, float]:
    """``clinic=20`` as ``{"clinic": 20.0}``."""
    given = pairs(args.assume_capacity or ())
    try:
        return {kind: float(value) for kind, value in given.items()}
    except ValueError:
        raise InputError("GP199", given=", ".join(args.assume_capacity)) from None
