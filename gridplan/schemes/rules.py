"""What a scheme asks of the zones of a level in one kind of community, and of the people who look after them."""

from math import ceil
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Words(BaseModel):
    """The same words in English and Chinese."""

    model_config = STRICT
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Range(BaseModel):
    """A measure of a zone: at least ``low``, at most ``high``, ``target`` aimed at.

    Written with ``low``, ``high`` and ``target``, or with ``target`` and ``tolerance`` (a share of it, both ways).
    """

    model_config = STRICT
    target: int = Field(ge=1, le=10**9)
    low: int = Field(default=0, ge=1, le=10**9)
    high: int = Field(default=0, ge=1, le=10**9)
    tolerance: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        given = {"low", "high"} & self.model_fields_set
        if self.tolerance is not None:
            if given:
                raise PydanticCustomError("tolerance_and_limits", "")
            # A frozen model is filled in once, here.
            object.__setattr__(self, "low", max(1, ceil(self.target * (1 - self.tolerance) - 1e-9)))
            object.__setattr__(self, "high", int(self.target * (1 + self.tolerance) + 1e-9))
        elif given != {"low", "high"}:
            raise PydanticCustomError("limits_missing", "")
        if not self.low <= self.target <= self.high:
            raise PydanticCustomError("not_in_order", "", {"low": self.low, "target": self.target, "high": self.high})
        return self


class Rule(BaseModel):
    """The zones of a level in one kind of community.

    ``each``: every one of these is a zone of its own; what belongs to none, or has too little, is cut by the ranges where there
    are some. ``households`` and ``population``: ranges that hold at the same time. ``count`` with ``tolerance``: so many zones in
    all, each of the mean number of households give or take that share. ``growth``: households at the end of the planning period
    count (those of today and the community's ``growth``). ``service_radius_m``: how far homes should lie from the middle of
    their zone at most; a wish that weighs in the search.
    """

    model_config = STRICT
    each: Literal["community", "compound", "village", "building"] | None = None
    households: Range | None = None
    population: Range | None = None
    count: int | None = Field(default=None, ge=1, le=10**6)
    tolerance: float | None = Field(default=None, gt=0, lt=1)
    growth: bool = False
    service_radius_m: float | None = Field(default=None, gt=0, le=1e6)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.each is None and self.households is None and self.count is None:
            raise PydanticCustomError("asks_nothing", "")
        if self.count is not None and (self.households is not None or self.each is not None):
            raise PydanticCustomError("count_and_range", "")
        if (self.count is None) != (self.tolerance is None):
            raise PydanticCustomError("count_needs_tolerance", "")
        if self.population is not None and self.households is None:
            raise PydanticCustomError("population_alone", "")
        return self


class Post(BaseModel):
    """Staff of a zone: ``per_zone`` people, or one for every ``per_households`` households begun if these are more."""

    model_config = STRICT
    role: Words
    per_zone: int = Field(default=0, ge=0, le=1000)
    per_households: int | None = Field(default=None, ge=1, le=10**6)

    @model_validator(mode="after")
    def _asks_someone(self) -> Self:
        if not self.per_zone and self.per_households is None:
            raise PydanticCustomError("asks_nobody", "")
        return self

    def count(self, households: int) -> int:
        """The people for a zone of so many households."""
        by_size = 0 if self.per_households is None else -(-households // self.per_households)
        return max(self.per_zone, by_size)
