"""What pictures of plans have in common: the ground under them, outlines of grids and communities, and labels."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.cartography.credits import credit
from gridplan.cartography.style import label_points
from gridplan.maps.pictures import Drawn, Label, Look, Shapes
from gridplan.messages import Language
from gridplan.plan.model import Plan
from gridplan.sources.town import Town

#: How streets, water, rail and walls are drawn, from the ground up.
_GROUND = {
    "river": Look(fill="#cfe3f1", line="#8fb9d8", width=1.4),
    "path": Look(line="#dcd6c8", width=0.4),
    "minor": Look(line="#d4cdbd", width=0.8),
    "major": Look(line="#c3b497", width=1.8),
    "rail": Look(line="#7f7f7f", width=0.7, dash=(5, 3)),
    "wall": Look(line="#8d7b6a", width=0.6),
}
GRID, COMMUNITY = Look(line="#15191d", width=0.9), Look(line="#15191d", width=2.0)


def metre_shapes(table: gpd.GeoDataFrame, plan: Plan) -> Shapes:
    """The shapes of a table in the plan's metre CRS; rows without one are left out."""
    shapes: Shapes = crs.to_crs(table, CRS(plan.fact("crs"))).geometry.to_numpy()
    drawn: Shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    return drawn


def ground_layers(plan: Plan, town: Town | None) -> list[Drawn]:
    """The streets, water, rail and walls of a town, as far as the plan's frame reaches; none without a town."""
    if town is None:
        return []
    west, south, east, north = shapely.total_bounds(metre_shapes(plan.communities, plan)).tolist()
    wide, high = east - west, north - south
    frame = (west - wide, south - high, east + wide, north + high)
    drawn = []
    for kind, look in _GROUND.items():
        found = []
        for table, column in ((town.streets, "class"), (town.barriers, "kind")):
            if table is not None and len(table):
                shapes = metre_shapes(table[table[column] == kind], plan)
                found.append(shapely.clip_by_rect(shapes[shapely.is_valid(shapes)], *frame))
        shapes = np.concatenate(found) if found else np.zeros(0, dtype=object)
        shapes = shapely.get_parts(shapes)
        for dimensions in (2, 1):
            of_kind = shapes[shapely.get_dimensions(shapes) == dimensions]
            if len(of_kind):
                drawn.append(Drawn(of_kind, look))
    return drawn


def outlines(table: gpd.GeoDataFrame, plan: Plan, look: Look, key: str) -> Drawn:
    """The outlines of polygons."""
    return Drawn(shapely.boundary(metre_shapes(table, plan)), look, key)


def zone_labels(zones: gpd.GeoDataFrame, plan: Plan, texts: Sequence[str], ranks: Iterable[float]) -> list[Label]:
    """A text in the middle of each zone where it has room; texts and ranks in the order of the zones."""
    metres = CRS(plan.fact("crs"))
    points, radius = label_points(gpd.GeoDataFrame(geometry=zones.geometry), metres)
    spots = crs.to_crs(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.array(points).reshape(-1, 2).T), crs=crs.LONLAT), metres)
    rows = zip(spots.geometry.x.tolist(), spots.geometry.y.tolist(), texts, radius, ranks, strict=True)
    return [Label(x, y, words, 7.5, room, float(rank)) for x, y, words, room, rank in rows]


def community_labels(plan: Plan) -> list[Label]:
    """The names of the communities, those with most room first; none where there is but one."""
    if len(plan.communities) < 2:
        return []
    made = zone_labels(plan.communities, plan, plan.communities["name"].tolist(), np.zeros(len(plan.communities)))
    # A name may be wider than its community: others make room for it.
    return [replace(label, size=8.5, room_m=float("inf"), rank=label.room_m) for label in made]


def grid_number(code: str, community: str) -> str:
    """The number of a grid in its community: the end of its code."""
    return code.removeprefix(community) or code


def plan_credit(plan: Plan, language: Language) -> str:
    """Whose data the plan is made from."""
    return credit(json.loads(plan.fact("source")), language)
