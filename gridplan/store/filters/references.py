"""The coordinate reference systems that requests may name: how they are written, and their axes."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS

from gridplan import crs as reprojection
from gridplan.errors import RequestError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#: WGS 84, CGCS2000 and web Mercator; CGCS2000 in zones of three degrees, numbered (25-45) and not (75E-135E).
EPSG_CODES = (4326, 4490, 3857, *range(4513, 4555))
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{code}"
#: Every CRS that a request may name, as its URI; the first is what coordinates are in where none is named.
SUPPORTED_CRS = (CRS84, *(_EPSG.format(code=code) for code in EPSG_CODES))

_FORMS = (
    re.compile(r"https?://www\.opengis\.net/def/crs/(?P<authority>EPSG|OGC)/(?P<version>[0-9.]+)/(?P<code>[A-Za-z0-9]+)"),
    re.compile(r"urn:ogc:def:crs:(?P<authority>EPSG|OGC):(?P<version>[0-9.]*):(?P<code>[A-Za-z0-9]+)"),
    re.compile(r"\[?(?P<authority>EPSG|OGC):(?P<code>[A-Za-z0-9]+)\]?"),
)


@dataclass(frozen=True)
class Reference:
    """A CRS that a request names: its URI, and whether it has degrees and its northern axis first."""

    uri: str
    degrees: bool
    north_first: bool

    @property
    def crs(self) -> CRS:
        """The CRS itself."""
        return _crs(self.uri)

    def to_lonlat(self, geometries: np.ndarray) -> np.ndarray:
        """Geometries given in this CRS, in longitude and latitude; see :func:`gridplan.crs.from_declared`."""
        return reprojection.from_declared(geometries, self.crs)


def parse_crs(text: str | None, *, parameter: str) -> Reference:
    """The CRS that ``text`` names: a URI, a URN or a CURIE such as ``[EPSG:4490]``; longitude and latitude where it is None.

    Raises
    ------
    RequestError
        GP546 it is none of ``SUPPORTED_CRS``.

    Examples
    --------
    >>> parse_crs("[EPSG:4490]", parameter="crs").uri, parse_crs(None, parameter="crs").north_first
    ('http://www.opengis.net/def/crs/EPSG/0/4490', False)
    """
    if text is None:
        return _reference(CRS84)
    for form in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            code = found["code"]
            uri = CRS84 if (found["authority"], code) == ("OGC", "CRS84") else _EPSG.format(code=code)
            if uri in SUPPORTED_CRS and (uri == CRS84 or found["authority"] == "EPSG"):
                return _reference(uri)
    raise RequestError("GP546", name=parameter, value=text[:80], default=CRS84, other=_EPSG.format(code="n"))


def to_crs(geometries: np.ndarray, reference: Reference) -> np.ndarray:
    """Geometries in longitude and latitude as an answer in ``reference`` has them, in the order of its axes."""
    return geometries if reference.uri == CRS84 else reprojection.to_declared(geometries, reference.crs)


@lru_cache
def _crs(uri: str) -> CRS:
    return CRS.from_authority("OGC", "CRS84") if uri == CRS84 else CRS.from_epsg(int(uri.rpartition("/")[2]))


@lru_cache
def _reference(uri: str) -> Reference:
    crs = _crs(uri)
    return Reference(uri, degrees=bool(crs.is_geographic), north_first=reprojection.north_first(crs))
