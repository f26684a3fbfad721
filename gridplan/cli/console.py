"""What the command line says: answers on standard output, errors on standard error."""

import sys
from dataclasses import dataclass

from gridplan.errors import GridplanError
from gridplan.messages import Fact, Language, text


@dataclass(frozen=True)
class Screen:
    """Says things in one language."""

    language: Language

    def words(self, key: str, **facts: Fact) -> str:
        """The text of ``key`` in this language."""
        return text(key, self.language, **facts)

    def say(self, key: str, **facts: Fact) -> None:
        """Print the text of ``key`` on standard output."""
        print(self.words(key, **facts))  # noqa: T201 - this is the command line's voice

    def fail(self, error: GridplanError) -> None:
        """Print an error on standard error."""
        print(error.message(self.language), file=sys.stderr)  # noqa: T201

    def warn(self, key: str, **facts: Fact) -> None:
        """Print the text of ``key`` on standard error."""
        print(self.words(key, **facts), file=sys.stderr)  # noqa: T201
