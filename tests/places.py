"""Where the real places are that tests run on, and what to do where they are not."""

from functools import cache
from pathlib import Path

import pytest

from gridplan.partition import Effort
from gridplan.pipeline import Options, plan_town
from gridplan.plan import Plan
from gridplan.simulation import simulate
from gridplan.sources import demo_town

SHARED = Path(__file__).resolve().parents[2] / "shared"

QUICK = Options(effort=Effort(rounds=1, windows=30, exact_sets=10_000, exact_columns=1_000))
"""Less search than by default; what must hold is the same. Whole places by the default: ``benchmarks.schemes``."""


def shared(name: str) -> Path:
    """The path of a file of the shared real data; skips the test where it is not beside the repository."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"real data {name} is not beside the repository")
    return path


@cache
def demo_plan() -> Plan:
    """The shipped place by the default scheme and seed 7; made once, as no one changes its tables in place."""
    return plan_town(demo_town(), seed=7)


@cache
def village_plan() -> Plan:
    """A part of a simulated district with villages, special sites, staff, and codes of buildings and of their entrances."""
    plan = plan_town(simulate("yuehu", seed=3, share=0.02), scheme="yuehu", seed=1)
    assert len(plan.nodes)
    assert len(plan.posts)
    return plan
