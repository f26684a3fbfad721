"""Narrow strips between a special site and the street beside it, which go to the site."""

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.atoms.clean import areal
from gridplan.atoms.coverage import GRID_M, Geometries, Ints, Tiles, components, node, run_starts, tiles
from gridplan.atoms.faces import Faces, covering
from gridplan.atoms.sites import NOTICED_M2, STAGE, Sites
from gridplan.atoms.slivers import SLIVER_M
from gridplan.report import Report

ALONG = 0.25
"""A strip lies along a site where at least this share of its outline is the site's."""


def grown(sites: Sites, faces: Faces, homes: Geometries) -> Sites:
    """The sites with the strips narrower than 8 m between them and the edge of the face they lie in.

    A street is a line in its middle, and a fence stands beside it: the strip between would be an arm of the neighbours' land.
    Strips on which homes stand stay ordinary land, and so do those without which ordinary land of a community would fall apart,
    unless a part is smaller than the site and without homes.

    Parameters
    ----------
    sites : clean ones.
    faces : the land between streets, barriers and borders, as it is without the sites.
    homes : points inside the buildings with households.
    """
    strips, owner = _strips(sites, faces.polygons, homes)
    taken = _taken(strips, owner, sites, faces, homes)
    shapes = sites.shapes.copy()
    for row in np.unique(owner[taken]):
        added = strips[taken & (owner == row)]
        shapes[row] = areal(np.array([shapely.union_all([shapes[row], *added], grid_size=GRID_M)]))[0]
    gained = shapely.area(shapes) - shapely.area(sites.shapes)
    more = np.flatnonzero(gained > NOTICED_M2)
    report = Report.of(STAGE, "report.site_strip", sites.ids[more], [f"{gained[row]:.0f} m2" for row in more])
    return replace(sites, shapes=shapes, report=sites.report + report)


def _strips(sites: Sites, faces: Geometries, homes: Geometries) -> tuple[Geometries, Ints]:
    """The strips without homes along a site, the largest of each site first, and the row of the site of each."""
    site, face = shapely.STRtree(faces).query(sites.shapes, predicate="intersects")
    inside = shapely.area(shapely.intersection(sites.shapes[site], faces[face])) > NOTICED_M2
    rest = shapely.difference(faces[np.unique(face[inside])], shapely.union_all(sites.shapes), grid_size=GRID_M)
    half = SLIVER_M / 2
    # What an opening by a square of 8 m leaves out is narrower than that.
    wide = shapely.buffer(shapely.buffer(rest, -half, join_style="mitre", mitre_limit=2), half, join_style="mitre", mitre_limit=2)
    strips = shapely.get_parts(areal(shapely.difference(rest, wide, grid_size=GRID_M)))
    strips = strips[shapely.area(strips) > NOTICED_M2]
    strip, near = shapely.STRtree(sites.shapes).query(strips, predicate="dwithin", distance=2 * GRID_M)
    fence = shapely.buffer(sites.shapes, 2 * GRID_M)
    shared = shapely.length(shapely.intersection(shapely.boundary(strips[strip]), fence[near]))
    shared = np.round(shared / shapely.length(strips[strip]), 3)
    order = np.lexsort((near, -shared, strip))
    first = order[run_starts(strip[order])]
    lived_in = np.unique(shapely.STRtree(strips).query(homes, predicate="intersects")[1])
    first = first[(shared[first] >= ALONG) & ~np.isin(strip[first], lived_in)]
    strips, near = strips[strip[first]], near[first]
    middle = np.round(shapely.get_coordinates(shapely.point_on_surface(strips)), 3)
    order = np.lexsort((middle[:, 1], middle[:, 0], -np.round(shapely.area(strips), 3), near))
    return strips[order], near[order].astype(np.int64)


def _taken(strips: Geometries, owner: Ints, sites: Sites, faces: Faces, homes: Geometries) -> NDArray[np.bool_]:
    """Whether each strip can go to its site, one after the other, and leave ordinary land whole."""
    polygons = node(shapely.boundary(np.concatenate([faces.polygons, sites.shapes, strips])))
    face = covering(polygons, faces.polygons)
    polygons, face = polygons[face >= 0], face[face >= 0]
    mosaic = tiles(polygons)
    ordinary = covering(polygons, sites.shapes) < 0
    strip = covering(polygons, strips)
    lived_in = np.isin(np.arange(len(polygons)), shapely.STRtree(polygons).query(homes, predicate="intersects")[1])
    site_m2 = shapely.area(sites.shapes)
    taken = np.zeros(len(strips), dtype=bool)
    for row in range(len(strips)):
        without = ordinary & (strip != row)
        if _whole(mosaic, faces.community[face], ordinary, without, lived_in, float(site_m2[owner[row]])):
            taken[row] = True
            ordinary = without
    return taken


def _whole(
    mosaic: Tiles,
    community: Ints,
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    lived_in: NDArray[np.bool_],
    most_m2: float,
) -> bool:
    """Whether no part of the land before falls apart, but for parts without homes up to ``most_m2``."""
    one, other = mosaic.first, mosaic.second
    same = community[one] == community[other]
    joined, kept = same & before[one] & before[other], same & after[one] & after[other]
    whole = components(len(mosaic), one[joined], other[joined])
    part = components(len(mosaic), one[kept], other[kept])
    rows = np.flatnonzero(after & np.isin(whole, whole[before & ~after]))
    if not len(rows):
        return True
    _, start, piece = np.unique(part[rows], return_index=True, return_inverse=True)
    area = np.bincount(piece, weights=shapely.area(mosaic.polygons[rows]))
    counts = (np.bincount(piece, weights=lived_in[rows]) > 0) | (area >= most_m2)
    return bool((np.bincount(whole[rows[start]], weights=counts) <= 1).all())
