"""The graph that is partitioned: atoms with households and shape, edges where two atoms share a border."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

INSIDE, LANE, MAJOR, RAIL, RIVER = 0, 1, 2, 3, 4
"""Kinds of an edge: inside a compound or block, across a minor street, a major road, a railway, a river.

Prepared tables have 3 for railways and rivers alike.
"""


@dataclass(frozen=True)
class AtomGraph:
    """Frozen arrays of n atoms and m edges; no geometry, no names.

    Atoms: ``households`` (int), ``compound`` (int, -1 = none), ``area`` (m2), ``x`` and ``y`` (centroid, m), ``polar``
    (polar second moment of area about the own centroid, m4), ``perimeter`` (m, holes included), ``population`` (people, where a
    rule counts them).

    Edges, ordered by (i, j), each pair once with i < j: ``i``, ``j`` (rows of atoms), ``length`` (m of shared border),
    ``kind`` (INSIDE to RIVER: the class of most of the border), ``street`` (m of the border that
    lies along any street or barrier).

    With these the area, perimeter and moments of any union of atoms are exact sums.
    """

    households: Ints
    compound: Ints
    area: Floats
    x: Floats
    y: Floats
    polar: Floats
    perimeter: Floats
    i: Ints
    j: Ints
    length: Floats
    kind: Ints
    street: Floats
    population: Ints | None = None

    def __len__(self) -> int:
        return len(self.households)

    def without(self, edges: NDArray[np.bool_]) -> "AtomGraph":
        """The same atoms without the ``edges`` that are marked."""
        kept = ~edges
        return replace(
            self, i=self.i[kept], j=self.j[kept], length=self.length[kept], kind=self.kind[kept], street=self.street[kept]
        )

    def subgraph(self, atoms: Ints) -> "AtomGraph":
        """The graph of ``atoms`` (ascending row numbers) and the edges among them, renumbered 0..len(atoms)-1."""
        position = np.full(len(self), -1, dtype=np.int64)
        position[atoms] = np.arange(len(atoms))
        kept = (position[self.i] >= 0) & (position[self.j] >= 0)
        return AtomGraph(
            households=self.households[atoms],
            compound=self.compound[atoms],
            area=self.area[atoms],
            x=self.x[atoms],
            y=self.y[atoms],
            polar=self.polar[atoms],
            perimeter=self.perimeter[atoms],
            i=position[self.i[kept]],
            j=position[self.j[kept]],
            length=self.length[kept],
            kind=self.kind[kept],
            street=self.street[kept],
            population=None if self.population is None else self.population[atoms],
        )
