"""The atlas as a file."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridplan.errors import InputError
from gridplan.messages import Language, text
from gridplan.papers.atlas.board import Board
from gridplan.papers.atlas.book import Book
from gridplan.papers.atlas.community_board import CommunityBoard
from gridplan.papers.atlas.facts import Facts
from gridplan.papers.atlas.form import AtlasForm, Sheets
from gridplan.papers.atlas.grid_page import GridPage
from gridplan.papers.atlas.ground import Ground
from gridplan.papers.atlas.overview import Overview
from gridplan.papers.atlas.people import People
from gridplan.papers.sheet import Sheet
from gridplan.plan.model import Plan
from gridplan.progress import Progress, silent
from gridplan.replacing import check_ending, replacing
from gridplan.sources.town import Town

#: Codes that an error names.
_SHOWN = 8
#: The sheets that each name stands for.
_KINDS: dict[Sheets, tuple[str, ...]] = {
    "atlas": ("overview", "grids"),
    "overview": ("overview",),
    "grids": ("grids",),
    "board": ("board",),
    "community_board": ("community_board",),
    "all": ("overview", "grids", "board", "community_board"),
}
#: The sheets that there is one of for each community.
_WHOLE = ("overview", "community_board")


def atlas_file(
    plan: Plan,
    *,
    town: Town | None = None,
    staff: pd.DataFrame | None = None,
    organisations: pd.DataFrame | None = None,
    services: gpd.GeoDataFrame | None = None,
    sheet: Sheets = "atlas",
    contacts: bool = False,
    address: str | None = None,
    in_force: Collection[str] = (),
    language: Language = "zh",
    community: str | None = None,
    grids: Sequence[str] | None = None,
    form: AtlasForm = AtlasForm(),  # noqa: B008  # it cannot be changed
    progress: Progress = silent,
) -> bytes:
    """The atlas of a plan as the bytes of a PDF; see :func:`write_atlas`."""
    ground = Ground.of(plan, town, services)
    rows = _rows(plan, ground.grids.rows, community, grids)
    kinds = _KINDS[sheet]
    title = text("atlas.title", language, name=plan.fact("name"))
    made = Sheet(title, language, orientation="portrait", font=form.font, margin_mm=12.0)
    made.set_auto_page_break(False)
    said, public = (
        Facts(ground, people, organisations, language)
        for people in (
            People.of(plan, staff if contacts else None),
            People.of(plan, staff if form.public else None, shown=form.public),
        )
    )
    book = Book(made, ground, said, public, address, form, json.loads(plan.fact("source")), frozenset(in_force))
    by_community: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_community[str(ground.grids.rows["community"].iat[row])].append(row)
    sheets: list[tuple[str, Overview | CommunityBoard | GridPage | Board]] = []
    for code, own in sorted(by_community.items()):
        sheets += [(code, Overview(book, code))] if "overview" in kinds else []
        sheets += [(code, CommunityBoard(book, code))] if "community_board" in kinds else []
        sheets += [(code, GridPage(book, row)) for row in own] if "grids" in kinds else []
        sheets += [(code, Board(book, row)) for row in own] if "board" in kinds else []
    last = None
    for done, (code, one) in enumerate(sheets):
        progress("stage.atlas", done, len(sheets))
        if code != last:
            book.begin(code)
        one.put()
        last = code
    progress("stage.atlas", len(sheets), len(sheets))
    missing = made.missing()
    if missing is not None:
        made.put(made.l_margin, made.h - 3.6, missing, size=6, room=made.epw)
    return bytes(made.output())


def write_atlas(
    plan: Plan,
    path: str | Path,
    *,
    town: Town | None = None,
    staff: pd.DataFrame | None = None,
    organisations: pd.DataFrame | None = None,
    services: gpd.GeoDataFrame | None = None,
    sheet: Sheets = "atlas",
    contacts: bool = False,
    address: str | None = None,
    in_force: Collection[str] = (),
    language: Language = "zh",
    community: str | None = None,
    grids: Sequence[str] | None = None,
    form: AtlasForm = AtlasForm(),  # noqa: B008  # it cannot be changed
    progress: Progress = silent,
) -> None:
    """Writes the atlas of a plan as a PDF to be printed: an overview of each community, a page for each of its grids, boards.

    A page has the map of its grid (streets with names, buildings with numbers, units, what lies around), facts and findings, the
    contact card (连心卡), the units with their buildings, services near by, and a QR code. What has no room goes on to a page
    behind: an enlarged map, the rest of the units, findings. All is drawn as lines, text can be selected, the font is embedded
    as far as it is used. The same input gives the same bytes; the file appears whole or not at all.

    Parameters
    ----------
    plan
        The plan. Rows without a shape are not drawn.
    path
        ``.pdf``.
    town
        Where the plan is from: its streets, water, compounds, services, and the addresses that buildings have their numbers from.
        Without it there are none, which the foot of the pages says. Any CRS.
    staff
        Who works where, as the register ``staff`` (:func:`gridplan.sources.read_staff`). Nobody is named unless ``contacts`` or
        ``form.public`` says so.
    organisations
        Bodies linked to grids, compounds or the community, as the register ``organisations``.
    services
        As the register ``services``, in place of those of the town; any CRS.
    sheet
        ``atlas`` (overviews and pages), ``overview``, ``grids``, ``board`` (a public board for each grid, A3 across),
        ``community_board`` (one for each community: its grids, their posts, the hotline) or ``all``.
    contacts
        Whether the pages name the staff with their telephones, since the reader may see them. Else there are lines to write on.
    address
        Of the service, as ``https://grid.example.cn``: a QR code leads to the page of its grid there. Without it, it is the code.
    in_force
        Codes of the communities where the plan is in force at the service: QR codes there lead to what is in force, also when
        another plan has been adopted since.
    language
        Of all that is not a name.
    community, grids
        Only this community, only these grids (codes).
    form
        What the office adds: the day, duties, names and the hotline for boards, the font.

    Raises
    ------
    OutputError
        GP601 it cannot be written there; GP602 another ending.
    InputError
        GP622, GP623 no such community or grids; GP624 there is nothing to print; GP101, GP190 the font is not there or is none.
    MissingToolError
        GP720 no font is given and none is installed.

    Notes
    -----
    Some 0.1 to 0.5 s and 10 to 60 kB a grid. Numbers of buildings are taken from the address in the town, else from the nodes
    of the plan, else from ids that are short; else they are counted on the map, with a # before them. No label stands on
    another: what had no room is counted below the map.

    Examples
    --------
    >>> import gridplan as gp
    >>> gp.write_atlas(plan, "图册.pdf", town=town, community="522730001001", address="https://grid.example.cn")  # doctest: +SKIP
    """
    path = Path(path)
    check_ending(path, (".pdf",))
    made = atlas_file(
        plan,
        town=town,
        staff=staff,
        organisations=organisations,
        services=services,
        sheet=sheet,
        contacts=contacts,
        address=address,
        in_force=in_force,
        language=language,
        community=community,
        grids=grids,
        form=form,
        progress=progress,
    )
    with replacing(path) as draft:
        draft.write_bytes(made)


def atlas_sheets(plan: Plan, *, sheet: Sheets = "atlas", community: str | None = None, grids: Sequence[str] | None = None) -> int:
    """How many sheets an atlas has, continuations not counted, without drawing it.

    Raises
    ------
    InputError
        GP622-GP624 as :func:`write_atlas`.
    """
    rows = _rows(plan, plan.grids, community, grids)
    communities = plan.grids["community"].iloc[rows].nunique()
    return sum(communities if kind in _WHOLE else len(rows) for kind in _KINDS[sheet])


def _rows(plan: Plan, table: pd.DataFrame, community: str | None, grids: Sequence[str] | None) -> list[int]:
    """The rows of the grids in a table that are asked for, by code."""
    if community is not None and community not in set(plan.communities["code"]):
        known = sorted(plan.communities["code"])
        shown = ", ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")
        raise InputError("GP622", community=community[:80], known=shown)
    codes = table["code"].tolist()
    chosen = [row for row in range(len(table)) if community is None or table["community"].iat[row] == community]
    if grids is not None:
        there = {codes[row] for row in chosen}
        unknown = [code[:80] for code in dict.fromkeys(grids) if code not in there]
        if unknown:
            raise InputError("GP623", grids=", ".join(unknown[:_SHOWN]))
        chosen = [row for row in chosen if codes[row] in set(grids)]
    if not chosen:
        raise InputError("GP624")
    return sorted(chosen, key=lambda row: str(codes[row]))
