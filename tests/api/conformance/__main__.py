"""Runs the tests of the standards and writes docs/conformance.md: ``python -m tests.api.conformance``."""

import sys
from pathlib import Path

import pytest

from tests.api.conformance.table import DOCUMENT, STORES, passed_on, shown, table


class Outcomes:
    """What became of each test on each store; one failure below any root is a failure."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], dict[str, bool]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of a test."""
        if report.when == "teardown":
            return
        module, test = Path(report.fspath).stem, report.nodeid.rpartition("::")[2]
        name, _, parameters = test.partition("[")
        store = next((store for store in STORES if store in parameters.rstrip("]").split("-")), "")
        found = self.found.setdefault((module, name), {})
        found[store] = found.get(store, True) and report.passed


def main() -> int:
    """Run and write."""
    outcomes = Outcomes()
    status = pytest.main([str(Path(__file__).parent), f"--ignore={Path(__file__).parent / 'test_table.py'}"], plugins=[outcomes])
    rows = [(each, passed_on(each, outcomes.found)) for each in shown()]
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(table(rows), encoding="utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
