"""What the database counts of a plan is what its tables say."""

import pandas as pd
import pytest

from gridplan.plan import Plan
from gridplan.store import Store
from tests.places import demo_plan
from tests.samples import sample_plan


@pytest.mark.parametrize("name", ["sample", "demo"])
def test_communities_are_counted_as_their_tables_say(store: Store, name: str) -> None:
    plan: Plan = sample_plan() if name == "sample" else demo_plan()
    store.save_plan(plan)
    counted = {each.code: each for each in store.plan_counts.communities(plan.id)}
    assert list(counted) == plan.communities["code"].tolist()
    for code, one in counted.items():
        grids = plan.grids[plan.grids["community"] == code]
        units = plan.units[plan.units["grid"].isin(grids["code"])]
        zones = {code, *grids["code"], *units["code"]}
        findings = plan.findings[plan.findings["zone"].isin(zones)]
        assert (one.grids, one.units) == (len(grids), len(units))
        assert one.households == grids["households"].sum()
        assert one.population == (None if grids["population"].isna().any() else grids["population"].sum())
        assert (one.ok, one.proved, one.open) == tuple((grids["status"] == status).sum() for status in ("ok", "proved", "open"))
        assert one.special == (grids["kind"] == "special").sum()
        assert one.units_out == findings.loc[findings["level"] == "unit", "zone"].nunique()
        assert one.findings_open == (~findings["proof"]).sum()
        bounds = plan.communities.set_index("code").geometry[code].bounds
        assert one.bbox == pytest.approx(bounds, abs=1e-6)
    told = pd.DataFrame(store.plan_counts.grids(plan.id))
    for column in ("code", "households", "status", "units", "buildings"):
        assert told[column].tolist() == plan.grids[column].tolist()
    given = plan.areas[~plan.areas["made"].astype(bool)]
    assert [each.code for each in store.plan_counts.areas(plan.id)] == given["code"].tolist()


def test_a_plan_that_is_not_there_has_no_counts(store: Store) -> None:
    assert store.plan_counts.communities("none") == []
    assert store.plan_counts.grids("none") == []
