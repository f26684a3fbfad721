"""How codes are built: a pattern as data, such as ``{parent}{number:3}``."""

import re
from dataclasses import dataclass
from math import prod
from typing import Literal

from gridplan.errors import RuleError

#: Capital letters without I and O, which are read as 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: The most places of a counter.
WIDEST = {"number": 9, "letter": 4}
_PIECE = re.compile(r"\{[^{}]*\}|[^{}]+|[{}]")
_COUNTER = re.compile(r"\{(number|letter):([0-9]+)\}")
_LITERAL = re.compile(r"[A-Za-z0-9\-_.\u4e00-\u9fff]")
_PARENT = "{parent}"


@dataclass(frozen=True)
class Part:
    """One piece of a code after its parent: a counter of ``width`` places, or literal ``text``."""

    kind: Literal["number", "letter", "text"]
    width: int
    text: str = ""

    @property
    def count(self) -> int:
        """How many values it has: 999 for three digits (no 000), 24 for a letter, 1 for text."""
        if self.kind == "text":
            return 1
        return int(10**self.width) - 1 if self.kind == "number" else int(len(LETTERS) ** self.width)

    def write(self, value: int) -> str:
        """The value (0 = first) in its places."""
        if self.kind == "text":
            return self.text
        if self.kind == "number":
            return f"{value + 1:0{self.width}d}"
        places = []
        for _ in range(self.width):
            value, place = divmod(value, len(LETTERS))
            places.append(LETTERS[place])
        return "".join(reversed(places))

    def read(self, places: str) -> int | None:
        """The value that ``write`` writes so; None where it is none."""
        if self.kind == "text":
            return 0 if places == self.text else None
        if self.kind == "number":
            written = len(places) == self.width and places.isascii() and places.isdigit() and int(places) > 0
            return int(places) - 1 if written else None
        value = 0
        for place in places:
            if place not in LETTERS:
                return None
            value = value * len(LETTERS) + LETTERS.index(place)
        return value if len(places) == self.width else None


@dataclass(frozen=True)
class Pattern:
    """How the code of a zone follows from that of its parent and its sequence number there.

    ``text`` starts with ``{parent}``; then come counters, ``{number:3}`` (001-999) and ``{letter:1}`` (A-Z without I and O), and
    literal text of letters, digits, Chinese characters, ``-``, ``_`` and ``.``. The last counter runs fastest. What follows the
    parent always has the same length, so a code leads back to its parent without knowing it.

    Examples
    --------
    >>> pattern = Pattern.parse("{parent}{letter:1}{number:2}")
    >>> pattern.code("510100001001", 1), pattern.code("510100001001", 100), pattern.capacity
    ('510100001001A01', '510100001001B01', 2376)
    >>> pattern.split("510100001001B01")
    ('510100001001', 100)
    """

    text: str
    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """The pattern that ``text`` describes.

        Raises
        ------
        RuleError
            GP262 ``{parent}`` is not exactly once and at the start; GP263 a field that is no counter; GP264 a counter of too few
            or too many places; GP265 no counter; GP266 a character that no code may have. Each names pattern and position.
        """
        if not text.startswith(_PARENT):
            raise RuleError("GP262", pattern=text, position=1)
        parts = []
        for found in _PIECE.finditer(text, len(_PARENT)):
            piece, position = found.group(), found.start() + 1
            if piece == _PARENT:
                raise RuleError("GP262", pattern=text, position=position)
            parts.append(_part(piece, position, text))
        if all(part.kind == "text" for part in parts):
            raise RuleError("GP265", pattern=text, position=len(text) + 1)
        return cls(text, tuple(parts))

    @property
    def capacity(self) -> int:
        """How many codes each parent has."""
        return prod(part.count for part in self.parts)

    @property
    def length(self) -> int:
        """Characters of a code after its parent's."""
        return sum(part.width for part in self.parts)

    def code(self, parent: str, sequence: int) -> str:
        """The code of the zone with this sequence number (1 = first) in its parent.

        Raises
        ------
        RuleError
            GP268 the pattern has no such number.
        """
        return parent + "".join(self._written(sequence))

    def label(self, sequence: int) -> str:
        """The counters of that number without the literal text: what a zone is called in its parent.

        Raises
        ------
        RuleError
            GP268 the pattern has no such number.
        """
        written = zip(self.parts, self._written(sequence), strict=True)
        return "".join(places for part, places in written if part.kind != "text")

    def split(self, code: str) -> tuple[str, int]:
        """The code of the parent, and the sequence number in it.

        Raises
        ------
        RuleError
            GP261 the code has no parent, or does not end as the pattern says.
        """
        at = len(code) - self.length
        parent, sequence = code[: max(at, 0)], 0
        for part in self.parts:
            value = part.read(code[at : at + part.width]) if parent else None
            if value is None:
                raise RuleError("GP261", value=code, pattern=self.text, length=self.length, example=self.code("", 1))
            sequence = sequence * part.count + value
            at += part.width
        return parent, sequence + 1

    def _written(self, sequence: int) -> list[str]:
        if not 1 <= sequence <= self.capacity:
            raise RuleError("GP268", pattern=self.text, sequence=sequence, most=self.capacity)
        value = sequence - 1
        places = []
        for part in reversed(self.parts):
            value, own = divmod(value, part.count)
            places.append(part.write(own))
        return places[::-1]


def _part(piece: str, position: int, pattern: str) -> Part:
    """The part that a piece of a pattern describes."""
    if not piece.startswith("{"):
        for offset, letter in enumerate(piece):
            if not _LITERAL.fullmatch(letter):
                raise RuleError("GP266", pattern=pattern, position=position + offset, found=letter)
        return Part("text", len(piece), piece)
    if piece == "{":
        raise RuleError("GP266", pattern=pattern, position=position, found=piece)
    counter = _COUNTER.fullmatch(piece)
    if counter is None:
        raise RuleError("GP263", pattern=pattern, position=position, found=piece)
    kind: Literal["number", "letter"] = "number" if counter.group(1) == "number" else "letter"
    width = int(counter.group(2)) if len(counter.group(2)) < 4 else 10**4
    if not 1 <= width <= WIDEST[kind]:
        raise RuleError("GP264", pattern=pattern, position=position, found=piece, kind=kind, most=WIDEST[kind])
    return Part(kind, width)
