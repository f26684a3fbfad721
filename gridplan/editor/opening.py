"""Opening the editor in a notebook."""

from typing import TYPE_CHECKING

from gridplan.editor.session import Session
from gridplan.errors import MissingToolError
from gridplan.messages import Language
from gridplan.plan import Plan
from gridplan.sources.town import Town

if TYPE_CHECKING:
    from gridplan.editor.widget import EditorWidget


def edit(
    plan: Plan, *, who: str | None = None, language: Language = "en", height: int = 640, town: Town | None = None
) -> "EditorWidget":
    """The editor of a plan, as a cell of a notebook shows it; ``widget.plan`` is the plan as it is now.

    The given plan stays as it is; ``widget.plan`` may be set to another, which the cell then shows. The browser asks nobody but
    the notebook for anything until a base map is chosen.

    Parameters
    ----------
    plan : with the layers ``atoms``, ``pieces`` and ``borders``.
    who : whom the history names as the one who edits.
    language : of the words to begin with and of what a refused operation says; the reader can change the words.
    height : of the cell, in pixels.
    town : the town that was planned: its addresses, and its compounds and special sites by name, are found in the editor. A plan
        holds the ids alone.

    Raises
    ------
    MissingToolError
        GP721 anywidget is not installed.
    RuleError
        GP230 the plan has no atoms.

    Examples
    --------
    >>> import gridplan as gp
    >>> widget = gp.edit(gp.read_plan("plan.gpkg"), who="Zhang San")  # doctest: +SKIP
    >>> widget.plan = widget.plan.rename("522730001001003", "East")  # doctest: +SKIP
    >>> gp.write_plan(widget.plan, "redrawn.gpkg")  # doctest: +SKIP
    """
    try:
        from gridplan.editor.widget import EditorWidget
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "traitlets"):
            raise
        raise MissingToolError("GP721", package=error.name) from error
    _ = plan.drawing  # A plan without atoms is told here, not by an empty cell.
    return EditorWidget(Session(plan, who=who, language=language, town=town), language=language, height=height)
