"""``python -m tests.loaded FILE COMMAND ...``: runs a command of gridplan, then writes which packages it loaded, and what for.

Each package has the files of the program that were being imported, or run, when it was asked for, the outermost first.
"""

import json
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FrameType, ModuleType

_ROOT = Path(__file__).parent.parent


class _Watch(MetaPathFinder):
    """Finds nothing, but notes who asks."""

    def __init__(self) -> None:
        self.asked: dict[str, list[str]] = {}

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Notes the first one who asks."""
        if name not in self.asked:
            self.asked[name] = _ours(sys._getframe(1))
        return None


def _ours(frame: FrameType | None) -> list[str]:
    found: list[str] = []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT / "gridplan") or path.is_relative_to(_ROOT / "api"):
            name = f"{path.relative_to(_ROOT)}:{frame.f_lineno}"
            if name not in found:
                found.insert(0, name)
        frame = frame.f_back
    return found


if __name__ == "__main__":
    watch = _Watch()
    sys.meta_path.insert(0, watch)
    try:
        from gridplan.cli import main  # not before somebody watches

        main(sys.argv[2:])
    finally:
        loaded = {name: by for name, by in watch.asked.items() if name in sys.modules}
        Path(sys.argv[1]).write_text(json.dumps(loaded), encoding="utf-8")
