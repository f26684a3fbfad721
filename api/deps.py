"""What routes are given: the store, the language, the parameters, all checked."""

import math
import re
from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator

from gridplan.errors import RequestError
from gridplan.messages import Language
from gridplan.settings import Settings
from gridplan.store import PlanInfo, Store

Box = tuple[float, float, float, float]

MOST_FEATURES = 10_000
MOST_OFFSET = 1_000_000_000
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def given_store(request: Request) -> Store:
    """The store that the app was made with."""
    return cast("Store", request.app.state.store)


def spoken(request: Request) -> Language:
    """English or Chinese: what ``Accept-Language`` likes best, else what the settings say."""
    settings = cast("Settings", request.app.state.settings)
    wanted: list[tuple[float, int, Language]] = []
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        tag, _, weight = part.strip().lower().partition(";")
        quality = weight.strip().removeprefix("q=")
        likes = float(quality) if _NUMBER.fullmatch(quality) else 1.0
        if likes > 0 and tag.split("-")[0] in ("en", "zh"):
            wanted.append((-likes, place, "zh" if tag.startswith("zh") else "en"))
    return min(wanted)[2] if wanted else settings.language


def only(*names: str) -> Callable[[Request], None]:
    """A check that the request has no other query parameters than ``names``, and each at most once."""

    def check(request: Request) -> None:
        given = request.query_params
        for name in given:
            if name not in names:
                raise RequestError("GP501", name=name[:80], known=", ".join(names) or "-")
            count = len(given.getlist(name))
            if count > 1:
                raise RequestError("GP506", name=name, count=count)

    return check


def parsed_box(
    bbox: Annotated[
        str | None, Query(description="west,south,east,north in degrees", examples=["24.93,60.16,24.96,60.18"])
    ] = None,
) -> Box | None:
    """The box that features are to touch.

    Raises
    ------
    RequestError
        GP504 it is none; GP505 it crosses the 180th meridian.
    """
    if bbox is None:
        return None
    parts = [part.strip() for part in bbox.split(",")]
    if len(parts) not in (4, 6) or not all(_NUMBER.fullmatch(part) for part in parts):
        raise RequestError("GP504", value=bbox[:120])
    numbers = [float(part) for part in parts]
    west, south, east, north = numbers if len(numbers) == 4 else [numbers[place] for place in (0, 1, 3, 4)]
    sane = all(map(math.isfinite, numbers)) and max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    if not sane or south > north or (len(numbers) == 6 and numbers[2] > numbers[5]):
        raise RequestError("GP504", value=bbox[:120])
    if west > east:
        raise RequestError("GP505", value=bbox[:120], west=west, south=south, east=east, north=north)
    return west, south, east, north


def known_plan(plan: str, store: Annotated[Store, Depends(given_store)]) -> PlanInfo:
    """The plan that the path names.

    Raises
    ------
    RequestError
        GP510 there is no such plan.
    """
    for info in store.plans():
        if info.id == plan:
            return info
    raise RequestError("GP510", plan=plan[:80])


def _whole(value: object) -> object:
    """The text of a whole number; pydantic itself would also take 1.0 and 1_0."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError(value)
    return value


GivenStore = Annotated[Store, Depends(given_store)]
Spoken = Annotated[Language, Depends(spoken)]
KnownPlan = Annotated[PlanInfo, Depends(known_plan)]
WantedBox = Annotated[Box | None, Depends(parsed_box)]
Limit = Annotated[int, BeforeValidator(_whole), Query(ge=1, le=MOST_FEATURES, description="at most so many features")]
Offset = Annotated[int, BeforeValidator(_whole), Query(ge=0, le=MOST_OFFSET, description="after so many features")]
