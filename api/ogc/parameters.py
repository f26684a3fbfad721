"""The query of an items request, parsed strictly: what is not known or not right is refused, nothing is passed over."""

from dataclasses import dataclass, field
from functools import cache

from starlette.datastructures import QueryParams

from gridplan.contracts import Contract
from gridplan.errors import RequestError
from gridplan.store import Cursor, Dataset, ItemQuery

#: The most features of one page; a larger limit is answered with this many (OGC 17-069r4, /req/core/fc-limit-response-1).
MOST_FEATURES = 10_000
DEFAULT_FEATURES = 1_000

#: The parameters that every collection of features knows, beside its own properties.
KNOWN = (
    "bbox",
    "bbox-crs",
    "crs",
    "cursor",
    "datetime",
    "f",
    "filter",
    "filter-crs",
    "filter-lang",
    "limit",
    "properties",
    "sortby",
)


#: Longitude, latitude on WGS 84: what GeoJSON has where nothing else is asked for.
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SUPPORTED_CRS = (CRS84,)


@dataclass(frozen=True)
class Asked:
    """A parsed request for features: what the store is asked, the parameters as given, the CRS that the answer names."""

    query: ItemQuery
    plain: dict[str, str] = field(default_factory=dict)
    content_crs: str = f"<{CRS84}>"


def once(given: QueryParams, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters by name.

    Raises
    ------
    RequestError
        GP501 one is not known; GP506 one is given more than once.
    """
    plain: dict[str, str] = {}
    for name, value in given.multi_items():
        if name not in known:
            raise RequestError("GP501", name=name[:80], known=", ".join(known) or "-")
        if name in plain:
            raise RequestError("GP506", name=name, count=len(given.getlist(name)))
        plain[name] = value
    return plain


@cache
def known_names(contract: Contract) -> tuple[str, ...]:
    """The parameters that the items of a collection take."""
    return (*KNOWN, *(name for name in contract.names() if name not in KNOWN))


def parse_items(given: QueryParams, contract: Contract, dataset: Dataset) -> Asked:
    """What an items request asks.

    Raises
    ------
    RequestError
        GP501, GP506 as :func:`once`; GP502 limit; GP504, GP505 bbox; GP54x CRS, datetime, filter, property, sortby; GP570 cursor.
    """
    plain = once(given, known_names(contract))
    limit = parse_limit(plain["limit"]) if "limit" in plain else DEFAULT_FEATURES
    cursor = Cursor.of(plain["cursor"], ()) if "cursor" in plain else None
    box = None
    if "bbox" in plain:
        west, south, east, north = map(float, plain["bbox"].split(","))
        box = (west, south, east, north)
    return Asked(ItemQuery(contract.name, dataset, box=box, limit=limit, cursor=cursor), plain)


def parse_item(given: QueryParams, contract: Contract, dataset: Dataset) -> Asked:
    """What a request for one feature asks.

    Raises
    ------
    RequestError
        GP501, GP506 as :func:`once`; GP54x a CRS that is not known.
    """
    plain = once(given, ("crs", "f"))
    return Asked(ItemQuery(contract.name, dataset), plain)


def parse_limit(text: str) -> int:
    """How many features are wanted, at most :data:`MOST_FEATURES`.

    Raises
    ------
    RequestError
        GP502 it is no whole number from 1 on.

    Examples
    --------
    >>> parse_limit("20"), parse_limit("100000000000000000000")
    (20, 10000)
    """
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or not digits.strip("0"):
        raise RequestError("GP502", value=text[:80], most=MOST_FEATURES)
    return min(int(digits[:20]), MOST_FEATURES)
