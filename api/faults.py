"""What pydantic finds wrong with a value, in our words: looked up by the type that it gives the fault."""

import json
import re
from collections.abc import Mapping
from typing import Any

from gridplan.messages import Fact, Phrase, catalogue

_QUOTED = re.compile(r"'([^']*)'")
_MOST = 80
#: RFC 3339; whether there is such a day is seen when it is read.
MOMENT = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)$"


def fault(detail: Mapping[str, Any], *, plain: bool = False) -> Phrase:
    """What is wrong with a value.

    Parameters
    ----------
    detail : one of ``ValidationError.errors()``.
    plain : the value is text in any case, as in an address, and is shown without quotes.

    Examples
    --------
    >>> from gridplan.messages import text
    >>> found = fault({"type": "int_type", "input": "9", "ctx": {}, "msg": "Input should be a valid integer"})
    >>> text(found.key, **found.facts), text(found.key, "zh", **found.facts)
    ('must be a whole number, not "9"', '应为整数，而不是 "9"')
    """
    given = detail["input"]
    value = str(given) if plain else json.dumps(given, ensure_ascii=False, default=str)
    facts: dict[str, Fact] = {"value": value if len(value) <= _MOST else f"{value[:_MOST]}…"}
    for name, fact in detail.get("ctx", {}).items():
        if isinstance(fact, str | int | float):
            facts[name] = int(fact) if isinstance(fact, float) and fact.is_integer() else fact
    if "expected" in facts:
        facts["expected"] = ", ".join(_QUOTED.findall(str(facts["expected"])))
    key = "body.fault.moment" if facts.get("pattern") == MOMENT else f"pydantic.{detail['type']}"
    return Phrase(key, facts) if key in catalogue() else Phrase("body.fault.other", {**facts, "why": detail["msg"][:200]})
