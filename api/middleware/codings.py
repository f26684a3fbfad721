"""Content codings: which one a client wants, and what an ETag is called in it."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import zstandard

#: Chosen by measuring on a 7 MB page of GeoJSON, see docs/operations.md.
_GZIP_LEVEL = 1
_ZSTD_LEVEL = 1

_TEXT_TYPES = re.compile(
    r"(text/(?!event-stream).*|application/([\w.-]+\+)?(json|xml|yaml)|application/javascript|image/svg\+xml"
    r"|application/vnd\.mapbox-vector-tile)"
)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def _zstd(body: bytes) -> bytes:
    # A compressor is not for two threads at once, and making one costs microseconds.
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)


#: What is offered, the best first.
CODINGS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "gzip": _gzip}


@lru_cache(maxsize=256)
def accepted(header: bytes) -> tuple[str, ...]:
    """The codings of :data:`CODINGS` that an Accept-Encoding header takes, the most wanted first.

    Those that it wants less than none at all are left out (RFC 9110, 12.5.3).

    Examples
    --------
    >>> accepted(b"gzip, deflate, br, zstd"), accepted(b"gzip;q=0, *;q=0.5"), accepted(b"gzip;q=0.2, identity")
    (('zstd', 'gzip'), ('zstd',), ())
    """
    qualities: dict[str, float] = {}
    for part in header.decode("latin-1").lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = _quality(parameter[2:])
        qualities["gzip" if name == "x-gzip" else name] = quality
    other = qualities.get("*", 0.0)
    least = qualities.get("identity", 0.0)
    wanted = [(-quality, place, name) for place, name in enumerate(CODINGS) if (quality := qualities.get(name, other)) > 0]
    return tuple(name for quality, _, name in sorted(wanted) if -quality >= least)


def _quality(text: str) -> float:
    return float(text) if re.fullmatch(r"0(\.\d{0,3})?|1(\.0{0,3})?", text) else 0.0


@lru_cache(maxsize=256)
def is_text(content_type: bytes) -> bool:
    """Whether what is of this type shrinks."""
    return _TEXT_TYPES.fullmatch(content_type.partition(b";")[0].strip().decode("latin-1").lower()) is not None


def coded_tag(tag: bytes, coding: str) -> bytes:
    """The ETag of a coded body: another strong one, since its bytes are others.

    Examples
    --------
    >>> coded_tag(b'"7"', "gzip"), coded_tag(b'W/"7"', "gzip")
    (b'"7-gzip"', b'W/"7-gzip"')
    """
    return tag[:-1] + b"-" + coding.encode() + b'"' if tag.endswith(b'"') else tag


def plain_tags(header: bytes, codings: tuple[str, ...]) -> bytes:
    """A list of ETags as the app knows them: without the suffix of those codings.

    Examples
    --------
    >>> plain_tags(b'"7-gzip", W/"8"', ("gzip",))
    b'"7", W/"8"'
    """
    for coding in codings:
        header = header.replace(b"-" + coding.encode() + b'"', b'"')
    return header
