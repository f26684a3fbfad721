"""Web pages of what is no part of the standard: plans, what is adopted, jobs. For people; programs get the same as JSON."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.models import Link, PlanList
from api.ogc.formats import DOCUMENT, HTML, JSON, chosen
from api.ogc.pages import page
from api.ogc.roots import origin, root_of
from api.plan_models import AdoptedList, JobList, JobTold
from gridplan.messages import Language

#: In the description of a route that answers with words.
LANG: dict[str, Any] = {  # the type that FastAPI asks for
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "language; without it, what Accept-Language likes best",
    "schema": {"type": "string", "enum": ["en", "zh"]},
}

#: In the description of a route that answers with a web page too.
PAGE: dict[str, Any] = {  # the type that FastAPI asks for
    "parameters": [
        {
            "name": "f",
            "in": "query",
            "required": False,
            "description": "format; without it, what Accept likes best",
            "schema": {"type": "string", "enum": ["json", "html"]},
        },
        LANG,
    ],
    "responses": {"200": {"content": {HTML: {"schema": {"type": "string"}}}}},
}


def for_people(request: Request) -> bool:
    """Whether the answer is to be a web page.

    Raises
    ------
    RequestError
        GP571, GP572 as ``chosen``.
    """
    return chosen(request, DOCUMENT) == "html"


def plans(request: Request, found: PlanList, following: str | None, language: Language) -> HTMLResponse:
    """A page of plans; ``following`` is the address of the next one."""
    return _page(request, "plans.html", language, [_json(request, "/plans")], plans=found.plans, following=following)


def adopted(request: Request, found: AdoptedList, language: Language) -> HTMLResponse:
    """The communities where a plan is adopted."""
    return _page(request, "adopted.html", language, [_json(request, "/adopted")], adopted=found.adopted)


def jobs(request: Request, found: JobList, following: str | None, language: Language) -> HTMLResponse:
    """A page of jobs."""
    return _page(request, "jobs.html", language, [_json(request, "/jobs")], jobs=found.jobs, following=following)


def job(request: Request, found: JobTold, language: Language) -> HTMLResponse:
    """One job with all that is said of it."""
    return _page(request, "job.html", language, [_json(request, f"/jobs/{found.id}")], job=found)


def _json(request: Request, path: str) -> dict[str, str]:
    return Link(href=f"{origin(request)}{path}?f=json", rel="alternate", type=JSON, title="JSON").model_dump()


def _page(request: Request, template: str, language: Language, links: list[dict[str, str]], **given: Any) -> HTMLResponse:
    return page(request, template, language, root=root_of(request), listed=links, **given)
