"""The files that pages are made of, shipped with the program, and what is put into them."""

import json
from functools import cache
from importlib.resources import files

from gridplan.messages import Language

HTML_LANGUAGE: dict[Language, str] = {"en": "en", "zh": "zh-CN"}


def asset(name: str) -> str:
    """The text of a shipped file, named by its path below ``gridplan/maps/assets``."""
    return shipped_bytes(name).decode("utf-8")


@cache
def shipped_bytes(name: str) -> bytes:
    """The bytes of a shipped file, named as for :func:`asset`."""
    return (files("gridplan.maps") / "assets" / name).read_bytes()


def embedded(value: object) -> str:
    """``value`` as JSON that cannot end a script element and that holds no web address as such."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("//", "\\/\\/")):
        text = text.replace(sign, escape)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
