"""New sites beside spopt's MCLP, on the same distances: ``python -m benchmarks.coverage.sites``.

Candidates and homes on a square of 5 km, straight lines between them, 500 m to cover. spopt solves its model by CBC, gridplan its
own by HiGHS; each runs in a process of its own, and is stopped after ``--limit`` seconds. Prints a Markdown table.
"""

import argparse
import json
import subprocess
import sys
import time
import warnings

import numpy as np
from scipy.sparse import csr_array

from gridplan.analysis.services.covering import most_covered

#: Candidates, homes and new sites of each row.
SIZES = ((100, 2_000, 10), (400, 5_000, 20), (1_000, 50_000, 40))
WITHIN_M = 500.0


def instance(candidates: int, homes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Metres from candidate to home, and the households of the homes."""
    rng = np.random.default_rng(seed)
    one, other = rng.uniform(0, 5000, (candidates, 2)), rng.uniform(0, 5000, (homes, 2))
    return np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)), rng.integers(1, 60, homes)


def by_gridplan(metres: np.ndarray, households: np.ndarray, count: int) -> tuple[int, int]:
    choice = most_covered(csr_array((metres <= WITHIN_M).astype(np.int8)), households, count, nodes=1000)
    return choice.covered, choice.bound


def by_spopt(metres: np.ndarray, households: np.ndarray, count: int) -> tuple[int, int]:
    import pulp
    from spopt.locate import MCLP

    # spopt builds its model in a way that its solver's next version does away with.
    warnings.simplefilter("ignore", DeprecationWarning)
    model = MCLP.from_cost_matrix(metres.T, households.astype(float), WITHIN_M, count)
    found = round(pulp.value(model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1)).problem.objective))
    return found, found


def alone(method: str, size: tuple[int, ...], limit_s: float) -> str:
    """Households covered, the bound and seconds of one method, as cells of a row."""
    words = [sys.executable, "-m", "benchmarks.coverage.sites", "--alone", method, "--size", *map(str, size)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=limit_s)
    except subprocess.TimeoutExpired:
        return f"not done after {limit_s:.0f} s | |"
    covered, bound, seconds = json.loads(done.stdout.splitlines()[-1])
    return f"{covered:,} | {bound:,} | {seconds:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds that a method may take")
    parser.add_argument("--alone", choices=("gridplan", "spopt"), help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        candidates, homes, count = options.size
        metres, households = instance(candidates, homes, 1)
        begin = time.perf_counter()
        found = (by_gridplan if options.alone == "gridplan" else by_spopt)(metres, households, count)
        print(json.dumps([*found, time.perf_counter() - begin]))
        return
    print("| candidates | homes | sites | gridplan covers | at most | s | spopt covers | at most | s |")
    print("|---" * 9 + "|")
    for size in SIZES:
        cells = [alone(method, size, options.limit) for method in ("gridplan", "spopt")]
        print(f"| {size[0]:,} | {size[1]:,} | {size[2]} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
