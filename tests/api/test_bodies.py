"""Bodies of requests: how they are coded, and what is wrong with the JSON in them, at every path that takes one."""

import gzip
import json
from pathlib import Path

import httpx
import pytest

from gridplan.settings import Settings
from gridplan.store import open_store
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.api.test_transactions import ITEMS, incident
from tests.samples import PLAN_ID

JSON, PATCH, GEOPACKAGE = "application/json", "application/merge-patch+json", "application/geopackage+sqlite3"
HERE = f"/plans/{PLAN_ID}"
#: Every method and path that takes a body, with the type of it.
TAKING = [
    ("POST", ITEMS, JSON),
    ("PUT", f"{ITEMS}/mine", "application/geo+json"),
    ("PATCH", f"{ITEMS}/mine", PATCH),
    ("POST", "/tokens", JSON),
    ("POST", "/plans", JSON),
    ("POST", "/plans", GEOPACKAGE),
    *(("POST", f"{HERE}/{name}", JSON) for name in ("edits", "branches", "adoptions", "archive")),
]


def sent(service: Served, method: str, path: str, body: bytes, *headers: tuple[str, str]) -> httpx.Response:
    """The answer to a body; edits are based on any revision."""
    return service.client.request(method, path, content=body, headers=[("If-Match", "*"), *headers])


@pytest.mark.parametrize(("method", "path", "kind"), TAKING)
def test_coded_bodies_are_415_and_say_what_is_taken(changing: Served, method: str, path: str, kind: str) -> None:
    body = json.dumps(incident(kind="网格")).encode()
    before = changing.client.get(ITEMS).json()["numberMatched"]
    for codings in (["gzip"], ["identity", "br"], ["identity, gzip"], ["x-gzip"]):
        lines = [("Content-Encoding", coding) for coding in codings]
        answer = sent(changing, method, path, gzip.compress(body), ("Content-Type", kind), *lines)
        assert codings[-1].removeprefix("identity, ") in told(answer, 415, "GP590")
        assert answer.headers["accept-encoding"] == "identity"
    for charset in ("gbk", '"GB18030"', "utf-16", ""):
        if kind != GEOPACKAGE:
            answer = sent(changing, method, path, body.decode().encode("gbk"), ("Content-Type", f"{kind}; Charset={charset}"))
            assert f"with Content-Type: {kind}." in told(answer, 415, "GP591")
    assert changing.client.get(ITEMS).json()["numberMatched"] == before


@pytest.mark.parametrize("path", ["/tokens", "/plans", *(f"{HERE}/{name}" for name in ("edits", "branches", "archive"))])
def test_another_type_is_415_everywhere(changing: Served, path: str) -> None:
    answer = sent(changing, "POST", path, b"name=a", ("Content-Type", "application/x-www-form-urlencoded"))
    told(answer, 415, "GP581")
    assert JSON in answer.headers["accept-post"]


def test_bodies_as_they_are_are_taken(changing: Served) -> None:
    body = json.dumps(incident(kind="网格"), ensure_ascii=False).encode()
    for more in ([("Content-Encoding", "identity")], [("Content-Encoding", "")], []):
        for charset in ("; charset=utf-8", ';charset="UTF-8"', "; charset=utf8", ""):
            assert sent(changing, "POST", ITEMS, body, ("Content-Type", f"{JSON}{charset}"), *more).status_code == 201
    # A body that may be missing is what it says by itself, whatever type it has.
    for missing in (b"", b"null"):
        assert sent(changing, "POST", f"{HERE}/branches", missing).status_code == 201


def test_who_may_not_is_told_so_before_the_body_is_read(tmp_path: Path) -> None:
    with open_store(tmp_path / "plans.gpkg") as store, served(store, Settings(auth=True)) as guarded:
        for method, path, kind in TAKING:
            told(sent(guarded, method, path, b"{", ("Content-Type", kind), ("Content-Encoding", "gzip")), 401, "GP550")
