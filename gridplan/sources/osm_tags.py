"""What OpenStreetMap's tags mean in the words of the contracts."""

import math
import re
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.report import Report

Tags = Mapping[str, str]

RESIDENTIAL_BUILDINGS = frozenset(
    [
        "apartments",
        "residential",
        "house",
        "detached",
        "semidetached_house",
        "terrace",
        "bungalow",
        "farm",
        "block",
        "static_caravan",
        "houseboat",
        "tower_block",
        "tenement",
        "villa",
        "hut",
        "cabin",
        "ger",
        "stilt_house",
    ]
)
MIXED_BUILDINGS = frozenset(("mixed", "mixed_use", "residential;commercial", "commercial;residential", "residential;retail"))
#: Tags that tell the use where ``building`` does not, in the order in which they are asked.
USE_TAGS = (
    "amenity",
    "healthcare",
    "shop",
    "office",
    "tourism",
    "leisure",
    "craft",
    "power",
    "man_made",
    "historic",
    "railway",
    "aeroway",
)
#: Land whose use holds for the buildings on it that say nothing themselves.
LAND_USES = frozenset(
    [
        "commercial",
        "retail",
        "industrial",
        "railway",
        "military",
        "religious",
        "education",
        "institutional",
        "garages",
        "depot",
        "construction",
        "port",
        "quarry",
        "landfill",
        "cemetery",
        "farmyard",
    ]
)
GROUNDS = frozenset(
    ["school", "kindergarten", "university", "college", "hospital", "clinic", "prison", "place_of_worship", "marketplace"]
)
MAJOR = frozenset(["motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link", "secondary_link"])
MINOR = frozenset(["tertiary", "tertiary_link", "residential", "unclassified", "living_street", "pedestrian", "road"])
PATHS = frozenset(["service", "footway", "path", "cycleway", "steps", "track", "bridleway"])
#: Rails that cut the ground. Trams run in the street and do not.
RAILS = frozenset(["rail", "light_rail", "subway", "monorail", "narrow_gauge"])
STILL_WATER = frozenset(["pond", "fountain", "pool", "basin", "wastewater", "reflecting_pool", "swimming_pool", "fishpond"])
#: Values of ``amenity`` and ``healthcare`` that are services people walk to; the kind of service has the same word.
SERVICES = frozenset(
    [
        "school",
        "kindergarten",
        "childcare",
        "college",
        "university",
        "clinic",
        "hospital",
        "doctors",
        "pharmacy",
        "community_centre",
        "social_facility",
        "library",
        "police",
        "fire_station",
        "townhall",
        "post_office",
        "marketplace",
        "nursing_home",
    ]
)
#: Tags of land that may be a special site, in the order in which they are asked.
SITES = (
    ("amenity", frozenset(["school", "kindergarten", "college", "university"]), "school"),
    ("amenity", frozenset(["hospital"]), "hospital"),
    ("amenity", frozenset(["marketplace"]), "market"),
    ("shop", frozenset(["mall"]), "market"),
    ("railway", frozenset(["station"]), "station"),
    ("public_transport", frozenset(["station"]), "station"),
    ("leisure", frozenset(["park"]), "park"),
    ("landuse", frozenset(["industrial"]), "industrial"),
)
#: Doors that lead to a staircase of homes; garages, shops and side doors do not.
ENTRANCES = frozenset(("yes", "main", "staircase", "home", "residential"))
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*")


def is_building(tags: Tags) -> bool:
    """Whether it is a building at all: ``building=no`` and a door are none."""
    return tags.get("building", "no") not in ("no", "entrance")


def use_of(tags: Tags) -> str | None:
    """The use in the words of the contract; None where the tags do not say."""
    building = tags.get("building", "yes")
    if building in MIXED_BUILDINGS:
        return "mixed"
    if building in RESIDENTIAL_BUILDINGS or (building == "yes" and "residential" in tags):
        return "residential"
    if building != "yes":
        return building
    return next((tags[key] for key in USE_TAGS if key in tags and tags[key] not in ("no", "yes")), None)


def land_use_of(tags: Tags) -> str | None:
    """The use that a piece of land gives to the buildings on it."""
    if tags.get("amenity") in GROUNDS and "building" not in tags:
        return tags["amenity"]
    return tags["landuse"] if tags.get("landuse") in LAND_USES else None


def number_of(value: str | None) -> float | None:
    """The number in a tag, the largest of several (``3;4``); NaN where none can be read."""
    if value is None:
        return None
    found = [_NUMBER.fullmatch(part) for part in value.replace(",", ".").split(";")]
    return max((float(match[1]) for match in found if match), default=math.nan)


def address_of(tags: Tags) -> str | None:
    """The address: the full one, or street (or place) and number."""
    if "addr:full" in tags:
        return tags["addr:full"]
    street, number = tags.get("addr:street", tags.get("addr:place")), tags.get("addr:housenumber")
    return f"{street} {number}" if street and number else None


def street_class(tags: Tags) -> str | None:
    """Rank of a street; None where it is none (planned, being built, an area)."""
    kind = tags.get("highway")
    if tags.get("area") == "yes":
        return None
    return "major" if kind in MAJOR else "minor" if kind in MINOR else "path" if kind in PATHS else None


def barrier_kind(tags: Tags, *, area: bool) -> str | None:
    """What a thing is as a barrier; ``area`` tells water surfaces from lines."""
    if area:
        water = tags.get("natural") == "water" or tags.get("waterway") == "riverbank"
        return "river" if water and tags.get("water") not in STILL_WATER else None
    if tags.get("waterway") in ("river", "canal"):
        return "river"
    if tags.get("railway") in RAILS:
        return "rail"
    return "wall" if tags.get("barrier") in ("wall", "city_wall") else None


def is_underground(tags: Tags) -> bool:
    """Whether it runs below the ground; a passage through a building or under a roof does not."""
    tunnel = tags.get("tunnel", "no")
    return tunnel not in ("no", "building_passage", "covered") or tags.get("location") == "underground"


def service_kind(tags: Tags) -> str | None:
    """The kind of a service that people walk to."""
    for key in ("amenity", "healthcare"):
        if tags.get(key) in SERVICES:
            return tags[key]
    return None


def site_kind(tags: Tags) -> str | None:
    """The kind of special site that a piece of land is, None where it is none; what is below the ground is none."""
    if is_underground(tags):
        return None
    return next((kind for key, values, kind in SITES if tags.get(key) in values), None)


def division_code(tags: Tags) -> str | None:
    """The 12-digit statistical division code, where a boundary carries it."""
    values = (tags.get(key, "") for key in ("ref:CN", "ref:CN:division", "ref:xzqh", "ref", "division_code"))
    return next((value for value in values if re.fullmatch(r"\d{12}", value)), None)


def tags_of(frame: gpd.GeoDataFrame) -> list[dict[str, str]]:
    """The filled columns of each row of a table that has a column a tag."""
    names = [name for name in frame.columns if name != frame.geometry.name]
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    return [{str(key): str(value) for key, value in row.items() if value is not None} for row in rows]


def with_meaning(
    frame: gpd.GeoDataFrame, column: str, values: Sequence[str | None], details: Sequence[str] | None = None
) -> tuple[gpd.GeoDataFrame, Report]:
    """The rows that have a value, as ``column``; the others are reported by their id, with ``details`` of every row."""
    known = np.array([value is not None for value in values], bool)
    names = (
        frame["id"] if "id" in frame.columns else frame["osm_id"] if "osm_id" in frame.columns else pd.Series(range(len(frame)))
    )
    told = None if details is None else [detail for detail, kept in zip(details, known, strict=True) if not kept]
    report = Report.of("import", "report.tags_without_meaning", names[~known].astype("str"), told)
    return frame.assign(**{column: list(values)})[known].reset_index(drop=True), report
