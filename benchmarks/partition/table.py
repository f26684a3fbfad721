"""The table in Markdown: a row a run, and the mean and the worst of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.partition.job import Answer
from benchmarks.partition.scores import Scores

Number = float | None


@dataclass(frozen=True)
class Row:
    """One method on one instance: its answer, memory and scores, or why there are none."""

    instance: str
    atoms: int
    method: str
    answer: Answer | None = None
    peak_mb: Number = None
    scores: Scores | None = None
    failure: str = ""


@dataclass(frozen=True)
class Column:
    """A number of a row, its digits after the point, and which end is the worse (None where neither is)."""

    title: str
    digits: int
    worst: Callable[[list[float]], float] | None
    value: Callable[[Answer, Scores, Number], Number]


COLUMNS = (
    Column("s", 2, max, lambda answer, scores, peak: answer.seconds),
    Column("CPU s", 2, max, lambda answer, scores, peak: answer.cpu_seconds),
    Column("cold s", 2, max, lambda answer, scores, peak: answer.cold_seconds),
    Column("peak MB", 0, max, lambda answer, scores, peak: peak),
    Column("zones", 0, None, lambda answer, scores, peak: scores.zones),
    Column("valid", 3, min, lambda answer, scores, peak: scores.valid_excused),
    Column("excused", 0, None, lambda answer, scores, peak: scores.oversize),
    Column("PP mean", 3, min, lambda answer, scores, peak: scores.pp_mean),
    Column("PP p10", 3, min, lambda answer, scores, peak: scores.pp_p10),
    Column("fit split", 3, max, lambda answer, scores, peak: scores.fit_split),
    Column("crossings", 0, max, lambda answer, scores, peak: scores.major_crossings),
    Column("cut km", 1, max, lambda answer, scores, peak: scores.cut_km),
    Column("cv", 3, max, lambda answer, scores, peak: scores.cv),
)
HEADER = "\n".join(
    [
        "| instance | atoms | method | " + " | ".join(column.title for column in COLUMNS) + " |",
        "|---|---|---|" + "---|" * len(COLUMNS),
    ]
)


def line(row: Row) -> str:
    """The row in Markdown; a run without an answer says why in the first column of numbers."""
    if row.answer is None or row.scores is None:
        return _joined(row.instance, f"{row.atoms:,}", row.method, [row.failure] + [""] * (len(COLUMNS) - 1))
    return _joined(row.instance, f"{row.atoms:,}", row.method, _shown(_values(row)))


def summary(rows: Sequence[Row], name: str) -> list[str]:
    """Two lines for several runs of one method: the mean, and the worst of each column; runs without an answer are counted.

    A column that one of the runs has no number in is taken over the others.
    """
    done = [_values(row) for row in rows if row.answer is not None]
    method, atoms = rows[0].method, f"{round(fmean(row.atoms for row in rows)):,}"
    left = "" if len(done) == len(rows) else f", {len(rows) - len(done)} without an answer"
    if not done:
        return [_joined(f"{name}: none of {len(rows)}", atoms, method, [""] * len(COLUMNS))]
    columns = [[value for value in values if value is not None] for values in zip(*done, strict=True)]
    mean = [fmean(values) if values else None for values in columns]
    worst = [
        column.worst(values) if values and column.worst is not None else None
        for column, values in zip(COLUMNS, columns, strict=True)
    ]
    return [
        _joined(f"{name}: mean of {len(done)}{left}", atoms, method, _shown(mean)),
        _joined(f"{name}: worst", atoms, method, _shown(worst)),
    ]


def _values(row: Row) -> list[Number]:
    assert row.answer is not None
    assert row.scores is not None
    return [column.value(row.answer, row.scores, row.peak_mb) for column in COLUMNS]


def _shown(values: Sequence[Number]) -> list[str]:
    return ["" if value is None else f"{value:,.{column.digits}f}" for column, value in zip(COLUMNS, values, strict=True)]


def _joined(instance: str, atoms: str, method: str, cells: Sequence[str]) -> str:
    return f"| {instance} | {atoms} | {method} | " + " | ".join(cells) + " |"
