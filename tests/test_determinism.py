"""Same input, scheme and seed give the same bytes: in other processes, and from shuffled rows."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from gridplan.pipeline import plan_town
from gridplan.sources import demo_town, write_town
from tests.cli.towns import buildings, community, town
from tests.places import demo_plan

SCRIPT = """
import sys
from gridplan.cli import main

for name in sys.argv[2:]:
    assert main(["plan", f"{name}.gpkg", "--out", f"{name}{sys.argv[1]}.gpkg", "--seed", "7"]) == 0
"""


def test_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """A drawn town and a real one, each planned under two hash seeds; one process makes both plans."""
    write_town(town(buildings(), community(0, 0, 260, 160)), tmp_path / "drawn.gpkg")
    write_town(demo_town(), tmp_path / "real.gpkg")
    for seed in "12":
        command = [sys.executable, "-c", SCRIPT, seed, "drawn", "real"]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, cwd=tmp_path)
    for name in ("drawn", "real"):
        assert (tmp_path / f"{name}1.gpkg").read_bytes() == (tmp_path / f"{name}2.gpkg").read_bytes(), name


def test_shuffled_rows_give_the_same_plan() -> None:
    given = demo_town()
    assert given.buildings is not None
    assert given.streets is not None
    shuffled = replace(
        given,
        buildings=given.buildings.sample(frac=1, random_state=1).reset_index(drop=True),
        streets=given.streets.sample(frac=1, random_state=2).reset_index(drop=True),
    )
    assert demo_plan().equals(plan_town(shuffled, seed=7))


def test_another_seed_is_another_plan() -> None:
    given = town(buildings(), community(0, 0, 260, 160))
    assert plan_town(given, seed=7).id != plan_town(given, seed=4).id
