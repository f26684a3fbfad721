"""Incidents counted in the database are those counted from a table in memory, on both stores and whoever changed the rows."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.analysis.incidents.measures import BYS, COUNTS, PERIODS, RATES, By, Period
from gridplan.analysis.incidents.rates import incident_rates
from gridplan.contracts import REGISTERS
from gridplan.errors import StoreError
from gridplan.store import Store, open_store
from gridplan.store.incident_counts import CountTable
from gridplan.store.incident_query import CountQuery
from tests.analysis.incidents.cases import incidents
from tests.analysis.incidents.test_rates import local_time
from tests.provide.postgis import copied
from tests.samples import PLAN_ID, RURAL, URBAN, sample_plan
from tests.store.conftest import KINDS

NOW = datetime(2024, 6, 1, tzinfo=UTC)
GRIDS = sample_plan().grids
COMMUNITIES = dict(zip(GRIDS["code"], GRIDS["community"], strict=True))


@pytest.fixture(scope="module", params=KINDS)
def counting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the hand-drawn plan, open for writing."""
    with ExitStack() as stack:
        where = str(tmp_path_factory.mktemp("counting") / "计数.gpkg")
        if request.param == "postgis":
            where = stack.enter_context(copied(str(request.getfixturevalue("postgis_template"))))
        store = stack.enter_context(open_store(where))
        store.save_plan(sample_plan())
        yield store


def put(store: Store, frame: gpd.GeoDataFrame) -> None:
    """These incidents and no others."""
    dialect = store._dialect
    table = dialect.tables.registers["incidents"]
    columns: dict[str, list[object]] = {
        name: [None if pd.isna(value) else value for value in frame[name].tolist()] for name in REGISTERS["incidents"].names()
    }
    columns["geom"] = list(dialect.encode(frame.geometry.to_numpy()))
    with store._database.writing() as connection:
        connection.execute(sa.delete(table))
        if len(frame):
            dialect.load(connection, table, columns)


def same(table: CountTable, expected: pd.DataFrame, by: list[By]) -> None:
    names = [name for name in BYS if name in by]
    assert {name: table.keys[name] for name in names} == {name: expected[name].tolist() for name in names}
    for name in COUNTS:
        assert table.counts[name].tolist() == expected[name].tolist(), name
        assert table.total[name] == expected[name].sum()
    for name in RATES:
        np.testing.assert_array_equal(table.rates[name], expected[name])


def of_days(frame: gpd.GeoDataFrame, zone: str, start: date | None, end: date | None) -> gpd.GeoDataFrame:
    day = [local_time(text, zone).date() for text in frame["reported_at"]]
    return frame[np.array([(start is None or each >= start) and (end is None or each <= end) for each in day], bool)]


@settings(max_examples=60)
@given(
    frame=incidents(),
    by=st.lists(st.sampled_from(BYS), unique=True),
    period=st.sampled_from(PERIODS),
    zone=st.sampled_from(["Asia/Shanghai", "Asia/Shanghai", "America/New_York"]),
    days=st.sampled_from([(None, None), (None, None), (date(2024, 1, 1), None), (date(2023, 12, 31), date(2024, 1, 31))]),
    community=st.sampled_from([None, None, URBAN]),
    now=st.sampled_from([NOW, datetime(2023, 12, 30, 16, tzinfo=UTC)]),
)
def test_counts_are_those_of_the_table_in_memory(
    counting: Store,
    frame: gpd.GeoDataFrame,
    by: list[By],
    period: Period,
    zone: str,
    days: tuple[date | None, date | None],
    community: str | None,
    now: datetime,
) -> None:
    put(counting, frame)
    asked = CountQuery(now, tuple(by), period, zone, *days, community)
    chosen = of_days(frame, zone, *days)
    of = chosen["grid"].map(COMMUNITIES)
    expected = incident_rates(
        chosen if community is None else chosen[of == community],
        by,
        period=period,
        time_zone=zone,
        now=now,
        communities=COMMUNITIES,
    )
    same(counting.incident_counts.table(asked), expected, by)
    # By the grids that they lie in; a point on a border belongs to the first grid.
    within = [
        next((code for code, land in zip(GRIDS["code"], GRIDS.geometry, strict=True) if point and land.intersects(point)), None)
        for point in chosen.geometry
    ]
    there = chosen.assign(grid=pd.Series(within, index=chosen.index, dtype="str"))
    inside = there if community is None else there[there["grid"].map(COMMUNITIES) == community]
    table = counting.incident_counts.table(replace(asked, plan=PLAN_ID))
    same(table, incident_rates(inside, by, period=period, time_zone=zone, now=now, communities=COMMUNITIES), by)
    assert table.elsewhere == inside["grid"].isna().sum()


def test_counts_follow_what_other_programs_change(counting: Store) -> None:
    asked = CountQuery(NOW, ("grid",))
    with counting._database.writing() as connection:
        connection.execute(sa.text("DELETE FROM incidents"))
    assert len(counting.incident_counts.table(asked)) == 0
    assert counting.incident_counts.table(CountQuery(NOW, ())).total["reported"] == 0
    with counting._database.writing() as connection:
        # As GDAL writes times, without an id.
        given = "INSERT INTO incidents (kind, stage, reported_at, closed_at, due_at, grid) VALUES ('x', 'closed', :a, :b, :c, :g)"
        times = {"a": "2024/02/01 00:30:00+08", "b": "2024-02-03T00:00:00+08:00", "c": "2024-02-02T16:00:00Z"}
        connection.execute(sa.text(given), {**times, "g": f"{RURAL}001"})
    months = counting.incident_counts.table(CountQuery(NOW, ("community", "period")))
    assert (months.keys, months.total["on_time"]) == ({"community": [RURAL], "period": ["2024-02"]}, 1)
    with counting._database.writing() as connection:
        connection.execute(sa.text("UPDATE incidents SET reported_at = '2024-01-31T15:59:59Z', stage = 'handled'"))
    months = counting.incident_counts.table(CountQuery(NOW, ("period",)))
    assert (months.keys["period"], months.total["open"], months.total["overdue"]) == (["2024-01"], 1, 1)


def test_a_plan_that_is_not_there(counting: Store) -> None:
    with pytest.raises(StoreError, match="GP401"):
        counting.incident_counts.table(CountQuery(NOW, plan="none"))


def test_a_community_that_is_not_there(counting: Store) -> None:
    """A slip of the pen is no community without incidents."""
    for plan in (None, PLAN_ID):
        with pytest.raises(StoreError, match="GP469"):
            counting.incident_counts.table(CountQuery(NOW, community="51010000100", plan=plan))
