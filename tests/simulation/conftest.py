"""Simulated places, made once for all tests."""

import pytest

from gridplan.crs import local_crs
from gridplan.simulation import simulate
from gridplan.sources import Town


def metres(town: Town) -> Town:
    return town.to_crs(local_crs(town.communities))


@pytest.fixture(scope="session")
def whole() -> Town:
    """All of Longmatan."""
    return simulate("longmatan", seed=3)


@pytest.fixture(scope="session", params=["longli", "longmatan", "qingbaijiang", "yuehu"])
def part(request: pytest.FixtureRequest) -> Town:
    """The first town with both compounds and villages of each place that has buildings, and those before it, in metres."""
    return metres(
        simulate(request.param, seed=3, towns={"longli": 1, "longmatan": 4, "qingbaijiang": 2, "yuehu": 5}[request.param])
    )
