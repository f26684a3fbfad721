"""The query of an items request, parsed strictly: what is not known or not right is refused, nothing is passed over."""

from dataclasses import dataclass
from functools import cache
from typing import get_args

from starlette.datastructures import QueryParams

from api.ogc.schemas import INSTANTS
from gridplan.contracts import Column, Contract
from gridplan.errors import RequestError
from gridplan.messages import Language
from gridplan.store import Collection, Condition, Cursor, Dataset, ItemQuery, Turning
from gridplan.store.filters import (
    CRS84,
    During,
    Equal,
    FilterLanguage,
    Reference,
    parse_box,
    parse_crs,
    parse_filter,
    parse_names,
    parse_period,
    parse_sorting,
    to_crs,
)

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
    "lang",
    "limit",
    "properties",
    "sortby",
)


@dataclass(frozen=True)
class Asked:
    """A parsed request for features: what the store is asked, the parameters as given, the CRS that the answer names."""

    query: ItemQuery
    plain: dict[str, str]
    content_crs: str


def once(given: QueryParams, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters by name.

    Raises
    ------
    RequestError
        GP501 one is not known; GP506 one is given more than once; GP507 ``lang`` is a language that is not spoken here.
    """
    plain: dict[str, str] = {}
    for name, value in given.multi_items():
        if name not in known:
            raise RequestError("GP501", name=name[:80], known=", ".join(known) or "-")
        if name in plain:
            raise RequestError("GP506", name=name, count=len(given.getlist(name)))
        plain[name] = value
    if plain.get("lang", "en") not in get_args(Language):
        raise RequestError("GP507", value=plain["lang"][:80])
    return plain


@cache
def known_names(contract: Contract) -> tuple[str, ...]:
    """The parameters that the items of a collection take."""
    return (*KNOWN, *(name for name in contract.names() if name not in KNOWN))


def parse_items(given: QueryParams, collection: Collection, dataset: Dataset, *, most: int = MOST_FEATURES) -> Asked:
    """What an items request asks, of at most so many features.

    Raises
    ------
    RequestError
        GP501, GP506 as :func:`once`; GP502 limit; GP540-GP549 filter, bbox, datetime, a property's value, sortby, properties,
        a CRS; GP570 cursor; GP576 a filter's language or CRS without a filter, or an unknown language.
    """
    contract = collection.contract
    plain = once(given, known_names(contract))
    conditions: list[Condition] = [_equal(column, plain[column.name]) for column in contract.columns if _asked_for(column, plain)]
    box = None
    if "bbox" in plain:
        extent = parse_box(plain["bbox"], crs=plain.get("bbox-crs"))
        box = extent.box
        if box is None:
            conditions.append(extent)
    else:
        parse_crs(plain.get("bbox-crs"), parameter="bbox-crs")
    if "datetime" in plain:
        period = parse_period(plain["datetime"])
        # Rows without a time are not asked about it (OGC 17-069r4, /req/core/fc-time-response).
        if collection.name in INSTANTS:
            conditions.append(During(period, INSTANTS[collection.name]))
    if "filter" in plain:
        language = _language(plain.get("filter-lang"))
        conditions.append(parse_filter(plain["filter"], language=language, crs=plain.get("filter-crs")))
    elif "filter-lang" in plain or "filter-crs" in plain:
        _language(plain.get("filter-lang"))
        parse_crs(plain.get("filter-crs"), parameter="filter-crs")
    sort = parse_sorting(plain["sortby"], contract.names()) if "sortby" in plain else ()
    reference = parse_crs(plain.get("crs"), parameter="crs")
    query = ItemQuery(
        contract.name,
        dataset,
        box=box,
        conditions=tuple(conditions),
        sort=sort,
        properties=parse_names(plain["properties"], contract.names()) if "properties" in plain else None,
        limit=min(parse_limit(plain["limit"]) if "limit" in plain else DEFAULT_FEATURES, most),
        cursor=Cursor.of(plain["cursor"], sort) if "cursor" in plain else None,
        turning=_turning(reference),
    )
    return Asked(query, plain, f"<{reference.uri}>")


def _asked_for(column: Column, plain: dict[str, str]) -> bool:
    """Whether a parameter is the property of that name; findings have one called as a parameter of the standard."""
    return column.name in plain and column.name not in KNOWN


def _equal(column: Column, text: str) -> Equal:
    """The rows with that value, where the column can have it: the API definition says which it can."""
    if column.values and text not in column.values:
        raise RequestError("GP549", name=column.name, value=text[:80], expected=" / ".join(column.values))
    if column.minimum is not None and _below(text, column.minimum):
        raise RequestError("GP549", name=column.name, value=text[:80], expected=f">= {column.minimum:g}")
    return Equal(column.name, text)


def _below(text: str, minimum: float) -> bool:
    """Whether the text is a number that is less; whether it is one at all is seen when it is compared."""
    try:
        return float(text) < minimum
    except ValueError:
        return False


def parse_item(given: QueryParams, collection: Collection, dataset: Dataset) -> Asked:
    """What a request for one feature asks.

    Raises
    ------
    RequestError
        GP501, GP506 as :func:`once`; GP546 a CRS that is not known.
    """
    plain = once(given, ("crs", "f", "lang"))
    reference = parse_crs(plain.get("crs"), parameter="crs")
    return Asked(ItemQuery(collection.name, dataset, turning=_turning(reference)), plain, f"<{reference.uri}>")


def _turning(reference: Reference) -> Turning | None:
    return None if reference.uri == CRS84 else lambda geometries: to_crs(geometries, reference)


def _language(text: str | None) -> FilterLanguage:
    """The language of a filter; GDAL 3.6 calls text by the name it had in the draft."""
    if text in (None, "cql2-text", "cql-text"):
        return "cql2-text"
    if text == "cql2-json":
        return "cql2-json"
    raise RequestError("GP576", value=str(text)[:80])


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
