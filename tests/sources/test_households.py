"""The estimate: sums that can be done by hand, and promises that hold for any town."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources import EstimateParameters, Town, estimate_households
from gridplan.sources.checked import checked_town

HOUSE = shapely.box(5e5, 2.9e6, 5e5 + 20, 2.9e6 + 20)


def town(*, kind: str = "urban", **columns: Sequence[object]) -> Town:
    """Squares of 20 x 20 m in one community, in metres near Guiyang."""
    count = len(next(iter(columns.values())))
    shapes = columns.get("geometry") or [shapely.box(5e5 + 50 * k, 2.9e6, 5e5 + 50 * k + 20, 2.9e6 + 20) for k in range(count)]
    frame = gpd.GeoDataFrame(
        {"id": [f"b{k}" for k in range(count)], "households": None} | columns | {"geometry": shapes}, crs=32648
    )
    frame["households"] = frame["households"].astype("Int64")
    around = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["1"], "kind": [kind]}, geometry=[shapely.box(4.9e5, 2.8e6, 5.1e5, 3e6)], crs=32648
    )
    return checked_town({"communities": around, "buildings": frame}, report=Report.empty(), source={})


def households(made: Town) -> list[int]:
    assert made.buildings is not None
    return [int(value) for value in made.buildings["households"]]


def test_footprint_times_floors_by_area_of_a_household() -> None:
    # 400 m2 x 5 floors / 100 m2 = 20; mixed without its ground floor 16; an office none; unknown use as homes.
    made = estimate_households(
        town(levels=[5.0] * 4, use=["residential", "mixed", "office", None]), EstimateParameters(household_m2=100)
    )
    assert households(made) == [20, 16, 0, 20]
    assert made.buildings is not None
    assert made.buildings["estimated"].all()
    assert made.report.counts() == {
        ("estimate", "report.estimated_area"): 2,
        ("estimate", "report.estimated_none_use"): 1,
        ("estimate", "report.estimated_unknown_use"): 1,
    }


def test_missing_floors_are_the_median_of_compound_then_use_then_community() -> None:
    made = estimate_households(
        town(
            levels=[10.0, 12.0, 14.0, None, 3.0, 3.0, 3.0, None, None],
            compound=["c", "c", "c", "c", None, None, None, None, None],
            use=["residential"] * 4 + [None] * 4 + ["mixed"],
        ),
        EstimateParameters(household_m2=100, mixed_empty_floors=0),
    )
    # 12 floors from the compound, 3 from those of unknown use, and (10 12 14 3 3 3) -> 6.5 from the community.
    assert [households(made)[k] for k in (3, 7, 8)] == [48, 12, 26]


def test_given_counts_are_never_touched() -> None:
    made = estimate_households(town(households=[7, None, 0]))
    assert households(made)[0] == 7
    assert households(made)[2] == 0
    assert made.buildings is not None
    assert made.buildings["estimated"].tolist() == [False, True, False]
    assert estimate_households(made).report.rows.equals(made.report.rows)


def test_rural_homestead_is_one_household() -> None:
    small = shapely.box(5e5, 2.9e6, 5e5 + 12, 2.9e6 + 12)
    assert households(estimate_households(town(kind="rural", levels=[4.0], use=["residential"], geometry=[small]))) == [1]


def test_sheds_and_bare_points_hold_none_and_say_so() -> None:
    shapes = [shapely.box(5e5, 2.9e6, 5e5 + 4, 2.9e6 + 4), shapely.Point(5e5, 2.9e6), shapely.Point(5e5, 2.9e6 + 9)]
    made = estimate_households(town(levels=[9.0, None, 6.0], entrances=[None, None, 3], geometry=shapes))
    assert households(made) == [0, 0, 36]  # 3 entrances x 6 floors x 2 a landing
    assert {reason for _, reason in made.report.counts()} == {
        "report.estimated_none_shed",
        "report.estimated_none_point",
        "report.estimated_landings",
    }


def test_an_empty_geometry_holds_none() -> None:
    assert households(estimate_households(town(levels=[3.0, 3.0], geometry=[shapely.Polygon(), HOUSE])))[0] == 0


def test_impossible_parameters_are_refused() -> None:
    with pytest.raises(InputError, match=r"GP118.*household_m2"):
        EstimateParameters(household_m2=0)
    with pytest.raises(InputError, match=r"GP118.*unknown_share"):
        EstimateParameters(unknown_share=1.5)
    with pytest.raises(InputError, match=r"GP118.*shed_m2"):
        EstimateParameters(shed_m2=float("nan"))


@settings(deadline=None, max_examples=20)
@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(1, 40).map(float)),
            st.sampled_from(["residential", "mixed", "office", None]),
            st.sampled_from(["a", "b", None]),
            st.one_of(st.none(), st.integers(0, 300)),
        ),
        min_size=1,
        max_size=15,
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_complete_marked_and_the_same_in_any_order(rows: list[tuple[object, ...]], seed: int) -> None:
    levels, use, compound, given_households = (list(column) for column in zip(*rows, strict=True))
    before = town(levels=levels, use=use, compound=compound, households=given_households)
    made = estimate_households(before)
    assert made.buildings is not None
    assert made.buildings["households"].notna().all()
    assert made.buildings["estimated"].tolist() == [value is None for value in given_households]
    reported = made.report.rows.loc[made.report.rows["stage"] == "estimate", "id"]
    assert sorted(reported) == sorted(made.buildings.loc[made.buildings["estimated"], "id"])
    assert before.buildings is not None
    order = np.random.default_rng(seed).permutation(len(rows))
    shuffled = Town(**{**vars(before), "buildings": before.buildings.iloc[order].reset_index(drop=True)})
    again = estimate_households(shuffled).buildings
    assert again is not None
    assert again.set_index("id")["households"].to_dict() == made.buildings.set_index("id")["households"].to_dict()
