"""The grid of each atom, kept so that plans which differ in a few atoms share the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridplan.graph.atom_graph import Ints

BLOCK = 1024
"""Atoms of one block: what a change copies."""


@dataclass(frozen=True)
class Labels:
    """A number for each of n rows, in blocks; a change makes new blocks where it changes something, and shares the others."""

    blocks: tuple[Ints, ...]

    @classmethod
    def of(cls, values: Ints) -> "Labels":
        """The labels of an array."""
        return cls(tuple(values[at : at + BLOCK].astype(np.int64) for at in range(0, len(values), BLOCK)))

    def __getitem__(self, row: int) -> int:
        return int(self.blocks[row // BLOCK][row % BLOCK])

    def changed(self, rows: Iterable[int], value: int) -> "Labels":
        """The labels with this value in these rows."""
        blocks = list(self.blocks)
        fresh: set[int] = set()
        for row in rows:
            block = row // BLOCK
            if block not in fresh:
                blocks[block] = blocks[block].copy()
                fresh.add(block)
            blocks[block][row % BLOCK] = value
        return Labels(tuple(blocks))

    def array(self) -> Ints:
        """All of them."""
        return np.concatenate(self.blocks) if self.blocks else np.zeros(0, dtype=np.int64)
