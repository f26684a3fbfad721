"""The other conditions of requests: boxes, times, values of properties, orders, selections, coordinate reference systems."""

import numpy as np
import pytest
import shapely

from gridplan.errors import RequestError
from gridplan.store.filters import (
    CRS84,
    SUPPORTED_CRS,
    Extent,
    parse_box,
    parse_crs,
    parse_equal,
    parse_names,
    parse_period,
    parse_sorting,
    to_crs,
)
from tests.store.things import Things

EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"


def covered(extent: Extent) -> shapely.Geometry:
    """What a box covers."""
    return shapely.box(*extent.box) if extent.box is not None else extent.shape


@pytest.mark.parametrize(
    ("text", "crs", "boxes"),
    [
        ("104,30,105,31", None, ((104, 30, 105, 31),)),
        ("104,30,105,31", CRS84, ((104, 30, 105, 31),)),
        ("30,104,31,105", EPSG.format(4326), ((104, 30, 105, 31),)),
        ("30,104,31,105", "[EPSG:4490]", ((104, 30, 105, 31),)),
        (" 104, 30,0, 105 ,31,9", None, ((104, 30, 105, 31),)),
        ("170,-10,-170,10", None, ((-180, -10, -170, 10), (170, -10, 180, 10))),
        ("-10,170,10,-170", EPSG.format(4326), ((-180, -10, -170, 10), (170, -10, 180, 10))),
        ("-180,-90,180,90", None, ((-180, -90, 180, 90),)),
        ("104,30,104,30", None, ((104, 30, 104, 30),)),
        ("104,30,104,31", None, ((104, 30, 104, 31),)),
    ],
)
def test_a_box_is_read_in_the_order_of_its_axes(text: str, crs: str | None, boxes: tuple[tuple[float, ...], ...]) -> None:
    extent = parse_box(text, crs=crs)
    assert tuple(sorted(part.bounds for part in shapely.get_parts(covered(extent)))) == boxes
    assert extent.box == (boxes[0] if len(boxes) == 1 else None)


def test_a_box_of_web_mercator_is_a_box() -> None:
    box = parse_box("11577000,3503000,11578000,3504000", crs=EPSG.format(3857)).box
    assert box == pytest.approx((103.99796, 29.99572, 104.00694, 30.0035), abs=1e-5)


def test_a_box_of_a_zone_is_bent() -> None:
    """Its sides are straight in the zone: the middle of the southern one lies 1.1 m north of the line between its ends."""
    extent = parse_box("3320000,403000,3330000,413000", crs=EPSG.format(4544))
    assert extent.box is None
    west, south, east, north = covered(extent).bounds
    assert (west, south, east, north) == pytest.approx((103.99384, 29.99514, 104.09837, 30.08609), abs=1e-5)
    assert not covered(extent).contains(shapely.Point(104.046562, 29.995520))
    assert covered(extent).contains(shapely.Point(104.046562, 29.995529))
    zone = parse_box("3320000,35403000,3330000,35413000", crs=EPSG.format(4523))
    assert covered(zone).equals_exact(covered(extent), 1e-9)


def test_an_edge_stays_where_it_is_when_it_is_bent() -> None:
    reference = parse_crs(EPSG.format(4544), parameter="bbox-crs")
    edge = shapely.LineString([(3_300_000, 400_000), (3_400_000, 500_000)])
    bent = reference.to_lonlat(np.array([edge], dtype=object))
    back = to_crs(bent, reference)[0]
    assert shapely.hausdorff_distance(edge, back) < 1e-3
    fine = to_crs(shapely.segmentize(bent, 1e-4), reference)[0]
    assert shapely.hausdorff_distance(edge, fine) < 1e-3


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("", None),
        ("1,2,3", None),
        ("1,2,3,4,5", None),
        ("1,2,3,x", None),
        ("1,2,3,nan", None),
        ("1,2,3,inf", None),
        ("1,2,3,1e999", None),
        ("1,2,3,０", None),
        ("1,2,,4", None),
        ("1 2 3 4", None),
        ("104,31,105,30", None),
        ("104,30,181,31", None),
        ("104,30,105,91", None),
        ("11578000,3503000,11577000,3504000", EPSG.format(3857)),
        ("1e300,1e300,1e301,1e301", EPSG.format(4544)),
        ("1," * 200 + "1", None),
        ("1_0,2,3,4", None),
    ],
)
def test_a_wrong_box_is_refused(text: str, crs: str | None) -> None:
    with pytest.raises(RequestError, match="GP547"):
        parse_box(text, crs=crs)


@pytest.mark.parametrize(
    "crs",
    [
        "",
        "EPSG:1",
        "EPSG:4555",
        "4326",
        EPSG.format(32648),
        EPSG.format("4326/"),
        "http://x/EPSG/0/4326",
        "urn:ogc:def:crs:OGC::4326",
    ],
)
def test_a_box_of_an_unknown_crs_is_refused(crs: str) -> None:
    with pytest.raises(RequestError, match="GP546 bbox-crs"):
        parse_box("1,2,3,4", crs=crs)


@pytest.mark.parametrize("uri", SUPPORTED_CRS)
def test_there_and_back_in_every_crs(uri: str) -> None:
    reference = parse_crs(uri, parameter="crs")
    longitude = 105.0 if reference.degrees or "3857" in uri else 75.0 + 3 * ((int(uri[-4:]) - 4513) % 21)
    places = np.array(
        [shapely.Point(longitude + 0.3, 30.1), shapely.box(longitude, 30, longitude + 0.1, 30.1), None], dtype=object
    )
    turned = to_crs(places, reference)
    assert turned[2] is None
    back = reference.to_lonlat(turned[:1])[0]
    assert back.equals_exact(places[0], 1e-11)
    x, y = shapely.get_coordinates(turned[0])[0]
    if uri != CRS84 and "3857" not in uri:
        assert (x, y) == pytest.approx((30.1, longitude + 0.3), abs=1e-9) if reference.degrees else 3.3e6 < x < 3.4e6
        assert reference.north_first


@pytest.mark.parametrize(
    "text",
    ["EPSG:4490", "[EPSG:4490]", EPSG.format(4490), "https://www.opengis.net/def/crs/EPSG/0/4490", "urn:ogc:def:crs:EPSG::4490"],
)
def test_a_crs_is_written_in_several_ways(text: str) -> None:
    assert parse_crs(text, parameter="crs").uri == EPSG.format(4490)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("2026-03-01T08:30:00Z", [1]),
        ("2026-03-01T08:30:00z", [1]),
        ("2026-03-01t16:30:00+08:00", [1]),
        ("2026-03-01T08:30:00.5Z", [2]),
        ("2026-03-01T00:00:00Z/2026-03-01T23:59:59Z", [1, 2]),
        ("../2026-03-01T00:00:00Z", [4]),
        ("/2026-03-01T00:00:00Z", [4]),
        ("2026-03-01T08:30:00.1Z/..", [2]),
        ("2026-03-01T08:30:00.1Z/", [2]),
    ],
)
def test_a_time_is_asked_for(things: Things, text: str, rows: list[int]) -> None:
    period = parse_period(text)
    assert things.found(period.condition(things.columns, things.dialect, start="begun", end="begun")) == rows


def test_a_row_may_last(things: Things) -> None:
    period = parse_period("2026-03-01T12:00:00Z")
    assert things.found(period.condition(things.columns, things.dialect, start="begun", end="ended")) == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "../..", "/", "a", "2026-03-01", "2026", "2026-03-01T08:30Z", "2026-03-01T08:30:00", "2026-03-01 08:30:00Z"),
        *(
            "2026-13-01T08:30:00Z",
            "2026-02-30T08:30:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T08:30:60Z",
            "2026-03-01T08:30:00+25:00",
        ),
        *(
            "2026-03-02T00:00:00Z/2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z/2026-03-03T00:00:00Z",
            "20２6-03-01T08:30:00Z",
        ),
        *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2026-03-01T08:30:00.Z", "now", "2026-03-01T08:30:00Z/x"),
    ],
)
def test_a_wrong_time_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="GP548 datetime"):
        parse_period(text)


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("count", "310", [1]),
        ("count", "+310", [1]),
        ("count", "-3", [4]),
        ("area", "1.5", [1]),
        ("area", "1e20", [4]),
        ("made", "true", [1, 4]),
        ("name", "安居", [1]),
        ("name", "' OR 1=1 --", []),
        ("of", "y", [2]),
        ("begun", "2026-03-01T16:30:00+08:00", [1]),
        ("begun", "2026-03-01", [1, 2]),
    ],
)
def test_a_property_has_a_value(things: Things, name: str, text: str, rows: list[int]) -> None:
    assert things.found(parse_equal(things.columns, name, text, things.dialect)) == rows


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        *(("count", wrong, "GP549") for wrong in ("", "x", "1.5", "1e3", "9" * 30, "１", " 1", "1_0")),
        *(("area", wrong, "GP549") for wrong in ("", "x", "nan", "inf", "1e999", "0x1")),
        *(("made", wrong, "GP549") for wrong in ("", "1", "True", "yes")),
        *(("begun", wrong, "GP549") for wrong in ("", "today", "2026-03-01T08:30:00")),
        ("name", "\0", "GP549"),
        ("geom", "POINT(1 2)", "GP549"),
        ("nosuch", "1", "GP542"),
    ],
)
def test_a_wrong_value_is_refused(things: Things, name: str, text: str, code: str) -> None:
    with pytest.raises(RequestError, match=code):
        parse_equal(things.columns, name, text, things.dialect)


def test_orders_and_selections() -> None:
    known = ["name", "households", "-odd"]
    assert parse_sorting("name", known) == (("name", False),)
    assert parse_sorting("+name,-households", known) == (("name", False), ("households", True))
    assert parse_sorting(" name", known) == (("name", False),)
    assert parse_names("households,name", known) == ("households", "name")
    for wrong, code in (
        ("", "GP549"),
        ("name,", "GP549"),
        ("name,-name", "GP549"),
        ("nosuch", "GP542"),
        ("-", "GP549"),
        ("--name", "GP54"),
    ):
        with pytest.raises(RequestError, match=code):
            parse_sorting(wrong, known)
    for wrong, code in (("", "GP549"), ("name,name", "GP549"), ("nosuch", "GP542"), (",".join("ab" * 80), "GP549")):
        with pytest.raises(RequestError, match=code):
            parse_names(wrong, known)
