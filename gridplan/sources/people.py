"""Files of staff, and of the bodies that grids, compounds and communities have: party groups, owners' committees, ..."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from gridplan.contracts import REGISTERS, conform
from gridplan.contracts.conforming import half_width
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.columns import two_meant
from gridplan.sources.sheets import read_sheet

_GRID = ("grid", "网格", "网格编码", "网格编号", "网格代码", "grid_code", "所属网格")
_COMPOUND = ("compound", "小区", "小区编号", "小区id", "compound_id", "所属小区")
_COMMUNITY = ("community", "社区", "社区编码", "社区代码", "community_code", "所属社区", "村社区")
#: Under which names files carry the columns, upper and lower case alike; the contract's own name wins.
NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "staff": {
        "id": ("id", "编号", "工号", "人员编号", "staff_id"),
        "name": ("name", "姓名", "人员姓名"),
        "phone": ("phone", "mobile", "电话", "手机", "手机号", "联系电话"),
        "post": ("post", "role", "岗位", "职务", "职务名称", "岗位名称"),
        "grid": _GRID,
        "organisation": ("organisation", "organization", "单位", "工作单位", "所属单位"),
    },
    "organisations": {
        "id": ("id", "编号"),
        "organisation": ("organisation", "organization", "组织编号", "组织代码", "机构编号"),
        "name": ("name", "名称", "组织名称", "机构名称"),
        "kind": ("kind", "类型", "组织类型", "机构类型", "类别"),
        "form": ("form", "组建方式", "组建形式", "设置方式"),
        "level": ("level", "层级", "级别"),
        "zone": ("zone", "所在编码", "覆盖范围编码"),
    },
}
#: Columns that name what a body is linked to, where a file has no ``zone``; a body has a link for each that is filled.
LINKS: Mapping[str, tuple[str, ...]] = {"grid": _GRID, "compound": _COMPOUND, "community": _COMMUNITY}
#: How offices write the values of the contract, before what the contract calls them.
WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": {
        **dict.fromkeys(("党小组", "网格党小组", "党支部", "网格党支部", "党组织", "网格党组织", "party group"), "party_group"),
        **dict.fromkeys(("业委会", "业主委员会", "owners' committee", "owners committee"), "owners_committee"),
        **dict.fromkeys(("物业", "物业公司", "物业服务", "物业服务企业", "物业服务人", "property service"), "property_service"),
        **dict.fromkeys(("智慧小区", "smart compound"), "smart_compound"),
        **dict.fromkeys(
            ("服务站", "便民服务站", "服务中心", "党群服务中心", "便民服务中心", "service station"), "service_station"
        ),
        "其他": "other",
    },
    "form": {
        **dict.fromkeys(("单独", "单独组建", "单建", "独立组建"), "alone"),
        **dict.fromkeys(("选派", "派驻", "指派", "选派组建"), "assigned"),
        **dict.fromkeys(("联合", "联合组建", "联建"), "joint"),
    },
    "level": {"网格": "grid", "小区": "compound", "社区": "community", "村": "community"},
}
#: Several codes in one cell.
_BETWEEN = r"[;；,，、\s]+"


def read_staff(path: Path, *, columns: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, Report]:
    """The people of a staff file, as the register ``staff`` has them, and what was left out.

    Parameters
    ----------
    path : ``.xlsx`` (its first sheet) or ``.csv`` in UTF-8 or GB18030, a row a person and post.
    columns : column of ``staff`` -> column in the file; others are found by ``NAMES``.

    Returns
    -------
    DataFrame, Report
        ``id`` (made of name, post and grid where the file has none), ``name``, ``phone``, ``post``, ``grid``,
        ``organisation``; in the order of the file; ``attrs["rows"]`` has the row of each in the file, as spreadsheets count.
        A row without a name or a post is left out, a row that is the same as an earlier one too; the report has their line in the
        file, never what they say.

    Raises
    ------
    InputError
        GP101, GP108, GP119, GP121 as ``read_sheet``; GP102 no such column; GP104 an id twice; GP116 a column could be two;
        GP131 a given column is not there.
    """
    frame, report = read_sheet(path)
    found = _columns(frame, "staff", columns or {})
    rows, left = _whole(found, ("name", "post"))
    return _registered(rows, "staff", ("name", "post", "grid")), report + left


def read_organisations(path: Path, *, columns: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, Report]:
    """The links between bodies and grids, compounds or communities, as the register ``organisations`` has them.

    A row of the file is a body with what it is linked to: in ``zone``, whose ``level`` says what it is, or in a column of
    grids, of compounds or of communities. Several codes in a cell, with a comma, a semicolon, 、 or a blank between them, are
    as many links: a joint party group names all its grids.

    Parameters
    ----------
    path : ``.xlsx`` (its first sheet) or ``.csv`` in UTF-8 or GB18030.
    columns : column of ``organisations`` -> column in the file; others are found by ``NAMES`` and ``LINKS``.

    Returns
    -------
    DataFrame, Report
        ``id`` (made of the others where there is none), ``organisation`` (the same for every link of a body; where the file
        has no such column, each row of the file is a body), ``name``, ``kind``, ``form``, ``level``, ``zone``. A row that has
        no name, no kind or nothing that it is linked to is left out and reported by its line. Links that stand twice stay:
        ``organisation_coverage`` counts them.

    Raises
    ------
    InputError
        As :func:`read_staff`; GP103 a kind, form or level that is none.
    """
    frame, report = read_sheet(path)
    given = columns or {}
    found = _columns(frame, "organisations", given)
    linked = found if "zone" in found.columns else _linked(frame, found)
    linked = linked.assign(zone=linked["zone"].str.split(_BETWEEN, regex=True)).explode("zone")
    linked["zone"] = linked["zone"].replace("", None)
    for column, words in WORDS.items():
        if column in linked.columns:
            linked[column] = linked[column].map(lambda value, words=words: words.get(str(value).casefold(), value))
    if "organisation" not in linked.columns:
        bodies = pd.Series(_hashed(frame), index=frame.index)
        linked["organisation"] = bodies[linked.index].to_numpy()
    rows, left = _whole(linked, ("name", "kind", "zone"), again=False)
    return _registered(rows, "organisations", ("organisation", "kind", "level", "zone")), report + left


def _linked(frame: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """A row for each link in the columns of grids, compounds and communities; one without a zone for rows that have none."""
    parts = []
    for level, names in LINKS.items():
        column = _one(frame, level, names, "organisations")
        if column is not None:
            parts.append(found.assign(level=level, zone=_text(frame[column])))
    if not parts:
        present = ", ".join(map(str, frame.columns))
        raise InputError("GP102", table="organisations", column="zone", present=present)
    rows = pd.concat(parts).sort_index(kind="stable")
    filled = rows["zone"].notna()
    nowhere = ~rows.index.isin(rows.index[filled])
    return rows[filled | (nowhere & ~rows.index.duplicated())]


def _columns(frame: pd.DataFrame, table: str, given: Mapping[str, str]) -> pd.DataFrame:
    """The columns of the register that the file has, as trimmed text, on the index of the file."""
    wrong = [f"{column}={name}" for column, name in given.items() if column not in NAMES[table] or name not in frame.columns]
    if wrong:
        present = ", ".join(map(str, frame.columns))
        raise InputError("GP131", table=table, columns=", ".join(wrong), present=present)
    found = {}
    for column, names in NAMES[table].items():
        name = given.get(column) or _one(frame, column, names, table)
        if name is not None:
            found[column] = _text(frame[name])
    return pd.DataFrame(found, index=frame.index)


def _one(frame: pd.DataFrame, column: str, names: Sequence[str], table: str) -> str | None:
    options = [str(name) for name in frame.columns if str(name).casefold() in names]
    if column in options or len(options) < 2:
        return column if column in options else next(iter(options), None)
    raise two_meant(table, column, options)


def _text(values: pd.Series) -> pd.Series:
    plain = half_width(values.astype("str").where(values.notna())).str.strip()
    return plain.where(plain != "")


def _whole(rows: pd.DataFrame, needed: Sequence[str], *, again: bool = True) -> tuple[pd.DataFrame, Report]:
    """The rows that have what is needed and were not there before (where ``again`` is looked at), and the others by line."""
    present = [name for name in needed if name in rows.columns]
    lacking = rows[present].isna().any(axis=1).to_numpy()
    repeated = rows.duplicated().to_numpy() & ~lacking if again else np.zeros(len(rows), bool)
    lines = np.array([f"row {number + 2}" for number in rows.index], dtype=object)
    why = [", ".join(name for name in present if pd.isna(row[name])) for row in rows[lacking][present].to_dict("records")]
    report = Report.of("import", "report.people_incomplete", lines[lacking], why)
    return rows[~lacking & ~repeated], report + Report.of("import", "report.people_again", lines[repeated])


def _hashed(rows: pd.DataFrame) -> list[str]:
    texts = rows.astype(object).where(rows.notna(), "").astype(str).to_numpy().tolist()
    return [hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16] for row in texts]


def _registered(rows: pd.DataFrame, table: str, named_by: Sequence[str]) -> pd.DataFrame:
    """The rows as the contract has them, with an id for each that has none: the same for the same row in any file."""
    contract = REGISTERS[table]
    lines = (rows.index.to_numpy() + 2).tolist()
    rows = rows.reset_index(drop=True)
    # What is wrong with a value is told by its row, which is found in the file, not by an id that is made of it.
    again = pd.Series(lines, dtype="int64").groupby(lines).cumcount().tolist()
    named = [f"row {line} ({nth + 1})" if nth else f"row {line}" for line, nth in zip(lines, again, strict=True)]
    conform(rows.assign(id=named), contract)
    first = pd.Series(_hashed(rows.reindex(columns=list(named_by))), index=rows.index, dtype="str")
    count = first.groupby(first).cumcount()
    unlike = first.where(count == 0, first + "-" + (count + 1).astype("str"))
    rows = rows.assign(id=rows["id"].fillna(unlike) if "id" in rows.columns else unlike)
    made = conform(rows, contract)
    made.attrs["rows"] = lines
    return made
