"""gridplan's service beside tipg and pygeoapi on one PostGIS, as a table in Markdown: ``python -m benchmarks.api``.

A private PostGIS with PostgreSQL's own settings gets the plan of 50,000 units once. Each server runs with one worker; they
are asked for the same by the same tool, in turns. Needs Debian's wrk, gdal-bin and PostGIS, and the peers' environment.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import version
from pathlib import Path

import psycopg

from benchmarks.api import ceiling, clients, servers, table
from benchmarks.api.load import CONNECTIONS, wrk
from benchmarks.api.measure import ends, measured, say, wrong_parameters
from benchmarks.api.plan import made_plan
from benchmarks.api.processes import postmaster
from benchmarks.api.servers import Server
from benchmarks.api.work import WORKS, check_same
from gridplan.plan.model import Plan
from gridplan.store import open_store, write_plan
from tests.provide.debian import private_server, server_programs

SERVERS = ("gridplan", "geopackage", "tipg", "pygeoapi")
FIRST_RUNS = 5


def main(argv: Sequence[str]) -> int:
    options = parser().parse_args(argv)
    wrk()
    programs = server_programs()
    if programs is None:
        raise SystemExit("PostGIS is not installed: apt-get install postgresql-postgis")
    with ExitStack() as stack:
        out = stack.enter_context(options.out.open("w")) if options.out else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridplan-bench-")))
        say("starting PostGIS")
        store = stack.enter_context(private_server(programs, durable=True))
        say("making the plan and loading it")
        bundle = loaded(made_plan(), store, folder)
        for text in compared(options, store, bundle, folder):
            print(text, flush=True)
            if out is not None:
                print(text, file=out, flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--servers", default=",".join(SERVERS), type=named, help=f"of {', '.join(SERVERS)}; all where not given")
    add("--peers", type=Path, default=servers.PEERS, help="the virtual environment of tipg and pygeoapi")
    add("--seconds", type=int, default=5, help="of a round; more where a server is slow")
    add("--rounds", type=int, default=5, help="rounds of which the median is told")
    add("--out", type=Path, help="write the table to this file too")
    return parser


def named(text: str) -> list[str]:
    strange = [name for name in text.split(",") if name not in SERVERS]
    if strange:
        raise argparse.ArgumentTypeError(f"no server {', '.join(strange)}; there are {', '.join(SERVERS)}")
    return text.split(",")


def loaded(plan: Plan, store: str, folder: Path) -> Path:
    """The plan as a bundle, after saving it in the database."""
    with open_store(store) as opened:
        opened.save_plan(plan)
    with psycopg.connect(store, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    bundle = folder / "plan.gpkg"
    write_plan(plan, bundle)
    return bundle


def compared(options: argparse.Namespace, store: str, bundle: Path, folder: Path) -> Iterator[str]:
    """The lines of the table, each as soon as it is known, then notes."""
    wanted: list[str] = options.servers
    if {"tipg", "pygeoapi"} & set(wanted) and not options.peers.exists():
        raise SystemExit(
            f"There are no peers in {options.peers}: run make bench, or pip install -r benchmarks/api/peers.txt there"
        )
    with ExitStack() as stack:
        running: list[Server] = []
        for name in wanted:
            say(f"starting {name}")
            running.append(stack.enter_context(started(name, store, bundle, folder, options.peers)))
        say("asking all for the same: the answers must be the same")
        check_same(running)
        yield table.HEADER
        database, cpu = postmaster(store), []
        for work in WORKS:
            results = measured(work, running, seconds=options.seconds, rounds=options.rounds, database=database)
            script = ceiling.PLAIN.get(work.key)
            alone = ceiling.per_second(store, script, seconds=options.seconds) if script else None
            yield table.speed_line(work.name, results, f"{table.number(alone)}/s" if alone else "")
            cpu.append(table.cpu_line(work.name, results))
        yield from cpu
        yield from whole_layer(running, store, bundle)
        yield table.ends_line({server.name: ends(server) for server in running})
        yield from table.status_lines({server.name: wrong_parameters(server) for server in running})
    yield from nothing_kept(store, bundle, options, database)
    if "geopackage" in wanted:
        yield first_run(bundle, folder)
    yield from notes(options.peers)


def started(name: str, store: str, bundle: Path, folder: Path, peers: Path) -> AbstractContextManager[Server]:
    """The server by its name, to be entered."""
    if name == "tipg":
        return servers.tipg(store, peers)
    if name == "pygeoapi":
        return servers.pygeoapi(store, peers, folder)
    return servers.gridplan(store) if name == "gridplan" else servers.gridplan(bundle, name=table.EMBEDDED)


def whole_layer(running: Sequence[Server], store: str, bundle: Path) -> Iterator[str]:
    """The rows of the whole layer by GDAL, medians of three."""
    seconds: dict[str, float] = {}
    for server in running:
        told = [clients.by_service(server) for _ in range(3)]
        counts = {count for _, count in told}
        assert len(counts) == 1, f"{server.name}: GDAL found {counts} features"
        seconds[server.name] = statistics.median(took for took, _ in told)
        say(f"whole layer by GDAL: {server.name} {seconds[server.name]:.2f} s, {told[0][1]} features")
    by_database = statistics.median(clients.by_database(store)[0] for _ in range(3))
    by_file = statistics.median(clients.by_file(bundle)[0] for _ in range(3))
    alone = f"{by_database:.2f} s PostGIS driver, {by_file:.2f} s GPKG driver"
    yield table.seconds_line("whole layer by GDAL's OAPIF driver", seconds, alone)
    own = statistics.median(clients.from_memory(running[0])[0] for _ in range(3))
    yield table.line(f"the same, pages of {running[0].name} from memory: GDAL's own part", {"database alone": f"{own:.2f} s"})


def nothing_kept(store: str, bundle: Path, options: argparse.Namespace, database: int) -> Iterator[str]:
    """The rows of boxes and pages where gridplan may keep nothing in memory: what it costs when all was changed a moment ago."""
    with servers.gridplan(store, memory=1) as by_database, servers.gridplan(bundle, name=table.EMBEDDED, memory=1) as by_file:
        for work in WORKS[:2]:
            told = measured(work, [by_database, by_file], seconds=options.seconds, rounds=options.rounds, database=database)
            yield table.speed_line(f"{work.name}; nothing kept in memory", told, "")


def first_run(bundle: Path, folder: Path) -> str:
    """The row of the embedded store's first answer, from the start of the process, with a copy that nobody has opened."""
    took = []
    for number in range(FIRST_RUNS):
        copy = folder / f"first-{number}.gpkg"
        shutil.copy(bundle, copy)
        with servers.gridplan(copy) as server:
            took.append(server.started_s)
            say(f"first run: {server.started_s:.2f} s")
    return table.line("first run: start to first answer", {table.EMBEDDED: f"{statistics.median(took):.2f} s"})


def notes(peers: Path) -> Iterator[str]:
    """What ran, and where."""
    yield ""
    ask = "from importlib.metadata import version; print(', '.join(f'{n} {version(n)}' for n in ('tipg', 'pygeoapi')))"
    python = peers / "bin" / "python"
    told = (
        subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
        if python.exists()
        else ""
    )
    yield (
        f"{os.cpu_count()} cores, load average at the end {os.getloadavg()[0]:.1f}, Python {platform.python_version()},"
        f" gridplan {version('gridplan')}, {told}; one worker each, {CONNECTIONS} requests at a time."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
