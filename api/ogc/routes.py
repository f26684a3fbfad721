"""The paths of the standard below each root. They are described by ``api.ogc.openapi``, not by FastAPI."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.dashboard import dashboard
from api.deps import spoken
from api.observe.named import NamedRoute
from api.ogc import documents, openapi, pages, schemas, transactions
from api.ogc.formats import API, DOCUMENT, OPENAPI, SCHEMA, SCHEMAS, Offered, chosen
from api.ogc.items import item, items, readable, shown
from api.ogc.parameters import once
from api.ogc.roots import ROOTS, Root, root_of
from api.ogc.threads import read
from gridplan.errors import StoreError
from gridplan.messages import Language, text
from gridplan.store import Collection, Store

Json = dict[str, Any]  # a JSON document has any shape
Endpoint = Callable[[Request], Awaitable[Response]]


def routes() -> list[NamedRoute]:
    """Every path of the standard, below each root, with and without a slash at the end of the root."""
    paths: Mapping[str, Endpoint] = {
        "/collections/{collection}/items": items,
        "/collections/{collection}/items/{item:path}": item,  # an id may have slashes
        "/": landing,
        "/conformance": conformance,
        "/api": api,
        "/collections": collections,
        "/collections/{collection}": collection,
        "/collections/{collection}/schema": schema,
        "/collections/{collection}/queryables": queryables,
        "/collections/{collection}/sortables": sortables,
        "/collections/{collection}/geojson-schema": geojson_schema,
    }
    changing: list[tuple[str, str, Endpoint]] = [
        ("POST", "", transactions.create),
        ("OPTIONS", "", transactions.options),
        ("PUT", "/{item:path}", transactions.replace),
        ("PATCH", "/{item:path}", transactions.update),
        ("DELETE", "/{item:path}", transactions.delete),
        ("OPTIONS", "/{item:path}", transactions.options),
    ]
    told = [NamedRoute(f"{root}{path}", endpoint) for path, endpoint in paths.items() for root in ROOTS]
    here = "/collections/{collection}/items"
    changed = [NamedRoute(f"{root}{here}{path}", call, methods=[method]) for root in ROOTS for method, path, call in changing]
    return [*told, NamedRoute("/adopted/{community}", landing), *changed]


async def landing(request: Request) -> Response:
    """The way in."""
    root, language = root_of(request), spoken(request)
    once(request.query_params, ("f", "lang"))
    form = chosen(request, DOCUMENT)
    title = await read(request, _title, request, root, language)
    document = documents.landing(root, title, language)
    if form == "html":
        way_in = pages.landing if root.path else dashboard
        return await read(request, way_in, request, root, document, language)
    return _json(document)


def _title(request: Request, root: Root, language: Language) -> str:
    """The name of a root; told only where there is such a plan or adoption."""
    store: Store = request.app.state.store
    if not root.path:
        return text("api.dataset", language)
    scope = store.scopes.scope(root.dataset)
    if root.dataset.community is not None:
        return text("api.of_community", language, community=root.dataset.community)
    name = next((info.name for info in store.plans() if info.id == scope.name), scope.name)
    return text("api.of_plan", language, name=name, plan=scope.name)


async def conformance(request: Request) -> Response:
    """The conformance classes."""
    return await _document(request, lambda root, language: documents.conformance(), DOCUMENT, "conformance")


async def api(request: Request) -> Response:
    """The OpenAPI document of the paths below this root."""
    return await _document(
        request, lambda root, language: openapi.document(root, _present(request, root), language), API, "api", OPENAPI
    )


async def collections(request: Request) -> Response:
    """All collections of the root."""
    store: Store = request.app.state.store

    def build(root: Root, language: Language) -> Json:
        told = [
            documents.collection(root, each, store.items.extent(root.dataset, each.name), language)
            for each in _present(request, root)
        ]
        return documents.collections(root, told)

    return await _document(request, build, DOCUMENT, "collections")


def _present(request: Request, root: Root) -> list[Collection]:
    """The collections that whoever asks may read; of a service that has no plan yet, the registers alone."""
    store: Store = request.app.state.store
    found = shown(request, root)
    try:
        store.scopes.scope(root.dataset)
    except StoreError as error:
        if error.code != "GP407":
            raise
        return [each for each in found if each.register]
    return found


async def collection(request: Request) -> Response:
    """One collection."""
    store: Store = request.app.state.store

    def build(root: Root, language: Language) -> Json:
        each = readable(request, root)
        return documents.collection(root, each, store.items.extent(root.dataset, each.name), language)

    return await _document(request, build, DOCUMENT, "collection")


def _schema(build: Callable[[Collection, str, str], Json], name: str) -> Endpoint:
    async def answer(request: Request) -> Response:
        def made(root: Root, language: Language) -> Json:
            each = readable(request, root)
            address = f"{root.url}/collections/{each.name}/{name}"
            return build(each, address, text(f"collection.{each.name}", language))

        return await _document(request, made, SCHEMAS, "schema", SCHEMA)

    return answer


schema = _schema(schemas.feature_schema, "schema")
queryables = _schema(schemas.queryables, "queryables")
sortables = _schema(schemas.sortables, "sortables")
geojson_schema = _schema(schemas.geojson_schema, "geojson-schema")


async def _document(
    request: Request,
    build: Callable[[Root, Language], Json],
    offered: Offered,
    page: str,
    kind: str = "application/json",
) -> Response:
    """A document as JSON, or as a web page."""
    root, language = root_of(request), spoken(request)
    once(request.query_params, ("f", "lang"))
    form = chosen(request, offered)
    # Before it is told whether there is such a plan or adoption, or any plan.
    named = readable(request, root) if "collection" in request.path_params else None

    def made() -> Response:
        if root.path or named is not None:
            request.app.state.store.scopes.scope(root.dataset, named)
        document = build(root, language)
        return _json(document, kind) if form == "json" else pages.document(request, root, page, document, language, kind)

    return await read(request, made)


def _json(document: Json, kind: str = "application/json") -> Response:
    return JSONResponse(document, media_type=kind, headers={"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"})
