"""What is asked of a collection, and what comes back: a page of features, or one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa

from gridplan.store.collections import Dataset, Scope
from gridplan.store.dialects import Box, Dialect
from gridplan.store.filters import Columns
from gridplan.store.paging import Cursor, Sorting


class Condition(Protocol):
    """Something that rows are asked for."""

    def condition(self, columns: Columns, dialect: Dialect) -> sa.ColumnElement[bool]:
        """The rows that meet it, by the columns that may be named."""


class Turning(Protocol):
    """What turns shapes from longitude and latitude to the axes of an answer."""

    def __call__(self, geometries: np.ndarray) -> np.ndarray:
        """The shapes turned."""


@dataclass(frozen=True)
class ItemQuery:
    """What is asked of a collection.

    Attributes
    ----------
    box : west, south, east, north in degrees; features that share a point with it.
    conditions : what else they must meet.
    sort : properties to sort by, each with whether descending; the order of the rows breaks ties.
    properties : those to be told, in the contract's order; None: all.
    limit : features of a page.
    cursor : where the page begins or ends; None: the first page.
    turning : how coordinates are written; None: longitude, latitude (CRS84).
    """

    collection: str
    dataset: Dataset
    box: Box | None = None
    conditions: tuple[Condition, ...] = ()
    sort: Sorting = ()
    properties: tuple[str, ...] | None = None
    limit: int = 10
    cursor: Cursor | None = None
    turning: Turning | None = None

    @property
    def back(self) -> bool:
        """Whether the page ends at the cursor, so that its rows are found from the last on."""
        return self.cursor is not None and self.cursor.before


@dataclass(frozen=True)
class ItemPage:
    """One page: the texts of its features, how many there are in all, and the cursors of its neighbours."""

    scope: Scope
    texts: Sequence[bytes]
    matched: int
    after: Cursor | None
    before: Cursor | None


@dataclass(frozen=True)
class Item:
    """One feature, with the revision of its own row where its collection keeps one."""

    scope: Scope
    text: bytes
    revision: int | None


def in_order(query: ItemQuery, fids: Sequence[int]) -> list[int]:
    """The rows of the page in the order that it shows them, of those found; one more may have been found."""
    shown = list(fids[: query.limit])
    if query.back:
        shown.reverse()
    return shown
