"""Tiles kept in memory, so that one is made once a revision and not once a request."""

import threading
from collections import OrderedDict

#: What a tile costs beside its bytes: the key, the objects and their place in the table.
_OVERHEAD = 400


class TileMemory:
    """Bodies of tiles, each of one version, within a number of bytes; shared by threads. Those used longest ago go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[object, tuple[str, bytes]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: object) -> tuple[str, bytes] | None:
        """The version that is kept of a tile, and its body; None where none is."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: object, version: str, body: bytes) -> None:
        """Keeps a tile in the place of an older one."""
        if len(body) + _OVERHEAD > self._limit:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += len(body) + _OVERHEAD - (0 if old is None else len(old[1]) + _OVERHEAD)
            self._kept[key] = version, body
            while self._size > self._limit:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._size -= len(dropped) + _OVERHEAD

    @property
    def size(self) -> int:
        """About how many bytes are kept."""
        return self._size
