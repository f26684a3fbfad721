"""Services within a walk: coverage, capacity, and where new ones help most."""
