"""The command that counts who has which service within a walk, and looks for new sites. It gives its exit code."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan.analysis import SiteOptions, Sites, WalkingNetwork, best_sites, coverage, walking_distances, walking_network
from gridplan.analysis.services.zones import zone_land
from gridplan.bars import progress_bars
from gridplan.cli import capacity, summary
from gridplan.cli.console import Screen
from gridplan.cli.tables import show_table
from gridplan.contracts import MEASURED
from gridplan.errors import InputError
from gridplan.messages import Phrase, word
from gridplan.papers import write_coverage
from gridplan.plan import Plan
from gridplan.progress import Progress
from gridplan.replacing import check_ending, check_target
from gridplan.report import Report
from gridplan.settings import Settings
from gridplan.sources import Town, read_services, read_streets, read_town, streets_of_place
from gridplan.store import check_layer_file, read_plan, write_layer

#: Endings of the tables that the command writes.
FORMATS = (".csv", ".xlsx", ".gpkg", ".geojson", ".json")


@dataclass(frozen=True)
class _Ground:
    """What distances are measured on and to, and what was told of it on the way."""

    services: gpd.GeoDataFrame
    network: WalkingNetwork | None
    report: Report


def covered(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Count households within a walk of services."""
    check_ending(args.out, FORMATS)
    if args.distances:
        check_layer_file(MEASURED["distances"], args.distances)
    if args.sites_out:
        check_layer_file(MEASURED["sites"], args.sites_out)
    if args.capacity:
        check_ending(args.capacity, FORMATS)
    capacity.check(args)
    files = [args.plan, args.town, args.network, *(args.services or ())]
    for out in (args.out, args.distances, args.capacity, args.sites_out):
        if out:
            check_target(out, files)
    steps = _numbers(args.within)
    plan, town = read_plan(args.plan), read_town(args.town)
    with progress_bars(screen.language) as listen:
        ground = _ground(args, town, listen)
        kinds = args.kind or None
        distances = walking_distances(plan.buildings, ground.services, ground.network, kinds=kinds, progress=listen)
        table = coverage(plan, distances, town=town, within_m=steps)
        shares = capacity.counted(args, plan, town, ground.services, ground.network, listen) if args.capacity else None
        sites = _sites(args, plan, ground, listen) if args.sites is not None else None
    _write(args, screen, plan, table)
    if args.distances:
        write_layer(distances.table, MEASURED["distances"], args.distances)
    said = ground.report + distances.report
    summary.show_report(said if shares is None else said + shares.report, screen)
    _show(table, screen)
    if shares is not None:
        capacity.write(args, screen, plan, shares)
    if sites is not None:
        _show_sites(args, sites, screen)
    for path in (args.out, args.distances, args.capacity, args.sites_out if sites is not None else None):
        if path:
            screen.say("cli.written", path=path)
    return 0


def _ground(args: argparse.Namespace, town: Town, listen: Progress) -> _Ground:
    services, report = town.services, Report.empty()
    if args.services:
        services, report = read_services(*args.services, datum=args.datum)
    if services is None or not len(services):
        raise InputError("GP165", kind=Phrase("coverage.any_kind"), present="-")
    if args.straight:
        return _Ground(services, None, report)
    streets = town.streets
    if args.network:
        streets, found = read_streets(args.network, datum=args.datum)
        report = report + found
    elif args.place:
        streets = streets_of_place(args.place, progress=listen)
    if streets is None or not len(streets):
        return _Ground(services, None, report)
    network = walking_network(streets, join_within_m=args.join_within, crossings=args.crossings, progress=listen)
    return _Ground(services, network, report + network.report)


def _sites(args: argparse.Namespace, plan: Plan, ground: _Ground, listen: Progress) -> Sites:
    kind = _site_kind(args, ground.services)
    options = SiteOptions(within_m=args.site_within)
    return best_sites(plan, ground.services, ground.network, kind=kind, sites=args.sites, options=options, progress=listen)


def _site_kind(args: argparse.Namespace, services: gpd.GeoDataFrame) -> str:
    """The kind that is asked for, the only one of ``--kind``, or the only one there is."""
    kinds = [args.site_kind] if args.site_kind else args.kind or sorted(services["kind"].unique())
    if len(kinds) != 1:
        raise InputError("GP118", name="--site-kind", value="-", expected=" | ".join(kinds))
    return str(kinds[0])


def _numbers(words: str) -> list[int]:
    try:
        return [int(part) for part in words.split(",")]
    except ValueError:
        raise InputError("GP167", given=words) from None


def _write(args: argparse.Namespace, screen: Screen, plan: Plan, table: pd.DataFrame) -> None:
    """The tables as a workbook for offices, or with a row a zone, kind and distance: plain, or on the land of the zones."""
    suffix = Path(args.out).suffix.lower()
    if suffix == ".xlsx":
        write_coverage(plan, table, args.out, language=screen.language)
    elif suffix == ".csv":
        write_layer(table, MEASURED["coverage"], args.out)
    else:
        contract = replace(MEASURED["coverage"], geometry=("Polygon", "MultiPolygon"))
        write_layer(zone_land(plan, table), contract, args.out)


def _show(table: pd.DataFrame, screen: Screen) -> None:
    rows = []
    for row in table[table["level"] == "town"].itertuples():
        share = "-" if pd.isna(row.share) else f"{100 * row.share:.1f} %"
        counts = (int(row.within_m), int(row.households_within), int(row.households), share)
        method = "-" if pd.isna(row.method) else screen.words(f"coverage.method.{row.method}")
        rows.append((word("service", row.kind, screen.language), *counts, method))
    columns = ("service_kind", "within_m", "households_within", "households", "share", "method")
    show_table(screen, screen.words("cli.summary.coverage"), [f"cli.col.{column}" for column in columns], rows)


def _show_sites(args: argparse.Namespace, sites: Sites, screen: Screen) -> None:
    if args.sites_out:
        write_layer(sites.table, MEASURED["sites"], args.sites_out)
    rows: Sequence[tuple[object, ...]] = [
        (int(row.rank), int(row.added), int(row.covered), f"{row.geometry.x:.6f}", f"{row.geometry.y:.6f}")
        for row in sites.table.itertuples()
    ]
    title = screen.words("cli.summary.sites", kind=word("service", sites.kind, screen.language), within=f"{args.site_within:g}")
    columns = ("rank", "added", "covered", "longitude", "latitude")
    show_table(screen, title, [f"cli.col.{column}" for column in columns], rows)
    facts = {"households": sites.households, "before": sites.covered_before, "covered": sites.covered, "bound": sites.bound}
    key = "cli.sites.proved" if sites.proved else "cli.sites.bound"
    screen.say(key, count=args.sites, candidates=sites.candidates, **facts)
