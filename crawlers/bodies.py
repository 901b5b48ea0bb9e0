"""Unpacks the body of an answer within a bound, and tells what kind of body it is."""

from __future__ import annotations

import re
import zlib
from urllib.parse import urlsplit

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable

TRUNCATED = "truncated"
"""Flag: the body was cut off on the way; what arrived is kept."""

_GZIP_FILES = frozenset({"application/gzip", "application/x-gzip", "application/x-gunzip"})
_STEP = 256 * 1024
_BINARY = re.compile(
    rb"\A(?:%PDF|\x89PNG|GIF8|\xff\xd8\xff|PK\x03\x04|Rar!|\x7fELF|MZ|RIFF|\x1f\x8b|BZh|7z\xbc\xaf|\xd0\xcf\x11\xe0)"
)
_CONTROL = bytes(byte for byte in range(27) if not 9 <= byte <= 13)
_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HTML = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_PASSWORD = re.compile(r"""<input[^>]{0,300}type\s*=\s*["']?password""", re.IGNORECASE)
_SIGN_IN = re.compile(r"登录|登陆|登入|请先登|sign\s?in|log\s?in|login|passport|sso", re.IGNORECASE)


def unpacked(body: bytes, encodings: str, largest: int) -> tuple[bytes, tuple[str, ...]]:
    """The body without its Content-Encoding (a header's value), and flags. Raises Unreadable.

    `largest` bounds the unpacked size in bytes.
    """
    flags: tuple[str, ...] = ()
    names = [name.strip().lower() for name in encodings.split(",") if name.strip()]
    for name in reversed([name for name in names if name != "identity"]):
        body, cut = _inflated(body, name, largest)
        flags = (TRUNCATED,) if cut else flags
    return body, flags


def unpacked_file(body: bytes, address: str, content_type: str, largest: int) -> tuple[bytes, tuple[str, ...]]:
    """The content of a body that is a gzip file, as sitemaps often are, and flags; another body as it is.

    Raises Unreadable where it would be larger than `largest` bytes.
    """
    named = urlsplit(address).path.lower().endswith(".gz") or content_type.lower() in _GZIP_FILES
    if not named or not body.startswith(b"\x1f\x8b"):
        return body, ()
    body, cut = _stream(body, 31, largest)
    return body, (TRUNCATED,) if cut else ()


def _inflated(body: bytes, name: str, largest: int) -> tuple[bytes, bool]:
    if name in ("gzip", "x-gzip"):
        return _stream(body, 31, largest)
    if name == "deflate":
        # Some servers send the bare stream, some the zlib one.
        return _stream(body, 15 if body[:1] in (b"\x78", b"\x58", b"\x08") else -15, largest)
    raise Unreadable(Outcome.BAD_CONTENT, f"网页用了没有请求过的压缩方式（{name[:20]}）")


def _stream(body: bytes, window: int, largest: int) -> tuple[bytes, bool]:
    inflater = zlib.decompressobj(window)
    parts: list[bytes] = []
    size = 0
    waiting = body
    try:
        while waiting and not inflater.eof:
            part = inflater.decompress(waiting, _STEP)
            waiting = inflater.unconsumed_tail
            size += len(part)
            parts.append(part)
            if size > largest:
                raise Unreadable(Outcome.TOO_LARGE, "网页解压后超过大小上限")
    except zlib.error:
        if not size:
            raise Unreadable(Outcome.BAD_CONTENT, "网页声称压缩过，但解不开") from None
        return b"".join(parts), True
    return b"".join(parts), not inflater.eof


def refuse_binary(body: bytes) -> None:
    """Raises Unreadable for pictures, archives, programs and the like."""
    head = body[:2048]
    wide = (
        head[:2] in (b"\xff\xfe", b"\xfe\xff")
        or head[:4] in (b"<\0", b"\0<")
        or (head[:1] == b"<" and head[1:2] == b"\0")
    )
    control = len(head) - len(head.translate(None, _CONTROL))
    if _BINARY.match(head) or (not wide and head[:2] != b"\0<" and control > len(head) // 10):
        raise Unreadable(Outcome.BAD_CONTENT, "地址给出的是图片、压缩包或其他非文字内容")


def refuse_dtd(text: str) -> None:
    """Raises Unreadable for XML that declares a document type: nothing of it is expanded or fetched."""
    if _DTD.search(text):
        raise Unreadable(Outcome.BAD_CONTENT, "订阅里有 DTD 声明，出于安全不予解析")


def is_html(text: str) -> bool:
    """Whether the text is a web page rather than a feed or data."""
    return _HTML.match(text[:20_000]) is not None


def is_sign_in(text: str, url: str = "") -> bool:
    """Whether the web page asks somebody to sign in."""
    return _PASSWORD.search(text) is not None and _SIGN_IN.search(f"{url} {text[:200_000]}") is not None
