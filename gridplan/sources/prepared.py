"""Atoms and edges that were prepared elsewhere, for the engine alone."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyarrow.lib import ArrowException

from gridplan import crs
from gridplan.contracts import Column, Contract, conform
from gridplan.contracts.model import POLYGON
from gridplan.errors import InputError

ATOMS = Contract(
    "atoms",
    (
        Column("households", "int", "households", minimum=0),
        Column("compound", "text", "compound; -1 or empty where there is none", nullable=True),
    ),
    POLYGON,
)
EDGES = Contract(
    "edges",
    (
        Column("i", "int", "row of an atom, from 0", minimum=0),
        Column("j", "int", "row of its neighbour", minimum=0),
        Column("length", "float", "length of their border, metres", minimum=0),
        Column("kind", "int", "0 inside a compound, 1 lane, 2 major road, 3 river or rail", nullable=True, minimum=0),
        Column(
            "crosses_major_road", "bool", "whether a major road runs along the border, where kind is not given", nullable=True
        ),
    ),
)


def read_prepared(atoms_path: Path | str, edges_path: Path | str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Atoms and edges of two Parquet files, held against the contracts ``ATOMS`` and ``EDGES``.

    Parameters
    ----------
    atoms_path : GeoParquet in a metre CRS with ``households``, ``compound`` (optional) and polygons; other columns are left out.
    edges_path : Parquet with ``i``, ``j`` (rows of the atoms), ``length`` (m), and ``kind`` or ``crosses_major_road``.

    Raises
    ------
    InputError
        GP101 no such file; GP102, GP103, GP105, GP106, GP107 a table breaks its contract; GP108 a file cannot be opened;
        GP129 an edge names a row that is not there.
    """
    atoms, edges = _read(Path(atoms_path), spatial=True), _read(Path(edges_path), spatial=False)
    if "compound" in atoms.columns and pd.api.types.is_numeric_dtype(atoms["compound"]):
        atoms = atoms.assign(compound=atoms["compound"].astype("Int64").where(atoms["compound"] >= 0))
    if not {"kind", "crosses_major_road"} & set(edges.columns):
        raise InputError("GP102", table="edges", column="kind", present=", ".join(map(str, edges.columns)))
    # Columns that the file does not have stay away, so that the engine takes the one that is there.
    named = [name for name in EDGES.names() if name in edges.columns]
    atoms, edges = conform(atoms, ATOMS), conform(edges, EDGES)[named]
    stated = crs.checked(atoms, "atoms")
    if stated.is_geographic:
        raise InputError("GP106", table="atoms", crs=crs.name(stated), why="axis unit degree, not metre")
    far = edges[["i", "j"]].max(axis=1).to_numpy()
    beyond = far >= len(atoms)
    if beyond.any():
        raise InputError("GP129", table="edges", count=int(beyond.sum()), row=int(far[beyond][0]), rows=len(atoms))
    return atoms.reset_index(drop=True), edges.reset_index(drop=True)


def _read(path: Path, *, spatial: bool) -> pd.DataFrame:
    if not path.is_file():
        raise InputError("GP101", path=str(path))
    try:
        return gpd.read_parquet(path) if spatial else pd.read_parquet(path)
    except (OSError, ValueError, ArrowException) as error:
        raise InputError("GP108", path=str(path), why=str(error)) from error
