"""The registration table of the grids that changed, as a form to be filed."""

import hashlib
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.answers import json_answer
from api.deps import GivenStore, KnownPlan, Spoken, only
from api.ogc.etags import unchanged
from api.plan_models import Registered, RegisteredGrid, RegisteredUnit
from api.routes.downloads import disposition
from gridplan import papers
from gridplan.messages import Language
from gridplan.papers import FORMS, Filing
from gridplan.store import Store

router = APIRouter(tags=["plans"])

_FILES: dict[str, dict[str, object]] = {form.media_type: {} for form in FORMS.values()}


@router.get(
    "/plans/{plan}/registration",
    response_model=Registered,
    dependencies=[Depends(only("against", "f", "lang"))],
    responses={200: {"description": "the table", "content": _FILES}},
)
def registration(
    request: Request,
    info: KnownPlan,
    store: GivenStore,
    language: Spoken,
    against: Annotated[str, Query(max_length=200, description="id of the plan that held before")],
    form: Annotated[Literal["json", "xlsx", "pdf"], Query(alias="f", description="format")] = "json",
    lang: Annotated[Language | None, Query(description="language of the form")] = None,
) -> Response:
    """The grids and units that changed, with codes, households and where they went: to be filed as Excel or PDF, or as JSON.

    Who adopted the plan, when and why is told from the adoptions that hold now.
    """
    before = store.plan(against)
    adopted = _adopted(store, info.id)
    parts = (info.id, info.revision, before.id, before.revision, form, lang or language, adopted)
    tag = f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language, Authorization"}
    if unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    old, new = store.load_plan(before.id), store.load_plan(info.id)
    if form == "json":
        rows = papers.registration_records(old, new)
        told = Registered(
            plan=info.id,
            against=before.id,
            grids=[RegisteredGrid.model_validate(row) for row in rows["grid"]],
            units=[RegisteredUnit.model_validate(row) for row in rows["unit"]],
        )
        return json_answer(request, told, etag=tag, headers=headers)
    made = papers.registration_file(old, new, form, language=lang or language, filing=adopted)
    headers["Content-Disposition"] = disposition("registration", info.id, info.name, form)
    return Response(made, media_type=FORMS[form].media_type, headers=headers)


def _adopted(store: Store, plan: str) -> Filing:
    """Who adopted the plan where it holds, when last, and why."""
    rows = [row for row in store.adoptions.all() if row.plan == plan]
    return Filing(
        day=max((date.fromisoformat(row.at[:10]) for row in rows), default=None),
        adopted_by=", ".join(sorted({row.who for row in rows})),
        note="; ".join(sorted({row.note for row in rows if row.note})),
    )
