"""The files that pages are made of, shipped with the program, and what is put into them."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gridplan.messages import Language, catalogue

SCRIPT, STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
HTML_LANGUAGE: dict[Language, str] = {"en": "en", "zh": "zh-CN"}


@dataclass(frozen=True)
class PageFile:
    """A file that a page loads: its bytes and their type."""

    body: bytes
    media_type: str

    @property
    def version(self) -> str:
        """What tells two versions of it apart."""
        return hashlib.sha256(self.body).hexdigest()[:16]


def asset(name: str) -> str:
    """The text of a shipped file, named by its path below ``gridplan/maps/assets``."""
    return shipped_bytes(name).decode("utf-8")


@cache
def shipped_bytes(name: str) -> bytes:
    """The bytes of a shipped file, named as for :func:`asset`."""
    return (files("gridplan.maps") / "assets" / name).read_bytes()


@cache
def words(page: str) -> dict[Language, dict[str, str]]:
    """The words of a page in both languages: the messages whose keys begin with its name, by the rest of their key."""
    entries = {key.removeprefix(f"{page}."): entry for key, entry in catalogue().items() if key.startswith(f"{page}.")}
    tongues: tuple[Language, ...] = ("en", "zh")
    return {tongue: {key: entry[tongue] for key, entry in entries.items()} for tongue in tongues}


def embedded(value: object) -> str:
    """``value`` as JSON that cannot end a script element and that holds no web address as such."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("//", "\\/\\/")):
        text = text.replace(sign, escape)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
