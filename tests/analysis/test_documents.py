"""The figures of the source documents come out of rows: rates of incidents, coverage by links."""

from datetime import UTC, datetime
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest

from benchmarks.incident_rows import lattice_plan
from gridplan.analysis import incident_rates, organisation_coverage, repeats, staffing
from gridplan.analysis.locating import located
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.simulation import simulate_incidents, simulate_organisations
from gridplan.simulation.casework import DISPUTE
from tests.samples import RURAL, URBAN, sample_plan

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def county() -> Plan:
    """908 grids, as Longli has."""
    return lattice_plan(columns=4, rows=227)


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


def test_818_groups_on_908_grids_are_no_share(county: Plan) -> None:
    links = simulate_organisations(county, "longli")
    table = organisation_coverage(county, links).table.set_index("form")
    joint = table.loc["joint"]
    assert (table.loc["any", "bodies"], table.loc["any", "zones"]) == (818, 908)
    assert table.loc["any", "covered"] == 818 + joint["bodies"] == 900
    assert (joint["bodies"], joint["links"], joint["covered"]) == (82, 164, 164)
    assert percent(table.loc["any", "share"]) == "99.12"  # and not 90.09
    assert table.loc[["alone", "assigned", "joint"], "bodies"].sum() == 818
    communities = organisation_coverage(county, links, ("community",)).table
    whole = communities[communities["form"] == "any"]
    assert (whole["covered"].sum(), whole["zones"].sum()) == (900, 908)
    assert whole["bodies"].sum() >= 818  # a joint group of two communities is one of each


def test_compounds_of_longmatan_by_class() -> None:
    classes = ["new"] * 80 + ["old"] * 60 + ["unmanaged"] * 25
    names = [f"c{number}" for number in range(165)]
    compounds = pd.DataFrame({"id": [*names, "v"], "class": [*classes, "village"]})
    links = simulate_organisations(sample_plan(), "longmatan", compounds=compounds)
    found = organisation_coverage(sample_plan(), links, compounds=compounds).table
    found = found[found["form"] == "any"].set_index("kind")
    assert found["zones"].tolist() == [165] * 3
    assert {kind: f"{100 * share:.0f}" for kind, share in found["share"].items()} == {
        "party_group": "100",
        "owners_committee": "72",
        "property_service": "81",
    }
    by_class = organisation_coverage(sample_plan(), links, ("compound_class",), compounds=compounds).table
    groups = by_class[(by_class["kind"] == "party_group") & (by_class["form"] == "any")]
    assert groups[["compound_class", "covered", "zones"]].to_numpy().tolist() == [
        ["new", 80, 80],
        ["old", 60, 60],
        ["unmanaged", 25, 25],
    ]


def test_links_that_do_not_count_are_told() -> None:
    columns = ["id", "organisation", "name", "kind", "form", "level", "zone"]
    rows = [
        ("1", "p", "p", "party_group", "joint", "grid", f"{URBAN}001"),
        ("2", "p", "p", "party_group", "joint", "grid", f"{URBAN}002"),
        ("3", "p", "p", "party_group", "joint", "grid", f"{URBAN}002"),
        ("4", "q", "q", "party_group", "alone", "grid", f"{URBAN}002"),
        ("5", "q", "q", "party_group", "alone", "grid", "gone"),
        ("6", "s", "s", "service_station", None, "community", RURAL),
    ]
    found = organisation_coverage(sample_plan(), pd.DataFrame(rows, columns=columns), ("community",))
    told = found.report.rows[["reason", "id", "detail"]].to_numpy().tolist()
    assert told == [["report.organisation_unknown", "5", "gone"], ["report.organisation_again", "3", f"{URBAN}002"]]
    table = found.table.set_index(["community", "level", "kind", "form"])
    assert table.loc[(URBAN, "grid", "party_group", "any"), ["bodies", "links", "covered", "zones"]].tolist() == [2, 3, 2, 2]
    assert table.loc[(URBAN, "grid", "party_group", "alone"), ["bodies", "covered"]].tolist() == [1, 1]
    assert table.loc[(RURAL, "community", "service_station", "any"), ["covered", "zones", "share"]].tolist() == [1, 1, 1.0]
    with pytest.raises(InputError, match="GP185"):
        organisation_coverage(sample_plan(), pd.DataFrame(rows, columns=columns), ("place",))  # type: ignore[arg-type]


def test_posts_held_lacking_and_shared(county: Plan) -> None:
    grids = county.grids["code"].tolist()[:4]
    columns = ["id", "name", "phone", "post", "grid"]
    rows = [
        ("1", "甲", "1", "网格员", grids[0]),
        ("2", "甲", "1", "专职网格员", grids[1]),
        ("3", "乙", "2", "网格员", grids[1]),
        ("4", "丙", None, "网格员", grids[2]),
        ("5", "丁", None, "网格长", grids[2]),
        ("6", "戊", None, "网格员", None),
        ("7", "己", None, "网格员", "gone"),
    ]
    found = staffing(county, pd.DataFrame(rows, columns=columns), incidents=pd.Series({grids[0]: 3, grids[1]: 5}))
    row = found.table.iloc[0]
    named = ["zones", "quota", "workers", "staffed", "exact", "vacant", "beyond", "shared", "incidents"]
    assert row[named].tolist() == [908, 908, 4, 3, 2, 905, 1, 1, 8]
    assert (row["households_per_worker"], row["incidents_per_worker"]) == (908 * 400 / 4, 2.0)
    told = found.report.rows[["reason", "id"]].to_numpy().tolist()
    assert told == [["report.staff_unknown_zone", "7"], ["report.staff_no_zone", "6"], ["report.staff_no_quota", "5"]]
    grid = staffing(county, pd.DataFrame(rows, columns=columns), ("grid",)).table.set_index("grid")
    assert grid.loc[grids[1], ["workers", "beyond", "shared"]].tolist() == [2, 1, 1]
    assert grid.loc[grids[3], ["workers", "vacant"]].tolist() == [0, 1]
    assert pd.isna(grid.loc[grids[3], "households_per_worker"])
