"""Which format an answer has: what the parameter ``f`` says, else what ``Accept`` likes best of those there are."""

from collections.abc import Mapping

from starlette.requests import Request

from api.fields import listed
from gridplan.errors import RequestError

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM = "application/problem+json"

_MOST_RANGES = 30

#: Formats by the name they have in the parameter ``f``, the one that is meant by ``*/*`` first.
Offered = Mapping[str, tuple[str, ...]]

DOCUMENT: Offered = {"json": (JSON,), "html": (HTML,)}
FEATURES: Offered = {"json": (GEOJSON, JSON), "html": (HTML,)}
SCHEMAS: Offered = {"json": (SCHEMA, JSON), "html": (HTML,)}
API: Offered = {"json": (OPENAPI, "application/openapi+json", JSON), "html": (HTML,)}


def chosen(request: Request, offered: Offered) -> str:
    """The name of the format that is wanted.

    Raises
    ------
    RequestError
        GP571 ``f`` names none of those there are; GP572 ``Accept`` takes none of them.
    """
    named = request.query_params.get("f")
    if named is not None:
        if named not in offered:
            raise RequestError("GP571", value=named[:80], known=", ".join(offered))
        return named
    accept = listed(request, "accept")
    if accept is None or accept == "*/*":
        return next(iter(offered))
    best, liked = "", 0.0
    for name, types in offered.items():
        quality = max(_quality(accept, kind) for kind in types)
        if quality > liked:
            best, liked = name, quality
    if not best:
        known = ", ".join(kind for types in offered.values() for kind in types)
        raise RequestError("GP572", value=accept[:120], known=known)
    return best


def _quality(accept: str, kind: str) -> float:
    """How much a list of media ranges likes a type (RFC 9110, 12.5.1): the most specific range decides.

    Examples
    --------
    >>> _quality("text/html;q=0.4, */*;q=0.8, text/*;q=0.1", "text/html")
    0.4
    """
    plain = kind.partition(";")[0]
    found, exactness = 0.0, -1
    for part in accept.split(",")[:_MOST_RANGES]:
        span, *parameters = (piece.strip().lower() for piece in part.split(";"))
        exact = (plain, f"{plain.partition('/')[0]}/*", "*/*")
        if span not in exact or 2 - exact.index(span) <= exactness:
            continue
        exactness = 2 - exact.index(span)
        weights = [text[2:].strip() for text in parameters if text.startswith("q=")]
        found = _weight(weights[0]) if weights else 1.0
    return found


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0
