"""The editor in a notebook: an anywidget that hands every request of the browser to a session and sends back the answer."""

from collections.abc import Callable
from typing import Any, Protocol

import anywidget
import orjson
import traitlets

from gridplan.editor.module import editor_options, editor_style, widget_module
from gridplan.errors import GridplanError
from gridplan.messages import Language
from gridplan.plan import Plan

Message = dict[str, Any]  # whatever JSON can hold


class Session(Protocol):
    """A plan that is being redrawn: what the widget asks for and what it answers (the editor's protocol)."""

    plan: Plan

    def scene(self) -> Message:
        """All that the editor draws."""

    def answer(self, request: Message) -> Message:
        """The patch after the operations of a request, or the problem that stopped them."""

    def take(self, plan: Plan) -> Message:
        """Goes on with another plan: what browsers are told of it."""

    def explain(self, code: str) -> Message:
        """Why a grid looks as it does."""


class EditorWidget(anywidget.AnyWidget):
    """The editor on a session, as a cell of a notebook shows it.

    Parameters
    ----------
    session : the plan and what was done to it; it stays the truth, the widget only shows it.
    language : of the words to begin with; the reader can change it.
    height : of the cell, in pixels.
    changed : called after each edit that the session took.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)

    def __init__(
        self, session: Session, *, language: Language = "en", height: int = 640, changed: Callable[[], None] | None = None
    ) -> None:
        super().__init__(_esm=widget_module(), _css=editor_style(), options=editor_options(language), height=height)
        self.session = session
        self._changed = changed
        self.on_msg(self._heard)

    @property
    def plan(self) -> Plan:
        """The plan as it is now; set to another, as one that was redrawn in Python, every cell that shows the editor shows it."""
        return self.session.plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self.send({"kind": "news", "news": self.session.take(plan)})

    def _heard(self, _widget: object, message: Message, _buffers: list[bytes]) -> None:
        """Answers one message of the browser; a failure is told to it, and never ends the kernel's loop."""
        answer: Message = {"kind": "answer", "request": message.get("request")}
        buffers: list[bytes] = []
        try:
            if message["kind"] == "scene":
                buffers.append(orjson.dumps(self.session.scene(), option=orjson.OPT_SERIALIZE_NUMPY))
            elif message["kind"] == "edit":
                answer["answer"] = self.session.answer(message["body"])
            elif message["kind"] == "explain":
                answer["answer"] = self.session.explain(str(message["body"]["grid"]))
        except (GridplanError, KeyError, TypeError, ValueError) as error:
            answer["failed"] = str(error)
        self.send(answer, buffers)
        if self._changed is not None and "patch" in answer.get("answer", {}):
            self._changed()
