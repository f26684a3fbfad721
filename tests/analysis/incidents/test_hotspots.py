"""Rates, hot spots and changes, each beside arithmetic by hand, PySAL or counting every case."""

from itertools import combinations

import numpy as np
import pytest
from esda import G_Local
from esda.smoothing import Empirical_Bayes, Spatial_Empirical_Bayes
from hypothesis import given
from hypothesis import strategies as st
from libpysal.weights import W
from scipy import stats

from gridplan.analysis.incidents.changes import compare_periods
from gridplan.analysis.incidents.contiguity import touching
from gridplan.analysis.incidents.hotspots import adjusted, gi_star, hot_spots, permuted_p
from gridplan.analysis.incidents.smoothing import raw_rates, smoothed_rates
from gridplan.errors import InputError
from tests.analysis.incidents.drawn_incidents import squares


def test_smoothed_rate_by_hand() -> None:
    counts, households = np.array([30, 0, 0]), np.array([100, 100, 100])
    between = (0.04 + 0.01 + 0.01) / 3 - 0.1 / 100  # 0.019
    weight = between / (between + 0.1 / 100)  # 0.95
    assert smoothed_rates(counts, households) == pytest.approx(
        [1000 * (weight * rate + (1 - weight) * 0.1) for rate in (0.3, 0, 0)]
    )
    assert raw_rates(counts, [100, 0, 50])[[0, 2]].tolist() == [300.0, 0.0]


def test_zone_of_few_households_goes_furthest_to_the_mean() -> None:
    counts, households = [40, 10, 2, 0], [400, 400, 4, 0]
    smooth, raw = smoothed_rates(counts, households), raw_rates(counts, households)
    assert raw[2] == 500
    assert smooth[2] < 200
    assert abs(smooth[0] - raw[0]) < 20
    assert np.isnan(smooth[3])


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 600)), min_size=4, max_size=30))
def test_smoothing_is_that_of_pysal_where_its_variance_is_not_negative(zones: list[tuple[int, int]]) -> None:
    counts, households = (np.array(column, dtype=float) for column in zip(*zones, strict=True))
    ours = smoothed_rates(counts, households) / 1000
    mean = counts.sum() / households.sum()
    between = (households * (counts / households - mean) ** 2).sum() / households.sum() - mean / households.mean()
    if between > 0 and mean > 0:
        assert ours == pytest.approx(Empirical_Bayes(counts, households).r.ravel())
    else:
        assert ours == pytest.approx(np.full(len(zones), mean))
    line = [[row for row in (number - 1, number + 1) if 0 <= row < len(zones)] for number in range(len(zones))]
    weights = W(dict(enumerate(line)), id_order=list(range(len(zones))), silence_warnings=True)
    if (counts > 0).all():
        theirs = Spatial_Empirical_Bayes(counts, households, weights).r.ravel()
        assert smoothed_rates(counts, households, neighbours=line) / 1000 == pytest.approx(theirs)


def test_neighbours_share_a_line_or_a_corner() -> None:
    near = touching(squares(3, 3, [300] * 9).geometry)
    assert near[4] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert near[0] == [1, 3, 4]


def test_gi_star_is_that_of_pysal() -> None:
    draw = np.random.default_rng(3)
    near = touching(squares(8, 8, [300] * 64).geometry)
    values = draw.poisson(5, 64).astype(float)
    theirs = G_Local(values, W(dict(enumerate(near))), transform="B", star=True, permutations=0)
    assert gi_star(values, near) == pytest.approx(theirs.Zs)
    assert gi_star(np.full(64, 3.0), near).tolist() == [0.0] * 64


def test_p_is_the_share_of_all_deals() -> None:
    near = [[1, 2], [0, 2, 3], [0, 1], [1, 4], [3, 5], [4, 6], [5]]
    values = np.array([9.0, 7, 8, 1, 0, 0, 0])
    ours = permuted_p(values, near, permutations=20_000, seed=1)
    for row, rows in enumerate(near):
        others = np.delete(values, row)
        sums = np.array([sum(deal) for deal in combinations(others, len(rows))])
        seen = values[rows].sum()
        exact = min(1.0, 2 * min((sums >= seen).mean(), (sums <= seen).mean()))
        assert ours[row] == pytest.approx(exact, abs=0.012)


def test_many_zones_without_incidents_are_no_cold_spot() -> None:
    counts = np.zeros(100, dtype=int)
    counts[[0, 1, 10, 11]] = 60
    found = hot_spots(squares(10, 10, [300] * 100), counts, permutations=999)
    assert found["code"][found["spot"] == "hot"].tolist() == ["g000", "g001", "g010", "g011"]
    assert "cold" not in found["spot"].tolist()
    again = hot_spots(squares(10, 10, [300] * 100), counts, permutations=999)
    assert found.equals(again)


def test_false_discoveries_stay_below_alpha() -> None:
    draw = np.random.default_rng(11)
    zones = squares(12, 12, [300] * 144)
    named = [
        hot_spots(zones, draw.poisson(4, 144), permutations=999, seed=run)["spot"].isin(["hot", "cold"]).any()
        for run in range(20)
    ]
    assert sum(named) <= 4, "without anything to find, one map in twenty names a zone"
    assert adjusted(np.array([0.01, 0.02, 0.03, 0.5])).tolist() == pytest.approx([0.04, 0.04, 0.04, 0.5])


def test_islands_and_empty_zones_are_named_so_and_not_tested() -> None:
    zones = squares(5, 1, [300, 300, 300, 0, 300])
    found = hot_spots(zones, [5, 9, 4, 3, 8], permutations=99)
    assert found["spot"].tolist()[3:] == ["empty", "island"]
    assert found[["p", "q"]].iloc[3:].isna().all(axis=None)
    assert (found["neighbours"].tolist(), np.isnan(found["value"].iloc[3])) == ([1, 2, 1, 0, 0], True)


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([(30.0, 30.0), (31.0, 14.0)]))
def test_change_is_the_exact_test_of_two_counts(before: int, after: int, days: tuple[float, float]) -> None:
    row = compare_periods(["a"], [before], [after], days_before=days[0], days_after=days[1]).iloc[0]
    share, n = days[1] / sum(days), before + after
    tails = [float(stats.binomtest(after, n, share, alternative=side).pvalue) if n else 1.0 for side in ("less", "greater")]
    assert row["p"] == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)
    assert row["expected"] == pytest.approx(before * days[1] / days[0])


def test_half_a_month_is_not_taken_for_a_fall() -> None:
    found = compare_periods(["a", "b"], [60, 40], [30, 60], days_before=30, days_after=15)
    assert found["changed"].tolist() == ["none", "more"]
    assert found["ratio"].tolist() == [1.0, 3.0]


def test_options_out_of_range_are_refused() -> None:
    zones = squares(2, 1, [300, 300])
    for wrong in ({"alpha": 0.0}, {"permutations": 10}, {"measure": "x"}):
        with pytest.raises(InputError, match="GP184"):
            hot_spots(zones, [1, 2], **wrong)
    with pytest.raises(InputError, match="GP184"):
        compare_periods(["a"], [1], [2], days_before=0, days_after=30)
    for counts, households in (([1], [1, 2]), ([-1], [5]), ([np.nan], [5])):
        with pytest.raises(InputError, match="GP183"):
            smoothed_rates(counts, households)
