"""Bearer tokens: made, found by their hash, revoked. The token itself is shown once and kept nowhere."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.settings import Role
from gridplan.store.database import Database
from gridplan.store.log import COMMAND_LINE, EditLog, Editor

PREFIX = "gp_"
#: What the edit log calls the tokens; its lines are for admins.
ADMIN_SCOPE = "tokens"
#: The revisions that a token has.
_MADE, _REVOKED = 1, 2
_BYTES = 32
#: An id is the beginning of the hash, so that a token is found by the index on ids.
_ID_LENGTH = 12


@dataclass(frozen=True)
class Token:
    """A token, without its secret.

    Attributes
    ----------
    id : by which it is listed and revoked.
    name : whose it is.
    role : what it may do: viewer, planner or admin.
    created_at, expires_at, revoked_at : ISO 8601 in UTC; no end: None; not revoked: None.
    """

    id: str
    name: str
    role: Role
    created_at: str
    expires_at: str | None
    revoked_at: str | None

    def holds(self, now: datetime) -> bool:
        """Whether it is neither revoked nor past its end."""
        return self.revoked_at is None and (self.expires_at is None or now < datetime.fromisoformat(self.expires_at))

    def seconds_left(self) -> float:
        """Seconds until its end; infinite where it has none."""
        if self.expires_at is None:
            return float("inf")
        return (datetime.fromisoformat(self.expires_at) - datetime.now(UTC)).total_seconds()


class Tokens:
    """The tokens of a store."""

    def __init__(self, database: Database, log: EditLog) -> None:
        self._database = database
        self._log = log

    def create(self, *, name: str, role: Role, days: int | None, who: Editor = COMMAND_LINE) -> tuple[Token, str]:
        """A new token, and its secret, which cannot be had again. The edit log tells of the token without it.

        Parameters
        ----------
        name : whose it is.
        role : viewer, planner or admin.
        days : for how many days it holds; None: until it is revoked.
        who : who makes it.

        Raises
        ------
        StoreError
            GP409 the store is only open for reading.
        """
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        now = datetime.now(UTC)
        end = None if days is None else _text(now + timedelta(days=days))
        token = Token(_id(secret), name, role, _text(now), end, None)
        with self._database.writing() as connection:
            connection.execute(self._table.insert(), {**vars(token), "hash": _hash(secret)})
            self._log.write(connection, who, ADMIN_SCOPE, "create", revision=_MADE, item=token.id, after=_shown(token))
        return token, secret

    def find(self, secret: str) -> Token | None:
        """The token with this secret, where it holds now."""
        with self._database.reading() as connection:
            found = connection.execute(sa.select(self._table).where(self._table.c.id == _id(secret))).mappings().one_or_none()
        if found is None or not hmac.compare_digest(found["hash"], _hash(secret)):
            return None
        token = _token(found)
        return token if token.holds(datetime.now(UTC)) else None

    def all(self) -> list[Token]:
        """The tokens in the order they were made, revoked ones too."""
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(sa.select(self._table).order_by(self._table.c.fid)).mappings()]

    def revoke(self, token_id: str, *, who: Editor = COMMAND_LINE) -> Token:
        """The token, which holds no more from now on; revoking it again changes nothing.

        Raises
        ------
        StoreError
            GP470 no such token; GP409 the store is only open for reading.
        """
        table = self._table
        this = table.c.id == token_id
        with self._database.writing() as connection:
            now = _text(datetime.now(UTC))
            revoked = connection.execute(table.update().where(this, table.c.revoked_at.is_(None)).values(revoked_at=now))
            found = connection.execute(sa.select(table).where(this)).mappings().one_or_none()
            if found is None:
                raise StoreError("GP470", token=token_id[:80], where=self._database.where)
            token = _token(found)
            if revoked.rowcount:
                before, after = _shown(replace(token, revoked_at=None)), _shown(token)
                self._log.write(
                    connection, who, ADMIN_SCOPE, "revoke", revision=_REVOKED, item=token_id, before=before, after=after
                )
        return token

    @property
    def _table(self) -> sa.Table:
        return self._database.dialect.tables.records["tokens"]


def _shown(token: Token) -> dict[str, object]:
    """What the edit log keeps of a token: nothing that it could be found by."""
    return {name: value for name, value in vars(token).items() if name != "id"}


def _token(row: sa.RowMapping) -> Token:
    return Token(**{column.name: row[column.name] for column in fields(Token)})


def _hash(secret: str) -> str:
    # No salt and no slow hash: the secret is 32 random bytes, which no list of guesses holds.
    return hashlib.sha256(secret.encode()).hexdigest()


def _id(secret: str) -> str:
    return _hash(secret)[:_ID_LENGTH]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
