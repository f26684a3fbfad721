"""The commands that redraw a plan: by a file of its atoms, by operations, or by its town read again."""

import argparse
import json
from pathlib import Path

import pandas as pd

from gridplan.bars import progress_bars
from gridplan.cli import summary
from gridplan.cli.console import Screen
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.plan.by import By
from gridplan.plan.redraw.orders import Order
from gridplan.replacing import check_bundle_name, check_target, replacing
from gridplan.report import Report
from gridplan.settings import Settings
from gridplan.sources import read_town
from gridplan.spreadsheets import csv_bytes
from gridplan.store import read_atoms, read_plan, write_plan
from gridplan.updating import update_plan


def redrawn(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Redraw a plan."""
    check_bundle_name(args.out, apart_from=[args.plan, args.atoms, args.operations])
    if args.report:
        check_target(args.report, [args.plan, args.atoms, args.operations, args.out])
    plan, by = read_plan(args.plan), By(args.who, None, args.note)
    if args.atoms:
        after, report = read_atoms(plan, args.atoms, column=args.column, by=by)
        _tell(report, args, screen)
    else:
        after = plan.apply(_operations(args.operations), by=by)
    write_plan(after, args.out)
    _show(plan, after, screen)
    screen.say("cli.written", path=args.out)
    return 0


def updated(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Bring a plan up to date with its town."""
    check_bundle_name(args.out, apart_from=[args.plan, args.town])
    if args.report:
        check_target(args.report, [args.plan, args.town, args.out])
    plan, town = read_plan(args.plan), read_town(args.town)
    with progress_bars(screen.language) as listen:
        after, report = update_plan(plan, town, most_moved=args.most_moved, seed=args.seed, progress=listen)
        write_plan(after, args.out)
    _tell(report, args, screen)
    summary.show_plan(after, screen)
    summary.show_lineage(after.lineage, plan.id, after.id, screen)
    screen.say("cli.written", path=args.out)
    return 0


def _tell(report: pd.DataFrame, args: argparse.Namespace, screen: Screen) -> None:
    """What could not be taken over, on the screen and as a file where one is asked for."""
    if args.report:
        with replacing(Path(args.report)) as draft:
            draft.write_bytes(csv_bytes(report))
    summary.show_report(Report(report.assign(stage="redraw")), screen)


def _operations(path: str) -> list[Order]:
    """The operations of a JSON file: a list of them, or one.

    Raises
    ------
    InputError
        GP101 the file is not there; GP108 it is no JSON.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError("GP101", path=path) from error
    except (OSError, ValueError) as error:
        raise InputError("GP108", path=path, why=str(error)) from error
    return found if isinstance(found, list) else [found]


def _show(before: Plan, after: Plan, screen: Screen) -> None:
    """How many atoms changed their grid, and what the plan has now."""
    moved = int((before.atoms.set_index("id")["grid"] != after.atoms.set_index("id")["grid"]).sum())
    totals = after.totals
    screen.say("cli.redrawn", plan=after.id, moved=moved, grids=totals.grids, proved=totals.grids_proved, open=totals.grids_open)
