"""The figures of the source documents come out of rows: organisations by their links."""

import pandas as pd
import pytest

from gridplan.analysis import organisation_coverage
from gridplan.errors import InputError
from gridplan.plan import Plan
from gridplan.simulation import simulate_organisations
from tests.samples import RURAL, URBAN, sample_plan


def percent(share: float) -> str:
    return f"{100 * share:.2f}"


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
