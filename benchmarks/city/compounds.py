"""Superblocks cut into compounds, and what each compound is."""

from dataclasses import dataclass

import numpy as np

from benchmarks.city.roads import CORE_TO, RURAL_FROM, Floats, Ints

TYPES = ("slab", "tower", "mixed", "lane", "civic", "park", "farm", "village")
SLAB, TOWER, MIXED, LANE, CIVIC, PARK, FARM, VILLAGE = range(len(TYPES))
# Share of compounds, in the order of TYPES.
CORE = (0.28, 0.15, 0.205, 0.15, 0.15, 0.065, 0.0, 0.0)
URBAN = (0.434, 0.242, 0.098, 0.061, 0.091, 0.074, 0.0, 0.0)
RURAL = (0.19, 0.0, 0.0, 0.0, 0.0, 0.0, 0.52, 0.29)
# A side (m) from which on a piece may be cut across, and one from which on it is.
MAY_CUT_URBAN_M, MAY_CUT_RURAL_M, MUST_CUT = 190, 220, 1.6
CUT_SHARE = 0.75
NEAREST_CUT, FARTHEST_CUT = 0.38, 0.62
DEPTH = 4
NODES = 2 ** (DEPTH + 1)
DRAWS = 7


@dataclass(frozen=True)
class Compounds:
    """Compounds in the order of their superblocks.

    Parameters
    ----------
    box
        West, south, east and north (m), whole numbers.
    block
        Number of the superblock.
    kind
        Index into ``TYPES``.
    draw
        Four numbers of [0, 1) of the compound's own: cell width, cell height, storeys, homes a floor.
    """

    box: Ints
    block: Ints
    kind: Ints
    draw: Floats

    def __len__(self) -> int:
        return len(self.block)


def cut_blocks(box: Ints, radius: Floats, draw: Floats, first: int) -> Compounds:
    """Compounds of superblocks, by cuts across the longer side.

    Parameters
    ----------
    box
        West, south, east and north (m) of each superblock.
    radius
        Distance of each from the centre, 1 at the middle of the city's sides.
    draw
        Numbers of [0, 1), ``NODES`` x ``DRAWS`` a superblock: a piece has the row of its number in the tree of cuts.
    first
        Number of the first superblock.
    """
    may_cut = np.where(radius > RURAL_FROM, MAY_CUT_RURAL_M, MAY_CUT_URBAN_M)
    block, node = np.arange(len(box)), np.ones(len(box), np.int64)
    done: list[tuple[Ints, Ints, Ints]] = []
    for depth in range(DEPTH + 1):
        wide, high = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
        longer = np.maximum(wide, high)
        chance = np.where(longer >= MUST_CUT * may_cut[block], 1.0, CUT_SHARE)
        cut = (longer >= may_cut[block]) & (draw[block, node, 0] < chance) & (depth < DEPTH)
        # Moved to the deepest level, the numbers of pieces put them in the order of the tree.
        done.append((block[~cut], node[~cut] << (DEPTH - depth), np.column_stack([box[~cut], node[~cut]])))
        box, block, node, across = box[cut], block[cut], node[cut], (wide >= high)[cut]
        share = NEAREST_CUT + (FARTHEST_CUT - NEAREST_CUT) * draw[block, node, 1]
        axis = np.where(across, 0, 1)
        rows = np.arange(len(box))
        at = box[rows, axis] + np.rint(share * longer[cut]).astype(np.int64)
        low, high_part = box.copy(), box.copy()
        low[rows, axis + 2] = at
        high_part[rows, axis] = at
        box, block, node = np.concatenate([low, high_part]), np.tile(block, 2), np.concatenate([2 * node, 2 * node + 1])
    block, place, piece = (np.concatenate([level[column] for level in done]) for column in range(3))
    order = np.lexsort((place, block))
    block, piece = block[order], piece[order]
    own = draw[block, piece[:, 4]]
    return Compounds(box=piece[:, :4], block=block + first, kind=_kinds(radius[block], own[:, 2]), draw=own[:, 3:])


def _kinds(radius: Floats, draw: Floats) -> Ints:
    zone = np.where(radius > RURAL_FROM, 2, np.where(radius < CORE_TO, 0, 1))
    bounds = np.cumsum([CORE, URBAN, RURAL], axis=1)
    kinds: Ints = (draw[:, None] >= bounds[zone, :-1]).sum(axis=1)
    return kinds
