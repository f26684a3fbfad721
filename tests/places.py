"""Where the real places are that tests run on, and what to do where they are not."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(name: str) -> Path:
    """The path of a file of the shared real data; skips the test where it is not beside the repository."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"real data {name} is not beside the repository")
    return path
