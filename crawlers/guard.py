"""Keeps crawls away from inner networks: every name is resolved here, and a private address never reaches a socket.

Names and addresses in any spelling, redirects and names that resolve differently the second time all pass through the
one resolver, and the address that was checked is the one that is connected to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

_NAT64 = IPv6Network("64:ff9b::/96")
_PROTOCOL_USE = IPv4Network("192.0.0.0/24")  # which Python counts as global but for a few addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _carried(read) if isinstance(read, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return read.is_global and not read.is_multicast and read not in _PROTOCOL_USE


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names, leaving private addresses out unless the settings name that host and port."""

    def __init__(self, reactor: Any, allowed: Iterable[str]) -> None:
        self._reactor = reactor
        self._resolver = reactor.nameResolver
        self._allowed = frozenset(host.lower() for host in allowed)
        self.refused: set[tuple[str, int]] = set()

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Built by Scrapy."""
        return cls(reactor, crawler.settings.getlist("HUIYING_ALLOW_PRIVATE_HOSTS"))

    def install_on_reactor(self) -> None:
        """Make it the reactor's only resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Resolve, handing on the addresses that may be connected to."""
        if f"{hostName.lower()}:{portNumber}" not in self._allowed:
            resolutionReceiver = _PublicOnly(resolutionReceiver, self.refused, (hostName.lower(), portNumber))
        return self._resolver.resolveHostName(
            resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _PublicOnly:
    def __init__(self, receiver: Any, refused: set[tuple[str, int]], asked: tuple[str, int]) -> None:
        self._receiver = receiver
        self._refused = refused
        self._asked = asked

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused.add(self._asked)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()
