"""Writes messages onto the message page, all that it is handed or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alerts.delivery import Outgoing
from storage.store import Store


def message_writer(store: Store) -> Callable[[Sequence[Outgoing]], None]:
    """What puts messages onto the page of this store, in one transaction; one whose key is there changes nothing."""

    def write(messages: Sequence[Outgoing]) -> None:
        with store.transaction() as t:
            for one in messages:
                t.messages.add(one.key, one.recipient, one.at, one.title, one.body, one.link, kind=one.kind)

    return write
