"""The commands that read plans: checked, exported, compared. Each gives its exit code."""

import argparse
from dataclasses import replace

from gridplan.cli import summary
from gridplan.cli.console import Screen
from gridplan.plan import audit, lineage
from gridplan.replacing import check_target
from gridplan.schemes import parse_scheme
from gridplan.settings import Settings
from gridplan.store import export_layer, read_plan


def audited(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Check every rule of a plan again; 1 where one does not hold."""
    plan = read_plan(args.plan)
    checks = audit(plan, parse_scheme(plan.fact("scheme"), args.plan))
    return summary.show_audit(checks, screen)


def exported(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Write a layer of a plan as a file of another program."""
    check_target(args.out, [args.plan])
    export_layer(read_plan(args.plan), args.layer, args.out)
    screen.say("cli.written", path=args.out)
    return 0


def compared(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Tell what changed between two plans."""
    if args.out:
        check_target(args.out, [args.old, args.new])
    old, new = read_plan(args.old), read_plan(args.new)
    table = lineage(old, new)
    summary.show_lineage(table, old.id, new.id, screen)
    if args.out:
        export_layer(replace(new, lineage=table), "lineage", args.out)
        screen.say("cli.written", path=args.out)
    return 0
