"""The commands that count: incidents, posts, bodies. Each gives its exit code."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.analysis import incident_rates, organisation_coverage, repeat_rates, staffing
from gridplan.analysis.incidents.assignment import assign_grids
from gridplan.analysis.incidents.measures import BYS, By
from gridplan.bars import progress_bars
from gridplan.cli import reading, summary
from gridplan.cli.console import Screen
from gridplan.cli.imports import pairs
from gridplan.cli.tables import show_table
from gridplan.papers.counted import COUNT_FORMATS, value_name, write_counts
from gridplan.plan import Plan
from gridplan.replacing import check_ending, check_target
from gridplan.report import Report
from gridplan.settings import Settings
from gridplan.sources import read_organisations, read_staff, read_town
from gridplan.store import read_plan

#: Rows that the screen shows.
_SHOWN = 20
_RATES = ("accepted", "closed", "closure_rate", "on_time_rate", "overdue")
_REPEATS = ("reported", "placed", "repeats", "repeat_share")
_POSTS = ("role", "zones", "quota", "workers", "staffed", "vacant", "beyond", "shared")


@dataclass(frozen=True)
class _Read:
    """Incidents of files, what was told of them, and how they are to be counted."""

    incidents: gpd.GeoDataFrame
    report: Report
    by: tuple[By, ...]
    options: Mapping[str, Any]  # of the functions that count


def rated(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Count incidents of files by grid, community, kind and period."""
    now = args.as_of or datetime.now(UTC)
    read = _incidents(args, screen)
    table = incident_rates(read.incidents, read.by, now=now, **read.options)
    total = incident_rates(read.incidents, (), now=now, **read.options)
    summary.show_report(read.report, screen)
    _show(pd.concat([table.head(_SHOWN), total]), [name for name in BYS if name in read.by], _RATES, "rates", screen)
    facts = {"as_of": now.isoformat(timespec="minutes"), "definition": screen.words("paper.counts.closure")}
    return _filed(table, args.out, "rates", facts, screen)


def repeated(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Count incidents of files that came again at one place."""
    read = _incidents(args, screen)
    meant = {"within_m": args.within, "days": args.days}
    table = repeat_rates(read.incidents, read.by, **meant, **read.options)
    total = repeat_rates(read.incidents, (), **meant, **read.options)
    summary.show_report(read.report, screen)
    _show(pd.concat([table.head(_SHOWN), total]), [name for name in BYS if name in read.by], _REPEATS, "repeats", screen)
    facts = {"definition_of_repeats": screen.words("paper.counts.repeat", within=f"{args.within:g}", days=f"{args.days:g}")}
    return _filed(table, args.out, "repeats", facts, screen)


def _incidents(args: argparse.Namespace, screen: Screen) -> _Read:
    """The incidents of the files, by the grids of the plan where one is given."""
    if args.out:
        check_target(args.out, [*args.files, args.plan])
        check_ending(args.out, COUNT_FORMATS)
    plan = read_plan(args.plan) if args.plan else None
    with progress_bars(screen.language) as listen:
        found = reading.read(args, args.files, listen)
    incidents, report = found.incidents, found.report
    if plan is not None:
        grids, lying = assign_grids(incidents, plan)
        incidents, report = incidents.assign(grid=grids), report + lying
    communities = None if plan is None else dict(zip(plan.grids["code"], plan.grids["community"], strict=True))
    options = {"period": args.period, "time_zone": args.time_zone, "communities": communities}
    return _Read(incidents, report, tuple(args.by.split(",")), options)


def staffed(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Hold the people of a file against the posts of a plan."""
    if args.out:
        check_target(args.out, [args.plan, args.staff])
        check_ending(args.out, COUNT_FORMATS)
    plan = read_plan(args.plan)
    staff, read = read_staff(Path(args.staff), columns=pairs(args.column))
    by = tuple(args.by.split(",")) if args.by else ()
    found = staffing(plan, staff, by)
    _show_report(read + _by_row(found.report, staff), screen)
    _show(found.table.head(_SHOWN), list(by), _POSTS, "staffing", screen)
    return _written(found.table, args.out, "staffing", plan, screen)


def linked(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Count the grids, compounds and communities of a plan that bodies of a file are linked to."""
    if args.out:
        check_target(args.out, [args.plan, args.organisations, args.town])
        check_ending(args.out, COUNT_FORMATS)
    plan = read_plan(args.plan)
    town = read_town(args.town) if args.town else None
    links, read = read_organisations(Path(args.organisations), columns=pairs(args.column))
    by = tuple(args.by.split(",")) if args.by else ()
    found = organisation_coverage(plan, links, by, compounds=None if town is None else town.compounds)
    _show_report(read + _by_row(found.report, links), screen)
    shown = ("level", "kind", "form", "bodies", "covered", "zones", "share")
    _show(found.table.head(_SHOWN), list(by), shown, "organisations", screen)
    return _written(found.table, args.out, "organisations", plan, screen)


def _written(table: pd.DataFrame, out: str | None, title: str, plan: Plan, screen: Screen) -> int:
    return _filed(table, out, title, {"plan": f"{plan.fact('name')} ({plan.id})"}, screen)


def _filed(table: pd.DataFrame, out: str | None, title: str, facts: Mapping[str, str], screen: Screen) -> int:
    if out:
        write_counts(table, out, title=title, facts=facts, language=screen.language)
        screen.say("cli.written", path=out)
    return 0


def _by_row(report: Report, read: pd.DataFrame) -> Report:
    """The report by the rows of the file, since an id that a row was given is found nowhere in it."""
    rows = {name: f"row {line}" for name, line in zip(read["id"], read.attrs["rows"], strict=True)}
    return Report(report.rows.assign(id=report.rows["id"].map(rows)))


def _show_report(report: Report, screen: Screen) -> None:
    if len(report.rows):
        summary.show_report(report, screen)


def _show(table: pd.DataFrame, by: list[str], columns: tuple[str, ...], title: str, screen: Screen) -> None:
    """The first rows of a table; one that names nothing is of all."""
    rows = []
    for row in table.to_dict("records"):
        named = [screen.words("cli.total") if pd.isna(row[name]) else row[name] or "-" for name in by]
        rows.append((*named, *(_said(name, row[name], screen) for name in columns)))
    show_table(screen, screen.words(f"paper.counts.{title}"), [f"counts.col.{name}" for name in (*by, *columns)], rows)


def _said(name: str, value: object, screen: Screen) -> object:
    if isinstance(value, str):
        return value_name(name, value, screen.language)
    if isinstance(value, float):
        return "-" if value != value else (f"{100 * value:.2f} %" if name.endswith(("rate", "share")) else f"{value:.1f}")
    return value
