"""Progress as bars: in a terminal on standard error, in a notebook below the cell."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gridplan.messages import Language, text
from gridplan.progress import Progress


@contextmanager
def progress_bars(language: Language = "en") -> Iterator[Progress]:
    """A listener that draws one bar a stage, for the ``progress`` of everything that takes long.

    Parameters
    ----------
    language : in which the stages are named.

    Notes
    -----
    Where there is neither a terminal nor a notebook it says only that the search is compiled, which takes long and happens once.

    Examples
    --------
    >>> from gridplan.maps import plan_page
    >>> from tests.samples import sample_plan
    >>> with progress_bars("en") as progress:
    ...     page = plan_page(sample_plan(), progress=progress)
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, disable=not (console.is_jupyter or sys.stderr.isatty())) as bars:
        tasks = {}

        def listen(stage: str, done: int, total: int, /) -> None:
            if stage not in tasks:
                if bars.disable and stage == "stage.compile":
                    print(text(stage, language), file=sys.stderr, flush=True)  # noqa: T201
                tasks[stage] = bars.add_task(text(stage, language), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        try:
            yield listen
        finally:
            bars.refresh()  # in a notebook nothing else draws what was said last
