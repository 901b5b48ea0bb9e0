"""Bodies: unpacked within a bound, and told apart (CASES.md, inputs 1–6, 15, 37, 38, 41)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest

from crawlers.bodies import TRUNCATED, is_html, is_sign_in, refuse_binary, refuse_dtd, unpacked, unpacked_file
from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable

MEGABYTE = 1024 * 1024
BODY = "关于调整停车收费的通知".encode() * 50
RAW_DEFLATE = zlib.compress(BODY)[2:-4]


def refused(body: bytes, encodings: str, largest: int = MEGABYTE) -> Outcome:
    with pytest.raises(Unreadable) as refusal:
        unpacked(body, encodings, largest)
    return refusal.value.outcome


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "X-GZIP"),
        (zlib.compress(BODY), "deflate"),
        (RAW_DEFLATE, "deflate"),
        (gzip.compress(gzip.compress(BODY)), "gzip, gzip"),
    ],
    ids=["plain", "identity", "gzip", "X-GZIP", "zlib", "deflate", "gzip-gzip"],
)
def test_a_packed_body_comes_out_whole(body: bytes, encodings: str) -> None:
    assert unpacked(body, encodings, MEGABYTE) == (BODY, ())


@pytest.mark.parametrize(
    ("packed", "encodings"),
    [
        (gzip.compress, "gzip"),
        (lambda body: gzip.compress(gzip.compress(body)), "gzip,gzip"),
        (zlib.compress, "deflate"),
    ],
    ids=["gzip", "gzip-gzip", "deflate"],
)
def test_a_bomb_is_given_up_at_the_bound(packed: Callable[[bytes], bytes], encodings: str) -> None:
    assert refused(packed(b"\0" * (100 * MEGABYTE)), encodings) is Outcome.TOO_LARGE


def test_a_body_of_exactly_the_bound_passes() -> None:
    assert unpacked(gzip.compress(b"a" * 1000), "gzip", 1000) == (b"a" * 1000, ())
    assert refused(gzip.compress(b"a" * 1001), "gzip", 1000) is Outcome.TOO_LARGE


def test_a_truncated_body_keeps_what_arrived_and_is_flagged() -> None:
    body, flags = unpacked(gzip.compress(BODY)[:-12], "gzip", MEGABYTE)
    assert body.startswith("关于调整".encode())
    assert flags == (TRUNCATED,)


def test_a_packed_header_on_a_plain_body_is_an_error() -> None:
    assert refused(BODY, "gzip") is Outcome.BAD_CONTENT


def test_a_packing_that_was_never_asked_for_is_refused_unopened() -> None:
    assert refused(b"\xb8\xff\xff", "br") is Outcome.BAD_CONTENT


@pytest.mark.parametrize(
    ("address", "content_type"),
    [
        ("https://a.example/sitemap.xml.gz", "application/octet-stream"),
        ("https://a.example/sitemap.XML.GZ?v=2", ""),
        ("https://a.example/sitemap", "application/x-gzip"),
        ("https://a.example/sitemap", "application/gzip"),
    ],
)
def test_a_gzip_file_is_unpacked_where_its_address_or_type_says_that_it_is_one(address: str, content_type: str) -> None:
    assert unpacked_file(gzip.compress(BODY), address, content_type, MEGABYTE) == (BODY, ())


def test_what_only_happens_to_be_gzip_or_is_only_said_to_be_stays_as_it_is() -> None:
    packed = gzip.compress(BODY)
    assert unpacked_file(packed, "https://a.example/page", "text/html", MEGABYTE) == (packed, ())
    assert unpacked_file(BODY, "https://a.example/sitemap.xml.gz", "application/gzip", MEGABYTE) == (BODY, ())


def test_a_bomb_in_a_gzip_file_is_given_up_at_the_bound_and_a_cut_one_is_flagged() -> None:
    address = "https://a.example/sitemap.xml.gz"
    with pytest.raises(Unreadable) as refusal:
        unpacked_file(gzip.compress(b"\0" * (100 * MEGABYTE)), address, "", MEGABYTE)
    assert refusal.value.outcome is Outcome.TOO_LARGE
    body, flags = unpacked_file(gzip.compress(BODY)[:-12], address, "", MEGABYTE)
    assert body.startswith("关于调整".encode())
    assert flags == (TRUNCATED,)


@pytest.mark.parametrize("body", [b"%PDF-1.7 x", b"\x89PNG\r\n", b"PK\x03\x04", b"\x7fELF", bytes(range(32)) * 20])
def test_binary_served_as_a_page_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        refuse_binary(body)


@pytest.mark.parametrize("text", ["<p>停水</p>", "停水了", '{"a": 1}'])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16", "utf-16-le"])
def test_text_in_any_encoding_is_not_taken_for_binary(text: str, encoding: str) -> None:
    if encoding == "utf-16-le" and not text.startswith("<"):
        return  # without a mark or markup nothing tells it from noise
    refuse_binary(text.encode(encoding))


def test_a_web_page_is_told_from_a_feed() -> None:
    assert is_html("  <!-- x --><!DOCTYPE HTML PUBLIC><html>")
    assert is_html("<head><title>x")
    assert not is_html('<?xml version="1.0"?><rss/>')
    assert not is_html("<feed><title>html</title></feed>")


def test_a_page_that_asks_for_a_password_is_a_sign_in_page() -> None:
    form = "<form><input name=p type='password'></form>"
    assert is_sign_in(f"<h1>请先登录</h1>{form}")
    assert is_sign_in(form, "https://passport.example.org/")
    assert not is_sign_in("<h1>登录页面改版公告</h1>")


def test_declarations_of_entities_are_refused_anywhere() -> None:
    for text in ("<!DOCTYPE r []><r/>", "<?xml?>\n<!doctype r>", "<r><!ENTITY a 'b'></r>"):
        with pytest.raises(Unreadable):
            refuse_dtd(text)
    refuse_dtd("<r><![CDATA[ok]]></r>")
