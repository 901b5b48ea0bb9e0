"""A delivery: one alert on its way over one channel to one address, and every attempt at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.alerts import Alert


class DeliveryState(StrEnum):
    """Where an outbox row stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "queued": "待发",
            "sending": "发送中",
            "sent": "已发",
            "failed": "未送达",
            "suppressed": "已取消",
        }[self.value]


class AttemptOutcome(StrEnum):
    """How an attempt ended. After `open` (its sender vanished) and `unknown` the message may have arrived."""

    OPEN = "open"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"open": "进行中", "sent": "成功", "refused": "被拒或未连通", "unknown": "结果不明"}[self.value]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbox row. `attempts` counts real attempts; `fence` grows with every claim, so that a late worker is shut out.

    `note` says in Chinese why it goes to somebody else's address than the recipient's own.
    """

    id: int
    alert: str
    channel: str
    address: str
    idem_key: str
    state: DeliveryState
    available_at: datetime
    attempts: int
    fence: int
    lease_until: datetime | None = None
    lease_by: str | None = None
    error: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that one worker holds until `delivery.lease_until`, with its alert.

    `maybe_repeated` is True when an earlier attempt is open or unknown: the message may have arrived already. `clocked`: the
    alert belongs to a clock, with which it ends.
    """

    delivery: Delivery
    alert: Alert
    maybe_repeated: bool
    clocked: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a delivery."""

    outbox: int
    fence: int
    started_at: datetime
    ended_at: datetime | None
    outcome: AttemptOutcome
    detail: str | None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel has fared: `failures` counts the times in a row that it was down, `error` is the latest in Chinese."""

    channel: str
    last_success_at: datetime | None
    last_failure_at: datetime | None
    failures: int
    error: str | None

    @property
    def down(self) -> bool:
        """Whether it could not be used at all when last tried."""
        return self.failures > 0
