"""What a page may hold, and where it finds the rest."""

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
