"""A plan that is redrawn in a notebook: the editor's requests done on it, one after the other."""

from datetime import UTC, datetime
from threading import Lock
from typing import Any

from gridplan.editor.patches import patch
from gridplan.editor.scenes import scene
from gridplan.errors import GridplanError, RuleError
from gridplan.messages import Language
from gridplan.plan import Plan
from gridplan.plan.by import By
from gridplan.sources.town import Town

Message = dict[str, Any]  # whatever JSON can hold


class Session:
    """The plan as it is now, after everything that was asked for here.

    Attributes
    ----------
    plan : after the last request.
    revision : how many requests changed it.
    who : whom the history names as the one who edits.
    """

    def __init__(self, plan: Plan, *, who: str | None = None, language: Language = "en", town: Town | None = None) -> None:
        self.plan = plan
        self.revision = 0
        self.who, self._language, self._town = who, language, town
        self._lock = Lock()

    def scene(self) -> Message:
        """All that the editor draws."""
        return scene(self.plan, revision=self.revision, town=self._town)

    def answer(self, request: Message) -> Message:
        """The patch after the operations of a request: all of them, or the problem that stopped one, and nothing changed.

        A request with ``trial`` asks what they would do: nothing is changed then, either.
        """
        number, based = request.get("request"), request.get("revision")
        with self._lock:
            try:
                if based != self.revision:
                    raise RuleError("GP248", current=self.revision, based=str(based)[:40])
                at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
                note = request.get("note")
                by = By(self.who, at, note if isinstance(note, str) else None)
                after = self.plan.apply(request.get("operations", []), by=by)
            except GridplanError as error:
                status = 412 if error.code == "GP248" else 409
                told = {"code": error.code, "title": error.message(self._language), "detail": "", "status": status}
                return {"request": number, "revision": self.revision, "problem": told}
            if request.get("trial"):
                return {"request": number, "revision": self.revision, "patch": patch(self.plan, after)}
            before, self.plan = self.plan, after
            self.revision += 1
            return {"request": number, "revision": self.revision, "patch": patch(before, after)}

    def take(self, plan: Plan) -> Message:
        """Goes on with this plan; gives what browsers that show the one before are told of it.

        ``patch`` is None where they must draw everything anew, since the plan is of other land.
        """
        with self._lock:
            before, self.plan = self.plan, plan
            self.revision += 1
            known = before.drawing.ground.cell_ids is plan.drawing.ground.cell_ids
            return {"revision": self.revision, "patch": patch(before, plan) if known else None, "who": self.who}

    def explain(self, code: str) -> Message:
        """Why a grid looks as it does.

        Raises
        ------
        RuleError
            GP231 there is no such grid.
        """
        return self.plan.explain(code)
