"""The options of the commands that count."""

import argparse
from datetime import UTC, datetime

from gridplan.cli.console import Screen
from gridplan.cli.reading import add_reading


def add_rates(rates: argparse.ArgumentParser, screen: Screen) -> None:
    """``incidents rates``."""
    rates.set_defaults(command="incidents rates")
    _add_tables(rates, screen)
    rates.add_argument("--as-of", type=_moment, metavar="YYYY-MM-DD", help=screen.words("cli.arg.rates_as_of"))


def add_repeats(repeats: argparse.ArgumentParser, screen: Screen) -> None:
    """``incidents repeats``."""
    words = screen.words
    repeats.set_defaults(command="incidents repeats")
    _add_tables(repeats, screen)
    repeats.add_argument("--within", type=float, default=30.0, metavar="M", help=words("cli.arg.repeats_within"))
    repeats.add_argument("--days", type=float, default=30.0, metavar="N", help=words("cli.arg.repeats_days"))


def _add_tables(parser: argparse.ArgumentParser, screen: Screen) -> None:
    """The files, what they are counted by, and where the table goes."""
    words = screen.words
    parser.add_argument("files", nargs="+", metavar="FILE", help=words("cli.arg.rates_files"))
    parser.add_argument("--plan", metavar="PLAN", help=words("cli.arg.rates_plan"))
    parser.add_argument("--by", default="grid", metavar="NAME,...", help=words("cli.arg.rates_by"))
    periods = ("year", "quarter", "month", "week", "day")
    parser.add_argument("--period", choices=periods, default="month", help=words("cli.arg.rates_period"))
    add_reading(parser, screen, days_in="Asia/Shanghai")
    parser.add_argument("--out", metavar="FILE.csv|.xlsx", help=words("cli.arg.out"))


def add_counts(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", screen: Screen) -> None:
    """``staffing`` and ``organisations``."""
    words = screen.words
    staff = commands.add_parser("staffing", help=words("cli.staffing"))
    bodies = commands.add_parser("organisations", help=words("cli.organisations"))
    for parser, table in ((staff, "staff"), (bodies, "organisations")):
        parser.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
        parser.add_argument(table, metavar="FILE", help=words(f"cli.arg.counts_{table}"))
        parser.add_argument("--by", default="", metavar="NAME,...", help=words("cli.arg.counts_by"))
        parser.add_argument("--column", action="append", default=[], metavar="C=NAME", help=words(f"cli.arg.column_{table}"))
    bodies.add_argument("--town", metavar="TOWN", help=words("cli.arg.counts_town"))
    for parser in (staff, bodies):
        parser.add_argument("--out", metavar="FILE.csv|.xlsx", help=words("cli.arg.out"))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
