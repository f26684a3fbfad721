"""``gridplan atlas`` from files to a PDF: who is named, who belongs elsewhere, what is refused."""

from pathlib import Path

import pypdf
import pytest

import gridplan as gp
from gridplan.cli import main
from tests.samples import URBAN, sample_plan


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.gpkg"
    gp.write_plan(sample_plan(), path)
    return str(path)


def pages(path: Path) -> list[str]:
    return [page.extract_text().replace("\x00", "") for page in pypdf.PdfReader(path).pages]


def test_an_atlas_with_contacts_and_one_without(plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    staff = tmp_path / "名册.csv"
    rows = (f"欧阳青山,13800000001,网格员,{URBAN}001", "司马小红,13800000002,网格长,999", "诸葛大力,,,")
    staff.write_text("姓名,电话,岗位,网格编码\n" + "\n".join(rows) + "\n", encoding="gb18030")
    out = tmp_path / "图册.pdf"
    asked = ["atlas", plan, "--staff", str(staff), "--community", URBAN, "--date", "2026-03-01", "--out", str(out)]
    assert main(["--lang", "zh", *asked]) == 0
    told = capsys.readouterr()
    assert "不在方案中" in told.out
    assert "已舍去" in told.out
    assert not any(name in told.out + told.err for name in ("欧阳", "司马", "诸葛", "1380000"))
    assert len(pages(out)) == 3
    assert not any("欧阳青山" in page or "13800000001" in page for page in pages(out))
    assert main([*asked, "--contacts"]) == 0
    assert "欧阳青山" in pages(out)[1]
    assert "13800000001" in pages(out)[1]
    # A board names whom the office made public, and says the duties that it words.
    duties = tmp_path / "职责.txt"
    duties.write_text("一日一巡查\n\n一周一走访\n", encoding="utf-8")
    assert main([*asked, "--sheet", "board", "--public", "grid worker", "--duties", str(duties), "--grid", f"{URBAN}001"]) == 0
    (board,) = pages(out)
    assert all(each in board for each in ("欧阳青山", "13800000001", "一日一巡查", "一周一走访"))
    assert "日常巡查走访" not in board
    assert main([*asked, "--sheet", "community_board", "--hotline", "0851-12345"]) == 0
    (whole,) = pages(out)
    assert "0851-12345" in whole
    assert "欧阳青山" not in whole


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--community", "nosuch"], "GP622"),
        (["--grid", "nosuch"], "GP623"),
        (["--staff", "nosuch.csv"], "GP101"),
        (["--duties", "nosuch.txt"], "GP101"),
        (["--font", "nosuch.otf"], "GP101"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    options: list[str], code: str, plan: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "atlas.pdf"
    assert main(["atlas", plan, *options, "--out", str(out)]) != 0
    assert code in capsys.readouterr().err
    assert not out.exists()
