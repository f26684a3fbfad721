"""What a coverage page is made from: shares by zone, metres by building, services, packed shapes and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gridplan import crs
from gridplan.cartography.bands import NO_HOMES, SHARES, SIGN_FILLS, SIGN_SHAPES, UNREACHED, band_fills
from gridplan.contracts import MEASURED, conform
from gridplan.errors import InputError
from gridplan.maps.background import background, building_rings
from gridplan.maps.limits import MOST_KEPT
from gridplan.maps.packed import packed_for_page
from gridplan.maps.page import PageData, page_words
from gridplan.maps.plan_data import Columns, columns, drawn_rows, grid_columns, label_places, plan_facts
from gridplan.maps.polylines import PER_DEGREE, Rows
from gridplan.maps.topology import make_topology
from gridplan.messages import Language, Phrase, word
from gridplan.plan.model import Plan
from gridplan.progress import Progress
from gridplan.sources.town import Town

_TONGUES: tuple[Language, ...] = ("en", "zh")
_ZONES = {"community": "communities", "grid": "grids"}


@dataclass(frozen=True)
class Covering:
    """The coverage of a plan, checked: what a page and a picture show of it.

    Attributes
    ----------
    kinds : of services, sorted.
    within_m : metres, ascending.
    table : as the contract ``coverage``.
    metres, straight : a row a building of the plan, a column a kind; NaN where nothing is reached.
    nearest : id of the service that is nearest, None where none is.
    """

    kinds: tuple[str, ...]
    within_m: tuple[int, ...]
    table: pd.DataFrame
    metres: npt.NDArray[np.float64]
    straight: npt.NDArray[np.bool_]
    nearest: npt.NDArray[np.object_]


def covering(plan: Plan, coverage: pd.DataFrame, distances: pd.DataFrame) -> Covering:
    """The two tables, checked against the plan and each other.

    Raises
    ------
    InputError
        GP102, GP103 a column is missing or of another type; GP612 there is no row, a building or zone of the plan is missing, or
        the kinds differ.
    """
    table = conform(coverage[[name for name in MEASURED["coverage"].names() if name in coverage]], MEASURED["coverage"])
    near = conform(distances[[name for name in MEASURED["distances"].names() if name in distances]], MEASURED["distances"])
    kinds = tuple(sorted(table["kind"].unique()))
    missing = sorted(set(kinds) - set(near["kind"].unique())) if len(table) else ["-"]
    if missing:
        raise InputError("GP612", what=Phrase("map.lost.kind"), count=len(missing), ids=", ".join(missing[:5]))
    for level, layer in _ZONES.items():
        lost = sorted(set(getattr(plan, layer)["code"]) - set(table["code"][table["level"] == level]))
        if lost:
            raise InputError("GP612", what=Phrase(f"map.lost.{level}"), count=len(lost), ids=", ".join(lost[:5]))
    row, column = pd.Index(plan.buildings["id"]).get_indexer(near["building"]), pd.Index(kinds).get_indexer(near["kind"])
    seen = np.zeros((len(plan.buildings), len(kinds)), dtype=bool)
    known = (row >= 0) & (column >= 0)
    at = row[known], column[known]
    metres, straight = np.full(seen.shape, np.nan), np.zeros(seen.shape, dtype=bool)
    nearest = np.full(seen.shape, None, dtype=object)
    seen[at] = True
    metres[at] = near["metres"].to_numpy(np.float64, na_value=np.nan)[known]
    straight[at] = (near["method"] == "straight").to_numpy(bool)[known]
    nearest[at] = [None if pd.isna(name) else str(name) for name in near["service"][known]]
    lost = plan.buildings["id"][~seen.all(axis=1)].tolist()
    if lost:
        raise InputError("GP612", what=Phrase("map.lost.building"), count=len(lost), ids=", ".join(map(str, lost[:5])))
    steps = tuple(sorted({int(step) for step in table["within_m"]}))
    return Covering(kinds, steps, table, metres, straight, nearest)


def coverage_data(
    plan: Plan, found: Covering, services: gpd.GeoDataFrame | None, town: Town | None, language: Language, progress: Progress
) -> PageData:
    """All that the page shows."""
    keep = drawn_rows(plan.buildings, plan.grids)
    found = replace(found, metres=found.metres[keep], straight=found.straight[keep], nearest=found.nearest[keep])
    plan = replace(plan, buildings=plan.buildings[keep].reset_index(drop=True))
    topology = make_topology({layer: getattr(plan, layer).geometry.to_numpy() for layer in ("grids", "communities")})
    west, south, east, north = (float(value) for value in plan.communities.total_bounds)
    loose: dict[str, Rows] = {
        "buildings": building_rings(plan.buildings.geometry.to_numpy(), topology.origin),
        **background(town, (west, south, east, north), topology.origin),
    }
    features = len(plan.grids) + len(plan.communities) + len(plan.buildings)
    shapes, moved_m = packed_for_page(topology, loose, features, progress)
    row = {code: number for number, code in enumerate(plan.grids["code"])}
    placed = _services(services if services is not None else None if town is None else town.services, found.kinds)
    values = {
        "language": language,
        "title": "coverage.title",
        "words": page_words("coverage"),
        "facts": {**plan_facts(plan), "moved_m": moved_m},
        "painted": features > MOST_KEPT,
        "within": found.within_m,
        "kinds": {tongue: [word("service", kind, tongue) for kind in found.kinds] for tongue in _TONGUES},
        "bands": (*band_fills(len(found.within_m)), UNREACHED),
        "shares": SHARES,
        "no_homes": NO_HOMES,
        "signs": (SIGN_SHAPES, SIGN_FILLS),
        "communities": columns(plan.communities, ("code", "name")) | label_places(plan.communities, plan),
        "grids": grid_columns(plan) | label_places(plan.grids, plan),
        "zones": {level: _shares(found, level, _codes(plan, found, level)) for level in _levels(found)},
        "buildings": {
            **columns(plan.buildings, ("id", "households")),
            "grid": [row[code] for code in plan.buildings["grid"]],
            **_near(found, placed["id"]),
        },
        "services": placed,
    }
    return PageData(values, shapes)


def _levels(found: Covering) -> list[str]:
    there = set(found.table["level"])
    return [level for level in ("town", "community", "grid", "compound_class") if level in there]


def _codes(plan: Plan, found: Covering, level: str) -> list[str]:
    """The codes of a level in the plan's order, of classes in the table's."""
    if level in _ZONES:
        return [str(code) for code in getattr(plan, _ZONES[level])["code"]]
    return list(dict.fromkeys(found.table["code"][found.table["level"] == level]))


def _shares(found: Covering, level: str, codes: Sequence[str]) -> dict[str, object]:
    """Numerators by kind and distance, and denominators, each a list in the order of the codes."""
    of_level = found.table[found.table["level"] == level]
    rows = {key: part.set_index("code").reindex(codes) for key, part in of_level.groupby(["kind", "within_m"])}
    made: dict[str, object] = {"code": list(codes), **columns(next(iter(rows.values())), ("households", "population"))}
    within = [
        [columns(rows[kind, step], ("households_within", "population_within")) for step in found.within_m] for kind in found.kinds
    ]
    made["within"] = within
    return made


def _near(found: Covering, services: Sequence[object]) -> dict[str, object]:
    """By kind the whole metres of each building (-1 where nothing is reached), whether straight, and the row of the service."""
    row = {name: number for number, name in enumerate(services)}
    metres = np.where(np.isnan(found.metres), -1, np.rint(np.nan_to_num(found.metres))).astype(int)
    return {
        "metres": metres.T.tolist(),
        "straight": found.straight.T.astype(int).tolist(),
        "service": [[row.get(name, -1) for name in names] for names in found.nearest.T.tolist()],
    }


def _services(services: gpd.GeoDataFrame | None, kinds: Sequence[str]) -> Columns:
    """The services of the kinds, with longitude and latitude in 1e-6 degrees."""
    if services is None or services.empty:
        return {name: [] for name in ("id", "name", "kind", "x", "y")}
    lonlat = crs.to_lonlat(services[services["kind"].isin(kinds)])
    points = lonlat.geometry.representative_point()
    number: Mapping[str, int] = {kind: place for place, kind in enumerate(kinds)}
    made = columns(lonlat, ("id",))
    made["name"] = columns(lonlat, ("name",))["name"] if "name" in lonlat else [None] * len(lonlat)
    made["kind"] = [number[kind] for kind in lonlat["kind"]]
    made["x"] = (points.x * PER_DEGREE).round().astype(int).tolist()
    made["y"] = (points.y * PER_DEGREE).round().astype(int).tolist()
    return made
