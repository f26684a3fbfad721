"""Rates of incidents: cases added up by hand, and a naive count of any."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.analysis.incidents.measures import BYS, PERIODS, By, Period
from gridplan.analysis.incidents.rates import incident_rates, step_hours
from gridplan.analysis.incidents.repeated import repeats
from gridplan.errors import InputError
from tests.analysis.incidents.cases import GRIDS, incidents

NOW = datetime(2024, 6, 1, tzinfo=UTC)
COMMUNITIES = dict(zip(GRIDS, "AAB", strict=False))


def drawn() -> pd.DataFrame:
    """Six cases of two grids.

    G1 in March: closed in time, closed late and handed up, rejected. G2 in March: open beyond its limit; in April: open and
    handed up. In no grid: closed without a limit.
    """
    columns = ("kind", "stage", "grid", "reported_at", "accepted_at", "closed_at", "due_at", "escalated_at", "satisfaction")
    rows = [
        ("noise", "closed", "G1", "03-01T00:00:00", "03-01T02:00:00", "03-03T00:00:00", "03-03T00:00:00", None, 5),
        ("noise", "closed", "G1", "03-02T00:00:00", "03-02T06:00:00", "03-06T00:00:00", "03-05T23:59:59", "03-02T07:00:00", 2),
        ("noise", "rejected", "G1", "03-02T00:00:00", None, None, "03-05T00:00:00", None, None),
        ("waste", "handled", "G2", "03-31T15:59:59", "03-31T17:59:59", None, "04-02T00:00:00", None, None),
        ("waste", "accepted", "G2", "03-31T16:00:00", "04-01T00:00:00", None, "07-02T00:00:00", "04-01T01:00:00", None),
        ("waste", "closed", None, "03-09T00:00:00", None, "03-10T00:00:00", None, None, 4),
    ]
    times = ("reported_at", "accepted_at", "closed_at", "due_at", "escalated_at")
    frame = pd.DataFrame(rows, columns=columns)
    for name in times:
        frame[name] = [None if pd.isna(value) else f"2024-{value}Z" for value in frame[name]]
    return frame


def test_every_count_of_six_cases() -> None:
    table = incident_rates(drawn(), ("grid",), now=NOW).set_index("grid")
    whole = ["reported", "rejected", "accepted", "closed", "open", "escalated", "small_loop", "large_loop"]
    assert table[whole].to_numpy().tolist() == [
        [1, 0, 1, 1, 0, 0, 1, 0],
        [3, 1, 2, 2, 0, 1, 1, 1],
        [2, 0, 2, 0, 2, 1, 0, 0],
    ]
    assert table.index.tolist() == ["", "G1", "G2"]
    timed = ["due", "on_time", "overdue", "rated", "satisfaction_sum", "satisfied"]
    assert table[timed].to_numpy().tolist() == [[0, 0, 0, 1, 4, 1], [2, 1, 0, 2, 7, 1], [1, 0, 1, 0, 0, 0]]
    rates = ["closure_rate", "on_time_rate", "small_loop_rate", "satisfaction", "satisfied_share"]
    nan = float("nan")
    expected = [[1, nan, 1, 4, 1], [1, 0.5, 0.5, 3.5, 0.5], [0, 0, nan, nan, nan]]
    np.testing.assert_array_equal(table[rates].to_numpy(), expected)


def test_months_begin_at_midnight_of_the_place() -> None:
    table = incident_rates(drawn(), ("period",), now=NOW)
    assert table[["period", "reported"]].to_numpy().tolist() == [["2024-03", 5], ["2024-04", 1]]
    assert incident_rates(drawn(), ("period",), time_zone="UTC", now=NOW)["period"].tolist() == ["2024-03"]


def test_medians_of_the_steps() -> None:
    table = step_hours(drawn(), ("kind",))
    assert table[["kind", "accept_hours", "accept_count", "close_hours", "close_count"]].to_numpy().tolist() == [
        ["noise", 4.0, 2, 72.0, 2],
        ["waste", 5.0, 2, 24.0, 1],
    ]
    assert table["dispatch_count"].tolist() == [0, 0]


def local_time(text: str, zone: str) -> datetime:
    """The time in a zone, where there is one; datetimes end with the year 9999."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(ZoneInfo(zone)) if 2000 <= moment.year < 2200 else moment


@settings(max_examples=60, deadline=None)
@given(
    incidents(),
    st.lists(st.sampled_from(BYS), unique=True),
    st.sampled_from(PERIODS),
    st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]),
)
def test_counts_as_a_loop_over_rows_has_them(frame: gpd.GeoDataFrame, by: list[By], period: Period, zone: str) -> None:
    table = incident_rates(frame, by, period=period, time_zone=zone, now=NOW, communities=COMMUNITIES)
    counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    names = [name for name in BYS if name in by]
    for whole in frame.drop(columns="geometry").to_dict("records"):
        row: dict[str, Any] = {name: None if pd.isna(value) else value for name, value in whole.items()}
        local = local_time(row["reported_at"], zone)
        grid = row["grid"] or ""
        week = local.strftime("%G-W%V")
        forms = {"year": "%Y", "quarter": f"%Y-Q{(local.month + 2) // 3}", "month": "%Y-%m", "week": week, "day": "%Y-%m-%d"}
        known = {
            "grid": grid,
            "community": COMMUNITIES.get(grid, ""),
            "kind": row["kind"],
            "period": local.strftime(forms[period]) if 2000 <= local.year < 2200 else "",
        }
        cell = counted[tuple(known[name] for name in names)]
        ended, due = (row[name] and datetime.fromisoformat(row[name]) for name in ("closed_at", "due_at"))
        closed, rejected = row["stage"] == "closed", row["stage"] == "rejected"
        cell["reported"] += 1
        cell["rejected"] += rejected
        cell["accepted"] += not rejected
        cell["closed"] += closed
        cell["open"] += not closed and not rejected
        cell["escalated"] += not rejected and row["escalated_at"] is not None
        cell["small_loop"] += closed and row["escalated_at"] is None
        cell["large_loop"] += closed and row["escalated_at"] is not None
        cell["on_time"] += bool(closed and due and ended and ended <= due)
        cell["overdue"] += bool(not closed and not rejected and due and due < NOW)
        cell["due"] += bool((closed and due and ended) or (not closed and not rejected and due and due < NOW))
        rating = row["satisfaction"]
        cell["rated"] += rating is not None
        cell["satisfaction_sum"] += rating or 0
        cell["satisfied"] += (rating or 0) >= 4
    if not by and not len(frame):
        counted[()] = Counter()
    assert table[names].to_numpy().tolist() == [list(key) for key in sorted(counted)]
    for key, row in zip(sorted(counted), table.to_dict("records"), strict=True):
        assert {name: row[name] for name in counted[key]} == dict(counted[key])


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(InputError, match="GP185"):
        incident_rates(drawn(), ("grid", "grid"), now=NOW)
    with pytest.raises(InputError, match="GP187"):
        incident_rates(drawn(), now=datetime(2024, 6, 1))


@settings(max_examples=40, deadline=None)
@given(incidents(most=25), st.sampled_from([30.0, 500.0, 5000.0]), st.sampled_from([1.0, 30.0, 400.0]))
def test_repeats_as_every_pair_has_them(frame: gpd.GeoDataFrame, within_m: float, days: float) -> None:
    found = repeats(frame, within_m=within_m, days=days)
    metres = frame.to_crs(32648).geometry
    moment = [datetime.fromisoformat(text).replace(microsecond=0) for text in frame["reported_at"]]
    place = [(0.0, 0.0) if point is None else (point.x, point.y) for point in frame.geometry]
    for here in range(len(frame)):
        earlier = [
            there
            for there in range(len(frame))
            if metres.iloc[here] is not None
            and metres.iloc[there] is not None
            and frame["kind"].iloc[there] == frame["kind"].iloc[here]
            and (moment[there], *place[there], frame["id"].iloc[there]) < (moment[here], *place[here], frame["id"].iloc[here])
            and (moment[here] - moment[there]).total_seconds() <= days * 86_400
            and metres.iloc[here].distance(metres.iloc[there]) <= within_m
        ]
        assert found.iloc[here] == bool(earlier)


def test_many_at_one_point_cost_what_many_elsewhere_do() -> None:
    count = 200_000
    moment = np.datetime64("2024-01-01T00:00:00") + np.arange(count).astype("timedelta64[m]")
    names = [f"i{number:06d}" for number in range(count)]
    rows = {"id": names, "kind": "noise", "reported_at": np.char.add(moment.astype("U19"), "Z")}
    frame = gpd.GeoDataFrame(rows, geometry=np.full(count, shapely.Point(104.1, 30.6)), crs="EPSG:4326")
    assert repeats(frame).sum() == count - 1
