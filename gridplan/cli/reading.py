"""How incidents are read from files: the same options and the same way for every command that takes them."""

import argparse
from typing import TYPE_CHECKING

from gridplan.cli.console import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridplan.progress import Progress
    from gridplan.sources import IncidentImport

_DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")


def add_reading(parser: argparse._ActionsContainer, screen: Screen, *, days_in: str | None = None) -> None:
    """The options; ``days_in`` is the time zone that stands in where none is given, for commands that count days too."""
    words = screen.words
    parser.add_argument("--column", action="append", default=[], metavar="C=NAME", help=words("cli.arg.incident_column"))
    parser.add_argument("--stage", action="append", default=[], metavar="WORD=STAGE", help=words("cli.arg.incident_stage"))
    parser.add_argument("--crs", metavar="CRS", help=words("cli.arg.incident_crs"))
    parser.add_argument("--datum", choices=_DATUMS, default="wgs84", help=words("cli.arg.incident_datum"))
    zone = "cli.arg.rates_zone" if days_in else "cli.arg.time_zone"
    parser.add_argument("--time-zone", default=days_in, metavar="ZONE", help=words(zone))
    parser.add_argument("--dates", choices=("mdy", "dmy"), help=words("cli.arg.dates"))


def read(args: argparse.Namespace, files: "Sequence[str]", listen: "Progress") -> "IncidentImport":
    """The incidents of the files, as the options say."""
    from gridplan.cli.imports import pairs  # what parses the options needs none of this
    from gridplan.sources import read_incidents

    return read_incidents(
        list(files),
        columns=pairs(args.column),
        crs=args.crs,
        datum=args.datum,
        time_zone=args.time_zone,
        dates=args.dates,
        stages=pairs(args.stage),
        progress=listen,
    )
