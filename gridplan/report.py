"""The report: what was mended, merged, estimated or left out, by reason and by id."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

COLUMNS = ("stage", "reason", "id", "detail")


@dataclass(frozen=True)
class Report:
    """Rows of what happened to the input; two reports are joined with ``+``.

    ``rows`` has the text columns ``stage`` (import, clean, cells, sections, estimate, ...), ``reason`` (a key
    ``report.*`` of the messages), ``id`` (of the row it happened to) and ``detail`` (a measured value or the
    id of the row it was merged into; may be empty).

    Examples
    --------
    >>> report = Report.of("clean", "report.repaired", ["b7", "b2"])
    >>> report.counts()
    {('clean', 'report.repaired'): 2}
    """

    rows: pd.DataFrame

    @classmethod
    def empty(cls) -> "Report":
        """A report without rows."""
        return cls(pd.DataFrame({name: pd.Series([], dtype="str") for name in COLUMNS}))

    @classmethod
    def of(cls, stage: str, reason: str, ids: Iterable[str], details: Iterable[str] | None = None) -> "Report":
        """One row an id, all with the same stage and reason, in the order given."""
        names = [str(name) for name in ids]
        notes = [""] * len(names) if details is None else [str(note) for note in details]
        if not names:
            return cls.empty()
        rows = pd.DataFrame({"stage": stage, "reason": reason, "id": names, "detail": notes}, columns=list(COLUMNS))
        return cls(rows.astype("str"))

    def __add__(self, other: "Report") -> "Report":
        return Report(pd.concat([self.rows, other.rows], ignore_index=True))

    def ordered(self) -> "Report":
        """The rows sorted by stage, reason, id and detail, so that the order of the input does not show."""
        return Report(self.rows.sort_values(list(COLUMNS), ignore_index=True))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows each stage and reason has, sorted."""
        sizes = self.rows.groupby(["stage", "reason"]).size()
        return {(str(stage), str(reason)): int(size) for (stage, reason), size in sorted(sizes.items())}
