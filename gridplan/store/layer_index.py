"""Layers that boxes are often asked of, kept in memory as row numbers and a tree of their shapes.

The database is still asked for the revision by every request; as long as that stays, a box and a page cost no statement.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely

from gridplan.store.collections import Collection, Scope
from gridplan.store.dialects import Box
from gridplan.store.geopackage import window
from gridplan.store.paging import Cursor

#: What a row costs beside its coordinates: number, geometry, and its place in the tree.
_ROW_BYTES = 480
_COORDINATE_BYTES = 16
#: A layer is read once it was asked for so many boxes at one revision, and once more for so many of its rows: reading a row
#: costs about the hundredth part of finding a box by the database.
_FIRST_ASKED, _ROWS_ASKED = 20, 200

#: Rows near a box from which on their envelopes are looked at first.
_MANY = 256
#: Takes the place of how often was asked, once that led to reading.
_READ = -(2**62)

_log = logging.getLogger("gridplan.store")
_Place = tuple[str, str, str | None]


@dataclass(frozen=True)
class LayerIndex:
    """The rows of a layer at one revision.

    Attributes
    ----------
    fids : row numbers, ascending.
    shapeless : positions in ``fids`` of the rows that have no shape, which lie in every box.
    tree, envelopes : of the shapes, by their positions in ``fids``.
    """

    revision: int
    fids: np.ndarray
    shapeless: np.ndarray
    tree: shapely.STRtree
    envelopes: np.ndarray
    size: int

    @classmethod
    def of(cls, revision: int, fids: Sequence[int], missing: np.ndarray, shapes: np.ndarray) -> "LayerIndex":
        """The index of rows in the order of their numbers; ``missing`` where a row holds no shape at all."""
        tree = shapely.STRtree(shapes)
        tree.query(shapely.Point(0, 0))  # the tree is built by its first query, which two threads may not make at once
        size = _COORDINATE_BYTES * int(shapely.get_num_coordinates(shapes).sum()) + _ROW_BYTES * len(fids)
        return cls(revision, np.array(fids, dtype=np.int64), np.flatnonzero(missing), tree, shapely.bounds(shapes), size)

    def page(self, box: Box | None, cursor: Cursor | None, limit: int) -> tuple[int, list[int]]:
        """How many rows share a point with the box, and the numbers of the first ``limit`` after the cursor.

        Before the cursor they are the last ones, in descending order, as the database gives them.
        """
        found = self.fids
        if box is not None:
            hits = self._meeting(box)
            found = self.fids[np.sort(np.concatenate([hits, self.shapeless]) if len(self.shapeless) else hits)]
        matched = len(found)
        if cursor is None:
            found = found[:limit]
        elif cursor.before:
            end = int(np.searchsorted(found, cursor.fid))
            found = found[max(end - limit, 0) : end][::-1]
        else:
            begin = int(np.searchsorted(found, cursor.fid, side="right"))
            found = found[begin : begin + limit]
        return matched, found.tolist()

    def _meeting(self, box: Box) -> np.ndarray:
        """The positions of the shapes that share a point with the box, in no order."""
        place = window(*box)
        near = self.tree.query(place)
        sure = near[:0]
        if len(near) > _MANY:
            # What lies in the box with all of its envelope needs no look at its corners: a fifth of the time for 10,000 rows.
            west, south, east, north = self.envelopes[near].T
            inside = (west >= box[0]) & (south >= box[1]) & (east <= box[2]) & (north <= box[3])
            sure, near = near[inside], near[~inside]
        shapely.prepare(place)
        return np.concatenate([sure, near[shapely.intersects(place, self.tree.geometries[near])]])


class LayerIndexes:
    """The indexes of the layers asked for most lately, within a number of bytes; shared by threads.

    Parameters
    ----------
    limit : bytes of all indexes together.
    read : makes the index of a layer as it is now, None where it can have none; run in a thread of its own.
    """

    def __init__(self, limit: int, read: Callable[[Collection, Scope], LayerIndex | None]) -> None:
        self._limit = limit
        self._read = read
        self._kept: OrderedDict[_Place, LayerIndex] = OrderedDict()
        self._asked: dict[_Place, tuple[int, int]] = {}  # a revision, and how often the database was asked at it
        self._size = 0
        self._lock = threading.Lock()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="indexes")

    def find(self, collection: Collection, scope: Scope) -> LayerIndex | None:
        """The index of the layer at the revision of the scope, where there is one."""
        place = (scope.name, collection.name, scope.community)
        with self._lock:
            kept = self._kept.get(place)
            if kept is None or kept.revision != scope.revision:
                return None
            self._kept.move_to_end(place)
            return kept

    def asked(self, collection: Collection, scope: Scope, rows: int) -> None:
        """Take note that the database was asked for a box among so many rows; begin to read the layer once that pays."""
        place = (scope.name, collection.name, scope.community)
        with self._lock:
            revision, times = self._asked.get(place, (scope.revision, 0))
            times = times + 1 if revision == scope.revision else 1
            pays = times > _FIRST_ASKED + rows // _ROWS_ASKED and rows * _ROW_BYTES <= self._limit
            self._asked[place] = scope.revision, _READ if pays else times
        if pays:
            self._reader.submit(self._keep, place, collection, scope)

    def close(self) -> None:
        """Read no more; returns when nothing is being read."""
        self._reader.shutdown(wait=True, cancel_futures=True)

    def _keep(self, place: _Place, collection: Collection, scope: Scope) -> None:
        try:
            made = self._read(collection, scope)
        except Exception:
            # The database answers without an index too, only later; it is tried again at the next revision.
            _log.exception("%s of %s could not be read into memory", collection.name, scope.name)
            return
        if made is None or made.size > self._limit:
            return
        with self._lock:
            old = self._kept.pop(place, None)
            self._size += made.size - (0 if old is None else old.size)
            self._kept[place] = made
            while self._size > self._limit:
                gone, dropped = self._kept.popitem(last=False)
                self._size -= dropped.size
                self._asked.pop(gone, None)  # asked for often enough once more, it comes back
