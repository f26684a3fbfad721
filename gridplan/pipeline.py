"""The table of contents of the program: a town goes in, a plan comes out."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan import crs
from gridplan.atoms import Atoms, make_atoms
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import BARRIER, MAJOR, AtomGraph, Ints
from gridplan.graph.tables import from_tables
from gridplan.partition import TERMS, Effort, Objective, Partition, Rule, Units, Verdict, partition, partition_units
from gridplan.partition.kernels.compiled import is_ready
from gridplan.partition.regions import cores, side_by_side
from gridplan.partition.rules import check_search
from gridplan.plan import Plan, make_plan
from gridplan.plan.codes import check_capacity
from gridplan.plan.heritage import check_shared, voided_counts
from gridplan.progress import Progress, silent
from gridplan.schemes import Level, Scheme, load_scheme
from gridplan.sources import EstimateParameters, Town, estimate_households

HARD_KINDS = {"major": MAJOR, "river": BARRIER, "rail": BARRIER}


@dataclass(frozen=True)
class Options:
    """How a plan is made, apart from town, scheme and seed."""

    estimate: EstimateParameters = field(default_factory=EstimateParameters)
    objective: Objective = field(default_factory=Objective)
    effort: Effort = field(default_factory=Effort)


def plan_town(
    town: Town,
    *,
    scheme: Scheme | str = "default",
    seed: int = 0,
    options: Options | None = None,
    parent: Plan | None = None,
    progress: Progress = silent,
) -> Plan:
    """The plan of a town: its communities cut into grids and units by the scheme.

    Parameters
    ----------
    town : as ``gridplan.read_town`` gives it; missing household counts are estimated and marked.
    scheme : a scheme, the name of a shipped one, or the path of a TOML file.
    seed : same town, scheme, seed and options give the same plan, byte for byte.
    options : parameters of the estimate, weights of the objective, effort of the search.
    parent : the plan before this one: zones keep its codes where they keep most of its households, what it or its parents
        voided is never used again, and the plan's ``lineage`` says what became of each code.
    progress : called as the stages go on.

    Raises
    ------
    InputError
        The town breaks its contract (GP1xx).
    RuleError
        The scheme or seed is wrong, a code has no room, or ``parent`` is of another place (GP2xx).
    GeometryError
        No cells can be made (GP3xx).

    Notes
    -----
    About a second for 500 buildings; cells take most of it in larger towns, the search in smaller ones.
    """
    options = options or Options()
    check_search(options.objective, options.effort, seed)
    scheme = load_scheme(scheme) if isinstance(scheme, str) else scheme
    identity = _digest(town)
    town = estimate_households(town, options.estimate)
    town = town.to_crs(crs.local_crs(town.communities))
    unit_high = max(limits.high for limits in scheme.level("unit").ranges.values())
    atoms = make_atoms(town, unit_high=unit_high, progress=progress)
    atoms = replace(atoms, report=town.report + atoms.report)
    if parent is not None:
        check_shared(parent, set(atoms.buildings["id"]))
    _room(atoms, scheme, parent)
    cells = _graph(atoms.cells, atoms.cells, town)
    # Told here, once: the searches of the communities run side by side.
    compiling = not is_ready()
    if compiling:
        progress("stage.compile", 0, 1)
    grid_of_cell, verdicts, reached = _grids(atoms, cells, scheme, seed, options, progress)
    if compiling:
        progress("stage.compile", 1, 1)
    units = _units(atoms, town, grid_of_cell, scheme, seed, options, progress)
    progress("stage.compose", 0, 1)
    facts = _facts(town, scheme, seed, options, identity, parent) | reached | _reached_by_units(units)
    plan = make_plan(
        atoms, grid_of_cell=grid_of_cell, grid_verdicts=verdicts, units=units, scheme=scheme, facts=facts, parent=parent
    )
    progress("stage.compose", 1, 1)
    return plan


def partition_prepared(
    atoms: gpd.GeoDataFrame,
    edges: pd.DataFrame,
    *,
    low: int,
    high: int,
    target: int | None = None,
    seed: int = 0,
    options: Options | None = None,
    progress: Progress = silent,
) -> Partition:
    """The zones of prepared atoms and edges: the engine alone.

    Parameters
    ----------
    atoms : columns ``households``, ``compound``, ``geometry`` (metre CRS).
    edges : columns ``i``, ``j`` (row numbers of atoms), ``length`` (m), ``kind``, ``crosses_major_road``.
    low, high, target : households of a zone; ``target`` is the middle where None.

    Raises
    ------
    RuleError
        The range or the households make no sense (GP2xx).
    """
    options = options or Options()
    rule = Rule(low=low, high=high, target=(low + high) // 2 if target is None else target)
    return partition(
        from_tables(atoms, edges),
        rule,
        objective=options.objective,
        effort=options.effort,
        seed=seed,
        progress=progress,
    )


def _graph(areas: pd.DataFrame, cells: pd.DataFrame, town: Town) -> AtomGraph:
    """The graph of the areas (cells, or pieces of them), edges classed by the town's streets and barriers."""
    compound = cells["compound"] if areas is cells else cells["compound"].iloc[areas["cell"]]
    named = compound.notna().to_numpy()
    codes, _ = pd.factorize(compound.to_numpy(), sort=True)
    compound_number = np.where(named, codes, -1).astype(np.int64)
    return build_graph(areas, streets=town.streets, barriers=town.barriers, compound=compound_number)


def _rule(level: Level, kind: str) -> Rule:
    limits = level.ranges[kind]
    hard = sorted({HARD_KINDS[name] for name in level.hard_barriers})
    return Rule(low=limits.low, high=limits.high, target=limits.target, hard_kinds=tuple(hard))


def _grids(
    atoms: Atoms, cells: AtomGraph, scheme: Scheme, seed: int, options: Options, progress: Progress
) -> tuple[Ints, dict[int, Verdict], dict[str, str]]:
    """Grid of each cell over all communities, verdicts by grid, and what the search reached."""
    community = atoms.cells["community"].to_numpy()
    grid_of_cell = np.full(len(cells), -1, dtype=np.int64)
    verdicts: dict[int, Verdict] = {}
    made = 0
    answers = []
    level = scheme.level("grid")
    tasks = [(np.flatnonzero(community == row.code), row.kind) for row in atoms.communities.itertuples()]
    # Several communities are searched side by side, a single one region by region.
    threads = options.effort.threads or cores()
    effort = options.effort if len(tasks) == 1 else replace(options.effort, threads=1)

    def work(task: tuple[Ints, str]) -> Partition:
        rows, kind = task
        return partition(cells.subgraph(rows), _rule(level, kind), objective=options.objective, effort=effort, seed=seed)

    progress("stage.grids", 0, len(tasks))
    for (rows, _), answer in zip(tasks, side_by_side(work, tasks, threads), strict=True):
        grid_of_cell[rows] = answer.zone + made
        verdicts |= {zone + made: _in_town(verdict, rows) for zone, verdict in answer.verdicts.items()}
        made += int(answer.zone.max()) + 1
        answers.append(answer)
        progress("stage.grids", len(answers), len(tasks))
    return grid_of_cell, verdicts, _reached(answers)


def _reached(answers: Sequence[Partition]) -> dict[str, str]:
    """What all communities together cost, term by term, and the bound where one is known for each."""
    bounds = [answer.bound for answer in answers if answer.bound is not None]
    total = sum(answer.objective for answer in answers)
    known = len(bounds) == len(answers)
    return {
        "objective": f"{total:.6f}",
        "terms": json.dumps({name: round(sum(answer.terms[name] for answer in answers), 6) for name in TERMS}),
        "bound": f"{sum(bounds):.6f}" if known else "",
        "gap": f"{max(total - sum(bounds), 0.0) / total if total else 0.0:.6f}" if known else "",
    }


def _reached_by_units(units: Units) -> dict[str, str]:
    """What the units of all grids cost, the sum of the bounds that are known, and how many grids' units are proved optimal."""
    known = ~np.isnan(units.bound)
    optimal = known & (units.objective - np.where(known, units.bound, 0.0) <= 1e-6)
    return {
        "units_objective": f"{units.objective.sum():.6f}",
        "units_bound": f"{units.bound[known].sum():.6f}",
        "units_optimal": str(int(optimal.sum())),
    }


def _room(atoms: Atoms, scheme: Scheme, parent: Plan | None) -> None:
    """Refuses before the search what needs more codes than there are (voided ones not counted): grids, and units of a grid."""
    level, below = scheme.level("grid"), scheme.level("unit")
    voided = {} if parent is None else voided_counts(parent, level)
    households = atoms.cells.groupby("community")["households"].sum()
    for row in atoms.communities.itertuples():
        least = -(-int(households[row.code]) // level.ranges[row.kind].high)
        check_capacity([row.code] * least, level, voided=voided)
        smallest = min(level.ranges[row.kind].low, int(households[row.code]))
        check_capacity([level.code.code(row.code, 1)] * -(-smallest // below.ranges[row.kind].high), below)


def _in_town(verdict: Verdict, rows: Ints) -> Verdict:
    """The verdict with the row of its atom among all cells, not among those of its community (``rows``)."""
    if "atom" not in verdict.facts:
        return verdict
    return replace(verdict, facts=verdict.facts | {"atom": int(rows[int(verdict.facts["atom"])])})


def _units(
    atoms: Atoms, town: Town, grid_of_cell: Ints, scheme: Scheme, seed: int, options: Options, progress: Progress
) -> Units:
    """The units of every grid."""
    pieces = _graph(atoms.pieces, atoms.cells, town)
    kinds = atoms.communities.set_index("code")["kind"]
    level = scheme.level("unit")
    community_of_grid = pd.Series(atoms.cells["community"].to_numpy()).groupby(grid_of_cell).first()
    return partition_units(
        pieces,
        grid=grid_of_cell[atoms.pieces["cell"].to_numpy()],
        stacked=atoms.pieces["stacked"].to_numpy(),
        section_piece=atoms.sections["piece"].to_numpy(dtype=np.int64),
        section_households=atoms.sections["households"].to_numpy(dtype=np.int64),
        rules=[_rule(level, kinds[code]) for code in community_of_grid],
        objective=options.objective,
        effort=options.effort,
        seed=seed,
        progress=progress,
    )


def _facts(town: Town, scheme: Scheme, seed: int, options: Options, identity: str, parent: Plan | None) -> dict[str, str]:
    """What ``meta`` says about where the plan comes from; equal input gives equal facts."""
    # Threads decide nothing but the time.
    effort = replace(options.effort, threads=None)
    parameters = json.dumps(
        {
            name: asdict(part)
            for name, part in (("estimate", options.estimate), ("objective", options.objective), ("effort", effort))
        },
        sort_keys=True,
    )
    before = [] if parent is None else [parent.id]
    whole = hashlib.sha256("\n".join([identity, scheme.text, str(seed), parameters, *before]).encode())
    return {
        "plan": whole.hexdigest()[:12],
        "name": ", ".join(town.communities["name"].iloc[:3]) + (" …" if len(town.communities) > 3 else ""),
        "scheme": scheme.text,
        "seed": str(seed),
        "parent": "" if parent is None else parent.id,
        "crs": crs.name(town.crs),
        "parameters": parameters,
        "source": json.dumps(town.source, sort_keys=True, ensure_ascii=False),
        "town": identity,
        "versions": json.dumps({name: version(name) for name in ("gridplan", "highspy", "numba", "scipy")}),
    }


def _digest(town: Town) -> str:
    """Sha256 of the town's rows in the order of their bytes, so that the order of the input does not matter."""
    whole = hashlib.sha256()
    for name, table in town.layers():
        plain = table.drop(columns=table.geometry.name)
        text = ["\x1f".join(map(str, row)) for row in plain.itertuples(index=False)]
        shapes = [b"" if shape is None else shape for shape in table.geometry.to_wkb()]
        rows = sorted(zip(text, shapes, strict=True))
        whole.update(name.encode())
        for words, shape in rows:
            whole.update(words.encode())
            whole.update(shape)
    return whole.hexdigest()
