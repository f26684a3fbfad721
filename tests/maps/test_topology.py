"""Shared lines are written once, and polygons come back as they were."""

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gridplan.maps.background import background, building_rings
from gridplan.maps.polylines import PER_DEGREE
from gridplan.maps.topology import Topology, make_topology
from tests.samples import sample_plan


def shapes_of(topology: Topology, layer: str) -> list[shapely.Geometry]:
    """The polygons as the page draws them."""
    arcs = [(arc + topology.origin) / PER_DEGREE for arc in topology.arcs.each()]

    def ring(references: list[int]) -> list[tuple[float, float]]:
        parts = [arcs[reference] if reference >= 0 else arcs[~reference][::-1] for reference in references]
        return [tuple(point) for part in parts for point in part[:-1]]

    rows = topology.layers[layer].nested()
    polygons = [[Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]) for rings in row] for row in rows]
    return [row[0] if len(row) == 1 else MultiPolygon(row) for row in polygons]


def test_two_squares_share_one_line() -> None:
    squares = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    topology = make_topology({"grids": squares})
    assert len(topology.arcs) == 3, "the line between them, and what is left of each"
    assert all(shapely.equals(shapes_of(topology, "grids"), squares))


def test_hole_and_what_fills_it_share_their_ring() -> None:
    inner = box(1, 1, 2, 2)
    outer = Polygon(box(0, 0, 3, 3).exterior, [inner.exterior])
    topology = make_topology({"grids": [outer, inner], "units": [inner, inner]})
    assert len(topology.arcs) == 2
    assert all(shapely.equals(shapes_of(topology, "grids"), [outer, inner]))
    assert all(shapely.equals(shapes_of(topology, "units"), [inner, inner]))


def test_rings_that_run_the_other_way_or_start_elsewhere_are_the_same_lines() -> None:
    corners = [(0, 0), (1, 0), (2, 1), (1, 2), (0, 1)]
    turned = [Polygon(corners[start:] + corners[:start]) for start in range(5)]
    turned += [Polygon(shape.exterior.coords[::-1]) for shape in turned]
    topology = make_topology({"grids": turned, "units": [shapely.box(2, 1, 3, 2)]})
    assert len(topology.arcs) == 2, "the ring cut at the corner where the box touches it, and the box"
    assert all(shapely.equals(shapes_of(topology, "grids"), turned))


def test_parts_of_a_multipolygon_stay_together() -> None:
    row = MultiPolygon([box(0, 0, 1, 1), box(1, 1, 2, 2)])
    topology = make_topology({"grids": [box(5, 5, 6, 6), row]})
    assert shapely.equals(shapes_of(topology, "grids")[1], row)


def test_nothing_to_draw() -> None:
    topology = make_topology({"grids": []})
    assert (topology.origin, len(topology.arcs), shapes_of(topology, "grids")) == ((0, 0), 0, [])


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.lists(st.integers(0, 4), min_size=36, max_size=36))
def test_every_cut_of_a_lattice_comes_back(wide: int, high: int, zone: list[int]) -> None:
    cells = [(box(x, y, x + 1, y + 1), zone[6 * y + x]) for y in range(high) for x in range(wide)]
    zones = [
        shapely.coverage_union_all([cell for cell, number in cells if number == found]) for found in sorted({n for _, n in cells})
    ]
    topology = make_topology({"grids": zones, "units": [cell for cell, _ in cells]})
    assert all(shapely.equals(shapes_of(topology, "grids"), zones))
    assert all(shapely.equals(shapes_of(topology, "units"), [cell for cell, _ in cells]))
    segments = sum(len(arc) - 1 for arc in topology.arcs.each())
    assert segments == wide * (high + 1) + high * (wide + 1), "each unit step of the lattice is drawn once"


def test_buildings_and_background_count_from_the_origin() -> None:
    plan = sample_plan()
    origin = make_topology({"grids": plan.grids.geometry}).origin
    made = building_rings(plan.buildings.geometry.to_numpy(), origin)
    assert len(made) == len(plan.buildings)
    point = plan.buildings.geometry.geom_type.tolist().index("Point")
    assert made.starts[point + 1] - made.starts[point] == 1
    (place,) = made.lines.each()[made.starts[point]]
    spot = Point((place + origin) / PER_DEGREE)
    assert spot.distance(plan.buildings.geometry[point]) < 1e-6
    drawn = background(None, (0, 0, 1, 1), origin)
    assert not any(len(rows) for rows in drawn.values())
