"""What an edit was noted as puts the plan back as it was, also one that was read again since; and forward once more."""

import json
import random
from collections.abc import Callable
from dataclasses import fields

import pytest

from gridplan.errors import RuleError
from gridplan.plan import Plan
from gridplan.plan.by import By
from gridplan.plan.redraw.drawing import Totals
from tests.places import demo_plan, village_plan
from tests.plan.redraw.test_sequences import ORDERS


def again(plan: Plan) -> Plan:
    """The plan read anew from its tables, as a service does that was started again."""
    return Plan(**{layer.name: getattr(plan, layer.name) for layer in fields(plan)}).kept_as("draft")


def same(mine: Plan, theirs: Plan) -> None:
    """The two have the same tables and totals."""
    for layer, table in mine.layers():
        assert table.equals(getattr(theirs, layer)), layer
    assert mine.totals == theirs.totals == sum(map(Totals.of, mine.drawing.grids.values()), Totals())
    assert mine.equals(theirs)


@pytest.mark.parametrize(("place", "seed"), [(demo_plan, 3), (demo_plan, 4), (village_plan, 5)])
def test_every_edit_is_put_back(place: Callable[[], Plan], seed: int) -> None:
    rng = random.Random(seed)
    # The first edit turns the plan into one that was redrawn, with a parent of its own.
    plan = place().rename(place().grids["code"].iloc[0], "甲").kept_as("draft")
    states, noted = [plan], []
    for step in rng.sample(sorted(ORDERS) * 2, 24):
        if rng.random() < 0.2:
            plan = states[-1] = again(plan)
        try:
            after = plan.apply(ORDERS[step](plan, rng.randrange), by=By("li", "2026-03-01T08:30:00Z", step)).kept_as("draft")
        except RuleError:
            continue
        noted.append(json.loads(json.dumps(plan.noted(after))))
        plan = after
        states.append(plan)
    assert len(noted) > 8
    plan = again(plan)
    forward = []
    for was, told in zip(reversed(states[:-1]), reversed(noted), strict=True):
        back = plan.put_back(told).kept_as("draft")
        same(back, was)
        forward.append(json.loads(json.dumps(plan.noted(back))))
        plan = back
    plan = again(plan)
    for then, told in zip(states[1:], reversed(forward), strict=True):
        plan = plan.put_back(told).kept_as("draft")
        same(plan, then)
