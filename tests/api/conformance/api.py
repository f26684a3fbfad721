"""One of the three roots of a running service, and what is asked of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.samples import PLAN_ID, RURAL

Json = dict[str, Any]  # a JSON document has any shape

ROOTS = {"service": "", "plan": f"/plans/{PLAN_ID}", "adopted": f"/adopted/{RURAL}"}
#: Collections with shapes, with many rows below every root, with none, with a time.
LAYERS = ("areas", "communities", "grids", "units", "buildings", "nodes", "findings")
#: Layers that the sample plan has no rows of.
EMPTY = ("atoms",)
TABLES = ("sections", "posts", "lineage", "voided", "meta", "report")
REGISTERS = ("services", "incidents", "staff", "organisations")


@dataclass(frozen=True)
class Api:
    """A root of the service."""

    service: str
    path: str
    client: httpx.Client

    @property
    def root(self) -> str:
        """Its address, without a slash at the end."""
        return f"{self.service}{self.path}"

    @property
    def names(self) -> tuple[str, ...]:
        """The collections that it has."""
        return (*LAYERS, *EMPTY, *TABLES) if self.path else (*LAYERS, *EMPTY, *TABLES, *REGISTERS)

    def ask(self, path: str, *, accept: str | None = None, **parameters: Any) -> httpx.Response:  # Any: what is to be asked
        """An answer; a path may be a whole address."""
        url = path if path.startswith("http") else f"{self.root}{path}"
        given = {name: str(value) for name, value in parameters.items()}
        return self.client.get(url, params=given or None, headers={} if accept is None else {"Accept": accept})

    def json(self, path: str, *, accept: str | None = None, **parameters: Any) -> Json:
        """A document."""
        answer = self.ask(path, accept=accept, **parameters)
        assert answer.status_code == 200, (answer.request.url, answer.text)
        found: Json = answer.json()
        return found

    def items(self, collection: str, **parameters: Any) -> Json:
        """A page of a collection."""
        return self.json(f"/collections/{collection}/items", accept="application/geo+json", **parameters)

    def found(self, collection: str, **parameters: Any) -> set[str]:
        """The ids of what is found."""
        return {str(feature["id"]) for feature in self.items(collection, **parameters)["features"]}

    def refused(self, path: str, **parameters: Any) -> Json:
        """The problem that a wrong request is answered with."""
        answer = self.ask(path, **parameters)
        assert answer.status_code == 400, (answer.request.url, answer.status_code, answer.text[:300])
        assert answer.headers["content-type"] == "application/problem+json"
        problem: Json = answer.json()
        assert problem["status"] == 400
        assert problem["code"].startswith("GP")
        assert len(problem["detail"]) > 10
        return problem

    def pages(self, url: str, rel: str = "next") -> Iterator[Json]:
        """A page and those that follow it."""
        address: str | None = url
        while address is not None:
            page = self.json(address)
            yield page
            address = linked(page, rel)


def linked(document: Json, rel: str, kind: str | None = None) -> str | None:
    """The address of the link of that relation and type."""
    found = [each for each in document["links"] if each["rel"] == rel and kind in (None, each.get("type"))]
    assert len(found) < 2, found
    return found[0]["href"] if found else None


def relations(document: Json) -> dict[str, set[str]]:
    """The types that there are links to, by relation."""
    found: dict[str, set[str]] = {}
    for each in document["links"]:
        found.setdefault(each["rel"], set()).add(each["type"])
    return found
