"""Says which addresses belong to an inner network, in whatever spelling, so that nothing of ours is sent there."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")  # all of IPv6 that is given out; Python counts much beyond it as global
_EXAMPLES = IPv6Network("3fff::/20")
_PROTOCOL_USE = IPv4Network("192.0.0.0/24")  # which Python counts as global but for a few addresses
_PORTS = {"http": 80, "https": 443}


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _carried(read) if isinstance(read, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if isinstance(read, IPv6Address) and (read not in _UNICAST or read in _EXAMPLES):
        return False
    return read.is_global and not read.is_multicast and read not in _PROTOCOL_USE


def is_named(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether the settings name this inner host and port, as `host:port` in lower case."""
    name = host.lower()
    return f"{name}:{port}" in allowed or f"[{name}]:{port}" in allowed


def inner_address(url: str, allowed: Iterable[str]) -> str | None:
    """Why nothing may be sent to that address, in Chinese; None where it leads out, or to a host that `allowed` names.

    Asks the system's resolver, so it may take seconds. A name that does not resolve is let pass: a crawl looks again at
    every connection.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "网址写法有误"
    if not host or port is None:
        return "应为 http:// 或 https:// 开头的网址"
    if is_named(host, port, frozenset(name.lower() for name in allowed)):
        return None
    inner = next((address for address in _addresses(host, port) if not is_public(address)), None)
    if inner is None:
        return None
    named = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f"地址指向内网（{inner}），已拒绝；要用内网地址，请在设置的 allow_private_hosts 里写明 {named}"


def _addresses(host: str, port: int) -> Iterator[str]:
    """What the name stands for, as written and as programs may read it (percent signs, full-width digits and dots)."""
    for name in dict.fromkeys((host, normalize("NFKC", unquote(host)).replace("。", ".").rstrip("."))):
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            continue
        yield from (str(address[0]) for *_, address in found)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
