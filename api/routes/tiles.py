"""OGC API - Tiles - Part 1: vector tiles of a root and of each of its collections, and what describes them.

The paths stand below each root, as those of OGC API - Features do, and are described by ``api.ogc.openapi``.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.deps import spoken
from api.observe.named import NamedRoute
from api.ogc.etags import not_modified, unchanged
from api.ogc.formats import DOCUMENT, HTML, JSON, Offered, chosen
from api.ogc.pages import page
from api.ogc.parameters import once
from api.ogc.roots import ROOTS, Root, origin, root_of
from api.ogc.threads import read, readers_of
from api.tilesets import MATRIX_SET, MVT, Json, matrix_set, matrix_sets, tilejson, tileset, tilesets
from gridplan.errors import RequestError, StoreError
from gridplan.messages import Phrase
from gridplan.store import Store

_TILE: Offered = {"mvt": (MVT, "application/x-protobuf", "*/*")}
_TILESET: Offered = {"json": (JSON,), "tilejson": (JSON,), "html": (HTML,)}
#: More than any matrix has columns; Python itself makes no number of thousands.
_MOST_DIGITS = 40

Endpoint = Callable[[Request], Awaitable[Response]]


def routes() -> list[NamedRoute]:
    """The paths of tiles below each root, and the tile matrix set."""
    paths: Mapping[str, Endpoint] = {
        "/tiles": list_of_tilesets,
        f"/tiles/{MATRIX_SET}": one_tileset,
        f"/tiles/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile,
    }
    below = {
        f"{root}{place}{path}": end
        for root in ROOTS
        for place in ("", "/collections/{collection}")
        for path, end in paths.items()
    }
    service: Mapping[str, Endpoint] = {"/tileMatrixSets": list_of_matrix_sets, f"/tileMatrixSets/{MATRIX_SET}": one_matrix_set}
    return [NamedRoute(path, endpoint) for path, endpoint in {**below, **service}.items()]


async def tile(request: Request) -> Response:
    """One tile; 204 where nothing is in it, which OGC API and clients take as an empty tile."""
    root = root_of(request)
    once(request.query_params, ("f",))
    if "f" in request.query_params:
        chosen(request, _TILE)
    zoom, row, col = (_whole(request, name) for name in ("tileMatrix", "tileRow", "tileCol"))
    store: Store = request.app.state.store
    layers = tuple(_layers(request, store, root))
    state = await readers_of(request).together((root.dataset, layers), lambda: store.tiles.state(root.dataset, layers))
    etag = _etag(state.version)
    if unchanged(request, etag):
        return not_modified(etag)
    found = store.tiles.tile_at_hand(root.dataset, layers, zoom, row, col, state)
    if found is None:
        found = await read(request, store.tiles.tile, root.dataset, layers, zoom, row, col, state)
    headers = {"ETag": _etag(found.version), "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if not found.body:
        return Response(status_code=204, headers=headers)
    return Response(found.body, media_type=MVT, headers=headers)


def _whole(request: Request, name: str) -> int:
    """A number in the path.

    Raises
    ------
    RequestError
        GP508 it is none, or longer than any.
    """
    given = request.path_params[name]
    if len(given) <= _MOST_DIGITS and given.isascii() and given.isdecimal():
        return int(given)
    value = given if len(given) <= _MOST_DIGITS else f"{given[:_MOST_DIGITS]}…"
    raise RequestError("GP508", name=name, why=Phrase("pydantic.int_parsing", {"value": value}))


def _layers(request: Request, store: Store, root: Root) -> list[str]:
    """The layers that a request is about: that of its collection, or all of its root.

    Raises
    ------
    StoreError
        GP408 there is no such collection with a geometry.
    """
    known = store.tiles.layers(root.dataset)
    named = request.path_params.get("collection")
    if named is None:
        return known
    if named not in known:
        raise StoreError("GP408", layer=named[:80], known=", ".join(known))
    return [named]


def _etag(version: str) -> str:
    """Of a version that may hold any text."""
    plain = version.isascii() and version.isprintable() and '"' not in version
    return f'"{version if plain else hashlib.sha256(version.encode()).hexdigest()[:32]}.mvt"'


async def list_of_tilesets(request: Request) -> Response:
    """The tilesets there are: one, on WebMercatorQuad."""
    return await _document(request, DOCUMENT, tilesets, "tilesets.html")


async def one_tileset(request: Request) -> Response:
    """What the tileset holds: as OGC describes it, or as TileJSON at ``f=tilejson``."""
    build = tilejson if request.query_params.get("f") == "tilejson" else tileset
    return await _document(request, _TILESET, build, "tileset.html")


async def _document(request: Request, offered: Offered, build: Callable[..., Json], template: str) -> Response:
    root, language = root_of(request), spoken(request)
    once(request.query_params, ("f", "lang"))
    form = chosen(request, offered)

    def made() -> Response:
        store: Store = request.app.state.store
        layers = _layers(request, store, root)
        layers = store.tiles.state(root.dataset, layers).holds(layers)
        collection = request.path_params.get("collection")
        place = root.url if collection is None else f"{root.url}/collections/{collection}"
        document = build(store, root, origin(request), place, layers, language)
        if form == "html":
            links = document["links"]
            return page(
                request, template, language, root=root, collection=collection, place=place, document=document, listed=links
            )
        return JSONResponse(document, headers={"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language, Accept-Encoding"})

    return await read(request, made)


async def list_of_matrix_sets(request: Request) -> Response:
    """The tile matrix sets there are."""
    return _of_service(request, matrix_sets(origin(request)), "matrix_sets.html")


async def one_matrix_set(request: Request) -> Response:
    """The tile matrix set as its register describes it."""
    return _of_service(request, matrix_set(origin(request)), "matrix_set.html")


def _of_service(request: Request, document: Json, template: str) -> Response:
    once(request.query_params, ("f", "lang"))
    if chosen(request, DOCUMENT) == "html":
        listed = document.get("links") or document["tileMatrixSets"][0]["links"]
        return page(request, template, spoken(request), root=root_of(request), document=document, listed=listed)
    return JSONResponse(document, headers={"Vary": "Accept"})
