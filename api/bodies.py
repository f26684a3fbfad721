"""Bodies of requests: their media type, and the JSON in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import anyio.to_thread
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.faults import fault
from api.fields import listed
from api.strict_json import strict_json
from gridplan.errors import RequestError
from gridplan.messages import Phrase

Model = TypeVar("Model", bound=BaseModel)

JSON, GEOJSON = "application/json", "application/geo+json"
MERGE_PATCH = "application/merge-patch+json"
GEOPACKAGE = "application/geopackage+sqlite3"

#: Where the body may be a large file, which goes to the disk as it comes.
FILE_PATHS = frozenset(("/incidents/import",))
#: From so many bytes on a body is parsed in a thread, so that others need not wait for it.
_IN_THREAD = 64 * 1024
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)


def media_type(request: Request, known: tuple[str, ...]) -> str:
    """The type of the body; the first of ``known`` where the request names none, as some clients do.

    Raises
    ------
    RequestError
        GP581 it is none of ``known``; GP590 the body is compressed; GP591 its text is not in UTF-8.
    """
    given = request.headers.get("content-type", known[0])
    kind = given.partition(";")[0].strip().lower()
    if kind not in known:
        raise RequestError("GP581", given=kind[:80] or "-", known=", ".join(known))
    coding = listed(request, "content-encoding") or ""
    if any(part.strip().lower() not in ("", "identity") for part in coding.split(",")):
        raise RequestError("GP590", coding=coding[:80])
    charset = _CHARSET.search(given)
    if charset and kind != GEOPACKAGE and charset[1].lower() not in ("utf-8", "utf8"):
        raise RequestError("GP591", charset=charset[1][:80] or "-", kind=kind)
    return kind


async def json_body(request: Request, known: tuple[str, ...] = (JSON,)) -> object:
    """What the body says, strictly parsed: no NaN, no broken text, no key twice, no depth beyond reason.

    Raises
    ------
    RequestError
        GP587 it is no JSON; GP581, GP590, GP591 as :func:`media_type`.
    """
    media_type(request, known)
    body = await request.body()
    return strict_json(body) if len(body) < _IN_THREAD else await anyio.to_thread.run_sync(strict_json, body)


async def asked(request: Request, model: type[Model]) -> Model:
    """What is asked for in the body.

    Raises
    ------
    RequestError
        GP586 every fault; GP587 it is no JSON; GP581, GP590, GP591 as :func:`media_type`.
    """
    return parsed(model, await json_body(request))


async def perhaps_asked(request: Request, model: type[Model]) -> Model:
    """The same where the body may be missing, or null: then what the model says by itself."""
    given = await json_body(request) if await request.body() else None
    return model() if given is None else parsed(model, given)


def faults_of(errors: Sequence[Mapping[str, Any]]) -> RequestError:
    """What a model found wrong with a body, each fault with its place."""
    faults = []
    for detail in errors[:50]:
        where = ".".join(str(part) for part in detail["loc"]) or "-"
        faults.append(Phrase("row.fault", {"where": where[:120], "what": fault(detail)}))
    return RequestError("GP586", count=len(errors), faults=tuple(faults))


def parsed(model: type[Model], given: object) -> Model:
    """The body as the model has it.

    Raises
    ------
    RequestError
        GP586 every fault.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise faults_of([dict(each) for each in error.errors(include_url=False)]) from error


def described(model: type[BaseModel], *, needed: bool = True) -> dict[str, Any]:
    """What the API description says of a body that :func:`asked` or :func:`perhaps_asked` reads."""
    schema = schema_of(model) if needed else {"anyOf": [schema_of(model), {"type": "null"}]}
    return {"requestBody": {"required": needed, "content": {JSON: {"schema": schema}}}}


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a model with those of its parts inside it, as it can stand anywhere in a description."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def whole(node: Any) -> Any:  # JSON of any shape
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            return whole(parts[name]) if name in parts else {key: whole(value) for key, value in node.items()}
        return [whole(each) for each in node] if isinstance(node, list) else node

    found: dict[str, Any] = whole(schema)
    return found
