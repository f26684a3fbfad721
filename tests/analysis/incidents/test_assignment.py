"""Incidents lie in the grid that was in force when they were reported, or in that of any plan."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.analysis.incidents.assignment import InForce, assign_grids
from gridplan.errors import InputError
from tests.samples import sample_plan


def squares(*codes: str) -> gpd.GeoDataFrame:
    """Squares of one degree side by side, from 0 east."""
    return gpd.GeoDataFrame({"code": codes}, geometry=[shapely.box(i, 0, i + 1, 1) for i in range(len(codes))], crs=4326)


def reported(*rows: tuple[float, float, str] | None) -> gpd.GeoDataFrame:
    """Incidents a, b, ... at x, y, on a day of 2026."""
    ids = [chr(97 + place) for place in range(len(rows))]
    times = ["2026-01-01T00:00:00Z" if row is None else f"2026-{row[2]}T00:00:00Z" for row in rows]
    points = [None if row is None else shapely.Point(row[:2]) for row in rows]
    return gpd.GeoDataFrame({"id": ids, "reported_at": times}, geometry=points, crs=4326, index=range(5, 5 + len(rows)))


def test_the_grid_in_force_at_the_time() -> None:
    history = [
        InForce(
            "2", "2026-01-15T00:00:00.000Z", squares("2x", "2y").set_geometry([shapely.box(2, 0, 3, 1), shapely.box(3, 0, 4, 1)])
        ),
        InForce("1", "2026-02-01T00:00:00.000Z", squares("1b")),
        InForce("1", "2026-01-01T00:00:00.000Z", squares("1a", "1c")),
        InForce("1", "2026-03-01T00:00:00.000Z", squares("1a", "1d")),
    ]
    incidents = reported(
        (0.5, 0.5, "01-31"), (0.5, 0.5, "02-01"), (0.5, 0.5, "03-05"),  # redrawn, then as before
        (1.5, 0.5, "02-05"),  # there was no grid then
        (2.5, 0.5, "01-05"),  # nothing was adopted yet
        (2.5, 0.5, "01-16"),
        (9, 9, "03-05"), None,
        (1, 0.5, "03-05"),  # on the line between 1a and 1d
        (3, 0.5, "03-05"),
    )  # fmt: skip
    grids, report = assign_grids(incidents, history)
    assert grids.fillna("").tolist() == ["1a", "1b", "1a", "", "", "2x", "", "", "1a", "2x"]
    assert grids.index.equals(incidents.index)
    assert {reason: list(mine["id"]) for reason, mine in report.rows.groupby("reason")} == {
        "report.assign_not_in_force": ["d", "e"],
        "report.assign_outside": ["g"],
        "report.assign_no_place": ["h"],
        "report.assign_on_line": ["i", "j"],
    }


def test_counted_again_on_a_plan_of_today_each_place_is_in_one_grid() -> None:
    plan = sample_plan()
    inner = plan.grids.geometry.representative_point()
    incidents = gpd.GeoDataFrame({"id": plan.grids["code"]}, geometry=inner, crs=plan.grids.crs)
    grids, report = assign_grids(incidents.to_crs(3857), plan)
    assert grids.tolist() == plan.grids["code"].tolist()
    assert len(report.rows) == 0
    with pytest.raises(InputError, match="GP105"):
        assign_grids(incidents.set_crs(None, allow_override=True), plan)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(1, 9)), min_size=1, max_size=20))
def test_as_one_by_one(rows: list[tuple[int, int, int]]) -> None:
    """Beside a search that looks at every grid of every time for each point alone; many lie on lines and corners."""
    history = [
        InForce("1", "2026-01-03T00:00:00Z", squares("1c", "1b", "1a")),
        InForce("1", "2026-01-06T00:00:00Z", squares("1a", "1z")),
    ]
    incidents = reported(*((x / 4, y / 4, f"01-{day:02}") for x, y, day in rows))
    grids, _ = assign_grids(incidents, history)
    for (x, y, day), found in zip(rows, grids.fillna(""), strict=True):
        held = None if day < 3 else history[day >= 6].grids
        codes = (
            []
            if held is None
            else [
                code
                for code, shape in zip(held["code"], held.geometry, strict=True)
                if shape.intersects(shapely.Point(x / 4, y / 4))
            ]
        )
        assert found == min(codes, default="")


def test_where_nothing_was_ever_adopted_no_grid_is_in_force() -> None:
    grids, report = assign_grids(reported((0.5, 0.5, "01-31"), None), [])
    assert grids.isna().all()
    assert report.counts() == {("incidents", "report.assign_no_place"): 1, ("incidents", "report.assign_not_in_force"): 1}


def test_planned_land_without_adoption_lies_outside_no_grid() -> None:
    incidents = reported((0.5, 0.5, "01-31"), (1.5, 0.5, "01-31"), (2.5, 0.5, "01-31"), (1, 0.5, "01-31"))
    planned = gpd.GeoSeries([shapely.box(1, 0, 2, 1)], crs=4326)
    grids, report = assign_grids(incidents, [InForce("1", "2026-01-01T00:00:00Z", squares("1a"))], planned=planned)
    assert grids.fillna("").tolist() == ["1a", "", "", "1a"]
    reasons = {reason: list(mine["id"]) for reason, mine in report.rows.groupby("reason")}
    assert reasons == {"report.assign_not_in_force": ["b"], "report.assign_outside": ["c"]}


def test_many_at_one_place_are_quickly_done() -> None:
    count = 100_000
    times = np.datetime_as_string(np.datetime64("2026-01-01T00:00:00") + np.arange(count), unit="s")
    table = {"id": np.arange(count).astype(str), "reported_at": pd.Series(times) + "Z"}
    incidents = gpd.GeoDataFrame(table, geometry=np.full(count, shapely.Point(0.5, 0.5)), crs=4326)
    grids, report = assign_grids(incidents, [InForce("1", "2026-01-01T12:00:00Z", squares("1a", "1b"))])
    assert grids.value_counts().to_dict() == {"1a": count - 43_200}
    assert report.counts() == {("incidents", "report.assign_not_in_force"): 43_200}
