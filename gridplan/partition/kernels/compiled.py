"""How a kernel is compiled: once for a machine, kept on disk, and compiled anew when any kernel changes."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """``function`` compiled by Numba at its first call; it holds no lock of Python, and rounds as IEEE 754 does."""
    return _compiled(function)


def inner(function: Kernel) -> Kernel:
    """As :func:`kernel`, for what only kernels call: it has no entry from Python, which takes a third of the time to compile."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: Kernel, **entries: bool) -> Kernel:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(directory())
    try:
        compiled: Kernel = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy", **entries)(function)
    finally:
        numba.config.CACHE_DIR = before
    return compiled


@cache
def directory() -> Path:
    """Where compiled kernels are kept: ``GRIDPLAN_CACHE``, else the user's cache folder, in a folder named by their source.

    Numba keeps a compiled function until its own file changes, not until one that it calls does: hence the name.
    """
    root = os.environ.get("GRIDPLAN_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gridplan"
    source = hashlib.sha256(numba.__version__.encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        source.update(file.read_bytes())
    return Path(root) / f"kernels-{source.hexdigest()[:16]}"


def is_ready() -> bool:
    """Whether kernels were compiled on this machine before."""
    return (directory() / "ready").exists()


def mark_ready() -> None:
    """Note that all kernels are compiled; without a word where the folder cannot be written."""
    try:
        directory().mkdir(parents=True, exist_ok=True)
        (directory() / "ready").touch()
    except OSError:
        pass
