"""A plan that is really redrawn behind the editor's protocol; every edit is one revision."""

from typing import Any

from gridplan.editor import edit_rows, finding_rows, grid_rows, scene, totals
from gridplan.errors import GridplanError
from gridplan.plan import Plan
from gridplan.plan.redraw.orders import By

Row = dict[str, Any]  # whatever JSON can hold


class Redrawn:
    """A plan, its revision, what was asked of it and what its users are told."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.revision = 1
        self.asked: list[Row] = []
        self.news: list[Row] = []

    def scene(self) -> Row:
        undo, redo = self.plan.undone
        return scene(self.plan, revision=self.revision, undo=undo, redo=redo)

    def answer(self, request: Row, *, who: str = "张三") -> Row:
        self.asked.append(request)
        if request["revision"] != self.revision:
            return self._problem(request, 412, "GP500", "The plan is at another revision.")
        before = self.plan
        try:
            for operation in request["operations"]:
                self._do(operation, By(who, "2026-03-01T08:00:00+08:00", request["note"] or None))
        except GridplanError as error:
            self.plan = before
            return self._problem(request, 422, error.code, str(error))
        self.revision += 1
        patch = self._patch(before)
        self.news.append({"revision": self.revision, "patch": patch, "who": who})
        return {"request": request["request"], "revision": self.revision, "patch": patch}

    def explain(self, code: str) -> Row:
        (row,) = grid_rows(self.plan, [code])
        return {
            "lines": [
                {"en": f"Grid {code} holds {row['households']} households.", "zh": f"网格 {code} 共 {row['households']} 户。"}
            ]
        }

    def households(self) -> list[int]:
        """Of each grid, by code."""
        return [int(row["households"]) for row in grid_rows(self.plan)]

    def _do(self, operation: Row, by: By) -> None:
        if operation["operation"] in ("undo", "redo"):
            self.plan = self.plan.undo() if operation["operation"] == "undo" else self.plan.redo()
        else:
            self.plan = self.plan.apply(operation, by=by)

    def _patch(self, before: Plan) -> Row:
        old, new = ({row["code"]: row for row in grid_rows(plan)} for plan in (before, self.plan))
        was, now = before.atoms["grid"].tolist(), self.plan.atoms["grid"].tolist()
        moved = [row for row, code in enumerate(now) if code != was[row]]
        undo, redo = self.plan.undone
        return {
            "grids": [row for code, row in new.items() if old.get(code) != row],
            "gone": [code for code in old if code not in new],
            "atoms": {"row": moved, "grid": [now[row] for row in moved]},
            "findings": finding_rows(self.plan),
            "totals": totals(self.plan),
            "history": {"undo": undo, "redo": redo, "edits": edit_rows(self.plan)},
        }

    def _problem(self, request: Row, status: int, code: str, title: str) -> Row:
        problem = {"code": code, "title": title, "detail": "The plan is as it was.", "status": status}
        return {"request": request["request"], "revision": self.revision, "problem": problem}
