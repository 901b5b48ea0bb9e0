"""A body is posted within one time-out, goes to no inner address, and what cannot have arrived is told from what may have."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from alerts.delivery import DeliveryFailed
from alerts.posting import MOST_BYTES, Answer, Poster
from tests.alerts.vendor import SECONDS, Vendor

HEADERS = {"Content-Type": "application/json"}


def post(poster: Poster, url: str) -> Answer:
    return poster.post(url, b"{}", HEADERS, "对方")


def failure(poster: Poster, url: str) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        post(poster, url)
    return caught.value


def kinds(failed: DeliveryFailed) -> tuple[bool, bool, bool]:
    return failed.permanent, failed.maybe_delivered, failed.channel_down


def poster(vendor: Vendor, seconds: float = 8, **more: object) -> Poster:
    return Poster(seconds * SECONDS, vendor.private_hosts, **more)  # type: ignore[arg-type]


@pytest.fixture
def talk() -> Iterator[Callable[[Callable[[socket.socket], None]], int]]:
    """A server that does with its one caller what it is told; gives its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve(act: Callable[[socket.socket], None]) -> int:
            def accept() -> None:
                try:
                    caller, _ = listening.accept()
                    with caller:
                        act(caller)
                except OSError:
                    pass

            Thread(target=accept, daemon=True).start()
            return listening.getsockname()[1]

        yield serve


def test_the_answer_is_read_as_status_and_row(vendor: Vendor):
    vendor.say({"errcode": 0})
    answer = post(poster(vendor), f"{vendor.url}/send?key=1")
    assert (answer.status, answer.row()) == (200, {"errcode": 0})
    (got,) = vendor.got
    assert (got.path, got.query, got.body) == ("/send", {"key": "1"}, b"{}")


@pytest.mark.parametrize("body", [b"", b"[1]", b"<html>", b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_object_reads_as_empty(body: bytes):
    assert Answer(200, body).row() == {}


def test_of_a_long_answer_only_the_beginning_is_read(vendor: Vendor):
    vendor.answers = [(200, b"x" * 3_000_000)]
    assert len(post(poster(vendor), vendor.url).body) == MOST_BYTES


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, (False, False, True)),
        (400, (False, False, True)),
        (401, (False, False, True)),
        (404, (True, False, False)),
        (410, (True, False, False)),
        (429, (False, False, False)),
        (500, (False, True, True)),
        (502, (False, True, True)),
    ],
)
def test_each_status_says_whether_it_arrived_and_whether_trying_again_helps(
    vendor: Vendor, status: int, kind: tuple[bool, bool, bool]
):
    vendor.say({}, status=status)
    assert kinds(failure(poster(vendor), vendor.url)) == kind


def test_a_redirect_is_not_followed(vendor: Vendor):
    vendor.headers = {"Location": f"{vendor.url}/elsewhere"}
    vendor.say({}, status=302)
    assert "转往别处" in str(failure(poster(vendor), f"{vendor.url}/here"))
    assert [got.path for got in vendor.got] == ["/here"]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/", "https:///send", "http://a.example:x/", "https://a.example/群", "https://a.example/a b"],
)
def test_an_address_that_is_none_is_refused_for_good(vendor: Vendor, url: str):
    assert failure(poster(vendor), url).permanent


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0"])
def test_nothing_goes_to_an_inner_address_in_any_spelling(vendor: Vendor, host: str):
    failed = failure(Poster(8 * SECONDS), f"http://{host}:{vendor.port}/send")
    assert "内网" in str(failed) or "找不到" in str(failed)
    assert kinds(failed) == (False, False, True)
    assert vendor.got == []


def test_an_inner_host_is_reached_by_its_name_in_the_settings_alone(vendor: Vendor):
    named = Poster(8 * SECONDS, [f"LOCALHOST:{vendor.port}"])
    assert post(named, f"http://localhost:{vendor.port}/").status == 200
    assert "内网" in str(failure(named, f"http://127.0.0.1:{vendor.port}/"))


def test_a_proxy_of_the_environment_is_not_used(vendor: Vendor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert post(poster(vendor), vendor.url).status == 200


def test_nobody_listens(vendor: Vendor):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    failed = failure(Poster(8 * SECONDS, [f"127.0.0.1:{port}"]), f"http://127.0.0.1:{port}/")
    assert kinds(failed) == (False, False, True)
    assert "连不上" in str(failed)


def test_a_host_that_has_no_address_is_named_as_the_fault():
    failed = failure(Poster(8 * SECONDS), "https://nobody.invalid/")
    assert kinds(failed) == (False, False, True)
    assert "找不到" in str(failed)


def silent(caller: socket.socket) -> None:
    caller.recv(65_536)
    time.sleep(5)


def dripping(caller: socket.socket) -> None:
    caller.recv(65_536)
    for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 200:
        caller.send(bytes([letter]))
        time.sleep(0.05)


def broken_off(caller: socket.socket) -> None:
    caller.recv(65_536)
    caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def no_http(caller: socket.socket) -> None:
    caller.recv(65_536)
    caller.send(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("act", [silent, dripping, broken_off, no_http])
def test_after_the_body_is_out_a_missing_answer_leaves_open_whether_it_arrived(
    talk: Callable[[Callable[[socket.socket], None]], int], act: Callable[[socket.socket], None]
):
    port = talk(act)
    began = time.monotonic()
    failed = failure(Poster(1.6 * SECONDS, [f"127.0.0.1:{port}"]), f"http://127.0.0.1:{port}/")
    assert kinds(failed) == (False, True, True)
    assert time.monotonic() - began < 1.6


def test_a_body_goes_over_an_encrypted_connection_to_a_host_that_can_prove_itself(
    vendor: Vendor, server_side: ssl.SSLContext, certificate: tuple[Path, Path]
):
    vendor.encrypt(server_side)
    url = f"https://localhost:{vendor.port}/send"
    assert post(poster(vendor, ca_file=certificate[0]), url).status == 200
    failed = failure(poster(vendor), url)
    assert kinds(failed) == (False, False, True)
    assert "加密连接" in str(failed)
    assert len(vendor.got) == 1


def test_a_handshake_that_never_ends_is_cut_off(talk: Callable[[Callable[[socket.socket], None]], int]):
    port = talk(silent)
    began = time.monotonic()
    failed = failure(Poster(1.6 * SECONDS, [f"127.0.0.1:{port}"]), f"https://127.0.0.1:{port}/")
    assert kinds(failed) == (False, False, True)
    assert "超时" in str(failed)
    assert time.monotonic() - began < 1.6
