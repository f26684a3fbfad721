"""The editor of grids: one browser module, hosted by the web service and by the notebook."""

from typing import TYPE_CHECKING

from gridplan.editor.module import editor_file, editor_page, editor_policy
from gridplan.lazy_names import lazy_names

if TYPE_CHECKING:
    from gridplan.editor.opening import edit as edit
    from gridplan.editor.patches import patch as patch
    from gridplan.editor.scenes import scene as scene
    from gridplan.editor.session import Session as Session
    from gridplan.editor.widget import EditorWidget as EditorWidget

__all__ = ["EditorWidget", "Session", "edit", "editor_file", "editor_page", "editor_policy", "patch", "scene"]

# The page needs no plan; what does loads the engine.
__getattr__ = lazy_names(
    __name__,
    {
        "edit": "gridplan.editor.opening",
        "patch": "gridplan.editor.patches",
        "scene": "gridplan.editor.scenes",
        "Session": "gridplan.editor.session",
        "EditorWidget": "gridplan.editor.widget",
    },
)
