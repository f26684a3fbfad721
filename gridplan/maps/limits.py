"""What a page may hold and tell, and where it finds the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Shapes up to which a browser keeps each as an object of its own; with more they are painted, from fewer points.
MOST_KEPT = 5000


@dataclass(frozen=True)
class TileSource:
    """Where a page that is served finds its units and buildings, instead of holding them.

    Attributes
    ----------
    address : of the tiles, beside the page's own, without ``/{z}/{y}/{x}``.
    first : the zoom that the tiles hold each of both layers from; ``last`` that up to which they are asked for.
    """

    address: str
    first: Mapping[str, int]
    last: int


@dataclass(frozen=True)
class Told:
    """What everybody may see.

    Attributes
    ----------
    until : periods that end by then, in UTC and without the Z.
    communities : codes of those in which the plan is in force; the rest of its land is not shown, since another plan may be told
        of there, and what lies between the lines of both would be the difference.
    """

    until: str
    communities: frozenset[str]
