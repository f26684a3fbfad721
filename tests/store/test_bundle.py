"""The plan bundle: the same bytes from the same plan, whole or not at all, and a GeoPackage by the standard."""

import os
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import shapely

from gridplan.errors import OutputError, StoreError
from gridplan.maps import plan_page
from gridplan.plan.model import Plan
from gridplan.replacing import replacing
from gridplan.store import Dataset, ItemQuery, Store, claimed, geopackage, open_store, read_plan, write_plan
from gridplan.store.downloads import write_download
from tests.provide.need import needed

ROOT = Path(__file__).resolve().parents[2]
DEBIAN_PYTHON = "/usr/bin/python3"
VALIDATOR = Path("/usr/lib/python3/dist-packages/osgeo_utils/samples/validate_gpkg.py")


def test_written_and_read_is_equal(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "东风.gpkg"
    write_plan(plan, path)
    before = path.read_bytes()
    assert read_plan(path).equals(plan)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["东风.gpkg"]


def test_same_bytes_in_processes_with_other_hash_seeds(plan: Plan, tmp_path: Path) -> None:
    program = "import sys; from tests.samples import sample_plan; from gridplan.store import write_plan; "
    for seed in ("1", "77"):
        command = [sys.executable, "-c", program + f"write_plan(sample_plan(), {str(tmp_path / seed)!r} + '.gpkg')"]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed})
    write_plan(plan, tmp_path / "again.gpkg")
    first, *others = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert all(other == first for other in others)
    assert len(others) == 2


def test_the_standard_validator_finds_no_fault(plan: Plan, tmp_path: Path) -> None:
    missing = "GDAL's validate_gpkg is missing: install Debian's python3-gdal (python -m tests.provide)"
    validator = needed(missing, VALIDATOR if VALIDATOR.exists() else None)
    write_plan(plan, tmp_path / "bundle.gpkg")
    with open_store(tmp_path / "store.gpkg") as store:
        store.save_plan(plan)
    for name in ("bundle.gpkg", "store.gpkg"):
        run = subprocess.run(
            [DEBIAN_PYTHON, str(validator), str(tmp_path / name)], capture_output=True, text=True, check=False, env=_plain()
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def _plain() -> dict[str, str]:
    """The environment without this interpreter's folders, which are not for Debian's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def test_an_unwritable_place_is_told_and_nothing_is_left(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.gpkg").mkdir()
    for target in (tmp_path / "nosuch" / "a.gpkg", tmp_path / "file" / "a.gpkg", tmp_path / "folder.gpkg"):
        with pytest.raises(OutputError, match="GP601 cannot write"):
            write_plan(plan, target)
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["file", "folder.gpkg"]


def test_a_failed_write_leaves_the_old_bundle(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    before = path.read_bytes()

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(geopackage, "seal", full)
    with pytest.raises(OutputError, match=r"GP601 .*No space left"):
        write_plan(plan, path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["plan.gpkg"]


def test_a_bundle_that_is_served_is_not_replaced(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    with open_store(path) as store:
        assert store.plans()
        with pytest.raises(OutputError, match=r"GP601 .*open"):
            write_plan(plan, path)
    assert [item.name for item in tmp_path.iterdir()] == ["plan.gpkg"]
    write_plan(plan, path)


def test_what_is_no_bundle_is_told(plan: Plan, tmp_path: Path) -> None:
    text, town, damaged = tmp_path / "text.gpkg", tmp_path / "town.gpkg", tmp_path / "damaged.gpkg"
    text.write_text("not a database at all, whatever its name says")
    plan.grids.to_file(town, layer="communities", driver="GPKG")
    write_plan(plan, damaged)
    damaged.write_bytes(damaged.read_bytes()[:9000])
    for path in (tmp_path / "nosuch.gpkg", text, town, damaged, tmp_path):
        with pytest.raises(StoreError, match="GP403") as caught:
            read_plan(path)
        assert str(path) in str(caught.value)
    before = town.read_bytes()
    with pytest.raises(StoreError, match="town bundle"):
        open_store(town)
    assert town.read_bytes() == before


def test_a_missing_layer_is_told(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE lineage")
    with pytest.raises(StoreError, match=r"GP403 .*lineage"):
        read_plan(path)


def test_another_version_is_refused(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gridplan_schema SET version = '0009'")
    with pytest.raises(StoreError, match=r"GP404 .*0009"):
        read_plan(path)


def test_which_plan_must_be_said_where_there_are_several(plan: Plan, tmp_path: Path, named: object) -> None:
    path = tmp_path / "store.gpkg"
    with open_store(path) as store:
        with pytest.raises(StoreError, match="GP407"):
            read_plan(path)
        store.save_plan(plan)
        store.save_plan(named(plan, "other"))  # type: ignore[operator]  # a fixture
    with pytest.raises(StoreError, match=f"GP406 .*2 plans: {plan.id}, other"):
        read_plan(path)
    assert read_plan(path, plan.id).equals(plan)


def test_a_file_for_reading_takes_no_plan(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    with open_store(path, read_only=True) as store, pytest.raises(StoreError, match="GP409"):
        store.delete_plan(plan.id)


def test_the_index_follows_edits_of_other_programs(plan: Plan, tmp_path: Path) -> None:
    """An editor that has the ST_ functions moves one grid far away: the box finds it there and no longer here."""
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    away = geopackage.to_blobs(shapely.box(10, 50, [11], 51))[0]
    with closing(sqlite3.connect(path)) as connection, connection:
        geopackage.register(connection)
        connection.execute("UPDATE grids SET geom = ? WHERE fid = 1", (away,))
        connection.execute("UPDATE grids SET geom = NULL WHERE fid = 2")
    with open_store(path, read_only=True) as store:
        # The grid that has no shape any more lies in every box.
        for box, found in (((10.5, 50.5, 10.6, 50.6), 2), ((104.0, 30.0, 105.0, 31.0), 3)):
            assert store.items.page(ItemQuery("grids", Dataset(plan.id), box=box)).matched == found


def test_a_killed_writer_loses_nothing_it_was_promised(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "store.gpkg"
    program = (
        "import dataclasses, itertools; from tests.samples import sample_plan; from gridplan.store import open_store\n"
        "plan = sample_plan(); store = open_store(" + repr(str(path)) + ")\n"
        "for number in itertools.count():\n"
        "    meta = plan.meta.copy(); meta.loc[meta['key'] == 'plan', 'value'] = f'p{number}'\n"
        "    store.save_plan(dataclasses.replace(plan, meta=meta)); print(f'p{number}', flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
        assert writer.stdout is not None
        promised = [writer.stdout.readline().strip() for _ in range(4)]
        writer.kill()
        promised += writer.stdout.read().split()
    with open_store(path) as store:
        kept = [info.id for info in store.plans()]
        assert kept[: len(promised)] == promised
        assert all(store.load_plan(name).grids.equals(plan.grids) for name in kept)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_one_server_alone_serves_a_file_for_writing(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    other = f"from pathlib import Path; from gridplan.store import claimed; claimed(Path({str(path)!r})).__enter__()"
    with claimed(path):
        told = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
        assert "GP418" in told.stderr
    assert subprocess.run([sys.executable, "-c", other], capture_output=True, check=False).returncode == 0
    with pytest.raises(StoreError, match="GP403"), claimed(tmp_path / "nosuch.gpkg"):
        pass


def test_a_file_that_is_served_for_reading_is_not_replaced(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    before = path.read_bytes()
    path.chmod(0o400)
    with claimed(path, reading=True):
        with claimed(path, reading=True), claimed(path), open_store(path, read_only=True) as store:
            assert store.load_plan(plan.id).equals(plan)
            with pytest.raises(OutputError, match=r"GP601 .*open"):
                write_plan(plan, path)
        # The store and the other reader have closed the file; this claim stands.
        with pytest.raises(OutputError, match=r"GP601 .*open"):
            write_plan(plan, path)
    assert [item.name for item in tmp_path.iterdir()] == ["plan.gpkg"]
    assert path.read_bytes() == before
    write_plan(plan, path)


def test_a_file_that_is_opened_while_its_successor_is_written_stays(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    before = path.stat().st_ino

    def opened_meanwhile(stack: ExitStack) -> None:
        with replacing(path) as draft:
            draft.write_bytes(path.read_bytes())
            stack.enter_context(claimed(path, reading=True))

    with ExitStack() as stack, pytest.raises(OutputError, match=r"GP601 .*open"):
        opened_meanwhile(stack)
    assert path.stat().st_ino == before
    assert [item.name for item in tmp_path.iterdir()] == ["plan.gpkg"]


@pytest.mark.parametrize("read_only", [True, False])
def test_no_answer_is_of_two_files(plan: Plan, tmp_path: Path, read_only: bool, named: Callable[[Plan, str], Plan]) -> None:
    """Another program puts another file in the place of one that is served: threads that come later would read that one."""
    path, later = tmp_path / "plan.gpkg", tmp_path / "later.gpkg"
    write_plan(plan, path)
    write_plan(named(plan, "later"), later)

    def told(store: Store) -> str:
        try:
            return store.items.page(ItemQuery("grids", Dataset())).scope.name + store.plans()[0].id
        except StoreError as error:
            return str(error)

    with open_store(path, read_only=read_only) as store, ThreadPoolExecutor(4) as pool:
        before = told(store)
        path.rename(tmp_path / "old.gpkg")
        later.rename(path)
        answers = {told(store), *pool.map(lambda _: told(store), range(20))}
        assert all("GP405" in answer and "another file is in its place" in answer for answer in answers)
        path.rename(later)
        assert "GP405" in told(store)
        (tmp_path / "old.gpkg").rename(path)
        assert {told(store), *pool.map(lambda _: told(store), range(20))} == {before}
    assert read_plan(later).equals(named(plan, "later"))


_ARC = bytes.fromhex("010a00000001000000010800000005000000") + struct.pack("<10d", 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.to_wkb(shapely.Polygon()),
        shapely.to_wkb(shapely.Polygon([(0, 0), (1, 1), (0, 1), (1, 0)])),
        _ARC,
    ],
    ids=["none", "empty", "crossing itself", "arcs"],
)
def test_an_odd_shape_of_another_program_spoils_nothing_else(plan: Plan, tmp_path: Path, shape: bytes | None) -> None:
    path = tmp_path / "plan.gpkg"
    write_plan(plan, path)
    blob = None if shape is None else struct.pack("<2sBBi4d", b"GP", 0, 3, 4326, 0, 2, -1, 1) + shape
    with closing(sqlite3.connect(path)) as connection, connection:
        geopackage.register(connection)
        connection.execute("UPDATE grids SET geom = ? WHERE fid = 1", (blob,))
    with open_store(path) as store:
        everything = (-180.0, -90.0, 180.0, 90.0)
        for box in (None, everything):
            assert store.items.page(ItemQuery("grids", Dataset(plan.id), box=box)).matched == len(plan.grids)
        assert store.items.extent(Dataset(plan.id), "grids") is not None
        loaded = store.load_plan(plan.id)
        assert len(plan_page(loaded)) > 1000
        for form in ("kml", "geojson", "gpkg"):
            write_download(loaded, form, tmp_path / f"out.{form}")
