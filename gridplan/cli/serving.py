"""The command that serves a store."""

import argparse
from contextlib import ExitStack
from pathlib import Path

from api.observe import configure_logs
from api.server import check_host
from api.server import serve as serve_until_stopped
from gridplan.cli.console import Screen
from gridplan.errors import InputError
from gridplan.settings import Settings
from gridplan.store import COMMAND_LINE, Store, claimed, open_store


def serve(args: argparse.Namespace, screen: Screen, settings: Settings) -> int:
    """Serve a store until a signal ends it."""
    check_host(settings, args.host)
    configure_logs(args.log_format)
    if args.town and args.read_only:
        raise InputError("GP149", options="--town, --read-only")
    where = args.plan or settings.database_url or settings.store
    with ExitStack() as stack:
        if "://" not in str(where):
            if args.plan is None and not args.read_only:
                open_store(where).close()  # there must be a file to claim
            stack.enter_context(claimed(Path(where), reading=args.read_only))
        memory = settings.limits.memory_bytes
        store = stack.enter_context(open_store(where, create=args.plan is None, read_only=args.read_only, memory=memory))
        if args.town:
            _bring(args.town, store, screen)
        what = args.plan or settings.database
        screen.say("cli.serving", what=what, host=args.host, port=args.port)
        serve_until_stopped(store, settings, host=args.host, port=args.port)
    screen.say("cli.stopped")
    return 0


def _bring(path: str, store: Store, screen: Screen) -> None:
    """The town in the store, where it is not there yet: what coverage of its plans is measured by."""
    from gridplan.sources import read_town  # geopandas, for which nobody waits who brings none

    town, name = read_town(path), Path(path).stem
    if store.town_list.of_source(town.source) is None:
        store.save_town(name, town, who=COMMAND_LINE)
        screen.say("cli.stored", name=name, where=store.where)
