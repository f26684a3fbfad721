"""Repeats that a store counts are those that the function on tables counts, on both stores."""

from datetime import UTC, datetime
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridplan.analysis import repeat_rates
from gridplan.analysis.incidents.assignment import assign_grids
from gridplan.analysis.incidents.measures import BYS
from gridplan.contracts import REGISTERS
from gridplan.errors import InputError, StoreError
from gridplan.store import CountQuery, Editor, Store
from tests.samples import PLAN_ID, sample_plan

LI = Editor("li", "planner")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def many(count: int = 600) -> gpd.GeoDataFrame:
    """Incidents at a few places, some in the same second, some without a place, each naming some grid or none."""
    plan, chance = sample_plan(), np.random.default_rng(5)
    west, south, east, north = plan.grids.total_bounds
    spots = gpd.points_from_xy(*(chance.uniform((west, south), (east, north), (25, 2)).T))
    begin = pd.Timestamp("2026-01-01T00:00:00Z")
    moments = begin + pd.to_timedelta(chance.integers(0, 90 * 24, count), unit="h")
    codes = [*plan.grids["code"], None]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"i{number:04}" for number in chance.permutation(count)],
            "kind": chance.choice(["噪声", "垃圾", "占道"], count),
            "stage": "collected",
            "reported_at": moments.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "grid": [codes[number] for number in chance.integers(0, len(codes), count)],
        },
        geometry=[None if number % 11 == 0 else spots[place] for number, place in enumerate(chance.integers(0, 25, count))],
        crs=4326,
    )
    for column in REGISTERS["incidents"].columns:
        if column.name not in frame.columns:
            frame[column.name] = None
    return frame


@pytest.mark.parametrize(("within_m", "days"), [(30.0, 30.0), (200.0, 3.0)])
def test_the_store_counts_as_the_function_does(store: Store, within_m: float, days: float) -> None:
    plan, cases = sample_plan(), many()
    store.save_plan(plan)
    store.incidents.add(cases, LI)
    on_plan = cases.assign(grid=assign_grids(cases, plan)[0])
    communities = dict(zip(plan.grids["code"], plan.grids["community"], strict=True))
    asked = [names for size in range(len(BYS) + 1) for names in combinations(BYS, size)]
    for frame, chosen in ((cases, None), (on_plan, PLAN_ID)):
        for by in asked:
            expected = repeat_rates(frame, by, within_m=within_m, days=days, communities=communities)
            table = store.incident_repeats.table(CountQuery(NOW, by, plan=chosen), within_m=within_m, days=days)
            rows = pd.DataFrame({**table.keys, **table.counts})
            assert rows[[*by]].to_numpy().tolist() == expected[[*by]].to_numpy().tolist()
            for name in ("reported", "placed", "repeats"):
                assert rows[name].tolist() == expected[name].tolist(), (by, chosen, name)
    assert expected["repeats"].sum() > 50
    store.registers.create("incidents", {"type": "Feature", "geometry": None, "properties": {**_row(cases)}}, LI)
    again = store.incident_repeats.table(CountQuery(NOW, ()), within_m=within_m, days=days)
    assert again.counts["reported"].tolist() == [len(cases) + 1], "found anew for what was written since"


def test_an_earlier_one_counts_that_is_not_asked_for(store: Store) -> None:
    cases = many(4).assign(kind="噪声", grid=None)
    cases["geometry"] = cases.geometry.iloc[1]
    cases["reported_at"] = [f"2026-0{month}-28T00:00:00Z" for month in (1, 2, 3, 4)]
    store.incidents.add(cases.iloc[:2], LI)
    query = CountQuery(NOW, (), start=datetime(2026, 2, 1, tzinfo=UTC).date())
    assert store.incident_repeats.table(query, within_m=30, days=31).counts["repeats"].tolist() == [1]
    empty = CountQuery(NOW, ("grid",), start=datetime(2027, 2, 1, tzinfo=UTC).date())
    assert store.incident_repeats.table(empty, within_m=30, days=31).counts["repeats"].tolist() == []
    with pytest.raises(InputError, match="GP186"):
        store.incident_repeats.table(query, within_m=0, days=31)
    with pytest.raises(StoreError, match="GP401"):
        store.incident_repeats.table(CountQuery(NOW, (), plan="none"), within_m=30, days=31)


def _row(cases: gpd.GeoDataFrame) -> dict[str, object]:
    return {"kind": "噪声", "stage": "collected", "reported_at": str(cases["reported_at"].iloc[0])}
