"""A file that several programs open and leave at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gridplan.store import open_store


def test_a_file_is_opened_and_left_by_many_at_once(tmp_path: Path) -> None:
    """The first to come turns the write-ahead log on and the last to go turns it off, which SQLite refuses beside others."""
    file = tmp_path / "plans.gpkg"
    with open_store(file):
        pass

    def comes_and_goes(worker: int) -> None:
        for turn in range(20):
            with open_store(file) as store:
                store.tokens.create(name=f"{worker}-{turn}", role="admin", days=1)

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(comes_and_goes, range(3)))
    with open_store(file) as store:
        assert {token.name for token in store.tokens.all()} == {f"{worker}-{turn}" for worker in range(3) for turn in range(20)}
