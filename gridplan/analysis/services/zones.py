"""The zones of a plan that buildings are counted in, level by level."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.graph.atom_graph import Ints
from gridplan.plan import Plan

_LAYERS = (("area", "areas"), ("community", "communities"), ("grid", "grids"))
#: Code of the whole plan, at level ``town``.
WHOLE = "all"


@dataclass(frozen=True)
class Zones:
    """Zones of one level, and the zone of each building of the plan, -1 for none."""

    level: str
    codes: list[str]
    names: list[str | None]
    of: Ints


def zones_of(plan: Plan, classes: pd.Series | None = None, *, none: str = "") -> Iterator[Zones]:
    """The whole plan, each administrative area (they nest, so each is told alone), the communities, the grids, the classes.

    ``classes`` has the class of compound by building, in the plan's order; the class ``none`` comes last.
    """
    buildings, grids, communities = plan.buildings, plan.grids, plan.communities
    grid = pd.Index(grids["code"]).get_indexer(buildings["grid"])
    community = pd.Index(communities["code"]).get_indexer(grids["community"])[grid]
    areas = plan.areas[~plan.areas["made"].astype(bool)].drop_duplicates("code").sort_values("code")
    top = areas[areas["parent"].isna()]
    yield Zones("town", [WHOLE], [top["name"].iloc[0] if len(top) == 1 else None], np.zeros(len(buildings), np.int64))
    parent = areas.set_index("code")["parent"]
    chains = [_above(code, parent) for code in communities["parent"]]
    for code, name in zip(areas["code"], areas["name"], strict=True):
        inside = np.array([code in chain for chain in chains], bool)
        yield Zones("area", [code], [name], np.where(inside[community], 0, -1))
    yield Zones("community", communities["code"].tolist(), communities["name"].tolist(), community)
    yield Zones("grid", grids["code"].tolist(), grids["name"].tolist(), grid)
    if classes is not None:
        codes = sorted(set(classes), key=lambda code: (code == none, code))
        yield Zones("compound_class", codes, list(codes), pd.Index(codes).get_indexer(classes).astype(np.int64))


def _above(code: object, parent: pd.Series) -> list[str]:
    """The areas that a community of parent ``code`` lies in."""
    chain: list[str] = []
    while isinstance(code, str) and code in parent.index:
        chain.append(code)
        code = parent[code]
    return chain


def zone_land(plan: Plan, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """The table (``level`` and ``code`` of zones) with the land of each zone; none for classes of compounds."""
    land = {(level, code): shape for level, layer in _LAYERS for code, shape in _land(plan, layer)}
    land["town", WHOLE] = shapely.union_all(np.asarray(plan.communities.geometry.array, dtype=object))
    shapes = [land.get(zone) for zone in zip(table["level"], table["code"], strict=True)]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=plan.communities.crs))


def _land(plan: Plan, layer: str) -> Iterator[tuple[str, shapely.Geometry]]:
    table = getattr(plan, layer)
    yield from zip(table["code"], table.geometry.array, strict=True)
