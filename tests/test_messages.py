"""Every sentence is there in both languages, names the same facts, and is said somewhere."""

import re
import string
import tomllib
from pathlib import Path

from gridplan.messages import catalogue

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"\bGP\d{3}\b")
SOURCES = [*(ROOT / "gridplan").rglob("*.py"), *(ROOT / "gridplan").rglob("page/*.*"), *(ROOT / "api").rglob("*.py")]
WORDS = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_name_the_same_facts() -> None:
    assert [key for key, entry in catalogue().items() if set(entry) != {"en", "zh"}] == []
    facts = {key: (placeholders(entry["en"]), placeholders(entry["zh"])) for key, entry in catalogue().items()}
    assert {key: both for key, both in facts.items() if both[0] != both[1]} == {}


def test_every_code_that_is_raised_has_its_words() -> None:
    assert set(CODE.findall(WORDS)) <= set(catalogue())


def test_every_code_with_words_is_raised() -> None:
    codes = {key.removesuffix(".waiver") for key in catalogue() if CODE.match(key)}
    assert codes <= set(CODE.findall(WORDS))


def test_no_words_are_written_twice() -> None:
    written = [
        key
        for source in sorted((ROOT / "gridplan" / "messages").glob("*.toml"))
        for key in tomllib.loads(source.read_text(encoding="utf-8"))
    ]
    assert sorted(written) == sorted(catalogue())
