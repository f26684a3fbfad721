"""Zones of a graph: start, repair, improve; small land exactly; verdicts for what is out of range."""

from collections.abc import Sequence

import numpy as np

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.bounds import verdicts
from gridplan.partition.exact import Exact, solve_exactly
from gridplan.partition.measures import TERMS, Cost, cost_of, terms
from gridplan.partition.model import Effort, Objective, Partition, Rule
from gridplan.partition.nodes import Nodes, make_nodes, numbered, whole_compounds
from gridplan.partition.rules import check_rule
from gridplan.partition.search import REPAIR_TRIES, absorb, anneal, recut, repair
from gridplan.partition.state import State
from gridplan.partition.trees import Cutter
from gridplan.progress import Progress, silent

EXACT_NODES = 120
"""Sets of more nodes are not tried exactly."""


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
    seed : of every random choice; the same graph, rule, weights, effort and seed give the same zones.
    progress : told ``stage.search`` after each start.

    Returns
    -------
    Zone of each atom, numbered by smallest atom; verdicts; objective and terms; ``bound`` where the optimum is proved.

    Raises
    ------
    RuleError
        GP220 the rule makes no sense; GP221 negative households.

    Notes
    -----
    Compounds that fit a zone are moved whole unless this leaves a zone out of range. Zones start as cuts of random spanning
    trees, are repaired by re-cutting a bad zone with its neighbours (after DeFord, Duchin and Solomon 2021,
    doi:10.1162/99608f92.eb30390f), and improved by re-cuts and annealed moves. Land of few connected subsets is solved by set
    partitioning (Garfinkel and Nemhauser 1970, doi:10.1287/mnsc.16.8.B495). About 0.3 ms an atom and start.

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

    Where a zone is left out of range without a proof, single atoms are tried as well.
    """
    if not len(graph):
        return Partition(np.zeros(0, dtype=np.int64), {}, 0.0, dict.fromkeys(TERMS, 0.0), 0.0)
    answer = _solve_once(graph, rule, group, objective, effort, seed, progress)
    if all(verdict.proof for verdict in answer.verdicts.values()) or int(group.max()) + 1 == len(graph):
        return answer
    single = _solve_once(graph, rule, np.arange(len(graph), dtype=np.int64), objective, effort, seed, progress)
    return min(answer, single, key=lambda found: _reached(graph, found.zone, rule, found.objective)[:2])


def _solve_once(
    graph: AtomGraph,
    rule: Rule,
    group: Ints,
    objective: Objective,
    effort: Effort,
    seed: tuple[int, ...],
    progress: Progress,
) -> Partition:
    """The best of several starts, with its verdicts."""
    cost = cost_of(graph, rule, objective)
    nodes = make_nodes(graph, rule, group)
    exact = _exact_parts(nodes, rule, cost, effort)
    best: tuple[tuple[int, int, float], Ints, dict[str, float]] | None = None
    starts = 1 if all(found is not None for _, found in exact) else max(effort.starts, 1)
    for start in range(starts):
        zone = _one_start(graph, nodes, rule, cost, exact, effort, np.random.default_rng((*seed, start)))
        value = terms(graph, zone, rule, objective)
        reached = _reached(graph, zone, rule, sum(value.values()))
        if best is None or reached < best[0]:
            best = reached, zone, value
        progress("stage.search", start + 1, starts)
    assert best is not None
    (_, _, total), zone, value = best
    proved = all(found is not None and found.optimal and found.legal for _, found in exact)
    bound = total if proved and len(nodes) == len(graph) and not any(h > rule.high for h in nodes.households) else None
    return Partition(zone, verdicts(graph, zone, rule, effort), total, value, bound)


Part = tuple[list[int], Exact | None]


def _exact_parts(nodes: Nodes, rule: Rule, cost: Cost, effort: Effort) -> list[Part]:
    """The connected parts that are left without the nodes above the range, each with its exact answer where it has one."""
    fixed = [households > rule.high for households in nodes.households]
    label = [-1] * len(nodes)
    found: list[Part] = []
    for first in range(len(nodes)):
        if fixed[first] or label[first] >= 0:
            continue
        label[first] = first
        members = [first]
        for node in members:
            for other in nodes.near[node]:
                if label[other] < 0 and not fixed[other]:
                    label[other] = first
                    members.append(other)
        members.sort()
        gates = [node for node in members if any(fixed[other] for other in nodes.near[node])]
        small = len(members) <= EXACT_NODES
        found.append((members, solve_exactly(nodes, rule, cost, members, gates, effort) if small else None))
    return found


def _one_start(
    graph: AtomGraph, nodes: Nodes, rule: Rule, cost: Cost, exact: Sequence[Part], effort: Effort, rng: np.random.Generator
) -> Ints:
    cutter = Cutter(nodes, rule, cost)
    zones = [[node] for node, households in enumerate(nodes.households) if households > rule.high]
    for members, found in exact:
        zones.extend(found.groups if found is not None else cutter.split(members, rng, 3))
    state = State(nodes, rule, cost, zones)
    repair(state, rng, REPAIR_TRIES)
    absorb(state)
    if state.bad() and len(nodes) < len(graph):
        state = _loosened(graph, state, cost)
        repair(state, rng, REPAIR_TRIES)
        absorb(state)
    if any(found is None for _, found in exact):
        moves = effort.moves_per_atom * len(state.nodes)
        recut(state, rng, 3)
        anneal(state, rng, moves * 3 // 4)
        recut(state, rng, 2)
        anneal(state, rng, moves // 4)
    return _zones(state, len(graph))


def _zones(state: State, count: int) -> Ints:
    zone = np.empty(count, dtype=np.int64)
    for number, members in enumerate(state.groups()):
        for node in members:
            zone[state.nodes.atoms[node]] = number
    return numbered(zone)


def _loosened(graph: AtomGraph, state: State, cost: Cost) -> State:
    """The same zones with the nodes of bad zones and of their neighbours taken apart into atoms."""
    loose = {zone for bad in state.bad() for zone in (bad, *state.neighbours(bad))}
    label = np.empty(len(graph), dtype=np.int64)
    for node, atoms in enumerate(state.nodes.atoms):
        label[atoms] = atoms if state.zone[node] in loose else atoms[0]
    zone = _zones(state, len(graph))
    nodes = make_nodes(graph, state.rule, numbered(label))
    groups: list[list[int]] = [[] for _ in range(int(zone.max()) + 1)]
    for node, atoms in enumerate(nodes.atoms):
        groups[zone[atoms[0]]].append(node)
    return State(nodes, state.rule, cost, groups)


def _reached(graph: AtomGraph, zone: Ints, rule: Rule, objective: float) -> tuple[int, int, float]:
    """How good an answer is: zones out of range, households of their excess, objective."""
    households = np.bincount(zone, graph.households).astype(np.int64)
    over = np.maximum(np.maximum(rule.low - households, households - rule.high), 0)
    return int((over > 0).sum()), int(over.sum()), objective
