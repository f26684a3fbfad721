"""The tables that commands end with."""

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from gridplan.cli.console import Screen
from gridplan.cli.tables import SHOWN_IDS, show_table
from gridplan.messages import catalogue
from gridplan.plan import Check, Comparison, Plan
from gridplan.plan.succession import CHANGES
from gridplan.report import Report
from gridplan.simulation import DocumentNumber
from gridplan.sources import Town


def show_town(town: Town, screen: Screen) -> None:
    """Rows of each layer, and what happened to the input."""
    layers = [(name, len(table)) for name, table in town.layers()]
    show_table(screen, screen.words("cli.summary.town"), ("cli.col.layer", "cli.col.rows"), layers)
    show_report(town.report, screen)


def show_tally(table: pd.DataFrame, screen: Screen) -> None:
    """Grids and units of each town and kind."""
    columns = ("town", "kind", "communities", "households", "grids", "in_range", "proved", "open", "units")
    rows: list[tuple[object, ...]] = []
    for row in table.itertuples(index=False):
        name = row.name if isinstance(row.name, str) else row.town if isinstance(row.town, str) else "-"
        rows.append((name, screen.words(f"cli.kind.{row.kind}"), *(getattr(row, column) for column in columns[2:])))
    sums = (int(table[column].sum()) for column in columns[3:])
    rows.append((screen.words("cli.total"), "", "", *sums))
    show_table(screen, screen.words("cli.summary.tally"), tuple(f"cli.col.{column}" for column in columns), rows)


def show_document(numbers: Mapping[str, DocumentNumber], counted: Mapping[str, int], screen: Screen) -> None:
    """The numbers of the source document beside those of the plan, and what is known of a difference."""
    rows = []
    notes = []
    for name, number in numbers.items():
        if name not in counted:
            continue
        away = counted[name] - number.number
        counts = number.counts[screen.language]
        rows.append((counts, number.number, counted[name], f"{away:+d}" if away else "0"))
        if away and number.note:
            notes.append(f"{counts}: {number.note[screen.language]}")
    show_table(
        screen, screen.words("cli.summary.document"), ("cli.col.what", "cli.col.document", "cli.col.plan", "cli.col.away"), rows
    )
    for note in notes:
        screen.say("cli.verbatim", words=note)


def show_plan(plan: Plan, screen: Screen) -> None:
    """Grids and units of each community with what is out of range, then what happened to the input."""
    grids, units = plan.grids, plan.units
    community = grids.set_index("code")["community"]
    unit_status = plan.findings[plan.findings["level"] == "unit"].set_index("zone")["proof"]
    unit_community = units["grid"].map(community)
    rows: list[tuple[object, ...]] = []
    for row in plan.communities.itertuples():
        own = grids[grids["community"] == row.code]
        own_units = units[unit_community == row.code]
        rows.append(_line(row.name, own, own_units, unit_status))
    if len(rows) > 1:
        rows.append(_line(screen.words("cli.total"), grids, units, unit_status))
    columns = ("community", "households", "grids", "units", "proved", "open", "compactness")
    show_table(screen, screen.words("cli.summary.plan", plan=plan.id), tuple(f"cli.col.{column}" for column in columns), rows)
    meta = dict(zip(plan.meta["key"], plan.meta["value"], strict=True))
    if "terms" in meta:
        show_cost(float(meta["objective"]), json.loads(meta["terms"]), float(meta["bound"]) if meta["bound"] else None, screen)
    show_report(Report(plan.report), screen)


def show_cost(objective: float, terms: Mapping[str, float], bound: float | None, screen: Screen) -> None:
    """What the zones cost, term by term, and how far from the least possible that may be."""
    screen.say("cli.cost", objective=f"{objective:.2f}", **{name: f"{value:.2f}" for name, value in terms.items()})
    if bound is None:
        screen.say("cli.bound.none")
    elif objective - bound <= 1e-6 * max(objective, 1.0):
        screen.say("cli.bound.optimal")
    else:
        screen.say("cli.bound.gap", bound=f"{bound:.2f}", gap=f"{100 * (objective - bound) / objective:.1f}")


def _line(name: str, grids: pd.DataFrame, units: pd.DataFrame, unit_proof: pd.Series) -> tuple[object, ...]:
    proof = unit_proof[unit_proof.index.isin(units["code"])]
    return (
        name,
        int(grids["households"].sum()),
        len(grids),
        len(units),
        int((grids["status"] == "proved").sum()) + int(proof.sum()),
        int((grids["status"] == "open").sum()) + int((~proof).sum()),
        float(grids["compactness"].mean()),
    )


def show_report(report: Report, screen: Screen) -> None:
    """Each stage and reason with its count and the first ids; nothing where nothing happened."""
    known = catalogue()
    rows = []
    for (stage, reason), count in report.counts().items():
        mine = report.rows[(report.rows["stage"] == stage) & (report.rows["reason"] == reason)]
        ids = ", ".join(mine["id"].iloc[:SHOWN_IDS]) + (" …" if count > SHOWN_IDS else "")
        words = [screen.words(key) if key in known else name for key, name in ((f"stage.{stage}", stage), (reason, reason))]
        rows.append((*words, count, ids))
    if rows:
        columns = ("cli.col.stage", "cli.col.reason", "cli.col.count", "cli.col.ids")
        show_table(screen, screen.words("cli.summary.report"), columns, rows)


def warn(report: Report, screen: Screen) -> None:
    """Each row of the report on standard error, before the work goes on."""
    for row in report.rows.itertuples():
        screen.warn("cli.warning", id=str(row.id), reason=screen.words(str(row.reason)), detail=str(row.detail))


def show_lineage(lineage: pd.DataFrame, old: str, new: str, screen: Screen) -> None:
    """What changed between two plans, level by level: how often, and the households then and now."""
    known = catalogue()
    rows = []
    for level in lineage["level"].unique():
        own = lineage[lineage["level"] == level]
        name = screen.words(f"cli.level.{level}") if f"cli.level.{level}" in known else level
        for change in CHANGES:
            mine = own[own["change"] == change]
            if len(mine):
                rows.append(
                    (
                        name,
                        screen.words(f"cli.change.{change}"),
                        len(mine),
                        int(mine["households_before"].sum()),
                        int(mine["households"].sum()),
                    )
                )
    columns = ("level", "change", "count", "households_before", "households")
    show_table(
        screen, screen.words("cli.summary.lineage", old=old, new=new), tuple(f"cli.col.{column}" for column in columns), rows
    )


def show_comparison(found: Comparison, old: str, new: str, screen: Screen) -> None:
    """Zones of each level that were kept, changed, are new and gone; households then, now and moved."""
    rows = [
        (screen.words(f"cli.level.{level}"), zones.kept, zones.changed, zones.new, zones.gone)
        for level, zones in found.zones.items()
    ]
    columns = ("cli.col.level", *(f"cli.col.zones_{name}" for name in ("kept", "changed", "new", "gone")))
    show_table(screen, screen.words("cli.summary.compare", old=old, new=new), columns, rows)
    screen.say("cli.compare.households", before=found.households_before, after=found.households, moved=found.moved)
    for row in found.renamed:
        screen.say("cli.compare.renamed", code=row.code, before=row.before, after=row.after)


def show_audit(checks: Sequence[Check], screen: Screen) -> int:
    """Each check with its figure; the exit code, 1 where one does not hold."""
    failed = sum(not check.holds for check in checks)
    rows = [(screen.words(check.key), screen.words("cli.yes" if check.holds else "cli.no"), check.figure) for check in checks]
    columns = ("cli.col.check", "cli.col.holds", "cli.col.figure")
    show_table(screen, screen.words("cli.summary.audit"), columns, rows)
    if failed:
        screen.say("cli.audit.failed", failed=failed, count=len(checks))
        return 1
    screen.say("cli.audit.passed", count=len(checks))
    return 0
