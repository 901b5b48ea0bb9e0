"""Wraps a step in a transaction of its own, audits a refusal of it, and knows a step that is asked for a second time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from pipeline.refusals import Refused
from records.words import Role
from storage.store import Store, Transaction


class Acting(Protocol):
    """Who tries the step."""

    @property
    def name(self) -> str:
        """What others see beside the act."""
        ...

    @property
    def role(self) -> Role | None:
        """None only in a replay."""
        ...


@contextmanager
def attempting(store: Store, actor: Acting, act: str, subject: str, at: datetime) -> Iterator[Transaction]:
    """A transaction for one step; where the step raises Refused, nothing of it stays but an audit row that it was tried."""
    try:
        with store.transaction() as t:
            yield t
    except Refused as refusal:
        with store.transaction() as t:
            t.audit.append(at, actor.name, actor.role, act, subject[:200], False, {"refused": str(refusal)})
        raise


def done_before(t: Transaction, request: str) -> str | None:
    """What the step of this request came to when it was carried out before, by `note_done`; None where it was not."""
    done = t.meta.get(_key(request))
    return None if done is None else str(done)


def note_done(t: Transaction, request: str, answer: str) -> None:
    """Note that the step of this request is carried out, in the transaction that does so."""
    t.meta.put(_key(request), answer)


def _key(request: str) -> str:
    return f"request:{hashlib.sha256(request.encode()).hexdigest()}"
