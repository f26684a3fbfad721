"""``kill -9`` of the server under writes; ``python -m benchmarks.api.kill`` does the same a hundred times.

Two clients that edit one plan: ``python -m benchmarks.api.edits`` does more of it.
"""

from pathlib import Path

import pytest

from benchmarks.api.edits import edited, faults
from benchmarks.api.inside import Inside, InsideFile, InsidePostGIS
from benchmarks.api.kill import killed
from benchmarks.api.plan import made_plan
from benchmarks.api.servers import gridplan
from gridplan.store import open_store

KILLS = 3
EDITS = 60


@pytest.fixture(params=["geopackage", "postgis"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str | Path, Inside]:
    """A store with a plan of 625 units, and what is inside it."""
    where: str | Path = tmp_path / "plans.gpkg"
    if request.param == "postgis":
        where = str(request.getfixturevalue("fresh_postgis_url"))
    with open_store(where) as store:
        store.save_plan(made_plan(columns=25, rows=25))
    return where, InsideFile(where) if isinstance(where, Path) else InsidePostGIS(where)


def test_kill_under_writes_loses_nothing_acknowledged(kept: tuple[str | Path, Inside]) -> None:
    where, inside = kept
    told = killed(where, inside, kills=KILLS)
    assert told.wrong == []
    assert told.kills == KILLS
    assert told.acknowledged > 10 * KILLS


def test_two_clients_lose_no_edit_of_one_plan(kept: tuple[str | Path, Inside]) -> None:
    where, inside = kept
    with gridplan(where) as server:
        tallies = edited(server.url, EDITS)
        assert [one for tally in tallies for one in tally.wrong] == []
        assert faults(inside, EDITS) == []
    assert [tally.made for tally in tallies] == [EDITS // 2] * 2
    assert sum(tally.conflicts for tally in tallies) > 0, "the clients never met"
