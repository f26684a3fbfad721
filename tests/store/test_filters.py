"""Filters: each operator of CQL2 on a hand-drawn table, the same rows from both stores."""

import json

import pytest

from tests.store.things import Things


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("count = 310", [1]),
        ("count <> 310", [2, 4]),
        ("310 = count", [1]),
        ("count = 310.5", []),
        ("count > 309.5", [1, 2]),
        ("count >= 310 AND count <= 500", [1, 2]),
        ("count < -2.5", [4]),
        ("count > 1e300", []),
        ("count < 1e300", [1, 2, 4]),
        ("area = 1.5", [1]),
        ("area < .5", [2]),
        ("count > area", [1, 2]),
        ('count > "limit"', [1]),
        ("name = '安居'", [1]),
        ("name > 'K'", [1, 2, 4]),
        ("name < 'a'", [2]),
        ('name = "of" OR \'x\' = "of"', [1]),
        ("made", [1, 4]),
        ("NOT made", [2]),
        ("made = true", [1, 4]),
        ("made < true", [2]),
        ("(count > 400) = made", []),
        ("(count > 0) = made", [1]),
        ("true", [1, 2, 3, 4]),
        ("false OR count = 310", [1]),
        ("NOT (count = 310 OR count = 500)", [4]),
        ("count = 310 OR count = 500 AND made", [1]),
        ("not not count = 310", [1]),
        ("'foo' = 'foo'", [1, 2, 3, 4]),
        ("'foo' >= 'goo'", []),
        ("1 + 1 = 2", [1, 2, 3, 4]),
        ("count IS NULL", [3]),
        ("count IS NOT NULL", [1, 2, 4]),
        ("说明 IS NULL", [1, 3]),
        ("(count > 1) IS NULL", [3]),
        ("geom IS NULL", [3]),
        ("CASEI(name) IS NULL", [3]),
    ],
)
def test_basic_cql2(things: Things, text: str, rows: list[int]) -> None:
    assert things.kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name LIKE 'K_benhavn'", [2]),
        ("name LIKE 'k%'", []),
        ("name NOT LIKE 'K%'", [1, 4]),
        ("name LIKE '%b%'", [2, 4]),
        (r"name LIKE 'a\%b\_c%'", [4]),
        (r"name LIKE '%\\\\d'", [4]),
        ("name LIKE '_居'", [1]),
        ("name LIKE '*'", []),
        ("name LIKE '[a-z]%'", []),
        ("name LIKE ''", []),
        ("'København' LIKE 'K_benhavn'", [1, 2, 3, 4]),
        ("\"of\" IN ('x', 'z')", [1, 4]),
        ("\"of\" NOT IN ('x', 'z')", [2]),
        ("count IN (310, 500.0, 1.5)", [1, 2]),
        ("count IN (500)", [2]),
        ('count IN ("limit" + 10, 500)', [1, 2]),
        ("area IN (1.5, 3)", [1]),
        ("made IN (false)", [2]),
        ("begun IN (TIMESTAMP('2026-03-01T08:30:00Z'), DATE('2026-02-28'))", [1, 4]),
        ("count BETWEEN 300 AND 400", [1]),
        ("count NOT BETWEEN 300 AND 400", [2, 4]),
        ('count between "limit" and "limit"*2', [1]),
        ("name BETWEEN 'A' AND 'Z'", [2]),
        ("CASEI(name) LIKE CASEI('KØB%')", [2]),
        ("CASEI(\"说明\") = CASEI('straße')", [4]),
        ("CASEI(name) IN (CASEI('KØBENHAVN'))", [2]),
        ('CASEI(name) < CASEI("of")', [2, 4]),
        ("ACCENTI(\"说明\") = 'e'", [2]),
        ("ACCENTI(CASEI(说明)) = ACCENTI(CASEI('É'))", [2]),
    ],
)
def test_advanced_comparisons(things: Things, text: str, rows: list[int]) -> None:
    assert things.kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("count + 1 = 311", [1]),
        ("count - 10 - 100 = 200", [1]),
        ("count * 2 + 1 = 621", [1]),
        ("2 + count * 2 = 622", [1]),
        ("-count = 3", [4]),
        ("count / 2 = 155", [1]),
        ("count / 4 = 77.5", [1]),
        ("count / 0 = 1 OR count / 0 IS NULL", [1, 2, 3, 4]),
        ("area / share > 0", [1, 4]),
        ("count % 7 = 2", [1]),
        ("count % 2 = -1", [4]),
        ("count div 100 = 3", [1]),
        ("count div 2 = -1", [4]),
        ("count ^ 2 = 96100", [1]),
        ("2 ^ share = 4", [1]),
        ("share ^ -1 > 0", [1, 4]),
        ("area ^ 0.5 > 1", [1, 4]),
        ("area * area > 2", [1, 2, 4]),
        ("1e100 * area > 1e119", [4]),
        ("count = 300 + 20 / 2", [1]),
        ("count > 1038290 - 21 div 10", []),
        ("count >= 312 - 2*2^0", [1, 2]),
        ("count + area IS NULL", [3]),
    ],
)
def test_arithmetic(things: Things, text: str, rows: list[int]) -> None:
    assert things.kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("begun = TIMESTAMP('2026-03-01T08:30:00Z')", [1]),
        ("begun = TIMESTAMP('2026-03-01T16:30:00+08:00')", [1]),
        ("begun = '2026-03-01T16:30:00.000+08:00'", [1]),
        ("begun = TIMESTAMP('2026-03-01T08:30:00.5Z')", [2]),
        ("begun >= TIMESTAMP('2026-03-01T08:30:00.5Z')", [2]),
        ("begun < TIMESTAMP('2026-03-01T08:30:00.25Z')", [1, 4]),
        ("begun = DATE('2026-03-01')", [1, 2]),
        ("begun < DATE('2026-03-01')", [4]),
        ("begun > DATE('2026-02-28')", [1, 2]),
        ("begun < ended", [2, 4]),
        ("begun BETWEEN DATE('2026-03-01') AND DATE('2026-03-02')", [1, 2]),
        ("T_AFTER(begun, DATE('2026-02-28'))", [1, 2]),
        ("T_BEFORE(begun, TIMESTAMP('2026-03-01T08:30:00Z'))", [4]),
        ("T_EQUALS(begun, INTERVAL('2026-03-01','2026-03-01'))", [1, 2]),
        ("T_DISJOINT(begun, INTERVAL('2026-03-01','..'))", [4]),
        ("T_INTERSECTS(begun, INTERVAL('2026-03-01','..'))", [1, 2]),
        ("T_INTERSECTS(begun, INTERVAL('..','..'))", [1, 2, 4]),
        ("T_INTERSECTS(INTERVAL(begun, ended), INTERVAL('2026-03-01T09:00:00Z','..'))", [2]),
        ("T_DURING(INTERVAL(begun, ended), INTERVAL('2026-02-01','2026-03-10'))", [2, 4]),
        ("T_CONTAINS(INTERVAL(begun, ended), INTERVAL('2026-03-01T09:00:00Z','2026-03-01T10:00:00Z'))", [2]),
        ("T_STARTS(INTERVAL(begun, ended), INTERVAL('2026-02-28T23:59:59Z','2026-03-05T00:00:00Z'))", [4]),
        ("T_STARTEDBY(INTERVAL(begun, ended), INTERVAL('2026-02-28T23:59:59Z','2026-03-01T00:00:00Z'))", [4]),
        ("T_FINISHES(INTERVAL(begun, ended), INTERVAL('2026-02-01T00:00:00Z','2026-03-02T00:00:00Z'))", [2]),
        ("T_FINISHEDBY(INTERVAL(begun, ended), INTERVAL('2026-03-01T12:00:00Z','2026-03-02T00:00:00Z'))", [2]),
        ("T_MEETS(INTERVAL(begun, ended), INTERVAL('2026-03-02T00:00:00Z','..'))", [2]),
        ("T_METBY(INTERVAL(begun, ended), INTERVAL('..','2026-02-28T23:59:59Z'))", [4]),
        ("T_OVERLAPS(INTERVAL(begun, ended), INTERVAL('2026-03-01T00:00:00Z','2026-03-01T12:00:00Z'))", [4]),
        ("T_OVERLAPPEDBY(INTERVAL(begun, ended), INTERVAL('2026-03-01T00:00:00Z','2026-03-01T12:00:00Z'))", [2]),
        ("T_INTERSECTS(DATE('2026-03-01'), begun)", [1, 2]),
    ],
)
def test_temporal(things: Things, text: str, rows: list[int]) -> None:
    assert things.kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("S_INTERSECTS(geom, POINT(104.0005 30.0005))", [1, 2, 4]),
        ("NOT S_INTERSECTS(geom, POINT(104.0008 30.0002))", [2, 4]),
        ("S_INTERSECTS(geom, POINT(104.0008 30.0002)) = false", [2, 4]),
        ("S_INTERSECTS(geom, POINT Z(104.0005 30.0005 9))", [1, 2, 4]),
        ("S_INTERSECTS(POINT(104.0008 30.0002), geom)", [1]),
        ("S_DISJOINT(geom, POINT(104.0008 30.0002))", [2, 4]),
        ("S_WITHIN(geom, BBOX(103,29,105,31))", [1, 2, 4]),
        ("S_WITHIN(geom, BBOX(104,30,104.001,30.001))", [1, 2]),
        ("S_WITHIN(POINT(104.0008 30.0002), geom)", [1]),
        ("S_CONTAINS(geom, POINT(104.0008 30.0002))", [1]),
        ("S_CONTAINS(BBOX(104,30,104.001,30.001), geom)", [1, 2]),
        ("S_TOUCHES(geom, POINT(104 30))", [1, 4]),
        ("S_CROSSES(geom, BBOX(103,29,104.001,30.001))", [4]),
        ("S_EQUALS(geom, POINT(104.0005 30.0005))", [2]),
        ("S_OVERLAPS(geom, BBOX(104.0005,29,105,31))", [1]),
        ("S_INTERSECTS(geom, geom)", [1, 2, 4]),
        ("S_INTERSECTS(geom, BBOX(150,-90,-150,90))", []),
        ("S_INTERSECTS(geom, BBOX(104.0015,-90,-150,90))", [4]),
        ("S_INTERSECTS(geom, LINESTRING(104 30.0008, 104.0002 30.0008))", [1]),
        ("S_INTERSECTS(geom, MULTIPOINT((104.0005 30.0005), (0 0)))", [1, 2, 4]),
        ("S_INTERSECTS(geom, MULTILINESTRING((0 0,1 1), (104.0015 30, 104.0015 31)))", [4]),
        (
            "S_INTERSECTS(geom, MULTIPOLYGON(((0 0,1 0,1 1,0 0)), ((104.0011 30,104.003 30.003,104.0011 30.003,104.0011 30))))",
            [4],
        ),
        ("S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(104.0008 30.0002), LINESTRING(0 0,1 1)))", [1]),
        ("S_DISJOINT(geom, GEOMETRYCOLLECTION(POINT(104.0008 30.0002), LINESTRING(0 0,1 1)))", [2, 4]),
        ("S_INTERSECTS(POINT(1 1), BBOX(0,0,2,2))", [1, 2, 3, 4]),
    ],
)
def test_spatial(things: Things, text: str, rows: list[int]) -> None:
    assert things.kept(text) == rows


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("POINT(104.0008 30.0002)", None),
        ("POINT(104.0008 30.0002)", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        ("POINT(30.0002 104.0008)", "http://www.opengis.net/def/crs/EPSG/0/4326"),
        ("POINT(30.0002 104.0008)", "[EPSG:4490]"),
        ("POINT(11577316.1 3503575.55)", "urn:ogc:def:crs:EPSG::3857"),
        ("POINT(3320555.94 403588.64)", "http://www.opengis.net/def/crs/EPSG/0/4544"),
        ("POINT(3320555.94 35403588.64)", "http://www.opengis.net/def/crs/EPSG/0/4523"),
    ],
)
def test_geometries_are_read_in_the_order_of_axes_of_their_crs(things: Things, text: str, crs: str | None) -> None:
    assert things.kept(f"S_INTERSECTS(geom, {text})", crs=crs) == [1]


@pytest.mark.parametrize(
    ("tree", "rows"),
    [
        ({"op": "=", "args": [{"property": "count"}, 310]}, [1]),
        ({"op": "and", "args": [{"op": ">", "args": [{"property": "count"}, 1]}, {"property": "made"}]}, [1]),
        ({"op": "not", "args": [{"op": "like", "args": [{"property": "name"}, "K%"]}]}, [1, 4]),
        ({"op": "in", "args": [{"property": "of"}, ["x", "z"]]}, [1, 4]),
        ({"op": "between", "args": [{"property": "count"}, 300, 400]}, [1]),
        ({"op": "isNull", "args": [{"property": "count"}]}, [3]),
        ({"op": "=", "args": [{"op": "casei", "args": [{"property": "说明"}]}, {"op": "casei", "args": ["straße"]}]}, [4]),
        ({"op": ">", "args": [{"op": "+", "args": [{"property": "count"}, 1]}, 500]}, [2]),
        ({"op": "=", "args": [{"property": "begun"}, {"timestamp": "2026-03-01T08:30:00Z"}]}, [1]),
        ({"op": "t_after", "args": [{"property": "begun"}, {"date": "2026-02-28"}]}, [1, 2]),
        ({"op": "t_intersects", "args": [{"property": "begun"}, {"interval": ["2026-03-01", ".."]}]}, [1, 2]),
        ({"op": "s_intersects", "args": [{"property": "geom"}, {"type": "Point", "coordinates": [104.0008, 30.0002]}]}, [1]),
        ({"op": "s_within", "args": [{"property": "geom"}, {"bbox": [104, 30, 104.001, 30.001]}]}, [1, 2]),
        (True, [1, 2, 3, 4]),
    ],
)
def test_cql2_json(things: Things, tree: object, rows: list[int]) -> None:
    assert things.kept(json.dumps(tree), "cql2-json") == rows
