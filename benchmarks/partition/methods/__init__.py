"""What is compared: a module each, which imports its package at the top, so that one that is not installed harms no other.

Every ``solve`` takes an ``AtomGraph`` and a ``Job`` and returns an ``Answer``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """A row of the table: its ``title``, and the ``module`` and ``function`` that make the zones.

    ``alone``: it runs in the virtual environment ``peers``, since its packages do not go with those of the project. ``calls``:
    how often the graph is cut in one run.
    """

    title: str
    module: str
    function: str = "solve"
    alone: bool = False
    calls: int = 1


METHODS = {
    "gridplan": Method("gridplan", "engine", calls=2),
    "metis": Method("METIS, one setting", "metis", "solve_one"),
    "metis36": Method("METIS, best of 36", "metis", "solve_best"),
    "gerrychain": Method("GerryChain recursive tree", "gerrychain"),
    "maxp": Method("spopt MaxP", "maxp"),
    "kahip": Method("KaHIP eco", "kahip"),
    "kmeans": Method("k-means-constrained", "kmeans", alone=True),
}
"""The methods of the table by the names of the command line."""

WARM = Method("gridplan", "engine", "solve_warm")
"""One call, kernels loaded before: for the scaling curve."""
