"""Write a synthetic city: ``python -m benchmarks.city --atoms 4800 --seed 1 --out DIR``."""

import argparse
from pathlib import Path

from benchmarks.city import synthetic_city


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.city", description="Write DIR/city_atoms.parquet and DIR/city_edges.parquet."
    )
    parser.add_argument("--atoms", type=int, required=True, help="about how many")
    parser.add_argument("--seed", type=int, required=True, help="0-9 to tune on, 100-119 to judge on")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    options = parser.parse_args()
    atoms, edges = synthetic_city(options.atoms, seed=options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    atoms.to_parquet(options.out / "city_atoms.parquet")
    edges.to_parquet(options.out / "city_edges.parquet")
    print(f"{len(atoms)} atoms, {len(edges)} edges, {atoms.households.sum()} households in {options.out}")


if __name__ == "__main__":
    main()
