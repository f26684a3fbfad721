"""Distances are kept once a town; what they cover of a plan is counted by the database as the function on tables counts it."""

import json
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from gridplan.analysis import access_2sfca, coverage, joined_services, measure, walking_network
from gridplan.analysis.services.measuring import Sharing
from gridplan.analysis.services.offered import capacity_table, offered
from gridplan.errors import InputError, StoreError
from gridplan.sources import demo_town
from gridplan.store import MEASURING, Editor, Level, Store
from tests.places import demo_plan

WHO = Editor("li", "planner")
WITHIN = [100, 300, 500, 1000]


def told(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """With what is missing as None and shares rounded, as two programs add in different orders."""
    return [
        tuple(None if pd.isna(value) else round(value, 12) if isinstance(value, float) else value for value in row)
        for row in rows
    ]


def begun(store: Store) -> str:
    job = store.jobs.create(MEASURING, {"town": "demo"}, WHO).id
    store.jobs.claim("me")
    return job


def test_levels_are_counted_as_by_the_function(store: Store) -> None:
    plan, town = demo_plan(), demo_town()
    assert town.buildings is not None
    people = town.buildings["households"].fillna(3) * 2
    # Two areas above the communities, people and compounds: what the shipped town does not say.
    compound = [("c1", "c2", None)[row % 3] for row in range(len(people))]
    table = town.buildings.assign(population=people.astype("Int64"), compound=pd.Series(compound, dtype="str"))
    table.loc[0, "population"] = pd.NA
    compounds = town.communities.iloc[:2][["geometry"]].assign(id=["c1", "c2"], name=None, **{"class": ["new", "old"]})
    town = replace(town, buildings=table, compounds=compounds)
    parents = ["a1", "a2"] * len(plan.communities)
    areas = plan.communities.iloc[:3][["geometry"]].assign(
        code=["a", "a1", "a2"], name=["A", "A1", "A2"], parent=[None, "a", "a"]
    )
    counts = dict.fromkeys(("households", "population", "communities", "grids", "units"), 1)
    areas = areas.assign(level="town", made=False, area_m2=1.0, compactness=0.5, status="ok", reason=None, **counts)
    known = plan.communities.assign(parent=parents[: len(plan.communities)])
    plan = replace(plan, communities=known, areas=areas[[*plan.areas.columns]])
    found = measure(plan, town, joined_services(town.services, None), limit_m=1500.0)
    store.save_plan(plan)
    with pytest.raises(StoreError, match="GP460"):
        store.coverages.measured(plan.id)
    about = {"town": "demo", "kinds": list(found.kinds), "counts": dict(found.counts)}
    store.coverages.finish(begun(store), "me", plan.id, found.distances, about=about, result={"plan": plan.id})
    measured = store.coverages.measured(plan.id)
    assert (measured.kinds, measured.who, measured.about["counts"]) == (list(found.kinds), "li", dict(found.counts))
    expected = coverage(plan, found.distances, town=town, within_m=WITHIN)
    assert set(expected["level"]) == {"town", "area", "community", "grid", "compound_class"}
    columns = ["level", "code", "name", "kind", "within_m", "buildings", "buildings_within", "households", "households_within"]
    columns += ["population", "population_within", "share", "method"]
    for level in get_args(Level):
        rows = store.coverages.table(plan.id, by=level, within_m=WITHIN, kinds=measured.kinds)
        mine = expected[expected["level"] == level]
        assert told([tuple(row) for row in rows]) == told(list(mine[columns].astype(object).itertuples(index=False, name=None)))
    again = store.coverages.distances(plan.id)
    assert again["building"].tolist() == found.distances["building"].tolist()
    np.testing.assert_array_equal(again["metres"], found.distances["metres"])
    one = store.coverages.table(plan.id, by="town", within_m=[500], kinds=["pharmacy"])
    (row,) = expected[(expected["level"] == "town") & (expected["kind"] == "pharmacy") & (expected["within_m"] == 500)].to_dict(
        "records"
    )
    assert one[0].households_within == row["households_within"]
    assert one[0].share == pytest.approx(row["share"])


def test_capacities_are_told_as_by_the_function(store: Store) -> None:
    """One kind states a capacity once, of one they are assumed, one has none, which is not that there is no capacity."""
    plan, town = demo_plan(), demo_town()
    given = town.services
    assert town.buildings is not None
    assert given is not None
    people = (town.buildings["households"].fillna(3) * 2).astype("Int64")
    people[0] = pd.NA
    compounds = town.communities.iloc[:1][["geometry"]].assign(id=["c1"], name=None, **{"class": ["old"]})
    compound = pd.Series([("c1", None)[row % 2] for row in range(len(people))], dtype="str")
    town = replace(town, buildings=town.buildings.assign(population=people, compound=compound), compounds=compounds)
    kinds = ["library", "pharmacy", "school"]
    first = given.index[given["kind"] == "library"][0]
    services = given.assign(capacity=given["capacity"].where(given.index != first, 120.0))
    sharing = Sharing(700.0, {"pharmacy": 15.0})
    found = measure(plan, town, services, kinds=kinds, sharing=sharing)
    assert found.offers is not None
    assert found.counts["access_capacity_assumed"] == (given["kind"] == "pharmacy").sum()
    offers = found.offers.astype(object).where(found.offers.notna(), None).to_dict("records")
    about = {"town": "demo", "kinds": kinds, "capacity": {"within_m": 700, "kinds": offers}}
    store.save_plan(plan)
    store.coverages.finish(begun(store), "me", plan.id, found.distances, about=about, result={})
    network = walking_network(town.streets)
    offer = offered(services, kinds=kinds, assumed=sharing.assumed)
    access = access_2sfca(plan, offer.services, network, town=town, within_m=700.0)
    expected = capacity_table(access, offer.kinds, within_m=700.0)
    for level in get_args(Level):
        mine = expected[expected["level"] == level].astype(object).itertuples(index=False, name=None)
        rows = store.coverages.capacities(plan.id, by=level, kinds=kinds)
        assert close([tuple(row) for row in rows], list(mine)), level
    whole = {row.kind: row for row in store.coverages.capacities(plan.id, by="town", kinds=kinds)}
    assert (whole["school"].per_1000, whole["school"].people_without, whole["school"].services) == (None, None, 0)
    assert whole["library"].left_out == (given["kind"] == "library").sum() - 1
    plain = measure(plan, town, services, kinds=kinds)
    store.coverages.finish(begun(store), "me", plan.id, plain.distances, about={"kinds": kinds}, result={})
    with pytest.raises(StoreError, match="GP468"):
        store.coverages.capacities(plan.id, by="grid", kinds=kinds)


def close(rows: list[tuple[object, ...]], expected: list[tuple[object, ...]]) -> bool:
    """Whether both say the same, as programs say it that add in different orders."""
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected, strict=True):
        for one, two in zip(row, other, strict=True):
            same = one is None if pd.isna(two) else one == (pytest.approx(two, rel=1e-9) if isinstance(two, float) else two)
            assert same, (row, other)
    return True


def test_a_town_has_one_set_of_distances_for_all_its_plans(store: Store) -> None:
    plan, town = demo_plan(), demo_town()
    found = measure(plan, town, joined_services(town.services, None), kinds=["library"])
    meta = plan.meta.assign(value=plan.meta["value"].where(plan.meta["key"] != "plan", "other"))
    store.save_plan(plan)
    store.save_plan(replace(plan, meta=meta))
    for kinds in (["old"], ["library"]):  # measured again: what was before is gone
        store.coverages.finish(begun(store), "me", plan.id, found.distances, about={"kinds": kinds}, result={})
    assert store.coverages.measured("other") == store.coverages.measured(plan.id)
    assert store.coverages.measured("other").kinds == ["library"]
    assert len(store.coverages.distances("other")) == len(plan.buildings)


def test_nothing_is_kept_of_a_job_that_was_cancelled_or_of_a_plan_without_its_town(store: Store) -> None:
    plan, town = demo_plan(), demo_town()
    found = measure(plan, town, joined_services(town.services, None), kinds=["library"])
    store.save_plan(plan)
    job = begun(store)
    store.jobs.cancel(job)
    with pytest.raises(StoreError, match="GP445"):
        store.coverages.finish(job, "me", plan.id, found.distances, about={}, result={})
    assert store.coverages.found(plan.id) is None
    nameless = replace(
        plan,
        meta=plan.meta[plan.meta["key"] != "town"].assign(value=lambda rows: rows["value"].where(rows["key"] != "plan", "x")),
    )
    store.save_plan(nameless)
    job = begun(store)
    with pytest.raises(StoreError, match="GP461"):
        store.coverages.finish(job, "me", "x", found.distances, about={}, result={})
    assert store.jobs.get(job).state == "running"


def test_the_register_s_services_stand_for_the_town_s_of_the_same_id() -> None:
    town = demo_town()
    assert town.services is not None
    register = town.services.iloc[:1].assign(kind="moved", address="somewhere")
    joined = joined_services(town.services, register)
    assert joined is not None
    assert (len(joined), joined["kind"].iloc[0]) == (len(town.services), "moved")
    assert joined_services(None, None) is None


def test_what_cannot_be_measured_is_said() -> None:
    plan, town = demo_plan(), demo_town()
    with pytest.raises(InputError, match="GP196"):
        measure(plan, town, None)
    assert town.buildings is not None
    with pytest.raises(InputError, match="GP195 1 of the"):
        measure(plan, replace(town, buildings=town.buildings.iloc[1:]), town.services)
    moved = town.buildings.assign(geometry=town.buildings.geometry.translate(0.01))
    with pytest.raises(InputError, match="GP197"):
        measure(plan, replace(town, buildings=moved), town.services)
    straight = measure(plan, replace(town, streets=None), town.services, kinds=["library"])
    assert set(straight.distances["method"]) == {"straight"}
    assert json.loads(json.dumps(straight.counts))["buildings_straight"] == len(plan.buildings)
