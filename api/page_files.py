"""The files that pages load, each with its ETag."""

from starlette.requests import Request
from starlette.responses import Response

from api.ogc.etags import not_modified, unchanged
from api.ogc.parameters import once
from gridplan.errors import RequestError
from gridplan.maps.shipped import PageFile


def answered(request: Request, found: PageFile | None) -> Response:
    """The file, or 304 where the client has it.

    Raises
    ------
    RequestError
        GP511 there is none.
    """
    once(request.query_params, ())
    if found is None:
        raise RequestError("GP511", path=request.url.path[:200])
    etag = f'"{found.version}"'
    if unchanged(request, etag):
        return not_modified(etag)
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding", "Content-Type": found.media_type}
    return Response(found.body, headers=headers)
