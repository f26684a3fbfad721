"""The settings that come from the environment; read once by the command line and by the web server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gridplan.messages import Language

DEFAULT_STORE = "gridplan.gpkg"
_TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Attributes
    ----------
    database_url : ``GRIDPLAN_DATABASE_URL``, a PostGIS database as ``postgresql://user:password@host/name``; empty: none.
    store : ``GRIDPLAN_STORE``, the GeoPackage file that keeps plans where there is no database.
    language : ``GRIDPLAN_LANG``, ``en`` or ``zh``; else what ``LANG`` begins with, else English.
    allow_public : ``GRIDPLAN_ALLOW_PUBLIC`` = 1 lets the server listen beyond this machine though it asks nobody
        who they are. Only for a trusted network, behind a proxy that does.
    """

    database_url: str = ""
    store: Path = Path(DEFAULT_STORE)
    language: Language = "en"
    allow_public: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in ``environ``.

        Examples
        --------
        >>> Settings.from_environment({"GRIDPLAN_LANG": "zh"}).language
        'zh'
        """
        spoken = environ.get("GRIDPLAN_LANG") or environ.get("LANG", "")
        return cls(
            database_url=environ.get("GRIDPLAN_DATABASE_URL", "").strip(),
            store=Path(environ.get("GRIDPLAN_STORE") or DEFAULT_STORE),
            language="zh" if spoken.lower().startswith("zh") else "en",
            allow_public=environ.get("GRIDPLAN_ALLOW_PUBLIC", "").strip().lower() in _TRUE,
        )

    @property
    def database(self) -> str:
        """Where plans are kept, to be shown: the database without its password, or the file.

        Examples
        --------
        >>> Settings(database_url="postgresql://planner:secret@db/gridplan").database
        'postgresql://planner:***@db/gridplan'
        """
        if not self.database_url:
            return str(self.store)
        parts = urlsplit(self.database_url)
        account, at, host = parts.netloc.rpartition("@")
        user, colon, _ = account.partition(":")
        shown = f"{user}:***{at}{host}" if colon else parts.netloc
        return urlunsplit((parts.scheme, shown, parts.path, "", ""))
