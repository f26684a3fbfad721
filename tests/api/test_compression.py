"""Bodies in the coding that the client wants, each with its own strong ETag."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import zstandard
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from hypothesis import given
from hypothesis import strategies as st

from api.middleware.codings import CODINGS, accepted
from api.middleware.compression import Compressed
from api.middleware.headers_only import HeadersOnly

BODY = b'{"type": "FeatureCollection", "features": []}' * 100
TAG = '"grids-7"'
UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstandard.ZstdDecompressor().decompress}


def app() -> FastAPI:
    """An app with a body of each kind, below the part that is tested."""
    made = FastAPI()
    asked: dict[str, str | None] = {}

    @made.api_route("/body", methods=["GET", "PUT"])
    def body(request: Request, kind: str = "application/geo+json", size: int = len(BODY), tag: str = TAG) -> Response:
        asked["none"] = request.headers.get("if-none-match")
        asked["match"] = request.headers.get("if-match")
        headers = {"ETag": tag, "Vary": "Accept-Language"}
        if tag in (asked["none"] or ""):
            return Response(status_code=304, headers=headers)
        if asked["match"] is not None and tag not in asked["match"]:
            return Response(status_code=412)
        return Response(BODY[:size], media_type=kind, headers=headers)

    @made.get("/stream")
    def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield BODY

        return StreamingResponse(parts(), media_type="application/geo+json", headers={"ETag": TAG})

    @made.get("/packed")
    def packed() -> Response:
        return Response(gzip.compress(BODY), media_type="application/json", headers={"Content-Encoding": "gzip"})

    made.add_middleware(Compressed)
    made.add_middleware(HeadersOnly)
    return made


APP = app()


@pytest.fixture
def anyio_backend() -> str:
    """What uvicorn runs on."""
    return "asyncio"


async def ask(path: str, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer, and its bytes as they were on the wire."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.ASGITransport(APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers={"Accept-Encoding": ""}) as client:
        request = client.build_request(method, path, headers=given)
        answer = await client.send(request, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
        return answer, raw


@pytest.mark.anyio
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
async def test_a_body_comes_in_the_coding_asked_for(coding: str) -> None:
    answer, raw = await ask("/body", accept_encoding=coding)
    assert answer.headers["content-encoding"] == coding
    assert UNPACK[coding](raw) == BODY
    assert int(answer.headers["content-length"]) == len(raw) < len(BODY)
    assert answer.headers["etag"] == f'"grids-7-{coding}"'
    assert set(answer.headers["vary"].split(", ")) == {"Accept-Language", "Accept-Encoding"}


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        (b"", ()),
        (b"identity", ()),
        (b"gzip", ("gzip",)),
        (b"GZIP;Q=1", ("gzip",)),
        (b"x-gzip", ("gzip",)),
        (b"gzip, zstd", ("zstd", "gzip")),
        (b"zstd;q=0.4, gzip;q=0.8", ("gzip", "zstd")),
        (b"gzip;q=0", ()),
        (b"gzip;q=0.000", ()),
        (b"*", ("zstd", "gzip")),
        (b"*;q=0.1, zstd;q=0", ("gzip",)),
        (b"*;q=0", ()),
        (b"gzip;q=2, zstd;q=x", ()),
        (b"br, deflate", ()),
        (b"identity;q=1, gzip;q=0.5", ()),
        (b"gzip;q=0.5, identity;q=0.5", ("gzip",)),
        (b" gzip ; q=0.5 ;x=1 ", ("gzip",)),
        (b",;,=,q=", ()),
    ],
)
def test_qualities(header: bytes, codings: tuple[str, ...]) -> None:
    assert accepted(header) == codings


@given(st.binary(max_size=80))
def test_no_header_is_too_strange(header: bytes) -> None:
    assert set(accepted(header)) <= set(CODINGS)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "varies"),
    [
        ("/body?size=1023", True),
        ("/body?kind=image/png", False),
        ("/body?kind=application/geopackage%2Bsqlite3", False),
        ("/body?kind=text/event-stream", False),
        ("/stream", True),
    ],
)
async def test_what_is_small_or_packed_or_comes_in_parts_stays_as_it_is(path: str, varies: bool) -> None:
    answer, raw = await ask(path, accept_encoding="gzip, zstd")
    assert "content-encoding" not in answer.headers
    assert raw.startswith(BODY[:1000])
    assert answer.headers["etag"] == TAG
    assert ("Accept-Encoding" in answer.headers.get("vary", "")) == varies


@pytest.mark.anyio
async def test_what_is_packed_already_is_not_packed_again() -> None:
    answer, raw = await ask("/packed", accept_encoding="zstd, gzip")
    assert answer.headers.get_list("content-encoding") == ["gzip"]
    assert gzip.decompress(raw) == BODY


@pytest.mark.anyio
@pytest.mark.parametrize(
    "kind", ["application/json", "application/vnd.mapbox-vector-tile", "text/html; charset=utf-8", "text/csv"]
)
async def test_text_and_tiles_are_packed(kind: str) -> None:
    answer, _ = await ask("/body?kind=" + kind.replace("+", "%2B"), accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("encoding", "known", "tag"),
    [
        ("gzip", '"grids-7-gzip"', '"grids-7-gzip"'),
        ("zstd, gzip", '"grids-7-zstd"', '"grids-7-zstd"'),
        ("zstd, gzip", '"grids-7-gzip"', '"grids-7-gzip"'),
        ("gzip", '"grids-6-gzip", "grids-7-gzip"', '"grids-7-gzip"'),
        ("gzip", 'W/"grids-7-gzip"', '"grids-7-gzip"'),
        ("", '"grids-7"', TAG),
        ("gzip", '"grids-7"', TAG),
    ],
)
async def test_a_tag_given_back_is_known(encoding: str, known: str, tag: str) -> None:
    answer, raw = await ask("/body", accept_encoding=encoding, if_none_match=known)
    assert (answer.status_code, raw) == (304, b"")
    assert answer.headers["etag"] == tag
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.anyio
@pytest.mark.parametrize(("encoding", "known"), [("", '"grids-7-gzip"'), ("gzip", '"grids-7-zstd"'), ("gzip", '"grids-6-gzip"')])
async def test_a_tag_of_bytes_that_the_client_does_not_take_is_another(encoding: str, known: str) -> None:
    answer, _ = await ask("/body", accept_encoding=encoding, if_none_match=known)
    assert answer.status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("tag", ['"grids-7"', '"grids-7-gzip"', '"grids-7-zstd"'])
async def test_a_write_names_what_it_read_in_whatever_coding(tag: str) -> None:
    answer, _ = await ask("/body", "PUT", if_match=tag)
    assert answer.status_code == 200
    answer, _ = await ask("/body", "PUT", if_match=tag.replace("7", "6"))
    assert answer.status_code == 412


@pytest.mark.anyio
async def test_head_tells_what_get_would_send() -> None:
    whole, _ = await ask("/body", accept_encoding="gzip")
    head, raw = await ask("/body", "HEAD", accept_encoding="gzip")
    assert raw == b""
    for name in ("content-length", "content-encoding", "etag", "vary", "content-type"):
        assert head.headers[name] == whole.headers[name]


def test_the_same_body_has_the_same_bytes() -> None:
    for compress in CODINGS.values():
        assert compress(BODY) == compress(BODY)
    assert zlib.decompress(CODINGS["gzip"](BODY), wbits=31) == BODY
