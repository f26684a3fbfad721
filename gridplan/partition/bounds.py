"""What no search can do: proofs that a zone must be out of range, by arithmetic and by complete enumeration."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import Plain
from gridplan.partition.cover import cover
from gridplan.partition.groups import parts, soft_edges
from gridplan.partition.model import Effort, Rule, Verdict
from gridplan.partition.people import explained_twice, people_left, people_verdict
from gridplan.partition.rules import divisible, excess, out_of_range, too_large
from gridplan.partition.subsets import bits, connected_sets

SMALL = 2000
"""On connected land of more atoms only what lies around a zone is looked at."""

COUNTED = ("GP203", "GP213")
"""What is said of connected land as a whole, and given to one of its zones."""

FAILURES = 100
"""After so many zones without a proof the rest is left open untried: each may take some tenths of a second."""


@dataclass(frozen=True)
class Relaxed:
    """The atoms with households (or people) alone, two of them neighbours where they touch or touch the same empty land.

    Every connected zone of the graph is connected here, and has the same households: what is impossible here is
    impossible there. ``row`` of each atom here (-1 for empty land), its households, and masks of neighbours.
    """

    row: list[int]
    weight: list[int]
    near: list[int]
    people: list[int]


def relax(graph: AtomGraph, rule: Rule) -> Relaxed:
    """The relaxed graph, on which proofs are made."""
    lived = graph.households > 0
    if graph.population is not None:
        lived = lived | (graph.population > 0)
    row = np.where(lived, np.cumsum(lived) - 1, -1)
    near = [0] * int(lived.sum())
    soft = soft_edges(graph, rule)
    i, j = graph.i[soft], graph.j[soft]
    empty = ~lived[i] & ~lived[j]
    land = parts(len(graph), i[empty], j[empty])
    around: dict[int, int] = {}
    for a, b in zip(i.tolist(), j.tolist(), strict=True):
        if row[a] >= 0 and row[b] >= 0:
            near[row[a]] |= 1 << int(row[b])
            near[row[b]] |= 1 << int(row[a])
        elif row[a] >= 0 or row[b] >= 0:
            inhabited, bare = (a, b) if row[a] >= 0 else (b, a)
            around[int(land[bare])] = around.get(int(land[bare]), 0) | 1 << int(row[inhabited])
    for touching in around.values():
        for node in bits(touching):
            near[node] |= touching & ~(1 << node)
    return Relaxed(row.tolist(), graph.households[lived].tolist(), near, _people(graph)[lived].tolist())


def as_it_is(graph: AtomGraph, rule: Rule) -> Relaxed:
    """The graph itself, empty land included, in the same form: proofs are complete here, but cost more."""
    near = [0] * len(graph)
    soft = soft_edges(graph, rule)
    for a, b in zip(graph.i[soft].tolist(), graph.j[soft].tolist(), strict=True):
        near[a] |= 1 << b
        near[b] |= 1 << a
    return Relaxed(list(range(len(graph))), graph.households.tolist(), near, _people(graph).tolist())


def _people(graph: AtomGraph) -> Ints:
    return np.zeros(len(graph), dtype=np.int64) if graph.population is None else graph.population


def connected_land(relaxed: Relaxed, atom: int, rule: Rule) -> set[int]:
    """The rows of the land connected with ``atom`` without the atoms above the range."""
    fixed = _fixed(relaxed, rule)
    land = ahead = 1 << relaxed.row[atom]
    while ahead:
        node = ahead.bit_length() - 1
        fresh = relaxed.near[node] & ~land & ~fixed
        ahead = (ahead & ~(1 << node)) | fresh
        land |= fresh
    return set(bits(land))


def proved_stuck(relaxed: Relaxed, atoms: list[int], rule: Rule, effort: Effort) -> bool:
    """Whether it is proved that these atoms cannot all lie in zones in range, whatever the rest does.

    All connected sets in range that hold any of them are enumerated; the proof is that no disjoint choice of such sets covers
    them. False where there are too many sets, or where such a choice exists.
    """
    roots = [relaxed.row[atom] for atom in atoms if relaxed.row[atom] >= 0]
    if not roots:
        return False
    if any(_fixed(relaxed, rule) >> root & 1 for root in roots):
        return True
    found = connected_sets(relaxed.weight, relaxed.near, roots, most=rule.high, cap=effort.exact_columns)
    if found is None:
        return False
    columns = [rows for rows in map(bits, found) if _in_range(relaxed, rows, rule)]
    held = sorted({row for rows in columns for row in rows})
    if not set(roots) <= set(held):
        return True
    position = {row: place for place, row in enumerate(held)}
    optional = [position[row] for row in held if row not in set(roots)]
    placed = [[position[row] for row in rows] for rows in columns]
    answer = cover(placed, [0.0] * len(placed), len(held), optional=optional, nodes=effort.exact_nodes)
    return answer.chosen is None and answer.proved


def _in_range(relaxed: Relaxed, rows: list[int], rule: Rule) -> bool:
    """Whether a zone of these rows, no more households than ``high``, is in range."""
    if sum(relaxed.weight[row] for row in rows) < rule.low:
        return False
    people = rule.population
    return people is None or people.low <= sum(relaxed.people[row] for row in rows) <= people.high


def _below(relaxed: Relaxed, rows: list[int], rule: Rule) -> bool:
    """Whether a zone of these rows has too few households or people."""
    people = rule.population
    few = people is not None and sum(relaxed.people[row] for row in rows) < people.low
    return few or sum(relaxed.weight[row] for row in rows) < rule.low


def _fixed(relaxed: Relaxed, rule: Rule) -> int:
    """The mask of the atoms that are above the range by themselves."""
    people = rule.population
    return sum(
        1 << row
        for row, weight in enumerate(relaxed.weight)
        if weight > rule.high or (people is not None and relaxed.people[row] > people.high)
    )


def least_bad(relaxed: Relaxed, rows: list[int], rule: Rule, effort: Effort) -> int:
    """How many zones out of range there must be on connected land, given by its ``rows`` without atoms above ``high``.

    What is proved: every division of it into zones of fewer than ``low + high`` households has at least so many out of
    range, where a part below the range beside an atom above it does not count. 0 where nothing is proved.
    """
    fixed = _fixed(relaxed, rule)
    most = rule.high + rule.low - 1
    weights = [most + 1 if fixed >> row & 1 else weight for row, weight in enumerate(relaxed.weight)]
    legal = connected_sets(weights, relaxed.near, rows, most=rule.high, cap=effort.exact_columns)
    if legal is None:
        return 0
    wide = connected_sets(weights, relaxed.near, rows, most=most, cap=effort.exact_columns)
    position = {row: place for place, row in enumerate(rows)}
    beside = sum(1 << row for row in rows if relaxed.near[row] & fixed)
    columns, prices = [], []
    for mask in wide if wide is not None else legal:
        members = bits(mask)
        weight = sum(weights[row] for row in members)
        legal_here = not excess(rule, weight) and _in_range(relaxed, members, rule)
        price = 0.0 if legal_here or (mask & beside and _below(relaxed, members, rule)) else 1.0
        if wide is not None or not price:
            columns.append([position[row] for row in members])
            prices.append(price)
    if {place for column in columns for place in column} != set(range(len(rows))):
        return 1
    answer = cover(columns, prices, len(rows), nodes=effort.exact_nodes)
    if answer.chosen is None and answer.proved:
        return 1
    return max(0, ceil(answer.bound - 1e-6))


def verdicts(graph: AtomGraph, zone: Ints, rule: Rule, effort: Effort) -> dict[int, Verdict]:
    """A verdict for every zone that is out of range or in parts, by zone.

    GP203 (GP213 with people) says that the connected land of which the zone is a part cannot be without a zone out of range, and
    is given to one zone of that land. GP206 with a ``count`` says so of that many zones, and is given to at most that many.
    GP211 (GP214) says that in every assignment some zone out of range holds an atom of this zone.
    """
    soft = soft_edges(graph, rule)
    land = parts(len(graph), graph.i[soft], graph.j[soft])
    total = np.bincount(land, graph.households).astype(np.int64)
    households = np.bincount(zone, graph.households).astype(np.int64)
    found: dict[int, Verdict] = {}
    # An atom above the range explains one zone out of it, so that arithmetic with people says no more about its land.
    counted: set[int] = set(land[too_large(graph, rule)].tolist()) if rule.population is not None else set()
    left: list[int] = []
    out = np.flatnonzero(out_of_range(graph, zone, rule)).tolist()
    for number in sorted(out, key=lambda number: (-excess(rule, int(households[number])), number)):
        size = int(households[number])
        atoms = np.flatnonzero(zone == number)
        where = int(land[atoms[0]])
        verdict = None
        if excess(rule, size):
            verdict = by_arithmetic(graph, atoms, rule, size, int(total[where]), where in counted)
        if verdict is None:
            verdict = people_verdict(graph, atoms, rule, np.flatnonzero(land == where), counted=where in counted)
        if verdict is None:
            left.append(number)
        else:
            found[number] = verdict
            counted.update([where] if verdict.code in COUNTED else [])
    if left:
        found |= _by_enumeration(graph, zone, left, found, rule, effort)
    found |= explained_twice(graph, zone, land, found, rule)
    inner = soft & (zone[graph.i] == zone[graph.j])
    piece = parts(len(graph), graph.i[inner], graph.j[inner])
    count = np.bincount(zone[np.unique(piece, return_index=True)[1]], minlength=len(households))
    for number in np.flatnonzero(count > 1).tolist():
        found[number] = Verdict("GP208", float(count[number]), 1.0, proof=False, facts={"count": int(count[number])})
    return dict(sorted(found.items()))


def by_arithmetic(graph: AtomGraph, atoms: Ints, rule: Rule, size: int, total: int, counted: bool) -> Verdict | None:
    """The verdict that needs no enumeration, if there is one."""
    limit = float(rule.low if size < rule.low else rule.high)
    facts: dict[str, Plain] = {"households": size, "low": rule.low, "high": rule.high}
    largest = int(atoms[np.argmax(graph.households[atoms])])
    if graph.households[largest] > rule.high:
        facts |= {"atom": largest, "atom_households": int(graph.households[largest])}
        return Verdict("GP204", float(size), limit, proof=True, facts=facts)
    if total == 0:
        return Verdict("GP210", 0.0, limit, proof=True, facts=facts)
    if total < rule.low and size == total:
        return Verdict("GP205", float(size), limit, proof=True, facts=facts)
    if not divisible(rule, total) and not counted:
        count = total // rule.high
        facts |= {"total": total, "count": count, "most": count * rule.high, "more": count + 1, "least": (count + 1) * rule.low}
        return Verdict("GP203", float(size), limit, proof=True, facts=facts)
    return None


def _by_enumeration(
    graph: AtomGraph, zone: Ints, left: list[int], found: dict[int, Verdict], rule: Rule, effort: Effort
) -> dict[int, Verdict]:
    """The verdicts of the zones ``left``, the worst first: proved by enumeration, or open."""
    soft = soft_edges(graph, rule)
    land = parts(len(graph), graph.i[soft], graph.j[soft])
    size_of_land = np.bincount(land)
    counted = {int(atom) for other, verdict in found.items() if verdict.code in COUNTED for atom in np.flatnonzero(zone == other)}
    views: dict[int, _Land] = {}
    failures = 0
    answer = {}
    for number in left:
        atoms = np.flatnonzero(zone == number)
        size = int(graph.households[atoms].sum())
        facts: dict[str, Plain] = {"households": size, "low": rule.low, "high": rule.high}
        limit = float(rule.low if size < rule.low else rule.high)
        answer[number] = people_left(graph, atoms, rule, proof=False) or Verdict("GP207", float(size), limit, False, facts)
        where = int(land[atoms[0]])
        # What is told of a zone whose atoms were bound together holds of no land alone.
        if failures == FAILURES or not graph.households[atoms].any() or (land[atoms] != where).any():
            continue
        if size_of_land[where] <= SMALL:
            if where not in views:
                views[where] = _Land(graph, np.flatnonzero(land == where), rule, counted)
            view = views[where]
            least = view.least_bad_left(atoms, effort)
            if least:
                facts |= {"count": least, "most": rule.high + rule.low - 1}
                counted_people = people_left(graph, atoms, rule, proof=True, count=least)
                answer[number] = counted_people or Verdict("GP206", float(size), limit, proof=True, facts=facts)
                continue
        else:
            view = _Land(graph, _reach(graph, atoms, rule), rule, counted)
        if view.stuck(atoms, effort):
            answer[number] = people_left(graph, atoms, rule, proof=True) or Verdict("GP211", float(size), limit, True, facts)
        else:
            failures += 1
    return answer


class _Land:
    """Some atoms of a graph, on which proofs are tried: relaxed, and as it is where it has empty land."""

    def __init__(self, graph: AtomGraph, rows: Ints, rule: Rule, counted: set[int]) -> None:
        self.rule, self.rows = rule, rows
        self.part = graph.subgraph(rows)
        self.views = [relax(self.part, rule)] + ([as_it_is(self.part, rule)] if (self.part.households == 0).any() else [])
        self.counted = [place for place, atom in enumerate(rows.tolist()) if atom in counted]
        self.proved: dict[tuple[int, int], int] = {}
        self.given: dict[int, int] = {}

    def _lived(self, atoms: Ints) -> list[int]:
        """The places of those ``atoms`` that have households."""
        places = np.searchsorted(self.rows, atoms)
        return [int(place) for place in places if self.part.households[place] > 0]

    def least_bad_left(self, atoms: Ints, effort: Effort) -> int:
        """How many zones out of range there must be on the land around ``atoms``, if more than were given; 0 else."""
        start = self._lived(atoms)[0]
        for number, view in enumerate(self.views):
            rows = connected_land(view, start, self.rule)
            first = min(place for place in np.flatnonzero(self.part.households).tolist() if view.row[place] in rows)
            if (number, first) not in self.proved:
                self.proved[number, first] = least_bad(view, sorted(rows), self.rule, effort)
            self.given.setdefault(first, int(any(view.row[place] in rows for place in self.counted)))
            if self.proved[number, first] > self.given[first]:
                self.given[first] += 1
                return self.proved[number, first]
        return 0

    def stuck(self, atoms: Ints, effort: Effort) -> bool:
        """Whether it is proved that ``atoms`` cannot all lie in zones in range."""
        return any(proved_stuck(view, self._lived(atoms), self.rule, effort) for view in self.views)


def _reach(graph: AtomGraph, atoms: Ints, rule: Rule) -> Ints:
    """The atoms that a connected set of at most ``high`` households may hold together with one of ``atoms``."""
    soft = soft_edges(graph, rule)
    i, j = graph.i[soft], graph.j[soft]
    # The way to an atom costs the households on it; a little more each, since a sparse matrix has no edges of weight 0.
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    cost = graph.households[others] + 0.5 / len(graph)
    matrix = csr_matrix((cost, (ends, others)), shape=(len(graph), len(graph)))
    way = dijkstra(matrix, indices=atoms, limit=rule.high + 0.75, min_only=True)
    return np.flatnonzero(np.isfinite(way)).astype(np.int64)
