"""What the command line says while it works, where nobody watches a terminal."""

import pytest

from gridplan.cli.bars import progress
from gridplan.cli.console import Screen


@pytest.mark.parametrize(("language", "words"), [("en", "compiling the search"), ("zh", "编译")])
def test_compiling_is_said_once_where_there_are_no_bars(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with progress(Screen(language)) as listen:  # type: ignore[arg-type]
        listen("stage.compile", 0, 1)
        listen("stage.search", 0, 8)
        listen("stage.compile", 1, 1)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert words in told.err
