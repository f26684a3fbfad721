"""Zones that stand for something: special sites, compounds, natural villages; and how the land around them joins them."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.partition.groups import numbered, parts

STRAY = 0.2
"""A part of a compound or village with less than this share of its households is not a zone of its own."""


@dataclass(frozen=True)
class Standing:
    """``zone`` of each atom, -1 for one that is in none yet; ``thing`` that each zone stands for, -1 for none."""

    zone: Ints
    thing: Ints


def site_zones(graph: AtomGraph, site: Ints, *, least_area_m2: float) -> Standing:
    """A zone for each connected part of each special site (``site`` of each atom, -1 for none).

    Parts smaller than ``least_area_m2`` where no one lives are ordinary land. Land where no one lives and that nothing but
    special sites surrounds joins the one with the longest border.
    """
    label = _parts_of(graph, site)
    inside = site >= 0
    area = np.bincount(label, graph.area)[label]
    lived = np.bincount(label, graph.households)[label] > 0
    zone = _compact(np.where(inside & (lived | (area >= least_area_m2)), label, -1))
    rest = zone < 0
    both = rest[graph.i] & rest[graph.j]
    land = parts(len(graph), graph.i[both], graph.j[both])
    shut = rest & (np.bincount(land, graph.households)[land] == 0)
    standing = Standing(zone, _things(zone, site))
    return grown(graph, standing, among=shut) if len(standing.thing) else standing


def whole_zones(graph: AtomGraph, thing: Ints) -> Standing:
    """A zone for each connected part of each ``thing`` (-1 for none) that holds a fifth of its households or more."""
    label = _parts_of(graph, thing)
    own = np.bincount(label, graph.households)[label]
    _, number = np.unique(thing, return_inverse=True)
    total = np.bincount(number, graph.households)[number]
    zone = _compact(np.where((thing >= 0) & (own > 0) & (own >= STRAY * total), label, -1))
    return Standing(zone, _things(zone, thing))


def village_zones(graph: AtomGraph, village: Ints, *, low: int, high: int) -> tuple[Standing, Ints]:
    """Zones of ``low`` to ``high`` households around natural villages (-1: no village), and territories yet to be cut.

    A village in that range, with the houses around it that are nearer to it than to another and for which it has room, is a zone.
    The second array has a number for each atom in no zone: land (with villages above the range, or too little for a zone of its
    own joined to the smallest zone beside it, which is then taken apart) that zones may not leave when it is cut.
    """
    whole = whole_zones(graph, village)
    households = np.bincount(whole.zone[whole.zone >= 0], graph.households[whole.zone >= 0], minlength=len(whole.thing))
    fits = (households >= low) & (households <= high)
    # The last place stands for no zone.
    zone = _compact(np.where(np.append(fits, False)[whole.zone], whole.zone, -1))
    standing = Standing(zone, _things(zone, village))
    if len(standing.thing):
        large = np.append(households > high, False)[whole.zone]
        standing = grown(graph, standing, among=(zone < 0) & ~large, room=high)
    free = standing.zone < 0
    both = free[graph.i] & free[graph.j]
    land = parts(len(graph), graph.i[both], graph.j[both])
    total = np.bincount(land, graph.households * free)
    territory = np.where(free, land, -1)
    zone = standing.zone.copy()
    for number in np.unique(land[free]).tolist():
        if total[number] < low:
            own = territory == number
            beside = _beside(graph, own, zone)
            if len(beside):
                # The zone is taken apart, and cut anew together with what is too little for a zone.
                size = np.bincount(zone[zone >= 0], graph.households[zone >= 0], minlength=len(standing.thing))
                host = min(beside.tolist(), key=lambda near: (size[near], near))
                territory[zone == host] = number
                zone[zone == host] = -1
    kept = np.unique(zone[zone >= 0])
    return Standing(_compact(zone), standing.thing[kept]), territory


def grown(graph: AtomGraph, standing: Standing, *, among: NDArray[np.bool_], room: int | None = None) -> Standing:
    """The zones after the atoms ``among`` have joined the zone that is nearest by way of centroids, if one is in reach.

    ``room``: households that a zone may hold; what does not fit joins none. Dijkstra's search from all zones at once: O(m log m).
    """
    zone = standing.zone.copy()
    households = np.bincount(zone[zone >= 0], graph.households[zone >= 0], minlength=len(standing.thing)).tolist()
    near: list[list[tuple[int, float]]] = [[] for _ in range(len(graph))]
    way = _ways(graph)
    for a, b, metres in zip(graph.i.tolist(), graph.j.tolist(), way.tolist(), strict=True):
        near[a].append((b, metres))
        near[b].append((a, metres))
    queue: list[tuple[float, int, int]] = []

    def look(atom: int, so_far: float, number: int) -> None:
        for other, metres in near[atom]:
            if zone[other] < 0 and among[other]:
                heapq.heappush(queue, (round(so_far + metres, 3), other, number))

    for atom in np.flatnonzero(zone >= 0).tolist():
        look(atom, 0.0, int(zone[atom]))
    while queue:
        so_far, atom, number = heapq.heappop(queue)
        more = households[number] + int(graph.households[atom])
        if zone[atom] >= 0 or (room is not None and more > room):
            continue
        zone[atom] = number
        households[number] = more
        look(atom, so_far, number)
    return Standing(zone, standing.thing)


def _ways(graph: AtomGraph) -> Floats:
    """Metres between the centroids of neighbours."""
    return np.hypot(graph.x[graph.i] - graph.x[graph.j], graph.y[graph.i] - graph.y[graph.j])


def _parts_of(graph: AtomGraph, thing: Ints) -> Ints:
    """The connected part of its thing that each atom is in; atoms of none are parts of their own."""
    same = (thing[graph.i] == thing[graph.j]) & (thing[graph.i] >= 0)
    return parts(len(graph), graph.i[same], graph.j[same])


def _compact(zone: Ints) -> Ints:
    """Zones numbered 0.. by their first atom; -1 stays."""
    answer = np.full(len(zone), -1, dtype=np.int64)
    used = zone >= 0
    answer[used] = numbered(zone[used])
    return answer


def _things(zone: Ints, thing: Ints) -> Ints:
    """The thing of the first atom of each zone."""
    used = np.flatnonzero(zone >= 0)
    _, first = np.unique(zone[used], return_index=True)
    return thing[used[first]]


def _beside(graph: AtomGraph, own: NDArray[np.bool_], zone: Ints) -> Ints:
    """The zones that border the atoms ``own``."""
    ends = np.concatenate([zone[graph.j[own[graph.i]]], zone[graph.i[own[graph.j]]]])
    return np.unique(ends[ends >= 0])
