"""Files that appear whole or not at all: written beside their place, forced to the disk, then moved."""

import os
import secrets
import shutil
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gridplan.errors import OutputError
from gridplan.messages import Phrase

Refusals = tuple[type[Exception], ...]

#: The byte, far beyond every file's end, whose lock says that the file is to stay; of no use to SQLite, which locks others.
_STAYS = 2**62


def hold_in_place(descriptor: int) -> None:
    """Lets no process replace the file here, until the descriptor is closed; any number may hold it, and others may write it.

    Nothing, on systems that have no locks of this kind (of an open file, so that it outlives what else closes the file).
    """
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _lock(fcntl.F_RDLCK))


def _is_held(path: Path) -> bool:
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        descriptor = os.open(path, os.O_RDONLY)
        try:
            found = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _lock(fcntl.F_WRLCK))
        finally:
            os.close(descriptor)
        return found[:2] != _lock(fcntl.F_UNLCK)[:2]
    return False


def _lock(kind: int) -> bytes:
    """A ``struct flock``: kind, from where, start, length, process."""
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, _STAYS, 1, 0)


def check_target(out: str, inputs: Sequence[str | None]) -> None:
    """Nothing, where a result may go to ``out``: none of the inputs, which it would replace, and in a folder that is there.

    Commands ask before they work, not when they have a result and nowhere to put it. What has no ending may be a folder, which
    is made with its parents.

    Raises
    ------
    OutputError
        GP601 its folder is missing or not writable, or it is a folder itself; GP620 it is one of the inputs.
    """
    path = Path(out)
    for name in inputs:
        if name and Path(name).exists() and path.exists() and path.samefile(name):
            raise OutputError("GP620", path=out)
    if path.suffix:
        _check_no_folder(path)
        if not path.parent.is_dir():
            raise OutputError("GP601", path=out, why=Phrase("output.no_folder"))
        if not os.access(path.parent, os.W_OK):
            raise OutputError("GP601", path=out, why=Phrase("output.not_writable"))


def check_ending(out: str | Path, known: Sequence[str]) -> None:
    """Nothing, where ``out`` ends in one of these, such as ``.csv``, in upper or lower case.

    Raises
    ------
    OutputError
        GP602 another ending.
    """
    suffix = Path(out).suffix
    if suffix.lower() not in known:
        raise OutputError("GP602", path=str(out), suffix=suffix or "(none)", known=", ".join(known))


def check_bundle_name(out: str, *, apart_from: Sequence[str | None]) -> None:
    """Nothing, where ``out`` ends in ``.gpkg`` and may be written.

    Raises
    ------
    OutputError
        GP601, GP620 as :func:`check_target`; GP621 another ending.
    """
    check_target(out, apart_from)
    if Path(out).suffix.lower() != ".gpkg":
        raise OutputError("GP621", path=out)


@contextmanager
def replacing(path: Path, *, refusals: Refusals = ()) -> Iterator[Path]:
    """A draft file beside ``path`` that takes its place when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    path : the file; one that is there stays until the new one is whole.
    refusals : errors of the library that writes which mean that it cannot write there, besides OSError.

    Raises
    ------
    OutputError
        GP601 the folder is missing or not writable, ``path`` is a folder or open in another program, the disk is full.
    """
    with _refusals(path, refusals), _draft(path) as draft:
        draft.touch(exist_ok=False)
        yield draft
        _sync(draft)
        _check_free(path)  # it may have been opened meanwhile
        draft.replace(path)
        _sync(path.parent)


def writable_folder(path: str | Path) -> Path:
    """The folder, made with its parents where it is not there.

    Raises
    ------
    OutputError
        GP601 it cannot be made.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("GP601", path=str(path), why=error.strerror or str(error)) from error
    return folder


@contextmanager
def replacing_together(path: Path, suffixes: tuple[str, ...], *, refusals: Refusals = ()) -> Iterator[Path]:
    """A draft in a folder of its own; when the block ends well, its files with these suffixes replace those beside ``path``.

    The suffix of ``path`` itself comes last, so that a reader that finds it finds the others.

    Raises
    ------
    OutputError
        GP601, as for :func:`replacing`.
    """
    with _refusals(path, refusals), _draft(path) as folder:
        folder.mkdir()
        draft = folder / path.name
        yield draft
        for suffix in (*(other for other in suffixes if other != path.suffix), path.suffix):
            part = draft.with_suffix(suffix)
            if part.exists():
                _sync(part)
                part.replace(path.with_suffix(suffix))
        _sync(path.parent)


@contextmanager
def _refusals(path: Path, kinds: Refusals) -> Iterator[None]:
    _check_no_folder(path)
    _check_free(path)
    caught: Refusals = (OSError, *kinds)
    try:
        yield
    except caught as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(getattr(error, "orig", error))
        raise OutputError("GP601", path=str(path), why=why) from error


def _check_no_folder(path: Path) -> None:
    if path.is_dir():
        raise OutputError("GP601", path=str(path), why=Phrase("output.is_folder"))


def _check_free(path: Path) -> None:
    # Another program's write-ahead log would be played into the new file; who only reads would have parts of both.
    if Path(f"{path}-wal").exists() or _is_held(path):
        raise OutputError("GP601", path=str(path), why=Phrase("output.open"))


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        yield draft
    finally:
        with suppress(OSError):
            if draft.is_dir():
                shutil.rmtree(draft)
            else:
                draft.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Forces a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
