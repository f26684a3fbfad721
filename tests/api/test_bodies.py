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


TAKING_JSON = [each for each in TAKING if each[2] != GEOPACKAGE]
NO_JSON = [
    (b'{"name": "a", "name": "b"}', '"name" stands twice', '键 "name" 出现两次'),
    (b'{"a": {"k": [{"\xe7\xbd\x91": 1, "x": 2, "\\u7f51": 3}]}}', '"网" stands twice', '"网" 出现两次'),
    (b'{"a": [1,\n -1e999]}', "number -1e999 at line 2, column 2", "第 2 行第 2 列的数字 -1e999"),
    (b'{"a": 1' + b"0" * 400 + b"}", "beyond what can be kept", "超出可保存的范围"),
    (b'{"a": NaN}', "JSON has no NaN", "的 NaN 不是"),
    (b"[1, -Infinity]", "JSON has no -Infinity", "的 -Infinity 不是"),
    (b"[nan]", "JSON has no nan", "的 nan 不是"),
    (b"", "it is empty", "正文为空"),
    (b" \r\n", "it is empty", "正文为空"),
    (b"\xef\xbb\xbf{}", "without BOM", "不带 BOM"),
    ("{}".encode("utf-16"), "no UTF-8", "不是 UTF-8"),
    ('{"a": "网格"}'.encode("gbk"), "no UTF-8", "不是 UTF-8"),
    (b'{"a": "\\ud800"}', "half a character", "半个字符"),
    (b'{"a": [', "it ends before", "就已中断"),
    (b"{'a': 1}", "column 2 on, at \"'a': 1}\"", "从第 1 行第 2 列起"),
    (b'{"a": 1} x', "line 1, column 10", "从第 1 行第 10 列起"),
    (b'{"a": 1, "b": ' + b"[" * 1010 + b"]" * 1010 + b"}", "levels", "嵌套"),
    (b"[" * 5000, "levels", "嵌套"),
    (b'{"a": "' + b"x" * 100_000 + b'", "a": 1}', '"a" stands twice', '"a" 出现两次'),
]


@pytest.mark.parametrize(("method", "path", "kind"), TAKING_JSON, ids=lambda given: given)
def test_what_is_no_json_is_told_in_both_languages(changing: Served, method: str, path: str, kind: str) -> None:
    for body, *words in NO_JSON:
        if not body and path.endswith(("/branches", "/archive")):
            continue
        for language, said in zip(("en", "zh"), words, strict=True):
            answer = sent(changing, method, path, body, ("Content-Type", kind), ("Accept-Language", language))
            assert said in told(answer, 400, "GP587"), (body[:40], answer.text)


def test_a_key_may_stand_in_two_objects(changing: Served) -> None:
    body = json.dumps({**incident(), "links": [{"href": "a", "rel": "a"}, {"href": "b", "rel": "b"}]}).encode()
    assert sent(changing, "POST", ITEMS, body).status_code == 201


@pytest.mark.parametrize(("method", "path", "kind"), TAKING_JSON, ids=lambda given: given)
def test_what_is_deep_but_read_is_refused_all_the_same(changing: Served, method: str, path: str, kind: str) -> None:
    for name in ("properties", "type", "geometry", "note", "operations", "id"):
        for opened, closed in ((b"[", b"]"), (b'{"type":', b"}")):
            body = b'{"%b": %b1%b}' % (name.encode(), opened * 850, closed * 850)
            answer = sent(changing, method, path, body, ("Content-Type", kind))
            assert answer.status_code in (400, 404), (body[:30], answer.text)
