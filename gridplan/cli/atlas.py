"""The command that writes the atlas of a plan: its options and what it does."""

import argparse
from datetime import date
from pathlib import Path
from typing import get_args

from gridplan.cli.console import Screen
from gridplan.papers.atlas.form import AtlasForm, Sheets
from gridplan.settings import Settings


def add_atlas(parser: argparse.ArgumentParser, screen: Screen) -> None:
    """Adds the options of ``gridplan atlas``."""
    words = screen.words
    parser.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    parser.add_argument("--out", required=True, metavar="FILE.pdf", help=words("cli.arg.out"))
    parser.add_argument("--town", metavar="TOWN", help=words("cli.arg.atlas_town"))
    parser.add_argument("--community", metavar="CODE", help=words("cli.arg.atlas_community"))
    parser.add_argument("--grid", action="append", metavar="CODE", help=words("cli.arg.atlas_grid"))
    parser.add_argument("--sheet", choices=get_args(Sheets), default="atlas", help=words("cli.arg.atlas_sheet"))
    parser.add_argument("--staff", metavar="FILE.xlsx|.csv", help=words("cli.arg.atlas_staff"))
    parser.add_argument("--contacts", action="store_true", help=words("cli.arg.atlas_contacts"))
    parser.add_argument("--public", action="append", default=[], metavar="POST", help=words("cli.arg.atlas_public"))
    parser.add_argument("--organisations", metavar="FILE.xlsx|.csv", help=words("cli.arg.atlas_organisations"))
    parser.add_argument("--duties", metavar="FILE.txt", help=words("cli.arg.atlas_duties"))
    parser.add_argument("--hotline", metavar="NUMBER", help=words("cli.arg.atlas_hotline"))
    parser.add_argument("--address", metavar="URL", help=words("cli.arg.atlas_address"))
    parser.add_argument("--in-force", action="store_true", help=words("cli.arg.atlas_in_force"))
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help=words("cli.arg.atlas_language"))
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help=words("cli.arg.atlas_day"))
    parser.add_argument("--font", metavar="FILE", help=words("cli.arg.font"))


def written(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Write the atlas of a plan."""
    from gridplan.bars import progress_bars
    from gridplan.cli import summary
    from gridplan.papers import staff_elsewhere, write_atlas
    from gridplan.replacing import check_ending, check_target
    from gridplan.report import Report
    from gridplan.sources import read_organisations, read_staff, read_town
    from gridplan.store import read_plan

    check_target(args.out, [args.plan, args.town, args.staff, args.organisations, args.duties, args.font])
    check_ending(args.out, (".pdf",))
    plan = read_plan(args.plan)
    staff, report = read_staff(Path(args.staff)) if args.staff else (None, Report.empty())
    organisations = None
    if args.organisations:
        organisations, told = read_organisations(Path(args.organisations))
        report += told
    if staff is not None:
        report += staff_elsewhere(plan, staff)
    form = AtlasForm(args.date, _duties(args.duties), tuple(args.public), args.hotline, args.font)
    with progress_bars(screen.language) as listen:
        write_atlas(
            plan,
            args.out,
            town=read_town(args.town) if args.town else None,
            staff=staff,
            organisations=organisations,
            sheet=args.sheet,
            contacts=args.contacts,
            address=args.address,
            in_force=plan.communities["code"].tolist() if args.in_force else (),
            language=args.language,
            community=args.community,
            grids=args.grid,
            form=form,
            progress=listen,
        )
    summary.show_report(report.ordered(), screen)
    screen.say("cli.written", path=args.out)
    return 0


def _duties(path: str | None) -> tuple[str, ...]:
    """The lines of a text file."""
    from gridplan.errors import InputError

    if path is None:
        return ()
    if not Path(path).is_file():
        raise InputError("GP101", path=path)
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError("GP108", path=path, why=str(error)) from error
    return tuple(line.strip() for line in lines if line.strip())
