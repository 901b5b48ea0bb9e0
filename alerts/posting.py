"""Posts one small body over HTTP, within one time-out for all of it and never to an inner address, and reads the answer."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from alerts.cut_off import cut_off
from alerts.delivery import DeliveryFailed
from records.addresses import is_named, is_public

MOST_BYTES = 65_536
"""What is read of an answer at most."""

_PORTS = {"http": 80, "https": 443}
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: HTTP status and the beginning of the body."""

    status: int
    body: bytes

    def row(self) -> Mapping[str, Any]:
        """The body as a JSON object; empty where it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Poster:
    """Posts to addresses out in the open, and to the inner `host:port` that `allowed` names.

    No redirect is followed and no proxy of the environment is used: where a message goes is what the settings say.
    """

    def __init__(self, timeout: timedelta, allowed: Collection[str] = (), ca_file: Path | None = None) -> None:
        self._half = timeout.total_seconds() / 2
        self._allowed = frozenset(name.lower() for name in allowed)
        self._ca_file = ca_file

    def post(self, url: str, body: bytes, headers: Mapping[str, str], who: str) -> Answer:
        """What the other side, called `who` in messages, answers with a status of 200 to 299. Raises DeliveryFailed."""
        parts = _parts(url, who)
        expired = Event()
        with self._connected(parts, who, expired) as connection:
            try:
                connection.request("POST", parts.path, body, dict(headers))
            except (OSError, http.client.HTTPException) as fault:
                raise DeliveryFailed(_told(fault, expired, who, "没有收完消息"), channel_down=True) from fault
            try:
                answer = connection.getresponse()
                read = Answer(answer.status, answer.read(MOST_BYTES))
                # A cut connection reads like the end of an answer.
                if expired.is_set() or (answer.length and len(read.body) < MOST_BYTES):
                    raise http.client.IncompleteRead(read.body)
            except (OSError, http.client.HTTPException) as fault:
                reason = _told(fault, expired, who, "收了消息却没有答复完")
                raise DeliveryFailed(reason, maybe_delivered=True, channel_down=True) from fault
        _refuse(read.status, who)
        return read

    @contextmanager
    def _connected(self, parts: _Parts, who: str, expired: Event) -> Iterator[http.client.HTTPConnection]:
        """A connection that is cut at the time-out: half of it for connecting, half for the rest."""
        connection = http.client.HTTPConnection(parts.host, parts.port, timeout=self._half)
        with closing(connection):
            try:
                connection.sock = self._socket(parts, who)
            except OSError as fault:
                raise DeliveryFailed(_told(fault, expired, who, "连不上"), channel_down=True) from fault
            with cut_off(lambda: connection.sock, self._half, expired):
                try:
                    if parts.encrypted:
                        self._encrypt(connection)
                except OSError as fault:
                    raise DeliveryFailed(_told(fault, expired, who, "连不上"), channel_down=True) from fault
                yield connection

    def _socket(self, parts: _Parts, who: str) -> socket.socket:
        """A socket to the first address of the host that answers; all of them must be allowed."""
        addresses = [
            str(address[0]) for *_, address in socket.getaddrinfo(parts.host, parts.port, type=socket.SOCK_STREAM)
        ]
        if not is_named(parts.host, parts.port, self._allowed) and not all(map(is_public, addresses)):
            reason = f"{who}的地址指向内网，已拒绝：要用内网地址，请在设置 alerts.allow_private_hosts 里写明主机和端口"
            raise DeliveryFailed(reason, channel_down=True)
        for address in addresses[:-1]:
            try:
                return socket.create_connection((address, parts.port), self._half / len(addresses))
            except OSError:
                continue
        return socket.create_connection((addresses[-1], parts.port), self._half / len(addresses))

    def _encrypt(self, connection: http.client.HTTPConnection) -> None:
        context = ssl.create_default_context()
        if self._ca_file is not None:
            context.load_verify_locations(self._ca_file)
        # The handshake comes after, so that it is cut off too.
        encrypted = context.wrap_socket(connection.sock, server_hostname=connection.host, do_handshake_on_connect=False)
        connection.sock = encrypted
        encrypted.settimeout(self._half)
        encrypted.do_handshake()


@dataclass(frozen=True, slots=True)
class _Parts:
    host: str
    port: int
    path: str
    encrypted: bool


def _parts(url: str, who: str) -> _Parts:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        host = port = None
    if not host or port is None or not url.isascii() or any(letter.isspace() for letter in url):
        raise DeliveryFailed(f"{who}的网址写得不对：应以 https:// 开头", permanent=True)
    path = parts.path or "/"
    return _Parts(host, port, f"{path}?{parts.query}" if parts.query else path, parts.scheme == "https")


def _refuse(status: int, who: str) -> None:
    """Raise DeliveryFailed unless the status says that the message was taken."""
    if 200 <= status < 300:
        return
    if status == _TOO_MANY:
        raise DeliveryFailed(f"{who}说发得太快（{status}）：稍后重试")
    if status in (404, 410):
        raise DeliveryFailed(f"{who}没有这个地址（{status}）：请核对设置", permanent=True)
    if 300 <= status < 400:
        raise DeliveryFailed(f"{who}把消息转往别处（{status}），没有跟去：请把网址改成最终的那个", channel_down=True)
    if status >= 500:
        raise DeliveryFailed(f"{who}出错（{status}）", maybe_delivered=True, channel_down=True)
    raise DeliveryFailed(f"{who}拒收（{status}）：请核对密钥和设置", channel_down=True)


def _told(fault: Exception, expired: Event, who: str, what: str) -> str:
    if expired.is_set() or isinstance(fault, TimeoutError):
        return f"{who}{what}：超时"
    if isinstance(fault, ssl.SSLError):
        return f"与{who}的加密连接没有建立：请检查证书和时间"
    if isinstance(fault, socket.gaierror):
        return f"找不到{who}的主机：请检查网址和网络"
    return f"{who}{what}（{type(fault).__name__}）"
