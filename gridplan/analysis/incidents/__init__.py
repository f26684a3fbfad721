"""Incidents: their casework, rates, heat, hot spots, and what the public is told."""
