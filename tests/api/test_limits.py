"""What a client may make the service keep and wait for: tried with raw sockets on the real server."""

import socket
import time
from collections.abc import Iterator

import pytest

from api.protocol import HEAD_BYTES
from tests.api.limited import GET, LIMITS, POST, SOON_S, Running, all_of, parsed, running, sent_until_cut_off, told


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all."""
    with running(tmp_path_factory.mktemp("limits"), LIMITS) as server:
        yield server


@pytest.fixture
def limited(shared: Running) -> Iterator[Running]:
    """The server, without a connection before and after, and answering after."""
    assert shared.settles()
    yield shared
    assert shared.settles()
    assert shared.answer(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))[0] == 200


def test_a_body_too_large_is_refused_before_it_is_sent(limited: Running) -> None:
    with limited.connected(POST + b"Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n") as raw:
        told(parsed(raw.recv(65536)), 413, "GP555")


def test_a_client_that_sends_it_all_the_same_is_cut_off(limited: Running) -> None:
    with limited.connected(POST + b"Content-Length: 1000000000\r\n\r\n") as raw:
        # Less than this is what the limit lets through, and the buffers of both ends.
        assert sent_until_cut_off(raw, b"x" * 65536) < 50_000_000


def test_a_body_in_chunks_is_refused_when_it_is_too_large(limited: Running) -> None:
    with limited.connected(POST + b"Transfer-Encoding: chunked\r\n\r\n") as raw:
        for _ in range(101):
            raw.sendall(b"3e8\r\n" + b"x" * 1000 + b"\r\n")
        told(parsed(raw.recv(65536)), 413, "GP555")


def test_chunks_of_a_byte_are_cut_off(limited: Running) -> None:
    with limited.connected(POST + b"Transfer-Encoding: chunked\r\n\r\n") as raw:
        assert sent_until_cut_off(raw, b"1;" + b"x" * 10_000 + b"\r\nx\r\n") < 50_000_000


def test_a_body_as_large_as_may_be_is_read(limited: Running) -> None:
    answer = limited.answer(POST + b"Connection: close\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000)
    assert (answer[0], answer[2]) == (200, b"100000")
    with limited.connected(POST + b"Connection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n") as raw:
        assert raw.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(b"abc")
        assert all_of(raw).endswith(b"\r\n\r\n3")


@pytest.mark.parametrize(
    "sent",
    [
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 0x3\r\n\r\nabc",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
        POST + b"Transfer-Encoding: gzip\r\n\r\n",
        POST + b"Bad Name: x\r\n\r\n",
        POST + b"X: a\r\n folded\r\n\r\n",
        POST + b"X: a\x00b\r\n\r\n",
        b"GET /quick HTTP/9.9\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"quick\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 100,
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=lambda sent: repr(sent.removeprefix(POST)[:40]),
)
def test_what_is_no_request_is_told_so(limited: Running, sent: bytes) -> None:
    told(limited.answer(sent), 400, "GP558")


def test_more_than_the_length_that_was_stated_is_another_request(limited: Running) -> None:
    with limited.connected(POST + b"Content-Length: 3\r\n\r\nabcdefgh\r\n\r\n") as raw:
        found = all_of(raw)
    # Either the answer to the first and a refusal of the rest, or nothing: never the rest as a part of the body.
    assert b"\r\n\r\n8" not in found


def test_less_than_the_length_that_was_stated_is_waited_for_in_vain(limited: Running) -> None:
    begun = time.monotonic()
    with limited.connected(POST + b"Content-Length: 10\r\n\r\nabc") as raw:
        found = all_of(raw)
    assert time.monotonic() - begun < SOON_S
    assert b"200" not in found


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /?" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 200_000 + b"\r\n",
        b"GET /quick HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"a" * 1_000_000,
        b"GET /" + b"a" * 1_000_000,
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: a\r\n" * 200_000,
    ],
    ids=["URL", "query", "header", "headers", "name", "no end", "trailers"],
)
def test_a_head_too_large_is_refused(limited: Running, sent: bytes) -> None:
    with limited.connected() as raw:
        try:
            raw.sendall(sent)
        except (ConnectionResetError, BrokenPipeError):
            return  # closed while it was still sending: as good an answer
        found = all_of(raw)
    assert found == b"" or parsed(found)[0] in (431, 400), found[:200]


def test_a_head_just_below_is_answered(limited: Running) -> None:
    head = b"GET /quick?" + b"a" * 30_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with limited.connected() as raw:
        for start in range(0, len(head), 7000):  # in pieces, so that none is large alone
            raw.sendall(head[start : start + 7000])
        assert parsed(all_of(raw))[0] == 200


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", b""),
        (b"G", b""),
        (b"\r\n", b"\r\n"),
        (b"GET /", b"a"),
        (b"GET /quick HTTP/1.1\r\nX: ", b"a"),
        (GET + b"GET /", b"a"),
        (POST + b"Content-Length: 1000\r\n\r\n", b"a"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    ],
    ids=["nothing", "one byte", "blank lines", "URL", "header", "second request", "body", "chunks"],
)
def test_a_slow_sender_is_dropped(limited: Running, first: bytes, then: bytes) -> None:
    begun = time.monotonic()
    with limited.connected(first) as raw:
        raw.settimeout(0.1)
        while time.monotonic() - begun < SOON_S:
            try:
                if then:
                    raw.sendall(then)
                if not raw.recv(4096):
                    break
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                break
        assert time.monotonic() - begun < SOON_S


def test_a_connection_between_two_requests_is_kept(limited: Running) -> None:
    with limited.connected(GET) as raw:
        assert raw.recv(65536).startswith(b"HTTP/1.1 200")
        time.sleep(2.5)
        raw.sendall(GET)
        assert raw.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_client_that_never_reads_is_dropped(limited: Running) -> None:
    with limited.connected(GET.replace(b"quick", b"large")):
        time.sleep(0.5)
        assert limited.server.server_state.connections
        # 50 MB wait for it in memory; after a second without a byte taken they are let go.
        assert limited.settles()


def test_a_client_that_reads_slowly_but_reads_is_served(limited: Running) -> None:
    found = 0
    with limited.connected(GET.replace(b"quick", b"large")) as raw:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            found += len(raw.recv(200_000))
            time.sleep(0.02)
        while part := raw.recv(1_000_000):
            found += len(part)
            if found >= 50_000_000:
                break
    assert found >= 50_000_000


def test_more_requests_at_once_than_set_are_told_to_come_back(limited: Running) -> None:
    slow = b"GET /slow?seconds=0.8 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with limited.connected(slow) as first, limited.connected(slow) as second, limited.connected(slow) as third:
        time.sleep(0.3)
        refused = limited.answer(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        told(refused, 503, "GP556")
        assert refused[1]["retry-after"] == "1"
        alive = limited.answer(GET.replace(b"quick", b"health").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert alive[0] == 200
        assert [parsed(all_of(raw))[0] for raw in (first, second, third)] == [200, 200, 200]


def test_more_connections_than_set_are_told_to_come_back(limited: Running) -> None:
    idle = [socket.create_connection(("127.0.0.1", limited.port), timeout=SOON_S) for _ in range(LIMITS.connections)]
    try:
        with limited.connected() as raw:
            told(parsed(all_of(raw)), 503, "GP556")
    finally:
        for each in idle:
            each.close()


def test_an_answer_that_does_not_begin_is_given_up(limited: Running) -> None:
    begun = time.monotonic()
    answer = limited.answer(b"GET /slow?seconds=60 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    told(answer, 503, "GP557")
    assert answer[1]["retry-after"] == "10"
    assert time.monotonic() - begun < SOON_S


def test_an_answer_that_has_begun_may_take_longer(limited: Running) -> None:
    answer = limited.answer(b"GET /parts HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer[2].count(b"y") == 20_000


def test_a_fault_is_told_without_its_cause(limited: Running, caplog: pytest.LogCaptureFixture) -> None:
    answer = limited.answer(b"GET /fault HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-ID: mine-7\r\nConnection: close\r\n\r\n")
    told(answer, 500, "GP521")
    assert b"secret" not in answer[2]
    assert answer[1]["x-request-id"] == "mine-7"
    (line,) = [record for record in caplog.records if record.name == "gridplan.fault"]
    assert "mine-7" in line.getMessage()
    assert line.exc_info is not None


def test_half_an_answer_does_not_look_whole(limited: Running) -> None:
    with limited.connected(GET.replace(b"quick", b"parts?fails=1")) as raw:
        found = all_of(raw)
    assert found.startswith(b"HTTP/1.1 200")
    assert not found.endswith(b"0\r\n\r\n")


def test_requests_in_one_piece_are_answered_in_order(limited: Running) -> None:
    last = POST + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"
    with limited.connected(GET.replace(b"quick", b"slow?seconds=0.2") + GET * 50 + last) as raw:
        found = all_of(raw)
    assert found.count(b"HTTP/1.1 200") == 52
    assert found.endswith(b"\r\n\r\n3")
