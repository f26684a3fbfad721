"""The registration table as offices open it: Excel read back, PDF text, fonts and bytes."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pypdf
import pytest

import gridplan as gp
from benchmarks.api.plan import made_plan
from gridplan import fonts
from gridplan.errors import GridplanError, InputError, MissingToolError, OutputError
from gridplan.fonts import chinese_font
from gridplan.plan import Plan
from tests.places import demo_plan
from tests.samples import URBAN, sample_plan

GRIDS = 908


@pytest.fixture(scope="module")
def redrawn() -> tuple[Plan, Plan]:
    """Real Helsinki, and the same after a quarter of it was built on: other lines, codes kept where they can be."""
    town = gp.demo_town()
    assert town.buildings is not None
    first = demo_plan()
    buildings = town.buildings.copy()
    buildings.loc[buildings.index[::6], "households"] = 30
    return first, gp.plan_town(replace(town, buildings=buildings), seed=8, parent=first)


@pytest.fixture(scope="module")
def many() -> tuple[Plan, Plan]:
    """A plan of more than 908 grids, and the same with other names for 908 of them."""
    plan = made_plan(columns=150, rows=175)
    grids = plan.grids.copy()
    grids.loc[: GRIDS - 1, "name"] = "新" + grids["name"]
    return plan, replace(plan, grids=grids)


def renamed(name: str) -> Plan:
    """The sample plan with another name for its first grid."""
    plan = sample_plan()
    grids = plan.grids.copy()
    grids.loc[0, "name"] = name
    return replace(plan, grids=grids)


def pages(path: Path) -> list[str]:
    # pypdf reads the two bytes of a sign as two signs where the encoding is a table of the file; PDFium and Poppler do not.
    return [page.extract_text().replace("\x00", "") for page in pypdf.PdfReader(path).pages]


def test_the_workbook_of_a_real_redraw(redrawn: tuple[Plan, Plan], tmp_path: Path) -> None:
    path = tmp_path / "登记表.xlsx"
    gp.write_registration(*redrawn, path, day=date(2026, 3, 1), adopted_by="张三", note="新建小区入住")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["网格调整登记表", "附表：联户单元编码变更表"]
    sheet = book.worksheets[0]
    cells = {str(cell.value): cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"张三", "新建小区入住", "2026年3月1日", "原网格编码", "合计"} <= set(cells)
    assert any(redrawn[0].id in value for value in cells)
    assert sum("________" in value for value in cells) == 4
    header = cells["原网格编码"].row
    assert sheet.freeze_panes == f"A{header + 1}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert sheet.print_area.startswith("'网格调整登记表'!$A$1:$O$")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    rows = gp.registration_table(*redrawn)
    first = header + 1
    column = cells["新网格编码"].column
    written = [sheet.cell(first + number, column) for number in range(len(rows))]
    assert [cell.value for cell in written] == rows["new_code"].tolist()
    assert {(cell.data_type, cell.number_format) for cell in written} == {("s", "@")}
    total = cells["合计"].row
    before, now = (cells[f"调整{when}\n户数"].column for when in "前后")
    assert sheet.cell(total, before).value == rows["households_before"].sum()
    assert sheet.cell(total, now).value == rows["households"].sum()
    assert all(10 < sheet.column_dimensions[name].width <= 40 for name in "DEFGLM")
    units = gp.registration_table(*redrawn, level="unit")
    assert book.worksheets[1].max_row > len(units)


def test_the_pdf_of_a_real_redraw(redrawn: tuple[Plan, Plan], tmp_path: Path) -> None:
    path = tmp_path / "登记表.pdf"
    gp.write_registration(*redrawn, path, day=date(2026, 3, 1), adopted_by="张三", note="新建小区入住")
    text = pages(path)
    for words in ("网格调整登记表", "张三", "新建小区入住", "2026年3月1日", "填表人", "审核人", "负责人", redrawn[1].id):
        assert words in "".join(text)
    for code in gp.registration_table(*redrawn)["new_code"].dropna():
        assert code in text[0]
    annex = next(number for number, page in enumerate(text) if "附表：联户单元编码变更表" in page)
    assert all("原单元编码" in page for page in text[annex:-1])
    assert f"第 1 页 共 {len(text)} 页" in text[0]
    embedded = {}
    for page in pypdf.PdfReader(path).pages:
        used: Any = page  # pypdf has one type for every object of a file
        for font in used["/Resources"]["/Font"].values():
            descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
            embedded[font["/BaseFont"]] = ("/ToUnicode" in font, len(descriptor["/FontFile3"].get_data()))
    (name, (selectable, size)), *others = embedded.items()
    assert (name.partition("+")[2], others, selectable) == ("NotoSansSC", [], True)
    assert 10_000 < size < chinese_font().stat().st_size / 20
    assert path.stat().st_size < 500_000
    english = tmp_path / "table.pdf"
    gp.write_registration(*redrawn, english, language="en")
    assert "Registration of changed grids" in pages(english)[0]
    assert "Filled in by" in "".join(pages(english))


@pytest.mark.parametrize("suffix", ["xlsx", "pdf"])
def test_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        gp.write_registration(sample_plan(), renamed("甲"), tmp_path / f"{name}.{suffix}")
    one, two = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two
    if suffix == "xlsx":
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
            assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    else:
        facts = pypdf.PdfReader(io.BytesIO(one)).metadata
        assert facts is not None
        assert facts.creation_date_raw == "D:20000101000000Z"


def test_908_grids_over_many_pages(many: tuple[Plan, Plan], tmp_path: Path) -> None:
    rows = gp.registration_table(*many)
    assert rows["renamed"].sum() == len(rows) == GRIDS
    path = tmp_path / "many.pdf"
    gp.write_registration(*many, path)
    text = pages(path)
    annex = next(number for number, page in enumerate(text) if "附表" in page)
    assert annex > 20
    assert all("原网格编码" in page for page in text[: annex - 1])
    found = "".join(text[:annex])
    assert all(found.count(code) == 2 for code in rows["new_code"])
    gp.write_registration(*many, tmp_path / "many.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "many.xlsx").worksheets[0]
    numbers = [row[0] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert numbers == list(range(1, GRIDS + 1))


STRANGE = [
    *("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "甲\n乙", '<b>&amp;"', "{nb}", "**粗**", "a\tb"),
    *("𠮷龘", "😀", "\x07铃", "x" * 40_000),
]


def test_strange_names(tmp_path: Path) -> None:
    plan = made_plan(columns=25, rows=25)
    grids = plan.grids.copy()
    grids.loc[: len(STRANGE) - 1, "name"] = STRANGE
    strange = replace(plan, grids=grids)
    gp.write_registration(plan, strange, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    cells = [row[6] for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [*STRANGE[:-2], "\ufffd铃", "x" * 32_766 + "…"]
    gp.write_registration(plan, strange, tmp_path / "a.pdf")
    text = "".join(pages(tmp_path / "a.pdf"))
    for words in (*STRANGE[:5], *STRANGE[6:9], "a b", "〓龘", "〓铃", "…"):
        assert words in text
    assert "〓 代表字体缺少的字：U+0007, U+1F600, U+20BB7" in text


def test_what_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = sample_plan(), renamed("甲")

    def refused(kind: type[GridplanError], code: str, path: Path, font: Path | None = None) -> None:
        with pytest.raises(kind, match=code):
            gp.write_registration(old, new, path, font=font)
        assert not path.exists()

    refused(OutputError, "GP602", tmp_path / "a.docx")
    refused(OutputError, "GP601", tmp_path / "nowhere" / "a.xlsx")
    refused(InputError, "GP101", tmp_path / "a.pdf", tmp_path / "none.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    refused(InputError, "GP190", tmp_path / "a.pdf", tmp_path / "broken.ttf")
    latin = Path(openpyxl.__file__).parents[1] / "matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf"
    refused(InputError, "GP190", tmp_path / "a.pdf", latin)
    monkeypatch.setattr(fonts, "_MODULE", "no_such_package")
    refused(MissingToolError, "GP720 .*pip install pylopdf-fonts-zh-cn", tmp_path / "a.pdf")


def test_a_font_of_one_s_own(tmp_path: Path) -> None:
    own = tmp_path / "own.otf"
    own.write_bytes(chinese_font().read_bytes())
    gp.write_registration(sample_plan(), renamed("甲"), tmp_path / "a.pdf", font=own)
    gp.write_registration(sample_plan(), renamed("甲"), tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_nothing_changed_is_said(tmp_path: Path) -> None:
    plan = sample_plan()
    gp.write_registration(plan, plan, tmp_path / "a.pdf")
    assert "无变更" in pages(tmp_path / "a.pdf")[0]
    gp.write_registration(plan, plan, tmp_path / "a.xlsx")
    values = [cell for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].values for cell in row]
    assert "无变更。" in values
    assert np.isin([f"{URBAN}001"], values).sum() == 0
