"""The commands that bring incidents from files and find their grids: options, and what they do. Each gives its exit code."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.cli import reading
from gridplan.cli.console import Screen
from gridplan.cli.rates_parser import add_rates, add_repeats
from gridplan.cli.reading import add_reading
from gridplan.settings import Settings

if TYPE_CHECKING:
    from gridplan.report import Report
    from gridplan.sources import IncidentImport


def add_import(parser: argparse.ArgumentParser, screen: Screen) -> None:
    """The options of ``gridplan import incidents``."""
    words = screen.words
    parser.set_defaults(command="import incidents")
    parser.add_argument("files", nargs="+", metavar="FILE", help=words("cli.arg.incident_files"))
    add_reading(parser, screen)
    parser.add_argument("--out", metavar="FILE.gpkg|.geojson", help=words("cli.arg.out"))
    parser.add_argument("--store", action="store_true", help=words("cli.arg.incident_store"))
    parser.add_argument("--replace", action="store_true", help=words("cli.arg.incident_replace"))
    parser.add_argument("--left-out", metavar="FILE.csv", help=words("cli.arg.incident_left_out"))


def add_incidents(parser: argparse.ArgumentParser, screen: Screen) -> None:
    """The options of ``gridplan incidents``."""
    words = screen.words
    verbs = parser.add_subparsers(dest="what", required=True, metavar="VERB")
    add_rates(verbs.add_parser("rates", help=words("cli.incidents.rates")), screen)
    add_repeats(verbs.add_parser("repeats", help=words("cli.incidents.repeats")), screen)
    assign = verbs.add_parser("assign", help=words("cli.incidents.assign"))
    assign.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    assign.add_argument("files", nargs="+", metavar="FILE", help=words("cli.arg.incident_files"))
    add_reading(assign, screen)
    assign.add_argument("--out", required=True, metavar="FILE.gpkg|.geojson", help=words("cli.arg.out"))


def imported(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Read incidents from files, into a file, into the store, or both."""
    from gridplan.analysis.incidents.late import untimely_incidents
    from gridplan.bars import progress_bars
    from gridplan.cli.storing import check_store
    from gridplan.contracts import REGISTERS
    from gridplan.errors import InputError
    from gridplan.replacing import check_ending, check_target, replacing
    from gridplan.spreadsheets import csv_bytes
    from gridplan.store import COMMAND_LINE, check_layer_file, open_store

    stored = args.store or bool(settings.database_url)
    if not args.out and not stored:
        raise InputError("GP178")
    if args.out:
        check_target(args.out, args.files)
        check_layer_file(REGISTERS["incidents"], args.out)
    if args.left_out:
        check_target(args.left_out, [*args.files, args.out])
        check_ending(args.left_out, (".csv",))
    if stored:
        check_store(settings, file=True)
    with progress_bars(screen.language) as listen:
        read = reading.read(args, args.files, listen)
    now = datetime.now(UTC).isoformat()
    _show(read, read.report + untimely_incidents(read.incidents, at=now), screen)
    if args.out:
        _write(read, args.out, screen)
    if args.left_out:
        with replacing(Path(args.left_out)) as draft:
            draft.write_bytes(csv_bytes(read.left_out))
        screen.say("cli.written", path=args.left_out)
    if stored:
        with open_store(settings.database_url or settings.store) as store, progress_bars(screen.language) as listen:
            added = store.incidents.add(read.incidents, COMMAND_LINE, replace=args.replace, progress=listen)
        _show_report(added.report, screen)
        counts = {
            "created": added.created,
            "unchanged": added.unchanged,
            "replaced": len(added.replaced),
            "kept": len(added.kept),
        }
        screen.say("cli.incidents.stored", where=settings.database, **counts)
    return 0


def incidents(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Find the grids of incidents in a plan."""
    from gridplan.analysis.incidents.assignment import assign_grids
    from gridplan.bars import progress_bars
    from gridplan.contracts import REGISTERS
    from gridplan.replacing import check_target
    from gridplan.sources import IncidentImport
    from gridplan.store import check_layer_file, read_plan

    check_target(args.out, [args.plan, *args.files])
    check_layer_file(REGISTERS["incidents"], args.out)
    plan = read_plan(args.plan)
    with progress_bars(screen.language) as listen:
        read = reading.read(args, args.files, listen)
    grids, report = assign_grids(read.incidents, plan)
    read = IncidentImport(read.incidents.assign(grid=grids), read.left_out, read.report, read.rows)
    _show(read, read.report + report, screen)
    screen.say("cli.incidents.assigned", count=int(grids.notna().sum()), all=len(grids), grids=int(grids.nunique()))
    _write(read, args.out, screen)
    return 0


def _show(read: "IncidentImport", report: "Report", screen: Screen) -> None:
    from gridplan.cli.tables import show_table
    from gridplan.contracts import STAGES

    counts = read.incidents["stage"].value_counts()
    rows: list[tuple[str, int]] = [(screen.words(f"stage.case.{stage}"), int(counts.get(stage, 0))) for stage in STAGES]
    rows += [
        (screen.words("cli.incidents.taken"), len(read.incidents)),
        (screen.words("cli.incidents.left_out"), len(read.left_out)),
    ]
    rows.append((screen.words("cli.incidents.rows"), read.rows))
    show_table(screen, screen.words("cli.summary.incidents"), ("cli.col.stage", "cli.col.count"), rows)
    _show_report(report, screen)


def _show_report(report: "Report", screen: Screen) -> None:
    from gridplan.cli.summary import show_report

    show_report(report, screen)


def _write(read: "IncidentImport", out: str, screen: Screen) -> None:
    from gridplan.contracts import REGISTERS
    from gridplan.store import write_layer

    write_layer(read.incidents, REGISTERS["incidents"], Path(out))
    screen.say("cli.written", path=out)
