"""The process of a job, and what it tells the server that it belongs to."""

import os
import signal
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from gridplan.errors import GridplanError
from gridplan.messages import Phrase
from gridplan.progress import Progress
from gridplan.store import Job, open_store

#: From which share to which each stage goes; what takes long differs from town to town.
_SHARES = {
    "stage.clean": (0.0, 0.05),
    "stage.cells": (0.05, 0.4),
    "stage.compile": (0.4, 0.45),
    "stage.grids": (0.45, 0.8),
    "stage.search": (0.45, 0.8),
    "stage.units": (0.8, 0.95),
    "stage.compose": (0.95, 0.99),
    "stage.import": (0.0, 0.5),
    "stage.store": (0.5, 0.99),
}


@dataclass(frozen=True)
class Step:
    """How far a job is."""

    share: float
    stage: Phrase


@dataclass(frozen=True)
class Ended:
    """How a job ended: ``error`` is None where it is done; ``trace`` is told of faults of the program alone."""

    error: Phrase | None = None
    trace: str = ""


def work(pipe: Connection, where: str, job: Job, owner: str) -> None:
    """Does the job and tells the server how far it is; ends at once where the server does."""
    # Ctrl-C goes to the server too, which decides what becomes of the job.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_server, args=(pipe,), daemon=True).start()
    try:
        # The planner takes seconds and much memory to load; this process alone does, and not the server, which imports this file.
        from api.making import do

        with open_store(where) as store:
            do(store, job, owner, _telling(pipe))
        ended = Ended()
    except GridplanError as error:
        ended = Ended(Phrase(error.code, error.facts))
    except Exception:
        ended = Ended(Phrase("GP446"), traceback.format_exc())
    with suppress(OSError):  # the server is gone; the store says how it ended
        pipe.send(ended)


def _telling(pipe: Connection) -> Progress:
    reached = 0.0
    lock = threading.Lock()  # searches side by side tell of themselves

    def tell(stage: str, done: int, total: int, /) -> None:
        nonlocal reached
        with lock:
            begin, end = _SHARES.get(stage, (reached, reached))
            reached = max(reached, begin + (end - begin) * done / max(total, 1))
            pipe.send(Step(round(reached, 3), Phrase(stage)))

    return tell


def _end_with_server(pipe: Connection) -> None:
    """The server says nothing; that there is an end of the pipe means that it has ended, however."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)
