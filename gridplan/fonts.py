"""The font that what is printed is set in, from which only the signs that are used are embedded."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from gridplan.errors import InputError, MissingToolError

#: A package of the Python index that has Noto Sans SC (SIL Open Font License 1.1) as a file, and the file.
PACKAGE = "pylopdf-fonts-zh-cn"
_MODULE, _FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
#: What Chinese printers set where a sign is missing.
GETA = "〓"
#: Signs that a font for simplified Chinese has.
_PROBE = frozenset(map(ord, "网格调整登记表1〓"))


def chinese_font(font: str | Path | None = None) -> Path:
    """The file of a font with Chinese signs: the one given, else Noto Sans SC of the installed package.

    Parameters
    ----------
    font
        A TrueType or OpenType file, such as ``/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc`` of Debian's
        fonts-noto-cjk; of a collection the first font with simplified Chinese signs is taken.

    Raises
    ------
    InputError
        GP101 there is no such file; GP190 it is no font, or one without Chinese signs.
    MissingToolError
        GP720 none is given and the package is not installed.
    """
    if font is not None:
        path = Path(font)
        if not path.is_file():
            raise InputError("GP101", path=str(path))
        signs(path)
        return path
    found = find_spec(_MODULE)
    shipped = Path(found.origin).parent / _FILE if found is not None and found.origin else Path(_FILE)
    if found is None or not shipped.is_file():
        raise MissingToolError("GP720", package=PACKAGE)
    return shipped


@cache
def signs(path: Path) -> tuple[frozenset[int], int]:
    """The code points that a font has, and its number in the file, 0 where it is no collection.

    Raises
    ------
    InputError
        GP190 it is no font, or one without Chinese signs.
    """
    try:
        with path.open("rb") as file:
            collection = path.suffix.lower() in (".ttc", ".otc")
            fonts = TTCollection(file, lazy=True).fonts if collection else [TTFont(file, lazy=True)]
            known = [frozenset(font.getBestCmap() or ()) for font in fonts]
            simplified = [number for number, font in enumerate(fonts) if "SC" in (font["name"].getDebugName(1) or "").split()]
    except (OSError, TTLibError, KeyError) as error:
        raise InputError("GP190", path=str(path), why=str(error)) from error
    number = next((each for each in (*simplified, *range(len(known))) if known[each] >= _PROBE), None)
    if number is None:
        raise InputError("GP190", path=str(path), why="no " + " ".join(map(chr, sorted(_PROBE))))
    return known[number], number


def drawable(text: str, path: Path) -> str:
    """The text with the sign 〓, which stands for what cannot be printed, in place of each sign that the font has not."""
    known, _ = signs(path)
    return "".join(sign if ord(sign) in known or sign == "\n" else GETA for sign in text)
