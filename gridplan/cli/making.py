"""The commands that make towns and plans: read, call the pipeline, write, summarise. Each gives its exit code."""

import argparse
from pathlib import Path

import numpy as np

from gridplan.bars import progress_bars
from gridplan.cli import imports, summary
from gridplan.cli.console import Screen
from gridplan.cli.storing import check_store
from gridplan.contracts import REGISTERS
from gridplan.errors import InputError
from gridplan.given import plan_given, read_given
from gridplan.pipeline import partition_prepared, plan_town
from gridplan.plan import Plan, broken_rules, tally, totals
from gridplan.replacing import check_bundle_name, check_target
from gridplan.schemes import Scheme, load_scheme
from gridplan.settings import Settings
from gridplan.simulation import Rows, check_told, document_numbers, simulate, simulate_incidents, simulate_organisations
from gridplan.sources import read_prepared, read_town, write_town
from gridplan.store import COMMAND_LINE, check_layer_file, open_store, read_plan, write_labels, write_layer, write_plan


def imported(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Read a source into a town."""
    imports.check_output(args)
    check_store(settings)
    with progress_bars(screen.language) as listen:
        town = imports.read(args, listen, lambda report: summary.warn(report, screen))
        write_town(town, args.out)
    summary.show_town(town, screen)
    screen.say("cli.written", path=args.out)
    if settings.database_url:
        with open_store(settings.database_url) as store:
            store.save_town(Path(args.out).stem, town, who=COMMAND_LINE)
        screen.say("cli.stored", name=Path(args.out).stem, where=settings.database)
    return 0


def simulated(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Make a town of a simulated county, and its plan."""
    imports.check_output(args)
    rows = [path for path in (args.incidents, args.organisations) if path]
    if rows and not args.plan:
        raise InputError("GP149", options="--incidents, --organisations, (--plan)")
    if args.plan:
        check_bundle_name(args.plan, apart_from=[args.out, *rows])
    if args.incidents:
        _check_rows(args, "incidents", args.incidents)
    if args.organisations:
        _check_rows(args, "organisations", args.organisations, args.incidents)
    with progress_bars(screen.language) as listen:
        town = simulate(args.place, seed=args.seed, towns=args.towns, share=args.share, progress=listen)
        write_town(town, args.out)
    summary.show_town(town, screen)
    screen.say("cli.written", path=args.out)
    if not args.plan:
        return 0
    with progress_bars(screen.language) as listen:
        plan = plan_town(town, scheme=args.place, seed=args.seed, progress=listen)
        write_plan(plan, args.plan)
    summary.show_tally(tally(plan), screen)
    summary.show_document(document_numbers(args.place), totals(plan), screen)
    if args.towns is not None or args.share is not None:
        screen.say("cli.document.part")
    screen.say("cli.document.taken", households=f"{totals(plan)['households']:,}")
    screen.say("cli.written", path=args.plan)
    if args.incidents:
        write_layer(simulate_incidents(plan, args.place, seed=args.seed), REGISTERS["incidents"], args.incidents)
    if args.organisations:
        bodies = simulate_organisations(plan, args.place, compounds=town.compounds, seed=args.seed)
        write_layer(bodies, REGISTERS["organisations"], args.organisations)
    for path in rows:
        screen.say("cli.written", path=path)
    return _broken(plan, load_scheme(args.place), args.plan, screen)


def _check_rows(args: argparse.Namespace, what: Rows, path: str, *others: str | None) -> None:
    """Nothing, where such rows of the place can be simulated and written to ``path``."""
    check_told(args.place, what)
    check_target(path, [args.out, args.plan, *others])
    check_layer_file(REGISTERS[what], path)


def planned(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Plan a town."""
    check_bundle_name(args.out, apart_from=[args.town, args.scheme, args.after, args.grids])
    if args.grids and args.after:
        raise InputError("GP149", options="--grids, --after")
    if args.grid_column and not args.grids:
        raise InputError("GP149", options="--grid-column, (--grids)")
    check_store(settings)
    scheme = load_scheme(args.scheme)
    town = read_town(args.town)
    parent = read_plan(args.after) if args.after else None
    given = read_given(args.grids, column=args.grid_column) if args.grids else None
    with progress_bars(screen.language) as listen:
        if given is not None:
            plan, _ = plan_given(town, **given, scheme=scheme, seed=args.seed, progress=listen)
        else:
            plan = plan_town(town, scheme=scheme, seed=args.seed, parent=parent, progress=listen)
        write_plan(plan, args.out)
    summary.show_plan(plan, screen)
    if parent is not None:
        summary.show_lineage(plan.lineage, parent.id, plan.id, screen)
    screen.say("cli.written", path=args.out)
    if settings.database_url:
        with open_store(settings.database_url) as store:
            store.save_plan(plan, who=COMMAND_LINE)
        screen.say("cli.stored", name=plan.id, where=settings.database)
    return _broken(plan, scheme, args.out, screen)


def _broken(plan: Plan, scheme: Scheme, path: str, screen: Screen) -> int:
    """1, said with their names, where rules that every plan keeps are broken; else 0."""
    broken = broken_rules(plan, scheme)
    if broken:
        screen.say("cli.broken_rules", checks=", ".join(map(screen.words, broken)), path=path)
    return int(bool(broken))


def partitioned(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Cut prepared atoms into zones."""
    check_target(args.out, [args.atoms, args.edges])
    atoms, edges = read_prepared(args.atoms, args.edges)
    with progress_bars(screen.language) as listen:
        answer = partition_prepared(
            atoms, edges, low=args.low, high=args.high, target=args.target, seed=args.seed, progress=listen
        )
    write_labels(answer.zone, args.out)
    proved = sum(verdict.proof for verdict in answer.verdicts.values())
    screen.say(
        "cli.partition.done",
        zones=len(np.unique(answer.zone)),
        atoms=len(atoms),
        proved=proved,
        open=len(answer.verdicts) - proved,
    )
    summary.show_cost(answer.objective, answer.terms, answer.bound, screen)
    screen.say("cli.written", path=args.out)
    return 0
