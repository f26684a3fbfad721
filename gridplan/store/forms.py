"""The formats that a whole plan can be had in."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Encodings of the text in Shapefiles, the one that is meant without saying first.
ENCODINGS = ("GB18030", "UTF-8")


@dataclass(frozen=True)
class Form:
    """A format that a plan can be had in."""

    media_type: str
    suffix: str


FORMS: Mapping[str, Form] = {
    "gpkg": Form("application/geopackage+sqlite3", "gpkg"),
    "geojson": Form("application/zip", "geojson.zip"),
    "shapefile": Form("application/zip", "shp.zip"),
    "kml": Form("application/vnd.google-earth.kml+xml", "kml"),
}
