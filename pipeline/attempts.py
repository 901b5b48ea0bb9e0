"""Wraps a step in a transaction of its own, and audits a refusal of it: a refused step changes nothing else."""

from __future__ import annotations

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
