"""Division codes: the shipped table is whole and a tree, agrees with the source cut by others, and others can be read."""

from pathlib import Path

import pandas as pd
import pytest

from gridplan.errors import InputError
from gridplan.sources import PLACES, divisions, kind_of_name, read_boundary
from gridplan.sources.division_codes import FILE, make_divisions
from gridplan.sources.registry import FOLDER, registry
from tests.places import shared

WIDTHS = {"city": 6, "county": 6, "town": 9, "community": 12}


def shipped() -> pd.DataFrame:
    return pd.read_csv(FOLDER / FILE, dtype="str")


def test_the_shipped_table_is_a_tree() -> None:
    table = shipped()
    assert table["code"].is_unique
    assert table["code"].is_monotonic_increasing
    assert (table["code"].str.len() == table["level"].map(WIDTHS)).all()
    above = dict(zip(table["code"], table["level"], strict=True))
    below = table[table["level"].isin(["town", "community"])]
    assert [above[parent] for parent in below["parent"]] == ["county" if level == "town" else "town" for level in below["level"]]
    assert (below["parent"] == [code[: 6 if len(code) == 9 else 9] for code in below["code"]]).all()
    assert set(table.loc[table["level"].isin(["county", "city"]), "code"]) == {
        code for place in PLACES.values() for code in place
    }


@pytest.mark.parametrize(
    ("code", "towns", "communities"),
    [("522730", 6, 82), ("360602", 8, 94), ("510113", 7, 83), ("510504", 11, 92), ("511500", 136, 2116)],
)
def test_the_five_places_have_their_towns_and_communities(code: str, towns: int, communities: int) -> None:
    levels = divisions(code)["level"].value_counts()
    assert (levels["town"], levels["community"]) == (towns, communities)
    assert levels.get("county", 0) == (10 if code == "511500" else 0)


def test_below_a_town_are_its_communities() -> None:
    towns = divisions("522730").query("level == 'town'")["code"]
    parts = [divisions(town) for town in towns]
    assert sum(map(len, parts)) == 82
    assert all((part["parent"] == town).all() for part, town in zip(parts, towns, strict=True))


def test_names_and_codes_agree_with_the_outlines() -> None:
    codes = [code for place in PLACES.values() for code in place]
    outlines = read_boundary(codes)
    names = shipped().set_index("code").loc[codes]
    assert list(names["name"]) == list(outlines["name"])
    assert list(names["level"]) == list(outlines["level"])


@pytest.mark.parametrize(("level", "file"), [("town", "streets"), ("community", "villages")])
def test_it_agrees_with_the_tables_cut_by_others(level: str, file: str) -> None:
    theirs = pd.read_csv(shared(f"cn_division_codes/{file}_five_places.csv"), dtype="str").sort_values("code")
    ours = shipped().query("level == @level")
    assert list(ours["code"]) == list(theirs["code"])
    assert list(ours["name"]) == list(theirs["name"])


def test_made_again_from_its_own_rows_it_is_the_same(tmp_path: Path) -> None:
    """The layout of the npm package, rebuilt from the shipped rows, gives the shipped bytes and reads like the package."""
    table = shipped()
    for file, level, above, width in (
        ("cities", "city", "provinceCode", 4),
        ("areas", "county", "cityCode", 6),
        ("streets", "town", "areaCode", 9),
        ("villages", "community", "streetCode", 12),
    ):
        rows = table[table["level"] == level]
        cut = {"provinceCode": 2, "cityCode": 4}.get(above, 9)
        columns = {"code": rows["code"].str[:width], "name": rows["name"], above: rows["parent"].str[:cut]}
        pd.DataFrame(columns).to_csv(tmp_path / f"{file}.csv", index=False)
    assert make_divisions(tmp_path, "2.7.0", tmp_path).read_bytes() == (FOLDER / FILE).read_bytes()
    assert registry(tmp_path)[FILE]["sha256"] == registry()[FILE]["sha256"]
    assert divisions("510000", tables=tmp_path).equals(shipped().query("code.str.startswith('51')").reset_index(drop=True))


@pytest.mark.parametrize("code", ["110101", "522730001001", "52273", "龙里县", ""])
def test_what_the_table_has_not_is_said(code: str) -> None:
    with pytest.raises(InputError, match="GP143"):
        divisions(code)


def test_tables_that_are_not_the_packages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"GP101.*cities\.csv"):
        divisions("522730", tables=tmp_path)
    (tmp_path / "cities.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="GP108"):
        divisions("522730", tables=tmp_path)


def test_kinds_of_the_names_in_the_table() -> None:
    kinds = shipped().query("level == 'community'")["name"].map(kind_of_name).fillna("neither")
    # 524 residents' committees of communities, one without that word, 23 that end in 社区; one 管理区 is of neither kind.
    assert kinds.value_counts().to_dict() == {"rural": 1918, "urban": 548, "neither": 1}
    assert kind_of_name("桂花社区居委会") == "urban"
    assert kind_of_name("三合村委会") == "rural"
