"""The way in."""

from html import escape

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.deps import GivenStore, Spoken, only
from api.links import plan_links, service_links
from api.models import Landing
from gridplan.messages import Language, text
from gridplan.store import PlanInfo

router = APIRouter(tags=["service"], dependencies=[Depends(only())])

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>{title}</title>
<style>body {{ font: 16px/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif;
max-width: 48rem; margin: 2rem auto; padding: 0 1rem }} li {{ margin: .4rem 0 }}</style></head>
<body><main><h1>{title}</h1><h2>{plans}</h2><ul>{rows}</ul><p>{links}</p></main></body></html>
"""


@router.get("/", response_model=Landing, response_model_exclude_none=True)
def landing(request: Request, store: GivenStore, language: Spoken) -> Response | Landing:
    """The links to everything else: JSON, or a page for a browser."""
    if "text/html" in request.headers.get("accept", ""):
        headers = {"Vary": "Accept, Accept-Language"}
        return HTMLResponse(_landing_page(request, store.plans(), language), headers=headers)
    return Landing(title=text("api.title", language), links=service_links(request))


def _landing_page(request: Request, plans: list[PlanInfo], language: Language) -> str:
    rows = [
        f'<li><a href="{escape(_map(request, info))}">{escape(info.name)}</a> ({text("api.map", language)}) <br>'
        f"{text('api.counts', language, grids=info.grids, units=info.units, households=info.households)}, "
        f'<a href="{escape(str(request.url_for("plan", plan=info.id)))}"><code>{escape(info.id)}</code></a></li>'
        for info in plans
    ]
    links = " · ".join(f'<a href="{escape(link.href)}">{escape(link.title or link.rel)}</a>' for link in service_links(request))
    return _PAGE.format(
        language=language,
        title=text("api.title", language),
        plans=text("api.plans", language),
        rows="".join(rows) or f"<li>{text('api.none', language)}</li>",
        links=links,
    )


def _map(request: Request, info: PlanInfo) -> str:
    return next(link.href for link in plan_links(request, info.id) if link.rel == "alternate")
