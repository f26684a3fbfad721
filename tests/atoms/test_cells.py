"""Hand-drawn towns whose cells a reader can check by eye. Coordinates are metres from the corner of a square of 300 m."""

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from gridplan.atoms import make_atoms
from gridplan.errors import GeometryError
from tests.atoms.promises import assert_atoms
from tests.strategies.towns import SOUTH, WEST, houses, place, town


def at(shape: shapely.Geometry) -> shapely.Geometry:
    return translate(shape, WEST, SOUTH)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return at(shapely.box(west, south, east, north))


def line(*points: tuple[float, float]) -> shapely.LineString:
    return at(shapely.LineString(points))


def test_two_houses_and_a_street_between_them() -> None:
    atoms = make_atoms(
        town(houses([box(50, 100, 60, 110), box(200, 100, 210, 110)], [1, 2]), streets=[line((100, 0), (100, 300))])
    )
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["b0", "b1"]
    assert atoms.cells["households"].tolist() == [1, 2]
    assert atoms.cells.geometry.iloc[0].equals(box(0, 0, 100, 300))
    assert atoms.cells.geometry.iloc[1].equals(box(100, 0, 300, 300))


def test_two_houses_without_a_street_meet_half_way() -> None:
    atoms = make_atoms(town(houses([box(100, 100, 110, 200), box(190, 100, 200, 200)], [1, 1])))
    assert_atoms(atoms)
    west = box(0, 0, 150, 300)
    assert atoms.cells.geometry.iloc[0].symmetric_difference(west).area < 0.01 * west.area


def test_a_common_wall_is_the_border() -> None:
    atoms = make_atoms(town(houses([box(100, 100, 120, 150), box(120, 100, 140, 150)], [1, 1])))
    wall = line((120, 101), (120, 149))
    assert atoms.cells.geometry.iloc[0].boundary.hausdorff_distance(wall) > 1
    assert (
        shapely.hausdorff_distance(shapely.intersection(shapely.buffer(wall, 0.3), atoms.cells.geometry.iloc[0].boundary), wall)
        < 0.4
    )


def test_a_path_does_not_cut_but_a_river_does() -> None:
    buildings = houses([box(50, 100, 60, 110)], [1])
    path = town(buildings, streets=[line((150, 0), (150, 300))], classes=["path"])
    assert len(make_atoms(path).cells) == 1
    river = make_atoms(town(buildings, rivers=[line((150, 0), (150, 300))]))
    assert_atoms(river)
    assert river.cells["id"].tolist() == ["b0", "face-1"]
    assert river.cells["households"].tolist() == [1, 0]


def test_a_river_that_stops_short_of_the_next_line_still_separates() -> None:
    buildings = houses([box(50, 100, 60, 110), box(200, 100, 210, 110)], [1, 1])
    atoms = make_atoms(town(buildings, rivers=[line((150, 0), (150, 260))]))
    assert_atoms(atoms)
    assert atoms.cells.geometry.iloc[0].equals(box(0, 0, 150, 300))
    far = make_atoms(town(buildings, rivers=[line((150, 0), (150, 150))]))
    assert_atoms(far)
    assert not far.cells.geometry.iloc[0].equals(box(0, 0, 150, 300))


def test_a_strip_between_carriageways_joins_a_neighbour_but_not_across_a_river() -> None:
    buildings = houses([box(50, 100, 60, 110), box(200, 100, 210, 110)], [1, 1])
    strip = [line((148, 0), (148, 300)), line((152, 0), (152, 300))]
    dual = make_atoms(town(buildings, streets=strip))
    assert_atoms(dual)
    assert len(dual.cells) == 2
    water = make_atoms(town(buildings, rivers=strip))
    assert_atoms(water)
    assert water.cells["id"].tolist() == ["b0", "b1", "face-1"]


def test_a_building_astride_a_street_has_its_land_on_the_side_of_its_larger_part() -> None:
    atoms = make_atoms(town(houses([box(90, 100, 130, 110), box(20, 20, 30, 30)], [4, 1]), streets=[line((100, 0), (100, 300))]))
    assert_atoms(atoms)
    assert atoms.cells.geometry.iloc[0].equals(box(100, 0, 300, 300))
    assert atoms.buildings["cell"].tolist() == [0, 1]


def test_identical_and_nested_footprints_share_a_cell_as_buildings_of_their_own() -> None:
    outer = box(100, 100, 140, 140)
    atoms = make_atoms(town(houses([outer, outer, box(110, 110, 120, 120), box(200, 200, 210, 210)], [8, 7, 3, 2])))
    assert_atoms(atoms)
    assert atoms.buildings["cell"].tolist() == [0, 0, 0, 1]
    assert atoms.cells["households"].tolist() == [18, 2]
    assert atoms.sections["building"].tolist() == ["b0", "b1", "b2", "b3"]
    rows = atoms.report.rows
    assert rows["id"][rows["reason"] == "report.shares_land"].tolist() == ["b1", "b2"]


def test_a_building_on_the_smaller_part_of_another_has_land_of_its_own() -> None:
    two = shapely.MultiPolygon([box(20, 20, 60, 60), box(200, 200, 218, 218)])
    atoms = make_atoms(town(houses([two, box(199, 199, 219, 219), box(120, 120, 130, 130)], [9, 8, 1])))
    assert_atoms(atoms)
    assert atoms.cells[["id", "households"]].to_numpy().tolist() == [["b0", 9], ["b1", 8], ["b2", 1]]
    assert shapely.covers(atoms.cells.geometry.iloc[1], box(200, 200, 218, 218))
    assert atoms.report.rows.empty


def test_a_building_on_another_across_the_street_has_land_on_its_own_side() -> None:
    spans, on_it = box(60, 100, 120, 140), box(105, 110, 115, 120)
    atoms = make_atoms(town(houses([spans, on_it], [4, 3]), streets=[line((100, 0), (100, 300))]))
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["b0", "b1"]
    assert atoms.cells.geometry.iloc[1].equals(box(100, 0, 300, 300))


def test_estimated_buildings_drawn_twice_count_once() -> None:
    outer = box(100, 100, 140, 140)
    atoms = make_atoms(town(houses([outer, outer], [8, 8], estimated=True)))
    assert atoms.buildings["id"].tolist() == ["b0"]
    rows = atoms.report.rows
    assert rows[rows["reason"] == "report.duplicate"][["id", "detail"]].to_numpy().tolist() == [["b1", "of b0 households=8"]]


def test_points_have_cells_too_and_share_the_land_of_a_footprint_they_lie_on() -> None:
    shapes = [
        at(shapely.Point(75, 150)),
        at(shapely.Point(225, 150)),
        at(shapely.Point(225, 150)),
        box(70, 20, 80, 30),
        at(shapely.Point(75, 25)),
    ]
    atoms = make_atoms(town(houses(shapes, [1, 2, 3, 4, 5])))
    assert_atoms(atoms)
    assert atoms.buildings["cell"].tolist() == [0, 1, 1, 2, 2]
    assert atoms.cells["id"].tolist() == ["b0", "b1", "b3"]


def test_an_invalid_footprint_is_repaired_and_an_empty_one_left_out_with_its_households() -> None:
    bow = at(shapely.Polygon([(100, 100), (120, 120), (120, 100), (100, 120)]))
    atoms = make_atoms(town(houses([bow, shapely.Polygon(), box(10, 10, 10.5, 10.5), box(20, 20, 20.5, 20.5)], [3, 4, 0, 6])))
    assert_atoms(atoms)
    assert atoms.buildings["id"].tolist() == ["b0", "b3"]
    said = atoms.report.rows.set_index("id")
    assert said.loc["b0", "reason"] == "report.repaired"
    assert said.loc["b1", ["reason", "detail"]].tolist() == ["report.empty", "households=4"]
    assert said.loc["b2", "reason"] == "report.tiny"
    assert said.loc["b3", "reason"] == "report.tiny_point"


def test_a_building_outside_every_community_is_listed_and_left_out() -> None:
    atoms = make_atoms(town(houses([box(10, 10, 20, 20), box(-50, 10, -40, 20), box(-8, 50, 2, 60)], [1, 9, 5])))
    assert_atoms(atoms)
    assert atoms.buildings["id"].tolist() == ["b0"]
    outside = atoms.report.rows[atoms.report.rows["reason"] == "report.outside"]
    assert outside[["id", "detail"]].to_numpy().tolist() == [["b1", "0% inside households=9"], ["b2", "20% inside households=5"]]


def test_neighbouring_communities_share_vertices_and_a_straddling_building_belongs_to_one() -> None:
    communities = place("c1", "c2", shapes=[box(0, 0, 150, 300), box(150, 0, 300, 300)])
    atoms = make_atoms(
        town(houses([box(140, 100, 180, 120), box(20, 20, 30, 30), box(250, 200, 260, 210)], [4, 1, 1]), communities=communities)
    )
    assert_atoms(atoms)
    assert atoms.cells[["community", "id"]].to_numpy().tolist() == [["c1", "b1"], ["c2", "b0"], ["c2", "b2"]]
    straddles = atoms.report.rows[atoms.report.rows["reason"] == "report.straddles"]
    assert straddles[["id", "detail"]].to_numpy().tolist() == [["b0", "c2"]]


def test_a_community_without_buildings_stays_as_empty_land() -> None:
    communities = place("c1", "c2", shapes=[box(0, 0, 150, 300), box(150, 0, 300, 300)])
    atoms = make_atoms(town(houses([box(20, 20, 30, 30)], [1]), communities=communities))
    assert_atoms(atoms)
    assert atoms.cells["households"].tolist() == [1, 0]
    assert atoms.cells.geometry.iloc[1].equals(box(150, 0, 300, 300))
    assert atoms.report.rows[["reason", "id"]].to_numpy().tolist() == [["report.no_buildings", "c2"]]
    assert not (atoms.sections["piece"] == 1).any()


def test_communities_that_overlap_are_refused_by_name() -> None:
    communities = place("c1", "c2", shapes=[box(0, 0, 160, 300), box(150, 0, 300, 300)])
    with pytest.raises(GeometryError, match=r"GP302 communities c1 and c2 overlap by 3000 m2"):
        make_atoms(town(houses([box(20, 20, 30, 30)], [1]), communities=communities))


def test_a_community_in_two_parts_keeps_both() -> None:
    communities = place("c1", shapes=[shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 200, 300, 300)])])
    atoms = make_atoms(town(houses([box(20, 20, 30, 30)], [1]), communities=communities))
    assert_atoms(atoms)
    assert atoms.cells["id"].tolist() == ["b0", "face-1"]
    assert np.isclose(atoms.communities.area.iloc[0], 20_000)
