"""What tests of several parts are about."""

import pytest

from benchmarks.incident_rows import lattice_plan
from gridplan.plan import Plan


@pytest.fixture(scope="session")
def county() -> Plan:
    """908 grids, as Longli has."""
    return lattice_plan(columns=4, rows=227)
