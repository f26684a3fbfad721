"""How a long step says how far it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called with a message key of ``cli.toml``, the steps done and the steps in all."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Take note."""


def silent(stage: str, done: int, total: int, /) -> None:
    """Listens to nothing."""
