"""Graphs to cut: lattices of unit squares with households, compounds and kinds of edges, and paths drawn by hand."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from gridplan.graph.atom_graph import INSIDE, LANE, MAJOR, RAIL, AtomGraph


def lattice(
    households: Sequence[Sequence[int]],
    *,
    compound: Sequence[Sequence[int]] | None = None,
    kinds: dict[tuple[int, int], int] | None = None,
    missing: Sequence[tuple[int, int]] = (),
) -> AtomGraph:
    """Squares of 1 m in rows and columns, numbered row by row; ``kinds`` and ``missing`` name edges by their atoms."""
    table = np.array(households, dtype=np.int64)
    rows, columns = table.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    pairs = [(int(a), int(b)) for a, b in zip(number[:, :-1].ravel(), number[:, 1:].ravel(), strict=True)]
    pairs += [(int(a), int(b)) for a, b in zip(number[:-1].ravel(), number[1:].ravel(), strict=True)]
    pairs = sorted(pair for pair in pairs if pair not in set(missing))
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    kind = np.array([(kinds or {}).get(pair, INSIDE) for pair in pairs], dtype=np.int64)
    y, x = np.divmod(number.ravel(), columns)
    ones = np.ones(table.size)
    return AtomGraph(
        households=table.ravel(),
        compound=np.full(table.size, -1, dtype=np.int64) if compound is None else np.array(compound, dtype=np.int64).ravel(),
        area=ones,
        x=x.astype(np.float64),
        y=y.astype(np.float64),
        polar=ones / 6,
        perimeter=4 * ones,
        i=ends[:, 0],
        j=ends[:, 1],
        length=np.ones(len(pairs)),
        kind=kind,
        street=np.where(kind > INSIDE, 1.0, 0.0),
    )


def path(*households: int) -> AtomGraph:
    """Squares in a row."""
    return lattice([households])


@st.composite
def graphs(draw: st.DrawFn, *, most_atoms: int = 36, most_households: int = 12) -> AtomGraph:
    """A random lattice: some edges missing or across roads, some compounds, some atoms empty; it may be in parts."""
    columns = draw(st.integers(1, 6))
    rows = draw(st.integers(1, max(1, most_atoms // columns)))
    size = rows * columns
    value = st.one_of(st.just(0), st.integers(0, most_households))
    households = draw(st.lists(value, min_size=size, max_size=size))
    compound = draw(st.lists(st.integers(-1, 3), min_size=size, max_size=size))
    whole = lattice(np.reshape(households, (rows, columns)).tolist(), compound=np.reshape(compound, (rows, columns)).tolist())
    pairs = [(int(a), int(b)) for a, b in zip(whole.i, whole.j, strict=True)]
    kinds = draw(st.lists(st.sampled_from((INSIDE, INSIDE, LANE, MAJOR, RAIL)), min_size=len(pairs), max_size=len(pairs)))
    missing = draw(st.lists(st.sampled_from(pairs), max_size=len(pairs) // 3, unique=True)) if pairs else []
    return lattice(
        np.reshape(households, (rows, columns)).tolist(),
        compound=np.reshape(compound, (rows, columns)).tolist(),
        kinds=dict(zip(pairs, kinds, strict=True)),
        missing=missing,
    )
