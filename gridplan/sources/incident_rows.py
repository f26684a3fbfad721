"""What rows of incident files say: which can be taken, how far each is, when what happened, and what cannot be kept of it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.contracts import REGISTERS
from gridplan.report import Report
from gridplan.sources.incident_places import STAGE
from gridplan.sources.incident_words import handlers_of, satisfaction_of, stages_of
from gridplan.sources.local_times import DayOrder, Moments, as_texts, day_order, plain_times, to_utc

Mask = NDArray[np.bool_]
Times = Mapping[str, Moments]

_TIMES = tuple(column.name for column in REGISTERS["incidents"].columns if column.kind == "time")
#: The steps in their order, each with the stages that have got as far.
_STEPS = {
    "accepted_at": ("accepted", "dispatched", "handled", "closed", "rejected"),
    "dispatched_at": ("dispatched", "handled", "closed"),
    "handled_at": ("handled", "closed"),
    "closed_at": ("closed",),
}
#: Times that only must not lie before the report, and the stages that may have them (empty: all).
_BESIDE = {"rejected_at": ("rejected",), "escalated_at": (), "due_at": ()}
_LONGEST_ID, _LONGEST_TEXT = 200, 4000
#: What an id may not hold, since it stands in addresses; and what no database keeps.
_BAD_ID = r"[\x00-\x1f\x7f]|//|^/|/$|^\.\.?$|^\.\.?/|/\.\.?/|/\.\.?$|^import$|/steps$"
_NO_TEXT = "\x00"


def read_times(table: pd.DataFrame, *, order: DayOrder | None, zone: str | None) -> dict[str, Moments]:
    """The times of each column of times, in UTC; :func:`gridplan.sources.local_times.to_utc` says what it refuses."""
    plain = {name: plain_times(table[name]) for name in _TIMES}
    first = day_order(plain, order)
    return {name: to_utc(texts, order=first, zone=zone, column=name) for name, texts in plain.items()}


def read_stages(table: pd.DataFrame, moments: Times, words: Mapping[str, str]) -> tuple[pd.Series, Report]:
    """The stage of each row, missing where its word is not known; and which word was taken for which stage.

    A row without a word is as far as its times say.
    """
    stages = stages_of(table["stage"], words)
    by_times = pd.Series("collected", index=table.index, dtype="str")
    for name, reached in (*_STEPS.items(), ("rejected_at", ("rejected",))):
        by_times[~np.isnat(moments[name].at)] = reached[0]
    silent = table["stage"].isna() & table["id"].notna()  # a row without either says nothing
    used = pd.DataFrame({"word": table["stage"], "stage": stages}).dropna().value_counts().reset_index()
    used = used[used["word"] != used["stage"]].sort_values("word")
    report = Report.of(STAGE, "report.incident_stage_word", used["word"], used["stage"] + ", rows=" + used["count"].astype("str"))
    if silent.any():
        report += Report.of(STAGE, "report.incident_stage_by_times", ["stage"], [f"rows={int(silent.sum())}"])
    return stages.mask(silent, by_times), report


def left_out(table: pd.DataFrame, stage: pd.Series, reported: Moments) -> pd.DataFrame:
    """The rows that cannot be taken, on the index of the table: ``file``, ``row``, ``id``, ``reason``, ``detail``."""
    ids, kinds = table["id"], table["kind"]
    reasons = pd.Series(np.nan, index=table.index, dtype="str")
    details = pd.Series("", index=table.index, dtype="str")

    def leave(bad: pd.Series | Mask, reason: str, detail: pd.Series | None = None) -> None:
        fresh = np.asarray(bad, dtype=bool) & reasons.isna().to_numpy()
        reasons[fresh] = f"report.incident_{reason}"
        if detail is not None:
            details[fresh] = detail[fresh].fillna("").str.slice(0, 200)

    leave(ids.isna(), "blank_row")
    leave(ids.str.contains(_BAD_ID, regex=True) | (ids.str.len() > _LONGEST_ID), "bad_id")
    leave(kinds.isna() | (kinds.str.len() > _LONGEST_ID) | kinds.str.contains(_NO_TEXT, regex=False), "no_kind")
    leave(stage.isna(), "unknown_stage", table["stage"])
    leave(reported.unreadable, "unreadable_report", table["reported_at"])
    leave(np.isnat(reported.at), "no_report")
    said = [name for name in table.columns if name not in ("file", "row")]
    taken = table[reasons.isna()]
    again = taken["id"].duplicated(keep="first")
    if again.any():
        known = taken[taken["id"].isin(taken["id"][again])]
        first = known.drop_duplicates("id").set_index("id")
        before = first.loc[known["id"]]
        same = (
            known[said].fillna("").to_numpy(dtype=object) == before.reset_index()[said].fillna("").to_numpy(dtype=object)
        ).all(axis=1)
        where = pd.Series((before["file"] + " " + before["row"].astype("str")).to_numpy(), index=known.index).reindex(table.index)
        repeated = again.reindex(table.index, fill_value=False)
        is_same = pd.Series(same, index=known.index).reindex(table.index, fill_value=False)
        leave(repeated & is_same, "same_row", where)
        leave(repeated & ~is_same, "other_row", where)
    left = table.loc[reasons.notna(), ["file", "row", "id"]]
    return left.assign(reason=reasons[left.index], detail=details[left.index])


def mended_times(ids: pd.Series, stage: pd.Series, moments: Times) -> tuple[dict[str, pd.Series], Report]:
    """The times as texts, in order and none beyond the stage; the report has what was emptied, with its value."""
    report = Report.empty()
    names, stages = ids.to_numpy(dtype=object), stage.to_numpy(dtype=object)
    reported = moments["reported_at"].at
    latest = reported.copy()
    kept = {"reported_at": reported}

    def empty(name: str, at: NDArray[np.datetime64], bad: Mask, reason: str) -> None:
        nonlocal report
        if bad.any():
            texts = [f"{name} {text}Z" for text in np.datetime_as_string(at[bad], unit="s")]
            report += Report.of(STAGE, f"report.incident_{reason}", names[bad], texts)
            at[bad] = np.datetime64("NaT")

    for name, reached in (*_STEPS.items(), *_BESIDE.items()):
        at = moments[name].at.copy()
        if reached:
            beyond = ~np.isnat(at) & ~np.isin(stages, reached)
            empty(name, at, beyond, "time_beyond_stage")
        empty(name, at, at < (latest if name in _STEPS else reported), "times_backwards")
        if name in _STEPS:
            latest = np.fmax(latest, at)
        kept[name] = at
    for name, each in moments.items():
        for rows, reason in ((each.unreadable, "time_unreadable"), (each.twice, "time_twice"), (each.never, "time_never")):
            report += Report.of(STAGE, f"report.incident_{reason}", names[rows], [name] * int(rows.sum()))
    ended = {"closed": "closed_at", "rejected": "rejected_at"}
    for word, name in ended.items():
        lacking = (stages == word) & np.isnat(kept[name])
        report += Report.of(STAGE, "report.incident_end_unknown", names[lacking], [name] * int(lacking.sum()))
    return {name: as_texts(at).set_axis(ids.index) for name, at in kept.items()}, report


def mended_texts(table: pd.DataFrame) -> tuple[dict[str, pd.Series], Report]:
    """The other columns; the report has what was emptied since it cannot be kept."""
    report = Report.empty()
    made: dict[str, pd.Series] = {"id": table["id"], "kind": table["kind"]}
    made["handler"] = handlers_of(table["handler"])
    made["satisfaction"] = satisfaction_of(table["satisfaction"])
    bad = {name: table[name].notna() & made[name].isna() for name in ("handler", "satisfaction")}
    for name, longest in (
        ("outcome", _LONGEST_TEXT),
        ("address", _LONGEST_TEXT),
        ("source", _LONGEST_TEXT),
        ("grid", _LONGEST_ID),
    ):
        texts = table[name]
        if not texts.notna().any():
            made[name] = texts
            continue
        bad[name] = ((texts.str.len() > longest) | texts.str.contains(_NO_TEXT, regex=False)).fillna(value=False).astype(bool)
        made[name] = texts.mask(bad[name])
    for name, rows in bad.items():
        shown = name + " " + table[name][rows].str.slice(0, 80).str.replace(_NO_TEXT, "?", regex=False)
        report += Report.of(STAGE, "report.incident_value_emptied", table["id"][rows], shown)
    return made, report
