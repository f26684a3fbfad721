"""A PDF as all papers are made: fonts embedded, no clock, signs that the font has not counted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import TextMode, WrapMode

from gridplan.fonts import chinese_font, drawable, signs
from gridplan.messages import Language, text

#: A clock in the file would make two of them differ.
_STAMP = datetime(2000, 1, 1, tzinfo=UTC)
FAMILY = "paper"
MM_PT = 25.4 / 72
#: The size that the widths of signs are measured at.
_EM_PT = 100
#: What a line is not broken in: a word or number with the sign that counts it, and the punctuation behind it.
_PARTS = re.compile(r"(?:[!-~]+[栋号层户个米人]?|\s+|.)[、，。；：）]*")
Align = Literal["left", "center", "right"]
Colour = str
INK, SOFT, LINE = "#1b1f24", "#59626c", "#c3c9cf"


class Sheet(FPDF):
    """Pages in millimetres; text is placed by its baseline and can be selected."""

    def __init__(
        self,
        title: str,
        language: Language,
        *,
        orientation: Literal["portrait", "landscape"],
        font: str | Path | None = None,
        margin_mm: float = 10.0,
    ) -> None:
        super().__init__(orientation=orientation, unit="mm", format="A4")
        self.language: Language = language
        self._font, self._missing = chinese_font(font), set[str]()
        self._sign_mm: dict[str, float] = {}
        self.set_creation_date(_STAMP)
        self.set_title(title)
        self.set_creator("gridplan")
        self.set_producer("gridplan")
        self.set_lang("zh-CN" if language == "zh" else "en")
        self.add_font(FAMILY, fname=self._font, collection_font_number=signs(self._font)[1])
        self.set_margin(margin_mm)
        # No name can hold this sign: fonts have none for it.
        self.alias_nb_pages("\ufff90000")

    def drawable(self, words: str) -> str:
        """The words with 〓 for each sign that the font has not."""
        plain = words.replace("\r\n", "\n").replace("\t", " ")
        shown = drawable(plain, self._font)
        self._missing |= {sign for sign, other in zip(plain, shown, strict=True) if sign != other}
        return shown

    def missing(self) -> str | None:
        """What is to be said of signs that could not be printed; None where all could."""
        if not self._missing:
            return None
        codes = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(self._missing))
        return text("paper.missing", self.language, signs=codes)

    def wrap(self) -> WrapMode:
        """How lines are broken: Chinese has no spaces to break lines at."""
        return WrapMode.CHAR if self.language == "zh" else WrapMode.WORD

    def say(self, key: str, **facts: str | int | float) -> str:
        """The text of a message in the language of the paper."""
        return text(key, self.language, **facts)

    def wide(self, words: str, size: float) -> float:
        """Millimetres that the words take at a size in points: the sum of their signs, since none are joined or set closer."""
        for sign in set(words) - self._sign_mm.keys():
            self.set_font(FAMILY, size=_EM_PT)
            self._sign_mm[sign] = float(self.get_string_width(sign)) / _EM_PT
        return sum(self._sign_mm[sign] for sign in words) * size

    def put(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float,
        align: Align = "left",
        room: float | None = None,
        colour: Colour = INK,
        strong: bool = False,
    ) -> float:
        """Writes one line with its baseline at ``y``, smaller or cut where it is wider than ``room``; gives its width."""
        shown = self.drawable(words)
        if room is not None:
            shown, size = self.fitted(shown, size, room)
        width = self.wide(shown, size)
        self.set_font(FAMILY, size=size)
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        self.set_text_color(colour)
        if strong:
            # The font has one weight; a thin line around the signs makes the other.
            with self.local_context(text_mode=TextMode.FILL_STROKE, line_width=size * 0.035, draw_color=colour):
                self.set_text_color(colour)
                self.text(left, y, shown)
        else:
            self.text(left, y, shown)
        return width

    def fitted(self, words: str, size: float, room: float) -> tuple[str, float]:
        """The words and their size such that they are no wider than ``room``: down to three quarters, then cut."""
        width = self.wide(words, size)
        if width <= room:
            return words, size
        size = max(size * 0.75, size * room / width * 0.995)
        while len(words) > 1 and self.wide(words, size) > room:
            words = words[:-2].rstrip() + "…"
        return words, size

    def lines(self, words: str, size: float, room: float) -> list[str]:
        """The words as the lines that they take: broken at blanks and between Chinese signs, no number parted from its unit."""
        made: list[str] = []
        for paragraph in self.drawable(words).split("\n"):
            line = ""
            for part in _PARTS.findall(paragraph):
                if line and self.wide((line + part).rstrip(), size) > room:
                    made.append(line.rstrip())
                    line = ""
                line += part if line else part.lstrip()
                while self.wide(line.rstrip(), size) > room and len(line) > 1:
                    fits = max(1, sum(self.wide(line[: count + 1], size) <= room for count in range(len(line))))
                    made.append(line[:fits])
                    line = line[fits:]
            made.append(line.rstrip())
        return made

    @contextmanager
    def turned(self, angle: float, x: float, y: float) -> Iterator[None]:
        """What is drawn is turned around a point, by degrees against the clock."""
        if angle == 0:
            yield
            return
        with self.rotation(angle, x, y):
            yield
