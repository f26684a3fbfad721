"""Filters that are wrong, or look like SQL: refused in words that say what to do, and never part of a statement."""

import json
from pathlib import Path

import pytest

from gridplan.errors import RequestError
from gridplan.store.filters import parse_filter
from tests.store.things import Things, things_in_geopackage


@pytest.mark.parametrize(
    "text", ["x' OR 1=1 --", "'; DROP TABLE things; --", "%' OR '1'='1", '"; DELETE FROM things; --', "\\'; --"]
)
def test_what_looks_like_sql_is_text(things: Things, text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "''")
    assert things.kept(f"name = '{quoted}'") == []
    assert things.kept(f"name <> '{quoted}'") == [1, 2, 4]
    assert things.kept(f"name LIKE '{quoted}'") == []
    with pytest.raises(RequestError, match="GP54"):
        things.kept(f"name = {text}")
    with pytest.raises(RequestError, match="GP542"):
        things.kept(json.dumps({"op": "=", "args": [{"property": text}, 1]}), "cql2-json")
    assert things.found(things.table.c.fid > 0) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("count = ", "GP540 .*character 9"),
        ("count == 1", "GP540"),
        ("", "GP540"),
        ("count = 'x", "GP540"),
        ("nosuch = 1", "GP542 .*nosuch.*name, 说明"),
        ("name = 1", "GP543 = .*text, not a whole number"),
        ("count = 'x'", "GP543"),
        ("count = null", "GP543 .*IS NULL"),
        ("count", "GP543"),
        ("geom = geom", "GP543"),
        ("name + 1 = 2", "GP543"),
        ("CASEI(count) = 'a'", "GP543"),
        ('name LIKE "of"', "GP543 .*pattern"),
        ("made BETWEEN true AND false", "GP543"),
        ("count = 1e999", "GP543"),
        ("S_INTERSECTS(name, POINT(1 2))", "GP543"),
        ("S_INTERSECTS(geom, 1)", "GP543"),
        ("T_DURING(begun, INTERVAL('2026-01-01','..'))", "GP543 .*intervals"),
        ("T_AFTER(count, DATE('2026-01-01'))", "GP543"),
        ("T_AFTER(begun, INTERVAL('2026-01-01','2026-01-01T00:00:00Z'))", "GP543"),
        ("foo(count) = 1", "GP544 .*foo"),
        ("A_EQUALS(name, ('a', 'b'))", "GP544"),
        ("S_INTERSECTS(geom, POINT(379213 30))", "GP545 .*379213.*filter-crs"),
        ("S_INTERSECTS(geom, POINT EMPTY)", "GP540"),
        ("S_INTERSECTS(geom, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "GP545 .*Self-intersection"),
        ("S_INTERSECTS(geom, POLYGON((0 0,1 1)))", "GP54[05]"),
        ("S_INTERSECTS(geom, BBOX(1,2,3))", "GP545"),
        ("S_INTERSECTS(geom, BBOX(1,2,3,0))", "GP545"),
        ("S_TOUCHES(geom, GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0,1 1)))", "GP545 .*points, lines"),
        ("begun = TIMESTAMP('2026-13-01T00:00:00Z')", "GP548"),
        ("begun = TIMESTAMP('2026-03-01')", "GP548"),
        ("begun = DATE('2026-02-30')", "GP548"),
        ("T_AFTER(begun, INTERVAL('2026-03-02','2026-03-01'))", "GP548"),
        ("1e200 * count * 1e100 > 1", "GP541 .*digits"),
        ("count ^ (count ^ 2) > 1", "GP541 .*powers"),
        (f"name LIKE '{'x' * 1001}'", "GP541 .*pattern"),
    ],
)
def test_refusals_say_what_to_do(things: Things, text: str, says: str) -> None:
    with pytest.raises(RequestError, match=says) as caught:
        things.kept(text)
    assert caught.value.message("zh") != caught.value.message("en")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "GP540"),
        ("[]", "GP543"),
        ("{}", "GP540"),
        ('{"op": "="}', "GP540 .*list of operands"),
        ('{"op": "=", "args": [1]}', "GP540 .*2 operands and has 1"),
        ('{"op": "and", "args": [true]}', "GP540"),
        ('{"op": "in", "args": [{"property": "count"}, []]}', "GP540"),
        ('{"op": 1, "args": []}', "GP544"),
        ('{"op": "=", "args": [{"property": ["a"]}, 1]}', "GP542"),
        ('{"op": "=", "args": [{"property": "count"}, NaN]}', "GP540"),
        ('{"op": "=", "args": [{"property": "name"}, "\\u0000"]}', "GP543"),
        ('{"op": "=", "args": [{"property": "name"}, "\\ud800"]}', "GP540"),
        ('{"op": "s_intersects", "args": [{"property": "geom"}, {"type": "Circle", "coordinates": [1, 2]}]}', "GP545 .*Circle"),
        ('{"op": "s_intersects", "args": [{"property": "geom"}, {"type": "Point", "coordinates": "x"}]}', "GP545"),
        ('{"op": "s_intersects", "args": [{"property": "geom"}, {"bbox": ["a", 1, 2, 3]}]}', "GP545"),
        ('{"op": "t_after", "args": [{"property": "begun"}, {"interval": ["2026-01-01"]}]}', "GP540"),
        ('{"op": "=", "args": [{"property": "begun"}, {"timestamp": 1}]}', "GP548"),
    ],
)
def test_wrong_json_is_refused(things: Things, text: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        things.kept(text, "cql2-json")


def test_an_unknown_crs_is_refused() -> None:
    for crs in (
        "EPSG:32648",
        "http://www.opengis.net/def/crs/EPSG/0/1",
        "CRS84",
        "",
        "http://www.opengis.net/def/crs/OGC/0/4326",
    ):
        with pytest.raises(RequestError, match="GP546 filter-crs"):
            parse_filter("true", crs=crs)


def test_a_geopackage_is_asked_by_its_index(tmp_path: Path) -> None:
    with things_in_geopackage(tmp_path / "a.gpkg") as things:
        for text, indexed in (("S_WITHIN(geom, BBOX(1,2,3,4))", True), ("NOT S_WITHIN(geom, BBOX(1,2,3,4))", False)):
            condition = parse_filter(text).condition(things.columns, things.dialect)
            assert ("rtree_things_geom" in str(condition)) == indexed
