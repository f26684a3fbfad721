"""Town bundles: what is written is read again, third-party ones are checked, and nothing is left half-written."""

import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from gridplan.contracts import TOWN
from gridplan.errors import InputError, OutputError
from gridplan.sources import Town, demo_town, estimate_households, read_town, write_town
from tests.sources import drawn


def same(one: Town, other: Town) -> None:
    assert [name for name, _ in one.layers()] == [name for name, _ in other.layers()]
    for (_, table), (_, again) in zip(one.layers(), other.layers(), strict=True):
        assert table.to_wkb().equals(again.to_wkb())
        assert table.dtypes.equals(again.dtypes)
    assert one.report.rows.equals(other.report.rows)
    assert one.source == other.source


@pytest.mark.parametrize("name", ["town.gpkg", "town"])
def test_a_town_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    town = demo_town()
    same(town, read_town(write_town(town, tmp_path / name)))
    estimated = estimate_households(town)
    back = read_town(write_town(estimated, tmp_path / name))
    same(estimated, back)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("name", ["town.gpkg", "town"])
def test_the_same_town_is_the_same_bytes_in_two_processes(tmp_path: Path, name: str) -> None:
    program = "import sys; from gridplan.sources import *; write_town(demo_town(), sys.argv[1])"
    written = []
    for seed in ("1", "2"):
        path = tmp_path / seed / name
        path.parent.mkdir()
        subprocess.run([sys.executable, "-c", program, str(path)], check=True, env=os.environ | {"PYTHONHASHSEED": seed})
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        written.append([(file.name, file.read_bytes()) for file in files])
    assert written[0] == written[1]


def test_every_column_is_typed_for_gdal(tmp_path: Path) -> None:
    import pyogrio

    path = write_town(demo_town(), tmp_path / "town.gpkg")
    facts = pyogrio.read_info(path, layer="buildings")
    types = dict(zip(facts["fields"], facts["ogr_types"], strict=True))
    wanted = {"text": "OFTString", "int": "OFTInteger64", "float": "OFTReal"}
    assert types == {column.name: wanted[column.kind] for column in TOWN["buildings"].columns}


def third_party(path: Path, **layers: gpd.GeoDataFrame) -> Path:
    for name, table in layers.items():
        table.to_file(path, layer=name)
    return path


def test_a_bundle_of_others_is_read_and_projected(tmp_path: Path) -> None:
    path = third_party(
        tmp_path / "t.gpkg",
        communities=drawn.communities("A").to_crs(32648),
        buildings=drawn.buildings(id=["a", "b"], households=[3, None]).to_crs(4547),
        remarks=drawn.communities("x"),
    )
    town = read_town(path)
    assert town.crs.to_epsg() == 4326
    assert town.buildings is not None
    assert town.buildings["households"].isna().tolist() == [False, True]
    assert town.streets is None
    assert town.source["town"] == "t.gpkg"


def test_wrong_bundles_are_refused(tmp_path: Path) -> None:
    houses, place = drawn.buildings(id=["a"]), drawn.communities("A")
    with pytest.raises(InputError, match="GP101"):
        read_town(tmp_path / "none.gpkg")
    with pytest.raises(InputError, match=r"GP109.*gebäude, orte"):
        read_town(third_party(tmp_path / "1.gpkg", gebäude=houses, orte=place))
    with pytest.raises(InputError, match=r"GP109.*buildings"):
        read_town(third_party(tmp_path / "2.gpkg", buildings=houses))
    with pytest.raises(InputError, match=r"GP132.*communities"):
        read_town(third_party(tmp_path / "3.gpkg", communities=place))
    with pytest.raises(InputError, match=r"GP102.*kind"):
        read_town(third_party(tmp_path / "4.gpkg", communities=place.drop(columns="kind"), buildings=houses))
    atoms = drawn.buildings(id=["a"], households=[3], community=["Z"])
    with pytest.raises(InputError, match=r"GP117.*Z"):
        read_town(third_party(tmp_path / "5.gpkg", communities=place, atoms=atoms))
    over = drawn.communities("A", "B").set_geometry([place.geometry[0]] * 2)
    with pytest.raises(InputError, match=r"GP112.*A and B"):
        read_town(third_party(tmp_path / "6.gpkg", communities=over, buildings=houses))
    (tmp_path / "7.gpkg").write_bytes(b"no database")
    with pytest.raises(InputError, match="GP108"):
        read_town(tmp_path / "7.gpkg")
    (tmp_path / "8").mkdir()
    with pytest.raises(InputError, match="GP109"):
        read_town(tmp_path / "8")


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path) -> None:
    town = demo_town()
    with pytest.raises(OutputError, match="GP601"):
        write_town(town, tmp_path / "no" / "such" / "town.gpkg")
    with pytest.raises(OutputError, match="GP601"):
        write_town(town, Path("/proc/town.gpkg"))
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"GP607.*letter\.txt"):
        write_town(town, folder)
    with pytest.raises(OutputError, match=r"GP607.*letter\.txt"):
        write_town(town, folder / "letter.txt")
    (tmp_path / "dir.gpkg").mkdir()
    with pytest.raises(OutputError, match="GP601"):
        write_town(town, tmp_path / "dir.gpkg")
    assert (folder / "letter.txt").read_text() == "dear"
    assert sorted(os.listdir(tmp_path)) == ["dir.gpkg", "mine"]
