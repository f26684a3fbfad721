"""``gridplan migrate``: brings the tables of the database to this program's revision."""

import argparse

from gridplan.cli.console import Screen
from gridplan.settings import Settings
from gridplan.store import migrate as migrate_database


def migrate(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Migrate; the exit code, 0."""
    migrate_database(settings.database_url)
    screen.say("cli.migrated", where=settings.database)
    return 0
