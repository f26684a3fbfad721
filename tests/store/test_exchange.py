"""Layers as files of other programs, read back by other code than ours."""

import dataclasses
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridplan.contracts import PLAN
from gridplan.errors import OutputError, StoreError
from gridplan.plan.model import Plan
from gridplan.store import export_layer, write_labels
from gridplan.store.rendering import geometry_texts


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_grids_in_each_format(plan: Plan, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"网格.{ending}"
    renamed = export_layer(plan, "grids", path)
    back = gpd.read_file(path).rename(columns={new: old for old, new in renamed.items()})
    assert list(back["code"]) == list(plan.grids["code"])
    assert list(back["name"]) == list(plan.grids["name"])
    assert list(back["households"]) == [28, 50, 12, 17]
    assert back["population"].isna().tolist() == [False, False, True, False]
    assert back["compactness"].to_numpy() == pytest.approx(plan.grids["compactness"].to_numpy())
    assert shapely.equals(back.geometry.to_numpy(), plan.grids.geometry.to_numpy()).all()
    assert back.crs == "EPSG:4326"


@pytest.mark.parametrize(("layer", "ending"), [("grids", "geojson"), ("grids", "gpkg"), ("grids", "shp"), ("meta", "csv")])
def test_same_bytes_twice(plan: Plan, tmp_path: Path, layer: str, ending: str) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        export_layer(plan, layer, tmp_path / name / f"a.{ending}")
    for part in (tmp_path / "one").iterdir():
        assert part.read_bytes() == (tmp_path / "two" / part.name).read_bytes()


def test_a_shapefile_in_the_national_encoding(plan: Plan, tmp_path: Path) -> None:
    renamed = export_layer(plan, "grids", tmp_path / "g.shp", encoding="GB18030")
    assert renamed == {"compactness": "compact"}
    assert (tmp_path / "g.cpg").read_text().strip() == "GB18030"
    assert "东风社区".encode("gb18030") in (tmp_path / "g.dbf").read_bytes()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["g.cpg", "g.dbf", "g.prj", "g.shp", "g.shx"]


def test_every_long_name_has_a_short_one_of_its_own(plan: Plan, tmp_path: Path) -> None:
    for layer, contract in PLAN.items():
        if contract.geometry and layer != "buildings":
            renamed = export_layer(plan, layer, tmp_path / f"{layer}.shp")
            names = [renamed.get(name, name) for name in contract.names()]
            assert all(len(name) <= 10 for name in names)
            assert list(gpd.read_file(tmp_path / f"{layer}.shp").columns) == [*names, "geometry"]


def test_plain_tables_as_csv(plan: Plan, tmp_path: Path) -> None:
    export_layer(plan, "sections", tmp_path / "sections.csv")
    back = pd.read_csv(tmp_path / "sections.csv", dtype={"unit": str}, encoding="utf-8-sig")
    assert list(back["unit"]) == list(plan.sections["unit"])
    assert back["households"].sum() == 107


@pytest.mark.parametrize(
    ("layer", "name", "code"),
    [
        ("streets", "a.gpkg", r"GP408 .*communities, grids"),
        ("grids", "a.xyz", r"GP602 .*\.xyz.*\.geojson, \.gpkg, \.shp"),
        ("grids", "a", r"GP602 .*none"),
        ("grids", "a.csv", r"GP604 .*grids"),
        ("meta", "a.shp", r"GP603 .*\.csv"),
        ("buildings", "a.shp", r"GP606 .*Point, Polygon"),
        ("grids", "nosuch/a.shp", r"GP601 .*nosuch"),
        ("grids", "nosuch/a.geojson", r"GP601 .*nosuch"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(plan: Plan, tmp_path: Path, layer: str, name: str, code: str) -> None:
    with pytest.raises((OutputError, StoreError), match=code):
        export_layer(plan, layer, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_text_too_long_for_a_shapefile_is_not_cut(plan: Plan, tmp_path: Path) -> None:
    findings = plan.findings.copy()
    findings.loc[0, "message_zh"] = "户" * 85
    plan = dataclasses.replace(plan, findings=findings)
    with pytest.raises(OutputError, match="GP605 layer findings: 1 values of message_zh"):
        export_layer(plan, "findings", tmp_path / "a.shp")
    assert list(tmp_path.iterdir()) == []


def test_labels(tmp_path: Path) -> None:
    write_labels(np.array([1, 0, 1], dtype=np.int32), tmp_path / "labels.parquet")
    assert pd.read_parquet(tmp_path / "labels.parquet")["zone"].tolist() == [1, 0, 1]
    write_labels(np.array([1, 0, 1]), tmp_path / "labels.csv")
    assert (tmp_path / "labels.csv").read_text() == "zone\n1\n0\n1\n"
    with pytest.raises(OutputError, match="GP601"):
        write_labels(np.array([1]), tmp_path / "nosuch" / "labels.parquet")


@given(st.floats(-180, 180))
def test_coordinates_are_within_half_of_the_last_decimal(value: float) -> None:
    text = json.loads(geometry_texts(np.array([shapely.Point(value, -value)]))[0])
    assert all(abs(found - given) <= 5.000001e-10 for found, given in zip(text["coordinates"], (value, -value), strict=True))
    assert b"-0.0," not in geometry_texts(np.array([shapely.Point(-1e-12, 0)]))[0]


def test_shapes_of_every_kind_are_written() -> None:
    hollow = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 4, 4))
    shapes = [shapely.Point(1, 2), hollow, shapely.MultiPolygon([hollow, shapely.box(20, 0, 21, 1)]), shapely.Polygon(), None]
    texts = geometry_texts(np.array(shapes, dtype=object))
    assert texts[-1] == b"null"
    read = shapely.from_geojson([text.decode() for text in texts[:-1]])
    assert all(shapely.equals(read, shapes[:-1]))
    assert shapely.is_ccw(read[1].exterior)
    assert not shapely.is_ccw(read[1].interiors[0])
