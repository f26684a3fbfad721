"""Brings what the tests run against: ``python -m tests.provide``. Does nothing where all is there."""

import os
import sys

from tests.provide.debian import install, missing


def main() -> int:
    """Install what is missing; 0, or in CI 1 where something still is."""
    lacking = missing()
    if not lacking:
        return 0
    print(f"The tests need {', '.join(lacking)}; installing with apt-get.", flush=True)
    why = install(lacking)
    still = missing()
    if not still:
        return 0
    print(f"Still missing: {', '.join(still)}" + (f" ({why})." if why else "."))
    print("Tests that need them will be skipped and say so. Or name a server: GRIDPLAN_TEST_DATABASE_URL=postgresql://...")
    return 1 if os.environ.get("CI", "").lower() in ("1", "true", "yes") else 0


if __name__ == "__main__":
    sys.exit(main())
