"""Rows and filters of every kind, for tests that ask several stores the same."""

from typing import Any

from hypothesis import strategies as st

Node = Any  # a tree of CQL2 JSON

_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "a",
            "A",
            "ab",
            "aB",
            "é",
            "E",
            "e\u0301",
            "ß",
            "SS",
            "ı",
            "I",
            "İ",
            "ς",
            "Σ",
            "σ",
            "社区",
            "𠀀",
            "%",
            "_",
            "\\",
            "*",
            "?",
            "[",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4),
)
_WHOLES = st.one_of(
    st.integers(-3, 3), st.sampled_from([2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]), st.integers(-(2**63), 2**63 - 1)
)
_FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 0.5, 1.0, -1.5, 2.0, 1e-30, 1e30, 1e300, 5e-324, 0.1]),
    st.floats(allow_nan=False, allow_infinity=False),
)
_DAYS = st.integers(1, 3).map(lambda day: f"2026-03-{day:02d}")
_CLOCKS = st.sampled_from(["00:00:00", "00:00:00.5", "08:30:00", "08:30:00.000", "23:59:59", "10:10:10"])
_TIMES = st.builds(lambda day, clock: f"{day}T{clock}Z", _DAYS, _CLOCKS)
_PLACES = st.integers(0, 4).map(lambda step: step / 4)
_POINTS = st.tuples(_PLACES, _PLACES)

TEXT_NAMES, WHOLE_NAMES, FLOAT_NAMES, TIME_NAMES = (
    ("name", "说明", "of"),
    ("count", "limit"),
    ("area", "share"),
    ("begun", "ended"),
)


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, Any]:
    """A point, line, box or several points on a coarse raster, as GeoJSON, so that borders often meet."""
    kind = draw(st.sampled_from(["Point", "LineString", "Polygon", "MultiPoint"]))
    (x, y), (u, v) = draw(_POINTS), draw(_POINTS)
    if kind == "Point":
        return {"type": kind, "coordinates": [x, y]}
    if kind == "MultiPoint":
        return {"type": kind, "coordinates": [[x, y], [u, v + 0.125]]}
    if kind == "LineString":
        return {"type": kind, "coordinates": [[x, y], [u, v + 0.125]]}
    east, north = x + 0.25 + u, y + 0.25 + v
    return {"type": kind, "coordinates": [[[x, y], [east, y], [east, north], [x, north], [x, y]]]}


def rows() -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Rows of the table of things, each with its geometry as GeoJSON."""
    row = st.tuples(
        *(st.none() | _TEXTS for _ in TEXT_NAMES),
        *(st.none() | _WHOLES for _ in WHOLE_NAMES),
        *(st.none() | _FLOATS for _ in FLOAT_NAMES),
        st.none() | st.booleans(),
        *(st.none() | _TIMES for _ in TIME_NAMES),
        st.none() | shapes(),
    )
    return st.lists(row, min_size=1, max_size=8)


def _property(names: tuple[str, ...]) -> st.SearchStrategy[Node]:
    return st.sampled_from(names).map(lambda name: {"property": name})


def _call(operators: list[str], *operands: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(lambda op, *args: {"op": op, "args": list(args)}, st.sampled_from(operators), *operands)


_COMPARISONS = ["=", "<>", "<", "<=", ">", ">="]
_TEXT = st.recursive(
    _property(TEXT_NAMES) | _TEXTS,
    lambda inner: _call(["casei", "accenti"], inner),
    max_leaves=2,
)
_PATTERN = st.lists(
    st.sampled_from(["%", "_", "a", "A", "ab", "é", "社", "\\%", "\\_", "\\\\", "*", "?", "[", "]", "ß"]), max_size=4
).map("".join)
_LITERAL = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1.5, 2**53 + 2, 2**63, -(2**64), 1e18, 1e300, 0.1, 1e-30]))
_NUMBER = st.recursive(
    _property((*WHOLE_NAMES, *FLOAT_NAMES)) | _LITERAL,
    lambda inner: _call(["+", "-", "*", "/", "div"], inner, inner) | _call(["%"], _property(WHOLE_NAMES), st.integers(-3, 3)),
    max_leaves=3,
)
_INSTANT = _property(TIME_NAMES) | _TIMES.map(lambda time: {"timestamp": time})
_ORDERED_DAYS = st.tuples(_DAYS, _DAYS).map(sorted)
_INTERVAL = st.one_of(
    st.just({"interval": [{"property": "begun"}, {"property": "ended"}]}),
    st.tuples(_TIMES, _TIMES).map(lambda pair: {"interval": sorted(pair, key=lambda time: time.rstrip("Z0."))}),
    st.tuples(st.just(".."), _TIMES).map(lambda pair: {"interval": list(pair)}),
    st.tuples(_TIMES, st.just("..")).map(lambda pair: {"interval": list(pair)}),
)
_DAY = _DAYS.map(lambda day: {"date": day})
_BOTH = ["t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"]
_ONLY = ["contains", "during", "finishedBy", "finishes", "meets", "metBy", "overlappedBy", "overlaps", "startedBy", "starts"]
_SPATIAL = [f"s_{name}" for name in ("intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains")]
_GEOM = st.just({"property": "geom"})

PREDICATES: st.SearchStrategy[Node] = st.one_of(
    _call(_COMPARISONS, _TEXT, _TEXT),
    _call(_COMPARISONS, _NUMBER, _NUMBER),
    _call(_COMPARISONS, _INSTANT, _INSTANT | _DAY),
    _call(_COMPARISONS, _property(("made",)), st.booleans()),
    _call(["like"], _property(TEXT_NAMES), _PATTERN),
    _call(["in"], _TEXT, st.lists(_TEXT, min_size=1, max_size=3)),
    _call(["in"], _NUMBER, st.lists(_NUMBER, min_size=1, max_size=3)),
    _call(["between"], _NUMBER, _NUMBER, _NUMBER),
    _call(["isNull"], _TEXT | _NUMBER | _INSTANT | _GEOM),
    _call(_BOTH, _INSTANT | _INTERVAL, _INSTANT | _INTERVAL),
    _call([f"t_{name}" for name in _ONLY], _INTERVAL, _INTERVAL),
    _call(_SPATIAL, _GEOM, shapes()),
    _call(_SPATIAL, shapes(), _GEOM),
    st.booleans(),
    _property(("made",)),
)
FILTERS: st.SearchStrategy[Node] = st.recursive(
    PREDICATES,
    lambda inner: (
        _call(["and", "or"], inner, inner) | _call(["not"], inner) | _call(["=", "<>"], inner, inner) | _call(["isNull"], inner)
    ),
    max_leaves=4,
)
