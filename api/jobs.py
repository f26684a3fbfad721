"""Runs the jobs of a store one after the other, each in a process of its own, which may be ended and may die."""

import logging
import multiprocessing
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import anyio.to_thread
from fastapi import FastAPI

from api.worker import Ended, Step, work
from gridplan.errors import GridplanError, StoreError
from gridplan.messages import Phrase
from gridplan.store import Job, Store

_log = logging.getLogger("gridplan.jobs")

#: Seconds between looks for new jobs, for cancelled ones, and at dead servers; and between signs of life.
_LOOK_S, _CANCEL_S, _RECOVER_S, _BEAT_S = 1.0, 0.4, 10.0, 5.0
#: Seconds that a process has to end when it is told to.
_END_S = 3.0


class Runner:
    """The jobs of a store, run by this server."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owner = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._new = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
        self._recovered = 0.0
        self._running = self._unwanted = ""

    def start(self) -> None:
        """Begins: jobs of dead servers fail, queued ones are run."""
        self._store.jobs.recover(self._owner, alone=self._store.embedded)
        self._thread.start()

    def wake(self) -> None:
        """There is a new job."""
        self._new.set()

    def cancel(self, job: str) -> bool:
        """Ends the process of the job soon; whether this server runs it.

        The store cannot tell it where the job itself keeps everybody else from writing, as one does that brings a million rows
        into a file.
        """
        if job != self._running:
            return False
        self._unwanted = job
        return True

    def stop(self) -> None:
        """Ends; the job that runs is queued again, for the next server."""
        self._stopping.set()
        self._new.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._store.embedded and time.monotonic() - self._recovered > _RECOVER_S:
                    self._recovered = time.monotonic()
                    self._store.jobs.recover(self._owner, alone=False)
                self._new.clear()
                job = self._store.jobs.claim(self._owner)
                if job is not None:
                    self._run(job)
                    continue
            except GridplanError as error:
                _log.warning("the store refused: %s", error)
            self._new.wait(_LOOK_S)

    def _run(self, job: Job) -> None:
        spawn = multiprocessing.get_context("spawn")
        pipe, its_end = spawn.Pipe()
        process = spawn.Process(target=work, args=(its_end, self._store.address, job, self._owner), daemon=True)
        process.start()
        its_end.close()
        _log.info("job %s runs in process %s", job.id, process.pid)
        self._running = job.id
        try:
            ended = self._follow(job, pipe)
        finally:
            _end(process)
            pipe.close()
            self._running = ""
        if self._stopping.is_set() and ended is None:
            self._surely(lambda: self._store.jobs.requeue(job.id, self._owner))
            return
        if ended is None and self._unwanted == job.id:
            ended = Ended(Phrase("GP445"))
        if ended is None:
            ended = Ended(Phrase("GP444", {"exit_code": process.exitcode if process.exitcode is not None else "-"}))
        if ended.trace:
            _log.error("job %s failed by a fault:\n%s", job.id, ended.trace)
        error = ended.error
        if error is not None:
            _log.info("job %s ended: %s", job.id, error.key)
            self._surely(lambda: self._store.jobs.fail(job.id, self._owner, StoreError(error.key, **error.facts)))

    def _follow(self, job: Job, pipe: Connection) -> Ended | None:
        """How the job ended by itself; None where its process died, or was to be ended."""
        step, told, looked = Step(0.0, Phrase("job.begins")), 0.0, 0.0
        fresh = True
        beats = not self._store.embedded  # of a file nobody else asks whether its server lives
        while not self._stopping.is_set() and self._unwanted != job.id:
            turned = False  # another stage is told at once: the job may keep everybody from writing in it
            try:
                if pipe.poll(_CANCEL_S):
                    message = pipe.recv()
                    if isinstance(message, Ended):
                        return message
                    turned = message.stage != step.stage
                    step, fresh = message, True
            except (EOFError, OSError):
                return None
            now = time.monotonic()
            if now - looked < _CANCEL_S and not turned:
                continue
            looked = now
            try:
                if turned or (now - told > _CANCEL_S and fresh) or (now - told > _BEAT_S and beats):
                    told, fresh = now, False
                    wanted = self._store.jobs.beat(job.id, self._owner, step.share, step.stage)
                else:
                    wanted = self._store.jobs.wanted(job.id, self._owner)
            except GridplanError as error:
                _log.warning("the store refused: %s", error)
                continue
            if not wanted:
                return None
        return None

    def _surely(self, call: Callable[[], None]) -> None:
        """The call, again and again until the store takes it; at the end of the server once."""
        while True:
            try:
                call()
                return
            except GridplanError as error:
                _log.warning("the store refused: %s", error)
                if self._stopping.wait(_LOOK_S):
                    return


def _end(process: BaseProcess) -> None:
    """Ends a process that may have ended."""
    process.join(0.2)
    if process.is_alive():
        process.terminate()
        process.join(_END_S)
    if process.is_alive():
        process.kill()
        process.join()


@asynccontextmanager
async def running_jobs(app: FastAPI) -> AsyncIterator[None]:
    """Runs the jobs of the app's store while the app runs; none where the store is only read."""
    store: Store = app.state.store
    if not store.writable:
        yield
        return
    runner = app.state.runner = Runner(store)
    await anyio.to_thread.run_sync(runner.start)
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(runner.stop)
