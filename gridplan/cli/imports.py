"""The import commands: each source read into a town."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from gridplan.contracts import TOWN
from gridplan.errors import InputError
from gridplan.progress import Progress
from gridplan.replacing import check_bundle_name, check_target
from gridplan.report import Report
from gridplan.sources import (
    DATUMS,
    Datum,
    Notice,
    Town,
    keep_communities,
    read_communities,
    read_files,
    read_osm,
    read_place,
)


def read(args: argparse.Namespace, progress: Progress, notice: Notice) -> Town:
    """The town that the options of ``gridplan import`` describe; ``notice`` hears of datums before anything is moved.

    Raises
    ------
    InputError
        GP110, GP118 an option is not of its form; GP141 ``--datum`` without a file that it could be of; and those of the source.
    """
    if args.what == "files":
        town = _files(args, progress, notice)
    else:
        communities, report = _communities(args, notice)
        town = (_osm if args.what == "osm" else _place)(args, communities, progress)
        town = replace(town, report=report + town.report)
    return keep_communities(town, args.only) if args.only else town


def check_output(args: argparse.Namespace) -> None:
    """Nothing, where the town can be written: ``.gpkg``, or a folder's name without an ending; and no input is replaced.

    Raises
    ------
    OutputError
        GP620 the output is one of the inputs; GP621 another ending.
    """
    given = [value for key, value in vars(args).items() if key not in ("out", "command", "what")]
    inputs = [name for value in given for name in (value if isinstance(value, list) else [value]) if isinstance(name, str)]
    if Path(args.out).suffix:
        check_bundle_name(args.out, apart_from=inputs)
    else:
        check_target(args.out, inputs)


def _osm(args: argparse.Namespace, communities: gpd.GeoDataFrame | None, progress: Progress) -> Town:
    return read_osm(
        args.path,
        communities=communities,
        admin_level=args.admin_level,
        kind=args.kind,
        name=args.community,
        progress=progress,
    )


def _place(args: argparse.Namespace, communities: gpd.GeoDataFrame | None, progress: Progress) -> Town:
    return read_place(
        args.name,
        communities=communities,
        admin_level=args.admin_level,
        kind=args.kind,
        progress=progress,
    )


def _files(args: argparse.Namespace, progress: Progress, notice: Notice) -> Town:
    return read_files(
        buildings=args.buildings,
        atoms=args.atoms,
        communities=args.communities,
        streets=args.streets,
        barriers=args.barriers,
        compounds=args.compounds,
        services=args.services,
        special_sites=args.special_sites,
        areas=args.areas,
        ledger=args.ledger,
        crs=args.crs,
        datum=_datums(args.datum),
        columns=_columns(args.column),
        layers=pairs(args.layer),
        kind=args.kind,
        name=args.community,
        progress=progress,
        notice=notice,
    )


def _communities(args: argparse.Namespace, notice: Notice) -> tuple[gpd.GeoDataFrame | None, Report]:
    """The communities beside OpenStreetMap, to which alone ``--datum`` applies there, and whether they were moved."""
    strange = [word for word in args.datum if "=" in word and not word.startswith("communities=")]
    if args.datum and (args.communities is None or strange):
        raise InputError("GP141", word=" ".join(strange or args.datum))
    if args.communities is None:
        return None, Report.empty()
    heard = [Report.empty()]

    def hear(report: Report) -> None:
        heard.append(report)
        notice(report)

    datum = _datums(args.datum).get("communities", "wgs84")
    return read_communities(Path(args.communities), datum=datum, notice=hear), heard[-1]


def _datums(words: Sequence[str]) -> dict[str, Datum]:
    """``["gcj02", "streets=wgs84"]`` as a datum for every table."""
    datums: dict[str, Datum] = {}
    for word in sorted(words, key=lambda word: "=" in word):
        if "=" in word:
            datums |= {table: _datum(name) for table, name in pairs([word]).items()}
        else:
            datums |= dict.fromkeys(TOWN, _datum(word))
    return datums


def _datum(word: str) -> Datum:
    for datum in DATUMS:
        if word == datum:
            return datum
    raise InputError("GP118", name="--datum", value=word, expected=" | ".join(DATUMS))


def pairs(words: Sequence[str]) -> dict[str, str]:
    """``["a=b"]`` as ``{"a": "b"}``."""
    pairs = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not (key and sign and value):
            raise InputError("GP110", word=word)
        pairs[key] = value
    return pairs


def _columns(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """``["buildings.households=HU"]`` as ``{"buildings": {"households": "HU"}}``."""
    columns: dict[str, dict[str, str]] = {}
    for key, value in pairs(words).items():
        table, dot, column = key.partition(".")
        if not (table and dot and column):
            raise InputError("GP110", word=f"{key}={value}")
        columns.setdefault(table, {})[column] = value
    return columns
