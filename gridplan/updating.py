"""A plan brought up to date with its town of today: its lines and codes stay, and few households move where they cannot."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.atoms import Atoms
from gridplan.contracts import PLAN, conform
from gridplan.divide.given import Mending, given_grids
from gridplan.divide.held import Held
from gridplan.divide.kept_units import Former
from gridplan.divide.wanted import STAGE, Wanted, wanted_by_plan
from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.pipeline import Options, Ready, finish, prepare
from gridplan.plan import Plan
from gridplan.plan.heritage import check_shared
from gridplan.plan.layers import REPORTED, report_table
from gridplan.plan.matching import Matches, Zoning, match
from gridplan.plan.redraw.lines import crossed
from gridplan.progress import Progress, silent
from gridplan.report import Report
from gridplan.schemes import Scheme, parse_scheme
from gridplan.sources import EstimateParameters, Town


def update_plan(
    plan: Plan,
    town: Town,
    *,
    most_moved: int | None = None,
    scheme: Scheme | str | None = None,
    seed: int = 0,
    options: Options | None = None,
    progress: Progress = silent,
) -> tuple[Plan, pd.DataFrame]:
    """The plan of a town read again: estates built, homes pulled down, households counted anew; and a report.

    Each building stays in the grid and unit that it was in, a new one joins those whose land it stands on. Where a grid or unit
    is then out of range, as few households as are found move, with :func:`gridplan.partition.repair`.

    Parameters
    ----------
    plan : the plan before; its locks, constraints and staff are carried over.
    town : with ids of buildings as in the town that ``plan`` was made from.
    most_moved : households that may move between grids at most in each community; what is left out of range says so.
    scheme : as :func:`gridplan.plan_town` takes it; None: that of the plan.
    seed : of the search.
    options : None: weights and parameters of the estimate are those of the plan.
    progress : called as the stages go on.

    Returns
    -------
    Plan
        Made after ``plan``: its ``lineage`` says what became of each code, and a code stays with the zone that most of its
        households are in.
    DataFrame
        ``reason``, ``id``, ``detail``, ``message``, ``message_zh``: land whose lines could not be kept, and constraints that
        could not; they are in the plan's layer ``report`` too.

    Raises
    ------
    RuleError
        GP239 ``most_moved`` is below 0; GP269 plan and town have no building in common; and as :func:`gridplan.plan_town`.

    Notes
    -----
    About as long as :func:`gridplan.plan_town`.

    Examples
    --------
    >>> import gridplan as gp
    >>> new, report = gp.update_plan(gp.read_plan("plan.gpkg"), gp.read_town("town_2027.gpkg"))  # doctest: +SKIP
    """
    if most_moved is not None and (isinstance(most_moved, bool) or not isinstance(most_moved, int) or most_moved < 0):
        raise RuleError("GP239", operation="update", why=f"most_moved: {most_moved} ? 0, 1, ...")
    asked = parse_scheme(plan.fact("scheme"), "meta") if scheme is None else scheme
    ready = prepare(town, scheme=asked, seed=seed, options=options or _options(plan), progress=progress)
    atoms = ready.atoms
    check_shared(plan, set(atoms.buildings["id"]))
    then = Zoning.of(plan)
    matches = match(then, Zoning.in_making(atoms, {}))
    before = {level: _before(matches, zones.of_section, len(atoms.sections)) for level, zones in then.levels.items()}
    wanted = wanted_by_plan(atoms, _of_cells(atoms, before["grid"]), crs.to_crs(plan.grids, ready.town.crs))
    mending, lost = _mending(plan, ready, wanted, most_moved)
    grids, report = given_grids(atoms, ready.cells, wanted, ready.scheme.grids, ready.search, mending=mending)
    report += lost
    ready = replace(ready, atoms=replace(atoms, report=atoms.report + report))
    basis = hashlib.sha256(f"update {most_moved}".encode()).hexdigest()
    made = finish(ready, grids, parent=plan, former=_former(plan, atoms, before["unit"]), basis=basis)
    staff = plan.assignments[plan.assignments["grid"].isin(made.grids["code"])].reset_index(drop=True)
    return replace(made, constraints=_carried(plan, made), assignments=staff), report_table(report)[REPORTED]


def _options(plan: Plan) -> Options:
    """Weights and parameters of the estimate of a plan."""
    stated = json.loads(plan.fact("parameters") or "{}")
    options = Options()
    objective = replace(options.objective, **stated.get("objective", {}))
    return replace(options, objective=objective, estimate=EstimateParameters(**stated.get("estimate", {})))


def _before(matches: Matches, of_section: Ints, count: int) -> Ints:
    """The zone before that each section of today has most of its households from; -1 where it is new."""
    both = (matches.old >= 0) & (matches.new >= 0)
    table = pd.DataFrame({"new": matches.new[both], "zone": of_section[matches.old[both]], "size": matches.households[both]})
    return _most(table.rename(columns={"new": "row"}), count)


def _former(plan: Plan, atoms: Atoms, unit: Ints) -> Former:
    """The units before by piece and section: land where no one lives was of the unit that its inner point lies in."""
    of_piece = np.full(len(atoms.pieces), -1, dtype=np.int64)
    piece = atoms.sections["piece"].to_numpy(np.int64)
    flat = np.flatnonzero(~plan.units["stacked"])
    lands = np.asarray(crs.to_crs(plan.units, atoms.pieces.crs).geometry.array, dtype=object)[flat]
    points = shapely.point_on_surface(np.asarray(atoms.pieces.geometry.array, dtype=object))
    for row, land in zip(*shapely.STRtree(lands).query(points, predicate="within").tolist(), strict=True):
        of_piece[row] = flat[land]
    # All homes of a flat piece are in one unit: the first section known says which it was.
    of_piece[piece] = -1
    known = np.flatnonzero(unit >= 0)[::-1]
    of_piece[piece[known]] = unit[known]
    return Former(of_piece, unit)


def _of_cells(atoms: Atoms, grid: Ints) -> Ints:
    """The grid before that each cell has most of its households from; -1 where it is new."""
    cell = atoms.pieces["cell"].to_numpy(np.int64)[atoms.sections["piece"].to_numpy(np.int64)]
    known = grid >= 0
    size = atoms.sections["households"].to_numpy(np.int64)
    return _most(pd.DataFrame({"row": cell[known], "zone": grid[known], "size": size[known]}), len(atoms.cells))


def _most(table: pd.DataFrame, count: int) -> Ints:
    """The zone with the largest size of each row (0..count-1), of equal ones the first; -1 where there is none."""
    sums = table.groupby(["row", "zone"], as_index=False)["size"].sum()
    best = sums.sort_values(["row", "size", "zone"], ascending=[True, False, True]).drop_duplicates("row")
    found = np.full(count, -1, dtype=np.int64)
    found[best["row"].to_numpy(np.int64)] = best["zone"].to_numpy(np.int64)
    return found


def _mending(plan: Plan, ready: Ready, wanted: Wanted, most_moved: int | None) -> tuple[Mending, Report]:
    """What the repair must keep, and the atoms of constraints that are no more."""
    row_of = {name: row for row, name in enumerate(ready.atoms.cells["id"].tolist())}
    label = {code: number for number, code in enumerate(wanted.labels)}
    closed: set[int] = set()
    shut: set[tuple[int, int]] = set()
    rows: dict[str, list[list[int]]] = {"must_link": [], "cannot_link": []}
    gone: list[tuple[str, str]] = []
    for number, kind, items in _constraints(plan):
        if kind == "lock":
            closed |= {label[code] for code in items if code in label}
        elif kind == "cannot_cross":
            shut |= crossed(ready.cells, ready.atoms.cells.crs, [(float(x), float(y)) for x, y in items])
        else:
            rows[kind].append([row_of[name] for name in items if name in row_of])
            gone += [(name, f"{number}: {kind}") for name in items if name not in row_of]
    held = Held(together=[one for one in rows["must_link"] if one], apart=rows["cannot_link"], shut=frozenset(shut))
    said = Report.of(STAGE, "report.given_held_gone", [name for name, _ in gone], [detail for _, detail in gone])
    return Mending(frozenset(closed), held, most_moved), said


def _constraints(plan: Plan) -> list[tuple[int, str, list[Any]]]:
    """Number, kind and items of each."""
    columns = (plan.constraints[name].tolist() for name in ("number", "kind", "items"))
    return [(int(number), str(kind), json.loads(items)) for number, kind, items in zip(*columns, strict=True)]


def _carried(plan: Plan, made: Plan) -> pd.DataFrame:
    """The constraints, without atoms and codes that are no more; those that hold nothing any more are left out."""
    known = {"lock": set(made.grids["code"]), "must_link": set(made.atoms["id"]), "cannot_link": set(made.atoms["id"])}
    items: list[Sequence[str]] = []
    for _, kind, named in _constraints(plan):
        items.append([name for name in named if kind == "cannot_cross" or name in known[kind]])
    least = {"lock": 1, "cannot_cross": 2, "must_link": 2, "cannot_link": 2}
    kinds = plan.constraints["kind"].tolist()
    kept = [len(one) >= least[kind] for one, kind in zip(items, kinds, strict=True)]
    table = plan.constraints.assign(items=[json.dumps(one, ensure_ascii=False) for one in items])[np.array(kept, dtype=np.bool_)]
    return conform(table.reset_index(drop=True), PLAN["constraints"])
