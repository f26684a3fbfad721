"""Under which names files carry the columns of the contracts, and how a column is found in a file."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import pandas as pd

from gridplan.errors import InputError
from gridplan.report import Report

Frame = TypeVar("Frame", bound=pd.DataFrame)

_ID = (
    "id",
    "osm_id",
    "gid",
    "objectid",
    "bldg_id",
    "building_id",
    "编号",
    "楼栋编号",
    "楼栋id",
    "房屋编号",
    "建筑编号",
    "codebase",
)
_NAME = ("name", "名称", "社区名称", "小区名称", "townname")
_HOUSEHOLDS = (
    *("households", "hh", "household_count", "户数", "住户数", "总户数", "居民户数", "total_dwelling_units"),
    *("dwelling_units", "building:flats", "h_cnt"),
)
_POPULATION = ("population", "pop", "人口", "人口数", "总人口", "p_cnt")

#: Names that say so little that they are taken only where no other name of the column is in the file.
_GENERAL = ("category", "type", "类别", "类型", "分类")

#: The one table of names that are tried without being asked, upper and lower case alike. The contract's own name wins; two
#: others at once are an error, unless only one of them is not general. Whatever is found under another name is reported.
NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "communities": {
        "code": ("code", "社区编码", "社区代码", "区划代码", "行政区划代码", "community_code"),
        "name": _NAME,
        "kind": ("kind", "城乡类型"),
        "parent": ("parent", "上级编码", "streetcode", "街道编码"),
        "growth": ("growth", "增长率", "户数增长率"),
    },
    "buildings": {
        "id": _ID,
        "households": _HOUSEHOLDS,
        "population": _POPULATION,
        "levels": (
            *("levels", "building:levels", "floors", "storeys", "num_floors", "max_floor_lvl"),
            *("层数", "楼层", "楼层数", "地上层数", "总层数"),
        ),
        "entrances": ("entrances", "单元数", "单元门数"),
        "use": ("use", "usage", "用途", "房屋用途", "建筑用途"),
        "compound": ("compound", "compound_id", "小区", "小区名称", "所属小区"),
        "address": ("address", "addr", "addr:full", "地址", "门牌", "门牌号", "详细地址", "楼栋地址"),
    },
    "atoms": {
        "id": _ID,
        "community": ("community", "community_code", "社区", "社区编码"),
        "households": _HOUSEHOLDS,
        "population": _POPULATION,
        "compound": ("compound", "compound_id", "小区"),
    },
    "streets": {"class": ("class", "道路等级"), "name": ("name", "道路名称", "路名")},
    "barriers": {"kind": ("kind", "类型")},
    "compounds": {
        "id": ("id", "osm_id", "小区编号", "编号"),
        "name": ("name", "小区", "小区名称"),
        "class": ("class", "小区类型"),
    },
    "services": {
        "id": _ID,
        "name": _NAME,
        "kind": ("kind", "类型", "设施类型"),
        "capacity": ("capacity", "容量", "服务人数"),
    },
    "special_sites": {"id": _ID, "name": _NAME, "kind": ("kind", "类型", "场所类型")},
    "areas": {
        "code": ("code", "区划代码", "行政区划代码", "编码"),
        "name": _NAME,
        "level": ("level", "级别", "行政级别"),
        "parent": ("parent", "上级编码", "上级代码"),
    },
    # The places of incidents are columns of a table too: lon and lat in degrees, x and y in a CRS that is given, wkt.
    "incidents": {
        "id": (
            "id",
            "incident_id",
            "unique key",
            "unique_key",
            "case id",
            "编号",
            "事件编号",
            "案件编号",
            "工单编号",
            "诉求编号",
        ),
        "kind": (
            "kind",
            "complaint type",
            "complaint_type",
            "事件类型",
            "事件类别",
            "事件分类",
            "案件类型",
            "案件类别",
            "问题类型",
            "问题类别",
            "诉求类型",
            "诉求类别",
            *_GENERAL,
        ),
        "stage": ("stage", "status", "状态", "阶段", "办理状态", "事件状态", "案件状态", "处置状态"),
        "reported_at": (
            *("reported_at", "created date", "created_date", "上报时间", "采集时间", "登记时间", "来电时间", "诉求时间"),
            *("创建时间", "发生时间"),
        ),
        "accepted_at": ("accepted_at", "受理时间", "立案时间"),
        "dispatched_at": ("dispatched_at", "派遣时间", "派单时间", "交办时间"),
        "handled_at": ("handled_at", "处置时间", "处置反馈时间", "反馈时间"),
        "closed_at": ("closed_at", "closed date", "closed_date", "结案时间", "核查结案时间", "办结时间"),
        "rejected_at": ("rejected_at", "不予受理时间"),
        "escalated_at": ("escalated_at", "吹哨时间", "上报上级时间"),
        "due_at": ("due_at", "due date", "due_date", "办理期限", "截止时间", "到期时间", "限办时间"),
        "handler": ("handler", "处置层级", "办理层级"),
        "outcome": ("outcome", "resolution description", "处置结果", "办理结果", "处理结果"),
        "satisfaction": ("satisfaction", "满意度", "满意度评分"),
        "address": ("address", "incident address", "incident_address", "地址", "事发地址", "事发地点", "发生地点", "详细地址"),
        "source": ("source", "open data channel type", "来源", "问题来源", "上报来源"),
        "grid": ("grid", "网格编码", "所属网格编码"),
        "lon": ("lon", "lng", "long", "longitude", "经度"),
        "lat": ("lat", "latitude", "纬度"),
        "x": ("x", "easting", "x coordinate (state plane)", "x_coordinate_state_plane"),
        "y": ("y", "northing", "y coordinate (state plane)", "y_coordinate_state_plane"),
        "wkt": ("wkt", "the_geom"),
    },
}

#: Columns about persons; they are never kept, whatever table they stand in.
PERSONAL = (
    "姓名",
    "户主",
    "户主姓名",
    "name",
    "phone",
    "mobile",
    "电话",
    "手机",
    "手机号",
    "联系电话",
    "身份证",
    "身份证号",
    "id_card",
)


def renamed(frame: Frame, table: str, given: Mapping[str, str], *, optional: bool = True) -> tuple[Frame, Report]:
    """The table with the contract's names on the columns that could be found, and a report of each that has another name.

    Parameters
    ----------
    frame : as read.
    table : a table of ``NAMES``.
    given : column of ``NAMES`` -> column in the file, or several joined by ``+``, whose texts are put together with a space.

    Raises
    ------
    InputError
        GP116 two columns could be meant; GP131 a given column is not in the file, or the table has none of that name.
    """
    present = {str(name): str(name).casefold() for name in frame.columns}
    found: dict[str, pd.Series] = {}
    notes: list[tuple[str, str]] = []
    allowed = list(NAMES[table])
    wrong = [f"{column}={name}" for column, name in given.items() if column not in allowed or not _parts(name, present)]
    if wrong:
        raise InputError("GP131", table=table, columns=", ".join(wrong), present=", ".join(present))
    for column in allowed:
        if column in given:
            found[column] = _joined(frame, _parts(given[column], present))
            continue
        known = [name for name, folded in present.items() if folded in NAMES[table].get(column, ())]
        options = [name for name in known if present[name] not in _GENERAL] or known
        if column in present:
            found[column] = frame[column]
        elif len(options) > 1:
            raise two_meant(table, column, options)
        elif options:
            found[column] = frame[options[0]]
            notes.append((f"{table}.{column}", options[0]))
    result = frame.copy()
    for column, values in found.items():
        result[column] = _plain(values)
    return result, Report.of("import", "report.column", [key for key, _ in notes], [name for _, name in notes])


def two_meant(table: str, column: str, options: Sequence[str]) -> InputError:
    """GP116: more than one column of a file could be ``column``, and how to say which."""
    given = f"{{'{column}': 'NAME'}}"
    # Columns of incidents, staff and organisations are given by themselves; a town is read from files of many tables.
    alone = table in ("incidents", "staff", "organisations")
    word, python = (column, given) if alone else (f"{table}.{column}", f"{{'{table}': {given}}}")
    return InputError("GP116", table=table, column=column, options=", ".join(options), word=word, python=python)


def _parts(name: str, present: Mapping[str, str]) -> list[str]:
    """The columns that ``name`` stands for; empty where one is not there."""
    parts = [name] if name in present else [part.strip() for part in name.split("+")]
    return parts if all(part in present for part in parts) else []


def _joined(frame: pd.DataFrame, parts: list[str]) -> pd.Series:
    if len(parts) == 1:
        return frame[parts[0]]
    texts = [_plain(frame[part]).astype("str") for part in parts]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + " " + text
    return joined


def _plain(values: pd.Series) -> pd.Series:
    """Whole numbers that a file kept as floats because some are missing, as whole numbers again; so ids read as ids."""
    if values.dtype.kind == "f" and values.notna().any() and (values.dropna() % 1 == 0).all():
        return values.astype("Int64")
    return values
