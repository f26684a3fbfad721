"""The command that plans the shipped town and writes everything that can be made of it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from gridplan.analysis import coverage, walking_distances, walking_network
from gridplan.bars import progress_bars
from gridplan.cli import summary
from gridplan.cli.console import Screen
from gridplan.maps import coverage_page, plan_page, write_page
from gridplan.papers import write_atlas
from gridplan.pipeline import plan_town
from gridplan.plan import Plan
from gridplan.progress import Progress
from gridplan.replacing import writable_folder
from gridplan.settings import Settings
from gridplan.sources import Town, demo_town, write_town
from gridplan.store import export_layer, write_plan


def demo(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Plan the demo place and write every result."""
    folder = writable_folder(args.out)
    town = demo_town()
    with progress_bars(screen.language) as listen:
        plan = plan_town(town, seed=args.seed, progress=listen)
        written = list(_written(plan, town, folder, screen, listen))
    summary.show_plan(plan, screen)
    for path in written:
        screen.say("cli.written", path=str(path))
    program = ".venv/bin/gridplan" if Path(".venv/bin/gridplan").exists() else "gridplan"
    screen.say("cli.demo.open", path=str(folder / "plan.html"), plan=str(folder / "plan.gpkg"))
    screen.say("cli.demo.next", program=program, plan=str(folder / "plan.gpkg"), town=str(folder / "town.gpkg"))
    return 0


def _written(plan: Plan, town: Town, folder: Path, screen: Screen, listen: Progress) -> Iterator[Path]:
    """The files of the demo, each once it is there."""
    write_plan(plan, folder / "plan.gpkg")
    yield folder / "plan.gpkg"
    yield write_town(town, folder / "town.gpkg")
    for layer in ("grids", "units"):
        export_layer(plan, layer, folder / f"{layer}.geojson")
        yield folder / f"{layer}.geojson"
    write_page(plan_page(plan, town=town, language=screen.language), folder / "plan.html")
    yield folder / "plan.html"
    assert town.streets is not None, "the shipped town has streets"
    assert town.services is not None, "and services"
    network = walking_network(town.streets, progress=listen)
    distances = walking_distances(plan.buildings, town.services, network, progress=listen).table
    table = coverage(plan, distances, town=town)
    write_page(coverage_page(plan, table, distances, town=town, language=screen.language), folder / "coverage.html")
    yield folder / "coverage.html"
    write_atlas(plan, folder / "atlas.pdf", town=town, language=screen.language, progress=listen)
    yield folder / "atlas.pdf"
