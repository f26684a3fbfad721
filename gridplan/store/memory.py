"""Feature texts kept in memory, so that a row is rendered once and not once a request."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: What a text costs beside its bytes: the key, the object and its place in the table.
_OVERHEAD = 160


@dataclass
class _Shelf:
    """The texts of one layer of one plan at one revision, by the row's ``fid``."""

    revision: int
    texts: dict[int, bytes] = field(default_factory=dict)
    size: int = 0


class FeatureMemory:
    """Texts by (scope, layer), each at one revision, within a number of bytes; shared by threads.

    Where the number is passed, the layers used longest ago go first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._shelves: OrderedDict[tuple[str, str], _Shelf] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def texts(self, scope: str, layer: str, revision: int) -> Mapping[int, bytes]:
        """The texts known of the layer at that revision."""
        with self._lock:
            shelf = self._shelves.get((scope, layer))
            if shelf is None or shelf.revision != revision:
                return {}
            self._shelves.move_to_end((scope, layer))
            return shelf.texts

    def keep(self, scope: str, layer: str, revision: int, fids: Sequence[int], texts: Sequence[bytes]) -> None:
        """Keeps texts made from rows of that revision; those of an older one are forgotten."""
        with self._lock:
            shelf = self._shelves.get((scope, layer))
            if shelf is not None and shelf.revision > revision:
                return
            if shelf is None or shelf.revision < revision:
                self._drop((scope, layer))
                shelf = self._shelves[scope, layer] = _Shelf(revision)
            self._shelves.move_to_end((scope, layer))
            # Another thread may have kept some of them meanwhile.
            fresh = {fid: text for fid, text in zip(fids, texts, strict=True) if fid not in shelf.texts}
            added = sum(map(len, fresh.values())) + _OVERHEAD * len(fresh)
            shelf.texts.update(fresh)
            shelf.size += added
            self._size += added
            while self._size > self._limit:
                self._drop(next(iter(self._shelves)))

    @property
    def size(self) -> int:
        """About how many bytes are kept."""
        return self._size

    def _drop(self, key: tuple[str, str]) -> None:
        shelf = self._shelves.pop(key, None)
        if shelf is not None:
            self._size -= shelf.size
