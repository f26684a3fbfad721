"""OGC API - Features Part 4 (20-002): features of the registers made, replaced, updated and deleted one by one."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from api.bodies import GEOJSON, JSON, MERGE_PATCH, json_body
from api.conditions import row_etag, rows_based_on
from api.fields import listed
from api.ogc.items import readable
from api.ogc.parameters import once
from api.ogc.roots import root_of
from api.ogc.threads import read
from api.writers import planner, write
from gridplan.errors import RequestError
from gridplan.store import Store, Written
from gridplan.store.filters import CRS84, Reference, parse_crs

_FEATURE = (GEOJSON, JSON)
_READ = "GET, HEAD, OPTIONS"


async def create(request: Request) -> Response:
    """POST of a feature: 201 with its address. Its id is the one that it has, or else one that the store makes."""
    who = planner(request)
    register, store = await _register(request)
    reference, feature = _reference(request), await json_body(request, _FEATURE)
    written = await write(request, store.registers.create, register, feature, who, reference=reference)
    return _created(request, register, written)


async def replace(request: Request) -> Response:
    """PUT of a feature: 204, or 201 where there was none. If-None-Match: * only makes one, If-Match only replaces one."""
    who = planner(request)
    register, store = await _register(request)
    reference, feature = _reference(request), await json_body(request, _FEATURE)
    based, item = rows_based_on(request, register), request.path_params["item"]
    new = (listed(request, "if-none-match") or "").strip() == "*"
    written = await write(
        request, store.registers.replace, register, item, feature, who, based=based, only_new=new, reference=reference
    )
    return _created(request, register, written) if written.created else _changed(register, written)


async def update(request: Request) -> Response:
    """PATCH of a feature by a JSON merge patch (RFC 7396): 204."""
    who = planner(request)
    register, store = await _register(request)
    reference, patch = _reference(request), await json_body(request, (MERGE_PATCH,))
    based, item = rows_based_on(request, register), request.path_params["item"]
    written = await write(request, store.registers.update, register, item, patch, who, based=based, reference=reference)
    return _changed(register, written)


async def delete(request: Request) -> Response:
    """DELETE of a feature: 204."""
    who = planner(request)
    register, store = await _register(request)
    based = rows_based_on(request, register)
    await write(request, store.registers.delete, register, request.path_params["item"], who, based=based)
    return Response(status_code=204)


async def options(request: Request) -> Response:
    """OPTIONS: what may be done with the features, or the feature, at this address."""
    editable = readable(request, root_of(request)).register
    headers = {"Allow": _READ}
    if editable and "item" in request.path_params:
        headers = {"Allow": f"{_READ}, PUT, PATCH, DELETE", "Accept-Patch": MERGE_PATCH}
    elif editable:
        headers = {"Allow": f"{_READ}, POST", "Accept-Post": ", ".join(_FEATURE)}
    return Response(headers=headers)


async def _register(request: Request) -> tuple[str, Store]:
    """The register that the path names, and the store.

    Raises
    ------
    StoreError
        GP408 there is no such collection.
    RequestError
        GP501 a parameter; GP584 it is a layer of a plan.
    """
    root = root_of(request)
    store: Store = request.app.state.store
    collection = readable(request, root)
    if not collection.register:
        scope = await read(request, store.scopes.scope, root.dataset)
        raise RequestError("GP584", collection=collection.name, edits=f"/plans/{quote(scope.name, safe='')}/edits")
    once(request.query_params, ())
    return collection.name, store


def _reference(request: Request) -> Reference | None:
    """The CRS of the coordinates in the body; None: longitude, latitude.

    Raises
    ------
    RequestError
        GP546 it is one that is not known.
    """
    given = request.headers.get("content-crs")
    found = parse_crs(None if given is None else given.strip().removeprefix("<").removesuffix(">"), parameter="Content-Crs")
    return None if found.uri == CRS84 else found


def _created(request: Request, register: str, written: Written) -> Response:
    here = f"{root_of(request).url}/collections/{register}/items/{quote(written.id, safe='')}"
    return Response(status_code=201, headers={"Location": here, "ETag": row_etag(register, written.revision)})


def _changed(register: str, written: Written) -> Response:
    return Response(status_code=204, headers={"ETag": row_etag(register, written.revision)})
