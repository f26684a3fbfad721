"""``gridplan boundaries``: outlines of division codes in WGS 84, with the divisions below them."""

import argparse
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan import crs
from gridplan.cli.console import Screen
from gridplan.cli.tables import show_table
from gridplan.errors import InputError
from gridplan.replacing import check_target
from gridplan.settings import Settings
from gridplan.sources import convert_layer, divisions, metres_between, read_boundary, write_boundaries


def boundaries(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Write the outlines and say from which datum and how far they were moved; the exit code, 0."""
    check_target(args.out, [args.package_file])
    codes = list(dict.fromkeys(args.codes))
    outlines = read_boundary(codes, package=Path(args.package_file) if args.package_file else None)
    below = _below(codes, Path(args.divisions) if args.divisions else None)
    together = pd.concat(list(below.values())).drop_duplicates("code").sort_values("code") if below else None
    write_boundaries(outlines, together, args.out)
    _show(outlines, below, screen)
    unknown = [code for code in codes if code not in below]
    if unknown:
        screen.say("cli.boundaries.no_divisions", codes=", ".join(unknown))
    screen.say("cli.written", path=args.out)
    return 0


def _below(codes: list[str], tables: Path | None) -> dict[str, pd.DataFrame]:
    """The divisions below each code; without those that no shipped table has, which in a table of one's own is an error."""
    found = {}
    for code in codes:
        try:
            found[code] = divisions(code, tables=tables)
        except InputError as error:
            if error.code != "GP143" or tables is not None:
                raise
    return found


def _show(outlines: gpd.GeoDataFrame, below: dict[str, pd.DataFrame], screen: Screen) -> None:
    amap = convert_layer(outlines, source="wgs84", target="gcj02")
    rows = []
    for number, row in enumerate(outlines.itertuples()):
        one = outlines.iloc[[number]]
        area = float(crs.to_crs(one, crs.EQUAL_AREA).area.iloc[0]) / 1e6
        metres = metres_between(amap.iloc[[number]], one)
        levels = list(below[row.code]["level"]) if row.code in below else []
        counts = [levels.count("town"), levels.count("community")] if levels else ["-", "-"]
        rows.append((row.code, row.name, row.level, round(area), f"{metres.min():.0f}-{metres.max():.0f}", *counts))
    columns = ("code", "name", "level", "square_km", "moved", "towns", "communities")
    show_table(screen, screen.words("cli.summary.boundaries"), tuple(f"cli.col.{column}" for column in columns), rows)
    screen.say("cli.boundaries.datum")
