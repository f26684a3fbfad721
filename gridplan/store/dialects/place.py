"""The place of a file, in which another one may be put while it is open."""

import os
import sqlite3
from pathlib import Path

_REPLACED = "another file is in its place since it was opened, or none: start the service again"


class Place:
    """Where a file is, and which file it was."""

    def __init__(self, path: Path) -> None:
        self._path = str(path.resolve())
        self._first = self._found()

    def check(self) -> None:
        """Nothing, where the same file is there still.

        A connection opened before reads the old one, a later one the new, so that threads would tell parts of both.

        Raises
        ------
        sqlite3.OperationalError
            it is not.
        """
        if self._found() != self._first:
            error = sqlite3.OperationalError(_REPLACED)
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error

    def _found(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino
