"""A real OpenID issuer on a free port: discovery, keys that change, tokens that it signs."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "gridplan"


class Issuer:
    """The issuer: its address, its keys by id, and how often its keys were asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {}
        self.asked = 0
        self.down = False
        self.add_key("first")

    def add_key(self, kid: str, *, elliptic: bool = False) -> None:
        """A new key, published from now on."""
        made = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, 2048)
        self.keys[kid] = made

    def key_set(self) -> dict[str, list[dict[str, object]]]:
        """The public keys, as published."""
        listed: list[dict[str, object]] = []
        for kid, key in self.keys.items():
            public = (
                RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
                if isinstance(key, rsa.RSAPrivateKey)
                else ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
            )
            listed.append({**public, "kid": kid, "use": "sig"})
        return {"keys": listed}

    def token(
        self,
        kid: str = "first",
        *,
        key: rsa.RSAPrivateKey | None = None,
        alg: str = "RS256",
        claims: Mapping[str, object] | None = None,
    ) -> str:
        """A token that is good, but for what ``claims`` say otherwise; a claim of None is left out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": AUDIENCE, "sub": "u-1", "iat": now, "exp": now + 300, "preferred_username": "李雷"}
        told = {name: value for name, value in {**usual, **(claims or {})}.items() if value is not None}
        return jwt.encode(told, key or self.keys[kid], algorithm=alg, headers={"kid": kid})


@contextmanager
def issuing() -> Iterator[Issuer]:
    """A running issuer."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/keys":
                issuer.asked += 1
                told: dict[str, object] = {**issuer.key_set()}
            else:
                told = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}
            known = self.path in ("/keys", "/.well-known/openid-configuration")
            self.send_response(503 if issuer.down else 200 if known else 404)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
