"""Clusters: what stands close together, counted however often it was reported at one place."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridplan.analysis.incidents import clusters as module
from gridplan.analysis.incidents.clusters import clusters
from gridplan.errors import InputError
from tests.analysis.incidents.drawn_incidents import METRES, incidents


def test_two_clusters_and_one_alone() -> None:
    near = [(0, 0), (40, 0), (80, 0), (120, 0)]
    far = [(1000, 1000)] * 3 + [(1030, 1000)] * 2
    found = clusters(incidents([*near, *far, (5000, 5000), None]), within_m=50, least=3, metre_crs=METRES)
    table = found.table.drop(columns="geometry")
    assert table[["cluster", "count", "places", "at_one_place"]].to_numpy().tolist() == [[1, 5, 2, 3], [2, 4, 4, 1]]
    assert table["share"].tolist() == [0.5, 0.4]
    assert found.label.tolist() == [2, 2, 2, 2, 1, 1, 1, 1, 1, 0, -1]
    land = found.table.to_crs(METRES).geometry.iloc[1]
    assert land.bounds[2] - land.bounds[0] == pytest.approx(120 + 2 * 0.35 * 50, abs=4)
    assert found.snapped_m == 0


def test_the_land_follows_the_places_around_water() -> None:
    turns = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    shore = [(float(x), float(y)) for x, y in 400 * np.stack([np.cos(turns), np.sin(turns)], axis=1)]
    found = clusters(incidents(shore), within_m=60, least=2, metre_crs=METRES)
    assert found.table["count"].tolist() == [60]
    land = found.table.to_crs(METRES).geometry.iloc[0]
    middle = incidents([(0, 0)]).to_crs(METRES).geometry.iloc[0]
    assert land.geom_type == "Polygon"
    assert len(land.interiors) == 1
    assert not land.intersects(middle), "the lake is no part of the cluster"
    assert incidents(shore).to_crs(METRES).within(land).all()
    assert land.area < 0.25 * land.convex_hull.area


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=50))
def test_the_land_is_one_piece_with_every_place_in_it(points: list[tuple[int, int]]) -> None:
    table = incidents([(10.0 * x, 10.0 * y) for x, y in points])
    found = clusters(table, within_m=31, least=2, metre_crs=METRES)
    lands = found.table.to_crs(METRES).geometry
    assert lands.geom_type.eq("Polygon").all()
    for number, land in zip(found.table["cluster"], lands, strict=True):
        members = table[found.label == number].to_crs(METRES)
        assert members.within(land).all()
        assert members.distance(land.boundary).min() > 0.25 * 31


def test_a_million_at_one_point_are_one_place() -> None:
    table = incidents([(0, 0), (10, 0)]).iloc[np.repeat([0, 1], [1_000_000, 1])].reset_index(drop=True)
    found = clusters(table, within_m=100, least=10, metre_crs=METRES)
    assert found.table[["count", "places", "at_one_place"]].to_numpy().tolist() == [[1_000_001, 2, 1_000_000]]
    assert (found.label == 1).all()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60), st.integers(1, 6))
def test_clusters_are_those_of_the_definition(points: list[tuple[int, int]], least: int) -> None:
    found = clusters(incidents([(10.0 * x, 10.0 * y) for x, y in points]), within_m=25, least=least, metre_crs=METRES)
    at = np.array(points) * 10.0
    close = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) <= 25 + 1e-6
    core = close.sum(axis=1) >= least
    label = found.label.to_numpy()
    assert (label[core] > 0).all()
    assert ((label > 0) == (close & core).any(axis=1)).all()
    one, other = np.nonzero(close & core[:, None] & core[None])
    assert (label[one] == label[other]).all(), "cores within reach are of one cluster"
    assert found.table["count"].tolist() == np.bincount(label)[1:].tolist()
    assert found.table["count"].is_monotonic_decreasing


def test_order_of_the_rows_does_not_show() -> None:
    draw = np.random.default_rng(2)
    table = incidents([tuple(point) for point in draw.normal(0, 150, (300, 2)).tolist()])
    mixed = table.iloc[draw.permutation(len(table))]
    one, other = (clusters(each, within_m=40, least=6, metre_crs=METRES) for each in (table, mixed))
    assert one.table.equals(other.table)
    assert one.label.equals(other.label.sort_index())


def test_too_many_places_are_put_on_a_lattice_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(4)
    table = incidents([tuple(point) for point in draw.uniform(0, 100, (4000, 2)).tolist()])
    monkeypatch.setattr(module, "MOST_PAIRS", 3_000_000)
    found = clusters(table, within_m=100, least=10, metre_crs=METRES)
    assert found.snapped_m == 5
    assert found.table[["count"]].to_numpy().tolist() == [[4000]]


def test_reach_and_least_are_checked() -> None:
    for wrong in ({"within_m": 0.0}, {"least": 0}):
        with pytest.raises(InputError, match="GP184"):
            clusters(incidents([(0, 0)]), **wrong)
    nothing = clusters(incidents([None]))
    assert (len(nothing.table), nothing.label.tolist()) == (0, [-1])
    assert shapely.is_missing(nothing.table.geometry.to_numpy()).sum() == 0
