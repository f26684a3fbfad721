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
        ("锦绣路5号100幢", "锦绣路五号一百栋"),
        ("锦绣路5号110幢", "锦绣路5号一百一十栋"),
        ("锦绣路5号105幢", "锦绣路5号一百零五栋"),
        ("锦绣路5号231幢", "锦绣路5号两百三十一座"),
        ("锦绣路5号20幢", "锦绣路5号二十号楼"),
        ("锦绣路5号999幢", "锦绣路5号九百九十九栋"),
        ("锦绣路5号3幢", "锦绣路5号3#楼"),
        ("锦绣路5号3座", "锦绣路5号3#"),
        ("Anchorvale Road 308A", "ANCHORVALE ROAD ３０８A"),
    ],
)
def test_one_address_written_in_two_ways(one: str, other: str) -> None:
    assert normal_address(one) == normal_address(other)


def test_different_addresses_stay_apart() -> None:
    written = [
        "锦绣路5号一百五栋",
        "锦绣路5号150栋",
        "锦绣路5号105栋",
        "锦绣路5号三一栋",
        "锦绣路5号3幢",
        "锦绣路5号13幢",
        "锦绣路5号31幢",
        "锦绣路53号",
        "锦绣路5号",
        "锦绣一路5号",
    ]
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


@pytest.mark.parametrize(
    ("text", "counts", "duplicates"),
    [
        # A row twice in the same room is one household; two names in one room are two.
        ("编号,单元,室,姓名\na,1,101,甲\na,1,102,乙\na,1,101,甲\na,1,101,丙\nb,1,101,甲\n", [3, 1], [("row 4", "row 2")]),
        ("地址\nx路1号1单元101室\nx路1号1单元101室\nx路2号\nx路2号\n", [1, 2], [("row 3", "row 2")]),
        # Rows that name nothing but the building are a household each, whatever else they say of it.
        ("编号,社区\na,桂花\na,桂花\nb,桂花\n", [2, 1], []),
        ("编号,室\na,\na,\nb,1\n", [2, 1], []),
        ("编号,单元\na,1\na,1\nb,1\n", [2, 1], []),
        ("门牌号\nx路1号2单元\nx路1号2单元\nx路2号\n", [2, 1], []),
    ],
)
def test_a_household_written_twice_counts_once(
    tmp_path: Path, text: str, counts: list[int], duplicates: list[tuple[str, str]]
) -> None:
    (tmp_path / "l.csv").write_text(text, encoding="utf-8")
    buildings = drawn.buildings(id=["a", "b"], address=["x路1号", "x路2号"])
    town = read_files(buildings=drawn.saved(buildings, tmp_path / "b.gpkg"), ledger=tmp_path / "l.csv")
    assert town.buildings is not None
    assert town.buildings["households"].tolist() == counts
    rows = town.report.rows.query("reason == 'report.ledger_duplicate'")
    assert list(zip(rows["id"], rows["detail"], strict=True)) == duplicates


def test_counts_in_digits_of_full_width() -> None:
    joined, _ = join_ledger(drawn.buildings(id=["a"]), pd.DataFrame({"id": ["a", "a"], "households": ["１２", "12"]}))
    assert joined["households"].tolist() == [12]


def test_a_ledger_column_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("编号,户数,住户数\na,3,4\n", encoding="utf-8")
    path = drawn.saved(drawn.buildings(id=["a"]), tmp_path / "b.gpkg")
    with pytest.raises(InputError, match=r"GP116.*--column ledger\.households=NAME.*'ledger': {'households': 'NAME'}"):
        read_files(buildings=path, ledger=tmp_path / "l.csv")
    town = read_files(buildings=path, ledger=tmp_path / "l.csv", columns={"ledger": {"households": "住户数"}})
    assert town.buildings is not None
    assert town.buildings["households"].tolist() == [4]
