"""How a kernel is compiled: once for a machine, kept on disk, and compiled anew when any kernel changes."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core.caching import FunctionCache

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """``function`` compiled by Numba at its first call; it holds no lock of Python, and rounds as IEEE 754 does."""
    return _compiled(function)


def inner(function: Kernel) -> Kernel:
    """As :func:`kernel`, for what only kernels call: it has no entry from Python, which takes a third of the time to compile."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


class _Kept(FunctionCache):  # type: ignore[misc]  # Numba has no annotations
    """Numba's cache of a function, but never an error: what cannot be read is compiled anew, what cannot be written not kept."""

    def load_overload(self, *of: Any) -> Any:
        try:
            return super().load_overload(*of)
        # A file that was cut short makes pickle raise nearly anything.
        except Exception:
            return None

    def save_overload(self, *compiled: Any) -> None:
        with _alone():
            try:
                super().save_overload(*compiled)
            except Exception:
                with suppress(OSError):
                    self.flush()
                    super().save_overload(*compiled)


@contextmanager
def _alone() -> Iterator[None]:
    """No other process saves meanwhile: Numba would give two types of one function, saved at the same moment, one file."""
    with ExitStack() as stack:
        # Without locks, as on Windows, or in a folder that cannot be written, it goes on alone or not.
        with suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(stack.enter_context((directory() / "lock").open("w")), fcntl.LOCK_EX)
        yield


def _compiled(function: Kernel, **entries: bool) -> Kernel:
    compiled = numba.njit(nogil=True, fastmath=False, error_model="numpy", **entries)(function)
    if _is_writable():
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(directory())
        try:
            compiled._cache = _Kept(function)
        finally:
            numba.config.CACHE_DIR = before
    kernel: Kernel = compiled
    return kernel


@cache
def _is_writable() -> bool:
    """Whether kernels can be kept. Numba would else keep them beside their source, where some outlive a change of others."""
    try:
        directory().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory()):
            return True
    except OSError:
        return False


@cache
def directory() -> Path:
    """Where compiled kernels are kept: ``GRIDPLAN_CACHE``, else the user's cache folder, in a folder named by their source.

    Numba keeps a compiled function until its own file changes, not until one that it calls does: hence the name.
    """
    root = os.environ.get("GRIDPLAN_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gridplan"
    source = hashlib.sha256(numba.__version__.encode())
    here = Path(__file__).parent
    # Kernels also hold the constants and the records of these two.
    for file in (*sorted(here.glob("*.py")), here.parent / "land.py", here.parent / "measures.py"):
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
