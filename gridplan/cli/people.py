"""The commands that bring staff and organisations from files of an office into the store. Each gives its exit code."""

import argparse
from pathlib import Path

import pandas as pd

from gridplan.cli import summary
from gridplan.cli.console import Screen
from gridplan.cli.imports import pairs
from gridplan.cli.storing import check_store
from gridplan.settings import Settings
from gridplan.sources import read_organisations, read_staff
from gridplan.store import COMMAND_LINE, open_store


def imported(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Bring a staff list, or the links of organisations, into the register of the store."""
    check_store(settings, file=True)
    read = read_staff if args.what == "staff" else read_organisations
    rows, report = read(Path(args.file), columns=pairs(args.column))
    rows = rows.set_index("id")
    with open_store(settings.database_url or settings.store) as store:
        known = store.load_register(args.what).set_index("id")[list(rows.columns)]
        changed = [name for name in rows.index if name not in known.index or not _same(rows.loc[name], known.loc[name])]
        gone = [name for name in known.index if name not in rows.index]
        for name in changed:
            told = {key: value for key, value in rows.loc[name].items() if pd.notna(value)}
            store.registers.replace(args.what, name, {"type": "Feature", "geometry": None, "properties": told}, COMMAND_LINE)
        if args.replace:
            for name in gone:
                store.registers.delete(args.what, name, COMMAND_LINE)
    summary.show_report(report, screen)
    new = sum(name not in known.index for name in changed)
    counts = {"created": new, "changed": len(changed) - new, "unchanged": len(rows) - len(changed), "gone": len(gone)}
    screen.say("cli.people.replaced" if args.replace else "cli.people.stored", where=settings.database, **counts)
    return 0


def _same(row: pd.Series, known: pd.Series) -> bool:
    return bool(((row == known) | (row.isna() & known.isna())).all())
