"""Heat: counts of a lattice, which are the same whoever looks and however near."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.analysis.incidents.heat import MOST_CELLS, class_breaks, heat
from gridplan.analysis.incidents.periods import period_rows, periods
from gridplan.errors import InputError
from tests.analysis.incidents.drawn_incidents import CORNER, METRES, incidents


def test_counts_to_the_hectare_by_hand() -> None:
    # Three in one square of 100 m, one in the next, one without a place.
    found = heat(incidents([(10, 10), (50, 50), (99, 99), (150, 10), None]), cell_m=100, bandwidth_m=0, metre_crs=METRES)
    cells = found.cells()
    assert cells[["column", "row", "count", "per_hectare"]].to_numpy().tolist() == [[4000, 34000, 3, 3.0], [4001, 34000, 1, 1.0]]
    assert found.without_place == 1
    square = cells.to_crs(METRES).geometry.iloc[0]
    assert square.bounds == pytest.approx((*CORNER, CORNER[0] + 100, CORNER[1] + 100), abs=1e-3)


def test_same_number_of_a_smaller_square_is_more_to_the_hectare() -> None:
    found = heat(incidents([(10, 10)]), cell_m=50, bandwidth_m=0, metre_crs=METRES).cells()
    assert found["per_hectare"].tolist() == [4.0]


def test_kernel_is_the_gaussian_it_says_it_is() -> None:
    found = heat(incidents([(55, 55)]), cell_m=10, bandwidth_m=20, metre_crs=METRES)
    assert found.density.sum() * 100 / 1e4 == pytest.approx(1)  # one incident, also over the edge
    middle = np.unravel_index(found.density[0].argmax(), found.density[0].shape)
    assert found.density[0].max() == pytest.approx(1e4 / (2 * np.pi * 20**2), rel=2e-3)
    one_bandwidth = found.density[0][middle[0], middle[1] + 2]
    assert one_bandwidth / found.density[0].max() == pytest.approx(np.exp(-0.5), rel=1e-6)


@given(st.lists(st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)), min_size=1, max_size=40), st.integers(0, 3))
def test_nothing_is_lost_and_the_naive_count_is_the_same(points: list[tuple[float, float]], bandwidth: int) -> None:
    months = ["2026-01-10T00:00:00Z", "2026-02-10T00:00:00Z", "2026-03-10T00:00:00Z"]
    table = incidents(points, times=[months[row % 3] for row in range(len(points))])
    spans = periods(months[0], months[2])
    found = heat(table, cell_m=250, bandwidth_m=250.0 * bandwidth, spans=spans, metre_crs=METRES)
    assert found.counts[0].sum() == len(points)
    assert (found.counts[1:].sum(axis=0) == found.counts[0]).all()
    assert found.density[0].sum() * 6.25 == pytest.approx(len(points))
    naive: dict[tuple[int, int], int] = {}
    for point in table.to_crs(METRES).geometry:
        spot = (int(point.x // 250), int(point.y // 250))
        naive[spot] = naive.get(spot, 0) + 1
    rows, columns = np.nonzero(found.counts[0])
    counted = {
        (int(c) + found.column, int(r) + found.row): int(found.counts[0][r, c]) for r, c in zip(rows, columns, strict=True)
    }
    assert counted == naive


def test_weights_are_rows_written_so_often() -> None:
    often = incidents([(10, 10)] * 5 + [(500, 500)])
    once = incidents([(10, 10), (500, 500)]).assign(weight=[5, 1])
    assert (heat(often, metre_crs=METRES).density == heat(once, metre_crs=METRES).density).all()


def test_months_begin_at_midnight_by_the_clock_of_the_office() -> None:
    spans = periods("2025-12-31T15:59:59Z", "2026-02-28T16:00:00Z")
    assert [span.name for span in spans] == ["2025-12", "2026-01", "2026-02", "2026-03"]
    times = pd.Series(["2025-12-31T15:59:59Z", "2025-12-31T16:00:00Z", "2026-02-28T15:59:59Z", "2026-02-28T16:00:00Z", None])
    assert period_rows(times.astype("str"), spans).tolist() == [0, 1, 2, 3, -1]
    assert spans[2].days == 28
    weeks = periods("2026-01-01T00:00:00Z", "2026-01-07T00:00:00Z", every="week")
    assert [week.name for week in weeks] == ["2026-W01", "2026-W02"]


def test_breaks_reach_from_town_to_country_where_they_are_to() -> None:
    town, country = np.geomspace(200, 2000, 20), np.geomspace(0.05, 5, 80)
    breaks = class_breaks([*town, *country], far=True)
    assert breaks == [0.1, 1.0, 10.0, 100.0, 1000.0]
    assert class_breaks([*town, *country])[0] == 100
    assert class_breaks(town, far=True) == class_breaks(town), "no coarser than it must be"


def test_breaks_are_round_numbers_that_one_extreme_does_not_move() -> None:
    values = np.concatenate([np.linspace(0.1, 38, 2000), [100_000.0]])
    assert class_breaks(values) == [1.0, 2.0, 5.0, 10.0, 20.0]
    assert [len(class_breaks([], classes=classes)) for classes in (5, 6, 7)] == [4, 5, 6]


def test_what_cannot_be_counted_is_refused() -> None:
    for wrong in ({"cell_m": 0.0}, {"cell_m": -5.0}, {"cell_m": 100.0, "bandwidth_m": -1.0}):
        with pytest.raises(InputError, match="GP182"):
            heat(incidents([(0, 0)]), **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"GP182.*{MOST_CELLS}"):
        heat(incidents([(0, 0), (90_000, 90_000)]), cell_m=5)
    with pytest.raises(InputError, match="GP180"):
        periods("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z")
    with pytest.raises(InputError, match="GP181"):
        periods("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z", every="day")
    nowhere = heat(incidents([None, None]))
    assert (nowhere.without_place, len(nowhere.cells())) == (2, 0)
