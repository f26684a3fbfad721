"""What an atlas is asked for, known without loading what draws it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: ``atlas``: an overview of each community and a page for each of its grids; ``all``: and a public board for each.
Sheets = Literal["atlas", "overview", "grids", "board", "all"]


@dataclass(frozen=True)
class AtlasForm:
    """What an office adds to its atlas.

    Parameters
    ----------
    day : the date at the foot of the pages; without it none is printed.
    duties : the duties on public boards, a text each; without them those that gridplan words.
    public : the posts whose holders' names and telephones of ``staff`` the public boards show, in any language; none by default.
    font : of the text, see :func:`gridplan.fonts.chinese_font`.
    """

    day: date | None = None
    duties: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    font: str | None = None
