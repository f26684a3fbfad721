"""A connection to a file whose statements end in time: SQLite itself would go on as long as it takes."""

import math
import sqlite3
import time
from typing import Any

from gridplan.errors import RequestError
from gridplan.store.dialects.place import Place

#: How long a connection waits for another that writes.
BUSY_S = 30.0
#: Steps of SQLite's machine between two looks at the clock: some milliseconds of its own work.
_STEPS = 100_000


class _Clock:
    """Until when a statement may run, as ``time.monotonic`` counts."""

    __slots__ = ("end",)

    def __init__(self) -> None:
        self.end = math.inf

    def over(self) -> bool:
        """Whether that is past."""
        return time.monotonic() > self.end


class Timed(sqlite3.Connection):
    """A connection that interrupts what runs beyond the time granted last.

    Attributes
    ----------
    place : where its file must be still; None: anywhere.
    """

    place: Place | None = None

    def __init__(self, *given: Any, **named: Any) -> None:  # as sqlite3 takes them
        super().__init__(*given, **named)
        self._clock = _Clock()  # not the connection itself, which would then hold itself
        self.set_progress_handler(self._clock.over, _STEPS)

    def grant(self, seconds: float) -> None:
        """What runs from now on may take so long."""
        self._clock.end = time.monotonic() + seconds


def given_up(error: BaseException, seconds: float) -> RequestError | None:
    """What is told of a statement that was interrupted; None where it was not."""
    if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
        return RequestError("GP557", seconds=seconds)
    return None
