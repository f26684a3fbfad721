"""Incidents by chance, with every fault of times that a register may hold."""

from datetime import UTC, datetime, timedelta

import geopandas as gpd
import shapely
from hypothesis import strategies as st

from gridplan.contracts import REGISTERS, STAGES, conform
from tests.samples import HIGH, RURAL, SOUTH, URBAN, WEST, WIDE

FIRST = datetime(2023, 12, 30, 15, 59, 58, tzinfo=UTC)
#: Three of the hand-drawn plan, and one that no plan has.
GRIDS = (f"{URBAN}001", f"{URBAN}002", f"{RURAL}001", "nowhere")
KINDS = ("噪音", "noise", "垃圾")


def _text(moment: datetime, part: str) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + part + "Z"


@st.composite
def incidents(draw: st.DrawFn, *, most: int = 40) -> gpd.GeoDataFrame:
    """A table of the register ``incidents``: up to ``most`` rows within two years, some at borders of days, months and years."""
    moments = st.one_of(
        st.integers(0, 700 * 86_400),
        st.sampled_from([0, 1, 2, 3, 86_400 * 2 + 1, 86_400 * 2 + 2, 366 * 86_400 + 2]),  # midnight of Shanghai, of London
    )
    part = st.sampled_from(["", ".5", ".25"])

    east, north = st.floats(WEST - WIDE, WEST + 4 * WIDE), st.floats(SOUTH - HIGH, SOUTH + 3 * HIGH)
    point = st.builds(shapely.Point, st.just(WEST + WIDE) | east, st.just(SOUTH + HIGH) | north)
    plausible = st.builds(lambda s, p: _text(FIRST + timedelta(seconds=s), p), moments, part)
    always = plausible | plausible | st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-31T15:00:00Z"])
    row = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(KINDS),
            "stage": st.sampled_from(STAGES),
            "reported_at": always,
            **{name: st.none() | always for name in ("accepted_at", "closed_at", "escalated_at", "due_at")},
            "satisfaction": st.none() | st.integers(1, 5),
            "grid": st.none() | st.sampled_from(GRIDS),
            "geometry": st.none() | point,
        }
    )
    rows = [{"id": f"i{number}", **each} for number, each in enumerate(draw(st.lists(row, max_size=most)))]
    contract = REGISTERS["incidents"]
    return conform(
        gpd.GeoDataFrame(rows, columns=[*contract.names(), "geometry"], geometry="geometry", crs="EPSG:4326"), contract
    )
