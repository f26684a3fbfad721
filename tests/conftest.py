"""Fixtures for the whole suite: a real PostGIS, a real browser; the order of the tests."""

import pytest
from hypothesis import settings

# How fast an example runs on a busy machine says nothing about the code; benchmarks/ measures speed.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tests.provide.postgis", "tests.provide.browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, the notebooks and whole places: begun last, it would run on after the other workers."""
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/test_notebooks"), not item.nodeid.startswith("tests/test_")))
