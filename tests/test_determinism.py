"""Same input, scheme and seed give the same bytes: in other processes, and from shuffled rows."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from gridplan.pipeline import plan_town
from gridplan.sources import demo_town, write_town
from tests.cli.towns import buildings, community, town
from tests.places import demo_plan

SCRIPT = "import sys; from gridplan.cli import main; sys.exit(main(sys.argv[1:]))"


def plan_bytes(folder: Path, bundle: Path, hash_seed: int) -> bytes:
    """The plan bundle that a process of its own makes under another hash seed."""
    out = folder / f"plan{hash_seed}.gpkg"
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
    command = [sys.executable, "-c", SCRIPT, "plan", str(bundle), "--out", str(out), "--seed", "7"]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return out.read_bytes()


@pytest.mark.parametrize("real", [False, True])
def test_two_processes_give_the_same_bytes(tmp_path: Path, real: bool) -> None:
    bundle = tmp_path / "town.gpkg"
    write_town(demo_town() if real else town(buildings(), community(0, 0, 260, 160)), bundle)
    first, second = (plan_bytes(tmp_path, bundle, seed) for seed in (1, 2))
    assert first == second


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
