"""Incidents brought from the file of a job: read, and put into the register together with the end of the job."""

import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.analysis.incidents.late import untimely_incidents
from gridplan.errors import InputError, RequestError
from gridplan.messages import Phrase
from gridplan.progress import Progress
from gridplan.report import Report
from gridplan.sources import check_uploaded, read_incidents
from gridplan.store import Added, Job, Store

if TYPE_CHECKING:
    from gridplan.sources import IncidentImport

#: The most that an Excel file may be unpacked, bytes.
_UNPACKED = 2**30
#: Ids that are told of each thing found, and rows of each reason that they were left out for.
_SHOWN, _ROWS = 20, 200
#: Options of the request that are no concern of the reader's.
_OURS = ("format", "bytes", "replace")


def bring(store: Store, job: Job, owner: str, progress: Progress) -> None:
    """Puts the rows of the job's file into the register and ends the job with what became of each: both or neither.

    Raises
    ------
    RequestError
        GP596 why the file cannot be read.
    StoreError
        GP445 the job was cancelled or given up meanwhile.
    """
    given: dict[str, Any] = {name: value for name, value in job.asked.items() if name not in _OURS}
    with tempfile.TemporaryDirectory(prefix="gridplan-") as folder:
        # What the sender called the file is never asked.
        path = Path(folder) / f"incidents{job.asked['format']}"
        store.jobs.write_file(job.id, path)
        try:
            _check(path)
            read = read_incidents(path, **given, progress=progress)
        except InputError as error:
            # Neither the folder nor what others say of it is told.
            facts = {
                name: fact.replace(f"{folder}/", "") if isinstance(fact, str) else fact for name, fact in error.facts.items()
            }
            raise RequestError("GP596", why=Phrase(error.code, facts)) from error
    ahead = untimely_incidents(read.incidents, at=datetime.now(UTC).isoformat())
    store.incidents.finish(
        job,
        owner,
        read.incidents,
        replace=bool(job.asked["replace"]),
        result=lambda added: _told(read, ahead, added),
        progress=progress,
    )


def _told(read: "IncidentImport", ahead: Report, added: Added) -> dict[str, object]:
    """What became of each row; the reasons by their keys, since every reader has a language."""
    rows = (read.report + ahead + added.report).rows
    first = read.left_out.groupby("reason", sort=False).head(_ROWS)
    return {
        "rows": read.rows,
        "created": added.created,
        "unchanged": added.unchanged,
        "replaced": len(added.replaced),
        "kept": len(added.kept),
        "left_out": len(read.left_out),
        "found": [
            {"reason": str(reason), "count": len(mine), "ids": mine["id"].iloc[:_SHOWN].tolist()}
            for reason, mine in rows.groupby("reason")
        ],
        "left_out_rows": [
            {
                "row": int(row.row),
                "id": row.id if isinstance(row.id, str) else None,
                "reason": str(row.reason),
                "detail": str(row.detail),
            }
            for row in first.itertuples()
        ],
    }


def _check(path: Path) -> None:
    """Nothing, where the file may be opened: a GeoPackage without code in it, a workbook of a size that memory holds."""
    if path.suffix == ".gpkg":
        check_uploaded(path)
    elif path.suffix == ".xlsx":
        try:
            with zipfile.ZipFile(path) as packed:
                size = sum(part.file_size for part in packed.infolist())
        except (zipfile.BadZipFile, OSError) as error:
            raise InputError("GP108", path=path.name, why=str(error)) from error
        if size > _UNPACKED:
            raise InputError("GP108", path=path.name, why=f"{size} bytes, > {_UNPACKED}")
