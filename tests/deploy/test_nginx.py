"""Behind the nginx configuration that we ship the desk works over HTTPS, and nobody's address is written down."""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from benchmarks._visitor import TurnedAway, Visitor
from tests.dashboard import seeding
from tests.dashboard.conftest import free_port, running
from tests.deploy.noting import noting
from tests.deploy.proxy import Proxy, proxying

VISITOR = "127.0.0.77"
"""The address from which somebody comes; it stands in no configuration."""


def trusting(proxy: Proxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(proxy.certificate))


def from_afar(proxy: Proxy) -> httpx.Client:
    """A client that comes from VISITOR."""
    transport = httpx.HTTPTransport(verify=trusting(proxy), local_address=VISITOR)
    return httpx.Client(base_url=f"https://localhost:{proxy.port}", transport=transport, trust_env=False)


def test_a_person_signs_in_and_a_page_is_drawn_over_its_websocket(tmp_path: Path) -> None:
    port = free_port()
    with proxying(tmp_path, port) as proxy:
        settings = seeding.write_settings(tmp_path, port, desk={"port": port, "public_url": proxy.base})
        desk = seeding.opened(settings)
        seeding.add_people(desk)
        desk.close()
        environment = {**os.environ, "HUIYING_SETTINGS": str(settings)}
        with (
            running(environment, f"http://127.0.0.1:{port}", tmp_path / "output"),
            Visitor(proxy.base, trusting(proxy)) as visitor,
        ):
            with pytest.raises(TurnedAway):
                visitor.open()
            signed = visitor.sign_in("wangfang", seeding.PASSWORD)
            assert (signed.status_code, signed.headers["location"]) == (303, "/")
            assert "Secure" in signed.headers["set-cookie"]
            assert "## 值班台" in visitor.open().written
            # Larger than nginx takes unless told to: the desk itself refuses it, for it is not signed.
            pushed = visitor.http.post("/inbound/hotline", content=b"x" * 3_000_000)
            assert pushed.status_code == 401
            assert visitor.http.get("/health").headers["strict-transport-security"]


def said_to(port: int, words: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """What nginx answers to these words from VISITOR."""
    with ExitStack() as opened:
        line = opened.enter_context(socket.create_connection(("127.0.0.1", port), 5, (VISITOR, 0)))
        if tls is not None:
            line = opened.enter_context(tls.wrap_socket(line, server_hostname="localhost"))
        line.sendall(words)
        return line.recv(100)


def go_wrong(proxy: Proxy) -> None:
    """Everything that a web server would complain about by address."""
    tls = trusting(proxy)
    large = b"POST /inbound/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99000000\r\n\r\n"
    assert b" 413 " in said_to(proxy.port, large, tls)
    assert b" 400 " in said_to(proxy.port, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", tls)
    said_to(proxy.port, b"\x16\x03\x01no handshake\r\n\r\n")
    said_to(proxy.plain_port, b"\x00\x01\r\n\r\n")


def test_no_address_of_a_visitor_is_written_down_or_handed_on(tmp_path: Path) -> None:
    with noting(404) as desk, proxying(tmp_path, desk.server_address[1]) as proxy:
        with from_afar(proxy) as client:
            claimed = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
            assert client.get("/signin", headers=claimed).status_code == 404
        go_wrong(proxy)
        (asked, *_) = desk.asked
        assert asked["Host"] == f"localhost:{proxy.port}"
        assert not [value for value in asked.values() if VISITOR in value or "203.0.113.9" in value]
        assert VISITOR not in proxy.written()


def test_no_address_is_written_down_while_the_desk_is_away(tmp_path: Path) -> None:
    with proxying(tmp_path, free_port()) as proxy:
        with from_afar(proxy) as client:
            assert client.get("/signin").status_code == 502
        assert VISITOR not in proxy.written()


def test_the_plain_port_leads_to_the_desk_over_https(tmp_path: Path) -> None:
    with proxying(tmp_path, free_port()) as proxy:
        moved = httpx.get(
            f"http://127.0.0.1:{proxy.plain_port}/signin?next=%2F", headers={"host": "desk.example.gov.cn"}
        )
        assert (moved.status_code, moved.headers["location"]) == (308, "https://desk.example.gov.cn/signin?next=%2F")


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        pytest.param("access_log off;", "", id="access log"),
        pytest.param("error.log emerg;", "error.log;", id="error log"),
    ],
)
def test_an_address_is_found_where_one_is_written(tmp_path: Path, line: str, instead: str) -> None:
    """What the tests above look for would be there if the configuration let it be."""
    with proxying(tmp_path, free_port(), {line: instead}) as proxy:
        with from_afar(proxy) as client:
            client.get("/signin")
        assert VISITOR in proxy.written()
