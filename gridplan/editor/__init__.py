"""The editor of grids: one browser module, hosted by the web service and by the notebook."""

from gridplan.editor.module import EditorFile, editor_file, editor_page, editor_policy

__all__ = ["EditorFile", "editor_file", "editor_page", "editor_policy"]
