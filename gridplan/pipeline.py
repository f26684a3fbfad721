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
from gridplan.atoms import Atoms, make_atoms, with_villages
from gridplan.divide import Areas, Grids, Search, divide_areas, divide_grids, divide_units
from gridplan.divide.kept_units import Former, kept_units
from gridplan.divide.people import with_people
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import AtomGraph
from gridplan.graph.tables import from_tables
from gridplan.partition import TERMS, Effort, Objective, Partition, Rule, Units, partition
from gridplan.partition.kernels.compiled import is_ready
from gridplan.partition.rules import check_search
from gridplan.plan import Plan, make_plan
from gridplan.plan.areas import Named
from gridplan.plan.codes import check_capacity
from gridplan.plan.heritage import check_shared, voided_counts
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.schemes import KINDS, Scheme, load_scheme
from gridplan.sources import EstimateParameters, Town, estimate_households


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
    ready = prepare(town, scheme=scheme, seed=seed, options=options, progress=progress)
    if parent is not None:
        check_shared(parent, set(ready.atoms.buildings["id"]))
    _room(ready.atoms, ready.scheme, parent)
    # Told here, once: the searches of the communities run side by side.
    compiling = not is_ready()
    if compiling:
        progress("stage.compile", 0, 1)
    grids = divide_grids(ready.atoms, ready.cells, ready.scheme.grids, ready.search)
    if compiling:
        progress("stage.compile", 1, 1)
    return finish(ready, grids, parent=parent)


@dataclass(frozen=True)
class Ready:
    """A town whose grids can be made: in metres, with its atoms, and what the search is told. ``identity`` of its rows."""

    town: Town
    identity: str
    scheme: Scheme
    options: Options
    search: Search
    atoms: Atoms
    cells: AtomGraph


def prepare(town: Town, *, scheme: Scheme | str, seed: int, options: Options | None, progress: Progress) -> Ready:
    """The town with its households estimated and its atoms made; as :func:`plan_town` says."""
    options = options or Options()
    check_search(options.objective, options.effort, seed)
    scheme = load_scheme(scheme) if isinstance(scheme, str) else scheme
    identity = _digest(town)
    town = estimate_households(town, options.estimate)
    town = town.to_crs(crs.local_crs(town.communities))
    atoms = _atoms(town, scheme, progress)
    search = Search(options.objective, options.effort, seed, progress)
    return Ready(town, identity, scheme, options, search, atoms, _graph(atoms.cells, atoms.cells, town))


def finish(ready: Ready, grids: Grids, *, parent: Plan | None = None, former: Former | None = None, basis: str = "") -> Plan:
    """The plan of these grids, their units cut by the engine.

    ``former``: the units before, where they are to keep their lines.
    ``basis``: text of what they follow besides the scheme, for the plan's id.
    """
    atoms, scheme, search = ready.atoms, ready.scheme, ready.search
    pieces = _graph(atoms.pieces, atoms.cells, ready.town)
    units = divide_units(atoms, pieces, grids, scheme.units, search)
    if former is not None:
        units = kept_units(atoms, pieces, grids, scheme.units, search, units=units, former=former)
    areas = divide_areas(_communities(atoms), scheme, search)
    atoms = replace(atoms, report=atoms.report + _missed(areas))
    search.progress("stage.compose", 0, 1)
    plan = make_plan(
        atoms,
        grids=grids,
        units=units,
        borders=pieces,
        scheme=scheme,
        facts=_facts(ready, parent, basis) | _reached(grids.answers) | _reached_by_units(units),
        areas=areas,
        named=Named(_things(ready.town), ready.town.areas),
        parent=parent,
    )
    search.progress("stage.compose", 1, 1)
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


def _atoms(town: Town, scheme: Scheme, progress: Progress) -> Atoms:
    """The atoms as the scheme asks for them: special sites cut out, natural villages found, people counted."""
    rules = {level.layer: [level.rule(kind) for kind in KINDS] for level in (scheme.grids, scheme.units)}
    highs = [rule.households.high for rule in rules["units"] if rule.households is not None and rule.each is None]
    sites = scheme.special.kinds if scheme.special is not None else ()
    # Where a unit is a building, none is divided.
    atoms = make_atoms(town, unit_high=max(highs, default=10**9), sites=sites, progress=progress)
    atoms = replace(atoms, report=town.report + atoms.report)
    if any(rule.each == "village" for rule in rules["grids"]):
        atoms = with_villages(atoms)
    counted = any(rule.population is not None for rule in rules["grids"])
    return with_people(atoms) if counted else atoms


def _things(town: Town) -> dict[str, str]:
    """Names by id of compounds and special sites that have one."""
    tables = [table[table["name"].notna()] for table in (town.compounds, town.special_sites) if table is not None]
    return {str(key): str(name) for table in tables for key, name in zip(table["id"], table["name"], strict=True)}


def _missed(areas: Sequence[Areas]) -> Report:
    """The levels of which there are more or fewer areas than the scheme wants."""
    wanted = [(made.level.name, made.level.rule("urban").count, len(made.above)) for made in areas]
    missed = [(name, f"{made}/{count}") for name, count, made in wanted if count not in (None, made)]
    return Report.of("divide", "report.count_missed", [name for name, _ in missed], [detail for _, detail in missed])


def _communities(atoms: Atoms) -> gpd.GeoDataFrame:
    """The communities with the households of their cells."""
    households = atoms.cells.groupby("community")["households"].sum()
    return atoms.communities.assign(households=atoms.communities["code"].map(households).fillna(0).astype("int64"))


def _room(atoms: Atoms, scheme: Scheme, parent: Plan | None) -> None:
    """Refuses before the search what needs more codes than there are (voided ones not counted): grids, and units of a grid."""
    voided = {} if parent is None else voided_counts(parent, scheme.grids)
    households = atoms.cells.groupby("community")["households"].sum()
    for row in atoms.communities.itertuples():
        limits, below = scheme.grids.rule(row.kind).households, scheme.units.rule(row.kind).households
        least = 1 if limits is None else -(-int(households[row.code]) // limits.high)
        check_capacity([row.code] * least, scheme.grids, voided=voided)
        if limits is not None and below is not None:
            smallest = min(limits.low, int(households[row.code]))
            check_capacity([scheme.grids.code.code(row.code, 1)] * -(-smallest // below.high), scheme.units)


def _graph(areas: pd.DataFrame, cells: pd.DataFrame, town: Town) -> AtomGraph:
    """The graph of the areas (cells, or pieces of them), edges classed by the town's streets and barriers."""
    compound = cells["compound"] if areas is cells else cells["compound"].iloc[areas["cell"]]
    named = compound.notna().to_numpy()
    codes, _ = pd.factorize(compound.to_numpy(), sort=True)
    compound_number = np.where(named, codes, -1).astype(np.int64)
    graph = build_graph(areas, streets=town.streets, barriers=town.barriers, compound=compound_number)
    if areas is cells and cells["population"].notna().all():
        return replace(graph, population=cells["population"].to_numpy(np.int64))
    return graph


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


def _facts(ready: Ready, parent: Plan | None, basis: str) -> dict[str, str]:
    """What ``meta`` says about where the plan comes from; equal input gives equal facts."""
    town, scheme, options, seed = ready.town, ready.scheme, ready.options, ready.search.seed
    # Threads decide nothing but the time.
    effort = replace(options.effort, threads=None)
    parameters = json.dumps(
        {
            name: asdict(part)
            for name, part in (("estimate", options.estimate), ("objective", options.objective), ("effort", effort))
        },
        sort_keys=True,
    )
    before = ([] if parent is None else [parent.id]) + ([basis] if basis else [])
    whole = hashlib.sha256("\n".join([ready.identity, scheme.text, str(seed), parameters, *before]).encode())
    return {
        "plan": whole.hexdigest()[:12],
        "name": town.name,
        "scheme": scheme.text,
        "seed": str(seed),
        "parent": "" if parent is None else parent.id,
        "crs": crs.name(town.crs),
        "parameters": parameters,
        "source": json.dumps(town.source, sort_keys=True, ensure_ascii=False),
        "town": ready.identity,
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
