"""The five places of the source documents, simulated whole, planned by their schemes and checked: time, memory, counts.

``python -m benchmarks.schemes [PLACE ...] [--seed 3] [--judge PROGRAM]`` runs each place in a process of its own.
"""

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gridplan.pipeline import plan_town
from gridplan.plan import audit
from gridplan.plan.tallies import tally, totals
from gridplan.schemes import Scheme, load_scheme
from gridplan.simulation import document_numbers, place_names, simulate
from gridplan.store import write_plan

Made = TypeVar("Made")

JUDGE = Path(__file__).resolve().parents[2] / "shared" / "tools" / "audit_plan.py"


def run(place: str, seed: int, judge: Path | None) -> dict[str, object]:
    """What one place took and what came out."""
    scheme = load_scheme(place)
    row: dict[str, object] = {"place": place}
    town = _timed(row, "simulate", lambda: simulate(place, seed=seed))
    plan = _timed(row, "plan", lambda: plan_town(town, scheme=scheme, seed=seed))
    row["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        _timed(row, "write", lambda: write_plan(plan, path))
        if judge is not None and judge.is_file():
            row["judge"] = judged(path, scheme, judge)
    row["atoms"] = len(plan.buildings)
    row["broken"] = [check.key for check in audit(plan, scheme) if not check.holds]
    row["counts"] = json.loads(plan.fact("counts"))
    counted = totals(plan)
    row["beside"] = {name: (number.number, counted[name]) for name, number in document_numbers(place).items() if name in counted}
    row["tally"] = tally(plan).to_string(index=False, na_rep="-")
    row["findings"] = plan.findings.groupby(["level", "code"]).size().to_dict()
    return row


def judged(path: Path, scheme: Scheme, judge: Path) -> str:
    """The last line of the judge, told the scheme's own range of urban grids and units; what stands for itself has none."""
    options = {"low": 1, "high": 10**9, "unit-low": 1, "unit-high": 10**9}
    grids, units = scheme.grids.rule("urban"), scheme.units.rule("urban")
    if grids.each is None and grids.households is not None:
        options |= {"low": grids.households.low, "high": grids.households.high}
    if units.each is None and units.households is not None:
        options |= {"unit-low": units.households.low, "unit-high": units.households.high}
    words = [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run([sys.executable, str(judge), str(path), *words], capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    return "; ".join([*(line for line in lines if line.startswith("FAIL")), lines[-1]]) if lines else done.stderr.strip()[-200:]


def _timed(row: dict[str, object], name: str, make: Callable[[], Made]) -> Made:
    wall, cpu = time.perf_counter(), time.process_time()
    made = make()
    row[f"{name} s"] = round(time.perf_counter() - wall, 1)
    row[f"{name} CPU s"] = round(time.process_time() - cpu, 1)
    return made


def main() -> None:
    """Prints one block a place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", default=place_names())
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--judge", type=Path, default=JUDGE)
    args = parser.parse_args()
    # A process of its own for each place, so that its memory is its own.
    context = multiprocessing.get_context("spawn")
    for place in args.places:
        with context.Pool(1) as pool:
            row = pool.apply(run, (place, args.seed, args.judge))
        words = row.pop("tally")
        sys.stdout.write("\n".join([*(f"{name}: {value}" for name, value in row.items()), str(words), ""]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
