"""``kill -9`` of the server under writes, again and again: ``python -m benchmarks.api.kill [--kills 100]``.

After each restart every acknowledged change is there, no change is half there (row, edit log and revision agree), the
spatial index finds what a look at every row finds, and the database finds nothing broken in itself.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.api.inside import Box, Inside, InsideFile, InsidePostGIS, within
from benchmarks.api.ledger import Ledger, Writer, lost
from benchmarks.api.plan import CELL, COLUMNS, PLAN_ID, ROWS, SOUTH, WEST, made_plan
from benchmarks.api.renames import Renamer, lost_names
from benchmarks.api.servers import gridplan
from gridplan.store import open_store
from tests.provide.debian import private_server, server_programs

WRITERS = 3
LONGEST_S = 0.7
"""How long the writers write before the server is killed, at most, once it has acknowledged the first changes."""
FIRST = 11
FIRST_S = 30.0


@dataclass
class Told:
    """What came of it: kills, changes acknowledged, changes in doubt at a kill, and everything that was wrong."""

    kills: int = 0
    acknowledged: int = 0
    doubts: int = 0
    wrong: list[str] = field(default_factory=list)


def killed(store: str | Path, inside: Inside, *, kills: int, seed: int = 7) -> Told:
    """The server on the store, which holds the made plan, is killed under writes so many times, and what is left is checked.

    Three clients write services, one renames grids of the plan.
    """
    dice, told = random.Random(seed), Told()
    ledgers, names = [Ledger() for _ in range(WRITERS)], Ledger()
    for number in range(kills + 1):
        # The server on the next turn is the restart of the one killed.
        with gridplan(store) as server:
            told.wrong += checked(inside, ledgers, names, dice)
            if told.wrong or number == kills:
                break
            writers = [
                Writer(server.url, f"w{place}-{number}", ledger, dice.randrange(10**9)) for place, ledger in enumerate(ledgers)
            ]
            threads = [*writers, Renamer(server.url, f"n{number}", names)]
            known = acknowledged(*ledgers, names)
            for thread in threads:
                thread.start()
            end = time.monotonic() + FIRST_S
            while acknowledged(*ledgers, names) < known + FIRST and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(dice.uniform(0.05, LONGEST_S))
            os.kill(server.process, signal.SIGKILL)
            for thread in threads:
                thread.join(60)
                assert not thread.is_alive()
            told.kills += 1
            told.doubts += sum(ledger.doubt is not None for ledger in (*ledgers, names))
    told.acknowledged = acknowledged(*ledgers, names)
    told.wrong += [refusal for ledger in (*ledgers, names) for refusal in ledger.refused]
    return told


def acknowledged(*ledgers: Ledger) -> int:
    """How many changes the clients were told that they are made."""
    return sum(ledger.acknowledged for ledger in ledgers)


def checked(inside: Inside, ledgers: Sequence[Ledger], names: Ledger, dice: random.Random) -> list[str]:
    """What is wrong in the store."""
    stored = inside.services()
    wrong = lost(list(ledgers), stored) + lost_names(names, dict(map(_pair, inside.rows(NAMES))))
    wrong += inside.faults() + half_done(inside)
    for _ in range(10):
        west, south = WEST + dice.random() * COLUMNS * CELL, SOUTH + dice.random() * ROWS * CELL
        box: Box = (west, south, west + 40 * CELL, south + 40 * CELL)
        looked, found = {name for name, one in stored.items() if within(one["at"], box)}, inside.by_index(box)
        if looked != found:
            wrong.append(f"the index finds {sorted(found)} in {box}, there are {sorted(looked)}")
    return wrong


NAMES = f"SELECT code, name FROM grids WHERE plan = '{PLAN_ID}'"


def _pair(row: tuple[object, ...]) -> tuple[str, str]:
    return str(row[0]), str(row[1])


def half_done(inside: Inside) -> list[str]:
    """Changes of which row, edit log and revision do not tell the same."""
    wrong = []
    revisions = dict(map(_pair, inside.rows("SELECT name, revision FROM registers")))
    revisions |= dict(map(_pair, inside.rows("SELECT id, revision FROM plans")))
    latest = dict(map(_pair, inside.rows("SELECT scope, max(revision) FROM edits GROUP BY scope")))
    for scope, revision in latest.items():
        if revisions.get(scope) != revision:
            wrong.append(f"{scope} has revision {revisions.get(scope)}, its last edit made {revision}")
    logged: dict[str, object] = {}
    for identity, after in inside.rows("SELECT item, after FROM edits WHERE scope = 'services' ORDER BY fid"):
        logged[str(identity)] = None if after is None else json.loads(str(after))
    stored = inside.services()
    for identity, after in logged.items():
        found = stored.get(identity)
        kept = None if found is None else {name: found[name] for name in ("name", "kind", "capacity")}
        said = None if after is None else {name: _properties(after)[name] for name in ("name", "kind", "capacity")}
        if kept != said:
            wrong.append(f"service {identity} is {kept}, its last edit says {said}")
    return wrong + [f"service {identity} has no edit" for identity in set(stored) - set(logged)]


def _properties(after: object) -> dict[str, object]:
    assert isinstance(after, dict)
    found: dict[str, object] = after.get("properties", after)
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api.kill", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="of each store")
    parser.add_argument("--stores", default="postgis,geopackage", help="of postgis, geopackage")
    options = parser.parse_args(argv)
    print("| store | kills | acknowledged changes | in doubt at the kill | wrong afterwards | s |\n|---|---|---|---|---|---|")
    broken = 0
    for name in options.stores.split(","):
        with ExitStack() as stack:
            began = time.perf_counter()
            store, inside = made(name, stack)
            told = killed(store, inside, kills=options.kills)
            seconds = time.perf_counter() - began
        print(
            f"| {name} | {told.kills} | {told.acknowledged:,} | {told.doubts} | {len(told.wrong)} | {seconds:.0f} |", flush=True
        )
        for one in told.wrong[:20]:
            print(one, file=sys.stderr)
        broken += len(told.wrong)
    return 1 if broken else 0


def made(name: str, stack: ExitStack, *, large: bool = False) -> tuple[str | Path, Inside]:
    """A store of the kind with a plan of 625 or 50,000 units, deleted at the end; PostGIS with PostgreSQL's own durability."""
    where: str | Path
    if name == "postgis":
        programs = server_programs()
        if programs is None:
            raise SystemExit("PostGIS is not installed: apt-get install postgresql-postgis")
        where = stack.enter_context(private_server(programs, durable=True))
        inside: Inside = InsidePostGIS(where)
    else:
        where = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gridplan-kill-"))) / "plans.gpkg"
        inside = InsideFile(where)
    with open_store(where) as opened:
        opened.save_plan(made_plan() if large else made_plan(columns=25, rows=25))
    return where, inside


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
