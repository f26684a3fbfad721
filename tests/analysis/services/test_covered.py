"""Coverage tables: by hand on the sample plan, sums on real places, what is not known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gridplan as gp
from gridplan.contracts import MEASURED, conform
from gridplan.errors import InputError
from tests.places import demo_plan, village_plan
from tests.samples import RURAL, URBAN, sample_plan

#: Metres to the clinic and how they were measured, of each building of the sample plan.
METRES = {"楼-a": 120.0, "楼-b": 300.0, "楼-c": 300.1, "楼-塔": 450.0, "楼-d": np.nan, "楼-e": 480.0}


def distances() -> pd.DataFrame:
    rows = [(name, "clinic", "K1" if metres == metres else None, metres) for name, metres in METRES.items()]
    table = pd.DataFrame(rows, columns=["building", "kind", "service", "metres"])
    return table.assign(method=["network"] * 4 + ["straight"] * 2)


def test_counts_that_can_be_added_up_by_eye() -> None:
    table = gp.coverage(sample_plan(), distances(), within_m=(500, 300))
    columns = ["level", "code", "within_m", "buildings_within", "buildings", "households_within", "households", "share", "method"]
    assert table[columns].to_numpy().tolist() == [
        ["town", "all", 300, 2, 6, 28, 107, 28 / 107, "mixed"],
        ["town", "all", 500, 5, 6, 95, 107, 95 / 107, "mixed"],
        ["area", "510100001000", 300, 2, 6, 28, 107, 28 / 107, "mixed"],
        ["area", "510100001000", 500, 5, 6, 95, 107, 95 / 107, "mixed"],
        ["community", URBAN, 300, 2, 4, 28, 78, 28 / 78, "network"],
        ["community", URBAN, 500, 4, 4, 78, 78, 1.0, "network"],
        ["community", RURAL, 300, 0, 2, 0, 29, 0.0, "straight"],
        ["community", RURAL, 500, 1, 2, 17, 29, 17 / 29, "straight"],
        ["grid", f"{URBAN}001", 300, 2, 2, 28, 28, 1.0, "network"],
        ["grid", f"{URBAN}001", 500, 2, 2, 28, 28, 1.0, "network"],
        ["grid", f"{URBAN}002", 300, 0, 2, 0, 50, 0.0, "network"],
        ["grid", f"{URBAN}002", 500, 2, 2, 50, 50, 1.0, "network"],
        ["grid", f"{RURAL}001", 300, 0, 1, 0, 12, 0.0, "straight"],
        ["grid", f"{RURAL}001", 500, 0, 1, 0, 12, 0.0, "straight"],
        ["grid", f"{RURAL}002", 300, 0, 1, 0, 17, 0.0, "straight"],
        ["grid", f"{RURAL}002", 500, 1, 1, 17, 17, 1.0, "straight"],
    ]
    assert table["population"].isna().all()


def test_what_has_no_homes_has_no_share_and_wrong_input_is_refused() -> None:
    plan = sample_plan()
    empty = plan.buildings.assign(households=plan.buildings["households"].where(plan.buildings["id"] != "楼-d", 0))
    object.__setattr__(plan, "buildings", empty)
    table = gp.coverage(plan, distances(), within_m=300).set_index("code")
    assert table.equals(gp.coverage(plan, distances(), within_m=[300]).set_index("code"))
    assert table.loc[f"{RURAL}001", "households"] == 0
    assert np.isnan(table.loc[f"{RURAL}001", "share"])
    with pytest.raises(InputError, match=r"GP166 .*1 buildings.*楼-e"):
        gp.coverage(sample_plan(), distances().iloc[:-1])
    for wrong in ((), (-1, 300)):
        with pytest.raises(InputError, match="GP167"):
            gp.coverage(sample_plan(), distances(), within_m=wrong)


def test_classes_and_people_of_a_simulated_place_add_up() -> None:
    plan, town = village_plan(), gp.simulate("yuehu", seed=3, share=0.02)
    assert town.buildings is not None
    assert town.services is not None
    people = town.buildings.assign(population=(town.buildings["households"] * 3).astype("Int64"))
    people.loc[people.index[0], "population"] = pd.NA
    network = gp.walking_network(town.streets)
    found = gp.walking_distances(plan.buildings, town.services, network)
    table = gp.coverage(plan, found, town=replace(town, buildings=people))
    assert conform(table, MEASURED["coverage"]).equals(table)
    kinds = found.table["kind"].nunique()
    for level in ("grid", "community", "compound_class"):
        mine = table[table["level"] == level]
        sums = mine.groupby(["kind", "within_m"])[["buildings", "households", "households_within"]].sum()
        whole = table[table["level"] == "town"].set_index(["kind", "within_m"])[list(sums.columns)]
        pd.testing.assert_frame_equal(sums.astype("int64"), whole.astype("int64"), check_like=True)
    # One building does not say its people: nor do its grid, its community, its class and the whole.
    unknown = table[table["population"].isna()].groupby("level")["code"].nunique()
    assert unknown.to_dict() == {"area": 2, "community": 1, "compound_class": 1, "grid": 1, "town": 1}
    known = table[table["population"].notna()]
    assert (known["population"] == 3 * known["households"]).all()
    assert (known["population_within"] == 3 * known["households_within"]).all()
    assert len(table) == 3 * kinds * table[["level", "code"]].drop_duplicates().shape[0]


def test_real_streets_in_helsinki() -> None:
    """Every way is at least the straight line, and who is within 300 m is within 500 m."""
    town, plan = gp.demo_town(), demo_plan()
    assert town.services is not None
    walked = gp.walking_distances(plan.buildings, town.services, gp.walking_network(town.streets))
    straight = gp.walking_distances(plan.buildings, town.services)
    assert (walked.table["method"] == "network").all()
    assert (walked.table["metres"] >= straight.table["metres"] - 1e-3).all()
    assert 1.2 < (walked.table["metres"].sum() / straight.table["metres"].sum()) < 1.6
    table = gp.coverage(plan, walked, town=town)
    assert table["households"].where(table["level"] == "town").max() == plan.buildings["households"].sum()
    shares = table.pivot_table(index=["level", "code", "kind"], columns="within_m", values="share")
    assert (shares.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert 0 < shares.loc[("town", "all", "pharmacy"), 300] < shares.loc[("town", "all", "pharmacy"), 1000] <= 1
