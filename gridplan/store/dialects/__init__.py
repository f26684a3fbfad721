"""All that differs between PostGIS and the embedded GeoPackage stands in this package."""

from gridplan.store.dialects.embedded import GeoPackage, geopackage_engine, settle
from gridplan.store.dialects.model import WRITE, Box, Dialect, Lost, Predicate
from gridplan.store.dialects.postgis import PostGIS, postgis_engine

__all__ = [
    "WRITE",
    "Box",
    "Dialect",
    "GeoPackage",
    "Lost",
    "PostGIS",
    "Predicate",
    "geopackage_engine",
    "postgis_engine",
    "settle",
]
