"""News of plans for those who wait for them, as server-sent events: each plan is looked at once for all its listeners."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gridplan.errors import GridplanError, RequestError
from gridplan.store import Dataset, PlanInfo, Store

_log = logging.getLogger("gridplan.news")

#: Seconds between two looks at the revision of a plan that somebody listens to.
LOOK_S = 0.4
#: Seconds without news after which a listener is told that the service lives, so that nothing between takes it for dead.
BEAT_S = 15.0
#: Seconds after which a listener has to come again: who they are is asked anew, and what they may.
STAY_S = 300.0


class _Watched:
    """A plan that somebody listens to: what was told of it last, and what they wait for."""

    def __init__(self, revision: int, told: bytes) -> None:
        self.revision = revision
        self.told = told
        self.listeners = 0
        self.over = False
        self.changed = asyncio.Event()

    def put(self, revision: int, told: bytes) -> None:
        """Tells all who listen."""
        self.revision, self.told = revision, told
        self._wake()

    def end(self) -> None:
        """There will be no more news."""
        self.over = True
        self._wake()

    def _wake(self) -> None:
        # Who waits for the next change waits for another event.
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


class Watch:
    """The listeners of one app. They hold neither a thread nor a connection of the store: one task looks for all of them.

    Parameters
    ----------
    readers : the threads that each look is made in.
    most : listeners at the same time.
    """

    def __init__(self, store: Store, readers: ThreadPoolExecutor, most: int) -> None:
        self._store = store
        self._readers = readers
        self._most = most
        self._plans: dict[str, _Watched] = {}
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return sum(watched.listeners for watched in self._plans.values())

    def stop(self) -> None:
        """Ends all listening: the service is about to end."""
        self._stopped = True
        for watched in self._plans.values():
            watched.end()

    @contextmanager
    def seat(self, info: PlanInfo) -> Iterator[AsyncIterator[bytes]]:
        """The news of a plan from its revision on, for one listener who leaves at the end of the context.

        Raises
        ------
        RequestError
            GP562 there are as many listeners as there may be.
        """
        if self.listeners >= self._most:
            raise RequestError("GP562", most=self._most)
        watched = self._plans.get(info.id)
        if watched is None or watched.over:
            watched = self._plans[info.id] = _Watched(info.revision, _event(info, None, None))
        watched.listeners += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            yield self._news(watched)
        finally:
            watched.listeners -= 1
            if not watched.listeners and self._plans.get(info.id) is watched:
                del self._plans[info.id]

    async def _news(self, watched: _Watched) -> AsyncIterator[bytes]:
        end = asyncio.get_running_loop().time() + STAY_S
        heard = watched.revision
        yield b"retry: 2000\n\n" + watched.told
        while not (watched.over or self._stopped) and asyncio.get_running_loop().time() < end:
            try:
                await asyncio.wait_for(watched.changed.wait(), BEAT_S)
            except TimeoutError:
                yield b":\n\n"
            if watched.revision != heard:
                heard = watched.revision
                yield watched.told

    async def _look(self) -> None:
        """Looks at each plan that somebody listens to, as long as there is one."""
        loop, failing = asyncio.get_running_loop(), False
        try:
            while self._plans and not self._stopped:
                for plan, watched in list(self._plans.items()):
                    try:
                        found = await loop.run_in_executor(self._readers, self._told, plan, watched.revision)
                        failing = False
                    except GridplanError as error:
                        if error.code == "GP401":
                            watched.end()
                        elif not failing:
                            failing = True
                            _log.warning("no news of plans: %s", error)
                        continue
                    if found is not None:
                        watched.put(*found)
                await asyncio.sleep(LOOK_S)
        finally:
            # Nobody waits for news that no one looks for: browsers come again, or ask by themselves.
            for watched in self._plans.values():
                watched.end()

    def _told(self, plan: str, known: int) -> tuple[int, bytes] | None:
        """The revision of a plan and what is told of it, where it is another than the one that is known."""
        if self._store.scopes.scope(Dataset(plan)).revision == known:
            return None
        info = self._store.plan(plan)
        line = next(iter(self._store.log.history(plan, limit=1)), None)
        # Another program changes rows without a word in the log.
        own = line if line is not None and line.revision == info.revision else None
        return info.revision, _event(info, own.who if own else None, own.operation if own else None)


class Listening(StreamingResponse):
    """The news of a plan, as long as somebody listens."""

    def __init__(self, watch: Watch, info: PlanInfo) -> None:
        # A proxy that gathers answers would keep the news.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__((), headers=headers, media_type="text/event-stream")
        self._watch, self._info = watch, info

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the news until there are no more, or nobody listens any more."""
        with self._watch.seat(self._info) as self.body_iterator:
            await super().__call__(scope, receive, send)


def _event(info: PlanInfo, who: str | None, operation: str | None) -> bytes:
    told = {"revision": info.revision, "state": info.state, "who": who, "operation": operation}
    return b"id: %d\ndata: %s\n\n" % (info.revision, orjson.dumps(told))
