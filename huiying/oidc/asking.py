"""Asks an identity provider over HTTP: one small answer within one time-out, never an inner address that nobody named."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import SplitResult, urlencode

from alerts.cut_off import cut_off
from huiying.oidc.addresses import host_and_port, whole_address
from records.addresses import is_public

MOST_BYTES = 262_144
"""What an answer may hold at most."""

_PORTS = {"http": 80, "https": 443}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Down(Exception):
    """The provider gave no usable answer just now. The message is one Chinese line without any secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said: HTTP status, the `Date` it wrote on it, and the whole body."""

    status: int
    date: str | None
    body: bytes

    def row(self) -> Mapping[str, Any]:
        """The body as a JSON object. Raises Down."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise Down(f"统一认证的答复（{self.status}）不是所要的格式（JSON）")
        return value


class Asker:
    """Asks hosts out in the open, and the `host:port` that `allowed` names.

    No redirect is followed and no proxy of the environment is used: where a question goes is what the provider's own
    description and the settings say.
    """

    def __init__(self, timeout_seconds: float, allowed: Collection[str] = (), ca_file: Path | None = None) -> None:
        self._half = timeout_seconds / 2
        self._allowed = frozenset(name.lower() for name in allowed)
        self._ca_file = ca_file

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What is at the address. Raises Down."""
        return self._ask("GET", url, None, headers or {})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """What the address answers to a form. Raises Down."""
        return self._ask("POST", url, urlencode(form).encode(), {**headers, **_FORM})

    def _ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        parts = whole_address(url)
        expired = Event()
        with self._connected(parts, expired) as connection:
            try:
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request(method, target, body, {"Accept": "application/json", **headers})
                answer = connection.getresponse()
                read = answer.read(MOST_BYTES + 1)
                # A cut connection reads like the end of an answer.
                if expired.is_set() or (answer.length and len(read) <= MOST_BYTES):
                    raise http.client.IncompleteRead(b"")
            except (OSError, http.client.HTTPException, ValueError) as fault:
                raise Down(_told(fault, expired, "没有答复完")) from fault
        if len(read) > MOST_BYTES:
            raise Down(f"统一认证的答复太大（超过 {MOST_BYTES // 1024} KB）")
        return Answer(answer.status, answer.headers.get("Date"), read)

    @contextmanager
    def _connected(self, parts: SplitResult, expired: Event) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut at the time-out: half of it for connecting, half for the rest."""
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port, timeout=self._half)
        with closing(connection):
            try:
                connection.sock = self._socket(parts, host, port)
            except (OSError, UnicodeError) as fault:
                raise Down(_told(fault, expired, "连不上")) from fault
            with cut_off(lambda: connection.sock, self._half, expired):
                if parts.scheme == "https":
                    try:
                        self._encrypt(connection)
                    except OSError as fault:
                        raise Down(_told(fault, expired, "连不上")) from fault
                yield connection

    def _socket(self, parts: SplitResult, host: str, port: int) -> socket.socket:
        """A socket to the first address of the host that answers; all of them must be allowed."""
        found = [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        name = host_and_port(parts)
        if name.lower() not in self._allowed and not all(map(is_public, found)):
            raise Down(
                f"统一认证的接口指向内网（{name}），已拒绝：要用它，请在 sign_in.oidc.allow_private_hosts 里写明"
            )
        for address in found[:-1]:
            try:
                return socket.create_connection((address, port), self._half / len(found))
            except OSError:
                continue
        return socket.create_connection((found[-1], port), self._half / len(found))

    def _encrypt(self, connection: http.client.HTTPConnection) -> None:
        context = ssl.create_default_context()
        if self._ca_file is not None:
            try:
                context.load_verify_locations(self._ca_file)
            except OSError:
                raise Down(f"读不了证书文件 {self._ca_file}：请核对 sign_in.oidc.ca_file") from None
        # The handshake comes after, so that it is cut off too.
        encrypted = context.wrap_socket(connection.sock, server_hostname=connection.host, do_handshake_on_connect=False)
        connection.sock = encrypted
        encrypted.settimeout(self._half)
        encrypted.do_handshake()


def _told(fault: Exception, expired: Event, what: str) -> str:
    if expired.is_set() or isinstance(fault, TimeoutError):
        return f"统一认证{what}：超时"
    if isinstance(fault, ssl.SSLError):
        return "与统一认证的加密连接没有建立：请检查证书和时间"
    if isinstance(fault, socket.gaierror):
        return "找不到统一认证的主机：请检查网址和网络"
    return f"统一认证{what}（{type(fault).__name__}）"
