"""The rates of incidents that the source documents have come out of rows."""

from datetime import UTC, datetime
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest

from gridplan.analysis import incident_rates, repeats
from gridplan.analysis.locating import located
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.simulation import simulate_incidents
from gridplan.simulation.casework import DISPUTE
from tests.samples import sample_plan

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def matters(county: Plan) -> gpd.GeoDataFrame:
    return simulate_incidents(county, "longli")


def percent(share: float) -> str:
    return f"{100 * share:.2f}"


def test_longli_closes_what_its_document_says(county: Plan, matters: gpd.GeoDataFrame) -> None:
    whole = incident_rates(matters, (), now=NEW_YEAR).iloc[0]
    assert (whole["accepted"], whole["closed"], percent(whole["closure_rate"])) == (17_712, 16_394, "92.56")
    kinds = incident_rates(matters, ("kind",), now=NEW_YEAR).set_index("kind")
    disputes = kinds.loc[DISPUTE]
    assert (disputes["accepted"], disputes["closed"], percent(disputes["closure_rate"])) == (709, 697, "98.31")
    assert whole["rejected"] == round(0.03 * 17_712)
    by_grid = incident_rates(matters, ("grid", "period"), now=NEW_YEAR)
    assert by_grid["reported"].sum() == len(matters)
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    assert sorted(by_grid["period"].unique()) == months
    year = incident_rates(matters, ("period",), period="year", now=NEW_YEAR)
    assert year[["period", "accepted", "closed"]].to_numpy().tolist() == [["2025", 17_712, 16_394]]
    hours = pd.to_datetime(matters["reported_at"]).dt.tz_convert("Asia/Shanghai").dt.hour
    assert hours.between(8, 17).mean() > 0.6  # by day


def test_simulated_matters_are_plausible(county: Plan, matters: gpd.GeoDataFrame) -> None:
    again = simulate_incidents(county, "longli")
    pd.testing.assert_frame_equal(again, matters)
    assert not simulate_incidents(county, "longli", seed=4)["grid"].equals(matters["grid"])
    steps = ["reported_at", "accepted_at", "dispatched_at", "handled_at", "closed_at"]
    for before, after in pairwise(steps):
        both = matters[matters[after].notna()]
        assert (both[before] < both[after]).all()
    closed = matters[matters["stage"] == "closed"]
    assert closed[steps].notna().all(axis=None)
    assert matters.loc[matters["stage"] == "rejected", "rejected_at"].notna().all()
    up = matters[matters["escalated_at"].notna()]
    assert 0.08 < len(up) / len(matters) < 0.13
    assert (up["handler"] != "grid").all()
    place = located(county.grids.geometry.to_numpy(), matters.geometry.x.to_numpy(), matters.geometry.y.to_numpy())
    assert (county.grids["code"].to_numpy()[place] == matters["grid"]).all()
    with pytest.raises(InputError, match="GP189"):
        simulate_incidents(county, "yibin")


def test_longmatan_closes_what_its_document_says() -> None:
    whole = incident_rates(simulate_incidents(sample_plan(), "longmatan"), (), now=NEW_YEAR).iloc[0]
    assert percent(whole["closure_rate"]) == "97.43"
    here = simulate_incidents(sample_plan(), "longmatan")
    assert repeats(here).mean() > 0.1  # at the doors of a few buildings
