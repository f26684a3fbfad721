"""What is said while something takes long: bars in a notebook, a word where nobody watches a terminal."""

import json
import re

import nbformat
import pytest
from nbclient import NotebookClient

from gridplan.bars import progress_bars


@pytest.mark.parametrize(("language", "words"), [("en", "compiling the search"), ("zh", "编译")])
def test_compiling_is_said_once_where_there_are_no_bars(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bars(language) as listen:  # type: ignore[arg-type]
        listen("stage.compile", 0, 1)
        listen("stage.search", 0, 8)
        listen("stage.compile", 1, 1)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert words in told.err


# The kernel is another process on this machine; its client warns that they talk without encryption.
@pytest.mark.filterwarnings("ignore:.*TCP without encryption.*")
def test_a_notebook_shows_bars_below_its_cell() -> None:
    code = "import gridplan as gp\nwith gp.progress_bars('zh') as progress:\n    progress('stage.page_shapes', 2, 5)"
    notebook = nbformat.reads(json.dumps(_notebook(code)), as_version=4)  # type: ignore[no-untyped-call]  # it has no types
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    kept = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    (bars,) = (widget["state"]["outputs"] for widget in kept if widget["model_name"] == "OutputModel")
    words = re.sub(r"<[^>]+>", "", bars[-1]["data"]["text/html"])
    assert "生成页面图形" in words
    assert "2/5" in words


def _notebook(code: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "source": code,
        "outputs": [],
        "execution_count": None,
        "id": "bars",
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
