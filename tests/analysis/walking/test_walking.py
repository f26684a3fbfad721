"""Lines become a walking network: what meets, what does not, what is left out, whatever they come from."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point

import gridplan as gp
from gridplan.analysis import WalkingNetwork
from gridplan.errors import InputError

METRES = "EPSG:32650"
EAST, NORTH = 500_000, 4_000_000


def street(*points: tuple[float, float]) -> LineString:
    """A line through points in metres from a corner of the map."""
    return LineString([(EAST + x, NORTH + y) for x, y in points])


def streets(*lines: object, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(lines), crs=METRES)


def sizes(network: WalkingNetwork) -> list[float]:
    """Metres of each component, the largest first."""
    return [round(metres, 3) for metres in network.component_m.tolist()]


def test_lines_meet_where_they_share_a_vertex_and_nowhere_else() -> None:
    """A cross with a common vertex, and a bridge over one arm that has none::

      |    /
    --+--/-      the bridge is a component of its own
      | /
    """
    network = gp.walking_network(
        streets(street((0, 0), (100, 0), (200, 0)), street((100, -50), (100, 0), (100, 50)), street((130, -40), (170, 40)))
    )
    assert len(network.length) == 5
    assert sizes(network) == [300.0, 89.443]
    assert network.report.counts() == {("walking", "report.walk_apart"): 1}
    assert sizes(gp.walking_network(streets(street((0, 0), (200, 0)), street((100, -50), (100, 50))))) == [200.0, 100.0]
    crossed = gp.walking_network(streets(street((0, 0), (200, 0)), street((100, -50), (100, 50))), crossings="junctions")
    assert sizes(crossed) == [300.0]
    assert len(crossed.length) == 4


def test_ends_that_nearly_touch_are_joined_and_counted() -> None:
    """Three side streets end 0 m, 0.8 m and 1.5 m from the main street; two more end 0.5 m from each other."""
    drawn = streets(
        street((0, 0), (300, 0)),
        street((50, 60), (50, 0)),
        street((100, 60), (100, 0.8)),
        street((150, 60), (150, 1.5)),
        street((300, 200), (350, 200)),
        street((350.5, 200), (400, 200)),
    )
    network = gp.walking_network(drawn)
    joined = network.report.rows[network.report.rows["reason"] == "report.walk_joined"]
    assert joined[["id", "detail"]].to_numpy().tolist() == [
        ["1", "0.000 m"],
        ["2", "0.800 m"],
        ["4", "0.500 m"],
        ["5", "0.500 m"],
    ]
    assert len(network.component_m) == 3
    assert len(gp.walking_network(drawn, join_within_m=2).component_m) == 2
    assert len(gp.walking_network(drawn, join_within_m=0).component_m) == 5


def test_a_tolerance_below_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="GP167"):
        gp.walking_network(streets(street((0, 0), (100, 0))), join_within_m=-1.0)


def test_what_is_not_walked_or_no_line_is_left_out_and_counted() -> None:
    drawn = streets(
        street((0, 0), (100, 0)),
        street((0, 10), (100, 10)),
        street((0, 20), (100, 20)),
        street((0, 30), (100, 30)),
        street((0, 40), (100, 40)),
        None,
        Point(EAST, NORTH),
        street((5, 5), (5, 5)),
        MultiLineString([street((0, 50), (100, 50)), street((100, 50), (100, 0))]),
        highway=["footway", "motorway", ["motorway", "motorway_link"], "['motorway', 'trunk']", "path", *[None] * 4],
        foot=[None, None, None, None, "no", *[None] * 4],
    )
    network = gp.walking_network(drawn)
    assert sizes(network) == [350.0]  # the first, that of a motorway and a trunk road, and both parts of the last
    assert network.report.counts() == {
        ("walking", "report.walk_barred"): 3,
        ("walking", "report.walk_joined"): 1,
        ("walking", "report.walk_no_line"): 3,
    }
    with pytest.raises(InputError, match="GP164"):
        gp.walking_network(drawn.iloc[[1, 5]])
    with pytest.raises(InputError, match="GP105"):
        gp.walking_network(gpd.GeoDataFrame(geometry=[street((0, 0), (1, 1))]))


def test_a_street_there_and_back_is_one_edge_and_two_halves_of_a_ring_are_two() -> None:
    there = street((0, 0), (40, 30), (100, 0))
    ring = street((0, 0), (50, 50), (100, 0)), street((0, 0), (50, -50), (100, 0))
    network = gp.walking_network(streets(there, there.reverse(), *ring))
    assert sorted(np.round(network.length, 3)) == [117.082, 141.421, 141.421]


def graph() -> nx.MultiDiGraph:
    """Three nodes 111 m apart, walked both ways; the second edge has a bend, the third is a motorway."""
    made = nx.MultiDiGraph(crs="EPSG:4326", simplified=True)
    for node in range(3):
        made.add_node(node, x=114.0, y=30 + node / 1000, street_count=1)
    bend = LineString([(114.0, 30.001), (114.001, 30.0015), (114.0, 30.002)])
    for one, other, shape in ((0, 1, None), (1, 2, bend)):
        for a, b, line in ((one, other, shape), (other, one, shape.reverse() if shape else None)):
            with_shape = {"geometry": line} if line else {}
            made.add_edge(a, b, osmid=1, highway="footway", length=111.0, oneway=False, reversed=False, **with_shape)
    made.add_edge(0, 2, osmid=2, highway="motorway", length=222.0, oneway=True, reversed=False)
    return made


def test_a_graph_of_osmnx_gives_the_same_network_from_memory_and_files(tmp_path: Path) -> None:
    osmnx.save_graphml(graph(), tmp_path / "walk.graphml")
    osmnx.save_graph_geopackage(graph(), tmp_path / "walk.gpkg", directed=True)
    tables = [
        gp.streets_of_graph(graph()),
        gp.read_streets(tmp_path / "walk.graphml")[0],
        gp.read_streets(tmp_path / "walk.gpkg")[0],
    ]
    tables[0].to_file(tmp_path / "lines.geojson")
    tables.append(gp.read_streets(tmp_path / "lines.geojson")[0])
    networks = [gp.walking_network(table) for table in tables]
    assert all(network.crs.to_epsg() == 32650 for network in networks)
    for network in networks:
        assert np.allclose(np.sort(network.length), [110.9, 222.5], atol=0.3)
        assert len(network.component_m) == 1
    (tmp_path / "torn.graphml").write_text("<graphml>")
    for name, code in (("torn.graphml", "GP108"), ("none.graphml", "GP101"), ("none.gpkg", "GP101")):
        with pytest.raises(InputError, match=code):
            gp.read_streets(tmp_path / name)


def test_edges_hold_the_whole_length_and_the_same_lines_the_same_bytes() -> None:
    rng = np.random.default_rng(5)
    lines = [street(*rng.uniform(0, 500, (4, 2)).tolist()) for _ in range(200)]
    network = gp.walking_network(streets(*lines), crossings="junctions", join_within_m=0)
    assert network.length.sum() == pytest.approx(shapely.length(lines).sum())
    assert len(network.component_m) == 1
    again = gp.walking_network(streets(*lines), crossings="junctions", join_within_m=0)
    assert shapely.to_wkb(again.lines).tolist() == shapely.to_wkb(network.lines).tolist()
