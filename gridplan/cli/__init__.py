"""The command line: ``gridplan COMMAND``."""

import os
import sys
import traceback
from collections.abc import Sequence

from gridplan.cli.commands import command_of
from gridplan.cli.console import Screen
from gridplan.cli.parser import build_parser, language_of
from gridplan.errors import GridplanError, MissingToolError
from gridplan.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 refused or a check failed, 2 wrong words, 130 stopped."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        settings = Settings.from_environment(os.environ)
    except GridplanError as error:
        Screen(language_of(words, "en")).fail(error)
        return 1
    screen = Screen(language_of(words, settings.language))
    args = build_parser(screen).parse_args(words)
    try:
        return command_of(args.command)(args, screen, settings)
    except GridplanError as error:
        screen.fail(error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is left of it goes nowhere, so that the interpreter can close it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the user is owed a message, whatever went wrong; --debug shows where
        if args.debug:
            traceback.print_exc()
        screen.fail(MissingToolError("GP701", kind=type(error).__name__, why=str(error)))
        return 1
