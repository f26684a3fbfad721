"""A plan that is really redrawn behind the editor's protocol, and what was asked and told."""

from typing import Any

from gridplan.editor import Session
from gridplan.plan import Plan

Row = dict[str, Any]  # whatever JSON can hold


class Redrawn(Session):
    """A session of a notebook that remembers what was asked of it and what its users are told."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, who="张三")
        self.revision = 1
        self.asked: list[Row] = []
        self.news: list[Row] = []

    def answer(self, request: Row, *, who: str = "张三") -> Row:
        self.asked.append(request)
        self.who = who
        told = super().answer(request)
        if "patch" in told:
            self.news.append({"revision": told["revision"], "patch": told["patch"], "who": who})
        return told

    def households(self) -> list[int]:
        """Of each grid, by code."""
        grids = sorted(self.plan.drawing.grids.values(), key=lambda grid: grid.code)
        return [grid.households for grid in grids]
