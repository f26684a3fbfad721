"""Files that appear whole or not at all: written beside their place, forced to the disk, then moved."""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gridplan.errors import OutputError

Refusals = tuple[type[Exception], ...]


def check_apart(out: str, inputs: Sequence[str | None]) -> None:
    """Nothing, where the output is none of the inputs, which it would replace.

    Raises
    ------
    OutputError
        GP620 it is one of them.
    """
    for name in inputs:
        if name and Path(name).exists() and Path(out).exists() and Path(out).samefile(name):
            raise OutputError("GP620", path=out)


def check_bundle_name(out: str, *, apart_from: Sequence[str | None]) -> None:
    """Nothing, where ``out`` ends in ``.gpkg`` and is none of the inputs.

    Raises
    ------
    OutputError
        GP620 it is one of the inputs; GP621 another ending.
    """
    check_apart(out, apart_from)
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
    if path.is_dir():
        raise OutputError("GP601", path=str(path), why="it is a folder")
    if Path(f"{path}-wal").exists():
        # Another program's write-ahead log would be played into the new file.
        raise OutputError("GP601", path=str(path), why="another program has it open")
    caught: Refusals = (OSError, *kinds)
    try:
        yield
    except caught as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(getattr(error, "orig", error))
        raise OutputError("GP601", path=str(path), why=why) from error


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
