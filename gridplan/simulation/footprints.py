"""Footprints of buildings: turned rectangles, and which of them may stay."""

import numpy as np
import shapely

from gridplan.simulation.coverage import Flags, Floats, Geometries

#: Metres from the middle of a street to the nearest wall, by class of street.
CLEAR_M = {"major": 9.0, "minor": 5.0, "path": 2.0}
RAIL_CLEAR_M = 20.0


def rectangles(at: Floats, width: Floats, depth: Floats, angle: Floats) -> Geometries:
    """One polygon each: ``width`` along ``angle`` (radians), ``depth`` across, round ``at``; metres, on whole centimetres."""
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (width / 2)[:, None]
    across = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * (depth / 2)[:, None]
    corners = np.stack([at - along - across, at + along - across, at + along + across, at - along + across], axis=1)
    corners = np.round(np.concatenate([corners, corners[:, :1]], axis=1), 2)
    made: Geometries = np.asarray(shapely.polygons(corners), dtype=object)
    return made


def clear_of(shapes: Geometries, lines: Geometries, distance_m: float) -> Flags:
    """Whether each shape is farther than ``distance_m`` from every line."""
    free = np.ones(len(shapes), dtype=bool)
    if len(lines) and len(shapes):
        free[shapely.STRtree(shapes).query(lines, predicate="dwithin", distance=distance_m)[1]] = False
    return free


def first_come(shapes: Geometries) -> Flags:
    """Whether each shape is apart from every earlier one; whichever comes later gives way."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    free = np.ones(len(shapes), dtype=bool)
    free[other[one < other]] = False
    return free
