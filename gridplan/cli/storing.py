"""Where commands put their results besides files."""

from pathlib import Path

from gridplan.settings import Settings
from gridplan.store import open_store


def check_store(settings: Settings, *, file: bool = False) -> None:
    """Nothing, where what a command makes can go into the store in the end: found out before the work, not after it.

    Parameters
    ----------
    file : whether the command stores into the GeoPackage of the settings too, where no database is set.

    Raises
    ------
    StoreError
        GP403-GP405, GP412 as :func:`gridplan.store.open_store`.
    """
    if settings.database_url:
        open_store(settings.database_url).close()
    elif file and Path(settings.store).exists():
        open_store(settings.store).close()
