"""Walking distances: by hand, against a plain search, on real streets, and where there are no streets."""

import geopandas as gpd
import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

import gridplan as gp
from gridplan.analysis import Distances
from gridplan.errors import InputError
from tests.analysis.walking.test_walking import EAST, METRES, NORTH, street, streets
from tests.analysis.walking.walks import naive_walks, nearest_lines, table


def spots(**at: tuple[float, float]) -> gpd.GeoDataFrame:
    """Places by their id, in metres from a corner of the map."""
    points = [shapely.Point(EAST + x, NORTH + y) for x, y in at.values()]
    return table(list(at), np.array(points, dtype=object), METRES)


def services(**at: tuple[float, float]) -> gpd.GeoDataFrame:
    return spots(**at).assign(kind="clinic")


def metres(found: Distances) -> dict[str, tuple[str, float, str]]:
    rows = found.table.fillna({"service": "-"})
    return {row.building: (row.service, round(row.metres, 3), row.method) for row in rows.itertuples()}


def test_walks_that_can_be_added_up_by_eye() -> None:
    """A square of 100 m; clinic A 10 m above the middle of the lower side, B right of the right side at 80 m::

    +--------+
    |        |- B      house 1 stands below A, 20 m further east; house 2 on the left side at 90 m;
    |   A    |         house 3 left of the corner, where two ways are the same; house 4 far away
    +---+----+
      1
    """
    network = gp.walking_network(streets(street((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))))
    assert len(network.length) == 1  # a ring is one edge
    found = gp.walking_distances(
        spots(one=(70, -5), two=(-2, 90), three=(-3, 0), four=(500, 0)), services(A=(50, 10), B=(101, 80)), network
    )
    assert metres(found) == {
        "one": ("A", 35.0, "network"),  # 5 + 20 + 10: on one edge, no corner is gone round
        "two": ("B", 133.0, "network"),  # 2 + 10 + 100 + 20 + 1; to A 2 + 90 + 50 + 10 = 152
        "three": ("A", 63.0, "network"),  # 3 + 50 + 10
        "four": ("B", 406.941, "straight"),  # beyond 200 m from any street: (399, 80)
    }
    assert found.report.counts() == {("walking", "report.walk_building_off"): 1}


def test_what_cannot_be_walked_is_named_and_counted() -> None:
    """Three streets that do not meet; houses and services on each, on none, and without a place."""
    network = gp.walking_network(streets(street((0, 0), (600, 0)), street((0, 400), (600, 400)), street((0, 900), (600, 900))))
    houses = spots(low=(0, 10), high=(0, 390), off=(0, 650), none=(0, 0))
    houses.loc[3, "geometry"] = None
    given_services = gpd.GeoDataFrame(
        {
            "id": ["A", "B", "C", "D", "E"],
            "kind": ["clinic", "clinic", "school", "school", "clinic"],
        },
        geometry=[shapely.Point(EAST + x, NORTH + y) for x, y in ((100, 0), (300, 1150), (100, 0), (600, 900))] + [None],
        crs=METRES,
    )
    found = gp.walking_distances(houses, given_services, network)
    by_kind = {kind: found.table[found.table["kind"] == kind].set_index("building") for kind in ("clinic", "school")}
    assert by_kind["clinic"]["service"].fillna("-").to_dict() == {"low": "A", "high": "B", "off": "B", "none": "-"}
    assert by_kind["clinic"]["method"].to_dict() == {"low": "network", "high": "straight", "off": "straight", "none": "straight"}
    assert by_kind["school"]["service"].fillna("-").to_dict() == {"low": "C", "high": "-", "off": "D", "none": "-"}
    assert by_kind["school"]["metres"]["off"] == pytest.approx(np.hypot(600, 250))
    assert np.isnan(by_kind["school"]["metres"]["high"])
    reasons = {reason: count for (_, reason), count in found.report.counts().items()}
    assert reasons == {
        "report.walk_building_nowhere": 1,
        "report.walk_building_off": 1,
        "report.walk_service_apart": 1,  # D: no house is on its street
        "report.walk_service_nowhere": 1,
        "report.walk_service_off": 1,
        "report.walk_unreached": 1,
    }
    straight = gp.walking_distances(houses.iloc[:3], given_services)
    assert (straight.table["method"] == "straight").all()
    assert ("walking", "report.walk_no_network") in straight.report.counts()


def test_limits_kinds_and_wrong_tables() -> None:
    network = gp.walking_network(streets(street((0, 0), (600, 0))))
    houses, clinics = spots(a=(0, 0), b=(500, 0)), services(A=(590, 0))
    near = gp.walking_distances(houses, clinics, network, limit_m=100)
    assert metres(near)["b"] == ("A", 90.0, "network")
    assert near.table["service"].isna().tolist() == [True, False]
    with pytest.raises(InputError, match=r"GP165.*school.*clinic"):
        gp.walking_distances(houses, clinics, network, kinds=["school"])
    with pytest.raises(InputError, match="GP104"):
        gp.walking_distances(houses, services(A=(0, 0)).loc[[0, 0]], network)
    assert len(gp.walking_distances(houses, clinics.iloc[:0], network).table) == 0


points = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))


@settings(max_examples=60)
@given(
    st.lists(st.lists(points, min_size=2, max_size=5, unique=True), min_size=1, max_size=12),
    st.lists(points, min_size=1, max_size=8),
    st.lists(points, min_size=1, max_size=6),
    st.booleans(),
)
def test_every_walk_is_the_shortest(
    lines: list[list[tuple[float, float]]],
    houses: list[tuple[float, float]],
    sites: list[tuple[float, float]],
    cross: bool,
) -> None:
    """Streets, houses and services on a coarse lattice, so that they often share places, ends and edges."""
    network = gp.walking_network(
        streets(*(street(*line) for line in lines)), crossings="junctions" if cross else "bridges", crs=None
    )
    moved = {f"h{row}": (x + 3.0, y + 4.0) for row, (x, y) in enumerate(houses)}
    kept = {f"s{row}": at for row, at in enumerate(sites)}
    found = gp.walking_distances(spots(**moved), services(**kept), network, reach_m=100)
    house_at, site_at = (np.array(spots(**at).geometry.array, dtype=object) for at in (moved, kept))
    walks = naive_walks(network, house_at, site_at, 100)
    straight = shapely.distance(house_at[:, None], site_at[None])
    on = [nearest_lines(network.lines, at) <= 100 for at in (house_at, site_at)]
    expected = np.where(on[0][:, None] & on[1], walks, straight).min(axis=1)
    assert np.allclose(found.table["metres"].fillna(np.inf), expected, atol=1e-3)
    reached = found.table["service"].notna().to_numpy()
    assert (found.table["metres"].to_numpy()[reached] >= straight.min(axis=1)[reached] - 1e-3).all()
