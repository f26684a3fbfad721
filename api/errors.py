"""Errors become answers here: one table from code to status, one shape of problem."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.deps import spoken
from api.models import Problem
from gridplan.errors import GridplanError, RequestError

PROBLEM = "application/problem+json"

#: Status of each code that may be told as it is. Everything else is a fault of ours and is told as GP521.
STATUS = {f"GP50{digit}": 400 for digit in (1, 2, 6, 7, 8)} | {
    **{f"GP54{digit}": 400 for digit in range(10)},
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
    "GP562": 400,
    "GP570": 400,
    "GP571": 400,
    "GP572": 406,
    "GP573": 404,
    "GP574": 404,
    "GP575": 404,
    "GP576": 400,
    "GP580": 404,
}

#: Headers that a status needs.
_HEADERS = {
    "GP550": {"WWW-Authenticate": 'Bearer realm="gridplan"'},
    "GP551": {"WWW-Authenticate": 'Bearer realm="gridplan", error="invalid_token"'},
    "GP552": {"WWW-Authenticate": 'Bearer realm="gridplan", error="insufficient_scope"'},
    "GP556": {"Retry-After": "1"},
    "GP557": {"Retry-After": "10"},
    "GP560": {"Retry-After": "30"},
}

#: Errors of the store that name its place, and what is told instead.
_TOLD_AS = {
    "GP401": "GP510",
    "GP403": "GP520",
    "GP404": "GP520",
    "GP405": "GP520",
    "GP407": "GP512",
    "GP408": "GP573",
    "GP416": "GP574",
    "GP417": "GP575",
    "GP440": "GP580",
    "GP470": "GP561",
}

_PARAMETER = {"lang": "GP507"}


def problem(request: Request, error: GridplanError) -> JSONResponse:
    """The answer that tells an error, in the language of the request."""
    code = _TOLD_AS.get(error.code, error.code)
    if code not in STATUS:
        code = "GP521"
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
    headers = {"Content-Language": language, "Vary": "Accept-Language", **_HEADERS.get(code, {})}
    return JSONResponse(body.model_dump(), status.value, headers=headers, media_type=PROBLEM)


def from_validation(error: RequestValidationError) -> RequestError:
    """The first wrong parameter, told as our own error."""
    first = error.errors()[0]
    if first["loc"][0] == "body":
        where = ".".join(map(str, first["loc"][1:])) or "-"
        return RequestError("GP562", where=where[:80], why=str(first["msg"])[:200])
    name, value = str(first["loc"][-1]), str(first.get("input"))[:80]
    code = _PARAMETER.get(name, "GP508")
    return RequestError(code, value=value) if code != "GP508" else RequestError(code, name=name, value=value)


def from_http(request: Request, error: HTTPException) -> RequestError:
    """An unknown path or method, told as our own error."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return RequestError("GP513", method=request.method, path=request.url.path)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # what FastAPI raises where a body is no JSON, or nested without end
        return RequestError("GP562", where="-", why="it is no JSON")
    return RequestError("GP511" if error.status_code == HTTPStatus.NOT_FOUND else "GP521", path=request.url.path)


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
        answer = problem(request, from_http(request, error))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> JSONResponse:
        return problem(request, RequestError("GP521"))
