"""CQL2 (21-065r2): of each conformance class what it adds, as text and as JSON, and what is wrong in it."""

import json

import pytest

from gridplan.store.filters import CONFORMANCE
from tests.api.conformance.api import Api
from tests.api.conformance.classes import cql2, shows
from tests.samples import RURAL, SOUTH, URBAN, WEST, spot

TEXT, JSON = cql2("cql2-text"), cql2("cql2-json")
Case = tuple[str, str, set[str]]  # collection, filter, ids that meet it
GRIDS = {f"{URBAN}001", f"{URBAN}002", f"{RURAL}001", f"{RURAL}002"}
POINT = f"POINT({WEST + 0.005} {SOUTH + 0.001})"
LINE = f"LINESTRING({WEST + 0.0041} {SOUTH + 0.0001}, {WEST + 0.0059} {SOUTH + 0.0001})"
AREA = f"BBOX({WEST + 0.0039}, {SOUTH - 0.001}, {WEST + 0.0061}, {SOUTH + 0.005})"
EAST, NORTH = WEST + 0.005, SOUTH + 0.001
SMALL = f"POLYGON(({WEST + 0.0041} {SOUTH},{EAST} {SOUTH},{EAST} {NORTH},{WEST + 0.0041} {SOUTH}))"
MARCH = "INTERVAL('2026-03-01T00:00:00Z','2026-03-01T23:00:00Z')"

RIGHT: dict[str, list[Case]] = {
    "basic-cql2": [
        ("grids", "households = 17", {f"{RURAL}002"}),
        ("grids", "households <> 17 AND kind = 'rural'", {f"{RURAL}001"}),
        ("grids", "households < 17 OR households >= 50", {f"{RURAL}001", f"{URBAN}002"}),
        ("grids", "NOT (kind = 'urban')", {f"{RURAL}001", f"{RURAL}002"}),
        ("grids", "reason IS NULL", {f"{URBAN}002", f"{RURAL}001"}),
        ("grids", "reason IS NOT NULL", {f"{URBAN}001", f"{RURAL}002"}),
        ("units", "stacked = TRUE", {f"{URBAN}002001", f"{URBAN}002002"}),
        ("incidents", "reported_at > TIMESTAMP('2026-03-01T09:00:00Z')", {"i2", "i3"}),
        ("incidents", "reported_at >= DATE('2026-03-02')", {"i2", "i3"}),
    ],
    "advanced-comparison-operators": [
        ("grids", "name LIKE '红星村%'", {f"{RURAL}001", f"{RURAL}002"}),
        ("grids", "name LIKE '_星村第002网格'", {f"{RURAL}002"}),
        ("grids", "households BETWEEN 12 AND 17", {f"{RURAL}001", f"{RURAL}002"}),
        ("grids", "households IN (12, 50)", {f"{RURAL}001", f"{URBAN}002"}),
        ("grids", "status NOT IN ('ok')", {f"{URBAN}001", f"{RURAL}002"}),
    ],
    "case-insensitive-comparison": [
        ("services", "CASEI(kind) = CASEI('CLINIC')", {"clinic"}),
        ("services", "kind = 'CLINIC'", set()),
    ],
    "accent-insensitive-comparison": [
        ("services", "ACCENTI(name) = ACCENTI('Ecole d''ete')", {"école/1?"}),
        ("services", "name = 'Ecole d''ete'", set()),
    ],
    "basic-spatial-functions": [
        ("grids", f"S_INTERSECTS(geometry, {POINT})", {f"{RURAL}002"}),
        ("grids", f"S_INTERSECTS(geometry, {AREA})", GRIDS - {f"{URBAN}001"}),
    ],
    "basic-spatial-functions-plus": [
        ("grids", f"S_INTERSECTS(geometry, {LINE})", {f"{RURAL}002"}),
        ("grids", f"S_INTERSECTS(geometry, {SMALL})", {f"{RURAL}002"}),
    ],
    "spatial-functions": [
        ("grids", f"S_CONTAINS(geometry, {POINT})", {f"{RURAL}002"}),
        ("grids", f"S_WITHIN(geometry, {AREA})", {f"{RURAL}001", f"{RURAL}002"}),
        ("grids", f"S_DISJOINT(geometry, {AREA})", {f"{URBAN}001"}),
        (
            "grids",
            f"S_CROSSES(geometry, LINESTRING({WEST + 0.005} {SOUTH + 0.0005}, {WEST + 1} {SOUTH + 0.0005}))",
            {f"{RURAL}002"},
        ),
        ("grids", f"S_TOUCHES(geometry, POINT({WEST + 0.004} {SOUTH + 0.0005}))", {f"{URBAN}002", f"{RURAL}002"}),
        ("grids", f"S_OVERLAPS(geometry, BBOX({WEST + 0.005}, {SOUTH - 1}, {WEST + 1}, {SOUTH + 0.001}))", {f"{RURAL}002"}),
        ("services", f"S_EQUALS(geometry, {spot(0, 0).wkt})", {"clinic"}),
    ],
    "temporal-functions": [
        ("incidents", "T_AFTER(reported_at, TIMESTAMP('2026-03-02T00:00:00Z'))", {"i3"}),
        ("incidents", "T_BEFORE(reported_at, DATE('2026-03-02'))", {"i1"}),
        ("incidents", f"T_INTERSECTS(reported_at, {MARCH})", {"i1"}),
        ("incidents", f"T_DISJOINT(reported_at, {MARCH})", {"i2", "i3"}),
        ("incidents", "T_EQUALS(reported_at, TIMESTAMP('2026-03-02T00:00:00Z'))", {"i2"}),
        ("incidents", f"T_DURING(INTERVAL('2026-03-01T00:30:00Z', reported_at), {MARCH})", {"i1"}),
    ],
    "property-property": [
        ("units", "floor_from = floor_to", set()),
        ("units", "floor_from < floor_to", {f"{URBAN}002001", f"{URBAN}002002"}),
        ("grids", "17 = households", {f"{RURAL}002"}),
    ],
    "arithmetic": [
        ("grids", "households * 2 = 34", {f"{RURAL}002"}),
        ("grids", "households - 5 >= 40 + 5", {f"{URBAN}002"}),
        ("grids", "households % 10 = 7 AND households div 10 = 1", {f"{RURAL}002"}),
    ],
}
WRONG: dict[str, list[tuple[str, str, str]]] = {  # collection, filter, code
    "basic-cql2": [("grids", "households = 'many'", "GP543"), ("grids", "kind > ", "GP540"), ("grids", "nothing = 1", "GP542")],
    "advanced-comparison-operators": [
        ("grids", "households LIKE 'a%'", "GP543"),
        ("grids", "households BETWEEN 12", "GP540"),
        ("grids", "households IN (12, 'x')", "GP543"),
    ],
    "case-insensitive-comparison": [("services", "CASEI(capacity) = 'x'", "GP543")],
    "accent-insensitive-comparison": [("services", "ACCENTI(capacity) = 'x'", "GP543")],
    "basic-spatial-functions": [
        ("grids", "S_INTERSECTS(households, POINT(1 2))", "GP543"),
        ("grids", "S_INTERSECTS(geometry, POINT(1000 2000))", "GP545"),
    ],
    "basic-spatial-functions-plus": [
        ("grids", "S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1)))", "GP545"),
        ("grids", "S_INTERSECTS(geometry, LINESTRING(0 0))", "GP545"),
    ],
    "spatial-functions": [("grids", "S_NEAR(geometry, POINT(1 2))", "GP544")],
    "temporal-functions": [
        ("incidents", "T_DURING(reported_at, DATE('2026-03-02'))", "GP543"),
        ("incidents", "T_AFTER(reported_at, TIMESTAMP('yesterday'))", "GP548"),
    ],
    "property-property": [("units", "floor_from = grid", "GP543")],
    "arithmetic": [("grids", "kind + 1 = 2", "GP543"), ("grids", "households ^ 2 ^ 2 ^ 2 > 1", "GP541")],
}


def marked(name: str) -> tuple[str, ...]:
    """The URI of a class by its name."""
    return cql2(name).uris


def check(api: Api, name: str) -> None:
    for collection, text, expected in RIGHT[name]:
        if collection in api.names:
            here = expected & api.found(collection)
            assert api.found(collection, filter=text) == here, text
    for collection, text, code in WRONG[name]:
        if collection in api.names:
            assert api.refused(f"/collections/{collection}/items", filter=text)["code"] == code, text


@shows(cql2("basic-cql2"), "binary-comparison-predicate", "null-predicate", "property", "cql2-filter")
def test_basic(api: Api) -> None:
    check(api, "basic-cql2")


@shows(cql2("advanced-comparison-operators"), "like-predicate", "between-predicate", "in-predicate")
def test_advanced_comparisons(api: Api) -> None:
    check(api, "advanced-comparison-operators")


@shows(cql2("case-insensitive-comparison"), "casei-function")
def test_case_insensitive(api: Api) -> None:
    check(api, "case-insensitive-comparison")


@shows(cql2("accent-insensitive-comparison"), "accenti-function")
def test_accent_insensitive(api: Api) -> None:
    check(api, "accent-insensitive-comparison")


@shows(cql2("basic-spatial-functions"), "spatial-predicate", "spatial-functions")
def test_basic_spatial(api: Api) -> None:
    check(api, "basic-spatial-functions")


@shows(cql2("basic-spatial-functions-plus"), "spatial-data-types")
def test_every_type_of_geometry(api: Api) -> None:
    check(api, "basic-spatial-functions-plus")


@shows(cql2("spatial-functions"), "spatial-functions")
def test_spatial(api: Api) -> None:
    check(api, "spatial-functions")


@shows(cql2("temporal-functions"), "temporal-predicates", "temporal-functions")
def test_temporal(api: Api) -> None:
    check(api, "temporal-functions")


@shows(cql2("property-property"), "withdraw-permissions")
def test_two_properties(api: Api) -> None:
    check(api, "property-property")


@shows(cql2("arithmetic"), "arithmetic")
def test_arithmetic(api: Api) -> None:
    check(api, "arithmetic")


@shows(TEXT, "escaping", *RIGHT)
def test_text_is_parsed_with_its_escapes(whole: Api) -> None:
    assert whole.found("services", filter="name = 'École d''été'") == {"école/1?"}
    assert whole.found("services", filter="name = 'École d\\'été'") == {"école/1?"}
    assert whole.found("services", filter="\"name\" LIKE '%卫生站'") == {"clinic"}
    for cases in RIGHT.values():
        for collection, text, expected in cases:
            assert whole.found(collection, filter=text, **{"filter-lang": "cql2-text"}) == expected, text


AS_JSON: list[tuple[str, object, set[str]]] = [
    ("grids", {"op": "=", "args": [{"property": "households"}, 17]}, {f"{RURAL}002"}),
    ("grids", {"op": "not", "args": [{"op": "isNull", "args": [{"property": "reason"}]}]}, {f"{URBAN}001", f"{RURAL}002"}),
    ("grids", {"op": "like", "args": [{"property": "name"}, "红星村%"]}, {f"{RURAL}001", f"{RURAL}002"}),
    ("grids", {"op": "between", "args": [{"property": "households"}, 12, 17]}, {f"{RURAL}001", f"{RURAL}002"}),
    ("grids", {"op": "in", "args": [{"property": "households"}, [12, 50]]}, {f"{RURAL}001", f"{URBAN}002"}),
    (
        "services",
        {"op": "=", "args": [{"op": "casei", "args": [{"property": "kind"}]}, {"op": "casei", "args": ["CLINIC"]}]},
        {"clinic"},
    ),
    (
        "services",
        {"op": "=", "args": [{"op": "accenti", "args": [{"property": "name"}]}, {"op": "accenti", "args": ["Ecole d'ete"]}]},
        {"école/1?"},
    ),
    (
        "grids",
        {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [WEST + 0.005, SOUTH + 0.001]}],
        },
        {f"{RURAL}002"},
    ),
    (
        "grids",
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [WEST + 0.0039, SOUTH - 1, WEST + 1, SOUTH + 1]}]},
        {f"{RURAL}001", f"{RURAL}002"},
    ),
    (
        "incidents",
        {"op": "t_intersects", "args": [{"property": "reported_at"}, {"interval": ["..", "2026-03-01T23:00:00Z"]}]},
        {"i1"},
    ),
    ("units", {"op": "<", "args": [{"property": "floor_from"}, {"property": "floor_to"}]}, {f"{URBAN}002001", f"{URBAN}002002"}),
    ("grids", {"op": "=", "args": [{"op": "*", "args": [{"property": "households"}, 2]}, 34]}, {f"{RURAL}002"}),
]


@shows(JSON, *RIGHT)
def test_json_is_parsed(whole: Api) -> None:
    for collection, asked, expected in AS_JSON:
        assert whole.found(collection, filter=json.dumps(asked), **{"filter-lang": "cql2-json"}) == expected, asked


@shows(JSON, "basic-cql2")
@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "null", "[]", "{}", '{"op":"="}', '{"op":"=","args":[1]}', '{"op":"drop","args":[]}', "{", "households = 17"),
        *('{"op":"=","args":[{"property":1},2]}', '{"op":"=","args":[{"property":"households"},NaN]}', '{"args":[1,2]}'),
        *('{"op":"=","args":[{"property":"name"},"\\ud800"]}', "[" * 5000, '{"op":"not","args":[' * 100 + "true" + "]}" * 100),
    ],
)
def test_json_that_is_none_is_refused(whole: Api, text: str) -> None:
    whole.refused("/collections/grids/items", filter=text, **{"filter-lang": "cql2-json"})


def test_every_class_has_a_test() -> None:
    assert set(CONFORMANCE) == {uri for name in (*RIGHT, "cql2-text", "cql2-json") for uri in marked(name)}
    assert set(RIGHT) == set(WRONG)
