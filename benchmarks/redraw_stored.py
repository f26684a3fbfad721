"""Edits of a stored draft of many atoms, as the editor's requests do them: seconds of a move with its commit, and memory.

    python -m benchmarks.redraw_stored plan.gpkg --store draft.gpkg --edits 1000
    python -m benchmarks.redraw_stored plan.gpkg --store postgresql://user:password@host/database --edits 1000

``plan.gpkg`` is a bundle, as that of ``benchmarks.redraw``. Each edit is what POST .../edits does but for HTTP itself: read the
revision, move one building across a border, write what changed, commit, tell the patch as JSON. Then the store is opened anew
and all edits are undone from the log.
"""

import argparse
import random
import time
from pathlib import Path

import orjson

from benchmarks.redraw import border_moves, told
from gridplan.editor import patch
from gridplan.errors import RuleError
from gridplan.store import Editor, Store, migrate, open_store
from gridplan.store.bundle import read_plan

WHO = Editor("benchmark", "planner")


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def redraw(store: Store, plan: str, operation: dict[str, object]) -> float:
    """Seconds of one edit with its answer."""
    start = time.perf_counter()
    done = store.edits.redraw(plan, [operation], WHO)
    orjson.dumps(patch(done.before, done.after))
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--store", required=True)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.store.startswith("postgresql"):
        migrate(asked.store)
    with open_store(asked.store) as store:
        plan = read_plan(asked.plan)
        store.save_plan(plan)
        draft = store.edits.branch(plan.id, WHO).id
        del plan
        start = time.perf_counter()
        start_plan = store.edits.lines(draft)[1]
        print(
            f"{len(start_plan.drawing.ground.cell_ids):,} atoms; opened for the first time in {time.perf_counter() - start:.1f} s"
        )
        rng, before = random.Random(asked.seed), 0.0
        seconds: list[float] = []
        while len(seconds) < asked.edits:
            atom, to = border_moves(store.edits.lines(draft)[1], rng)
            try:
                seconds.append(redraw(store, draft, {"operation": "move", "atoms": [atom], "to": to}))
            except RuleError:
                continue
            if len(seconds) == min(50, asked.edits):
                before = resident_mb()
        told("a move, written and committed", seconds[1:])
        print(f"the first {seconds[0] * 1000:.0f} ms; +{resident_mb() - before:.0f} MB resident from the 50th edit to the last")
    with open_store(asked.store) as store:
        store.edits.lines(draft)
        told("undone after a restart", [redraw(store, draft, {"operation": "undo"}) for _ in range(asked.edits)])
        print(f"totals as at the start: {store.edits.lines(draft)[1].totals == start_plan.totals}")


if __name__ == "__main__":
    main()
