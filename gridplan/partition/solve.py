"""Zones of a graph: search, exact answers on small land, compounds taken apart where the rule needs it, verdicts."""

import time
from dataclasses import replace
from math import inf

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.bounds import verdicts
from gridplan.partition.exact import solve_exactly
from gridplan.partition.groups import numbered, parts, whole_compounds
from gridplan.partition.kernels.compiled import is_ready, mark_ready
from gridplan.partition.kernels.zones import BAD, VALUE, sums_of
from gridplan.partition.land import Land, Price, capped, make_land, price_of
from gridplan.partition.measures import TERMS, cost_of, terms
from gridplan.partition.model import Effort, Objective, Partition, Rule
from gridplan.partition.regions import Task, cores, side_by_side, tasks_of, together
from gridplan.partition.rescue import bad_zones, rescued
from gridplan.partition.rules import check_rule, check_search, too_large
from gridplan.partition.search import search
from gridplan.progress import Progress, silent

LARGEST_EXACT = 200
"""Connected land of more nodes is not tried exactly."""


def partition(
    graph: AtomGraph,
    rule: Rule,
    *,
    objective: Objective | None = None,
    effort: Effort | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Partition:
    """The zones of ``graph``: connected, in range or with a verdict, at low objective.

    Parameters
    ----------
    graph : atoms in canonical order.
    rule : households of a zone, and kinds of edges that no zone may cross.
    objective : weights of what is to be small; see ``measures.Cost``.
    effort : how long to search, in counts.
    seed : of every random choice; the same graph, rule, weights, effort and seed give the same zones with the same versions of
        packages.
    progress : told ``stage.search`` after each round; ``stage.compile`` where kernels are compiled first (once, about 15 s).

    Returns
    -------
    Zone of each atom, numbered by smallest atom; verdicts; objective and terms; ``bound`` where one is proved.

    Raises
    ------
    RuleError
        GP220 the rule makes no sense; GP221 negative households; GP222-GP224 a seed, weight or count that cannot be used.

    Notes
    -----
    Compounds that fit a zone are moved whole unless this leaves a zone out of range. The search starts from the cheapest legal
    cut of a street-aware spanning tree, found by dynamic programming (Lukes 1974, doi:10.1147/rd.183.0217), and is a large
    neighbourhood search (Shaw 1998, doi:10.1007/3-540-49481-2_30): windows of some neighbouring zones are coarsened to a dozen
    pieces, all connected sets of pieces in range are listed, and the cheapest cover replaces the window. Land of few connected
    sets is solved to proven optimality by the same means. 2 to 10 ms a zone on each of two cores.

    Examples
    --------
    >>> import numpy as np
    >>> from gridplan.graph.atom_graph import AtomGraph
    >>> one = np.ones(4)
    >>> i = np.arange(3)
    >>> path = AtomGraph(
    ...     households=np.full(4, 200), compound=np.full(4, -1), area=one, x=np.arange(4.0), y=one, polar=one / 6,
    ...     perimeter=4 * one, i=i, j=i + 1, length=np.ones(3), kind=np.zeros(3, dtype=np.int64), street=np.zeros(3),
    ... )
    >>> partition(path, Rule(low=300, high=500, target=400)).zone.tolist()
    [0, 0, 1, 1]
    """
    check_rule(rule, graph)
    objective, effort = objective or Objective(), effort or Effort()
    check_search(objective, effort, seed)
    return solve(graph, rule, whole_compounds(graph, rule), objective=objective, effort=effort, seed=(seed,), progress=progress)


def solve(
    graph: AtomGraph,
    rule: Rule,
    group: Ints,
    *,
    objective: Objective,
    effort: Effort,
    seed: tuple[int, ...],
    progress: Progress = silent,
) -> Partition:
    """As :func:`partition`, with atoms of the same ``group`` (numbered by smallest atom) moved together where possible.

    Where a zone is left out of range without a proof, single atoms of it and its neighbours are moved as well.
    """
    if not len(graph):
        return Partition(np.zeros(0, dtype=np.int64), {}, 0.0, dict.fromkeys(TERMS, 0.0), 0.0)
    effort = replace(effort, threads=effort.threads or cores())
    until = inf if effort.seconds is None else time.monotonic() + effort.seconds
    compiling = not is_ready()
    if compiling:
        progress("stage.compile", 0, 1)
    cost = cost_of(graph, rule, objective)
    price = price_of(cost, rule)
    land = capped(make_land(graph, rule, cost, group), price, rule.high)
    of_node = search(land, price, effort, seed, until=until, progress=progress)
    of_node, gap = exactly(land, price, of_node, _left(effort, until))
    if compiling:
        mark_ready()
        progress("stage.compile", 1, 1)
    zone = numbered(of_node[group])
    if bad_zones(graph, zone, rule):
        zone = rescued(graph, rule, cost, zone, effort, seed, until=until)
    value = terms(graph, zone, rule, objective)
    total = sum(value.values())
    bound = max(total - gap, 0.0) if gap < inf and not too_large(graph, rule).any() else None
    return Partition(zone, verdicts(graph, zone, rule, _left(effort, until)), total, value, bound)


def _left(effort: Effort, until: float) -> Effort:
    """The effort that may go into proofs: all of it, or none once the monotonic clock has passed ``until``."""
    return effort if time.monotonic() <= until else replace(effort, exact_sets=0, exact_columns=0)


def exactly(land: Land, price: Price, zone: Ints, effort: Effort) -> tuple[Ints, float]:
    """``zone``, bettered where a connected part of ``land`` can be solved exactly; and its gap to the optimum at most.

    The gap is infinite where nothing is proved, as where a zone is out of range.
    """
    ends = np.repeat(np.arange(len(zone)), np.diff(land.start))
    tasks = tasks_of(land, parts(len(zone), ends[land.open], land.near[land.open]))

    def work(task: Task) -> tuple[Ints, float]:
        _, nodes, part = task
        label = numbered(zone[nodes])
        if len(nodes) > LARGEST_EXACT:
            return label, inf
        exact = solve_exactly(part, price, label, effort)
        label = label if exact.zone is None else exact.zone
        cost = sums_of(part, label, price, int(label.max()) + 1)[0][:, VALUE]
        if (cost >= price.scale * BAD).any():
            return label, inf
        value = float(cost.sum())
        return label, 0.0 if exact.proved else max(value - exact.bound, 0.0)

    found = list(side_by_side(work, tasks, effort.threads or 1))
    return together(len(zone), tasks, [label for label, _ in found]), sum(gap for _, gap in found)
