"""Keeps for the pages which model reads the posts at present, and what is wrong with the one that should."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Whoever only reads a file of posts needs no database: half a second of starting.
    from storage.store import Store, Transaction

_KEY = "model_in_use"


@dataclass(frozen=True, slots=True)
class ModelNote:
    """`name` is the fingerprint of the model in use, None where none can be read and posts wait; `own` says that this
    desk trained it; `trouble` says in Chinese what is wrong, None where nothing is."""

    name: str | None
    own: bool
    trouble: str | None


UNREAD = ModelNote(None, False, None)
"""Before any model was asked for."""


def note_model(store: Store, note: ModelNote) -> None:
    """Keep it for the pages."""
    with store.transaction() as t:
        t.meta.put(_KEY, asdict(note))


def model_note(t: Transaction) -> ModelNote | None:
    """What was noted last, or None before the first posts are read."""
    kept = t.meta.get(_KEY)
    return None if kept is None else ModelNote(kept["name"], kept["own"], kept["trouble"])
