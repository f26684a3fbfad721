"""Errors become answers here: one table from code to status, one shape of problem."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.conditions import plan_etag, row_etag
from api.deps import spoken
from api.faults import fault
from api.models import Problem
from api.observe.exchange import exchange_of
from gridplan.errors import GridplanError, RequestError

PROBLEM = "application/problem+json"

_log = logging.getLogger("gridplan.fault")

#: Status of each code that may be told as it is. Everything else is a fault of ours and is told as GP521.
STATUS = {f"GP50{digit}": 400 for digit in (1, 2, 6, 7, 8)} | {
    **{f"GP54{digit}": 400 for digit in range(10)},
    "GP191": 403,
    "GP510": 404,
    "GP511": 404,
    "GP512": 404,
    "GP513": 405,
    "GP520": 503,
    "GP521": 500,
    "GP550": 401,
    "GP551": 401,
    "GP552": 403,
    "GP553": 421,
    "GP554": 403,
    "GP555": 413,
    "GP556": 503,
    "GP557": 503,
    "GP558": 400,
    "GP559": 431,
    "GP560": 503,
    "GP561": 404,
    "GP562": 503,
    "GP570": 400,
    "GP571": 400,
    "GP572": 406,
    "GP573": 404,
    "GP574": 404,
    "GP575": 404,
    "GP576": 400,
    "GP580": 404,
    **{f"GP58{digit}": 400 for digit in (3, 6, 7, 8)},
    "GP581": 415,
    "GP582": 428,
    "GP584": 405,
    "GP585": 403,
    "GP589": 409,
    "GP590": 415,
    "GP591": 415,
    "GP595": 422,
    "GP596": 400,
    "GP174": 409,
    "GP175": 422,
    "GP176": 422,
    "GP592": 400,
    "GP593": 400,
    "GP594": 404,
    "GP622": 404,
    "GP623": 404,
    "GP624": 409,
    "GP625": 400,
    "GP626": 503,
    # A plan in which another program left what breaks its contract: read by layer, but not as a whole.
    **{f"GP10{digit}": 409 for digit in range(2, 8)},
    **{f"GP{number}": 409 for number in (*range(230, 248), 249, 267)},
    "GP188": 400,
    "GP239": 400,
    "GP246": 400,
    "GP247": 400,
    "GP410": 409,
    "GP420": 412,
    "GP421": 409,
    "GP422": 412,
    "GP424": 412,
    "GP425": 409,
    "GP426": 409,
    "GP427": 409,
    "GP428": 404,
    "GP429": 409,
    "GP430": 409,
    "GP431": 409,
    "GP432": 409,
    "GP433": 409,
    **{f"GP43{digit}": 409 for digit in (4, 5, 6, 9)},
    "GP437": 403,
    "GP438": 403,
    "GP441": 404,
    "GP442": 409,
    "GP460": 404,
    "GP461": 409,
    "GP462": 409,
    "GP464": 400,
    "GP468": 404,
    "GP469": 404,
    **{f"GP46{digit}": 403 for digit in (5, 6, 7)},
    "GP613": 400,
}

#: Headers that a status needs.
_HEADERS = {
    "GP520": {"Retry-After": "10"},
    "GP550": {"WWW-Authenticate": 'Bearer realm="gridplan"'},
    "GP551": {"WWW-Authenticate": 'Bearer realm="gridplan", error="invalid_token"'},
    "GP552": {"WWW-Authenticate": 'Bearer realm="gridplan", error="insufficient_scope"'},
    "GP556": {"Retry-After": "1"},
    "GP557": {"Retry-After": "10"},
    "GP560": {"Retry-After": "30"},
    "GP562": {"Retry-After": "30"},
    "GP626": {"Retry-After": "20"},
    "GP584": {"Allow": "GET, HEAD, OPTIONS"},
    "GP590": {"Accept-Encoding": "identity"},
}

#: Errors of the store that name its place, and what is told instead.
_TOLD_AS = {
    "GP401": "GP510",
    "GP403": "GP520",
    "GP404": "GP520",
    "GP405": "GP520",
    "GP407": "GP512",
    "GP408": "GP573",
    "GP409": "GP585",
    "GP411": "GP594",
    "GP416": "GP574",
    "GP417": "GP575",
    "GP440": "GP580",
    "GP470": "GP561",
}

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def problem(request: Request, error: GridplanError) -> JSONResponse:
    """The answer that tells an error, in the language of the request."""
    code = _TOLD_AS.get(error.code, error.code)
    if code not in STATUS:
        code = "GP521"
    if code in ("GP520", "GP521") and code != error.code:
        # What is told of it names no cause.
        path = request.scope.get("raw_path", b"").decode("latin-1")
        _log.error("request %s: %s %s: %s", exchange_of(request.scope).id, request.method, path, error)
    told = error if code == error.code else RequestError(code, **error.facts)
    status = HTTPStatus(STATUS[code])
    language = spoken(request)
    body = Problem(
        title=status.phrase,
        status=status.value,
        detail=told.message(language).removeprefix(f"{code} "),
        code=code,
        instance=request.url.path,
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language", **_HEADERS.get(code, {}), **_told_by(request, error)}
    return JSONResponse(body.model_dump(), status.value, headers=headers, media_type=PROBLEM)


def _told_by(request: Request, error: GridplanError) -> dict[str, str]:
    """The headers that the facts of an error give: the ETag that there is now, the types that are taken."""
    current = error.facts.get("current")
    if isinstance(current, int):
        plan, row = error.facts.get("plan"), str(error.facts.get("collection"))
        return {"ETag": row_etag(row, current) if plan is None else plan_etag(str(plan), current)}
    if error.code == "GP581":
        return {"Accept-Patch" if request.method == "PATCH" else "Accept-Post": str(error.facts["known"])}
    return {}


def from_validation(error: RequestValidationError) -> RequestError:
    """The first wrong parameter, told as our own error; bodies are read by ``api.bodies``."""
    first = error.errors()[0]
    name = str(first["loc"][-1])
    if first["type"] == "missing":
        return RequestError("GP592", name=name)
    return RequestError("GP508", name=name, why=fault(first, plain=True))


def from_http(request: Request, error: HTTPException, allowed: str) -> RequestError:
    """An unknown path or method, told as our own error; ``allowed`` are the methods there are."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return RequestError("GP513", method=request.method, path=request.url.path, allowed=allowed)
    return RequestError("GP511" if error.status_code == HTTPStatus.NOT_FOUND else "GP521", path=request.url.path)


def _allowed(request: Request) -> list[str]:
    """The methods that some route takes at the address; the router itself knows those of the first one alone."""
    routes = request.app.routes
    found = [
        name for name in _METHODS if any(each.matches({**request.scope, "method": name})[0] is Match.FULL for each in routes)
    ]
    return [*found, *(["HEAD"] if "GET" in found else [])]


def handle_errors(app: FastAPI) -> None:
    """Let every error of the app be told as a problem."""

    @app.exception_handler(GridplanError)
    def _ours(request: Request, error: GridplanError) -> JSONResponse:
        return problem(request, error)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem(request, from_validation(error))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        allowed = ", ".join(_allowed(request)) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else ""
        answer = problem(request, from_http(request, error, allowed))
        answer.headers.update({**(error.headers or {}), **({"Allow": allowed} if allowed else {})})
        return answer

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> JSONResponse:
        return problem(request, RequestError("GP521"))
