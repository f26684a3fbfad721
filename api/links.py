"""The links of answers."""

from fastapi import Request

from api.models import Link

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"

#: The layers of a plan by whether they have a geometry.
SPATIAL = ("areas", "communities", "grids", "units", "buildings", "nodes", "findings")
PLAIN = ("sections", "posts", "lineage", "voided", "meta", "report")


def service_links(request: Request) -> list[Link]:
    """What the service has, below its root."""
    root = str(request.base_url)
    return [
        Link(href=root, rel="self", type=JSON, title="gridplan"),
        Link(
            href=f"{root}openapi.json", rel="service-desc", type="application/vnd.oai.openapi+json;version=3.1", title="OpenAPI"
        ),
        Link(href=f"{root}health", rel="status", type=JSON, title="health"),
        Link(href=f"{root}plans", rel="data", type=JSON, title="plans"),
        Link(href=f"{root}communities", rel="data", type=GEOJSON, title="communities"),
    ]


def plan_links(request: Request, plan: str) -> list[Link]:
    """A plan, its layers and its map."""
    here = str(request.url_for("plan", plan=plan))
    return [
        Link(href=here, rel="self", type=JSON),
        *(Link(href=f"{here}/{layer}", rel="items", type=GEOJSON, title=layer) for layer in SPATIAL),
        *(Link(href=f"{here}/{layer}", rel="related", type=JSON, title=layer) for layer in PLAIN),
        Link(href=f"{here}/map", rel="alternate", type=HTML, title="map"),
    ]


def page_links(request: Request, kind: str, *, limit: int, offset: int, matched: int, returned: int) -> list[Link]:
    """The page itself, and the ones after and before it where there are any."""
    links = [Link(href=str(request.url), rel="self", type=kind)]
    if offset + returned < matched and returned:
        after = request.url.include_query_params(limit=limit, offset=offset + returned)
        links.append(Link(href=str(after), rel="next", type=kind))
    if offset > 0:
        before = request.url.include_query_params(limit=limit, offset=max(0, min(offset, matched) - limit))
        links.append(Link(href=str(before), rel="prev", type=kind))
    return links
