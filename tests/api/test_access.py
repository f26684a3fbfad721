"""Who asks, what they may do, and who is turned away."""

import re
import socket
import time
from collections.abc import Iterator

import pytest
from starlette.routing import Route

import api.access.identified
from api.app import create_app
from gridplan.settings import Role, Settings
from gridplan.store import Store, open_store
from tests.api.served import Served, served
from tests.api.test_errors import told
from tests.samples import PLAN_ID, sample_plan

GRIDS = "/collections/grids/items"
NEW = {"name": "night shift", "role": "planner"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the sample plan."""
    with open_store(tmp_path_factory.mktemp("store") / "plans.gpkg") as store:
        store.save_plan(sample_plan())
        yield store


@pytest.fixture(scope="module")
def guarded(store: Store) -> Iterator[Served]:
    """The service with auth on."""
    with served(store, Settings(auth=True)) as running:
        yield running


def bearer(store: Store, role: Role) -> dict[str, str]:
    """The header of a new token."""
    return {"Authorization": f"Bearer {store.tokens.create(name=role, role=role, days=1)[1]}"}


def test_public_layers_need_no_token_and_tokens_need_an_admin(guarded: Served) -> None:
    client, store = guarded.client, guarded.store
    assert client.get("/plans").status_code == 200
    answer = client.get("/tokens")
    told(answer, 401, "GP550")
    assert answer.headers["www-authenticate"] == 'Bearer realm="gridplan"'
    for role in ("viewer", "planner"):
        answer = client.get("/tokens", headers=bearer(store, role))
        told(answer, 403, "GP552")
        assert "insufficient_scope" in answer.headers["www-authenticate"]
    assert client.get("/tokens", headers=bearer(store, "admin")).status_code == 200


@pytest.mark.parametrize(
    "given",
    ["Bearer gp_wrong", "Bearer", "Basic YTpi", "gp_wrong", "Bearer a.b.c", "Bearer \u00e9", "Bearer " + "x" * 20000],
    ids=lambda given: given[:20],
)
def test_a_wrong_token_is_refused_even_where_none_is_needed(guarded: Served, given: str) -> None:
    answer = guarded.client.get("/plans", headers=[(b"Authorization", given.encode("latin-1"))])
    told(answer, 401, "GP551")
    assert "invalid_token" in answer.headers["www-authenticate"]
    assert "x" * 300 not in answer.text


def test_an_admin_makes_lists_and_revokes_tokens(guarded: Served) -> None:
    client, admin = guarded.client, bearer(guarded.store, "admin")
    answer = client.post("/tokens", json=NEW, headers=admin)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    planner = {"Authorization": f"Bearer {made['token']}"}
    told(client.get("/tokens", headers=planner), 403, "GP552")
    listed = client.get("/tokens", headers=admin)
    assert "night shift" in [token["name"] for token in listed.json()["tokens"]]
    assert made["token"] not in listed.text
    assert client.delete(answer.headers["location"], headers=admin).status_code == 204
    told(client.get("/plans", headers=planner), 401, "GP551")
    told(client.delete("/tokens/nosuch", headers=admin), 404, "GP561")


def test_who_made_and_revoked_a_token_is_told_to_admins(guarded: Served) -> None:
    client, admin = guarded.client, bearer(guarded.store, "admin")
    answer = client.post("/tokens", json=NEW, headers=admin)
    made = answer.json()
    for _ in range(2):  # revoking it again changes nothing
        assert client.delete(answer.headers["location"], headers=admin).status_code == 204
    told_of = client.get("/edits?scope=tokens", headers=admin)
    revoked, created = (line for line in told_of.json()["edits"] if line["item"] == made["id"])
    shown = {"name": "night shift", "role": "planner", "created_at": made["created_at"], "expires_at": made["expires_at"]}
    assert (created["operation"], created["who"], created["role"]) == ("create", "token:admin", "admin")
    assert (created["before"], created["after"]) == (None, {**shown, "revoked_at": None})
    assert (revoked["operation"], revoked["who"], revoked["before"]) == ("revoke", "token:admin", created["after"])
    assert shown.items() <= revoked["after"].items()
    assert created["at"] <= revoked["after"]["revoked_at"] <= revoked["at"]
    assert made["token"] not in told_of.text
    assert guarded.store.log.history("tokens", limit=1000)[-1].who == "command line"  # the first token of all
    planner = bearer(guarded.store, "planner")
    told(client.get("/edits?scope=tokens", headers=planner), 403, "GP552")
    scopes = [line["scope"] for line in client.get("/edits?limit=1000", headers=planner).json()["edits"]]
    assert "tokens" not in scopes
    assert client.get("/edits?limit=1", headers=admin).json()["edits"][0]["scope"] == "tokens"


@pytest.mark.parametrize(
    "wrong",
    [
        *({}, {"name": "a"}, {**NEW, "role": "owner"}, {**NEW, "name": " "}, {**NEW, "name": "a\nb"}, {**NEW, "days": 0}),
        *({**NEW, "days": "9"}, {**NEW, "days": 4000}, {**NEW, "more": 1}, {**NEW, "name": "x" * 101}, [], 7, None),
    ],
    ids=str,
)
def test_a_wrong_token_asked_is_400(guarded: Served, wrong: object) -> None:
    admin = bearer(guarded.store, "admin")
    told(guarded.client.post("/tokens", json=wrong, headers=admin), 400, "GP587" if wrong is None else "GP586")


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "GP587"), (b"{", "GP587"), (b"\xff", "GP587"), (b"[" * 100_000, "GP587"), (b'{"name": "a", "role": NaN}', "GP587")],
    ids=lambda given: repr(given[:9]),
)
def test_a_body_that_is_no_json_is_400(guarded: Served, body: bytes, code: str) -> None:
    headers = {**bearer(guarded.store, "admin"), "Content-Type": "application/json"}
    told(guarded.client.post("/tokens", content=body, headers=headers), 400, code)


def test_revoked_in_another_process_a_token_ends_within_the_time_said(guarded: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.access.identified, "KEPT_S", 0.3)
    tokens = guarded.store.tokens
    made, secret = tokens.create(name="a", role="viewer", days=1)
    headers = {"Authorization": f"Bearer {secret}"}
    assert guarded.client.get("/plans", headers=headers).status_code == 200
    tokens.revoke(made.id)  # as the command line does, which knows nothing of this process
    time.sleep(0.4)
    told(guarded.client.get("/plans", headers=headers), 401, "GP551")


def test_without_anonymous_nothing_is_told_but_that_it_lives(store: Store) -> None:
    with served(store, Settings(auth=True, anonymous="none")) as running:
        for path in ("/", "/plans", "/openapi.json", "/nowhere", "/metrics", "//health", "/health/", "/plans/%00", "/?a=%FF"):
            told(running.client.get(path), 401, "GP550")
        for path in ("/adopted/none", f"/adopted/none{GRIDS}", f"/plans/none{GRIDS}", f"/plans/{PLAN_ID}{GRIDS}", GRIDS):
            for method in ("GET", "HEAD", "OPTIONS", "POST"):
                assert running.client.request(method, path).status_code == 401, (method, path)
        assert running.client.get("/health").status_code == 200
        assert running.client.get("/ready").status_code == 200
        assert running.client.get("/plans", headers=bearer(store, "viewer")).status_code == 200


LOCAL_NAMES = ["127.0.0.1", "127.0.0.1:9", "localhost:80", "LOCALHOST", "[::1]:8000", "127.8.8.8"]
FOREIGN_NAMES = ["example.org", "localhost.example.org", "127.0.0.1.nip.io", "192.168.1.5", "a@127.0.0.1", "", "[::1", "0.0.0.0"]


@pytest.mark.parametrize("host", LOCAL_NAMES)
def test_names_of_this_machine_are_answered(service: Served, host: str) -> None:
    assert service.client.get("/plans", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FOREIGN_NAMES)
def test_while_auth_is_off_no_other_name_is_answered(service: Served, host: str) -> None:
    told(service.client.get("/plans", headers={"Host": host}), 421, "GP553")


def test_two_hosts_are_none(service: Served) -> None:
    with socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2]))) as raw:
        raw.sendall(b"GET /plans HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
        assert raw.makefile("rb").read().startswith(b"HTTP/1.1 421 ")


def test_names_can_be_set(store: Store) -> None:
    for auth in (False, True):
        with served(store, Settings(auth=auth, hosts=("plans.example.org",))) as running:
            for host in ("plans.example.org", "PLANS.example.org:8443"):
                assert running.client.get("/plans", headers={"Host": host}).status_code == 200
            told(running.client.get("/plans", headers={"Host": "example.org"}), 421, "GP553")


def test_with_auth_any_name_is_answered(guarded: Served) -> None:
    assert guarded.client.get("/plans", headers={"Host": "plans.example.org"}).status_code == 200


@pytest.mark.parametrize("hosts", [[], ["a", "b"], ['evil"><script>'], ["a b"], ["a/b"], ["me@a"], ["[::1"], ["a:b"], [""]])
def test_with_auth_what_is_no_name_is_400(guarded: Served, hosts: list[str]) -> None:
    head = "".join(f"Host: {host}\r\n" for host in hosts)
    with socket.create_connection(("127.0.0.1", int(guarded.url.rpartition(":")[2])), timeout=10) as raw:
        raw.sendall(f"GET /plans HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        found = raw.makefile("rb").read()
    assert found.startswith(b"HTTP/1.1 400 ")
    assert b"GP558" in found
    assert b"script" not in found


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null"])
def test_a_page_of_another_site_may_not_write(service: Served, origin: str) -> None:
    told(service.client.post("/tokens", json=NEW, headers={"Origin": origin}), 403, "GP554")
    told(service.client.delete("/tokens/a", headers={"Origin": origin}), 403, "GP554")
    assert "access-control-allow-origin" not in service.client.get("/plans", headers={"Origin": origin}).headers


def test_its_own_pages_may_write(store: Store) -> None:
    with served(store, Settings(cors_origins=("https://maps.example.org",))) as running:
        for origin in (running.url, "https://maps.example.org"):
            assert running.client.post("/tokens", json=NEW, headers={"Origin": origin}).status_code == 201


def test_pages_of_sites_that_are_set_may_read(store: Store) -> None:
    with served(store, Settings(auth=True, cors_origins=("https://maps.example.org",))) as running:
        site = {"Origin": "https://maps.example.org"}
        answer = running.client.get("/plans", headers=site)
        assert answer.headers["access-control-allow-origin"] == "https://maps.example.org"
        exposed = answer.headers["access-control-expose-headers"]
        assert all(name in exposed for name in ("ETag", "Link", "Location", "Content-Crs"))
        # What is refused is told to the page too, or it could not say why.
        refused = running.client.get("/tokens", headers=site)
        told(refused, 401, "GP550")
        assert refused.headers["access-control-allow-origin"] == "https://maps.example.org"
        asked = {**site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match,authorization"}
        assert running.client.options("/plans", headers=asked).status_code == 200
        for other in ({"Origin": "https://evil.example"}, {}):
            answer = running.client.get("/plans", headers=other)
            assert "access-control-allow-origin" not in answer.headers
            assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/plans/../../../etc/passwd",
        "/plans/..%2f..%2f..%2fetc%2fpasswd",
        "/plans/%2e%2e/%2e%2e/etc/passwd",
        "/plans/..%5c..%5cetc%5cpasswd",
        "/plans/%00/../../etc/passwd",
        "//etc/passwd",
        "/plans/%252e%252e%252fetc%252fpasswd",
        "/tokens/..%2f..%2fplans",
        "/file:///etc/passwd",
        "http://127.0.0.1/etc/passwd",
    ],
)
def test_no_path_leads_to_a_file(service: Served, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(service.url.rpartition(":")[2]))) as raw:
        # By hand, since clients tidy paths up before they send them.
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile("rb").read()
    assert answer.split()[1] in (b"400", b"404", b"405")
    assert b"root:" not in answer


def test_no_path_changes_anything_for_strangers_and_viewers(guarded: Served) -> None:
    """Every path and method that the app knows, found from the app itself, so that a new one cannot be forgotten."""
    app = create_app(guarded.store, Settings(auth=True))
    described = {(path, method.upper()) for path, methods in app.openapi()["paths"].items() for method in methods}
    described |= {(route.path, method) for route in app.routes if isinstance(route, Route) for method in route.methods or ()}
    changing = sorted((path, method) for path, method in described if method not in ("GET", "HEAD", "OPTIONS"))
    assert ("/tokens", "POST") in changing
    assert any("{item" in path for path, _ in changing)
    viewer = bearer(guarded.store, "viewer")
    for path, method in changing:
        here = re.sub(r"\{collection(:\w+)?\}", "services", path)
        here = re.sub(r"\{\w+(:\w+)?\}", PLAN_ID, here)
        for headers, status in (({}, 401), (viewer, 403)):
            answer = guarded.client.request(method, here, headers=headers, json={})
            assert answer.status_code == status, (method, here, answer.text)


@pytest.mark.parametrize("root", ["", "/plans/none", "/adopted/none"])
def test_whoever_may_not_is_told_so_before_what_there_is(guarded: Served, root: str) -> None:
    """What is there and what is not gets the same answer."""
    reserved = "/collections/report"
    asked = [("GET", f"{reserved}{path}") for path in ("", "/items", "/items/1", "/schema", "/queryables", "/sortables")]
    asked += [("POST", f"/collections/{name}/items") for name in ("grids", "services", "none")]
    asked += [(method, f"/collections/{name}/items/1") for method in ("PUT", "PATCH", "DELETE") for name in ("grids", "none")]
    for method, path in asked:
        told(guarded.client.request(method, f"{root}{path}", json={}), 401, "GP550")
        viewer = bearer(guarded.store, "viewer")
        told(guarded.client.request(method, f"{root}{path}", json={}, headers=viewer), 403, "GP552")
