"""Two clients edit one plan at the same time: ``python -m benchmarks.api.edits [--edits 10000]``.

Each edit counts a number in the name of a grid up by one, based on the state that the client read. Were an edit lost, the
number at the end would be too small. An edit that comes too late must be refused with 412, which says what to do.
"""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx

from benchmarks.api.inside import Inside
from benchmarks.api.kill import made
from benchmarks.api.plan import PLAN_ID
from benchmarks.api.renames import FIRST_GRID, rename, state
from benchmarks.api.servers import gridplan

CLIENTS = 2
START = "count 0"


@dataclass
class Tally:
    """Edits made, edits refused with 412, and every other answer."""

    made: int = 0
    conflicts: int = 0
    wrong: list[str] = field(default_factory=list)


def count_up(url: str, edits: int, tally: Tally) -> None:
    """Makes so many edits, each on what was read just before; reads again after each conflict."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        while tally.made < edits and not tally.wrong:
            tag, name = state(client, FIRST_GRID)
            answer = rename(client, tag, FIRST_GRID, f"count {int(name.split()[1]) + 1}")
            if answer.is_success:
                tally.made += 1
            elif answer.status_code == 412 and helps(answer):
                tally.conflicts += 1
            else:
                tally.wrong.append(f"{answer.status_code}: {answer.text[:300]}")


def helps(answer: httpx.Response) -> bool:
    """Whether a refusal is a problem that says to read the plan again."""
    if not answer.headers["content-type"].startswith("application/problem+json"):
        return False
    problem = answer.json()
    return problem["status"] == 412 and problem["code"] == "GP424" and "again" in problem["detail"]


def edited(url: str, edits: int) -> list[Tally]:
    """What came of ``edits`` edits by two clients at once."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        tag, _ = state(client, FIRST_GRID)
        rename(client, tag, FIRST_GRID, START).raise_for_status()
    tallies = [Tally() for _ in range(CLIENTS)]
    threads = [threading.Thread(target=count_up, args=(url, edits // CLIENTS, tally), daemon=True) for tally in tallies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tallies


def faults(inside: Inside, edits: int) -> list[str]:
    """What is wrong after so many edits: the number in the name, and the log, which has each edit once and in order."""
    wrong = []
    ((name,),) = inside.rows(f"SELECT name FROM grids WHERE code = '{FIRST_GRID}' AND plan = '{PLAN_ID}'")
    if name != f"count {edits}":
        wrong.append(f"the grid is called {name} after {edits} edits")
    logged = [int(str(row[0])) for row in inside.rows(f"SELECT revision FROM edits WHERE scope = '{PLAN_ID}' ORDER BY fid")]
    if len(logged) != edits + 1 or logged != sorted(set(logged)):
        wrong.append(f"the log has {len(logged)} edits with {len(set(logged))} revisions for {edits + 1} edits")
    ((revision,),) = inside.rows(f"SELECT revision FROM plans WHERE id = '{PLAN_ID}'")
    if revision != logged[-1]:
        wrong.append(f"the plan has revision {revision}, the last edit made {logged[-1]}")
    return wrong


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api.edits", description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=10_000, help="of each store")
    parser.add_argument("--stores", default="postgis,geopackage", help="of postgis, geopackage")
    options = parser.parse_args(argv)
    print("| store | edits | lost | conflicts, each a 412 | anything else | edits a second |\n|---|---|---|---|---|---|")
    broken = 0
    for name in options.stores.split(","):
        with ExitStack() as stack:
            store, inside = made(name, stack)
            server = stack.enter_context(gridplan(store))
            began = time.perf_counter()
            tallies = edited(server.url, options.edits)
            seconds = time.perf_counter() - began
            done = sum(tally.made for tally in tallies)
            wrong = faults(inside, done) + [one for tally in tallies for one in tally.wrong]
            ((called,),) = inside.rows(f"SELECT name FROM grids WHERE code = '{FIRST_GRID}' AND plan = '{PLAN_ID}'")
        lost, conflicts = done - int(str(called).split()[1]), sum(tally.conflicts for tally in tallies)
        print(f"| {name} | {done:,} | {lost} | {conflicts:,} | {len(wrong)} | {done / seconds:.0f} |", flush=True)
        for one in wrong:
            print(one, file=sys.stderr)
        broken += len(wrong)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
