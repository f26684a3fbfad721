"""A household ledger joined to the buildings, by building id or by address."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.contracts import SHOWN
from gridplan.contracts.conforming import half_width
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.columns import NAMES, PERSONAL, two_meant
from gridplan.sources.sheets import read_sheet

COLUMNS = ("id", "address", "households")
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"两": 2}
_WORDS = "一二三四五六七八九"
_COUNTED = re.compile(
    rf"(?<![{_WORDS}零〇两十百])(?:(?P<hundreds>[{_WORDS}两])百(?:[零〇](?=[{_WORDS}])|(?=[{_WORDS}]?十|[栋幢座号])))?"
    rf"(?:(?P<tens>[{_WORDS}]?)(?P<ten>十))?(?P<ones>[{_WORDS}]?)(?=[栋幢座号])"
)
_HOUSE = re.compile(r"号楼|幢|座|栋楼|#楼|#")
#: Columns that name a home in a building, beside those about persons; a floor or a staircase has several.
_HOMES = ("室", "室号", "房号", "房间号", "户号", "room", "flat", "household_id")
_ROOM = re.compile(r"(?<=[栋号])[-\d单元层室房户]+$")
#: The end of what ``_ROOM`` finds where it goes down to one home: 101室, 1单元101, 2-502, 502.
_ONE_HOME = re.compile(r"(\d[室房户]|单元\d+|\d-\d+|\d{3,})$")


def read_ledger(path: Path, *, columns: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, Report]:
    """The rows of a ledger with only the columns ``id``, ``address`` and ``households`` that it has, all as text.

    Parameters
    ----------
    path : ``.xlsx`` (its first sheet) or ``.csv`` in UTF-8 or GB18030.
    columns : ``id``, ``address`` or ``households`` -> column in the file; others are found by
        ``gridplan.sources.columns.NAMES["buildings"]``.

    Returns
    -------
    DataFrame, Report
        Names, telephone numbers and identity numbers are not kept; the report says which columns were passed over. Where each
        row is a household (there is no ``households``), a row that is the same in every column of the file as an earlier one is
        left out and reported, if it says more than the building: an address with a room, or a column of rooms or persons.

    Raises
    ------
    InputError
        GP101 no such file; GP108 cannot be opened; GP116 a column could be two; GP119 of another kind; GP121 unreadable text;
        GP125 neither id nor address; GP131 a given column is not there.
    """
    frame, report = read_sheet(path)
    kept = {}
    for column in COLUMNS:
        found = _column(frame, column, columns or {})
        if found is not None:
            kept[column] = frame[found]
    if not {"id", "address"} & set(kept):
        raise InputError("GP125", present=", ".join(frame.columns))
    personal = [name for name in frame.columns if name.casefold() in PERSONAL]
    report += Report.of("import", "report.personal_column", personal)
    rows = pd.DataFrame(kept, index=frame.index)
    if "households" in rows.columns:
        return rows, report
    again, first = _again(frame, rows, personal)
    said = Report.of("import", "report.ledger_duplicate", _lines(frame.index[again]), _lines(first[again]))
    return rows[~again], report + said


def _lines(index: pd.Index | np.ndarray) -> np.ndarray:
    """What the rows of a ledger are called: their number in the file, whose header is row 1."""
    return np.array([f"row {number + 2}" for number in index], dtype=object)


def _again(frame: pd.DataFrame, rows: pd.DataFrame, personal: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row is one that names a household and has been there before, and the index of the first such row."""
    # A column "name" may be that of the building.
    within = [name for name in frame.columns if name.casefold() in _HOMES or (name in personal and name.casefold() != "name")]
    named = frame[within].notna().any(axis=1).to_numpy()
    if "address" in rows.columns:
        named = named | np.array([_names_home(text) for text in rows["address"]], bool)
    row = pd.Series(frame.index, index=frame.index)
    first = row.groupby([frame[name] for name in frame.columns], dropna=False, sort=False).transform("first")
    return named & (first != row).to_numpy(), first.to_numpy()


def _names_home(address: object) -> bool:
    """Whether an address goes down to one home."""
    room = _ROOM.search(normal_address(str(address)))
    return room is not None and _ONE_HOME.search(room[0]) is not None


def _column(frame: pd.DataFrame, column: str, given: Mapping[str, str]) -> str | None:
    if column in given:
        if given[column] not in frame.columns:
            present = ", ".join(frame.columns)
            raise InputError("GP131", table="ledger", columns=f"{column}={given[column]}", present=present)
        return given[column]
    options = [name for name in frame.columns if name.casefold() in NAMES["buildings"][column]]
    if column in options:
        return column
    if len(options) > 1:
        raise two_meant("ledger", column, options)
    return options[0] if options else None


def join_ledger(buildings: gpd.GeoDataFrame, ledger: pd.DataFrame) -> tuple[gpd.GeoDataFrame, Report]:
    """The buildings with the households of the ledger, which stand above those they had, and what matched.

    Joined by ``id`` where the ledger has it, else by ``address`` (``normal_address``; where that names no building, without
    entrance and room). A column ``households`` gives the count of the building: equal rows count once, unlike ones are an
    error; digits may be of full width. Without it each row is one household, and they are counted.

    Parameters
    ----------
    buildings : columns ``id``, and ``address`` where it is joined by that.
    ledger : as ``read_ledger`` gives it.

    Returns
    -------
    GeoDataFrame, Report
        On the index of ``buildings``. The report lists ledger rows without a building by row number (the header is row 1),
        never by what they say, and buildings that the ledger does not name.

    Raises
    ------
    InputError
        GP103 households that are no whole number; GP125 no column to join by; GP126 rows that contradict each other;
        GP127 nothing matches.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> buildings = gpd.GeoDataFrame({"id": ["a", "b"], "address": ["锦绣路5号3幢", "锦绣路5号4幢"]})
    >>> ledger = pd.DataFrame({"address": ["锦绣路５号３栋1单元101室", "锦绣路5号3号楼1单元102室"]})
    >>> join_ledger(buildings, ledger)[0]["households"].tolist()
    [2, <NA>]
    """
    key = "id" if "id" in ledger.columns else "address"
    if key not in ledger.columns or key not in buildings.columns:
        raise InputError("GP125", present=", ".join(ledger.columns))
    building, ambiguous = _matched(buildings, ledger, key)
    lines = _lines(ledger.index)
    matched = building >= 0
    if not matched.any():
        example = str(ledger[key].dropna().iloc[0]) if ledger[key].notna().any() else "-"
        raise InputError("GP127", rows=len(ledger), by=key, example=_ROOM.sub("", normal_address(example)))
    ids = buildings["id"].astype("str").to_numpy(dtype=object)
    if "households" in ledger.columns:
        counts = _stated(ledger["households"], building, lines, ids)
        reason = "report.ledger_joined"
    else:
        counts = pd.Series(1, index=building[matched]).groupby(level=0).sum()
        reason = "report.ledger_summed"
    column = pd.Series(pd.NA, index=range(len(buildings)), dtype="Int64")
    if "households" in buildings.columns:
        column = pd.Series(buildings["households"].to_numpy(), index=column.index)
    column = column.astype(object)
    column[counts.index] = counts.to_numpy()
    named = np.unique(building[matched])
    unnamed = np.setdiff1d(np.arange(len(buildings)), named)
    report = Report.of("import", reason, ids[named], [str(counts[row]) for row in named])
    report += Report.of("import", "report.ledger_row_unmatched", lines[~matched & ~ambiguous])
    report += Report.of("import", "report.ledger_ambiguous", lines[ambiguous])
    report += Report.of("import", "report.ledger_building_unmatched", ids[unnamed])
    values = column.to_numpy()
    whole = pd.Series(values, index=buildings.index, dtype=object)
    return buildings.assign(households=_numbers(whole)), report


def normal_address(text: str) -> str:
    """The address in one way of writing: half width, no blanks, 栋 for 幢, 座, 号楼 and #, digits for 一 to 九百九十九.

    Examples
    --------
    >>> normal_address("锦绣路５号 三号楼")
    '锦绣路5号3栋'
    """
    plain = re.sub(r"[\s,，。、()（）]", "", unicodedata.normalize("NFKC", text)).casefold()
    plain = _HOUSE.sub("栋", re.sub(r"[‐-―－_]", "-", plain))
    return _COUNTED.sub(_in_digits, plain)


def _in_digits(found: re.Match[str]) -> str:
    if not found[0]:
        return ""
    tens = "一" if found["ten"] and not found["tens"] else found["tens"]
    hundreds, tens, ones = (_DIGITS.get(word or "", 0) for word in (found["hundreds"], tens, found["ones"]))
    return str(hundreds * 100 + tens * 10 + ones)


def _matched(buildings: gpd.GeoDataFrame, ledger: pd.DataFrame, key: str) -> tuple[np.ndarray, np.ndarray]:
    """The building of each ledger row (-1 for none), and whether several could be meant."""
    normal = normal_address if key == "address" else str.strip
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(buildings[key]):
        if not pd.isna(name):
            rows_of.setdefault(normal(str(name)), []).append(row)
    building = np.full(len(ledger), -1, np.int64)
    ambiguous = np.zeros(len(ledger), bool)
    for line, name in enumerate(ledger[key]):
        if pd.isna(name):
            continue
        text = normal(str(name))
        rows = rows_of.get(text) or (rows_of.get(_ROOM.sub("", text)) if key == "address" else None) or []
        if len(rows) == 1:
            building[line] = rows[0]
        ambiguous[line] = len(rows) > 1
    return building, ambiguous


def _stated(values: pd.Series, building: np.ndarray, lines: np.ndarray, ids: np.ndarray) -> pd.Series:
    """The count that the ledger states for each building it names."""
    matched = building >= 0
    number = pd.to_numeric(half_width(values), errors="coerce").to_numpy(float)
    bad = ~(np.isfinite(number) & (number >= 0) & (number == np.round(number)))
    if bad.any():
        shown = [f"{line}={value!r}" for line, value in zip(lines[bad][:SHOWN], values[bad], strict=False)]
        column = {"table": "ledger", "column": "households", "expected": "int >= 0"}
        raise InputError("GP103", **column, count=int(bad.sum()), ids=", ".join(shown))
    groups = pd.Series(number[matched], index=building[matched]).groupby(level=0)
    unlike = groups.nunique()[lambda count: count > 1].index.to_numpy()
    if len(unlike):
        raise InputError("GP126", count=len(unlike), ids=", ".join(ids[unlike[:SHOWN]]))
    return groups.first().astype("int64")


def _numbers(values: pd.Series) -> pd.Series:
    """The values as whole numbers, as text too; as they are where one is something else, for the contract to refuse."""
    number = pd.to_numeric(half_width(values), errors="coerce").astype("float64")
    whole = (number.isna() == values.isna()).all() and (number.dropna() % 1 == 0).all()
    return number.astype("Int64") if whole else values
