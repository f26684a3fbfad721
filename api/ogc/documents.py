"""What the service says of itself: landing page, conformance, collections."""

from typing import Any

from api.ogc.formats import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from api.ogc.roots import Root
from api.ogc.schemas import INSTANTS
from gridplan.messages import Language, text
from gridplan.store import Collection
from gridplan.store.filters import CONFORMANCE as CQL2
from gridplan.store.filters import CRS84, SUPPORTED_CRS

Json = dict[str, Any]  # a JSON document has any shape
Extent = tuple[float, float, float, float] | None

_REL = "http://www.opengis.net/def/rel/ogc/1.0"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"

#: Classes of OGC 23-058r2, which is Part 3 of Common, with the names that they had as drafts of Part 5: clients ask for those.
_SCHEMAS = {
    "schemas": "schemas",
    "advanced-property-roles": "core-roles-features",
    "references": "feature-references",
    "returnables-and-receivables": "returnables-and-receivables",
    "queryables": "queryables",
    "sortables": "sortables",
}

#: What is declared here is tested: tests/api/conformance.
CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(f"{_FEATURES}-3/1.0/conf/{name}" for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *CQL2,
    *(f"{_FEATURES}-4/1.0/conf/{name}" for name in ("create-replace-delete", "update", "features", "optimistic-locking-etags")),
    *(f"http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/{name}" for name in _SCHEMAS),
    *(f"{_FEATURES}-5/1.0/conf/{name}" for name in _SCHEMAS.values()),
    *(
        f"{_TILES}/{name}"
        for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30")
    ),
)


def link(href: str, rel: str, kind: str, title: str | None = None) -> Json:
    """A link, without a title where it needs none."""
    found = {"href": href, "rel": rel, "type": kind}
    return found if title is None else {**found, "title": title}


def landing(root: Root, title: str, language: Language) -> Json:
    """The way in: links to everything below a root."""
    url = root.url
    links = [
        link(f"{url}/", "self", JSON),
        link(f"{url}/?f=html", "alternate", HTML),
        link(f"{url}/api", "service-desc", OPENAPI, "OpenAPI"),
        link(f"{url}/api?f=html", "service-doc", HTML, "OpenAPI"),
        link(f"{url}/conformance", "conformance", JSON),
        link(f"{url}/conformance", f"{_REL}/conformance", JSON),
        link(f"{url}/collections", "data", JSON),
        link(f"{url}/collections", f"{_REL}/data", JSON),
        link(f"{url}/tiles", f"{_REL}/tilesets-vector", JSON),
    ]
    if not root.path:
        links += [
            link(f"{url}/plans", "related", JSON, text("api.plans", language)),
            link(f"{url}/openapi.json", "related", JSON, "OpenAPI 3.1: /plans, /jobs, /tokens"),
            link(f"{url}/health", "status", JSON),
        ]
    return {"title": title, "description": text("api.about", language), "links": links}


def conformance() -> Json:
    """The conformance classes."""
    return {"conformsTo": list(CONFORMANCE)}


def collection(root: Root, each: Collection, extent: Extent, language: Language) -> Json:
    """What is told of one collection."""
    here = f"{root.url}/collections/{each.name}"
    links = [
        link(here, "self", JSON),
        link(f"{here}?f=html", "alternate", HTML),
        link(f"{here}/items", "items", GEOJSON),
        link(f"{here}/items?f=html", "items", HTML),
        link(f"{here}/schema", f"{_REL}/schema", SCHEMA),
        link(f"{here}/queryables", f"{_REL}/queryables", SCHEMA),
        link(f"{here}/sortables", f"{_REL}/sortables", SCHEMA),
        link(f"{here}/geojson-schema", "describedBy", SCHEMA),
    ]
    found: Json = {
        "id": each.name,
        "title": text(f"collection.{each.name}", language),
        "description": f"{each.name}: {', '.join(each.contract.names())}",
        "itemType": "feature",
        "crs": list(SUPPORTED_CRS),
        "storageCrs": CRS84,
        "links": links,
    }
    if each.contract.geometry:
        links.append(link(f"{here}/tiles", f"{_REL}/tilesets-vector", JSON))
        if extent is not None:
            found["extent"] = {"spatial": {"bbox": [list(extent)], "crs": CRS84}}
    if each.name in INSTANTS:
        found.setdefault("extent", {})["temporal"] = {"interval": [[None, None]]}
    return found


def collections(root: Root, documents: list[Json]) -> Json:
    """All collections of a root."""
    url = f"{root.url}/collections"
    links = [link(url, "self", JSON), link(f"{url}?f=html", "alternate", HTML)]
    return {"links": links, "crs": list(SUPPORTED_CRS), "collections": documents}
