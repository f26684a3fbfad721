"""The command that draws maps: of a plan, its coverage, its incidents, what changed since another. It gives its exit code."""

import argparse
from pathlib import Path

from gridplan.analysis import coverage, walking_distances, walking_network
from gridplan.bars import progress_bars
from gridplan.cli.console import Screen
from gridplan.cli.incident_maps import incident_map
from gridplan.errors import InputError
from gridplan.maps import (
    compare_page,
    compare_picture,
    coverage_page,
    coverage_picture,
    plan_page,
    plan_picture,
    write_page,
    write_picture,
)
from gridplan.plan import Plan
from gridplan.progress import Progress
from gridplan.replacing import check_target
from gridplan.settings import Settings
from gridplan.sources import Town, read_town
from gridplan.store import read_plan


def drawn(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Write a map as a page, or as a picture where the file is called ``.png``."""
    check_target(args.out, [args.plan, args.town, args.against, *(args.incidents or [])])
    plan, town = read_plan(args.plan), read_town(args.town) if args.town else None
    with progress_bars(screen.language) as listen:
        made = _made(args, plan, town, screen, listen)
    if isinstance(made, bytes):
        write_picture(made, args.out)
    else:
        write_page(made, args.out)
    screen.say("cli.written", path=args.out)
    return 0


def _made(args: argparse.Namespace, plan: Plan, town: Town | None, screen: Screen, listen: Progress) -> str | bytes:
    """The page, or the bytes of the picture."""
    language, image = screen.language, Path(args.out).suffix.lower() == ".png"
    if args.against:
        old = read_plan(args.against)
        if image:
            return compare_picture(old, plan, town=town, language=language)
        return compare_page(old, plan, town=town, language=language, progress=listen)
    if args.incidents:
        return incident_map(args, plan, town, screen, listen, image=image)
    if not args.coverage:
        if image:
            return plan_picture(plan, town=town, language=language)
        return plan_page(plan, town=town, language=language, progress=listen)
    if town is None or town.services is None or town.services.empty:
        raise InputError("GP614")
    network = None if town.streets is None or town.streets.empty else walking_network(town.streets, progress=listen)
    distances = walking_distances(plan.buildings, town.services, network, progress=listen).table
    table = coverage(plan, distances, town=town)
    if image:
        return coverage_picture(plan, table, distances, kind=args.kind, within_m=args.within, town=town, language=language)
    return coverage_page(plan, table, distances, town=town, language=language, progress=listen)
