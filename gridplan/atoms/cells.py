"""Land cells: the tiles of the arrangement given to seeds, strays and slivers mended, dissolved to pieces and cells."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.atoms.coverage import Floats, Geometries, Ints, Tiles, dissolve, node, settle, tiles
from gridplan.atoms.faces import Faces, covering
from gridplan.atoms.seeds import Seeds, largest_part
from gridplan.atoms.site_cells import Enclosed, filled
from gridplan.atoms.slivers import without_slivers
from gridplan.atoms.tessellation import arcs, nearest_seed, sample, visible

#: More than the area of any cell, so that the part of a cell that its building stands on outweighs the others.
STANDS_M2 = 1e9


@dataclass(frozen=True)
class Land:
    """Pieces of land and the cells they make up.

    ``pieces``: Polygon each, of n pieces in order of cell. ``seed``: for each piece its row of the seeds, -1 for a face without
    a building. ``cell``: number of the cell of each piece; cells of seeds first, with the numbers of ``Seeds.cell``, then faces.
    ``community`` and special ``site`` (-1 for none) of each piece. ``piece_of_seed``: the piece on which each seed lies, also
    where it got no land of its own.
    ``merged``: slivers that joined a neighbour; ``strayed``: cells that lost a part cut off from the rest; ``enclosed``:
    the land that special sites enclose.
    """

    pieces: Geometries
    seed: Ints
    cell: Ints
    community: Ints
    site: Ints
    piece_of_seed: Ints
    merged: int
    strayed: Ints
    enclosed: Enclosed


def make_land(seeds: Seeds, faces: Faces) -> Land:
    """The pieces that tile the faces: one a seed, and one a face without any.

    Each face is divided by which seed is nearest. A piece or cell that comes out in several parts keeps the one that its
    building stands on, or the largest; the others go to the neighbour in the same face with which they share most border. A
    seed that gets no land (it is smaller than the simplification) lies on the land of the seed around it.
    """
    samples = visible(sample(seeds.shape, seeds.face), seeds.shape, seeds.cell)
    lines = np.concatenate([shapely.boundary(faces.polygons), arcs(samples, faces.polygons)])
    polygons = node(lines)
    face = covering(polygons, faces.polygons)
    polygons, face = polygons[face >= 0], face[face >= 0]
    mosaic = tiles(polygons)
    inner = shapely.get_coordinates(shapely.point_on_surface(polygons))
    label = nearest_seed(samples, inner, face, len(faces.polygons))
    label = np.where(label < 0, len(seeds.shape) + face, label)
    weight = _weight(mosaic, face, seeds)
    label, _ = settle(mosaic, label, face, weight)
    label, strayed = _whole_cells(mosaic, label, face, seeds, weight)
    community = faces.community[face]
    lived_in = np.append(seeds.lived_in, False)[np.minimum(_cell_of(label, seeds), len(seeds.host))]
    site, enclosed = filled(mosaic, faces.site[face], community, lived_in)
    of_label = np.full(int(label.max()) + 1, -1, dtype=np.int64)
    of_label[label] = site
    label, merged = without_slivers(mosaic, label, community, len(seeds.shape), faces.barriers, site)
    return _numbered(mosaic, label, community, of_label, seeds, merged, strayed, enclosed)


def _weight(mosaic: Tiles, face: Ints, seeds: Seeds) -> Floats:
    """What each tile counts when parts of a cell compete: its area, and far more where a building of the cell stands on it."""
    weight: Floats = np.round(shapely.area(mosaic.polygons), 3)
    seed, tile = shapely.STRtree(mosaic.polygons).query(
        shapely.point_on_surface(largest_part(seeds.shape)), predicate="intersects"
    )
    stands = tile[face[tile] == seeds.face[seed]]
    return weight + STANDS_M2 * np.bincount(stands, minlength=len(mosaic))


def _cell_of(label: Ints, seeds: Seeds) -> Ints:
    """The cell of each label: that of the seed, or one of its own for a face."""
    count = len(seeds.shape)
    cells = len(seeds.host)
    lookup = np.r_[seeds.cell, 0]
    return np.where(label < count, lookup[np.minimum(label, count)], cells + label - count)


def _whole_cells(mosaic: Tiles, label: Ints, face: Ints, seeds: Seeds, weight: Floats) -> tuple[Ints, Ints]:
    """Labels such that each cell is connected as well, and the cells that lost a part."""
    before = _cell_of(label, seeds)
    after, moved = settle(mosaic, before, face, weight)
    if not len(moved):
        return label, np.empty(0, dtype=np.int64)
    label = label.copy()
    # A part that joins another cell takes the name of a piece there; where it does not touch it, ``settle`` finds one it touches.
    for tile in moved:
        there = np.flatnonzero((after == after[tile]) & (before == after[tile]))
        label[tile] = label[there[0]] if len(there) else len(seeds.shape) + after[tile] - len(seeds.host)
    label, _ = settle(mosaic, label, after, weight)
    lost = before[moved]
    return label, np.unique(lost[lost < len(seeds.host)])


def _numbered(
    mosaic: Tiles, label: Ints, community: Ints, site: Ints, seeds: Seeds, merged: int, strayed: Ints, enclosed: Enclosed
) -> Land:
    """The land by piece, numbered in order of label: seeds (which are in order of cell), then faces; ``site`` by label."""
    kept, tile, piece = np.unique(label, return_index=True, return_inverse=True)
    pieces = dissolve(mosaic.polygons, piece, len(kept))
    seed = np.where(kept < len(seeds.shape), kept, -1)
    piece_of_seed = np.full(len(seeds.shape), -1, dtype=np.int64)
    piece_of_seed[seed[seed >= 0]] = np.flatnonzero(seed >= 0)
    cell = _cell_of(kept, seeds)
    for lost in np.flatnonzero(piece_of_seed < 0):
        own = np.flatnonzero(cell == seeds.cell[lost])
        near = own if len(own) else np.arange(len(kept))
        away = shapely.distance(shapely.point_on_surface(seeds.shape[lost]), pieces[near])
        # Rounded, so that noise decides nothing, but land that only comes within a millimetre is not the land it stands on.
        piece_of_seed[lost] = near[np.lexsort((np.round(away, 3), away > 0))[0]]
    return Land(pieces, seed, cell, community[tile], site[kept], piece_of_seed, merged, strayed, enclosed)
