"""Plans with any text, number and coordinate in them, to be saved and loaded."""

import dataclasses

import geopandas as gpd
import pandas as pd
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from gridplan.contracts import PLAN, conform
from gridplan.crs import LONLAT
from gridplan.plan.model import Plan

# PostgreSQL keeps no NUL in text, and half of a surrogate pair is no character.
_TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
_DEGREES = st.floats(-179, 179)
_SIDES = st.floats(1e-6, 0.9)


@st.composite
def _lands(draw: st.DrawFn) -> Polygon | MultiPolygon | None:
    def ring() -> Polygon:
        west, south = draw(_DEGREES), draw(_DEGREES) / 2
        return box(west, south, west + draw(_SIDES), south + draw(_SIDES))

    kind = draw(st.sampled_from(["none", "empty", "one", "several"]))
    if kind == "none":
        return None
    if kind == "empty":
        return Polygon()
    return ring() if kind == "one" else MultiPolygon([ring()])


@st.composite
def plans_like(draw: st.DrawFn, plan: Plan) -> Plan:
    """The plan with findings and a report of any content."""
    count = draw(st.integers(0, 4))
    texts = st.lists(_TEXTS, min_size=count, max_size=count)
    maybe = st.lists(st.none() | _TEXTS, min_size=count, max_size=count)
    findings = {name: draw(texts) for name in ("code", "level", "zone", "message", "message_zh")}
    numbers = {name: draw(st.lists(_NUMBERS, min_size=count, max_size=count)) for name in ("measure", "limit")}
    proof = {"proof": draw(st.lists(st.booleans(), min_size=count, max_size=count))}
    waivers = {name: draw(maybe) for name in ("waiver", "waiver_zh")}
    lands = draw(st.lists(_lands(), min_size=count, max_size=count))
    table = gpd.GeoDataFrame({**findings, **numbers, **proof, **waivers}, geometry=lands, crs=LONLAT)
    report = pd.DataFrame({"stage": draw(texts), "reason": draw(texts), "id": draw(texts), "detail": draw(maybe)})
    return dataclasses.replace(plan, findings=conform(table, PLAN["findings"]), report=conform(report, PLAN["report"]))
