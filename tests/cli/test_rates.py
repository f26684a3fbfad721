"""``gridplan incidents rates``, ``staffing``, ``organisations``: files in, tables out."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from benchmarks.incident_rows import lattice_plan
from gridplan.cli import main
from gridplan.contracts import REGISTERS
from gridplan.simulation import simulate_incidents, simulate_organisations
from gridplan.store import open_store, write_layer, write_plan

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of 908 grids with the incidents and bodies of Longli, and three people."""
    made, plan = tmp_path_factory.mktemp("rates"), lattice_plan(columns=4, rows=227)
    write_plan(plan, made / "plan.gpkg")
    write_layer(simulate_incidents(plan, "longli"), REGISTERS["incidents"], made / "incidents.geojson")
    write_layer(simulate_organisations(plan, "longli"), REGISTERS["organisations"], made / "bodies.csv")
    first = plan.grids["code"].iloc[0]
    (made / "staff.csv").write_text(f"姓名,岗位,网格\n甲,网格员,{first}\n乙,网格员,{first}\n丙,网格员,x\n", "utf-8")
    return made


def test_rates_of_a_file(folder: Path, capsys: Captured) -> None:
    out = folder / "rates.csv"
    files = [str(folder / "incidents.geojson"), "--by", "kind", "--as-of", "2026-01-01", "--out", str(out)]
    assert main(["--lang", "en", "incidents", "rates", *files]) == 0
    said = capsys.readouterr().out
    assert "92.56 %" in said
    assert "98.31 %" in said
    table = pd.read_csv(out).set_index("kind")
    assert table.loc["矛盾纠纷", ["accepted", "closed"]].tolist() == [709, 697]
    assert table["closed"].sum() == 16_394


def test_rates_by_the_grids_of_a_plan_as_a_workbook(folder: Path, capsys: Captured) -> None:
    out = folder / "rates.xlsx"
    files = [str(folder / "incidents.geojson"), "--plan", str(folder / "plan.gpkg"), "--by", "community,period"]
    assert main(["--lang", "zh", "incidents", "rates", *files, "--period", "quarter", "--out", str(out)]) == 0
    assert "办结率" in capsys.readouterr().out
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {"事件办理统计", "社区", "时段", "办结率", "2025-Q1"} <= set(texts)
    assert "按时办结" in texts


def test_repeats_of_a_file(folder: Path, capsys: Captured) -> None:
    lines = ["id,kind,reported_at,lon,lat"]
    lines += [f"a{day},噪声,2026-03-{day:02}T08:00:00Z,106.5,29.5" for day in (1, 2, 30)]
    lines += ["b,垃圾,2026-03-02T08:00:00Z,106.5,29.5", "c,噪声,2026-03-02T08:00:00Z,,"]
    (folder / "again.csv").write_text("\n".join(lines), "utf-8")
    out = folder / "again_table.xlsx"
    command = ["incidents", "repeats", str(folder / "again.csv"), "--by", "kind"]
    assert main(["--lang", "zh", *command, "--days", "20", "--out", str(out)]) == 0
    assert "重复率" in capsys.readouterr().out
    (sheet,) = openpyxl.load_workbook(out).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("相距不超过 30 米、相隔不超过 20 天" in str(cell) for row in rows for cell in row)
    assert ["噪声", 4, 3, 1, pytest.approx(1 / 3)] in [row[:5] for row in rows]
    assert main([*command, "--out", str(folder / "again.csv.csv")]) == 0
    table = pd.read_csv(folder / "again.csv.csv").set_index("kind")
    assert table.loc["噪声", ["reported", "placed", "repeats"]].tolist() == [4, 3, 2]
    assert main([*command, "--within", "0"]) == 1
    assert "GP186" in capsys.readouterr().err


def test_rates_of_a_file_with_words_of_its_own(folder: Path, capsys: Captured) -> None:
    rows = "1,x,跳舞,2026-03-01T08:30:00Z,0,0.5\n2,x,跳舞,2026-03-01T08:30:00Z,,\n"
    (folder / "own.csv").write_text(f"id,sort,stage,reported_at,lon,lat\n{rows}", "utf-8")
    own = [
        "--column",
        "kind=sort",
        "--stage",
        "跳舞=closed",
        "--plan",
        str(folder / "plan.gpkg"),
        "--out",
        str(folder / "own_rates.csv"),
    ]
    assert main(["--lang", "en", "incidents", "rates", str(folder / "own.csv"), "--by", "kind", *own]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "it lies outside every grid" in said
    assert "it has no place" in said
    assert pd.read_csv(folder / "own_rates.csv")[["kind", "closed"]].to_numpy().tolist() == [["x", 2]]


def test_staff_and_bodies_of_files(folder: Path, capsys: Captured) -> None:
    plan = str(folder / "plan.gpkg")
    assert main(["--lang", "zh", "staffing", plan, str(folder / "staff.csv")]) == 0
    said = capsys.readouterr().out
    assert "908" in said
    assert "未计入" in said
    assert "row 4" in said  # of x, a grid that there is not
    assert "统计岗位" in said
    (folder / "duties.csv").write_text((folder / "staff.csv").read_text("utf-8").replace("岗位", "岗位职责"), "utf-8")
    assert main(["--lang", "zh", "staffing", plan, str(folder / "duties.csv"), "--column", "post=岗位职责"]) == 0
    assert capsys.readouterr().out == said
    assert main(["--lang", "en", "organisations", plan, str(folder / "bodies.csv"), "--out", str(folder / "b.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "99.12 %" in said
    assert "90.09" not in said
    assert main(["organisations", plan, str(folder / "bodies.csv"), "--by", "place"]) == 1
    assert "GP185" in capsys.readouterr().err
    assert main(["organisations", plan, str(folder / "bodies.csv"), "--out", str(folder / "b.pdf")]) == 1
    assert "GP602" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["geopackage", "postgis"])
def test_lists_of_an_office_come_into_the_store(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("fresh_postgis_url") if where == "postgis" else ""
    monkeypatch.setenv("GRIDPLAN_DATABASE_URL", url)
    monkeypatch.setenv("GRIDPLAN_STORE", str(tmp_path / "store.gpkg"))
    staff, bodies = tmp_path / "staff.csv", tmp_path / "bodies.csv"
    staff.write_text("编号,姓名,电话,岗位,网格\n1,甲,1,网格员,g1\n2,乙,,网格员,g2\n", "utf-8")
    bodies.write_text("名称,类型,网格\n联合党小组,党小组,g1、g2\n", "utf-8")
    assert main(["import", "staff", str(staff)]) == 0
    assert main(["import", "organisations", str(bodies)]) == 0
    assert capsys.readouterr().out.count("2 new, 0 changed, 0 as they were") == 2
    staff.write_text("编号,姓名,电话,岗位,网格\n1,甲,1,网格员,g3\n3,丙,,网格员,g2\n", "utf-8")
    assert main(["import", "staff", str(staff)]) == 0
    assert "1 new, 1 changed, 0 as they were; 1 that are not in the file stay" in capsys.readouterr().out
    assert main(["import", "staff", str(staff), "--replace"]) == 0
    assert "0 new, 0 changed, 2 as they were; 1 that are not in the file were taken out" in capsys.readouterr().out
    with open_store(url or tmp_path / "store.gpkg") as store:
        assert store.load_register("staff")[["id", "grid"]].to_numpy().tolist() == [["1", "g3"], ["3", "g2"]]
        assert store.load_register("organisations")["organisation"].nunique() == 1
