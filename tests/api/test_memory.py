"""The server's memory under load; ``python -m benchmarks.api.soak`` watches it for ten minutes."""

import shutil
from pathlib import Path

import pytest

from benchmarks.api.plan import made_plan
from benchmarks.api.servers import gridplan
from benchmarks.api.soak import soaked
from gridplan.store import open_store
from tests.provide.need import needed

SECONDS = 10
ALLOWED_MB = 8


@pytest.mark.parametrize("kind", ["geopackage", "postgis"])
def test_memory_stays_flat_under_load(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    needed("the load tool is not installed: apt-get install wrk", shutil.which("wrk"))
    where: str | Path = tmp_path / "plans.gpkg"
    if kind == "postgis":
        where = str(request.getfixturevalue("fresh_postgis_url"))
    with open_store(where) as store:
        store.save_plan(made_plan(columns=25, rows=25))
    with gridplan(where) as server:
        memory, answers = soaked(server, seconds=SECONDS)
    assert answers > 100
    half = memory.samples[len(memory.samples) // 2]
    assert max(memory.samples) - half < ALLOWED_MB, memory.plot()
