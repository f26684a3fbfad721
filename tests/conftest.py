"""Fixtures for the whole suite: a real PostGIS, a real browser; which files have tests, and their order."""

from pathlib import Path

import pytest
from hypothesis import settings

# How fast an example runs on a busy machine says nothing about the code; benchmarks/ measures speed.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tests.provide.postgis", "tests.provide.browser"]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Files beside the tests hold neither tests nor examples: each worker need not read them, nor the packages that they need."""
    return True if collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "__init__")) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, the notebooks and whole places: begun last, it would run on after the other workers."""
    items.sort(key=lambda item: (not item.nodeid.startswith("tests/test_notebooks"), not item.nodeid.startswith("tests/test_")))
