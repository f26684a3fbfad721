"""The options of the commands that count."""

import argparse
from datetime import UTC, datetime

from gridplan.cli.console import Screen
from gridplan.cli.reading import add_reading


def add_rates(rates: argparse.ArgumentParser, screen: Screen) -> None:
    """``incidents rates``."""
    words = screen.words
    rates.set_defaults(command="incidents rates")
    rates.add_argument("files", nargs="+", metavar="FILE", help=words("cli.arg.rates_files"))
    rates.add_argument("--plan", metavar="PLAN", help=words("cli.arg.rates_plan"))
    rates.add_argument("--by", default="grid", metavar="NAME,...", help=words("cli.arg.rates_by"))
    periods = ("year", "quarter", "month", "week", "day")
    rates.add_argument("--period", choices=periods, default="month", help=words("cli.arg.rates_period"))
    rates.add_argument("--as-of", type=_moment, metavar="YYYY-MM-DD", help=words("cli.arg.rates_as_of"))
    add_reading(rates, screen, days_in="Asia/Shanghai")
    rates.add_argument("--out", metavar="FILE.csv|.xlsx", help=words("cli.arg.out"))


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
