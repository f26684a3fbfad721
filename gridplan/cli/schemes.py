"""``gridplan schemes``: lists, shows and checks the rules of places."""

import argparse

from gridplan.cli.console import Screen
from gridplan.schemes import load_scheme, scheme_names
from gridplan.settings import Settings


def schemes(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """List, show or check; the exit code, 0."""
    if args.what == "list":
        for name in scheme_names():
            screen.say("cli.scheme", name=name, title=getattr(load_scheme(name).title, screen.language))
        return 0
    scheme = load_scheme(args.scheme)
    if args.what == "show":
        screen.say("cli.verbatim", words=scheme.text.rstrip())
    else:
        screen.say("cli.scheme_ok", name=scheme.name, title=getattr(scheme.title, screen.language))
    return 0
