"""How good zones are: the same numbers as ``shared/tools/evaluate_partition.py``, from the graph alone."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.graph.atom_graph import MAJOR, AtomGraph, Floats, Ints

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """One partition in numbers; a share is None where there is nothing to take it of.

    ``zones``; ``lower_bound``: the fewest zones that could hold the households; ``unassigned``: share of atoms. Shares of zones:
    ``in_range``, ``connected``, ``valid`` (both), ``valid_excused`` (of those without an atom above the range, whose count is
    ``oversize``). Polsby-Popper 4 pi area / perimeter^2 of zones: ``pp_mean``, ``pp_p10`` (10th percentile); ``inertia_mean``:
    area^2 / (2 pi polar second moment), 1 for a disc. ``cut_km``: border between zones that crosses no major road, river or rail;
    ``major_crossings``: edges across one inside a zone. Shares of compounds of several atoms that lie in several zones:
    ``compounds_split``, and ``fit_split`` of those whose households fit one zone. Households of zones: ``cv`` (standard
    deviation / mean), ``min``, ``max``.
    """

    zones: int
    lower_bound: int
    unassigned: float
    in_range: float
    connected: float
    valid: float
    oversize: int
    valid_excused: float | None
    pp_mean: float
    pp_p10: float
    inertia_mean: float
    cut_km: float
    major_crossings: int
    compounds_split: float | None
    fit_split: float | None
    cv: float
    min: float
    max: float


def score(graph: AtomGraph, labels: Ints, *, low: int, high: int) -> Scores:
    """The scores of ``labels``, one whole number an atom, -1 where it has no zone; at least one atom has one.

    Every measure of a zone is a sum over its atoms and the edges inside it: perimeters lose twice the border inside, second
    moments move to the zone's centroid by the parallel axis theorem. Edges of kind MAJOR and above count as crossings.
    """
    placed = labels >= 0
    names, inverse = np.unique(labels[placed], return_inverse=True)
    count = len(names)
    zone = np.full(len(graph), -1, dtype=np.int64)
    zone[placed] = inverse
    first, second = zone[graph.i], zone[graph.j]
    inside = (first == second) & (first >= 0)
    crossing = graph.kind >= MAJOR

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(inverse, values[placed], minlength=count), dtype=np.float64)

    households = total(graph.households.astype(np.float64))
    area = total(graph.area)
    perimeter = total(graph.perimeter) - 2 * np.bincount(first[inside], graph.length[inside], minlength=count)
    apart = np.hypot(graph.x - (total(graph.area * graph.x) / area)[zone], graph.y - (total(graph.area * graph.y) / area)[zone])
    moment = total(graph.polar + graph.area * apart**2)
    polsby = 4 * np.pi * area / perimeter**2
    in_range = (households >= low) & (households <= high)
    whole = _connected(graph, zone, inside, count)
    oversize = np.zeros(count, dtype=np.bool_)
    oversize[zone[placed & (graph.households > high)]] = True
    split, fits = _compounds(graph, zone, high)
    return Scores(
        zones=count,
        lower_bound=math.ceil(int(graph.households.sum()) / high),
        unassigned=float(np.mean(~placed)),
        in_range=float(np.mean(in_range)),
        connected=float(np.mean(whole)),
        valid=float(np.mean(in_range & whole)),
        oversize=int(oversize.sum()),
        valid_excused=_share((in_range & whole)[~oversize]),
        pp_mean=float(polsby.mean()),
        pp_p10=float(np.percentile(polsby, 10)),
        inertia_mean=float(np.mean(area**2 / (2 * np.pi * moment))),
        cut_km=float(graph.length[(first != second) & ~crossing].sum()) / 1000,
        major_crossings=int(np.count_nonzero(inside & crossing)),
        compounds_split=_share(split),
        fit_split=_share(split[fits]),
        cv=float(households.std() / households.mean()),
        min=float(households.min()),
        max=float(households.max()),
    )


def _connected(graph: AtomGraph, zone: Ints, inside: Flags, count: int) -> Flags:
    """Whether each zone is one piece over the edges inside it."""
    links = coo_matrix((np.ones(int(inside.sum())), (graph.i[inside], graph.j[inside])), shape=(len(graph), len(graph)))
    piece = connected_components(links, directed=False)[1].astype(np.int64)
    # A piece lies in one zone, so the zones of the first atoms of the pieces count the pieces.
    zone_of_piece = zone[np.unique(piece, return_index=True)[1]]
    return np.asarray(np.bincount(zone_of_piece[zone_of_piece >= 0], minlength=count) == 1)


def _compounds(graph: AtomGraph, zone: Ints, high: int) -> tuple[Flags, Flags]:
    """Of each compound of several atoms, whether it lies in several zones, and whether its households fit one."""
    named = graph.compound >= 0
    number = graph.compound[named]
    size = np.bincount(number)
    households = np.bincount(number, graph.households[named], minlength=len(size))
    zones = np.bincount(np.unique(np.stack([number, zone[named]]), axis=1)[0], minlength=len(size))
    several = size > 1
    return np.asarray(zones[several] > 1), np.asarray(households[several] <= high)


def _share(flags: Flags) -> float | None:
    return float(np.mean(flags)) if len(flags) else None
