"""A filter as text becomes a tree: the limits that protect the parser, the parser, and its refusals in our words.

The parser of CQL2 text tries a bracket twice before it gives up on it, so a wrong filter of n nested brackets costs 2^n; and it
recurses, so deep nesting would end the process. Both are refused before it sees the text. What the standard asks of text and the
parser does not know (backslashes, ``.5``) is put in the form that it knows.
"""

import json
import re
from collections.abc import Iterator
from typing import Literal

import cql2

from gridplan.errors import RequestError
from gridplan.messages import Phrase

FilterLanguage = Literal["cql2-text", "cql2-json"]
#: A value of JSON.
Tree = dict[str, "Tree"] | list["Tree"] | str | float | bool | None

MOST_CHARACTERS = 20_000
#: Brackets, function calls and operators inside one another.
MOST_DEPTH = 32
#: AND, OR, NOT, comparisons and arithmetic.
MOST_OPERATORS = 250
#: Work of the parser on a wrong filter: each word (a long one by its length) counts twice for each bracket around it; a million
#: is a second.
MOST_WORK = 12_000

_TOKEN = re.compile(
    r"(?P<text>'(?:[^'\\]|\\.|'')*+(?:'|\Z))"  # one that is not closed takes the rest, so that no text is walked over twice
    r'|(?P<quoted>"(?:[^"]|"")*+(?:"|\Z))'
    r"|(?P<word>[^\W\d][\w.:]*)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_JOINING = {"and", "or", "not", "in", "like", "between", "div"}
_SIGNS = set("+-*/%^=<>")
_ESCAPED = re.compile(r"\\(['\\abtnvfr])")
_CONTROLS = {"'": "''", "\\": "\\", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_PLACE = re.compile(r"--> (\d+):(\d+)")


def read_tree(text: str, language: FilterLanguage) -> Tree:
    """The tree of a filter, as CQL2 JSON has it.

    Raises
    ------
    RequestError
        GP540 it is not CQL2; GP541 it is too long or too deep.
    """
    if len(text) > MOST_CHARACTERS:
        raise too_much("filter.characters", len(text), MOST_CHARACTERS)
    _encodable(text)
    return _from_text(text) if language == "cql2-text" else _from_json(text)


def too_much(what: str, found: int, most: int) -> RequestError:
    """The refusal of a filter that has more of something than is allowed."""
    return RequestError("GP541", what=Phrase(what), found=found, most=most)


def not_cql2(key: str, **facts: str | int) -> RequestError:
    """The refusal of a filter that is not CQL2, for the reason of that key."""
    return RequestError("GP540", why=Phrase(key, facts))


def _from_text(text: str) -> Tree:
    plain = "".join(_checked_tokens(text))
    try:
        tree: Tree = cql2.parse_text(plain).to_json()
    except Exception as error:
        place = _PLACE.search(str(error))
        if place is None:
            raise not_cql2("filter.unreadable", near=str(error).partition("\n")[0][:80]) from error
        line, column = int(place[1]), int(place[2])
        before = sum(len(part) + 1 for part in plain.split("\n")[: line - 1]) + column
        near = plain[before - 1 : before + 19] or plain[-20:]
        raise not_cql2("filter.syntax", at=before, near=near) from error
    return tree


def _checked_tokens(text: str) -> Iterator[str]:
    """The words of the text in the parser's form, as long as they keep the limits."""
    brackets: list[bool] = []  # whether each open bracket is one that the parser tries twice
    doubled = operators = work = 0
    before = ""
    for token in _TOKEN.finditer(text):
        kind, word = str(token.lastgroup), token[0]
        lowered = word.lower()
        if word == "(":
            called = bool(re.match(r'[^\W\d]|"', before)) and before not in _JOINING
            brackets.append(not called)
            doubled += not called
        elif word == ")" and brackets:
            doubled -= brackets.pop()
        operators += lowered in _JOINING or (kind == "sign" and word in _SIGNS)
        work += ((kind != "space") + len(word) // 16) << doubled
        if work > MOST_WORK:
            raise too_much("filter.work", work, MOST_WORK)
        if operators > MOST_OPERATORS:
            raise too_much("filter.operators", operators, MOST_OPERATORS)
        if len(brackets) > MOST_DEPTH:
            raise too_much("filter.depth", len(brackets), MOST_DEPTH)
        before = before if kind == "space" else lowered
        yield _in_parsers_form(kind, word)


def _in_parsers_form(kind: str, word: str) -> str:
    if kind == "text" and "\\" in word and word.endswith("'"):
        return f"'{_ESCAPED.sub(lambda found: _CONTROLS[found[1]], word[1:-1])}'"
    return f"0{word}" if kind == "number" and word.startswith(".") else word


def _from_json(text: str) -> Tree:
    try:
        tree: Tree = json.loads(text, parse_int=float, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise not_cql2("filter.syntax", at=error.pos + 1, near=text[error.pos : error.pos + 20] or text[-20:]) from error
    except RecursionError as error:
        raise too_much("filter.depth", MOST_DEPTH + 1, MOST_DEPTH) from error
    _encodable(json.dumps(tree, ensure_ascii=False))
    return tree


def _encodable(text: str) -> None:
    """Refuses half characters, as an escape of JSON can make."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise not_cql2("filter.unreadable", near=repr(text[error.start])) from error


def _no_number(text: str) -> float:
    raise not_cql2("filter.unreadable", near=text)
