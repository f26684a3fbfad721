"""Incidents counted by square in the store are those that the library counts from the rows, on both stores."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.analysis.incidents.heat import heat
from gridplan.contracts import REGISTERS
from gridplan.maps.incidents_stored import stored_view
from gridplan.maps.limits import Told
from gridplan.store import Store
from gridplan.store.incident_bins import Lattice
from tests.samples import METRES, RURAL, SOUTH, URBAN, WEST, sample_plan
from tests.store.test_incident_counts import put

#: The squares of the hand-drawn plan.
BOX = (WEST, SOUTH, WEST + 0.006, SOUTH + 0.0036)


def reported(count: int) -> gpd.GeoDataFrame:
    """Incidents in and around the hand-drawn plan over three months; some without a place, some without a grid."""
    draw = np.random.default_rng(12)
    points = shapely.points(draw.uniform(WEST, WEST + 0.006, count), draw.uniform(SOUTH, SOUTH + 0.0036, count))
    points[: count // 20] = None
    points[count // 20 : count // 10] = shapely.Point(WEST + 1, SOUTH)
    points[count // 10] = shapely.Point(WEST - 180, 0)  # half a world away
    day = draw.integers(0, 89 * 24, count)
    times = (np.datetime64("2026-01-01T00:00:00") + day.astype("timedelta64[h]")).astype(str)
    grids = np.array([f"{URBAN}001", f"{RURAL}002", "gone", None], dtype=object)[draw.integers(0, 4, count)]
    table = {name: pd.Series([None] * count, dtype=object) for name in REGISTERS["incidents"].names()}
    table |= {"id": pd.Series([f"i{row}" for row in range(count)]), "kind": pd.Series(["noise"] * count)}
    table |= {"stage": pd.Series(["collected"] * count), "reported_at": pd.Series([f"{each}Z" for each in times])}
    table["grid"] = pd.Series(grids)
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=points, crs=4326)


def test_squares_are_those_of_the_library(store: Store) -> None:
    rows = reported(4000)
    put(store, rows)
    binned = store.incident_bins.binned(Lattice(BOX, METRES, 50.0))
    assert [span.name for span in binned.spans] == ["2026-01", "2026-02", "2026-03"]
    assert binned.covered == (rows["reported_at"].min(), rows["reported_at"].max())
    table = binned.table
    assert table["weight"].sum() == len(rows)
    assert table["weight"][table.geometry.isna()].sum() == rows.geometry.isna().sum()
    inside = ((rows.geometry.x - WEST).abs() < 0.5).to_numpy()
    shown = table[(table.geometry.x >= WEST).to_numpy() & table.geometry.notna().to_numpy()]
    options = {"cell_m": 50.0, "bandwidth_m": 0.0, "spans": binned.spans, "metre_crs": METRES}
    ours, theirs = heat(shown, **options), heat(rows[inside], **options)  # type: ignore[arg-type]
    assert (ours.column, ours.row) == (theirs.column, theirs.row)
    assert (ours.counts == theirs.counts).all()
    for grid in (f"{URBAN}001", "gone"):
        assert table["weight"][table["grid"] == grid].sum() == (rows["grid"] == grid).sum()


def test_view_of_a_store_counts_each_incident_once(store: Store) -> None:
    plan, rows = sample_plan(), reported(1000)
    store.save_plan(plan)
    put(store, rows)
    view = stored_view(store, plan)
    assert view.totals["all"] == 1000
    assert view.totals["shown"] + view.totals["outside"] + view.totals["without_place"] == 1000
    named = (rows["grid"] == f"{URBAN}001").sum()
    lying = rows["grid"].isna() | (rows["grid"] == "gone")
    within = (lying & rows.geometry.within(plan.grids.geometry.iloc[0])).sum()
    assert abs(int(view.counts[0][0]) - int(named + within)) <= 10, "squares of 25 m on the border go by their middles"
    public = stored_view(store, plan, told=Told("2026-02-28T16:00:00", frozenset(plan.communities["code"])))
    assert (public.heat, public.clusters) == (None, None)
    assert public.zones["households"].min() >= 50
    # Times that cannot be right, and one a hundred years off, are no reason to tell nothing.
    put(store, rows.assign(reported_at=rows["reported_at"].where(rows.index > 1, "0026-01-01T00:00:00Z")))
    assert stored_view(store, plan).totals["all"] == 1000
    put(store, rows.assign(reported_at=rows["reported_at"].where(rows.index > 1, "1926-01-01T00:00:00Z")))
    assert stored_view(store, plan).options.every == "month", "a slip in one year makes no slider of years"
    put(store, rows.iloc[:0])
    assert stored_view(store, plan).totals["all"] == 0
