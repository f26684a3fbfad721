"""Fixtures for the whole suite: a real PostGIS, a real browser."""

pytest_plugins = ["tests.provide.postgis", "tests.provide.browser"]
