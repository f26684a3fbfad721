"""Files of staff and of bodies, as offices write them."""

from pathlib import Path

import pandas as pd
import pytest

from gridplan.errors import InputError
from gridplan.sources import read_organisations, read_staff

STAFF = """工号,姓名,联系电话,岗位,所属网格,备注
A1,王甲,１３８,网格员,520123001001001,
,李乙,139,网格长,520123001001001,x
,李乙,139,网格长,520123001001001,y

,,137,网格员,520123001001002,
,赵丙,,,520123001001002,
"""
BODIES = """名称,类型,组建方式,网格,小区
第一党小组,网格党小组,单独组建,520123001001001,
联合党小组,党小组,联合组建,520123001001002、520123001001003,
联合党小组,党小组,联合组建,520123001002001,
锦绣业委会,业委会,,,c1
无处,物业,,,
联合党小组,党小组,联合组建,520123001001002、520123001001003,
"""


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_staff_as_an_office_lists_it(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"staff{suffix}"
    if suffix == ".csv":
        path.write_bytes(STAFF.encode("gb18030"))
    else:
        rows = [line.split(",") for line in STAFF.splitlines()]
        frame = pd.DataFrame([row if len(row) > 1 else [""] * 6 for row in rows[1:]], columns=rows[0])
        frame.replace("", None).to_excel(path, index=False)
    staff, report = read_staff(path)
    assert staff[["name", "phone", "post", "grid"]].to_dict("records") == [
        {"name": "王甲", "phone": "138", "post": "网格员", "grid": "520123001001001"},
        {"name": "李乙", "phone": "139", "post": "网格长", "grid": "520123001001001"},
    ]
    assert staff["id"].is_unique
    assert staff["id"][0] == "A1"
    told = report.rows[report.rows["reason"] != "report.encoding"]
    assert told[["reason", "id", "detail"]].to_numpy().tolist() == [
        ["report.people_incomplete", "row 6", "name"],
        ["report.people_incomplete", "row 7", "post"],
        ["report.people_again", "row 4", ""],
    ]
    assert "王甲" not in str(report.rows.to_numpy().tolist())


def test_bodies_with_a_row_for_each_link(tmp_path: Path) -> None:
    path = tmp_path / "bodies.csv"
    path.write_text(BODIES, "utf-8")
    links, report = read_organisations(path)
    joint = links[links["form"] == "joint"]
    assert joint["zone"].tolist() == [*(two := ["520123001001002", "520123001001003"]), "520123001002001", *two]
    # A row of the file is a body; one that stands there twice is one body with its links twice.
    assert joint["organisation"].nunique() == 2
    assert links["id"].is_unique
    assert links[links["kind"] == "owners_committee"][["level", "zone", "form"]].fillna("").to_numpy().tolist() == [
        ["compound", "c1", ""]
    ]
    assert report.rows[["reason", "id"]].to_numpy().tolist() == [["report.people_incomplete", "row 6"]]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "bodies.csv"
    path.write_text("名称,类型,网格\nx,茶馆,1\n", "utf-8")
    with pytest.raises(InputError, match=r"GP103.*row 2.*茶馆"):
        read_organisations(path)
    path.write_text("名称,类型\nx,党小组\n", "utf-8")
    with pytest.raises(InputError, match=r"GP102.*zone"):
        read_organisations(path)
    path.write_text("姓名,岗位,职务\nx,网格员,网格长\n", "utf-8")
    with pytest.raises(InputError, match=r"GP116.*--column post=NAME.*columns=\{'post': 'NAME'\}"):
        read_staff(path)
    assert read_staff(path, columns={"post": "岗位"})[0]["post"].tolist() == ["网格员"]
    with pytest.raises(InputError, match="GP131"):
        read_staff(path, columns={"post": "职责"})
