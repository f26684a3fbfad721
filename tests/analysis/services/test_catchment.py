"""Capacity for 1,000 people within a walk: by hand, and as a whole what all services offer."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridplan as gp
from gridplan.analysis.services.catchment import ENHANCED, PEOPLE_PER_HOUSEHOLD
from gridplan.errors import InputError
from gridplan.plan import Plan
from tests.analysis.walking.test_walking import EAST, METRES, NORTH, street, streets
from tests.places import demo_plan
from tests.samples import sample_plan


def placed_plan() -> Plan:
    """The sample plan with its buildings along a street: a 0 m, b 400 m, c 800 m, tower 1,000 m; d and e far off."""
    plan = sample_plan()
    at = {"楼-a": 0, "楼-b": 400, "楼-c": 800, "楼-塔": 1000, "楼-d": 9000, "楼-e": 9000}
    points = gpd.GeoSeries([shapely.Point(EAST + at[name], NORTH) for name in plan.buildings["id"]], crs=METRES)
    return replace(plan, buildings=plan.buildings.set_geometry(points.to_crs(4326).array))


def clinics(**at: tuple[float, float | None]) -> gpd.GeoDataFrame:
    """Clinics by id: metres along the street, and capacity."""
    points = [shapely.Point(EAST + metres, NORTH) for metres, _ in at.values()]
    columns = {"id": list(at), "kind": "clinic", "capacity": [capacity for _, capacity in at.values()]}
    return gpd.GeoDataFrame(columns, geometry=points, crs=METRES)


def test_shares_that_can_be_added_up_by_eye() -> None:
    """Clinic X (capacity 28) at 200 m serves a and b, Y (92) at 700 m serves b, c and the tower; households 14, 14, 20, 30.

    In households: X offers 28 / 28 = 1 a household, Y 92 / 64; a has X, b both, c and the tower Y.
    """
    network = gp.walking_network(streets(street((0, 0), (1200, 0))))
    found = gp.access_2sfca(placed_plan(), clinics(X=(200, 28), Y=(700, 92), Z=(9000, None)), network, within_m=300)
    size = PEOPLE_PER_HOUSEHOLD
    by_building = found.buildings.set_index("building")["per_1000"] * size / 1000
    y = 92 / 64
    expected = {"楼-a": 1.0, "楼-b": 1 + y, "楼-c": y, "楼-塔": y, "楼-d": 0.0, "楼-e": 0.0}
    assert by_building.to_dict() == pytest.approx(expected)
    zones = found.zones.set_index(["level", "code"])
    grids = zones.loc["grid", "per_1000"] * size / 1000
    assert grids.tolist() == pytest.approx([(14 + 14 * (1 + y)) / 28, y, 0.0, 0.0])
    assert zones.loc[("town", "all"), "people_without"] == pytest.approx(29 * size)
    assert found.report.counts() == {
        ("walking", "report.access_no_capacity"): 1,
        ("walking", "report.access_people_estimated"): 6,
        ("walking", "report.walk_building_off"): 2,
    }


def test_near_services_weigh_more_in_the_enhanced_method() -> None:
    """X at 200 m: a is 200 m away (weight 1), b 200 m (1), c 600 m (0.22), the tower 800 m (0.22)."""
    network = gp.walking_network(streets(street((0, 0), (1200, 0))))
    found = gp.access_2sfca(placed_plan(), clinics(X=(200, 39)), network, weights=ENHANCED)
    share = 39 / (14 + 14 + 0.22 * 50)
    by_building = found.buildings.set_index("building")["per_1000"] * PEOPLE_PER_HOUSEHOLD / 1000
    expected = {"楼-a": share, "楼-b": share, "楼-c": 0.22 * share, "楼-塔": 0.22 * share, "楼-d": 0.0, "楼-e": 0.0}
    assert by_building.to_dict() == pytest.approx(expected)
    with pytest.raises(InputError, match="GP167"):
        gp.access_2sfca(placed_plan(), clinics(X=(200, 39)), network, weights={300: -1})


def test_capacity_that_nobody_states_is_not_taken_for_none() -> None:
    found = gp.access_2sfca(placed_plan(), clinics(X=(200, None)), gp.walking_network(streets(street((0, 0), (1200, 0)))))
    assert found.buildings["per_1000"].isna().all()
    assert found.zones[["per_1000", "people_without"]].isna().to_numpy().all()


@pytest.mark.parametrize("weights", [None, ENHANCED])
def test_people_get_in_all_what_services_offer(weights: dict[float, float] | None) -> None:
    town, plan = gp.demo_town(), demo_plan()
    assert town.services is not None
    assert town.buildings is not None
    households = town.buildings["id"].map(plan.buildings.set_index("id")["households"])
    people = town.buildings.assign(population=2 * households)
    services = town.services.assign(capacity=np.arange(len(town.services), dtype=float))
    network = gp.walking_network(town.streets)
    found = gp.access_2sfca(plan, services, network, town=replace(town, buildings=people), weights=weights)
    offered = services.groupby("kind")["capacity"].sum()
    whole = found.zones[found.zones["level"] == "town"].set_index("kind")
    taken = whole["people"] * whole["per_1000"] / 1000
    pd.testing.assert_series_equal(taken, offered, check_names=False)
    for level in ("grid", "community"):
        mine = found.zones[found.zones["level"] == level].dropna(subset=["per_1000"])
        sums = (mine["people"] * mine["per_1000"] / 1000).groupby(mine["kind"]).sum()
        pd.testing.assert_series_equal(sums, offered, check_names=False)
