"""The words of a picture: set in the font that papers are set in, broken into lines and cut to their room."""

from functools import cache
from typing import TYPE_CHECKING

from gridplan.fonts import chinese_font, drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

INK, SOFT, RULE = "#1b1f24", "#4d5660", "#b9c0c7"
#: Width of a sign as a share of its height where it is not Chinese; Chinese signs are square.
_NARROW = 0.53
#: Signs from here on are square.
_CHINESE = 0x2E80


@cache
def font(size: float) -> "FontProperties":
    """The font in a size, in points."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(chinese_font()), size=size)


def write(
    paper: "Axes",
    x: float,
    y: float,
    words: str,
    size: float,
    *,
    colour: str = INK,
    right: bool = False,
    top: bool = False,
    weight: bool = False,
) -> None:
    """Write words from a place to the right, or to the left of it; ``weight`` makes them bold."""
    from matplotlib import patheffects

    written = paper.text(
        x,
        y,
        plain(words),
        fontproperties=font(size),
        color=colour,
        ha="right" if right else "left",
        va="top" if top else "baseline",
    )
    if weight:  # the font has one weight
        written.set_path_effects([patheffects.withStroke(linewidth=size / 28, foreground=colour)])


def plain(words: str) -> str:
    """The words with every sign printable, and none that Matplotlib reads as a formula."""
    return drawable(words, chinese_font()).replace("$", r"\$")


def width(words: str, size: float) -> float:
    """About how wide a text is, in millimetres."""
    return sum(1.0 if ord(sign) >= _CHINESE else _NARROW for sign in words) * size * 0.353


def broken(words: str, wide: float, size: float) -> list[str]:
    """The text in lines of at most ``wide`` mm, broken after spaces and between Chinese signs, never before a comma."""
    pieces: list[str] = []
    for sign in words:
        before = pieces[-1][-1] if pieces else "\n"
        within = before not in " \n" and ord(sign) < _CHINESE and ord(before) < _CHINESE
        if pieces and (within or sign in " ，。；：、）！？"):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    lines = [""]
    for piece in pieces:
        if lines[-1] and width((lines[-1] + piece).rstrip(), size) > wide:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def fitted(words: str, wide: float, size: float) -> str:
    """The text, cut short where it is wider than its column."""
    if width(words, size) <= wide:
        return words
    kept = words
    while kept and width(kept + "…", size) > wide:
        kept = kept[:-1]
    return kept + "…"
