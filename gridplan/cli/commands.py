"""What each command does: read, call the pipeline, write, summarise."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from gridplan.cli import imports, summary
from gridplan.cli.boundaries import boundaries
from gridplan.cli.console import Screen
from gridplan.cli.doctor import doctor
from gridplan.cli.tokens import token
from gridplan.maps import plan_page, write_page
from gridplan.pipeline import partition_prepared, plan_town
from gridplan.plan import Plan, audit, broken_rules, lineage
from gridplan.plan.tallies import tally, totals
from gridplan.replacing import check_apart, check_bundle_name, writable_folder
from gridplan.schemes import Scheme, load_scheme, parse_scheme, scheme_names
from gridplan.settings import Settings
from gridplan.simulation import document_numbers, simulate
from gridplan.sources import Town, demo_town, read_prepared, read_town, write_town
from gridplan.store import claimed, export_layer, migrate, open_store, read_plan, write_labels, write_plan

Command = Callable[[argparse.Namespace, Screen, Settings], int]


def _import(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    imports.check_output(args)
    with screen.progress() as listen:
        town = imports.read(args, listen, lambda report: summary.warn(report, screen))
        write_town(town, args.out)
    summary.show_town(town, screen)
    screen.say("cli.written", path=args.out)
    if settings.database_url:
        with open_store(settings.database_url) as store:
            store.save_town(Path(args.out).stem, town)
        screen.say("cli.stored", name=Path(args.out).stem, where=settings.database)
    return 0


def _simulate(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    imports.check_output(args)
    if args.plan:
        check_bundle_name(args.plan, apart_from=[args.out])
    with screen.progress() as listen:
        town = simulate(args.place, seed=args.seed, towns=args.towns, share=args.share, progress=listen)
        write_town(town, args.out)
    summary.show_town(town, screen)
    screen.say("cli.written", path=args.out)
    if not args.plan:
        return 0
    with screen.progress() as listen:
        plan = plan_town(town, scheme=args.place, seed=args.seed, progress=listen)
        write_plan(plan, args.plan)
    summary.show_tally(tally(plan), screen)
    summary.show_document(document_numbers(args.place), totals(plan), screen)
    if args.towns is not None or args.share is not None:
        screen.say("cli.document.part")
    screen.say("cli.document.taken", households=f"{totals(plan)['households']:,}")
    screen.say("cli.written", path=args.plan)
    return _broken(plan, load_scheme(args.place), args.plan, screen)


def _plan(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    check_bundle_name(args.out, apart_from=[args.town, args.scheme, args.after])
    scheme = load_scheme(args.scheme)
    town = read_town(args.town)
    parent = read_plan(args.after) if args.after else None
    with screen.progress() as listen:
        plan = plan_town(town, scheme=scheme, seed=args.seed, parent=parent, progress=listen)
        write_plan(plan, args.out)
    summary.show_plan(plan, screen)
    if parent is not None:
        summary.show_lineage(plan.lineage, parent.id, plan.id, screen)
    screen.say("cli.written", path=args.out)
    if settings.database_url:
        with open_store(settings.database_url) as store:
            store.save_plan(plan)
        screen.say("cli.stored", name=plan.id, where=settings.database)
    return _broken(plan, scheme, args.out, screen)


def _broken(plan: Plan, scheme: Scheme, path: str, screen: Screen) -> int:
    """1, said with their names, where rules that every plan keeps are broken; else 0."""
    broken = broken_rules(plan, scheme)
    if broken:
        screen.say("cli.broken_rules", checks=", ".join(map(screen.words, broken)), path=path)
    return int(bool(broken))


def _audit(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    plan = read_plan(args.plan)
    checks = audit(plan, parse_scheme(plan.fact("scheme"), args.plan))
    return summary.show_audit(checks, screen)


def _export(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    check_apart(args.out, [args.plan])
    export_layer(read_plan(args.plan), args.layer, args.out)
    screen.say("cli.written", path=args.out)
    return 0


def _map(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    check_apart(args.out, [args.plan, args.town])
    town = read_town(args.town) if args.town else None
    write_page(plan_page(read_plan(args.plan), town=town, language=screen.language), args.out)
    screen.say("cli.written", path=args.out)
    return 0


def _lineage(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    if args.out:
        check_apart(args.out, [args.old, args.new])
    old, new = read_plan(args.old), read_plan(args.new)
    table = lineage(old, new)
    summary.show_lineage(table, old.id, new.id, screen)
    if args.out:
        export_layer(replace(new, lineage=table), "lineage", args.out)
        screen.say("cli.written", path=args.out)
    return 0


def _serve(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    # The web packages take most of a second to import, which no other command should wait for.
    from api.observe import configure_logs
    from api.server import check_host, serve

    check_host(settings, args.host)
    configure_logs(args.log_format)
    where = args.plan or settings.database_url or settings.store
    with ExitStack() as stack:
        if not args.read_only and "://" not in str(where):
            if args.plan is None:
                open_store(where).close()  # there must be a file to claim
            stack.enter_context(claimed(Path(where)))
        store = stack.enter_context(open_store(where, create=args.plan is None, read_only=args.read_only))
        what = args.plan or settings.database
        screen.say("cli.serving", what=what, host=args.host, port=args.port)
        serve(store, settings, host=args.host, port=args.port)
    screen.say("cli.stopped")
    return 0


def _partition(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    check_apart(args.out, [args.atoms, args.edges])
    atoms, edges = read_prepared(args.atoms, args.edges)
    with screen.progress() as listen:
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


def _demo(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    folder = writable_folder(args.out)
    town = demo_town()
    with screen.progress() as listen:
        plan = plan_town(town, seed=args.seed, progress=listen)
    written = _write_results(plan, town, folder, screen)
    summary.show_plan(plan, screen)
    for path in written:
        screen.say("cli.written", path=str(path))
    program = ".venv/bin/gridplan" if Path(".venv/bin/gridplan").exists() else "gridplan"
    screen.say("cli.demo.open", path=str(folder / "plan.html"), plan=str(folder / "plan.gpkg"))
    screen.say("cli.demo.next", program=program, plan=str(folder / "plan.gpkg"))
    return 0


def _write_results(plan: Plan, town: Town, folder: Path, screen: Screen) -> list[Path]:
    """Plan bundle, GeoJSON of grids and units, and the map page in ``folder``."""
    bundle, page = folder / "plan.gpkg", folder / "plan.html"
    write_plan(plan, bundle)
    layers = [folder / f"{layer}.geojson" for layer in ("grids", "units")]
    for path in layers:
        export_layer(plan, path.stem, path)
    write_page(plan_page(plan, town=town, language=screen.language), page)
    return [bundle, *layers, page]


def _schemes(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    if args.what == "list":
        for name in scheme_names():
            screen.say("cli.scheme", name=name, title=getattr(load_scheme(name).title, screen.language))
        return 0
    scheme = load_scheme(args.scheme)
    if args.what == "show":
        screen.say("cli.verbatim", words=scheme.text.rstrip())
    else:
        screen.say("cli.scheme_ok", name=scheme.name, title=getattr(scheme.title, screen.language))
    return 0


def _doctor(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    return doctor(screen, settings)


def _boundaries(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    return boundaries(args, screen)


def _migrate(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    migrate(settings.database_url)
    screen.say("cli.migrated", where=settings.database)
    return 0


COMMANDS: dict[str, Command] = {
    "import": _import,
    "boundaries": _boundaries,
    "simulate": _simulate,
    "plan": _plan,
    "audit": _audit,
    "export": _export,
    "map": _map,
    "lineage": _lineage,
    "serve": _serve,
    "partition": _partition,
    "demo": _demo,
    "schemes": _schemes,
    "doctor": _doctor,
    "migrate": _migrate,
    "token": token,
}
