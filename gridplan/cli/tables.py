"""Tables on standard output."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gridplan.cli.console import Screen

SHOWN_IDS = 3


def show_table(screen: Screen, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; ``columns`` are message keys, numbers are set right."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        table.add_column(screen.words(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # As Text, since a name in [brackets] would be taken for markup.
        table.add_row(*[Text(_shown(value)) for value in row])
    Console(soft_wrap=False).print(table)


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
