"""Nodes: numbered as they are read, and each on its building."""

import geopandas as gpd
import shapely
from shapely import affinity

import gridplan as gp

#: Slabs of a tilted estate: rows from north to south, each from west to east.
ROWS = [["north west", "north east"], ["south west", "south east"]]


def tilted_estate() -> gp.Town:
    """Four slabs of four entrances, the eastern ones further north by a few metres, as nothing stands square to the north."""
    west, south = 500_000, 2_900_000
    ids = [name for row in ROWS for name in row]
    flat = [shapely.box(70 * (n % 2), -40 * (n // 2), 70 * (n % 2) + 56, -40 * (n // 2) + 11.5) for n in range(4)]
    shapes = [affinity.translate(affinity.rotate(shape, 3, origin=(0, 0)), west, south) for shape in flat]
    buildings = gpd.GeoDataFrame(
        {"id": ids, "households": 40, "population": 130, "levels": 5.0, "entrances": 4, "use": "residential"},
        geometry=shapes,
        crs="EPSG:32648",
    )
    land = gpd.GeoDataFrame(
        {"code": ["522730001001"], "name": ["estate"], "kind": ["urban"]},
        geometry=[buildings.union_all().convex_hull.buffer(15)],
        crs="EPSG:32648",
    )
    return gp.checked_town({"communities": land, "buildings": buildings}, source={})


def test_buildings_of_a_tilted_estate_are_numbered_row_by_row() -> None:
    nodes = gp.plan_town(tilted_estate(), scheme="yuehu").nodes
    of_buildings = nodes[nodes["of"] == "building"].sort_values("code")
    assert of_buildings["id"].tolist() == [name for row in ROWS for name in row]


def test_every_entrance_lies_on_its_building() -> None:
    plan = gp.plan_town(tilted_estate(), scheme="yuehu")
    entrances = plan.nodes[plan.nodes["of"] == "entrance"]
    assert len(entrances) == 16
    footprint = plan.buildings.set_index("id").geometry[entrances["building"]].reset_index(drop=True)
    assert footprint.contains(entrances.geometry.reset_index(drop=True)).all()
