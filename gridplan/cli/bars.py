"""Progress on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from gridplan.cli.console import Screen
from gridplan.progress import Progress


@contextmanager
def progress(screen: Screen) -> Iterator[Progress]:
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
                    print(screen.words(stage), file=sys.stderr, flush=True)  # noqa: T201
                tasks[stage] = bars.add_task(screen.words(stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield listen
