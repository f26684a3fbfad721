"""The links of answers."""

from urllib.parse import quote

from fastapi import Request

from api.models import Link
from api.ogc.formats import GEOJSON, HTML, JSON, OPENAPI
from api.ogc.roots import origin

#: The layers of a plan that anyone may read.
LAYERS = (
    "areas",
    "communities",
    "grids",
    "units",
    "buildings",
    "nodes",
    "findings",
    "sections",
    "posts",
    "lineage",
    "voided",
    "meta",
)


def plan_links(request: Request, plan: str) -> list[Link]:
    """A plan, its layers and its map."""
    here = f"{origin(request)}/plans/{quote(plan, safe='')}"
    # What a landing page has: clients take a plan's address for one, with and without a slash at its end.
    return [
        Link(href=here, rel="self", type=JSON, title="plan"),
        Link(href=f"{here}/api", rel="service-desc", type=OPENAPI, title="OpenAPI"),
        Link(href=f"{here}/api?f=html", rel="service-doc", type=HTML, title="OpenAPI"),
        Link(href=f"{here}/conformance", rel="conformance", type=JSON, title="conformance"),
        Link(href=f"{here}/collections", rel="data", type=JSON, title="collections"),
        *(Link(href=f"{here}/collections/{layer}/items", rel="items", type=GEOJSON, title=layer) for layer in LAYERS),
        Link(href=f"{here}/map", rel="alternate", type=HTML, title="map"),
    ]
