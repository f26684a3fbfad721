"""Little or odd effort, weights and land: a legal answer, a verdict or a clear error, soon."""

from typing import Any

import numpy as np
import pytest

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import MAJOR, RAIL, AtomGraph
from gridplan.partition import Effort, Objective, Partition, Rule, partition
from gridplan.partition.groups import numbered, parts, soft_edges
from gridplan.partition.kernels.flips import anneal
from gridplan.partition.kernels.recombine import recombine
from gridplan.partition.kernels.tree_cut import tree_cut
from gridplan.partition.kernels.zones import sums_of
from gridplan.partition.rules import MOST_SEED, check_search
from tests.strategies.graphs import lattice, path
from tests.strategies.lands import star

GRID = Rule(low=300, high=500, target=400)
QUICK = Effort(rounds=2, moves=20, windows=20.0, threads=1)
TOWN = lattice([[25] * 20] * 20)


def checked(graph: AtomGraph, rule: Rule, answer: Partition) -> list[int]:
    """Zones out of range, after the promises that hold for every answer."""
    soft = soft_edges(graph, rule)
    inner = soft & (answer.zone[graph.i] == answer.zone[graph.j])
    assert np.array_equal(answer.zone, numbered(answer.zone))
    assert np.array_equal(answer.zone, parts(len(graph), graph.i[inner], graph.j[inner])), "a zone is in parts"
    total = np.bincount(answer.zone, graph.households)
    bad = np.flatnonzero((total < rule.low) | (total > rule.high)).tolist()
    assert sorted(answer.verdicts) == bad
    assert np.isfinite(answer.objective)
    return bad


@pytest.mark.parametrize(
    "few",
    [
        {"seconds": 0.0}, {"rounds": 0}, {"rounds": 1}, {"windows": 0.0}, {"windows": 1e-3}, {"moves": 0},
        {"rounds": 1, "moves": 0, "windows": 0.0}, {"exact_sets": 0, "exact_columns": 0, "exact_nodes": 1}, {"threads": 64},
    ],
)  # fmt: skip
def test_little_effort_still_gives_a_legal_answer(few: dict[str, float]) -> None:
    assert checked(TOWN, GRID, partition(TOWN, GRID, effort=Effort(**vars(QUICK) | few))) == []


def test_more_rounds_cost_no_more() -> None:
    reached = [partition(TOWN, GRID, effort=Effort(rounds=rounds, threads=1)).objective for rounds in (0, 1, 8)]
    assert reached[0] > reached[1] >= reached[2]


@pytest.mark.parametrize("effort", [QUICK, Effort(rounds=4, moves=5, windows=5.0), Effort(rounds=4, seconds=0.0)])
def test_progress_is_told_in_order_and_ends_at_the_total(effort: Effort) -> None:
    told: list[tuple[str, int, int]] = []
    partition(TOWN, GRID, effort=effort, progress=lambda *step: told.append(step))
    search = [(done, total) for stage, done, total in told if stage == "stage.search"]
    rounds = 0 if effort.seconds == 0 else effort.rounds
    assert search == [*((turn, effort.rounds) for turn in range(rounds)), (effort.rounds, effort.rounds)]


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["compound_split", "crossing", "off_street", "compactness", "evenness"])
def test_a_weight_without_sense_is_refused(name: str, weight: float) -> None:
    with pytest.raises(RuleError) as caught:
        check_search(Objective(**{name: weight}), QUICK, 0)
    assert (caught.value.code, caught.value.facts["name"]) == ("GP223", name)
    assert name in caught.value.message("zh")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("rounds", -1),
        ("rounds", 1.5),
        ("moves", -3),
        ("windows", float("nan")),
        ("windows", -0.5),
        ("threads", -2),
        ("rounds", 1.0),
        ("zones", 1),
        ("sets", 0),
        ("exact_nodes", 0),
    ],
)
def test_an_effort_without_sense_is_refused(name: str, count: float) -> None:
    with pytest.raises(RuleError) as caught:
        check_search(Objective(), Effort(**{name: count}), 0)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.facts["name"]) == ("GP224", name)


@pytest.mark.parametrize("seed", [-1, MOST_SEED + 1])
def test_a_seed_without_sense_is_refused(seed: int) -> None:
    with pytest.raises(RuleError) as caught:
        check_search(Objective(), Effort(), seed)
    assert caught.value.code == "GP222"


def test_the_largest_seed_and_no_weights_are_fine() -> None:
    none = Objective(compound_split=0, crossing=0, off_street=0, compactness=0, evenness=0)
    answer = partition(TOWN, GRID, objective=none, effort=QUICK, seed=MOST_SEED)
    assert checked(TOWN, GRID, answer) == []
    assert answer.objective == 0


@pytest.mark.parametrize("objective", [Objective(compactness=1e9), Objective(evenness=1e9), Objective(crossing=1e9)])
def test_no_weight_is_worth_a_zone_out_of_range(objective: Objective) -> None:
    assert checked(TOWN, GRID, partition(TOWN, GRID, objective=objective, effort=QUICK)) == []


@pytest.mark.parametrize(
    ("area", "perimeter"),
    [(0.0, 0.0), (0.0, 4.0), (1e-6, 4.0), (1.0, 1e4)],
    ids=["points", "lines", "slivers", "coastlines"],
)
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_no_shape_is_worth_a_zone_out_of_range(area: float, perimeter: float, share: float) -> None:
    odd = np.random.default_rng(1).random(400) < share
    changed = {"area": np.where(odd, area, 1.0), "perimeter": np.where(odd, perimeter, 4.0)}
    graph = AtomGraph(**vars(TOWN) | changed)
    assert checked(graph, GRID, partition(graph, GRID, effort=QUICK)) == []


def islands(households: list[int], count: int) -> AtomGraph:
    """``count`` rows that do not touch."""
    wide = len(households)
    return lattice([households] * count, missing=[(atom, atom + wide) for atom in range(wide * (count - 1))])


APART = AtomGraph(**vars(TOWN) | {name: getattr(TOWN, name)[:0] for name in ("i", "j", "length", "kind", "street")})
ODD = {
    "one": (path(400), GRID, 0),
    "huge atoms": (path(*[10**9] * 20), GRID, 20),
    "one huge atom": (path(200, 200, 10**9, 200, 200), GRID, 1),
    "no one": (lattice([[0] * 10] * 10), GRID, 1),
    "long path": (path(*[20] * 3000), GRID, 0),
    "half-empty path": (path(*[0] * 1500, *[20] * 1500), GRID, 0),
    "star of zones": (star(500, 0, 300), GRID, 0),
    "empty star": (star(3000, 0, 0), GRID, 1),
    "no edges": (APART, GRID, 400),
    "500 islands": (islands([100] * 6, 500), GRID, 0),
    "50 odd islands": (islands([110] * 5, 50), GRID, 50),
    "one size": (lattice([[25] * 16] * 16), Rule(400, 400, 400), 0),
    "ones": (lattice([[1] * 16] * 16), Rule(1, 1, 1), 0),
    "ones and none": (lattice([[1, 0] * 8] * 16), Rule(1, 1, 1), 0),
    "twos": (lattice([[2] * 8] * 8), Rule(1, 1, 1), 64),
    "wide range": (lattice([list(range(1, 40_000, 4000))] * 8), Rule(1, 100_000, 50_000), 0),
    "hard kinds twice": (TOWN, Rule(300, 500, 400, hard_kinds=(RAIL, MAJOR, RAIL, 99)), 0),
    "all hard": (TOWN, Rule(300, 500, 400, hard_kinds=(0, 1, 2, 3)), 400),
    "far compound": (AtomGraph(**vars(TOWN) | {"compound": np.where(np.arange(400) % 133 == 0, 5, -1)}), GRID, 0),
    "all one compound": (AtomGraph(**vars(TOWN) | {"compound": np.full(400, 5)}), GRID, 0),
    "chequered compounds": (AtomGraph(**vars(lattice([[1] * 20] * 20)) | {"compound": np.arange(400) % 2}), GRID, 0),
}  # fmt: skip


@pytest.mark.parametrize(("graph", "rule", "bad"), ODD.values(), ids=ODD.keys())
def test_odd_land_gets_legal_zones_or_verdicts(graph: AtomGraph, rule: Rule, bad: int) -> None:
    answer = partition(graph, rule, effort=QUICK)
    assert len(checked(graph, rule, answer)) == bad
    assert all(verdict.proof for verdict in answer.verdicts.values())


def test_a_star_that_cannot_be_cut_is_told_soon() -> None:
    graph = star(20, 10, 30)
    answer = partition(graph, GRID, effort=QUICK)
    assert len(checked(graph, GRID, answer)) > 0


def test_a_weight_given_as_a_whole_number_compiles_nothing() -> None:
    kernels: list[Any] = [anneal, recombine, sums_of, tree_cut]
    real = partition(TOWN, GRID, objective=Objective(crossing=3.0, evenness=1.0), effort=QUICK)
    before = [len(kernel.signatures) for kernel in kernels]
    whole = partition(TOWN, GRID, objective=Objective(crossing=3, evenness=1), effort=QUICK)
    assert np.array_equal(real.zone, whole.zone)
    assert [len(kernel.signatures) for kernel in kernels] == before
