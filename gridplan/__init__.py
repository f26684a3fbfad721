"""Geospatial grid planning."""
