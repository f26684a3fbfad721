"""All that differs between PostGIS and the embedded GeoPackage stands in this package."""

from typing import TYPE_CHECKING

from gridplan.lazy_names import lazy_names
from gridplan.store.dialects.embedded import GeoPackage
from gridplan.store.dialects.files import geopackage_engine, settle
from gridplan.store.dialects.model import WRITE, Box, Dialect, Lost, Predicate

if TYPE_CHECKING:
    from gridplan.store.dialects.postgis import PostGIS as PostGIS
    from gridplan.store.dialects.postgis import postgis_engine as postgis_engine
    from gridplan.store.dialects.postgis import postgis_url as postgis_url

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
    "postgis_url",
    "settle",
]

__getattr__ = lazy_names(
    __name__,
    {
        "PostGIS": "gridplan.store.dialects.postgis",
        "postgis_engine": "gridplan.store.dialects.postgis",
        "postgis_url": "gridplan.store.dialects.postgis",
    },
)
