"""What the public is told of incidents, attacked by somebody who wants to know of one household."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridplan.analysis.incidents.disclosure import Disclosure, joined_zones, told_zones
from gridplan.analysis.incidents.measures import COUNTS
from gridplan.analysis.incidents.published import ToldZones, published
from gridplan.analysis.incidents.view import IncidentView, ViewOptions, incident_view
from gridplan.errors import InputError
from gridplan.plan.model import Plan
from tests.analysis.incidents.drawn_incidents import squares
from tests.places import demo_plan, village_plan

RULE = Disclosure()


def reported(plan: Plan, draw: np.random.Generator, count: int) -> gpd.GeoDataFrame:
    """Incidents at buildings of the plan, over four months."""
    at = plan.buildings.geometry.representative_point().iloc[draw.integers(0, len(plan.buildings), count)]
    month, day = draw.integers(1, 5, count), draw.integers(1, 28, count)
    times = [f"2026-{m:02d}-{d:02d}T08:00:00Z" for m, d in zip(month, day, strict=True)]
    return gpd.GeoDataFrame({"reported_at": pd.Series(times, dtype="str")}, geometry=at.to_numpy(), crs=4326)


def public(plan: Plan, table: gpd.GeoDataFrame) -> IncidentView:
    return incident_view(plan, table, options=ViewOptions(public=True, permutations=99))


def behind(view: IncidentView, plan: Plan) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For every number that is published: the buildings it may come from, and the numbers, one a period."""
    homes = plan.buildings[plan.buildings["households"] > 0].geometry.representative_point().to_numpy()
    assert view.pieces is not None
    sets, numbers = [], []
    for table, counts in ((view.zones, view.counts), (view.pieces, view.piece_counts)):
        building, row = shapely.STRtree(homes).query(table.geometry.to_numpy(), predicate="intersects")[::-1]
        for each in range(len(table)):
            sets.append(building[row == each])
            numbers.append(counts[:, each])
    return sets, numbers


@pytest.mark.parametrize("place", [demo_plan, village_plan])
def test_every_number_stands_for_enough_households(place: object) -> None:
    plan = place()  # type: ignore[operator]  # one of two functions
    view = public(plan, reported(plan, np.random.default_rng(5), 3000))
    assert view.pieces is not None
    assert view.zones["households"].sum() == plan.grids["households"].sum()
    assert view.zones["grids"].sum() == len(plan.grids)
    assert view.zones["households"].min() >= RULE.least_households
    assert view.pieces["households"].min() >= RULE.least_households
    assert len(view.pieces) > len(view.zones), "it still shows where in a grid"
    inside = view.pieces.dissolve("zone", as_index=False)
    assert shapely.area(shapely.symmetric_difference(inside.geometry.to_numpy(), view.zones.geometry.to_numpy())).max() < 1e-10
    assert (view.counts % RULE.round_to == 0).all()
    assert (view.piece_counts % RULE.round_to == 0).all()
    assert (view.heat, view.clusters) == (None, None)


def test_no_household_can_be_read_off_by_solving_for_it() -> None:
    """All published numbers as inequalities of what each household may have reported: none is proved to have reported at all."""
    plan = demo_plan()
    homes = plan.buildings[plan.buildings["households"] > 0]
    noisy = homes.iloc[[int(homes["households"].argmin())]]  # everything comes from one small house, which the attacker suspects
    table = reported(replace(plan, buildings=noisy), np.random.default_rng(8), 60)
    view = public(plan, table)
    sets, numbers = behind(view, plan)
    half = RULE.round_to / 2
    rows, low, high = [], [], []
    for members, told in zip(sets, numbers, strict=True):
        row = np.zeros(len(homes))
        row[members] = homes["households"].to_numpy()[members]  # the mean of the households of a building
        rows.append(row)
        low.append(max(0, told[0] - half))
        high.append(told[0] + half)
    matrix = np.array(rows)
    target = np.zeros(len(homes))
    target[homes.index.get_loc(noisy.index[0])] = 1
    found = linprog(target, A_ub=np.vstack([matrix, -matrix]), b_ub=[*high, *(-np.array(low))], bounds=(0, None))
    assert found.status == 0
    assert found.fun == pytest.approx(0, abs=1e-6), "the incidents may all be its neighbours'"


def test_the_same_attack_reads_a_plain_map_off() -> None:
    """So that the test above can fail: counts of squares of 25 m, told exactly, show the one house."""
    plan = demo_plan()
    homes = plan.buildings[plan.buildings["households"] > 0]
    one = homes.iloc[[int(homes["households"].argmin())]]
    view = incident_view(plan, reported(replace(plan, buildings=one), np.random.default_rng(8), 60))
    assert view.heat is not None
    cells = replace(view.heat, density=view.heat.counts.astype(float)).cells()
    square = cells[(cells["period"] == "") & (cells["count"] == 60)].geometry.iloc[0]
    assert homes.geometry.representative_point().within(square).sum() <= 2


@given(st.integers(0, 2**32 - 1), st.integers(1, 400))
@settings(max_examples=15)
def test_differences_of_periods_and_of_days_stay_above_a_piece(seed: int, count: int) -> None:
    plan, draw = demo_plan(), np.random.default_rng(seed)
    table = reported(plan, draw, count)
    view, without = public(plan, table), public(plan, table.iloc[:-1])
    assert view.pieces is not None
    assert without.pieces is not None
    assert view.pieces.geometry.equals(without.pieces.geometry), "incidents do not move the lines"
    assert view.zones.geometry.equals(without.zones.geometry)
    for now, before in ((view.counts, without.counts), (view.piece_counts, without.piece_counts)):
        if now.shape == before.shape:
            assert set(np.unique(now - before)) <= {0, RULE.round_to}
    assert abs(int(view.counts[0].sum()) - view.totals["shown"]) <= RULE.round_to * (len(view.zones) + 1)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=36), st.integers(2, 300))
def test_grids_are_joined_until_each_group_has_enough(households: list[int], least: int) -> None:
    zones = squares(6, 6, (households + [0] * 36)[:36])
    groups = joined_zones(zones, Disclosure(least_households=least))
    sums = [int(zones["households"].iloc[rows].sum()) for rows in groups]
    if sum(households[:36]) < least:
        assert groups == []
    else:
        assert min(sums) >= least
        assert sorted(row for rows in groups for row in rows) == list(range(36))
        land = [shapely.union_all(zones.geometry.iloc[rows].to_crs(32648).buffer(0.1).to_numpy()) for rows in groups]
        assert {each.geom_type for each in land} == {"Polygon"}, "joined to neighbours"


def test_tables_tell_whole_zones_of_the_map() -> None:
    """Four squares in a row: the small one is joined within its community, or, alone in it, to one of another community."""
    zones = squares(4, 1, [12, 60, 300, 300])
    inside = told_zones(zones.assign(community=["a", "a", "b", "b"]), RULE)
    assert inside == ToldZones(frozenset({"g002", "g003"}), frozenset({"a", "b"}))
    across = told_zones(zones.assign(community=["a", "b", "b", "c"]), RULE)
    assert across == ToldZones(frozenset({"g002", "g003"}), frozenset({"c"})), "b less its other grid, and a, would be g000"
    assert told_zones(squares(2, 1, [12, 30]), RULE) == ToldZones()


@given(st.lists(st.integers(0, 60), min_size=16, max_size=16), st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_no_sum_or_difference_of_a_table_leads_below_a_zone(households: list[int], of: list[int]) -> None:
    """Whatever is told of a table, even exact, is a sum over whole zones of the map: the told rows do not part any of them."""
    zones = squares(4, 4, households).assign(community=[f"c{each}" for each in of])
    told, groups = told_zones(zones, RULE), joined_zones(zones, RULE)
    for rows in groups:
        codes, communities = set(zones["code"].iloc[rows]), set(zones["community"].iloc[rows])
        assert len(rows) == 1 or not codes & told.grids
        assert len(communities) == 1 or not communities & told.communities
        assert zones["households"].iloc[rows].sum() >= RULE.least_households


@given(st.lists(st.integers(0, 200), min_size=9, max_size=9))
def test_a_told_row_is_made_of_rounded_counts_alone(numbers: list[int]) -> None:
    """Two rows that are told the same when their independent counts are rounded are told the same in all."""
    rejected, small, large, open_, on_time, late, rated, stars, escalated = numbers
    closed, accepted = small + large, small + large + open_
    values = dict.fromkeys(COUNTS, 0) | {"reported": accepted + rejected, "rejected": rejected, "accepted": accepted}
    values |= {"closed": closed, "open": open_, "small_loop": small, "large_loop": large, "on_time": on_time, "rated": rated}
    values |= {"due": on_time + late, "satisfaction_sum": stars, "escalated": escalated}
    row = {name: column[0] for name, column in published({}, each_of(values), zones=ToldZones()).columns.items()}
    independent = ("reported", "rejected", "closed", "large_loop", "on_time", "due", "overdue", "rated", "satisfied", "escalated")
    alike = values | {name: int(RULE.rounded(values[name])) for name in independent}
    again = published({}, each_of(alike), zones=ToldZones()).columns
    assert repr(row) == repr({name: column[0] for name, column in again.items()})
    assert row["accepted"] == row["closed"] + row["open"]
    assert min(value for value in row.values() if isinstance(value, int)) >= 0
    assert all(np.isnan(value) or 0 <= value <= 1 for value in row.values() if isinstance(value, float))
    assert (row["satisfaction_sum"], row["satisfaction"]) == (None, None)


def each_of(values: dict[str, int]) -> dict[str, np.ndarray]:
    return {name: np.array([value]) for name, value in values.items()}


def test_hot_spots_of_the_public_are_those_of_planners_and_changes_are_not_told() -> None:
    plan = demo_plan()
    table = reported(plan, np.random.default_rng(5), 900)
    view, whole = public(plan, table), incident_view(plan, table, options=ViewOptions(permutations=99))
    assert view.hot["spot"].tolist() == whole.hot["spot"].tolist(), "no grid of this place is small: of exact counts"
    assert list(view.hot.columns) == ["code", "spot"]
    assert (view.changes, len(whole.changes)) == ((), 3)
    assert [days == int(days) for days in view.days] == [True] * 4


def test_too_little_to_tell_anything() -> None:
    with pytest.raises(InputError, match="GP184"):
        Disclosure(least_households=1)
    with pytest.raises(InputError, match="GP184"):
        Disclosure(round_to=0)
    with pytest.raises(InputError, match=r"GP184 .*week; it must be year / quarter / month"):
        ViewOptions(public=True, every="week")
    for wrong in ({"every": "fortnight"}, {"time_zone": "Mars"}, {"time_zone": "../etc"}, {"measure": "x"}, {"by": "unit"}):
        with pytest.raises(InputError, match="GP184"):
            ViewOptions(**wrong)  # type: ignore[arg-type]  # on purpose
    plan = demo_plan()
    options = ViewOptions(public=True, disclosure=Disclosure(least_households=10**9))
    with pytest.raises(InputError, match="GP191 the plan has 5072 households"):
        incident_view(plan, reported(plan, np.random.default_rng(1), 50), options=options)
