"""Major roads, rivers and the superblocks between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SHORTEST_M, LONGEST_M = 330, 490
RURAL_FROM = 0.95
CORE_TO = 0.35
RIVER_EVERY = 20
# Mean atoms of a superblock within and outside the built-up area: what the number of superblocks is chosen by.
URBAN_ATOMS, RURAL_ATOMS = 111.0, 164.0


@dataclass(frozen=True)
class Roads:
    """A grid of major roads, numbered from the south-west.

    Parameters
    ----------
    x, y
        Where the roads run (m), the outer ones included.
    river
        Which of ``x`` are rivers and no roads (indices).
    """

    x: Ints
    y: Ints
    river: Ints

    @property
    def columns(self) -> int:
        """Superblocks from west to east."""
        return len(self.x) - 1

    @property
    def rows(self) -> int:
        """Superblocks from south to north."""
        return len(self.y) - 1

    def __len__(self) -> int:
        """Number of superblocks."""
        return self.columns * self.rows

    def boxes(self, blocks: range) -> Ints:
        """West, south, east and north (m) of superblocks, which are numbered row by row from the south-west."""
        row, column = np.divmod(np.asarray(blocks), self.columns)
        return np.stack([self.x[column], self.y[row], self.x[column + 1], self.y[row + 1]], axis=1)

    def radius(self, blocks: range) -> Floats:
        """Distance of superblocks from the centre, 1 at the middle of the city's sides."""
        return _radius(self.columns, self.rows, blocks)

    def streams(self, seed: int, blocks: range) -> list[np.random.Generator]:
        """One stream of random numbers a superblock, that of its place from the centre in a city of any size."""
        return [
            np.random.default_rng(
                np.random.SeedSequence(
                    seed,
                    spawn_key=(
                        _natural(block % self.columns - self.columns // 2),
                        _natural(block // self.columns - self.rows // 2),
                    ),
                )
            )
            for block in blocks
        ]


def lay_roads(atoms: int, seed: int) -> Roads:
    """Major roads of a city of about ``atoms`` atoms, as nearly square as that number allows."""
    columns, rows = _shape(atoms)
    x, y = _lines(columns, seed, 0), _lines(rows, seed, 1)
    middle = columns // 2
    river = np.arange(middle % RIVER_EVERY, columns, RIVER_EVERY) if columns > 2 else np.zeros(0, np.int64)
    return Roads(x=x, y=y, river=river[river > 0])


def _shape(atoms: int) -> tuple[int, int]:
    if atoms < 1:
        raise ValueError(f"a city of {atoms} atoms: at least 1")
    fewest, most = (int((atoms / mean) ** 0.5) for mean in (max(URBAN_ATOMS, RURAL_ATOMS), min(URBAN_ATOMS, RURAL_ATOMS)))
    shapes = [(n, n + more) for n in range(max(1, fewest - 1), most + 2) for more in (0, 1)]
    return min(shapes, key=lambda shape: (abs(_expected(*shape) - atoms), shape))


def _expected(columns: int, rows: int) -> float:
    rural = int((_radius(columns, rows, range(columns * rows)) > RURAL_FROM).sum())
    return rural * RURAL_ATOMS + (columns * rows - rural) * URBAN_ATOMS


def _radius(columns: int, rows: int, blocks: range) -> Floats:
    row, column = np.divmod(np.asarray(blocks), columns)
    east = (column - (columns - 1) / 2) / (columns / 2)
    north = (row - (rows - 1) / 2) / (rows / 2)
    return np.sqrt(east * east + north * north)


def _lines(count: int, seed: int, axis: int) -> Ints:
    """Roads across one axis; those next to the centre are the same in a city of any size."""
    low, high = (
        np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(axis, side, 0))).integers(
            SHORTEST_M, LONGEST_M, size=size, endpoint=True
        )
        for side, size in ((0, count // 2), (1, count - count // 2))
    )
    return np.concatenate([[0], np.cumsum(np.concatenate([low[::-1], high]))]).astype(np.int64)


def _natural(offset: int) -> int:
    return 2 * offset if offset >= 0 else -2 * offset - 1
