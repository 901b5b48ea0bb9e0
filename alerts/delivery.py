"""What a channel is handed, what it promises, and how it says that it could not deliver."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one address. `key` is its idempotency key on this channel, the same at every attempt.

    `number` is the short number by which a person recognises a repeat; `link` is a full address or None;
    `maybe_repeated` says that an earlier attempt may have arrived.
    """

    key: str
    number: str
    recipient: str
    address: str
    kind: str
    at: datetime
    due_at: datetime | None
    title: str
    body: str
    link: str | None
    maybe_repeated: bool


@dataclass(frozen=True, slots=True)
class Means:
    """What every channel is opened with beside its settings.

    `timeout` bounds one send; `now` reads the wall clock, in UTC; `private_hosts` are inner hosts, as `host:port`, that
    messages may go to.
    """

    timeout: timedelta
    now: Callable[[], datetime]
    private_hosts: Collection[str] = ()


class DeliveryFailed(Exception):
    """A message did not go out, as far as the channel can tell. The message is Chinese and says why.

    `permanent`: this message to this address will never go, trying again is useless. `maybe_delivered`: it may have
    arrived all the same. `channel_down`: not this message but the channel as a whole is at fault.
    """

    def __init__(
        self, reason: str, *, permanent: bool = False, maybe_delivered: bool = False, channel_down: bool = False
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.maybe_delivered = maybe_delivered
        self.channel_down = channel_down


@dataclass(frozen=True, slots=True)
class Budget:
    """How many messages a channel takes for one address in a minute: what is beyond is refused, or worse."""

    a_minute: int


class Channel(Protocol):
    """A way to reach people. Returning from `send` means that the other side has accepted the message."""

    @property
    def timeout(self) -> timedelta:
        """The longest that one `send` takes, whatever the other side does."""

    @property
    def budget(self) -> Budget | None:
        """What one address takes; None where that has no limit that matters."""

    @property
    def idempotent(self) -> bool:
        """Whether a second `send` with the same key changes nothing, so that repeats need no mark."""

    def send(self, outgoing: Outgoing) -> None:
        """Deliver one message. Raises DeliveryFailed."""


@runtime_checkable
class TakesSeveral(Protocol):
    """What a channel is beside that which takes several messages as easily as one."""

    def send_several(self, outgoing: Sequence[Outgoing]) -> None:
        """Deliver all of these messages. Raises DeliveryFailed, which then holds for every one of them."""
