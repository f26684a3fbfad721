"""A file that one server alone serves."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridplan.errors import StoreError


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Nobody else claims the file meanwhile; the claim ends with the process, however that ends.

    Any program may read and write the file all the same: a claim is no lock of SQLite, and QGIS does not know of it.

    Raises
    ------
    StoreError
        GP403 there is no such file; GP418 another server has claimed it.
    """
    if not path.is_file():
        raise StoreError("GP403", where=str(path), why="the file is missing or empty")
    try:
        import fcntl
    except ImportError:  # not on Windows, where nothing keeps two servers apart
        yield
        return
    # Closing any descriptor of a file ends the locks that SQLite has on it in this process, so this one is closed when
    # the store is closed already.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError("GP418", where=str(path)) from error
    try:
        yield
    finally:
        os.close(descriptor)
