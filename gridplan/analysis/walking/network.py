"""The network that people walk on: nodes and edges in metres, from lines."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gridplan import crs as reference
from gridplan.analysis.walking.noding import Edges, Insertions, edges_of, loose_ends
from gridplan.errors import InputError
from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Shapes
from gridplan.progress import Progress, silent
from gridplan.report import Report

#: An end of a street this near to another street meets it, metres: drawn by hand, it seldom meets it exactly.
JOINED_WITHIN_M = 1.0
#: Classes (of columns ``class`` and ``highway``) that nobody walks on.
NOT_WALKED = frozenset(("motorway", "motorway_link"))


@dataclass(frozen=True)
class WalkingNetwork:
    """Nodes and edges that are walked both ways, in metres.

    Parameters
    ----------
    x, y : of the nodes.
    start, end : nodes of each edge.
    length : metres of each edge.
    lines : the edges as lines, from ``start`` to ``end``.
    component : of each node; edges join nodes of one component alone. 0 is the one with most metres of edges.
    component_m : metres of edges of each component.
    crs : the metre CRS of it all.
    report : streets that are not walked, ends that were joined, components apart from the largest.
    """

    x: Floats
    y: Floats
    start: Ints
    end: Ints
    length: Floats
    lines: Shapes
    component: Ints
    component_m: Floats
    crs: CRS
    report: Report

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The edges by where they are."""
        return shapely.STRtree(self.lines)


def walking_network(
    streets: gpd.GeoDataFrame,
    *,
    crs: CRS | None = None,
    join_within_m: float = JOINED_WITHIN_M,
    crossings: Literal["bridges", "junctions"] = "bridges",
    progress: Progress = silent,
) -> WalkingNetwork:
    """The walking network of a table of lines, such as ``streets`` of a town.

    Lines meet where they share a vertex, as OpenStreetMap's ways do. An end of a line that shares none meets another line where
    it lies within ``join_within_m`` of it; the report counts these. Whether a street is one-way is not asked.

    Parameters
    ----------
    streets
        Lines in any CRS that is stated. Motorways are left out where a column ``class`` or ``highway`` names them; ways under a
        column ``foot`` that says ``no`` as well.
    crs
        A metre CRS to work in; None: the UTM zone.
    join_within_m
        0 joins no ends but those that lie on another line.
    crossings
        Lines that cross without a common vertex: ``bridges`` do not meet; ``junctions`` for street maps that were drawn so.

    Raises
    ------
    InputError
        GP105, GP106, GP137 of the CRS; GP164 no line can be walked; GP167 ``join_within_m`` is below 0.

    Notes
    -----
    About 5 s of one core for a million edges, more where they are to be projected; 0.1 s for a district.
    """
    if not join_within_m >= 0:
        raise InputError("GP167", given=f"{join_within_m:g}")
    progress("stage.walking", 0, 3)
    rows, lines, report = _walked(streets)
    if not len(lines):
        raise InputError("GP164", count=len(streets))
    table = gpd.GeoDataFrame(geometry=lines, crs=streets.crs)
    metres = reference.local_crs(table) if crs is None else crs
    shapes = np.asarray(reference.to_crs(table, metres).geometry.array, dtype=object)
    once = _without_doubles(shapes)
    rows, shapes = rows[once], shapes[once]
    progress("stage.walking", 1, 3)
    inserted, joined = _joined(shapes, streets.index[rows], join_within_m)
    if crossings == "junctions":
        inserted = _together(inserted, _crossed(shapes))
    edges = edges_of(shapes, inserted)
    progress("stage.walking", 2, 3)
    network = _network(edges, metres, report + joined)
    progress("stage.walking", 3, 3)
    return network


def _walked(streets: gpd.GeoDataFrame) -> tuple[Ints, Shapes, Report]:
    """The single lines that can be walked, the row that each comes from, and what was left out."""
    reference.checked(streets, "streets")
    barred = np.zeros(len(streets), bool)
    for column in {"class", "highway"} & set(streets.columns):
        barred |= streets[column].map(_is_not_walked).to_numpy(bool)
    if "foot" in streets.columns:
        barred |= (streets["foot"] == "no").to_numpy(bool)
    shapes = shapely.force_2d(np.asarray(streets.geometry.array, dtype=object))
    is_line = np.isin(shapely.get_type_id(shapes), (1, 2, 5)) & ~shapely.is_empty(shapes)
    report = Report.of("walking", "report.walk_barred", streets.index[barred & is_line])
    report = report + Report.of("walking", "report.walk_no_line", streets.index[~is_line])
    kept = np.flatnonzero(is_line & ~barred)
    parts, source = shapely.get_parts(shapes[kept], return_index=True)
    sound = (shapely.length(parts) > 0) & np.isfinite(shapely.length(parts))
    report = report + Report.of("walking", "report.walk_no_line", streets.index[kept[source[~sound]]])
    return kept[source[sound]], parts[sound], report


def _is_not_walked(value: object) -> bool:
    """Whether a class says so; osmnx gives the classes of an edge that joins several ways as a list, a file its text."""
    if isinstance(value, list):
        return all(word in NOT_WALKED for word in value)
    if isinstance(value, str) and value.startswith("["):
        return all(word.strip(" '\"") in NOT_WALKED for word in value.strip("[]").split(","))
    return isinstance(value, str) and value in NOT_WALKED


def _joined(lines: Shapes, labels: pd.Index, within_m: float) -> tuple[Insertions, Report]:
    """A vertex on the nearest other line for each loose end that lies within ``within_m`` of one."""
    line, xy = loose_ends(lines)
    points = shapely.points(xy)
    end, other = shapely.STRtree(lines).query(points, predicate="dwithin", distance=max(within_m, 1e-6))
    end, other = end[line[end] != other], other[line[end] != other]
    away = shapely.distance(points[end], lines[other])
    order = np.lexsort((other, np.round(away, 6), end))
    first = order[np.r_[True, np.diff(end[order]) != 0][: len(order)]]
    end, other, away = end[first], other[first], away[first]
    along = shapely.line_locate_point(lines[other], points[end])
    report = Report.of("walking", "report.walk_joined", labels[line[end]], [f"{gap:.3f} m" for gap in away])
    return Insertions(other.astype(np.int64), along, xy[end]), report


def _crossed(lines: Shapes) -> Insertions:
    """The points where two lines cross, as vertices of both."""
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    one, other = one[one < other], other[one < other]
    xy, pair = shapely.get_coordinates(shapely.intersection(lines[one], lines[other]), return_index=True)
    line, both = np.r_[one[pair], other[pair]], np.r_[xy, xy]
    return Insertions(line.astype(np.int64), shapely.line_locate_point(lines[line], shapely.points(both)), both)


def _together(one: Insertions, other: Insertions) -> Insertions:
    return Insertions(np.r_[one.line, other.line], np.r_[one.along, other.along], np.r_[one.xy, other.xy])


def _without_doubles(lines: Shapes) -> Ints:
    """The rows without those drawn before, in either direction, as osmnx gives each street there and back."""
    alike = np.flatnonzero(pd.DataFrame(shapely.bounds(lines)).duplicated(keep=False).to_numpy(bool))
    drawn = pd.Series(shapely.to_wkb(shapely.normalize(lines[alike])))
    once = np.ones(len(lines), bool)
    once[alike[drawn.duplicated().to_numpy(bool)]] = False
    return np.flatnonzero(once).astype(np.int64)


def _network(edges: Edges, metres: CRS, report: Report) -> WalkingNetwork:
    length, count = shapely.length(edges.lines), len(edges.xy)
    pairs = csr_array((np.ones(len(length), np.int8), (edges.start, edges.end)), shape=(count, count))
    components, label = connected_components(pairs, directed=False)
    metres_of = np.bincount(label[edges.start], length, minlength=components).astype(np.float64)
    order = np.lexsort((np.arange(components), -np.round(metres_of, 3)))
    rank = np.empty(components, np.int64)
    rank[order] = np.arange(components)
    apart = [f"{number + 1}" for number in range(1, components)]
    found = Report.of("walking", "report.walk_apart", apart, [f"{size:.0f} m" for size in metres_of[order][1:]])
    return WalkingNetwork(
        x=edges.xy[:, 0],
        y=edges.xy[:, 1],
        start=edges.start,
        end=edges.end,
        length=length,
        lines=edges.lines,
        component=rank[label],
        component_m=metres_of[order],
        crs=metres,
        report=report + found,
    )
