"""Compiled kernels on disk: kept, compiled anew where a file is damaged, never in the way, never imported early."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.caching import FunctionCache

from gridplan.partition.kernels import compiled

ROOT = Path(__file__).resolve().parents[2]
KERNEL = """
from gridplan.partition.kernels.compiled import is_ready, kernel, mark_ready

@kernel
def twice(number):
    return 2 * number

if __name__ == "__main__":
    mark_ready()
    print(twice(21), sum(twice.stats.cache_hits.values()), sum(twice.stats.cache_misses.values()), is_ready())
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file with a small kernel, which tells its result, how often it was read and missed on disk, and whether all is ready."""
    file = tmp_path / "twice.py"
    file.write_text(KERNEL, encoding="utf-8")
    return file


def begun(source: Path, cache: str, **more: str) -> subprocess.Popen[str]:
    environment = os.environ | {"GRIDPLAN_CACHE": cache, "PYTHONPATH": str(ROOT)} | more
    command = [sys.executable, str(source)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> str:
    out, error = process.communicate(timeout=60)
    assert not error
    return out.strip()


def run(source: Path, cache: Path | str, **more: str) -> str:
    return told(begun(source, str(cache), **more))


def test_a_second_run_compiles_nothing(source: Path, tmp_path: Path) -> None:
    assert run(source, tmp_path / "kept") == "42 0 1 True"
    assert run(source, tmp_path / "kept") == "42 1 0 True"


@pytest.mark.parametrize(("kind", "left"), [("nbi", 40), ("nbc", 0)])
def test_a_file_cut_short_is_compiled_anew_and_mended(source: Path, tmp_path: Path, kind: str, left: int) -> None:
    run(source, tmp_path / "kept")
    (file,) = (tmp_path / "kept").rglob(f"*.{kind}")
    file.write_bytes(file.read_bytes()[:left])
    assert run(source, tmp_path / "kept") == "42 0 1 True"
    assert run(source, tmp_path / "kept") == "42 1 0 True"


def test_without_a_folder_to_write_to_it_works_and_leaves_nothing_beside_the_source(source: Path) -> None:
    assert run(source, os.devnull + "/none", HOME=os.devnull) == "42 0 1 False"
    assert not list(source.parent.rglob("*.nb?"))


def test_two_processes_at_once(source: Path, tmp_path: Path) -> None:
    processes = [begun(source, str(tmp_path / "kept")) for _ in range(2)]
    assert all(told(process).startswith("42 ") for process in processes)
    assert run(source, tmp_path / "kept") == "42 1 0 True"


def test_the_folder_of_the_user_is_the_default(source: Path, tmp_path: Path) -> None:
    assert run(source, "", XDG_CACHE_HOME=str(tmp_path / "cache")) == "42 0 1 True"
    assert list((tmp_path / "cache" / "gridplan").glob("kernels-*/ready"))


@pytest.mark.parametrize("module", ["gridplan", "gridplan.graph"])
def test_importing_does_not_import_numba(module: str) -> None:
    script = f"import sys, {module}; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False"


def test_only_one_process_saves_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "directory", lambda: tmp_path)

    def is_locked() -> bool:
        with (tmp_path / "lock").open("w") as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    found = []
    monkeypatch.setattr(FunctionCache, "save_overload", lambda *_: found.append(is_locked()))
    compiled._Kept(is_locked).save_overload()
    assert found == [True]
    assert not is_locked()
