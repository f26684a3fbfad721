"""What is declared, what is tested and what docs/conformance.md says are the same."""

import re

from api.ogc.documents import CONFORMANCE
from tests.api.conformance.table import DOCUMENT, shown, table

TILES = "http://www.opengis.net/spec/ogcapi-tiles"


def test_what_is_declared_is_tested_and_nothing_else() -> None:
    tested = {uri for each in shown() for uri in each.conformance.uris}
    assert tested == {uri for uri in CONFORMANCE if not uri.startswith(TILES)}


def test_page_of_conformance_says_what_the_tests_show() -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert "FAIL" not in written, "run python -m tests.api.conformance"
    expected = table((each, ("pass", "pass")) for each in shown())
    assert re.split(r"\n", written) == re.split(r"\n", expected), "run python -m tests.api.conformance"
