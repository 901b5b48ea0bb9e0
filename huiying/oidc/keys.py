"""Keeps the keys that a provider signs with, and asks for them again when it signs with a new one, but not too often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

KEPT_SECONDS = 3600.0
BETWEEN_SECONDS = 60.0
"""The provider is asked for its keys at most once in this time, however many unknown ones are named."""

_SHORTEST_RSA = 2048
_LETTERS = 342  # that a modulus of so many bits is written with
_MOST = 100


class NoKey(Exception):
    """The provider has no such key."""


class Keys:
    """The provider's keys; `fetch` asks for the published set, `steady` tells seconds that only grow."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], steady: Callable[[], float]) -> None:
        self._fetch = fetch
        self._steady = steady
        self._lock = Lock()
        self._keys: list[Key] = []
        self._asked_at: float | None = None

    def key(self, kid: str | None) -> Key:
        """The key of that name; without a name the only one there is. Raises NoKey, and what `fetch` raises."""
        with self._lock:
            found = None if self._older_than(KEPT_SECONDS) else self._found(kid)
            if found is None and self._older_than(BETWEEN_SECONDS):
                self._ask_again()
                found = self._found(kid)
        if found is None:
            raise NoKey
        return found

    def _ask_again(self) -> None:
        if self._keys:
            self._asked_at = self._steady()  # the old ones go on where the provider does not answer
        self._keys = usable_keys(self._fetch())
        self._asked_at = self._steady()

    def _older_than(self, seconds: float) -> bool:
        return self._asked_at is None or self._steady() - self._asked_at >= seconds

    def _found(self, kid: str | None) -> Key | None:
        named = self._keys if kid is None else [key for key in self._keys if key.get("kid") == kid]
        return named[0] if len(named) == 1 else None


def usable_keys(published: Mapping[str, Any]) -> list[Key]:
    """The public keys for signatures in a published set; what else is in it is passed over."""
    rows = published.get("keys")
    rows = rows[:_MOST] if isinstance(rows, list) else []
    return [key for key in map(_usable, rows) if key is not None]


def _usable(row: object) -> Key | None:
    """The key, or None: of another kind, for encryption, too short, not readable, or secret."""
    if not isinstance(row, dict) or row.get("kty") not in ("RSA", "EC") or row.get("use", "sig") != "sig":
        return None
    if row["kty"] == "RSA" and len(str(row.get("n"))) < _LETTERS:
        return None  # before the library warns of it
    try:
        key = import_key({name: value for name, value in row.items() if name != "x5c"})
        too_short = isinstance(key, RSAKey) and key.public_key.key_size < _SHORTEST_RSA
        usable = isinstance(key, RSAKey | ECKey) and not too_short and not key.is_private
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if usable else None
