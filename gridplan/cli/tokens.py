"""``gridplan token``: makes, lists and revokes the bearer tokens of the store that ``serve`` serves."""

import argparse

from gridplan.cli.console import Screen
from gridplan.cli.tables import show_table
from gridplan.errors import InputError
from gridplan.settings import Settings
from gridplan.store import Token, open_store

_MOST_DAYS = 3650
_LONGEST_NAME = 100


def token(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Make, list or revoke; a new token's secret is printed this once."""
    with open_store(settings.database_url or settings.store) as store:
        tokens = store.tokens
        if args.what == "create":
            _check(args)
            made, secret = tokens.create(name=args.name.strip(), role=args.role, days=args.days)
            screen.warn("cli.token.made", id=made.id, role=made.role, until=(made.expires_at or "-")[:10])
            # Alone on standard output, so that a script can keep it.
            screen.say("cli.verbatim", words=secret)
        elif args.what == "revoke":
            screen.say("cli.token.revoked", id=tokens.revoke(args.id).id)
        else:
            _show(tokens.all(), screen)
    return 0


def _check(args: argparse.Namespace) -> None:
    name = args.name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InputError("GP118", name="--name", value=repr(name[:80]), expected=f"1-{_LONGEST_NAME}")
    if not 1 <= args.days <= _MOST_DAYS:
        raise InputError("GP118", name="--days", value=args.days, expected=f"1-{_MOST_DAYS}")


def _show(found: list[Token], screen: Screen) -> None:
    columns = ("cli.col.id", "cli.col.name", "cli.col.role", "cli.col.created", "cli.col.expires", "cli.col.revoked")
    rows = [
        (each.id, each.name, each.role, each.created_at[:10], (each.expires_at or "-")[:10], (each.revoked_at or "-")[:10])
        for each in found
    ]
    show_table(screen, screen.words("cli.token.list"), columns, rows)
