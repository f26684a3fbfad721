"""A real PostGIS for the tests."""
