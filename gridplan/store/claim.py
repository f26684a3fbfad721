"""A file that one server alone serves for writing, and any number for reading."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridplan.errors import StoreError
from gridplan.replacing import hold_in_place


@contextmanager
def claimed(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Nobody else claims the file meanwhile; the claim ends with the process, however that ends.

    Any program may read and write the file all the same: a claim is no lock of SQLite, and QGIS does not know of it.

    Parameters
    ----------
    reading : any number may claim it so, beside one that writes; no command of gridplan replaces the file meanwhile.

    Raises
    ------
    StoreError
        GP403 there is no such file; GP418 another server has claimed it.
    """
    if not path.is_file():
        raise StoreError("GP403", where=str(path), why="the file is missing or empty")
    # Closing any descriptor of a file ends the locks that SQLite has on it in this process, so this one is closed when
    # the store is closed already.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if reading:
            hold_in_place(descriptor)
        else:
            _hold_alone(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _hold_alone(descriptor: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows, where nothing keeps two servers apart
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError("GP418", where=str(path)) from error
