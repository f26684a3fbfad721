"""Incidents by the command line: from files, into files and the store, and the grids that they lie in."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridplan.analysis.incidents.late import future_incidents
from gridplan.cli import main
from gridplan.contracts import REGISTERS
from gridplan.store import open_store, write_plan
from tests.samples import sample_plan

HEAD = "编号,事件类型,状态,上报时间,经度,纬度"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan, and two incidents in its grids, one outside, and a row that cannot be taken."""
    plan = sample_plan()
    write_plan(plan, tmp_path / "plan.gpkg")
    far = plan.grids.union_all().envelope.buffer(1).exterior.interpolate(0)
    points = [*plan.grids.representative_point().iloc[:2], far]
    words = ("已结案", "跳舞", "已受理")
    told = enumerate(zip(words, points, strict=True))
    rows = [f"{place},噪声,{word},2026-03-01 08:30,{point.x},{point.y}" for place, (word, point) in told]
    (tmp_path / "事件.csv").write_text("\n".join((HEAD, *rows, "x,,,,,")) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRIDPLAN_STORE", "store.gpkg")
    return tmp_path


def test_from_a_file_into_a_file_with_their_grids(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = ["事件.csv", "--time-zone", "Asia/Shanghai", "--stage", "跳舞=dispatched"]
    assert main(["--lang", "zh", "import", "incidents", *reading, "--out", "a.gpkg", "--left-out", "left.csv"]) == 0
    said = capsys.readouterr().out
    assert "核查结案" in said
    assert "未采用：缺少事件类型" in said
    left = pd.read_csv(files / "left.csv")
    assert left[["row", "id", "reason"]].to_numpy().tolist() == [[5, "x", "report.incident_no_kind"]]
    assert main(["incidents", "assign", "plan.gpkg", "a.gpkg", "--out", "b.geojson"]) == 0
    assert "2 of 3 incidents lie in 2 grids" in capsys.readouterr().out
    found = gpd.read_file(files / "b.geojson")
    assert found["grid"].fillna("").tolist() == [*sample_plan().grids["code"].iloc[:2], ""]
    assert found["stage"].tolist() == ["closed", "dispatched", "accepted"]


def test_into_the_store_and_again(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["import", "incidents", "事件.csv", "--time-zone", "Asia/Shanghai", "--stage"]
    assert main([*command, "跳舞=accepted", "--store"]) == 0
    assert "stored in store.gpkg: 3 new, 0 as they were" in capsys.readouterr().out
    assert main([*command, "跳舞=dispatched", "--store"]) == 0
    assert "0 new, 2 as they were, 0 replaced, 1 kept" in capsys.readouterr().out
    assert main([*command, "跳舞=dispatched", "--store", "--replace"]) == 0
    with open_store(files / "store.gpkg") as store:
        assert [line.operation for line in store.incidents.history("1")] == ["replace"]


def test_rows_left_out_are_no_formulas_of_a_spreadsheet(files: Path) -> None:
    hostile = ("=cmd|'/c calc'!A0", "+1+1", "@SUM(A1)", "－1")
    rows = [f'"{name}",,,2026-03-01T08:30:00Z,,' for name in hostile]
    (files / "bad.csv").write_text("\n".join((HEAD, *rows, "甲,垃圾,=2+5,2026-03-01T08:30:00Z,,")) + "\n", "utf-8")
    assert main(["import", "incidents", "bad.csv", "--out", "none.gpkg", "--left-out", "left.csv"]) == 0
    left = pd.read_csv(files / "left.csv", dtype="str", keep_default_na=False)
    assert left["id"].tolist() == [*(f"'{name}" for name in hostile), "甲"]
    assert left["detail"].tolist() == ["", "", "", "", "'=2+5"]


def test_years_to_come_are_told_and_kept(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "ahead.csv").write_text(
        f"{HEAD},办结时间\n9,噪声,已结案,2026-03-01T08:30:00Z,104,30,2186-03-01T08:30:00Z\n", "utf-8"
    )
    assert main(["import", "incidents", "ahead.csv", "--column", "closed_at=办结时间", "--out", "ahead.gpkg"]) == 0
    assert "time lies in the future" in " ".join(capsys.readouterr().out.split())
    found = gpd.read_file(files / "ahead.gpkg", columns=["closed_at"])
    assert found["closed_at"].astype("str").str[:4].tolist() == ["2186"]
    incidents = pd.DataFrame({"id": ["a", "b"], "reported_at": ["2026-03-01T08:30:00Z", "2026-03-01T08:30:01Z"]})
    told = future_incidents(incidents.reindex(columns=REGISTERS["incidents"].names()), at="2026-03-01T16:30:00+08:00").rows
    assert told[["id", "detail"]].to_numpy().tolist() == [["b", "reported_at 2026-03-01T08:30:01Z"]]
    (files / "past.csv").write_text(f"{HEAD}\n8,噪声,已受理,1926-05-01T08:30:00Z,104,30\n", "utf-8")
    assert main(["import", "incidents", "past.csv", "--out", "past.gpkg"]) == 0
    assert "before 2000-01-02" in " ".join(capsys.readouterr().out.split())
    assert gpd.read_file(files / "past.gpkg")["reported_at"].astype("str").str[:4].tolist() == ["1926"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], "GP178"),
        (["--store"], "GP170"),
        (["--out", "事件.csv"], "GP620"),
        (["--out", "a.docx", "--time-zone", "UTC"], "GP602"),
        (["--store", "--stage", "办结"], "GP110"),
        (["--store", "--column", "kind=类型"], "GP131"),
    ],
)
def test_what_is_not_said_right_is_refused(files: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: str) -> None:
    assert main(["import", "incidents", "事件.csv", *more]) == 1
    assert code in capsys.readouterr().err
    assert not (files / "store.gpkg").exists()
