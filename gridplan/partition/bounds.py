"""What no search can do: proofs that a zone must be out of range, by arithmetic and by complete enumeration."""

from dataclasses import dataclass

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import Fact
from gridplan.partition.exact import bits, connected_sets, cover
from gridplan.partition.model import Effort, Rule, Verdict
from gridplan.partition.nodes import parts, soft_edges
from gridplan.partition.rules import divisible, excess


@dataclass(frozen=True)
class Relaxed:
    """The atoms with households alone, two of them neighbours where they touch or touch the same empty land.

    Every connected zone of the graph is connected here, and has the same households: what is impossible here is
    impossible there. ``row`` of each atom here (-1 for empty land), its households, and masks of neighbours.
    """

    row: list[int]
    weight: list[int]
    near: list[int]


def relax(graph: AtomGraph, rule: Rule) -> Relaxed:
    """The relaxed graph, on which proofs are made."""
    lived = graph.households > 0
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
    return Relaxed(row.tolist(), graph.households[lived].tolist(), near)


def proved_stuck(relaxed: Relaxed, atoms: list[int], rule: Rule, effort: Effort) -> bool:
    """Whether it is proved that these atoms cannot all lie in zones in range, whatever the rest does.

    All connected sets in range that hold any of them are enumerated; the proof is that no disjoint choice of such sets covers
    them. False where there are too many sets, or where such a choice exists.
    """
    roots = [relaxed.row[atom] for atom in atoms if relaxed.row[atom] >= 0]
    if not roots:
        return False
    if any(relaxed.weight[root] > rule.high for root in roots):
        return True
    found = connected_sets(relaxed.weight, relaxed.near, roots, most=rule.high, cap=effort.exact_columns)
    if found is None:
        return False
    columns = [rows for rows in map(bits, found) if sum(relaxed.weight[row] for row in rows) >= rule.low]
    held = sorted({row for rows in columns for row in rows})
    if not set(roots) <= set(held):
        return True
    position = {row: place for place, row in enumerate(held)}
    optional = [position[row] for row in held if row not in set(roots)]
    placed = [[position[row] for row in rows] for rows in columns]
    chosen, proved = cover(placed, [0.0] * len(placed), len(held), optional=optional, nodes=effort.exact_nodes)
    return chosen is None and proved


def verdicts(graph: AtomGraph, zone: Ints, rule: Rule, effort: Effort) -> dict[int, Verdict]:
    """A verdict for every zone that is out of range or in parts, by zone.

    A proof says that in every assignment some zone out of range holds one of this zone's atoms; with GP203, that the connected
    land of which this zone is a part has a zone out of range in every assignment, and it is given to one zone of that land.
    """
    soft = soft_edges(graph, rule)
    land = parts(len(graph), graph.i[soft], graph.j[soft])
    total = np.bincount(land, graph.households).astype(np.int64)
    households = np.bincount(zone, graph.households).astype(np.int64)
    inner = soft & (zone[graph.i] == zone[graph.j])
    piece = parts(len(graph), graph.i[inner], graph.j[inner])
    found: dict[int, Verdict] = {}
    counted: set[int] = set()
    relaxed: Relaxed | None = None
    worst = sorted(range(len(households)), key=lambda number: (-excess(rule, int(households[number])), number))
    for number in worst:
        size = int(households[number])
        atoms = np.flatnonzero(zone == number) if excess(rule, size) else None
        if atoms is None:
            continue
        where = int(land[atoms[0]])
        verdict = _by_arithmetic(graph, atoms, rule, size, int(total[where]), where in counted)
        if verdict is None:
            relaxed = relaxed or relax(graph, rule)
            verdict = _by_enumeration(relaxed, atoms.tolist(), rule, size, effort)
        elif verdict.code == "GP203":
            counted.add(where)
        found[number] = verdict
    count = np.bincount(zone[np.unique(piece, return_index=True)[1]], minlength=len(households))
    for number in np.flatnonzero(count > 1).tolist():
        facts: dict[str, Fact] = {"count": int(count[number])}
        found[number] = Verdict("GP208", float(count[number]), 1.0, proof=False, facts=facts)
    return dict(sorted(found.items()))


def _by_arithmetic(graph: AtomGraph, atoms: Ints, rule: Rule, size: int, total: int, counted: bool) -> Verdict | None:
    """The verdict that needs no enumeration, if there is one."""
    limit = float(rule.low if size < rule.low else rule.high)
    facts: dict[str, Fact] = {"households": size, "low": rule.low, "high": rule.high}
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


def _by_enumeration(relaxed: Relaxed, atoms: list[int], rule: Rule, size: int, effort: Effort) -> Verdict:
    """Proved by enumeration, or open."""
    facts: dict[str, Fact] = {"households": size, "low": rule.low, "high": rule.high}
    limit = float(rule.low if size < rule.low else rule.high)
    if proved_stuck(relaxed, atoms, rule, effort):
        return Verdict("GP206", float(size), limit, proof=True, facts=facts)
    return Verdict("GP207", float(size), limit, proof=False, facts=facts)
