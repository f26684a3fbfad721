"""The graph from tables that were prepared elsewhere."""

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan import crs
from gridplan.errors import InputError
from gridplan.graph.adjacency import most, number_compounds, total
from gridplan.graph.atom_graph import INSIDE, LANE, MAJOR, RAIL, AtomGraph, Floats, Ints
from gridplan.graph.moments import polygon_moments

SHOWN = 5

DOUBLED = 1.5
"""An atom that shares more than so many times its perimeter, and a metre, has borders counted twice."""


def from_tables(atoms: gpd.GeoDataFrame, edges: pd.DataFrame) -> AtomGraph:
    """The graph of prepared atoms and edges, checked.

    Parameters
    ----------
    atoms
        ``households`` (whole number >= 0), ``geometry`` (polygon; metre CRS or none stated), and optionally
        ``compound`` (any name or number; missing or below 0 for none).
    edges
        ``i``, ``j`` (row numbers of ``atoms``), ``length`` (m of shared border, 0 for neighbours across a gap), and optionally
        ``kind`` (0 inside a compound or block, 1 lane, 2 major road, 3 river or rail) or else ``crosses_major_road``
        (bool). In any order, either way round; rows of one pair are added up.

    Returns
    -------
    AtomGraph
        Edges by (i, j); the kind of an edge is that of most of its length, the stronger one on ties; border of
        another kind than inside counts as street.

    Raises
    ------
    InputError
        GP102 a column is missing; GP103 a value cannot be used; GP106 the CRS is not in metres; GP139 an atom shares much more
        border than it has.

    Examples
    --------
    >>> from shapely.geometry import box
    >>> squares = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    >>> atoms = gpd.GeoDataFrame({"households": [3, 4]}, geometry=squares)
    >>> edges = pd.DataFrame({"i": [1], "j": [0], "length": [10.0], "kind": [1]})
    >>> graph = from_tables(atoms, edges)
    >>> graph.i.tolist(), graph.j.tolist(), graph.street.tolist()
    ([0], [1], [10.0])
    """
    if not isinstance(atoms, gpd.GeoDataFrame):
        raise InputError("GP102", table="atoms", column="geometry", present=_names(atoms))
    if atoms.crs is not None and crs.checked(atoms, "atoms").is_geographic:
        raise InputError("GP106", table="atoms", crs=crs.name(atoms.crs), why="axis unit degree, not metre")
    count = len(atoms)
    households = _whole(atoms, "atoms", "households", "whole numbers >= 0", 0, None)
    shapes = np.asarray(atoms.geometry.array)
    polygonal = atoms.geometry.geom_type.isin(("Polygon", "MultiPolygon")) & ~atoms.geometry.is_empty
    _refuse(~polygonal.to_numpy(), atoms.geometry.geom_type, "atoms", "geometry", "polygons")
    rows = f"row numbers 0 to {count - 1} of atoms"
    a = _whole(edges, "edges", "i", rows, 0, count - 1)
    b = _whole(edges, "edges", "j", rows, 0, count - 1)
    _refuse(a == b, edges["j"], "edges", "j", "another atom than i")
    metres = _lengths(edges)
    kind = _kinds(edges)
    first, second = np.minimum(a, b), np.maximum(a, b)
    # Canonical order before sums, so that shuffled rows give the same bits.
    order = np.lexsort((kind, metres, second, first))
    metres, kind = metres[order], kind[order]
    pair, of = np.unique((first * count + second)[order], return_inverse=True)
    moments = polygon_moments(shapes)
    length = total(of, metres, len(pair))
    _refuse_doubled(pair, length, moments.perimeter)
    return AtomGraph(
        households=households,
        compound=_compounds(atoms),
        area=moments.area,
        x=moments.x,
        y=moments.y,
        polar=moments.polar,
        perimeter=moments.perimeter,
        i=pair // max(count, 1),
        j=pair % max(count, 1),
        length=length,
        kind=most(of, kind, metres, len(pair)),
        street=total(of, metres * (kind > INSIDE), len(pair)),
    )


def _refuse_doubled(pair: Ints, length: Floats, perimeter: Floats) -> None:
    """Nothing, unless some atom shares far more border than it has, as where each pair stands both ways round."""
    count = max(len(perimeter), 1)
    shared = np.bincount(pair // count, length, minlength=count) + np.bincount(pair % count, length, minlength=count)
    beyond = np.flatnonzero(shared[: len(perimeter)] > DOUBLED * perimeter + 1.0)
    if len(beyond):
        row = int(beyond[0])
        raise InputError("GP139", count=len(beyond), row=row, shared=f"{shared[row]:.1f}", perimeter=f"{perimeter[row]:.1f}")


def _compounds(atoms: gpd.GeoDataFrame) -> Ints:
    names = atoms.get("compound")
    if names is not None and pd.api.types.is_numeric_dtype(names):
        names = names.where(names >= 0)
    return number_compounds(names, len(atoms))


def _kinds(edges: pd.DataFrame) -> Ints:
    if "kind" in edges.columns:
        return _whole(edges, "edges", "kind", f"kinds 0 to {RAIL}", 0, RAIL)
    if "crosses_major_road" not in edges.columns:
        raise InputError("GP102", table="edges", column="kind", present=_names(edges))
    _refuse(
        ~edges["crosses_major_road"].isin([True, False]).to_numpy(),
        edges["crosses_major_road"],
        "edges",
        "crosses_major_road",
        "true or false",
    )
    return np.where(edges["crosses_major_road"].to_numpy(np.bool_), MAJOR, LANE).astype(np.int64)


def _lengths(edges: pd.DataFrame) -> Floats:
    values = _column(edges, "edges", "length")
    metres: Floats = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    _refuse(~(np.isfinite(metres) & (metres >= 0)), values, "edges", "length", "metres >= 0")
    return metres


def _whole(table: pd.DataFrame, name: str, column: str, expected: str, low: int, high: int | None) -> Ints:
    values = _column(table, name, column)
    numbers: Floats = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = ~np.isfinite(numbers) | (numbers != np.round(numbers)) | (numbers < low)
    if high is not None:
        bad |= numbers > high
    _refuse(bad, values, name, column, expected)
    return numbers.astype(np.int64)


def _column(table: pd.DataFrame, name: str, column: str) -> pd.Series:
    if column not in table.columns:
        raise InputError("GP102", table=name, column=column, present=_names(table))
    return table[column]


def _refuse(bad: NDArray[np.bool_], values: pd.Series, table: str, column: str, expected: str) -> None:
    rows = np.flatnonzero(bad)
    if len(rows):
        shown = ", ".join(f"row {row}={values.iloc[row]!r}" for row in rows[:SHOWN])
        raise InputError("GP103", table=table, column=column, expected=expected, count=len(rows), ids=shown)


def _names(table: pd.DataFrame) -> str:
    return ", ".join(str(name) for name in table.columns)
