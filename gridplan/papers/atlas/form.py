"""What an atlas is asked for, known without loading what draws it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: ``atlas``: an overview of each community and a page for each of its grids; ``board``: a public board for each grid;
#: ``community_board``: one for each community; ``all``: all of these.
Sheets = Literal["atlas", "overview", "grids", "board", "community_board", "all"]


@dataclass(frozen=True)
class AtlasForm:
    """What an office adds to its atlas.

    Parameters
    ----------
    day : the date at the foot of the pages; without it none is printed.
    duties : the duties on public boards, a text each; without them those that gridplan words.
    public : the posts whose holders' names and telephones of ``staff`` the public boards show, in any language; none by default.
    hotline : the number to call that boards of communities show; without it they have a line to write it on.
    font : of the text, see :func:`gridplan.fonts.chinese_font`.
    """

    day: date | None = None
    duties: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    hotline: str | None = None
    font: str | None = None
