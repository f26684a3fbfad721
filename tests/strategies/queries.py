"""What people and programs may write as parameters of a request, right and wrong."""

import json

from hypothesis import strategies as st

_WORDS = (
    *(
        "households",
        "name",
        "geometry",
        "code",
        "reported_at",
        "area_m2",
        '"of"',
        "nosuch",
        "true",
        "false",
        "null",
        "and",
        "or",
        "not",
    ),
    *(
        "in",
        "like",
        "between",
        "is null",
        "div",
        "casei",
        "date",
        "timestamp",
        "interval",
        "bbox",
        "point",
        "polygon",
        "s_intersects",
    ),
    *(
        "s_within",
        "t_after",
        "foo",
        "..",
        "(",
        ")",
        "((",
        ",",
        "=",
        "<>",
        "<",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "'",
        '"',
        "\\",
        ";",
        "--",
        "$",
    ),
    *(
        "0",
        "1",
        "1e400",
        ".5",
        "9223372036854775808",
        "'x'",
        "'2026-03-01'",
        "104 30",
        "bbox(104,30,105,31)",
        "households > 1",
        "\0",
        "\n",
    ),
)
_NUMBERS = st.one_of(
    st.sampled_from(
        ["104", "30", "104.1", "30.7", "-180", "180", "90", "1e400", "nan", "inf", "", " ", "0x1", "１", "11577000", "3503000"]
    ),
    st.floats().map(str),
    st.integers(-200, 200).map(str),
)
_TIMES = st.sampled_from(
    ["2026-03-01T00:00:00Z", "2026-03-01T08:00:00+08:00", "2026-03-01", "..", "", "now", "9999-12-31T23:59:59-01:00"]
)

#: Any short text.
PLAIN = st.text(max_size=20)
#: Boxes, most of them none.
BOXES = st.one_of(st.lists(_NUMBERS, min_size=3, max_size=7).map(",".join), PLAIN, st.just("104.06,30.67,104.07,30.68"))
#: Names of coordinate reference systems, some known.
CRS = st.one_of(
    st.sampled_from(
        ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "[EPSG:4490]", "EPSG:4326", "EPSG:4544", "urn:ogc:def:crs:EPSG::3857"]
    ),
    st.integers(0, 5000).map(lambda code: f"http://www.opengis.net/def/crs/EPSG/0/{code}"),
    PLAIN,
)
#: Times and spans of time.
PERIODS = st.one_of(st.lists(_TIMES, min_size=1, max_size=3).map("/".join), PLAIN)
#: Words of CQL2 in any order.
FILTERS_AS_TEXT = st.one_of(st.lists(st.sampled_from(_WORDS), max_size=10).map(" ".join), PLAIN)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.sampled_from([{"property": "households"}, {"property": "geometry"}, "x", "\ud800"])
)
#: CQL2 JSON of any shape.
FILTERS_AS_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda op, args: {"op": op, "args": args},
        st.sampled_from(["and", "not", "=", "in", "between", "like", "+", "casei", "s_within", "t_after", "isNull", "foo"]),
        st.lists(inner | st.lists(inner, max_size=2), max_size=3),
    ),
    max_leaves=8,
).map(json.dumps)
