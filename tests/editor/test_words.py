"""Every word that the editor says is in the catalogue, and every word of the catalogue is said."""

import re
from pathlib import Path

from gridplan.messages import catalogue

ASSETS = Path(__file__).resolve().parents[2] / "gridplan" / "editor" / "assets"
KEYS = {key.removeprefix("editor.") for key in catalogue() if key.startswith("editor.")}
# Keys that are put together: their first part, and where the second comes from.
MADE = {
    "state",
    "total",
    "tab",
    "status",
    "level",
    "sort",
    "filter",
    "card",
    "did",
    "operation",
    "refused",
    "base",
    "tool",
    "legend",
    "grids",
    "step",
    "stepped",
}
# Said by Python, not by the module.
PYTHON = {"script"}


def test_words() -> None:
    script = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js")))
    strings = set(re.findall(r'"([a-z][a-z_]*(?:\.[a-z_]+)*)"', script))
    calls = re.findall(r'(?:say|text|act)\(\s*"([a-z_.]+)"', script)
    named = re.findall(r'(?:word|label|hint): "([a-z_.]+)"', script)
    said = {*calls, *named}
    assert said <= KEYS
    assert {key for key in KEYS - PYTHON if key.partition(".")[0] not in MADE} <= strings
