"""Shapes come back from their bytes, coarser ones without a tear, and a page paints what is in them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from shapely.geometry import Polygon, box

from benchmarks.api.plan import made_plan
from gridplan.maps import plan_page
from gridplan.maps.packed import Packed, pack, packed_for_page, varints
from gridplan.maps.polylines import PER_DEGREE, Lines, Rows, starts_of
from gridplan.maps.topology import make_topology, touching
from tests.maps.test_plan_page import Opened, opened
from tests.samples import sample_plan

#: Units of the lattice that the painted page shows: with grids and communities some 5,900 shapes.
COLUMNS, ROWS = 75, 75


def numbers(body: bytes) -> list[int]:
    """What ``varints`` wrote, read one byte after the other."""
    found, value, shift = [], 0, 0
    for byte in body:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value, shift = 0, 0
    return found


def read(packed: Packed) -> tuple[dict[str, list[shapely.Geometry]], dict[str, list[list[list[tuple[float, float]]]]]]:
    """Zones and loose lines by layer, as the page reads them."""
    head, at, streams = packed.head, 0, []
    for size in head["streams"]:  # type: ignore[attr-defined]  # JSON
        streams.append(numbers(packed.body[at : at + size]))
        at += size
    counts, *steps = streams[:3]
    x, y = (np.cumsum([(value >> 1) ^ -(value & 1) for value in step]) * head["unit"] for step in steps)
    points = (np.stack([x, y], axis=1) + head["origin"]) / PER_DEGREE
    lines = [line.tolist() for line in np.split(points, np.cumsum(counts)[:-1])]
    known, rest = 0, iter(streams[3:])
    zones: dict[str, list[shapely.Geometry]] = {}
    for name in head["zones"]:  # type: ignore[attr-defined]
        rows, polygons, rings, written = (next(rest) for _ in range(4))
        references = []
        for each in written:
            references.append((known, False) if each == 0 else (known - 1 - ((each - 1) >> 1), bool((each - 1) & 1)))
            known += each == 0
        arcs, sizes, parts = iter(references), iter(rings), iter(polygons)
        zones[name] = []
        for row in rows:
            made = []
            for _ in range(row):
                shapes = []
                for _ in range(next(parts)):
                    ring: list[list[float]] = []
                    for _ in range(next(sizes)):
                        number, backwards = next(arcs)
                        ring += (lines[number][::-1] if backwards else lines[number])[:-1]
                    shapes.append(ring)
                made.append(Polygon(shapes[0], shapes[1:]))
            zones[name].append(made[0] if len(made) == 1 else shapely.MultiPolygon(made))
    left = iter(lines[int(head["shared"]) :])  # type: ignore[call-overload]
    loose = {name: [[next(left) for _ in range(count)] for count in next(rest)] for name in head["loose"]}  # type: ignore[attr-defined]
    return zones, loose


@given(st.lists(st.integers(0, 2**40)))
def test_numbers_come_back(values: list[int]) -> None:
    assert numbers(varints(np.array(values, dtype=np.int64))) == values


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.lists(st.integers(0, 3), min_size=25, max_size=25))
def test_every_cut_of_a_lattice_comes_back(wide: int, high: int, zone: list[int]) -> None:
    cells = [box(x, y, x + 1, y + 1) for y in range(high) for x in range(wide)]
    of = [zone[5 * y + x] for y in range(high) for x in range(wide)]
    grids = [
        shapely.coverage_union_all([cell for cell, number in zip(cells, of, strict=True) if number == each])
        for each in sorted(set(of))
    ]
    topology = make_topology({"units": cells, "grids": grids})
    line = Rows(starts_of([1, 0]), Lines(np.array([[0, 0], [5, -7]]), starts_of([2])))
    point = Rows(starts_of([1]), Lines(np.array([[3, 4]]), starts_of([1])))
    zones, loose = read(pack(topology, {"line": line, "point": point}))
    assert all(shapely.equals(zones["units"], cells))
    assert all(shapely.equals(zones["grids"], grids))
    assert [[len(ring) for ring in row] for rows in loose.values() for row in rows] == [[2], [], [1]]
    near = [
        [number for number, other in enumerate(cells) if other is not cell and cell.intersection(other).length > 0]
        for cell in cells
    ]
    assert touching(topology.layers["units"]) == near


@pytest.mark.parametrize(("unit", "tolerance"), [(1, 0), (4, 8), (16, 64)])
def test_coarser_shapes_do_not_tear_and_stay_where_they_are(unit: int, tolerance: float) -> None:
    plan = made_plan(columns=25, rows=25)
    cells, grids = plan.units.geometry.to_numpy(), plan.grids.geometry.to_numpy()
    topology = make_topology({"units": cells, "grids": grids})
    exact, coarse = pack(topology, {}), pack(topology, {}, unit=unit, tolerance=tolerance)
    zones, _ = read(coarse)
    assert (len(coarse.body) < len(exact.body)) == (unit > 1)
    made = np.array(zones["units"], dtype=object)
    assert shapely.is_valid(made).all()
    assert shapely.coverage_is_valid(made), "neighbours share every line, with no gap and no overlap"
    within = (tolerance + unit) * 1.5 / PER_DEGREE
    assert max(shapely.hausdorff_distance(made, cells)) < within
    united = shapely.coverage_union_all(made)
    assert shapely.coverage_union_all(np.array(zones["grids"], dtype=object)).equals(united)


def test_thin_zones_keep_the_points_that_hold_them_open() -> None:
    # A lens 4 units high between two arcs that a tolerance of 10 would both make one straight line.
    low = [(0, 0), (50, -2), (100, 0)]
    high = [(100, 0), (50, 2), (0, 0)]
    lens = Polygon([*low, *high[1:-1]])
    above = Polygon([(0, 0), (50, 2), (100, 0), (100, 90), (0, 90)])
    below = Polygon([(0, 0), (0, -90), (100, -90), (100, 0), (50, -2)])
    scaled = [shapely.transform(shape, lambda points: points / PER_DEGREE) for shape in (lens, above, below)]
    zones, _ = read(pack(make_topology({"zones": scaled}), {}, tolerance=10))
    assert all(shapely.area(zones["zones"]) > 0)
    assert shapely.coverage_is_valid(np.array(zones["zones"], dtype=object))


def test_few_shapes_are_exact_and_many_say_how_far_they_moved() -> None:
    topology = make_topology({"grids": sample_plan().grids.geometry.to_numpy()})
    assert packed_for_page(topology, {}, 5000) == (pack(topology, {}), 0.0)
    packed, moved = packed_for_page(topology, {}, 5001)
    assert packed.head["unit"] == 4
    assert moved == 0.7


def test_each_level_of_coarseness_that_is_tried_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    topology = make_topology({"grids": sample_plan().grids.geometry.to_numpy()})
    packed_for_page(topology, {}, 5001, lambda *step: told.append(step))
    assert told == [("stage.page_shapes", 0, 5), ("stage.page_shapes", 5, 5)]


def test_points_stay_points_and_small_rings_keep_two_places() -> None:
    topology = make_topology({"grids": [box(0, 0, 1, 1)]})
    rings = [np.array([[8, 8]]), np.array([[8, 8], [9, 8], [9, 9]])]
    loose = Rows(starts_of([1, 1]), Lines(np.concatenate(rings), starts_of([1, 3])))
    _, read_back = read(pack(topology, {"buildings": loose}, unit=4))
    assert [len(ring) for row in read_back["buildings"] for ring in row] == [1, 2]


@pytest.fixture(scope="module")
def lattice_page() -> str:
    """The page of a lattice of more shapes than a browser keeps one by one."""
    return plan_page(made_plan(columns=COLUMNS, rows=ROWS), language="en")


@pytest.fixture
def painted(chromium: Browser, lattice_page: str, tmp_path: Path) -> Iterator[Opened]:
    """That page, which may say nothing on the console and ask for nothing but itself."""
    result = opened(chromium, lattice_page, tmp_path / "lattice.html")
    yield result
    result.page.close()
    assert result.said == []
    assert [url for url in result.asked if not url.startswith("data:")] == [(tmp_path / "lattice.html").as_uri()]


def test_many_shapes_are_painted_found_and_told(painted: Opened, lattice_page: str) -> None:
    page = painted.page
    assert len(lattice_page.encode()) < 1_000_000
    assert page.locator("path.gp-grid").count() == 0
    expect(page.locator("#provenance")).to_contain_text("at most")
    shown = page.evaluate(
        """() => [3, 100, 209].map(row => {
            const map = PlanPage.map, pane = PlanPage.groups.fills._container, place = PlanPage.labelPlace('grids', row);
            const at = map.latLngToLayerPoint(place).subtract(L.DomUtil.getPosition(pane));
            const drawn = pane.getContext("2d").getImageData(at.x * devicePixelRatio, at.y * devicePixelRatio, 1, 1).data;
            const hex = [...drawn.slice(0, 3)].map(value => value.toString(16).padStart(2, "0")).join("");
            return [hex, PlanPage.fillOf(row), drawn[3]];
        })"""
    )
    for seen, meant, opacity in shown:
        near = zip(bytes.fromhex(seen), bytes.fromhex(meant[1:]), strict=True)
        assert max(abs(one - other) for one, other in near) <= 2, (seen, meant)
        assert 135 <= opacity <= 145
    row = page.evaluate("PlanPage.rowAt('grids', PlanPage.labelPlace('grids', 100))")
    assert row == 100
    spot = page.evaluate("PlanPage.map.latLngToContainerPoint(PlanPage.labelPlace('grids', 100))")
    corner = page.locator(".folium-map").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + spot["x"], corner["y"] + spot["y"])
    name = page.evaluate("PlanPage.data.grids.name[100]")
    expect(page.locator("#card h2")).to_have_text(name)
    code = page.evaluate("PlanPage.data.grids.code[37]")
    page.fill("#search", code)
    page.press("#search", "Enter")
    expect(page.locator("#card")).to_contain_text(code)
    assert page.locator("path.gp-chosen").count() == 1


def test_painted_page_prints_on_sheets(painted: Opened) -> None:
    paper = painted.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 2
