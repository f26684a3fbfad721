"""Tokens over HTTP: an admin lists, makes and revokes them."""

import logging
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.roles import Who, needs
from api.bodies import asked, described
from api.deps import only
from api.writers import write
from gridplan.store import Editor, Token, Tokens

router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[Depends(only())])

_log = logging.getLogger("gridplan.access")
Admin = Annotated[Who, Depends(needs("admin"))]


class TokenAsked(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)
    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", description="whose it is")
    role: Literal["viewer", "planner", "admin"]
    days: int = Field(default=90, ge=1, le=3650, description="for how many days it holds")


class TokenShown(BaseModel):
    """A token without its secret."""

    id: str
    name: str
    role: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class TokenMade(TokenShown):
    """A new token; its secret is shown this once."""

    token: str


class TokenList(BaseModel):
    """The tokens in the order they were made."""

    tokens: list[TokenShown]


def _tokens(request: Request) -> Tokens:
    return cast("Tokens", request.app.state.tokens)


@router.get("")
def tokens(request: Request, admin: Admin) -> TokenList:
    """All tokens, revoked ones too; never their secrets."""
    return TokenList(tokens=[_shown(token) for token in _tokens(request).all()])


@router.post("", status_code=201, openapi_extra=described(TokenAsked))
async def create_token(request: Request, response: Response, admin: Admin) -> TokenMade:
    """A new token. Its secret is in this answer and nowhere else."""
    wanted = await asked(request, TokenAsked)
    who, create = Editor(admin.name, admin.role), _tokens(request).create
    token, secret = await write(request, create, name=wanted.name, role=wanted.role, days=wanted.days, who=who)
    _log.info("token %s (%s) made by %s", token.id, token.role, admin.name)
    response.headers["Location"] = str(request.url_for("revoke_token", id=token.id))
    response.headers["Cache-Control"] = "no-store"
    return TokenMade(**vars(token), token=secret)


@router.delete("/{id}", status_code=204)
async def revoke_token(request: Request, identifier: Annotated[str, Path(alias="id")], admin: Admin) -> None:
    """The token holds no more: here at once, in another process of the service after at most five seconds."""
    revoked = await write(request, _tokens(request).revoke, identifier, who=Editor(admin.name, admin.role))
    request.app.state.known.clear()
    _log.info("token %s revoked by %s", revoked.id, admin.name)


def _shown(token: Token) -> TokenShown:
    return TokenShown(**vars(token))
