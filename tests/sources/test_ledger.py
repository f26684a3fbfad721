"""Ledgers: joined by id or address, what does not match counted, and nothing personal kept."""

from pathlib import Path

import pandas as pd
import pytest

from gridplan.errors import InputError
from gridplan.sources import join_ledger, read_files, read_ledger
from gridplan.sources.ledger import normal_address
from tests.sources import drawn


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("锦绣路5号3幢", "锦绣路５号３栋"),
        ("锦绣路5号3幢", "锦绣路 5号 三号楼"),
        ("锦绣路5号12栋", "锦绣路5号十二幢"),
        ("锦绣路5号3幢", "锦绣路5号3#楼"),
        ("锦绣路5号3座", "锦绣路5号3#"),
        ("Anchorvale Road 308A", "ANCHORVALE ROAD ３０８A"),
    ],
)
def test_one_address_written_in_two_ways(one: str, other: str) -> None:
    assert normal_address(one) == normal_address(other)


def test_different_addresses_stay_apart() -> None:
    written = ["锦绣路5号3幢", "锦绣路5号13幢", "锦绣路5号31幢", "锦绣路53号", "锦绣路5号", "锦绣一路5号"]
    assert len({normal_address(text) for text in written}) == len(written)


def test_excel_with_a_row_a_household(tmp_path: Path) -> None:
    ledger = pd.DataFrame(
        {
            "户主姓名": ["甲", "乙", "丙", "丁"],
            "联系电话": ["1", "2", "3", "4"],
            "地址": ["锦绣路５号3栋1单元101室", "锦绣路5号三号楼2-502", "锦绣路5号4幢", "长江路1号"],
        }
    )
    ledger.to_excel(tmp_path / "l.xlsx", index=False)
    buildings = drawn.buildings(id=["a", "b", "c"], address=["锦绣路5号3幢", "锦绣路5号4幢", None], households=[None, 9, 4])
    town = read_files(buildings=drawn.saved(buildings, tmp_path / "b.gpkg"), ledger=tmp_path / "l.xlsx")
    assert town.buildings is not None
    assert town.buildings["households"].tolist() == [2, 1, 4]
    found = town.report.rows.set_index("reason")["id"]
    assert found["report.ledger_row_unmatched"] == "row 5"
    assert found["report.ledger_building_unmatched"] == "c"
    assert found["report.personal_column"].tolist() == ["户主姓名", "联系电话"]
    assert "长江路" not in town.report.rows.to_csv()
    assert town.source["ledger"] == "l.xlsx"


def test_gbk_csv_with_counts_by_id(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("编号,户数\n001,12\n002,30\n002,30\n", encoding="gb18030")
    rows, report = read_ledger(tmp_path / "l.csv")
    assert report.counts() == {("import", "report.encoding"): 1}
    joined, _ = join_ledger(drawn.buildings(id=["001", "002"]), rows)
    assert joined["households"].tolist() == [12, 30]


def test_rows_that_contradict_are_refused() -> None:
    with pytest.raises(InputError, match=r"GP126.*b"):
        join_ledger(drawn.buildings(id=["a", "b"]), pd.DataFrame({"id": ["b", "b"], "households": ["3", "4"]}))


def test_an_address_of_two_buildings_is_left_out() -> None:
    buildings = drawn.buildings(id=["a", "b", "c"], address=["x1号", "x1号", "x2号"])
    joined, report = join_ledger(buildings, pd.DataFrame({"address": ["x1号", "x2号"]}))
    assert joined["households"].tolist() == [pd.NA, pd.NA, 1]
    assert report.counts()["import", "report.ledger_ambiguous"] == 1


def test_what_cannot_be_joined_is_refused(tmp_path: Path) -> None:
    buildings = drawn.buildings(id=["a"])
    with pytest.raises(InputError, match="GP127"):
        join_ledger(buildings, pd.DataFrame({"id": ["z"]}))
    with pytest.raises(InputError, match="GP125"):
        join_ledger(buildings, pd.DataFrame({"address": ["z"]}))
    for wrong in ("-1", "many", None):
        with pytest.raises(InputError, match=r"GP103.*row 2"):
            join_ledger(buildings, pd.DataFrame({"id": ["a"], "households": [wrong]}))
    (tmp_path / "l.csv").write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="GP125"):
        read_ledger(tmp_path / "l.csv")
    (tmp_path / "l.xlsx").write_bytes(b"no spreadsheet")
    with pytest.raises(InputError, match="GP108"):
        read_ledger(tmp_path / "l.xlsx")
    with pytest.raises(InputError, match="GP101"):
        read_ledger(tmp_path / "none.xlsx")
    (tmp_path / "l.doc").touch()
    with pytest.raises(InputError, match="GP119"):
        read_ledger(tmp_path / "l.doc")
