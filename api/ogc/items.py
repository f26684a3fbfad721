"""Features: a page of a collection, and one feature."""

from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.access.roles import allowed, who
from api.deps import spoken
from api.ogc import pages
from api.ogc.etags import etag_of, not_modified, unchanged
from api.ogc.formats import FEATURES, GEOJSON, HTML, chosen
from api.ogc.parameters import MOST_FEATURES, Asked, parse_item, parse_items
from api.ogc.roots import Root, root_of
from api.ogc.threads import read, readers_of
from gridplan.contracts import PERSONAL
from gridplan.errors import RequestError, StoreError
from gridplan.store import Collection, ItemPage, Scope, Store

#: Collections that only planners may read: people by name, and rows of household ledgers by their ids.
RESERVED = (*PERSONAL, "report")


def readable(request: Request, root: Root) -> Collection:
    """The collection that the path names, where it is part of the root and may be read.

    Raises
    ------
    StoreError
        GP408 there is none.
    RequestError
        GP550, GP552 it is for planners.
    """
    store: Store = request.app.state.store
    collection = store.scopes.collection(request.path_params["collection"])
    if collection.register and not root.registers:
        layers = [name for name, each in store.scopes.collections.items() if not each.register]
        raise StoreError("GP408", layer=collection.name, known=", ".join(layers))
    if collection.name in RESERVED:
        allowed(request, "planner")
    return collection


def shown(request: Request, root: Root) -> list[Collection]:
    """The collections of a root that whoever asks may read."""
    store: Store = request.app.state.store
    planner = who(request).may("planner")
    return [
        each
        for each in store.scopes.collections.values()
        if (root.registers or not each.register) and (planner or each.name not in RESERVED)
    ]


async def items(request: Request) -> Response:
    """A page of a collection as GeoJSON or as a web page."""
    root = root_of(request)
    collection = readable(request, root)
    form = chosen(request, FEATURES)
    asked = parse_items(request.query_params, collection, root.dataset, most=pages.ROWS if form == "html" else MOST_FEATURES)
    scope = await scope_now(request, root, collection)
    etag = etag_of(scope, _tag(request, form))
    if unchanged(request, etag):
        return not_modified(etag)
    store: Store = request.app.state.store
    page = store.items.page_at_hand(asked.query, scope) if form == "json" else None
    if page is not None:
        return _answer(request, root, collection, asked, form, page)
    return await read(request, _found, request, root, collection, asked, form, scope)


async def scope_now(request: Request, root: Root, collection: Collection) -> Scope:
    """The plan or register that the rows belong to, with its revision; asked of the store once for all who ask now."""
    store: Store = request.app.state.store
    key = collection.name if collection.register else root.dataset
    return await readers_of(request).together(key, lambda: store.scopes.scope(root.dataset, collection))


def _found(request: Request, root: Root, collection: Collection, asked: Asked, form: str, scope: Scope) -> Response:
    store: Store = request.app.state.store
    return _answer(request, root, collection, asked, form, store.items.page(asked.query, scope))


def _answer(request: Request, root: Root, collection: Collection, asked: Asked, form: str, page: ItemPage) -> Response:
    here = f"{root.url}/collections/{collection.name}"
    links = page_links(f"{here}/items", asked, page, form)
    headers = {
        "ETag": etag_of(page.scope, _tag(request, form)),
        "Cache-Control": "no-cache",
        "Vary": "Accept",
        "Content-Crs": asked.content_crs,
    }
    if form == "html":
        return pages.items(request, root, collection, page, links, headers)
    body = b'{"type":"FeatureCollection","numberMatched":%d,"numberReturned":%d,"links":%b,"features":[%b]}' % (
        page.matched,
        len(page.texts),
        orjson.dumps(links),
        b",".join(page.texts),
    )
    return Response(body, media_type=GEOJSON, headers=headers)


def _tag(request: Request, form: str) -> str:
    """What the bytes of an answer depend on beside its address: pages speak a language, GeoJSON does not."""
    return f"{form}-{spoken(request)}" if form == "html" else form


def page_links(here: str, asked: Asked, page: ItemPage, form: str) -> list[dict[str, str]]:
    """The page itself, its other format, its neighbours, and the collection."""
    kind, other, other_kind = (GEOJSON, "html", HTML) if form == "json" else (HTML, "json", GEOJSON)

    given = {name: f"{quote(name)}={quote(value, safe='')}" for name, value in asked.plain.items()}

    def to(name: str, value: str) -> str:
        return f"{here}?{'&'.join({**given, name: f'{name}={quote(value)}'}.values())}"

    links = [
        {"href": f"{here}?{'&'.join(given.values())}" if given else here, "rel": "self", "type": kind},
        {"href": to("f", other), "rel": "alternate", "type": other_kind},
        {"href": here.removesuffix("/items"), "rel": "collection", "type": "application/json"},
    ]
    for rel, cursor in (("next", page.after), ("prev", page.before)):
        if cursor is not None:
            links.append({"href": to("cursor", cursor.text(asked.query.sort)), "rel": rel, "type": kind})
    return links


async def item(request: Request) -> Response:
    """One feature as GeoJSON or as a web page."""
    if not request.path_params["item"]:
        raise RequestError("GP511", path=request.url.path)
    root = root_of(request)
    collection = readable(request, root)
    form = chosen(request, FEATURES)
    asked = parse_item(request.query_params, collection, root.dataset)
    return await read(request, _one, request, root, collection, asked, form)


def _one(request: Request, root: Root, collection: Collection, asked: Asked, form: str) -> Response:
    store: Store = request.app.state.store
    found = store.items.item(root.dataset, collection.name, request.path_params["item"], turning=asked.query.turning)
    # A row of a register has a revision of its own: another row's change leaves its ETag as it is.
    scope = found.scope if found.revision is None else Scope(found.scope.name, found.revision)
    tag = _tag(request, form)
    etag = etag_of(scope, tag if found.revision is None else f"row.{tag}")
    if unchanged(request, etag):
        return not_modified(etag)
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept", "Content-Crs": asked.content_crs}
    here = f"{root.url}/collections/{collection.name}"
    mine = f"{here}/items/{quote(request.path_params['item'], safe='')}"
    links = [
        {"href": mine, "rel": "self", "type": GEOJSON if form == "json" else HTML},
        {
            "href": f"{mine}?f={'html' if form == 'json' else 'json'}",
            "rel": "alternate",
            "type": HTML if form == "json" else GEOJSON,
        },
        {"href": here, "rel": "collection", "type": "application/json"},
    ]
    if form == "html":
        return pages.item(request, root, collection, found, links, headers)
    return Response(b'%b,"links":%b}' % (found.text[:-1], orjson.dumps(links)), media_type=GEOJSON, headers=headers)
