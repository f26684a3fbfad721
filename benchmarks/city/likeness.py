"""How like the given synthetic cities the generated ones are: ``python -m benchmarks.city.likeness``.

Prints one Markdown table: the given cities beside the mean of generated ones of the same size, tuning seeds only.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.city import TUNING_SEEDS, synthetic_city
from benchmarks.city.compounds import TYPES

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthetic_city"
GIVEN = {"s5k": (4800, tuple(TUNING_SEEDS)), "s50k": (47000, (0, 1, 2))}
DWELT = ("slab", "tower", "mixed", "lane", "village")
QUANTILES = (0.1, 0.5, 0.9)
FIT = 500
# The given cities leave out shorter borders.
SHORTEST_M = 0.05


def measures(atoms: gpd.GeoDataFrame, edges: pd.DataFrame) -> dict[str, float]:
    """Measures of a city by name."""
    edges = edges[edges["length"] >= SHORTEST_M]
    found: dict[str, float] = {
        "atoms": len(atoms),
        "households": atoms["households"].sum(),
        "households an atom": atoms["households"].mean(),
        "edges an atom": len(edges) / len(atoms),
    }
    for part in (_of_types, _of_compounds, _of_blocks):
        found.update(part(atoms))
    for kind, name in enumerate(("inside", "lane", "major road", "river")):
        length = edges.loc[edges["kind"] == kind, "length"]
        found[f"edges {name}, share"] = len(length) / len(edges)
        found.update(_quantiles(f"length {name}, m", length))
    return found


def _of_types(atoms: gpd.GeoDataFrame) -> Iterator[tuple[str, float]]:
    shape = np.asarray(atoms.geometry.array)
    area = pd.Series(shapely.area(shape))
    roundness = 4 * np.pi * area / shapely.length(shape) ** 2
    for name in TYPES:
        of = (atoms["type"] == name).to_numpy()
        yield f"{name}: share of atoms", of.mean()
        yield f"{name}: share of area", area[of].sum() / area.sum()
        if name in DWELT:
            yield from _quantiles(f"{name}: households", atoms.loc[of, "households"])
            yield f"{name}: mean households", atoms.loc[of, "households"].mean()
        yield from _quantiles(f"{name}: cell, m2", area[of])
        yield f"{name}: Polsby-Popper of a cell", roundness[of].mean()


def _of_compounds(atoms: gpd.GeoDataFrame) -> Iterator[tuple[str, float]]:
    compounds = atoms.groupby("compound").agg(
        atoms=("id", "size"), households=("households", "sum"), type=("type", "first"), block=("superblock", "first")
    )
    yield "compounds a block", len(compounds) / compounds["block"].nunique()
    yield f"compounds of 1-{FIT} households, share", compounds["households"].between(1, FIT).mean()
    yield f"compounds over {FIT}, share", (compounds["households"] > FIT).mean()
    for name in DWELT:
        of = compounds[compounds["type"] == name]
        yield f"{name}: share of compounds", len(of) / len(compounds)
        yield f"{name}: compounds that fit, share", (of["households"] <= FIT).mean()
        yield from _quantiles(f"{name}: atoms a compound", of["atoms"])
        yield from _quantiles(f"{name}: households a compound", of["households"])


def _of_blocks(atoms: gpd.GeoDataFrame) -> Iterator[tuple[str, float]]:
    blocks = atoms.groupby("superblock").agg(atoms=("id", "size"), households=("households", "sum"), types=("type", "nunique"))
    yield from _quantiles("block: atoms", blocks["atoms"])
    yield from _quantiles("block: households", blocks["households"])
    yield "block: types", blocks["types"].mean()


def _quantiles(name: str, values: pd.Series) -> Iterator[tuple[str, float]]:
    for quantile in QUANTILES:
        yield f"{name}, {quantile:.0%}", values.quantile(quantile)


def table() -> pd.DataFrame:
    """The given cities beside generated ones, a row a measure."""
    columns: dict[str, pd.Series] = {}
    for name, (atoms, seeds) in GIVEN.items():
        paths = [DATA / f"{name}_{what}.parquet" for what in ("atoms", "edges")]
        if not all(path.exists() for path in paths):
            sys.exit(f"{paths[0]} is not there: nothing to compare with")
        columns[name] = pd.Series(measures(gpd.read_parquet(paths[0]), pd.read_parquet(paths[1])))
        made = pd.DataFrame([measures(*synthetic_city(atoms, seed=seed)) for seed in seeds])
        columns[f"{atoms} atoms, mean"] = made.mean()
        columns["least"], columns["most"] = made.min(), made.max()
        columns[f"{atoms} atoms, least to most"] = pd.Series(
            [f"{low:.4g} to {high:.4g}" for low, high in zip(columns.pop("least"), columns.pop("most"), strict=True)],
            index=made.columns,
        )
    return pd.DataFrame(columns)


def main() -> None:
    found = table()
    print("| measure | " + " | ".join(found.columns) + " |")
    print("|---" * (len(found.columns) + 1) + "|")
    for row in found.itertuples():
        print("| " + " | ".join(value if isinstance(value, str) else f"{value:.4g}" for value in row) + " |")


if __name__ == "__main__":
    main()
