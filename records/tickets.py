"""Signs a number for one purpose and until a moment, short enough for a link in a message."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

_TICKET = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,8})-([\w-]{22})", re.ASCII)
_MARK_BYTES = 16
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Tickets:
    """Writes and reads tickets with a key of at least 32 bytes."""

    def __init__(self, key: bytes, purpose: str) -> None:
        if len(key) < 32:
            raise ValueError("a key for tickets needs 32 bytes")
        self._key, self._purpose = key, purpose

    def written(self, number: int, until: datetime) -> str:
        """The ticket for a number from 0, good until that second."""
        what, end = _in_36(number), _in_36(int(until.timestamp()))
        return f"{what}-{end}-{self._mark(what, end)}"

    def read(self, ticket: str, now: datetime) -> int | None:
        """The number; None where this desk did not write the ticket for this purpose, or its time is over."""
        parts = _TICKET.fullmatch(ticket)
        if parts is None or not hmac.compare_digest(parts[3], self._mark(parts[1], parts[2])):
            return None
        return int(parts[1], 36) if now <= datetime.fromtimestamp(int(parts[2], 36), UTC) else None

    def _mark(self, what: str, end: str) -> str:
        digest = hmac.digest(self._key, f"{self._purpose}|{what}|{end}".encode(), "sha256")
        return urlsafe_b64encode(digest[:_MARK_BYTES]).decode().rstrip("=")


def _in_36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
