"""The links of answers."""

from fastapi import Request

from api.models import Link

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"

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
    here = str(request.url_for("plan", plan=plan))
    return [
        Link(href=here, rel="self", type=JSON),
        *(Link(href=f"{here}/collections/{layer}/items", rel="items", type=GEOJSON, title=layer) for layer in LAYERS),
        Link(href=f"{here}/map", rel="alternate", type=HTML, title="map"),
    ]
