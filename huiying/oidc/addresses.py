"""Reads the addresses of an identity provider: encrypted ones only, except on this very machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """An address that nothing is sent to. The message is Chinese."""


def whole_address(url: str) -> SplitResult:
    """The parts of an https:// address, or of an http:// one of this machine. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("网址写法有误") from None
    if not host or parts.scheme not in _PORTS or not url.isascii() or any(ord(mark) < 33 for mark in url):
        raise BadAddress("应为 https:// 开头的网址")
    if parts.username is not None or parts.password is not None or "#" in url or "\\" in url:
        raise BadAddress("网址里不能带用户名、密码、“#”或反斜杠")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadAddress("应为 https:// 开头的网址：不加密的只能用于本机")
    return parts


def is_loopback(host: str) -> bool:
    """Whether the host is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def host_and_port(parts: SplitResult) -> str:
    """The `host:port` of a whole address, as the settings name hosts."""
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
