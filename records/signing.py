"""Signs what a sender pushes, and checks such a signature: HMAC-SHA256 over the time of sending, a full stop and the body."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

TIMESTAMP_HEADER = "X-Huiying-Timestamp"
"""Holds the time of sending in whole seconds since 1970 UTC."""
SIGNATURE_HEADER = "X-Huiying-Signature"
"""Holds what `signature` gives."""
DRIFT = timedelta(minutes=5)
"""How far the sender's clock may be from ours, either way."""

_SECONDS = re.compile(r"\d{1,12}", re.ASCII)
_NO_KEY = b"an unknown sender costs as much time as a known one"


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body that is sent at `timestamp`."""
    return f"sha256={hmac.digest(key, timestamp.encode() + b'.' + body, 'sha256').hex()}"


def is_timely(timestamp: str, now: datetime) -> bool:
    """Whether a push was sent about now."""
    return bool(_SECONDS.fullmatch(timestamp)) and abs(int(timestamp) - now.timestamp()) <= DRIFT.total_seconds()


def is_signed(keys: Sequence[bytes], timestamp: str, given: str, body: bytes) -> bool:
    """Whether `given` is the signature by one of the keys, in digits of either case; without a key it never is."""
    sent = given.lower().encode()
    right = [hmac.compare_digest(signature(key, timestamp, body).encode(), sent) for key in keys or (_NO_KEY,)]
    return bool(keys) and any(right)
