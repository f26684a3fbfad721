"""The editor of grids: one browser module, hosted by the web service and by the notebook."""

from gridplan.editor.module import EditorFile, editor_file, editor_page, editor_policy
from gridplan.editor.scene import edit_rows, finding_rows, grid_rows, scene, totals

__all__ = [
    "EditorFile",
    "edit_rows",
    "editor_file",
    "editor_page",
    "editor_policy",
    "finding_rows",
    "grid_rows",
    "scene",
    "totals",
]
