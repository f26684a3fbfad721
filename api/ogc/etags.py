"""Strong ETags from revisions, and the conditions that requests put on them (RFC 9110, 13)."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from api.fields import listed
from gridplan.store import Scope


def etag_of(scope: Scope, form: str) -> str:
    """The ETag of an answer about a scope: as long as nothing in it changes, the same question gets the same bytes.

    ``form`` is what else the bytes depend on beside the address: format and language.

    Examples
    --------
    >>> from gridplan.store import Scope
    >>> etag_of(Scope("5a3c0ffee0000001", 4), "json")
    '"5a3c0ffee0000001.4.json"'
    """
    name = scope.name if scope.name.isascii() and scope.name.isalnum() else hashlib.sha256(scope.name.encode()).hexdigest()[:16]
    return f'"{name}.{scope.revision}.{form}"'


def unchanged(request: Request, etag: str) -> bool:
    """Whether the client says that it has this very answer."""
    given = listed(request, "if-none-match")
    return given is not None and (given.strip() == "*" or etag in (_strong(part) for part in given.split(",")))


def not_modified(etag: str) -> Response:
    """304: what the client has is still right."""
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"})


def _strong(text: str) -> str:
    return text.strip().removeprefix("W/")
