"""Whose data a map shows."""

import re
from collections.abc import Iterable, Mapping

from gridplan.messages import Language, text

#: Endings of the files of OpenStreetMap, whose licence asks to be named on every map.
_OSM = (".osm", ".osm.pbf", ".pbf", ".osm.bz2", ".osm.gz")

_CHECKSUM = re.compile(r"[0-9a-f]{64}")


def credit(source: Mapping[str, str], language: Language) -> str:
    """Whose data a map shows, by what ``meta`` tells of the source; empty where it tells nothing.

    Examples
    --------
    >>> credit({"osm": "Helsinki.osm.pbf"}, "en")
    '© OpenStreetMap contributors (ODbL)'
    """
    names = source_names(dict(source))
    if from_openstreetmap(names):
        return text("map.credit.osm", language)
    return text("map.credit.files", language, files=", ".join(names)) if names else ""


def from_openstreetmap(sources: Iterable[str]) -> bool:
    """Whether one of the sources is OpenStreetMap, whose licence wants its name on every map."""
    return any(name.lower().endswith(_OSM) or "OpenStreetMap" in name for name in sources)


def source_names(source: dict[str, str]) -> list[str]:
    """What a town was read from, as ``meta`` tells it, without the checksums.

    Examples
    --------
    >>> source_names({"osm": "Helsinki.osm.pbf", "osm.sha256": "b73e"})
    ['Helsinki.osm.pbf']
    """
    named = (name if _CHECKSUM.fullmatch(value) else value for name, value in source.items() if not name.endswith(".sha256"))
    return sorted(set(named))
