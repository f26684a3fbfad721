"""Answers of JSON documents with their ETags."""

import hashlib

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.ogc.etags import unchanged

_VARY = "Accept, Accept-Language, Authorization"


def json_answer(
    request: Request, model: BaseModel, *, etag: str | None = None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """The model as JSON; 304 where the client has that already. Without an ETag given, it is made from the bytes."""
    body = model.model_dump_json(by_alias=True).encode()
    tag = etag or f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    told = {"ETag": tag, "Cache-Control": "no-cache", "Vary": _VARY, **(headers or {})}
    if request.method in ("GET", "HEAD") and unchanged(request, tag):
        return Response(status_code=304, headers=told)
    return Response(body, status, media_type="application/json", headers=told)
