"""What a test does when the server or program that it runs against is not there."""

import os
from typing import TypeVar

import pytest

Found = TypeVar("Found")


def needed(what: str, found: Found | None) -> Found:
    """``found`` where it is there (not None and not empty); else the test skips, and in CI it fails.

    Parameters
    ----------
    what : says what is missing and how to get it, as a sentence.
    found : the server, path or program that was looked for.
    """
    if found:
        return found
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"in CI nothing may be skipped: {what}", pytrace=False)
    pytest.skip(what)
