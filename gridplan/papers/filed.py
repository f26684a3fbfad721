"""The registration table as a file."""

from datetime import date
from pathlib import Path

from gridplan.messages import Language
from gridplan.papers.excel import workbook
from gridplan.papers.forms import FORMS, Filing
from gridplan.papers.pdf import document
from gridplan.papers.printed import registration_paper
from gridplan.plan.model import Plan
from gridplan.replacing import check_ending, replacing


def registration_file(
    old: Plan,
    new: Plan,
    form: str,
    *,
    language: Language = "zh",
    filing: Filing | None = None,
    font: str | Path | None = None,
) -> bytes:
    """The registration table in one of :data:`FORMS`; see :func:`write_registration`."""
    paper = registration_paper(old, new, language, filing or Filing())
    return workbook(paper) if form == "xlsx" else document(paper, font=font)


def write_registration(
    old: Plan,
    new: Plan,
    path: str | Path,
    *,
    language: Language = "zh",
    day: date | None = None,
    adopted_by: str | None = None,
    note: str | None = None,
    font: str | Path | None = None,
) -> None:
    """Writes the registration table of the grids and units that changed, as Excel or PDF by the ending of ``path``.

    On A4 across, as wide as the page: what the plans are, who adopted and when, the changed grids with totals
    (:func:`gridplan.registration_table`), lines to be signed, and in a table of its own the units whose codes or households
    changed. Codes are texts in Excel. The same input gives the same bytes; the file appears whole or not at all.

    Parameters
    ----------
    old, new
        The plan that held, and the one that is to hold.
    path
        ``.xlsx`` or ``.pdf``.
    language
        ``zh`` or ``en``: of titles, headings and findings. Names are as the plans have them.
    day
        What the form is dated; without it the line is left empty.
    adopted_by, note
        Who adopted ``new``, and why.
    font
        Of the PDF: a font file with Chinese signs, see :func:`gridplan.fonts.chinese_font`. Signs that it has not are printed as
        〓 and told at the end.

    Raises
    ------
    OutputError
        GP601 it cannot be written there; GP602 another ending.
    InputError
        GP101, GP190 the font is not there or is none.
    MissingToolError
        GP720 no font is given and none is installed.

    Examples
    --------
    >>> import gridplan as gp
    >>> gp.write_registration(old, new, "登记表.xlsx", adopted_by="张三", note="新建小区入住")  # doctest: +SKIP
    """
    path = Path(path)
    check_ending(path, [f".{known}" for known in FORMS])
    form = path.suffix.lower().removeprefix(".")
    filing = Filing(day, adopted_by, note)
    made = registration_file(old, new, form, language=language, filing=filing, font=font)
    with replacing(path) as draft:
        draft.write_bytes(made)
