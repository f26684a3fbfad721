"""Files that jobs are given: kept in the store until the job ends, so that whichever server runs the job has its file."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

#: Bytes of a row before they are compressed.
_PART = 2**20
#: Text shrinks to a fraction at the least effort already.
_EFFORT = 1


def keep_file(connection: sa.Connection, table: sa.Table, job: str, path: Path) -> None:
    """Keeps the file of a job, part by part: it is never in memory as a whole."""
    for number, part in enumerate(_parts(path)):
        connection.execute(sa.insert(table), {"job": job, "part": number, "packed": zlib.compress(part, _EFFORT)})


def write_file(connection: sa.Connection, table: sa.Table, job: str, path: Path) -> None:
    """Writes the file of a job to ``path``; an empty one where nothing is kept."""
    count = connection.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.job == job)) or 0
    with path.open("wb") as file:
        for number in range(count):
            packed = connection.scalar(sa.select(table.c.packed).where(table.c.job == job, table.c.part == number))
            assert packed is not None, "its parts are numbered without a gap"
            file.write(zlib.decompress(packed))


def drop_files(connection: sa.Connection, table: sa.Table, jobs: sa.Select[tuple[str]]) -> None:
    """Forgets the files of these jobs."""
    connection.execute(sa.delete(table).where(table.c.job.in_(jobs)))


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part
