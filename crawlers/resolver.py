"""The one resolver of a crawl: a name or address in any spelling is resolved here, and no inner address leaves it.

Redirects and names that resolve differently the second time pass through it as well: every connection asks again, and
connects to the very address that was checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from records.addresses import is_named, is_public


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names, leaving inner addresses out unless the settings name that host and port."""

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
        if not is_named(hostName, portNumber, self._allowed):
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
