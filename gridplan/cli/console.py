"""What the command line shows: tables on standard output, progress and errors on standard error."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from gridplan.errors import GridplanError
from gridplan.messages import Fact, Language, text
from gridplan.progress import Progress

SHOWN_IDS = 3


@dataclass(frozen=True)
class Screen:
    """Says things in one language."""

    language: Language

    def words(self, key: str, **facts: Fact) -> str:
        """The text of ``key`` in this language."""
        return text(key, self.language, **facts)

    def say(self, key: str, **facts: Fact) -> None:
        """Print the text of ``key`` on standard output."""
        print(self.words(key, **facts))  # noqa: T201 - this is the command line's voice

    def fail(self, error: GridplanError) -> None:
        """Print an error on standard error."""
        print(error.message(self.language), file=sys.stderr)  # noqa: T201

    def warn(self, key: str, **facts: Fact) -> None:
        """Print the text of ``key`` on standard error."""
        print(self.words(key, **facts), file=sys.stderr)  # noqa: T201

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table; ``columns`` are message keys, numbers are set right."""
        table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
        for number, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
            table.add_column(self.words(column), justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            # As Text, since a name in [brackets] would be taken for markup.
            table.add_row(*[Text(_shown(value)) for value in row])
        Console(soft_wrap=False).print(table)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A listener that draws one bar a stage on standard error.

        Where that is no terminal it says only that the search is compiled, which takes long and happens once.
        """
        with Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        ) as bars:
            tasks = {}

            def listen(stage: str, done: int, total: int, /) -> None:
                if stage not in tasks:
                    if bars.disable and stage == "stage.compile":
                        print(self.words(stage), file=sys.stderr, flush=True)  # noqa: T201
                    tasks[stage] = bars.add_task(self.words(stage), total=total)
                bars.update(tasks[stage], completed=done, total=total)

            yield listen


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
