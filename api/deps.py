"""What routes are given: the store, the language, the parameters, all checked."""

import re
from collections.abc import Callable
from typing import Annotated, cast, get_args

from fastapi import Depends, Request

from api.fields import listed
from api.ogc.parameters import once
from gridplan.messages import Language
from gridplan.settings import Settings
from gridplan.store import PlanInfo, Store

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def given_store(request: Request) -> Store:
    """The store that the app was made with."""
    return cast("Store", request.app.state.store)


def spoken(request: Request) -> Language:
    """English or Chinese: what the parameter ``lang`` says, else what ``Accept-Language`` likes best, else the settings."""
    named = request.query_params.get("lang")
    if named in get_args(Language):
        return cast("Language", named)
    settings = cast("Settings", request.app.state.settings)
    wanted: list[tuple[float, int, Language]] = []
    for place, part in enumerate((listed(request, "accept-language") or "").split(",")[:20]):
        tag, _, weight = part.strip().lower().partition(";")
        quality = weight.strip().removeprefix("q=")
        likes = float(quality) if _NUMBER.fullmatch(quality) else 1.0
        if likes > 0 and tag.split("-")[0] in ("en", "zh"):
            wanted.append((-likes, place, "zh" if tag.startswith("zh") else "en"))
    return min(wanted)[2] if wanted else settings.language


def only(*names: str) -> Callable[[Request], None]:
    """A check that the request has no other query parameters than ``names``, and each at most once."""

    def check(request: Request) -> None:
        once(request.query_params, names)

    return check


def known_plan(plan: str, store: Annotated[Store, Depends(given_store)]) -> PlanInfo:
    """The plan that the path names.

    Raises
    ------
    StoreError
        GP401 there is no such plan.
    """
    return store.plan(plan)


GivenStore = Annotated[Store, Depends(given_store)]
Spoken = Annotated[Language, Depends(spoken)]
KnownPlan = Annotated[PlanInfo, Depends(known_plan)]
