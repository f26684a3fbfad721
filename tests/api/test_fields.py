"""Headers that are lists say the same on one line and on several (RFC 9110, 5.3)."""

from tests.api.served import Served
from tests.api.test_errors import told
from tests.api.test_transactions import ITEMS, PATCH, incident, made

Lines = list[tuple[str, str]]


def test_if_match_on_two_lines_is_one_list(changing: Served) -> None:
    client, path = changing.client, made(changing.client)
    stale = client.get(path).headers["etag"]
    current = client.patch(path, json={"properties": {"outcome": "a"}}, headers=PATCH).headers["etag"]
    lines: Lines = [("If-Match", stale), ("If-Match", current)]
    told(client.put(path, json=incident(), headers=[("If-Match", stale), ("If-Match", '"x"')]), 412, "GP420")
    assert client.put(path, json=incident(), headers=lines).status_code == 204
    plan = client.get("/plans").json()["plans"][0]["links"][0]["href"]
    etag = client.get(plan).headers["etag"]
    told(client.post(f"{plan}/archive", headers=[("If-Match", '"x"'), ("If-Match", '"y"')]), 412, "GP424")
    assert client.post(f"{plan}/archive", headers=[("If-Match", '"x"'), ("If-Match", etag)]).status_code == 200


def test_what_is_wanted_may_stand_on_two_lines(changing: Served) -> None:
    client = changing.client
    for _ in range(3):
        made(client, outcome="x" * 1000)
    both: Lines = [("Accept", "image/png"), ("Accept", "text/html")]
    assert client.get(ITEMS, headers=both).headers["content-type"].startswith("text/html")
    spoken: Lines = [("Accept-Language", "de, en;q=0.1"), ("Accept-Language", "zh;q=0.5")]
    assert client.get("/nowhere", headers=spoken).headers["content-language"] == "zh"
    packed = client.get(ITEMS, headers=[("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")])
    assert packed.headers["content-encoding"] == "gzip"
    # What was kept in that coding is known again, on whichever line it stands.
    known: Lines = [("Accept-Encoding", "gzip"), ("If-None-Match", packed.headers["etag"]), ("If-None-Match", '"x"')]
    again = client.get(ITEMS, headers=known)
    assert (again.status_code, again.headers["etag"]) == (304, packed.headers["etag"])
