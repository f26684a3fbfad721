"""Web pages of the standard's answers, for people who follow the links: Jinja2 templates that escape all they are given."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.access.roles import who
from api.deps import spoken
from api.ogc.roots import Root, origin
from gridplan.messages import Language, text, word
from gridplan.store import Collection, Item, ItemPage, Store

if TYPE_CHECKING:
    import jinja2

Json = dict[str, Any]  # a JSON document has any shape

#: The pages load nothing and run nothing.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: The most features of one web page.
ROWS = 200
_DOWNLOADS = {"gpkg": "GeoPackage", "geojson": "GeoJSON", "shapefile": "Shapefile", "kml": "KML"}


@cache
def _environment() -> "jinja2.Environment":
    import jinja2  # programs, which ask for no page, do not wait for it

    return jinja2.Environment(loader=jinja2.PackageLoader("api"), autoescape=True, undefined=jinja2.StrictUndefined)


def asked_page(request: Request) -> str:
    """The query of a link to another page: one whose reader chose a language goes on in it."""
    return f"f=html&lang={spoken(request)}" if "lang" in request.query_params else "f=html"


def page(
    request: Request, template: str, language: Language, *, headers: dict[str, str] | None = None, **given: Any
) -> HTMLResponse:
    """A template filled; ``given`` are the names that it uses."""

    def say(key: str, **facts: Any) -> str:
        return text(key, language, **facts)

    def to(href: str) -> str:
        return href.removesuffix("f=html") + asked_page(request) if href.endswith("?f=html") else href

    plain = [(name, value) for name, value in request.query_params.multi_items() if name not in ("f", "lang")]
    other = "en" if language == "zh" else "zh"
    filled = (
        _environment()
        .get_template(template)
        .render(
            say=say,
            called=lambda name: word("viewer.column", name, language),
            meant=lambda family, value: word(family, value, language),
            to=to,
            language=language,
            service=origin(request),
            page=asked_page(request),
            lang=f"?lang={language}" if "lang" in request.query_params else "",
            other=other,
            in_other=f"?{urlencode([*plain, ('f', 'html'), ('lang', other)])}",
            **given,
        )
    )
    kept = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", **(headers or {})}
    return HTMLResponse(filled, headers={**kept, "Vary": "Accept, Accept-Language", "Content-Language": language})


def landing(request: Request, root: Root, document: Json, language: Language) -> HTMLResponse:
    """The way in to a plan or community, with what its plan is."""
    store: Store = request.app.state.store
    plans = store.plans()
    plan = store.plan(store.scopes.scope(root.dataset).name)
    planner = who(request).may("planner")
    return page(
        request,
        "landing.html",
        language,
        root=root,
        document=document,
        plan=plan,
        parent=next((info for info in plans if info.id == plan.parent), None),
        step=next(iter(store.reviews.steps(plan.id, limit=1)), None) if planner else None,
        forms=_DOWNLOADS,
        planner=planner,
        listed=document["links"],
    )


def document(request: Request, root: Root, name: str, document: Json, language: Language, kind: str) -> HTMLResponse:
    """A document of the service: conformance, collections, one collection, a schema, or the OpenAPI document.

    ``kind`` is the type that it has where it is not a web page.
    """
    shown = json.dumps(document, ensure_ascii=False, indent=2) if name == "api" else ""
    plain = str(request.url.include_query_params(f="json"))
    listed = document.get("links") or [{"href": plain, "rel": "alternate", "type": kind}]
    return page(request, f"{name}.html", language, root=root, document=document, shown=shown, listed=listed)


def items(
    request: Request, root: Root, collection: Collection, found: ItemPage, links: list[dict[str, str]], headers: dict[str, str]
) -> HTMLResponse:
    """A page of features as a table."""
    rows = [json.loads(text) for text in found.texts]
    return page(
        request,
        "items.html",
        spoken(request),
        headers=headers,
        root=root,
        collection=collection,
        rows=rows,
        found=found,
        links={each["rel"]: each["href"] for each in links},
        listed=links,
    )


def item(
    request: Request, root: Root, collection: Collection, found: Item, links: list[dict[str, str]], headers: dict[str, str]
) -> HTMLResponse:
    """One feature with all it says."""
    return page(
        request,
        "item.html",
        spoken(request),
        headers=headers,
        root=root,
        collection=collection,
        feature=json.loads(found.text),
        links={each["rel"]: each["href"] for each in links},
        listed=links,
    )
