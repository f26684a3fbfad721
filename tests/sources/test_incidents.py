"""Incidents are read from files of any office, and every row is accounted for."""

import json
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.contracts import REGISTERS
from gridplan.errors import InputError
from gridplan.sources import IncidentImport, convert_lonlat, read_incidents
from tests.places import shared

SHANGHAI = "Asia/Shanghai"
HEADINGS = "编号,事件类型,状态,上报时间,受理时间,结案时间,经度,纬度,处置层级,满意度"


def written(folder: Path, *lines: str, head: str = HEADINGS) -> Path:
    path = folder / "事件.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="gb18030")
    return path


def found(read: IncidentImport) -> dict[str, list[str]]:
    """The ids by what was found."""
    rows = read.report.rows[read.report.rows["stage"] == "incidents"]
    return {str(reason).removeprefix("report.incident_"): list(mine["id"]) for reason, mine in rows.groupby("reason")}


def of_new_york(path: Path, crs: str = "EPSG:2263") -> IncidentImport:
    return read_incidents(path, crs=crs, time_zone="America/New_York")


def test_each_row_of_new_york_is_accounted_for() -> None:
    read = of_new_york(shared("incidents_nyc311_animals/311_Animals_short.csv"))
    assert (read.rows, len(read.incidents), len(read.left_out)) == (4969, 4969, 0)
    assert len(found(read)["no_place"]) == read.incidents.geometry.isna().sum() == 62
    assert list(read.incidents.columns) == [*REGISTERS["incidents"].names(), "geometry"]
    # State-plane feet and degrees are of the same places, so none contradict each other.
    assert set(found(read)) == {"no_place", "stage_word"}
    assert Counter(read.incidents["stage"]) == {"closed": 4692, "dispatched": 277}
    first = read.incidents.set_index("id").loc["64345465"]
    assert first["reported_at"] == "2025-03-14T05:20:00Z"  # 1:20 in daylight saving time
    assert read.incidents["reported_at"].min() == "2025-01-01T12:52:00Z"  # 7:52 in winter


def test_feet_alone_give_the_same_places(tmp_path: Path) -> None:
    source = shared("incidents_nyc311_animals/311_Animals_short.csv")
    both = of_new_york(source).incidents
    columns = ["Unique Key", "Created Date", "Complaint Type", "X Coordinate (State Plane)", "Y Coordinate (State Plane)"]
    feet = pd.read_csv(source, dtype="str")[columns].iloc[:800]
    feet.to_excel(tmp_path / "feet.xlsx", index=False)
    read = of_new_york(tmp_path / "feet.xlsx")
    there = read.incidents.geometry.notna()
    assert (~there).sum() == len(found(read)["no_place"]) == feet["X Coordinate (State Plane)"].isna().sum() > 0
    metres = read.incidents.geometry[there].to_crs(32618).distance(both.geometry.iloc[:800][there].to_crs(32618))
    assert metres.max() < 0.5  # the feet are whole
    metric = of_new_york(tmp_path / "feet.xlsx", crs="EPSG:32118")
    assert len(found(metric)["outside_use"]) == there.sum()  # feet taken for metres


def test_chinese_headings_words_times_and_datum(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "1,噪声,已结案,2026年3月1日 8时30分,2026/3/1 9:00,2026-03-02 10:00:00,104.06,30.67,网格,非常满意",
        "2,垃圾,待派遣,2026-03-01T08:30:00Z,2026-03-01 17:00,,１０４.０６,３０.６７,街道,3",
    )
    read = read_incidents(path, time_zone=SHANGHAI, datum="gcj02")
    one, two = (read.incidents.iloc[place] for place in (0, 1))
    assert (one["reported_at"], one["accepted_at"], one["closed_at"]) == (
        "2026-03-01T00:30:00Z",
        "2026-03-01T01:00:00Z",
        "2026-03-02T02:00:00Z",
    )
    assert (one["handler"], one["satisfaction"], two["handler"], two["satisfaction"]) == ("grid", 5, "town", 3)
    assert (two["stage"], two["reported_at"], two["accepted_at"]) == ("accepted", "2026-03-01T08:30:00Z", "2026-03-01T09:00:00Z")
    lon, lat = convert_lonlat([104.06], [30.67], source="gcj02", target="wgs84")
    assert (one.geometry.x, one.geometry.y) == pytest.approx((lon[0], lat[0]), abs=1e-12)
    assert two.geometry.equals(one.geometry)
    assert {"report.datum_shifted", "report.encoding"} <= set(read.report.rows["reason"])


@pytest.mark.parametrize("heading", ["类别", "类型", "分类", "Category"])
def test_a_general_heading_is_the_kind_where_none_says_more(tmp_path: Path, heading: str) -> None:
    line = "1,噪声,2026-03-01 08:30"
    read = read_incidents(written(tmp_path, line, head=f"编号,{heading},上报时间"), time_zone=SHANGHAI)
    assert read.incidents["kind"].tolist() == ["噪声"]
    named = read.report.rows[read.report.rows["reason"] == "report.column"].set_index("id")["detail"]
    assert named["incidents.kind"] == heading
    both = read_incidents(written(tmp_path, f"{line},重大", head=f"编号,事件类型,上报时间,{heading}"), time_zone=SHANGHAI)
    assert both.incidents["kind"].tolist() == ["噪声"]


def test_blank_lines_count_as_rows_as_in_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = (
        "id,kind,reported_at",
        "a,x,2026-03-01T00:00:00Z",
        "",
        "b,,2026-03-01T00:00:00Z",
        "   ",
        ",,",
        "c,x,2026-03-01T00:00:00Z",
    )
    path.write_text("\ufeff\n\n" + "\n".join(rows) + "\n", "utf-8")
    read = read_incidents(path)
    assert list(read.incidents["id"]) == ["a", "c"]
    assert read.left_out["row"].tolist() == [5, 6, 7, 8]  # the header stands in line 3
    assert read.rows == 6
    assert [str(reason).removeprefix("report.incident_") for reason in read.left_out["reason"]] == [
        *("blank_row", "no_kind", "blank_row", "blank_row")
    ]


def test_rows_longer_than_their_header_are_not_shifted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,kind,reported_at\n1,x,2026-03-01T00:00:00Z,\n2,y,2026-03-01T00:00:00Z,\n", "utf-8")
    assert read_incidents(path).incidents[["id", "kind"]].to_numpy().tolist() == [["1", "x"], ["2", "y"]]
    path.write_text("id,kind,reported_at\n1,x,2026-03-01T00:00:00Z,lost\n2,y,2026-03-01T00:00:00Z\n", "utf-8")
    with pytest.raises(InputError, match="GP108"):
        read_incidents(path)


def test_every_kind_of_bad_row_is_counted_and_nothing_is_lost(tmp_path: Path) -> None:
    good = "2026-03-01 08:00"
    lines = {
        "a": f"a,噪声,已结案,{good},2026-03-01 07:00,2026-03-01 09:00,104,30,网格,5",  # accepted before it was reported
        "b": f"b,噪声,已受理,{good},,2026-03-01 09:00,104,30,外星,9",  # closed, its stage says, it is not; unknown words
        "c": f"c,噪声,跳舞,{good},,,104,30,,",
        "d": "d,噪声,已受理,昨天,,,104,30,,",
        "e": "e,噪声,已受理,,,,104,30,,",
        "f": f"f,,已受理,{good},,,104,30,,",
        "g": f"g,噪声,已受理,{good},,,,,,",  # no place
        "h": f"h,噪声,已受理,{good},,,0,0,,",
        "i": f"i,噪声,已受理,{good},,,30,104,,",  # north and east the wrong way round
        "j": f"j,噪声,已受理,{good},,,104,,,",
        "k": f"k,噪声,已受理,{good},,,一,30,,",
        "l": f"l,噪声,已结案,{good},2026-02-30 08:00,,104,30,,",
        "b//m": f"b//m,噪声,已受理,{good},,,104,30,,",
        "blank": ",,,,,,,,,",
        "a again": f"a,噪声,已结案,{good},2026-03-01 07:00,2026-03-01 09:00,104,30,网格,5",
        "b again": f"b,噪声,已受理,{good},,,104.5,30,,",
    }
    read = read_incidents(written(tmp_path, *lines.values()), time_zone=SHANGHAI)
    assert read.rows == len(lines) == len(read.incidents) + len(read.left_out)
    assert list(read.incidents["id"]) == ["a", "b", "g", "h", "i", "j", "k", "l"]
    assert found(read) == {
        "times_backwards": ["a"],
        "time_beyond_stage": ["b"],
        "value_emptied": ["b", "b"],
        "unknown_stage": ["c"],
        "unreadable_report": ["d"],
        "no_report": ["e"],
        "no_kind": ["f"],
        "no_place": ["g"],
        "place_zero": ["h"],
        "place_unreadable": ["i", "j", "k"],
        "time_unreadable": ["l"],
        "end_unknown": ["l"],
        "bad_id": ["b//m"],
        "blank_row": ["事件.csv 15"],
        "same_row": ["a"],
        "other_row": ["b"],
        "stage_word": ["已受理", "已结案"],
    }
    left = read.left_out.set_index("row")
    assert left.loc[16].tolist() == ["事件.csv", "a", "report.incident_same_row", "事件.csv 2"]
    assert left.loc[4, "detail"] == "跳舞"
    assert read.incidents["accepted_at"].isna().all()
    emptied = read.report.rows.set_index("reason")["detail"]
    assert emptied["report.incident_times_backwards"] == "accepted_at 2026-02-28T23:00:00Z"
    assert list(emptied["report.incident_value_emptied"]) == ["handler 外星", "satisfaction 9"]
    taught = read_incidents(written(tmp_path, lines["c"]), time_zone=SHANGHAI, stages={"跳舞": "dispatched"})
    assert list(taught.incidents["stage"]) == ["dispatched"]


def test_hours_that_the_clock_changes_in(tmp_path: Path) -> None:
    lines = ("a,x,2025-03-09 02:30", "b,x,2025-11-02 01:30", "c,x,2025-11-02 02:30", "d,x,2025-03-09 02:30:00-05:00")
    read = read_incidents(written(tmp_path, *lines, head="id,kind,reported_at"), time_zone="America/New_York")
    assert list(read.incidents["reported_at"]) == [
        "2025-03-09T07:00:00Z",  # there was no 2:30; 3:00 is the first time after it
        "2025-11-02T05:30:00Z",  # the first of two
        "2025-11-02T07:30:00Z",
        "2025-03-09T07:30:00Z",
    ]
    assert (found(read)["time_never"], found(read)["time_twice"]) == (["a"], ["b"])
    assert found(read)["stage_by_times"] == ["stage"]


@pytest.mark.parametrize(
    ("head", "line", "options", "code"),
    [
        ("id,kind,reported_at", "a,x,2025-03-09 02:30", {}, "GP170"),
        ("id,kind,reported_at", "a,x,2025-03-09 02:30", {"time_zone": "Mars/Base"}, "GP118"),
        ("id,kind,reported_at", "a,x,3/4/2025", {"time_zone": SHANGHAI}, "GP171"),
        ("id,kind,reported_at", "a,x,3/4/2025", {"time_zone": SHANGHAI, "dates": "ymd"}, "GP118"),
        ("id,kind,reported_at,x,y", "a,x,2025-03-09T02:30:00Z,1,2", {}, "GP172"),
        ("id,kind,reported_at,x,y", "a,x,2025-03-09T02:30:00Z,1,2", {"crs": "EPSG:0"}, "GP118"),
        ("id,kind,reported_at", "a,x,2025-03-09T02:30:00Z", {"datum": "mars"}, "GP118"),
        ("id,kind,reported_at", "a,x,2025-03-09T02:30:00Z", {"stages": {"x": "done"}}, "GP118"),
        ("id,kind,reported_at", "a,x,2025-03-09T02:30:00Z", {"columns": {"kind": "nothing"}}, "GP131"),
        ("id,kind,reported_at", "a,x,2025-03-09T02:30:00Z", {"columns": {"colour": "kind"}}, "GP131"),
        (
            "id,kind",
            "a,x",
            {},
            r"GP179.*known to be reported_at.*--column reported_at=NAME.*columns=\{\"reported_at\": \"NAME\"\}",
        ),
        ("id,kind,上报时间,登记时间", "a,x,2025-03-09T02:30:00Z,2025-03-09T02:30:00Z", {}, "GP116.*--column reported_at=NAME"),
        ("id,类别,类型,上报时间", "a,x,y,2025-03-09T02:30:00Z", {}, "GP116.*类别, 类型"),
    ],
)
def test_what_cannot_be_known_is_refused(tmp_path: Path, head: str, line: str, options: dict[str, str], code: str) -> None:
    with pytest.raises(InputError, match=code):
        read_incidents(written(tmp_path, line, head=head), **options)  # type: ignore[arg-type]  # wrong ones are the matter


def test_layers_of_several_files_in_their_own_crs(tmp_path: Path) -> None:
    times = ["2026-03-01T08:30:00+08:00", "2026-03-01T08:30:00+08:00"]
    table = pd.DataFrame({"id": [7, 8], "kind": "a", "reported_at": times, "satisfaction": [5.0, np.nan]})
    places = gpd.GeoSeries.from_xy([104.06, 104.07], [30.67, 30.68], crs=4326)
    gpd.GeoDataFrame(table, geometry=places).to_crs(4547).to_file(tmp_path / "a.gpkg", layer="incidents")
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"id": f"g{place}", "kind": "b", "reported_at": times[0]}}
        for place, shape in enumerate((None, {"type": "Point", "coordinates": [104.06, 30.67]},
                                       {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}))
    ]  # fmt: skip
    (tmp_path / "b.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    read = read_incidents([tmp_path / "a.gpkg", tmp_path / "b.geojson"])
    assert list(read.incidents["id"]) == ["7", "8", "g0", "g1", "g2"]
    assert list(read.incidents["satisfaction"].dropna()) == [5]
    assert set(read.incidents["reported_at"]) == {"2026-03-01T00:30:00Z"}
    xs = read.incidents.geometry.x.to_numpy()
    assert xs[[0, 1, 3]] == pytest.approx([104.06, 104.07, 104.06], abs=1e-9)
    assert (found(read)["no_place"], found(read)["place_unreadable"]) == (["g0"], ["g2"])


def test_rows_without_ids_get_the_same_ones_whenever_they_are_read(tmp_path: Path) -> None:
    rows = ("x,2026-03-01T08:30:00Z", "y,2026-03-01T08:30:00Z", "x,2026-03-01T08:30:00Z")
    read = read_incidents(written(tmp_path, *rows, head="kind,reported_at"))
    again = read_incidents(written(tmp_path, *reversed(rows), head="kind,reported_at"))
    assert len(set(read.incidents["id"])) == 2
    assert set(read.incidents["id"]) == set(again.incidents["id"])
    assert list(read.left_out["reason"]) == ["report.incident_same_row"]


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc "),
            st.sampled_from(["采集", "结案", "?", ""]),
            st.sampled_from(["2026-03-01T08:30:00Z", "x", ""]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_row_is_lost_whatever_stands_in_it(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    path = written(
        tmp_path_factory.mktemp("rows"), *(f"{one},k,{stage},{at}" for one, stage, at in rows), head="id,kind,stage,reported_at"
    )
    read = read_incidents(path)
    assert read.rows == len(rows) == len(read.incidents) + len(read.left_out)
    assert read.incidents["id"].is_unique
    numbers = sorted([*read.left_out["row"]])
    assert len(set(numbers)) == len(numbers)
