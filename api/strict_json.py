"""JSON read strictly: nothing in it is passed over, replaced or rounded away, and what is wrong is told in words."""

import json
import math
import re

import orjson

from gridplan.errors import RequestError
from gridplan.messages import Phrase

_MARK = b"\xef\xbb\xbf"
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")
#: What programs write that have numbers which JSON has not.
_NO_NUMBER = re.compile(r"[+-]?(nan|inf(inity)?)\b", re.IGNORECASE)
_NEAR = 20


def strict_json(body: bytes) -> object:
    """What a body says.

    Raises
    ------
    RequestError
        GP587 it is no JSON in UTF-8; a key stands twice in an object; a number is beyond what can be kept; a text has half a
        character; it is nested too deep.
    """
    try:
        found: object = orjson.loads(body)
        if body.count(b":") > 1:
            # orjson keeps the last one of several; nobody knows which was meant.
            json.loads(body, object_pairs_hook=_each_once)
    except orjson.JSONDecodeError as error:
        raise RequestError("GP587", why=_why(body, error)) from error
    except RecursionError as error:
        raise RequestError("GP587", why=Phrase("body.json.deep")) from error
    return found


def _each_once(pairs: list[tuple[str, object]]) -> None:
    """Nothing; what is in an object is of no interest here."""
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise RequestError("GP587", why=Phrase("body.json.twice", {"key": json.dumps(key[:80], ensure_ascii=False)}))
        seen.add(key)


def _why(body: bytes, error: orjson.JSONDecodeError) -> Phrase:
    """What is wrong, and where."""
    if not body.strip():
        return Phrase("body.json.empty")
    if body.startswith(_MARK):
        return Phrase("body.json.mark")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return Phrase("body.json.coding")
    place: dict[str, str | int] = {"line": error.lineno, "column": error.colno}
    number = _NUMBER.match(text, error.pos)
    if number and math.isinf(_float(number[0])):
        return Phrase("body.json.large", {"value": number[0][:40], **place})
    # A sign before the word is read already.
    word = _NO_NUMBER.match(text, max(error.pos - 1, 0)) or _NO_NUMBER.match(text, error.pos)
    if word:
        return Phrase("body.json.no_number", {"value": word[0], **place})
    if "depth" in error.msg:
        return Phrase("body.json.deep")
    if "surrogate" in error.msg:
        return Phrase("body.json.half", place)
    near = text[error.pos : error.pos + _NEAR]
    return (
        Phrase("body.json.syntax", {"near": json.dumps(near, ensure_ascii=False), **place}) if near else Phrase("body.json.end")
    )


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
