"""Keeps track of sign-ins that are under way at an identity provider: in the browser, signed, for minutes, and for one use."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from dashboard.cookies import Signer
from huiying.oidc.provider import Errand

LASTS_SECONDS = 600
_MOST_SPENT = 10_000
_PURPOSE = "errand"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that left for the provider: what it is known by there, and the page to show after it."""

    errand: Errand
    target: str


class Errands:
    """The sign-ins under way. The browser's cookie holds the state alone; nonce and verifier follow from it by the desk's key."""

    def __init__(self, signer: Signer, now: Callable[[], datetime]) -> None:
        self._signer = signer
        self._now = now
        self._lock = Lock()
        self._spent: OrderedDict[str, None] = OrderedDict()

    def begin(self, target: str) -> tuple[Errand, str]:
        """A new one and the cookie value that carries it."""
        state = secrets.token_urlsafe(32)
        told = base64.urlsafe_b64encode(target.encode("utf-8", "replace")).decode("ascii")
        return self._errand(state), self._signer.sealed(f"{state}.{self._seconds()}.{told}", _PURPOSE)

    def under_way(self, cookie: str | None, state: str | None) -> Begun | None:
        """The one that this browser carries, if it is young and the provider's answer names it; None else."""
        carried = (self._signer.opened(cookie, _PURPOSE) or "").split(".")
        if len(carried) != 3 or not state:
            return None
        own, at, told = carried
        if not hmac.compare_digest(own.encode(), state.encode("utf-8", "surrogatepass")):
            return None
        try:
            age = self._seconds() - int(at)
            target = base64.urlsafe_b64decode(told).decode("utf-8")
        except (ValueError, binascii.Error):
            return None
        return Begun(self._errand(own), target) if 0 <= age <= LASTS_SECONDS else None

    def spend(self, begun: Begun) -> bool:
        """Use it up; False where that has been done before."""
        state = begun.errand.state
        with self._lock:
            if state in self._spent:
                return False
            self._spent[state] = None
            while len(self._spent) > _MOST_SPENT:
                self._spent.popitem(last=False)
        return True

    def _errand(self, state: str) -> Errand:
        return Errand(state, self._signer.derived("nonce", state), self._signer.derived("verifier", state))

    def _seconds(self) -> int:
        return int(self._now().timestamp())
