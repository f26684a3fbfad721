"""Tokens of an OpenID issuer: believed when it signed them for this service, and else never."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from api.access.oidc import OidcKeys
from gridplan.errors import RequestError
from gridplan.settings import Oidc, Settings
from gridplan.store import open_store
from tests.api.issuer import AUDIENCE, Issuer, issuing
from tests.api.served import served
from tests.api.test_errors import told


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A running issuer with one key."""
    with issuing() as running:
        yield running


def keys_of(issuer: Issuer, *, again_s: float = 30.0, keys_url: str = "") -> OidcKeys:
    return OidcKeys(Oidc(issuer.url, AUDIENCE, keys_url), again_s=again_s)


def refused(keys: OidcKeys, token: str, code: str = "GP551") -> str:
    with pytest.raises(RequestError) as caught:
        keys.identify(token)
    assert caught.value.code == code
    return str(caught.value)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["planner"], "planner"),
        (["viewer", "admin", "else"], "admin"),
        ("planner viewer", "planner"),
        (["else"], "none"),
        ([["admin"], 7], "none"),
        ({"admin": True}, "none"),
        (None, "none"),
    ],
)
def test_who_a_token_stands_for(issuer: Issuer, roles: object, role: str) -> None:
    found, seconds = keys_of(issuer).identify(issuer.token(claims={"roles": roles}))
    assert (found.name, found.role) == ("oidc:李雷", role)
    assert 290 < seconds <= 330


def test_names_and_roles_may_be_elsewhere(issuer: Issuer) -> None:
    settings = Oidc(issuer.url, AUDIENCE, f"{issuer.url}/keys", "realm_access.roles", {"gis": "planner"}, "email")
    token = issuer.token(claims={"aud": ["other", AUDIENCE], "realm_access": {"roles": ["gis"]}, "email": "a@example.org"})
    assert OidcKeys(settings).identify(token)[0].name == "oidc:a@example.org"
    assert OidcKeys(settings).identify(token)[0].role == "planner"
    assert OidcKeys(settings).identify(issuer.token())[0].name == "oidc:u-1"


def test_elliptic_keys_are_known(issuer: Issuer) -> None:
    issuer.add_key("curve", elliptic=True)
    assert keys_of(issuer).identify(issuer.token("curve", alg="ES256", claims={"roles": ["admin"]}))[0].role == "admin"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 9_999_999_999},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://id.example.org"},
        {"iss": None},
        {"sub": None},
    ],
    ids=str,
)
def test_claims_that_do_not_hold(issuer: Issuer, claims: dict[str, object]) -> None:
    refused(keys_of(issuer), issuer.token(claims={"roles": ["admin"], **claims}))


def test_no_signature_is_no_token(issuer: Issuer) -> None:
    claims = jwt.decode(issuer.token(claims={"roles": ["admin"]}), options={"verify_signature": False})
    for alg in ("none", "None", "NONE"):
        head = {"alg": alg, "typ": "JWT", "kid": "first"}
        parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, claims))
        refused(keys_of(issuer), ".".join(parts) + ".")


def test_the_public_key_is_no_shared_secret(issuer: Issuer) -> None:
    """A token signed by HS256 with the public key as its secret, which anybody can make."""
    key = issuer.keys["first"].public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    for secret in (key.public_bytes(serialization.Encoding.PEM, form), key.public_bytes(serialization.Encoding.DER, form)):
        claims = jwt.decode(issuer.token(claims={"roles": ["admin"]}), options={"verify_signature": False})
        head = {"alg": "HS256", "typ": "JWT", "kid": "first"}
        said = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, claims))
        sign = base64.urlsafe_b64encode(hmac.new(secret, said, hashlib.sha256).digest()).rstrip(b"=")
        refused(keys_of(issuer), b".".join((said, sign)).decode())


def test_another_key_by_the_same_name_is_refused(issuer: Issuer) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    refused(keys_of(issuer), issuer.token(key=stranger, claims={"roles": ["admin"]}))
    good = issuer.token(claims={"roles": ["viewer"]})
    head, _, sign = good.split(".")
    more = issuer.token(claims={"roles": ["admin"]}).split(".")[1]
    refused(keys_of(issuer), f"{head}.{more}.{sign}")


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "....", "e30.e30.", "x" * 20_000, "\x00.\x00.\x00", "e30.e30.e30"])
def test_what_is_no_token(issuer: Issuer, token: str) -> None:
    refused(keys_of(issuer), token)
    assert issuer.asked == 0


def test_a_key_of_the_token_itself_is_not_taken(issuer: Issuer) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "x", "exp": int(time.time()) + 60, "roles": ["admin"]}
    for head in ({"jwk": jwk, "kid": "mine"}, {"jku": "http://127.0.0.1:9/keys", "kid": "mine"}, {"jwk": jwk}):
        refused(keys_of(issuer), jwt.encode(claims, stranger, algorithm="RS256", headers=head))


def test_new_keys_are_fetched(issuer: Issuer) -> None:
    keys = keys_of(issuer, again_s=0)
    keys.identify(issuer.token())
    issuer.add_key("second")
    assert keys.identify(issuer.token("second"))[0].name == "oidc:李雷"
    assert issuer.asked == 2
    del issuer.keys["second"]
    keys.identify(issuer.token())
    assert issuer.asked == 2


def test_keys_are_not_fetched_for_every_unknown_one(issuer: Issuer) -> None:
    keys = keys_of(issuer)
    keys.identify(issuer.token())
    issuer.add_key("second")
    for _ in range(20):
        refused(keys, issuer.token("second"))
    assert issuer.asked == 1


def test_keys_that_cannot_be_had_are_not_asked_for_all_the_time(issuer: Issuer) -> None:
    issuer.down = True
    keys, direct = keys_of(issuer), keys_of(issuer, keys_url=f"{issuer.url}/keys")
    for _ in range(5):
        refused(keys, issuer.token(), "GP560")
        refused(direct, issuer.token(), "GP560")
    assert issuer.asked == 1
    again = keys_of(issuer, again_s=0)
    refused(again, issuer.token(), "GP560")
    issuer.down = False
    again.identify(issuer.token())


def test_discovery_of_another_issuer_is_refused(issuer: Issuer) -> None:
    settings = Oidc(f"{issuer.url}/", AUDIENCE)
    refused(OidcKeys(settings), issuer.token(), "GP560")


def test_over_http(issuer: Issuer, tmp_path: Path) -> None:
    settings = Settings(auth=True, anonymous="none", oidc=Oidc(issuer.url, AUDIENCE))
    with open_store(tmp_path / "plans.gpkg") as store, served(store, settings) as running:

        def ask(path: str, **claims: object) -> httpx.Response:
            return running.client.get(path, headers={"Authorization": f"Bearer {issuer.token(claims=claims)}"})

        assert ask("/tokens", roles=["admin"]).status_code == 200
        told(ask("/tokens", roles=["viewer"]), 403, "GP552")
        # Somebody whom the issuer knows, but to whom it gives no role here.
        told(ask("/plans"), 403, "GP552")
        told(ask("/plans", exp=1), 401, "GP551")
        assert issuer.asked == 1
