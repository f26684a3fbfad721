"""Synthetic cities: that they tile, that their edges are the borders, that they repeat, and that they are like the given ones."""

import hashlib
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import benchmarks.city
from benchmarks.city import TUNING_SEEDS, synthetic_city
from benchmarks.city.borders import Sides, meet
from benchmarks.city.compounds import DRAWS, NODES, cut_blocks
from benchmarks.city.likeness import measures
from benchmarks.city.roads import lay_roads
from gridplan.graph.tables import from_tables
from tests.places import shared

ROOT = Path(__file__).resolve().parents[2]


def digest(atoms: gpd.GeoDataFrame, edges: pd.DataFrame) -> str:
    found = hashlib.sha256(b"".join(atoms.geometry.to_wkb()))
    for table in (atoms.drop(columns="geometry"), edges):
        found.update(table.to_csv().encode())
    return found.hexdigest()


def test_pieces_of_one_wall() -> None:
    # West of the wall x = 1 m: atom 0 from 0 to 6, atom 1 from 6 to 10. East: atom 2 from 0 to 4, atom 3 from 4 to 9.
    wall = np.full(4, 2 * 1000)
    borders = meet(
        Sides(np.arange(4), wall, np.array([0, 6, 0, 4]), np.array([6, 10, 4, 9]), np.array([True, True, False, False]))
    )
    found = zip(*(column.tolist() for column in (borders.a, borders.b, borders.low, borders.high)), strict=True)
    assert list(found) == [(0, 2, 0, 4), (0, 3, 4, 6), (1, 3, 6, 9)]


def test_walls_side_by_side_do_not_meet() -> None:
    # One wall runs along x = 1 m and one along y = 1 m: no border, though the numbers are the same.
    borders = meet(Sides(np.arange(2), np.array([2000, 2001]), np.zeros(2, np.int64), np.full(2, 10), np.array([True, False])))
    assert len(borders.a) == 0


def test_cuts_across_the_longer_side() -> None:
    # Always cut, always in the middle: 400 x 300 makes 200 x 300, these 200 x 150, these 100 x 150, and 150 m is not cut.
    draw = np.full((1, NODES, DRAWS), 0.0)
    draw[:, :, 1] = 0.5
    compounds = cut_blocks(np.array([[0, 0, 400, 300]]), np.array([0.5]), draw, 7)
    size = compounds.box[:, 2:] - compounds.box[:, :2]
    assert size.tolist() == [[100, 150]] * 8
    assert compounds.block.tolist() == [7] * 8
    assert len(np.unique(compounds.box, axis=0)) == 8


@settings(max_examples=8, deadline=None)
@given(atoms=st.integers(1, 2500), seed=st.sampled_from(TUNING_SEEDS))
def test_atoms_tile_the_city(atoms: int, seed: int) -> None:
    table, edges = synthetic_city(atoms, seed=seed)
    shapes = np.asarray(table.geometry.array)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.box(*table.total_bounds)
    assert shapely.coverage_union_all(shapes).equals(whole)
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-12)
    # Each border lies within the city once and is counted from both sides, but for the outline.
    assert shapely.length(shapes).sum() == pytest.approx(2 * edges["length"].sum() + whole.length, rel=1e-12)


@settings(max_examples=4, deadline=None)
@given(seed=st.sampled_from(TUNING_SEEDS))
def test_edges_are_the_borders(seed: int) -> None:
    table, edges = synthetic_city(700, seed=seed)
    shapes = np.asarray(table.geometry.array)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="touches")
    a, b = a[a < b], b[a < b]
    length = shapely.length(shapely.intersection(shapes[a], shapes[b]))
    naive = pd.Series(length, index=pd.MultiIndex.from_arrays([a, b]))[length > 0].sort_index()
    assert list(zip(edges["i"], edges["j"], strict=True)) == naive.index.tolist()
    np.testing.assert_allclose(edges["length"], naive, rtol=0, atol=1e-9)


def test_perimeters_of_zones_follow_from_edges() -> None:
    table, edges = synthetic_city(2000, seed=3)
    shapes = np.asarray(table.geometry.array)
    centre = shapely.get_coordinates(shapely.centroid(shapes))
    zone = (centre[:, 0] // 370 * 100 + centre[:, 1] // 290).astype(np.int64)
    dissolved = gpd.GeoDataFrame({"zone": zone}, geometry=shapes).dissolve("zone").length
    inside = edges[zone[edges["i"]] == zone[edges["j"]]]
    perimeter = (
        pd.Series(shapely.length(shapes))
        .groupby(zone)
        .sum()
        .sub(2 * inside.groupby(zone[inside["i"]])["length"].sum(), fill_value=0)
    )
    np.testing.assert_allclose(perimeter, dissolved, rtol=1e-12)


def test_kinds_of_edges() -> None:
    table, edges = synthetic_city(5000, seed=0)
    i, j = (table.iloc[edges[end]].reset_index(drop=True) for end in ("i", "j"))
    same_compound, same_block = i["compound"] == j["compound"], i["superblock"] == j["superblock"]
    assert same_block[same_compound].all()
    assert ((edges["kind"] == 0) == same_compound).all()
    assert ((edges["kind"] == 1) == (same_block & ~same_compound)).all()
    assert (edges["crosses_major_road"] == ~same_block).all()
    roads = lay_roads(5000, 0)
    west, east = np.minimum(i["superblock"], j["superblock"]), np.maximum(i["superblock"], j["superblock"])
    over_river = (east - west == 1) & ((east % roads.columns).isin(roads.river))
    assert over_river.any()
    assert ((edges["kind"] == 3) == over_river).all()
    assert len(roads) == table["superblock"].nunique()


def test_a_compound_is_of_one_type_and_block() -> None:
    table, _ = synthetic_city(5000, seed=1)
    of = table.groupby("compound")[["type", "superblock"]].nunique()
    assert (of == 1).all().all()
    assert (np.diff(table["compound"]) >= 0).all()
    assert table["compound"].nunique() == table["compound"].max() + 1


def test_the_engine_reads_it() -> None:
    atoms, edges = synthetic_city(1000, seed=2)
    graph = from_tables(atoms, edges)
    assert len(graph) == len(atoms)
    np.testing.assert_array_equal(graph.kind, edges["kind"])
    np.testing.assert_array_equal(graph.length, edges["length"])


def test_same_seed_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    once = digest(*synthetic_city(3000, seed=4))
    assert digest(*synthetic_city(3000, seed=4)) == once
    assert digest(*synthetic_city(3000, seed=5)) != once
    monkeypatch.setattr(benchmarks.city, "BLOCKS_AT_ONCE", 5)
    assert digest(*synthetic_city(3000, seed=4)) == once


def test_larger_cities_have_the_same_centre() -> None:
    (small, small_shapes), (large, large_shapes) = _centre(4800), _centre(30_000)
    assert small == large
    assert len(small) > 20
    np.testing.assert_allclose(shapely.area(small_shapes), shapely.area(large_shapes), rtol=1e-9)
    # Corners on the block's outline follow from the blocks around it; the shapes do not.
    assert shapely.area(shapely.symmetric_difference(small_shapes, large_shapes)).max() < 1e-6


def _centre(atoms: int) -> tuple[list[list[object]], NDArray[np.object_]]:
    table, _ = synthetic_city(atoms, seed=6)
    roads = lay_roads(atoms, 6)
    column, row = roads.columns // 2, roads.rows // 2
    block = table[table["superblock"] == row * roads.columns + column]
    moved = block.geometry.translate(-roads.x[column], -roads.y[row])
    return block[["type", "households"]].to_numpy().tolist(), np.asarray(moved.array)


def test_command_writes_the_tables_it_makes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.city", "--atoms", "600", "--seed", "1", "--out", str(tmp_path / "new")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    written = gpd.read_parquet(tmp_path / "new/city_atoms.parquet"), pd.read_parquet(tmp_path / "new/city_edges.parquet")
    assert digest(*written) == digest(*synthetic_city(600, seed=1))


def test_no_city_of_nothing() -> None:
    with pytest.raises(ValueError, match="a city of 0 atoms"):
        synthetic_city(0, seed=1)


def test_columns_are_those_of_the_given_cities() -> None:
    given_atoms = gpd.read_parquet(shared("synthetic_city/s5k_atoms.parquet"))
    given_edges = pd.read_parquet(shared("synthetic_city/s5k_edges.parquet"))
    atoms, edges = synthetic_city(500, seed=0)
    assert atoms.dtypes.astype(str).to_dict() == given_atoms.dtypes.astype(str).to_dict()
    assert edges.dtypes.astype(str).to_dict() == given_edges.dtypes.astype(str).to_dict()
    assert atoms.crs == given_atoms.crs


def test_it_is_like_the_given_city() -> None:
    given_city = measures(
        gpd.read_parquet(shared("synthetic_city/s50k_atoms.parquet")),
        pd.read_parquet(shared("synthetic_city/s50k_edges.parquet")),
    )
    found = measures(*synthetic_city(47_000, seed=0))
    assert found.keys() == given_city.keys()
    close = ["atoms", "households an atom", "edges an atom", "compounds a block", "slab: cell, m2, 50%", "slab: mean households"]
    close += [
        "compounds of 1-500 households, share",
        "slab: compounds that fit, share",
        "block: atoms, 50%",
        "block: households, 50%",
    ]
    close += [
        "lane: share of atoms",
        "village: share of atoms",
        "slab: share of atoms",
        "edges lane, share",
        "length inside, m, 50%",
    ]
    for name in close:
        assert found[name] == pytest.approx(given_city[name], rel=0.15), name
