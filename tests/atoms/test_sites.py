"""Special sites, hand-drawn and at random. Coordinates are metres from the corner of a square of 300 m."""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.affinity import translate

from gridplan import crs, sources
from gridplan.atoms import Atoms, make_atoms
from gridplan.errors import GeometryError
from gridplan.sources.town import Town
from tests.atoms.promises import assert_atoms, digest, households_left_out, shuffled
from tests.places import shared
from tests.strategies.towns import CRS, SOUTH, WEST, houses, place, town, towns

KINDS = ("school", "hospital", "park")


def at(shape: shapely.Geometry) -> shapely.Geometry:
    return translate(shape, WEST, SOUTH)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return at(shapely.box(west, south, east, north))


def line(*points: tuple[float, float]) -> shapely.LineString:
    return at(shapely.LineString(points))


def with_sites(place: Town, *shapes: shapely.Geometry, kind: str = "school") -> Town:
    """The town with sites s0, s1, ..."""
    rows = {"id": [f"s{row}" for row in range(len(shapes))], "name": None, "kind": kind}
    return dataclasses.replace(place, special_sites=gpd.GeoDataFrame(rows, geometry=list(shapes), crs=CRS))


def cut(place: Town) -> Atoms:
    """The atoms, which hold what atoms always hold."""
    atoms = make_atoms(place, sites=KINDS)
    assert_atoms(atoms)
    assert place.buildings is not None
    assert atoms.cells["households"].sum() + households_left_out(atoms) == place.buildings["households"].sum()
    return atoms


def land(atoms: Atoms, site: str) -> shapely.Geometry:
    rows = (atoms.cells["site"] == site).to_numpy()
    return shapely.union_all(np.asarray(atoms.cells.geometry.array)[rows])


def site_of(atoms: Atoms) -> dict[str, str | None]:
    """The site of each building."""
    sites = atoms.cells["site"].astype(object).where(atoms.cells["site"].notna(), None)
    return {row.id: sites[row.cell] for row in atoms.buildings.itertuples()}


def reasons(atoms: Atoms) -> dict[str, list[str]]:
    rows = atoms.report.rows[atoms.report.rows["stage"] == "sites"]
    return {reason.removeprefix("report."): sorted(group["id"]) for reason, group in rows.groupby("reason")}


BLOCK = houses([box(20, 20, 40, 40), box(140, 140, 160, 160), box(260, 260, 280, 280)], [10, 3, 20])


def test_a_school_in_the_middle_of_a_block() -> None:
    atoms = cut(with_sites(town(BLOCK), box(100, 100, 200, 200)))
    assert shapely.equals(land(atoms, "s0"), box(100, 100, 200, 200))
    assert site_of(atoms) == {"b0": None, "b1": "s0", "b2": None}
    assert atoms.cells.set_index("site")["households"].get("s0") == 3
    assert reasons(atoms) == {}


def test_no_kind_asked_changes_nothing() -> None:
    plain = town(BLOCK)
    school = with_sites(plain, box(100, 100, 200, 200))
    assert digest(make_atoms(school)) == digest(make_atoms(plain)) == digest(make_atoms(school, sites=["park"]))
    assert make_atoms(plain).cells["site"].isna().all()
    with pytest.raises(GeometryError, match=r"GP320 .*castle"):
        make_atoms(school, sites=["castle"])


def test_a_school_at_a_corner_reaches_the_streets_beside_it() -> None:
    streets = [line((150, 0), (150, 300)), line((0, 150), (300, 150))]
    buildings = houses([box(20, 20, 40, 40), box(260, 260, 280, 280)], [10, 20])
    atoms = cut(with_sites(town(buildings, streets=streets), box(80, 80, 144, 145)))
    assert shapely.equals(land(atoms, "s0"), box(80, 80, 150, 150))
    assert reasons(atoms) == {"site_strip": ["s0"]}
    away = cut(with_sites(town(buildings, streets=streets), box(80, 80, 140, 140)))
    assert shapely.equals(land(away, "s0"), box(80, 80, 140, 140))


def test_a_strip_stays_where_it_joins_ordinary_land() -> None:
    # A school from street to street: the only way from b0 to b1 inside the community leads past it.
    ends = houses([box(20, 100, 40, 120), box(260, 100, 280, 120)], [10, 20])
    strip = place("A", shapes=[box(0, 0, 300, 200)])
    atoms = cut(with_sites(town(ends, communities=strip), box(100, 6, 200, 200)))
    assert shapely.equals(land(atoms, "s0"), box(100, 6, 200, 200))
    ordinary = np.asarray(atoms.cells.geometry.array)[atoms.cells["site"].isna().to_numpy()]
    assert shapely.union_all(ordinary).geom_type == "Polygon"
    # A second way round the other side can go: the land stays whole without it.
    both = cut(with_sites(town(ends, communities=strip), box(100, 6, 200, 195)))
    assert shapely.equals(land(both, "s0"), box(100, 0, 200, 195))


def test_a_strip_with_homes_stays_ordinary() -> None:
    kiosk = houses([box(20, 20, 40, 40), box(145, 100, 149, 110)], [10, 2])
    atoms = cut(with_sites(town(kiosk, streets=[line((150, 0), (150, 300))]), box(80, 80, 143, 200)))
    assert site_of(atoms) == {"b0": None, "b1": None}
    assert shapely.equals(land(atoms, "s0"), box(80, 80, 143, 200))


def test_a_street_through_a_park_leaves_a_cell_on_each_side() -> None:
    atoms = cut(with_sites(town(BLOCK, streets=[line((150, 0), (150, 300))]), box(100, 200, 200, 250), kind="park"))
    assert (atoms.cells["site"] == "s0").sum() == 2
    assert shapely.equals(land(atoms, "s0"), box(100, 200, 200, 250))


def test_a_site_over_the_line_of_the_street_keeps_its_land() -> None:
    atoms = cut(with_sites(town(BLOCK, streets=[line((150, 0), (150, 300))]), box(100, 200, 152, 250)))
    assert shapely.equals(land(atoms, "s0"), box(100, 200, 152, 250))
    assert (atoms.cells["site"] == "s0").sum() == 1


def test_across_two_communities_each_part_belongs_to_its_own() -> None:
    two = place("A", "B", shapes=[box(0, 0, 150, 300), box(150, 0, 300, 300)])
    atoms = cut(with_sites(town(BLOCK, communities=two), box(100, 180, 200, 240)))
    parts = atoms.cells[atoms.cells["site"] == "s0"].set_index("community").geometry
    assert shapely.equals(parts["A"], box(100, 180, 150, 240))
    assert shapely.equals(parts["B"], box(150, 180, 200, 240))
    sliver = cut(with_sites(town(BLOCK, communities=two), box(100, 180, 154, 240)))
    assert shapely.equals(land(sliver, "s0"), box(100, 180, 150, 240))
    assert reasons(sliver) == {"site_sliver": ["s0"]}


def test_of_two_that_overlap_the_larger_has_the_common_land() -> None:
    atoms = cut(with_sites(town(BLOCK), box(100, 100, 140, 130), box(120, 100, 220, 180)))
    assert shapely.equals(land(atoms, "s1"), box(120, 100, 220, 180))
    assert shapely.equals(land(atoms, "s0"), box(100, 100, 120, 130))
    assert reasons(atoms) == {"site_overlap": ["s0"]}
    inside = cut(with_sites(town(BLOCK), box(130, 110, 140, 120), box(120, 100, 220, 180)))
    assert reasons(inside) == {"site_overlap": ["s0"], "site_without_land": ["s0"]}


def test_points_stand_for_the_building_there() -> None:
    points = [shapely.Point(30, 30), shapely.Point(170, 150), shapely.Point(31, 30), shapely.Point(250, 50)]
    atoms = cut(with_sites(town(BLOCK), *map(at, points)))
    assert site_of(atoms) == {"b0": "s0", "b1": "s1", "b2": None}
    assert reasons(atoms) == {"site_lost": ["s3"], "site_point": ["s0", "s1"], "site_taken": ["s2"]}


def test_outside_and_empty_sites_are_told() -> None:
    atoms = cut(with_sites(town(BLOCK), box(400, 0, 500, 100), shapely.Polygon()))
    assert atoms.cells["site"].isna().all()
    assert reasons(atoms) == {"site_outside": ["s0"], "site_without_land": ["s1"]}


def test_a_building_across_the_line_goes_where_most_of_it_stands() -> None:
    atoms = cut(with_sites(town(BLOCK), box(146, 100, 300, 200), box(32, 0, 80, 60)))
    assert site_of(atoms) == {"b0": None, "b1": "s0", "b2": None}
    rows = atoms.report.rows[atoms.report.rows["reason"] == "report.site_building"]
    assert rows["detail"].tolist() == ["40% s1 -> -", "70% s0 -> s0"]


def test_land_cut_off_joins_unless_homes_stand_on_it() -> None:
    # A park from edge to edge of the community with a pond in it, then the same around the home b1.
    ring = box(0, 100, 300, 220).difference(box(40, 140, 80, 180))
    atoms = cut(with_sites(town(BLOCK), ring, kind="park"))
    assert shapely.equals(land(atoms, "s0"), box(0, 100, 300, 220))
    assert set(reasons(atoms)) == {"site_enclosed", "site_encloses_homes"}
    around = cut(with_sites(town(BLOCK), box(100, 100, 220, 220).difference(box(130, 130, 170, 170)), kind="park"))
    assert site_of(around)["b1"] is None
    assert reasons(around) == {"site_encloses_homes": ["s0"]}


def test_given_areas_belong_by_their_middle_and_are_not_cut() -> None:
    shapes = [box(100 * x, 0, 100 * x + 100, 300) for x in range(3)]
    areas = gpd.GeoDataFrame(
        {"id": ["a0", "a1", "a2"], "community": "A", "households": [1, 2, 3], "population": None, "compound": None},
        geometry=shapes,
        crs=CRS,
    )
    given_areas = dataclasses.replace(town(houses([], []), communities=place("A")), buildings=None, atoms=areas)
    atoms = make_atoms(with_sites(given_areas, box(90, 0, 210, 300), box(0, 0, 20, 20), at(shapely.Point(10, 10))), sites=KINDS)
    assert_atoms(atoms)
    assert atoms.cells["site"].astype(object).where(atoms.cells["site"].notna(), None).tolist() == ["s2", "s0", None]
    assert reasons(atoms) == {"site_of_areas": ["s0"], "site_point": ["s2"], "site_without_area": ["s1"]}


@st.composite
def towns_with_sites(draw: st.DrawFn) -> Town:
    """A random town with up to four sites: turned boxes, with and without a hole, and points."""
    shapes = []
    for _ in range(draw(st.integers(1, 4))):
        x, y = draw(st.integers(-20, 300)), draw(st.integers(-20, 300))
        width, height = draw(st.integers(4, 160)), draw(st.integers(4, 160))
        shape = shapely.affinity.rotate(box(x, y, x + width, y + height), draw(st.integers(0, 90)))
        form = draw(st.sampled_from(["whole", "whole", "ring", "point"]))
        if form == "ring":
            shape = shape.difference(shapely.affinity.scale(shape, 0.6, 0.6))
        shapes.append(shape.centroid if form == "point" else shape)
    return with_sites(draw(towns()), *shapes)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns_with_sites())
def test_cells_cover_and_a_site_has_its_land(place: Town) -> None:
    atoms = cut(place)
    assert place.special_sites is not None
    areal = place.special_sites[place.special_sites.geometry.geom_type == "Polygon"].geometry
    inside = shapely.union_all(areal).intersection(shapely.union_all(place.communities.geometry))
    of_polygon = atoms.cells["site"].isin(place.special_sites["id"][areal.index])
    union = shapely.union_all(np.asarray(atoms.cells.geometry.array)[of_polygon.to_numpy()])
    # What is missing is narrow: twice its area by its perimeter is below 8 m, so no square of 16 m is in it.
    assert shapely.buffer(inside.difference(union), -8.1, join_style="mitre").area < 1
    told = set(atoms.report.rows["id"])
    assert set(place.special_sites["id"]) <= set(atoms.cells["site"].dropna()) | told


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(towns_with_sites())
def test_order_of_rows_does_not_matter(place: Town) -> None:
    assert digest(make_atoms(place, sites=KINDS)) == digest(make_atoms(shuffled(place, 3), sites=KINDS))


def assert_special(real: Town, kinds: tuple[str, ...]) -> Atoms:
    """The atoms of a real place with its special sites, which hold what they promise."""
    real = sources.estimate_households(real)
    real = real.to_crs(crs.local_crs(real.communities))
    atoms, plain = make_atoms(real, sites=kinds), make_atoms(real)
    assert_atoms(atoms)
    assert atoms.cells["households"].sum() == plain.cells["households"].sum()
    assert real.special_sites is not None
    table = real.special_sites[real.special_sites["kind"].isin(kinds)].set_index("id")
    given = table[table.geom_type != "Point"].geometry
    ground = shapely.union_all(real.communities.geometry.to_numpy())
    whole = shapely.union_all(shapely.make_valid(given.to_numpy())).intersection(ground)
    special = shapely.union_all(np.asarray(atoms.cells.geometry.array)[atoms.cells["site"].isin(given.index).to_numpy()])
    narrow = shapely.buffer(whole.difference(special), -8.1, join_style="mitre")
    assert narrow.area < 1
    # Land of sites is theirs: buildings that stand in one belong to it.
    inside = shapely.within(np.asarray(atoms.buildings.geometry.array), whole)
    assert atoms.cells["site"].notna().to_numpy()[atoms.buildings["cell"].to_numpy()[inside]].all()
    return atoms


def test_schools_and_parks_of_helsinki() -> None:
    atoms = assert_special(sources.demo_town(), ("school", "hospital", "park"))
    assert atoms.cells["site"].nunique() >= 10


def test_schools_and_parks_of_sengkang() -> None:
    folder = shared("sg_sengkang_osm/landcover.geojson").parent
    real = sources.read_files(
        buildings=folder / "buildings_with_units_DERIVED.geojson",
        streets=folder / "roads.geojson",
        barriers=[folder / "railways.geojson", folder / "water_areas.geojson", folder / "water_lines.geojson"],
        special_sites=folder / "landcover.geojson",
        columns={"buildings": {"levels": "max_floor_lvl"}},
    )
    atoms = assert_special(real, ("school", "park"))
    assert atoms.cells["site"].nunique() == 6
    for site, land_of in atoms.cells.groupby("site"):
        assert shapely.union_all(np.asarray(land_of.geometry.array)).geom_type == "Polygon", site
