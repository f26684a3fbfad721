"""Fixtures for the whole suite: a real PostGIS, a real browser; the order of the tests."""

import pytest

pytest_plugins = ["tests.provide.postgis", "tests.provide.browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The notebooks, which take longest, first: begun last, one would run on after the other worker has ended."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/test_notebooks"))
