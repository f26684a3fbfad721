"""The import commands: each source read into a town."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from gridplan.errors import InputError
from gridplan.progress import Progress
from gridplan.replacing import check_apart, check_bundle_name
from gridplan.sources import Town, keep_communities, read_communities, read_files, read_osm, read_place


def read(args: argparse.Namespace, progress: Progress) -> Town:
    """The town that the options of ``gridplan import`` describe."""
    town = {"osm": _osm, "place": _place, "files": _files}[args.what](args, progress)
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
        check_apart(args.out, inputs)


def _osm(args: argparse.Namespace, progress: Progress) -> Town:
    return read_osm(
        args.path,
        communities=_communities(args.communities),
        admin_level=args.admin_level,
        kind=args.kind,
        name=args.community,
        progress=progress,
    )


def _place(args: argparse.Namespace, progress: Progress) -> Town:
    return read_place(
        args.name,
        communities=_communities(args.communities),
        admin_level=args.admin_level,
        kind=args.kind,
        progress=progress,
    )


def _files(args: argparse.Namespace, progress: Progress) -> Town:
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
        columns=_columns(args.column),
        layers=_pairs(args.layer),
        kind=args.kind,
        name=args.community,
        progress=progress,
    )


def _communities(path: str | None) -> gpd.GeoDataFrame | None:
    return None if path is None else read_communities(Path(path))


def _pairs(words: Sequence[str]) -> dict[str, str]:
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
    for key, value in _pairs(words).items():
        table, dot, column = key.partition(".")
        if not (table and dot and column):
            raise InputError("GP110", word=f"{key}={value}")
        columns.setdefault(table, {})[column] = value
    return columns
