"""Grids that an office has already, made whole: each connected, in one community, and every cell in one of them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridplan.atoms import Atoms
from gridplan.divide.asked import engine_rule, with_lines
from gridplan.divide.grids import Grids, in_town, things_of
from gridplan.divide.held import Held, repaired_part
from gridplan.divide.search import Search
from gridplan.divide.spread import shared_out, spread
from gridplan.divide.wanted import STAGE, Wanted
from gridplan.errors import RuleError
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Partition, Rule, Verdict, partition
from gridplan.partition.by_hand import verdicts_by_hand
from gridplan.partition.groups import numbered, parts
from gridplan.partition.measures import terms
from gridplan.partition.standing import STRAY
from gridplan.report import Report
from gridplan.schemes import Level

SITE = 0.9
"""A grid of which this share is land of one special site, with all its households, is special."""
RANGELESS = ("community", "compound", "building")
"""What a grid can stand for without a range."""


@dataclass
class _Making:
    """Grids in the making: the zone of each cell (-1: none yet), by zone its given grid (-1: none), and what did not fit.

    ``land``: the given grid that each cell is to be in once land where no one lives is shared out; the homes that have none are
    one more, after the last of them. ``verdicts``: by zone, of a repair that left it out of range.
    """

    atoms: Atoms
    graph: AtomGraph
    community: Ints
    wanted: Wanted
    zone: Ints
    land: Ints
    label: list[int]
    main: dict[int, int]
    report: Report
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    def add(self, rows: Ints, label: int) -> int:
        """A new zone of these cells."""
        self.zone[rows] = len(self.label)
        self.label.append(label)
        return len(self.label) - 1

    def say(self, reason: str, rows: Ints, details: list[str]) -> None:
        """A row of the report for each of these cells."""
        ids = self.atoms.cells["id"].to_numpy(dtype=object)[rows]
        self.report += Report.of(STAGE, f"report.{reason}", ids, details)

    def called(self, zone: int) -> str:
        """The given code or name of a zone."""
        label = self.label[zone]
        return self.wanted.labels[label] if label >= 0 else ""


@dataclass(frozen=True)
class Mending:
    """How given grids are brought back into range: ``closed``, the numbers of those that may not change; what is ``held``.

    ``most_moved``: households that may move at most in each community.
    """

    closed: frozenset[int] = frozenset()
    held: Held = field(default_factory=Held)
    most_moved: int | None = None


def given_grids(
    atoms: Atoms, cells: AtomGraph, wanted: Wanted, level: Level, search: Search, *, mending: Mending | None = None
) -> tuple[Grids, Report]:
    """The grids that an office has, as far as they can be grids of a plan, and a report of all that did not fit.

    Parameters
    ----------
    atoms : with ``communities`` and ``cells``.
    cells : the graph over ``atoms.cells``.
    wanted : which grid each cell is to be in.
    level : the level of the grids.
    search : weights, effort and seed, for land that no grid has.
    mending : grids out of range are repaired with few households moved; None: they stay as they are.

    Notes
    -----
    A grid is cut at the borders of communities and where it does not touch itself. Its largest part (by households) keeps code
    and name; another one with at least ``STRAY`` of its households is a grid of its own; a smaller one joins, as a whole, the
    neighbour with the longest border. Land without a grid that has households enough for one is cut by the engine; the rest
    joins, cell by cell, the neighbour with the longest border. Ranges are judged by arithmetic, and what is not proved is said to
    be drawn by hand.
    """
    code = pd.Index(atoms.communities["code"])
    community = code.get_indexer(atoms.cells["community"]).astype(np.int64)
    graph = with_lines(cells, level)
    graph = graph.without(community[graph.i] != community[graph.j])
    none = np.full(len(graph), -1, dtype=np.int64)
    making = _Making(atoms, graph, community, wanted, none, shared_out(graph, wanted), [], {}, wanted.report)
    rules = [engine_rule(level, level.rule(str(kind))) for kind in atoms.communities["kind"]]
    group = _keep_parts(making)
    _cut_rest(making, rules, search)
    _join(making, group)
    if mending is not None:
        _mend(making, rules, mending, search)
    return _finished(making, rules, level, search)


def _keep_parts(making: _Making) -> Ints:
    """Makes a zone of each part of a grid that stands; the number of the group of cells in which each cell is to join a zone."""
    graph, label = making.graph, np.where(making.land < len(making.wanted.labels), making.land, -1)
    same = (label[graph.i] == label[graph.j]) & (label[graph.i] >= 0)
    part = parts(len(graph), graph.i[same], graph.j[same])
    lived = np.bincount(part, graph.households)
    area = np.bincount(part, graph.area)
    first = np.unique(part, return_index=True)[1]
    of_label: dict[int, list[int]] = {}
    for number, cell in enumerate(first.tolist()):
        if label[cell] >= 0:
            of_label.setdefault(int(label[cell]), []).append(number)
    for number, own in sorted(of_label.items()):
        size = lived if lived[own].any() else area
        own.sort(key=lambda one: (-size[one], -area[one], first[one]))
        total = size[own].sum()
        for place, one in enumerate(own):
            rows = np.flatnonzero(part == one)
            if place and size[one] < STRAY * total:
                continue
            zone = making.add(rows, number)
            if not place:
                making.main[number] = zone
                continue
            abroad = making.community[first[one]] != making.community[first[own[0]]]
            where = str(making.atoms.communities["code"].iloc[making.community[first[one]]])
            detail = f"{where}: {len(rows)} atoms, {int(lived[one])} households"
            reason = "report.given_border" if abroad else "report.given_parts"
            making.report += Report.of(STAGE, reason, [making.called(zone)], [detail])
    return part


def _cut_rest(making: _Making, rules: list[Rule | None], search: Search) -> None:
    """Makes zones of land without a grid that has households enough for one."""
    graph = making.graph
    free = making.land == len(making.wanted.labels)
    both = free[graph.i] & free[graph.j]
    land = parts(len(graph), graph.i[both], graph.j[both])
    total = np.bincount(land, graph.households * free)
    for number in np.unique(land[free]).tolist():
        rows = np.flatnonzero((land == number) & free).astype(np.int64)
        rule = rules[making.community[rows[0]]]
        if rule is None or total[number] < rule.low:
            continue
        found = partition(graph.subgraph(rows), rule, objective=search.objective, effort=search.effort, seed=search.seed)
        for zone in range(int(found.zone.max()) + 1):
            making.add(rows[found.zone == zone], -1)
        making.say("given_land_cut", rows, [f"households={count}" for count in graph.households[rows]])


def _join(making: _Making, group: Ints) -> None:
    """Joins what is in no zone to its neighbours, in rounds; what has none beside it is a zone of its own."""
    graph, waiting = making.graph, making.zone < 0
    special = np.array([label in making.wanted.special for label in making.label], dtype=np.bool_)
    making.zone = spread(graph, making.zone, group, last=special)
    both = (making.zone[graph.i] < 0) & (making.zone[graph.j] < 0)
    alone = parts(len(graph), graph.i[both], graph.j[both])
    for number in np.unique(alone[making.zone < 0]).tolist():
        rows = np.flatnonzero((alone == number) & (making.zone < 0)).astype(np.int64)
        making.add(rows, -1)
        making.say("given_alone", rows, [f"households={count}" for count in graph.households[rows]])
        waiting[rows] = False
    own, lived = making.wanted.of_cell, graph.households > 0
    unnamed = np.array([label < 0 for label in making.label], dtype=np.bool_)[making.zone]
    for reason, chosen in (
        ("given_stray", waiting & (own >= 0)),
        ("given_none", waiting & (own < 0) & lived),
        ("given_none_empty", (own < 0) & ~lived & ~unnamed),
    ):
        rows = np.flatnonzero(chosen).astype(np.int64)
        labels = making.wanted.labels
        to = [making.called(int(zone)) for zone in making.zone[rows]]
        details = [f"{labels[label] if label >= 0 else ''} -> {name}".strip() for label, name in zip(own[rows], to, strict=True)]
        making.say(reason, rows, details)


def _mend(making: _Making, rules: list[Rule | None], mending: Mending, search: Search) -> None:
    """Repairs the zones of each community that has a range; special and closed ones stay."""
    closed = np.array([label in mending.closed for label in making.label], dtype=np.bool_)
    # Land of special grids is no land that others could have.
    special = np.array([label in making.wanted.special for label in making.label], dtype=np.bool_)[making.zone]
    zone = making.zone.copy()
    made, verdicts = len(making.label), dict[int, Verdict]()
    for number, rule in enumerate(rules):
        rows = np.flatnonzero((making.community == number) & ~special).astype(np.int64)
        if rule is None or not len(rows):
            continue
        names, own = np.unique(zone[rows], return_inverse=True)
        answer = repaired_part(
            making.graph,
            rows,
            own.astype(np.int64),
            rule,
            mending.held,
            fixed=closed[zone[rows]],
            most_moved=mending.most_moved,
            objective=search.objective,
            seed=search.seed,
            progress=search.progress,
        )
        fresh = max(int(answer.zone.max()) + 1 - len(names), 0)
        names = np.concatenate([names, np.arange(made, made + fresh)])
        made += fresh
        zone[rows] = names[answer.zone]
        verdicts |= {int(names[label]): in_town(verdict, rows) for label, verdict in answer.verdicts.items()}
    alive, making.zone = np.unique(zone, return_inverse=True)
    place = {number: at for at, number in enumerate(alive.tolist())}
    making.label = [making.label[number] if number < len(making.label) else -1 for number in alive.tolist()]
    making.verdicts = {place[number]: verdict for number, verdict in verdicts.items()}
    first = {label: at for at, label in reversed(list(enumerate(making.label)))}
    making.main = {label: place.get(zone, first[label]) for label, zone in making.main.items() if label in first}


def _finished(making: _Making, rules: list[Rule | None], level: Level, search: Search) -> tuple[Grids, Report]:
    """The zones as grids, numbered by community; with verdicts, codes and names."""
    graph, community = making.graph, making.community
    first = np.unique(making.zone, return_index=True)[1]
    place = np.argsort(np.lexsort((first, community[first])))
    zone = place[making.zone].astype(np.int64)
    labels = {int(place[number]): label for number, label in enumerate(making.label)}
    main = {label: int(place[number]) for label, number in making.main.items()}
    where = community[np.unique(zone, return_index=True)[1]]
    special, of = _stand_for(making, zone, labels, level, where)
    answers: list[Partition] = []
    verdicts: dict[int, Verdict] = {}
    for number, rule in enumerate(rules):
        each = level.rule(str(making.atoms.communities["kind"].iloc[number])).each
        ranged = np.array([not special[one] and not (of[one] and each in RANGELESS) for one in range(len(of))], dtype=np.bool_)
        rows = np.flatnonzero((community == number) & ranged[zone]).astype(np.int64)
        if rule is None or not len(rows):
            continue
        part, own = graph.subgraph(rows), numbered(zone[rows])
        names = zone[rows][np.unique(own, return_index=True)[1]]
        found = verdicts_by_hand(part, own, rule)
        cost = terms(part, own, rule, search.objective)
        answers.append(Partition(own, found, sum(cost.values()), cost))
        verdicts |= {int(names[one]): in_town(verdict, rows) for one, verdict in found.items()}
    # A repair says more of what it left out of range than arithmetic does.
    verdicts |= {int(place[one]): verdict for one, verdict in making.verdicts.items() if int(place[one]) in verdicts}
    codes, called, said = _labelled(making, labels, main, level, where)
    grids = Grids(zone, dict(sorted(verdicts.items())), special, of, answers, codes, called)
    return grids, making.report + said


def _stand_for(
    making: _Making, zone: Ints, labels: dict[int, int], level: Level, where: Ints
) -> tuple[np.ndarray, list[str | None]]:
    """Which zones are special, and what each stands for."""
    graph, cells = making.graph, making.atoms.cells
    count = len(labels)
    special = np.array([labels[number] in making.wanted.special for number in range(count)], dtype=np.bool_)
    of: list[str | None] = [None] * count
    area, lived = np.bincount(zone, graph.area), np.bincount(zone, graph.households)
    for thing, number, land, homes in _shares(zone, cells.get("site"), graph):
        if land >= SITE * area[number] and homes == lived[number]:
            special[number], of[number] = True, thing
    kinds = making.atoms.communities["kind"].astype("str").tolist()
    for each, (things, names) in things_of(making.atoms).items():
        asked = np.array([level.rule(kind).each == each for kind in kinds], dtype=np.bool_)
        column = pd.Series([names[thing] if thing >= 0 else None for thing in things.tolist()])
        whole = pd.Series(graph.households).groupby(column).sum()
        for thing, number, _, homes in _shares(zone, column, graph):
            if asked[where[number]] and not special[number] and homes and homes == lived[number] == whole[thing]:
                of[number] = thing
    return special, of


def _shares(zone: Ints, things: pd.Series | None, graph: AtomGraph) -> list[tuple[str, int, float, int]]:
    """Each thing with each zone that has land of it: how much land, and how many households."""
    if things is None or not things.notna().any():
        return []
    table = pd.DataFrame({"thing": things.to_numpy(), "zone": zone, "area": graph.area, "households": graph.households})
    sums = table.groupby(["thing", "zone"], as_index=False)[["area", "households"]].sum()
    return [(str(row.thing), int(row.zone), float(row.area), int(row.households)) for row in sums.itertuples()]


def _labelled(
    making: _Making, labels: dict[int, int], main: dict[int, int], level: Level, where: Ints
) -> tuple[dict[int, str], dict[int, str], Report]:
    """The codes that are kept, the names of grids, and the codes and names that could not be codes."""
    communities = making.atoms.communities["code"].tolist()
    codes: dict[int, str] = {}
    names: dict[int, str] = {}
    seen: dict[int, int] = {}
    lost: list[tuple[str, str]] = []
    for number in sorted(labels, key=lambda number: (main.get(labels[number]) != number, number)):
        label = labels[number]
        text = making.wanted.labels[label] if label >= 0 else ""
        if not text:
            if label in making.wanted.names:
                names[number] = making.wanted.names[label]
            continue
        name = making.wanted.names.get(label, "")
        fits = _parent(text, level) == communities[where[main[label]]]
        if main[label] == number:
            if fits:
                codes[number] = text
            else:
                lost.append((text, name))
        base = name or ("" if fits else text)
        seen[label] = seen.get(label, 0) + 1
        if base:
            names[number] = base if seen[label] == 1 else f"{base}-{seen[label]}"
    return codes, names, Report.of(STAGE, "report.given_code", [code for code, _ in lost], [name for _, name in lost])


def _parent(text: str, level: Level) -> str | None:
    """The code of the parent that a text has as a code of the level; None where it is none."""
    try:
        return level.code.split(text)[0]
    except RuleError:
        return None
