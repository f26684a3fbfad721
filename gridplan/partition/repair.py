"""The least change that brings zones back into range after households changed."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.messages import Plain
from gridplan.partition.bounds import verdicts
from gridplan.partition.groups import numbered, parts, soft_edges
from gridplan.partition.model import Effort, Objective, Rule, Verdict
from gridplan.partition.repair_budget import within
from gridplan.partition.repair_ground import Field, make_field
from gridplan.partition.repair_proof import improved
from gridplan.partition.repair_recut import recut
from gridplan.partition.repair_windows import anew, charges, faulty, gathered, searched
from gridplan.partition.repair_worth import worthwhile
from gridplan.partition.rules import check_rule, check_search
from gridplan.progress import Progress, silent

BEAM = 60
"""States that are followed where zones that changed together are repaired anew."""


@dataclass(frozen=True)
class Repair:
    """``zone`` of each atom after a repair, with the labels of today, and what it moved.

    ``moved``: households in a zone of another label than today; ``moved_atoms``: how many atoms. ``verdicts``: of each zone
    that is not fixed and breaks the rule. ``bound``: no assignment that repairs the zones repaired here moves fewer households
    (None: a budget left some as they were). ``proved``: ``moved`` is that minimum.
    """

    zone: Ints
    moved: int
    moved_atoms: int
    verdicts: dict[int, Verdict]
    bound: int | None
    proved: bool


def repair(
    graph: AtomGraph,
    zone: Ints,
    rule: Rule,
    *,
    fixed: NDArray[np.bool_] | None = None,
    together: Ints | None = None,
    apart: Ints | None = None,
    shut: NDArray[np.bool_] | None = None,
    most_moved: int | None = None,
    objective: Objective | None = None,
    effort: Effort | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Repair:
    """Zones that are connected and in range again with few households moved; all else stays as it is.

    Parameters
    ----------
    graph : atoms with the households of today.
    zone : the zone of each atom, 0..k-1. A label in the answer means the same zone; new zones are k, k + 1, ...; a label that
        is not in the answer has ended.
    rule : what each zone that is not fixed must keep.
    fixed : atoms of zones that neither give nor take any: whole zones.
    together : a group for each atom; atoms of one group must be in one zone. Those of fixed zones do not count.
    apart : pairs of groups (n x 2) that may not share a zone; of atoms, where no groups are given.
    shut : edges that no zone may cross, beside those of ``rule.hard_kinds``.
    most_moved : no more households may move, beside those that ``together`` brings together; what then removes most of what is
        wrong is done.
    objective, seed : of :func:`partition`, which cuts land anew where few steps repair nothing.
    effort : of the same; ``exact_columns``: five times the steps of the proof for each zone; ``exact_nodes``: nodes of the search
        tree of the integer programme, which has four times as many open variables at most: more proves more. Land of up to
        60 zones is proved as one, larger land window by window.
    progress : told ``stage.search`` after each zone.

    Raises
    ------
    RuleError
        GP220-GP226 as :func:`partition`.

    Examples
    --------
    >>> import numpy as np
    >>> from gridplan.graph.atom_graph import AtomGraph
    >>> one = np.ones(6)
    >>> i = np.arange(5)
    >>> path = AtomGraph(
    ...     households=np.array([150, 150, 150, 150, 100, 200]), compound=np.full(6, -1), area=one, x=np.arange(6.0), y=one,
    ...     polar=one / 6, perimeter=4 * one, i=i, j=i + 1, length=np.ones(5), kind=np.zeros(5, dtype=np.int64),
    ...     street=np.zeros(5),
    ... )
    >>> answer = repair(path, np.array([0, 0, 0, 0, 1, 1]), Rule(low=300, high=500, target=400))
    >>> answer.zone.tolist(), answer.moved, answer.proved
    ([0, 0, 0, 1, 1, 1], 150, True)
    """
    check_rule(rule, graph)
    objective, effort = objective or Objective(), effort or Effort()
    check_search(objective, effort, seed)
    count = len(graph)
    fixed = np.zeros(count, dtype=bool) if fixed is None else np.asarray(fixed, dtype=bool)
    if not count or fixed.all():
        return Repair(zone.copy(), 0, 0, {}, None, proved=True)
    edges = soft_edges(graph, rule) if shut is None else soft_edges(graph, rule) & ~shut
    group = np.arange(count) if together is None else together
    pairs = np.zeros((0, 2), dtype=np.int64) if apart is None else np.asarray(apart, dtype=np.int64).reshape(-1, 2)
    field = make_field(graph, zone, rule, edges, fixed, group, pairs)
    fresh = int(zone.max()) + 1
    label = gathered(field, searched(field, field.home, fresh, progress), fresh)
    label = anew(field, label, fresh, BEAM)
    if faulty(field, label):
        land = graph.without(~edges).subgraph(np.flatnonzero(~fixed))
        label = recut(land, field, label, fresh, objective, replace(effort, threads=1), seed)
    label = worthwhile(field, label)
    mended = set(faulty(field, field.home)) - set(faulty(field, label))
    proved = improved(field, label, fresh, charges(field, mended, effort.exact_columns // 5), effort.exact_nodes)
    label, needed = proved.label, field.moved(proved.label)
    if most_moved is not None and needed > most_moved:
        label = within(field, label, most_moved, fresh)
    label = _in_order(label, fresh)
    left = faulty(field, label)
    answer = field.of_atoms(label, zone)
    moved = int(graph.households[answer != zone].sum())
    found = _Left(graph, field, label, most_moved, needed).verdicts(answer, edges, effort) if left else {}
    # A bound is one of whole households, and of a repair of all that can be repaired.
    bound = int(np.ceil(proved.bound - 1e-6)) if needed == moved else None
    return Repair(answer, moved, int((answer != zone).sum()), found, bound, proved=bound == moved)


def _in_order(label: Ints, fresh: int) -> Ints:
    """New zones numbered from ``fresh`` on, by first item."""
    new = label >= fresh
    answer = label.copy()
    if new.any():
        answer[new] = fresh + numbered(label[new])
    return answer


@dataclass(frozen=True)
class _Left:
    """What a repair left as it is: whose verdicts are wanted, and the budget that it was kept from it by."""

    graph: AtomGraph
    field: Field
    label: Ints
    most: int | None
    needed: int

    def verdicts(self, zone: Ints, edges: NDArray[np.bool_], effort: Effort) -> dict[int, Verdict]:
        """Verdicts on the land that may change, with labels and atoms as they are given.

        What is proved there alone, and not without what is fixed, tied, apart or shut, is no proof: GP253 says so.
        """
        free = np.flatnonzero(self.field.node >= 0)
        found = self._on(free, zone, edges, effort)
        soft = soft_edges(self.graph, self.field.rule)
        tied = len(np.unique(self.field.item[self.field.node[free]])) < len(free)
        if len(free) < len(zone) or (soft & ~edges).any() or tied or len(self.field.apart):
            proofs = self._on(np.arange(len(zone)), zone, soft, effort)
            size = np.bincount(zone, self.graph.households)
            for number, verdict in found.items():
                if verdict.proof and number in proofs and proofs[number].proof:
                    found[number] = proofs[number]
                elif verdict.proof:
                    rule = self.field.rule
                    facts: dict[str, Plain] = {"households": int(size[number]), "low": rule.low, "high": rule.high}
                    found[number] = replace(verdict, code="GP253", proof=False, facts=facts)
        return dict(sorted((found | self._parted(free, zone, edges) | self._clashes()).items()))

    def _on(self, free: Ints, zone: Ints, edges: NDArray[np.bool_], effort: Effort) -> dict[int, Verdict]:
        """Verdicts where zones consist of these atoms alone and hold together by these edges."""
        land = self.graph.without(~edges).subgraph(free)
        inner = zone[free][land.i] == zone[free][land.j]
        part = parts(len(free), land.i[inner], land.j[inner])
        found = {}
        # What is in parts is looked at part by part: proofs are of connected zones.
        for number, verdict in verdicts(land, part, self.field.rule, effort).items():
            facts = dict(verdict.facts)
            if "atom" in facts:
                facts["atom"] = int(free[int(facts["atom"])])
            if self.most is not None and self.needed > self.most and verdict.code == "GP207":
                verdict = replace(verdict, code="GP252")
                facts |= {"most": self.most, "needed": self.needed}
            found[int(zone[free[part == number][0]])] = replace(verdict, facts=facts)
        return found

    def _parted(self, free: Ints, zone: Ints, edges: NDArray[np.bool_]) -> dict[int, Verdict]:
        """Verdicts on zones in parts."""
        land = self.graph.without(~edges).subgraph(free)
        inner = zone[free][land.i] == zone[free][land.j]
        part = parts(len(free), land.i[inner], land.j[inner])
        count = np.bincount(zone[free][np.unique(part, return_index=True)[1]])
        return {
            number: Verdict("GP251", float(count[number]), 1.0, False, {"count": int(count[number])})
            for number in np.flatnonzero(count > 1).tolist()
        }

    def _clashes(self) -> dict[int, Verdict]:
        """Verdicts on zones that hold what may not share one."""
        count: dict[int, int] = {}
        for one, other in self.field.apart:
            if self.label[one] == self.label[other]:
                count[int(self.label[one])] = count.get(int(self.label[one]), 0) + 1
        size = np.bincount(self.label, self.field.size)
        return {
            number: Verdict("GP250", float(pairs), 0.0, False, {"count": pairs, "households": int(size[number])})
            for number, pairs in count.items()
        }
