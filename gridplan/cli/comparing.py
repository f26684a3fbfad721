"""The command that tells what differs between two plans and writes it as a form. It gives its exit code."""

import argparse

from gridplan.cli import summary
from gridplan.cli.console import Screen
from gridplan.papers import write_registration
from gridplan.plan import compare
from gridplan.replacing import check_target
from gridplan.settings import Settings
from gridplan.store import read_plan


def compared(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Tell what differs between two plans, and write the registration table of what changed."""
    if args.out:
        check_target(args.out, [args.old, args.new, args.font])
    old, new = read_plan(args.old), read_plan(args.new)
    if args.out:
        given = {"day": args.date, "adopted_by": args.adopted_by, "note": args.note, "font": args.font}
        write_registration(old, new, args.out, language=args.language, **given)
    summary.show_comparison(compare(old, new), old.id, new.id, screen)
    if args.out:
        screen.say("cli.written", path=args.out)
    return 0
