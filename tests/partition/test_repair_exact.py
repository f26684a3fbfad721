"""The integer programme of repairs against trying everything: its bound is never above the minimum, and meets it when it ends."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Rule
from gridplan.partition.groups import soft_edges
from gridplan.partition.repair import repair
from gridplan.partition.repair_exact import cheapest, keeps
from gridplan.partition.repair_ground import Field, ground_of, make_field
from gridplan.partition.repair_net import Net
from gridplan.partition.repair_proof import improved
from gridplan.partition.repair_ways import Charges, Task
from gridplan.partition.repair_windows import charges, faulty
from tests.partition.test_repair import UNIT, Case, cases, fewest
from tests.strategies.graphs import path

NODES = 2000
"""Enough to solve all that is drawn here to the end."""

NO_CHARGES = Charges({}, frozenset(), frozenset())


def field_of(case: Case, rule: Rule = UNIT) -> Field:
    edges = soft_edges(case.graph, rule) & ~case.shut
    return make_field(case.graph, case.zone, rule, edges, case.fixed, case.together, case.apart)


def free(case: Case) -> Case:
    """The case with nothing fixed."""
    return replace(case, fixed=np.zeros(len(case.graph), dtype=bool))


def legal_start(case: Case) -> Ints | None:
    """Some repair of all zones, by item; None where none was found."""
    found = repair(case.graph, case.zone, UNIT, together=case.together, apart=case.apart, shut=case.shut)
    if found.verdicts:
        return None
    field = field_of(case)
    label = np.zeros(len(field.size), dtype=np.int64)
    label[field.item[field.node]] = found.zone
    return label


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(case=cases(most_atoms=8), worse=st.integers(0, 30), charged=st.booleans())
def test_the_exact_method_finds_the_minimum_and_proves_it(case: Case, worse: int, charged: bool) -> None:
    case = free(case)
    start = legal_start(case)
    assume(start is not None)
    assert start is not None
    field = field_of(case)
    ground = ground_of(field, start, set(start.tolist()))
    least = fewest(case, UNIT)
    assert least is not None
    reach = field.moved(start) + worse
    charge = charges(field, set(faulty(field, field.home)), 4000) if charged else NO_CHARGES
    unused = range(100, 100 + reach // UNIT.low)
    found = cheapest(Task(ground, start.tolist(), reach, unused, charge), NODES)
    assert found.bound == least
    if reach > least:
        assert found.label is not None
        assert keeps(ground, start.tolist(), found.label)
        assert sum(ground.cost(row, number) for row, number in enumerate(found.label)) == least


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(case=cases(most_atoms=8), nodes=st.sampled_from((1, 20, NODES)))
def test_windows_prove_no_more_than_the_minimum(case: Case, nodes: int) -> None:
    case = free(case)
    start = legal_start(case)
    assume(start is not None)
    assert start is not None
    field = field_of(case)
    least = fewest(case, UNIT)
    assert least is not None
    charge = charges(field, set(faulty(field, field.home)), 4000)
    for whole in (0, 60):
        proved = improved(field, start, 100, charge, nodes, whole=whole)
        assert proved.bound <= least <= field.moved(proved.label)
        assert not faulty(field, proved.label)


def test_zones_beyond_a_window_may_take_and_give() -> None:
    """Of three zones in a row the middle one has 4 too many; alone in a window, half of what it gives is charged to it."""
    graph = path(10, 5, 4, 8, 8, 4, 5, 10)
    case = Case(graph, np.array([0, 0, 1, 1, 1, 1, 2, 2]), np.zeros(8, dtype=bool), np.arange(8),
                np.zeros((0, 2), dtype=np.int64), np.zeros(7, dtype=bool))  # fmt: skip
    field = field_of(case)
    ground = ground_of(field, field.home, {1})
    task = Task(ground, field.home[ground.rows].tolist(), 12, (), NO_CHARGES, price=0.5)
    legal = replace(task, start=[1, 1, 1, 9])
    assert cheapest(replace(legal, fresh=(9,)), NODES).bound == 2.0
    assert fewest(case, UNIT) == 4


def test_land_without_households_is_shared_only_where_it_can_be() -> None:
    """One empty square lies between all others: it can join either pair, not both."""
    graph = AtomGraph(
        households=np.array([0, 9, 9, 9, 9]), compound=np.full(5, -1), area=np.ones(5), x=np.arange(5.0), y=np.ones(5),
        polar=np.ones(5) / 6, perimeter=4 * np.ones(5), i=np.zeros(4, dtype=np.int64), j=np.arange(1, 5), length=np.ones(4),
        kind=np.zeros(4, dtype=np.int64), street=np.zeros(4),
    )  # fmt: skip
    case = Case(graph, np.array([0, 0, 0, 1, 1]), np.zeros(5, dtype=bool), np.arange(5), np.zeros((0, 2), dtype=np.int64),
                np.zeros(4, dtype=bool))  # fmt: skip
    field = field_of(case)
    ground = ground_of(field, field.home, {0, 1})
    net = Net(ground, 1, open_=False)
    assert net.part(0b00010, 0b11111) == 0b11110
    rule = Rule(low=9, high=18, target=15)
    parted = replace(ground, rule=rule)
    found = cheapest(Task(parted, [0, 0, 0, 1, 5], 9, (5, 6), NO_CHARGES), NODES)
    assert (found.label, found.bound) == (None, 9.0)
