"""The checklist of an incident (处置清单): steps that people add, and what they say is done; each entry is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Noted(StrEnum):
    """What an entry notes."""

    ADDED = "added"
    DONE = "done"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """One entry. `step` names what it is about: a playbook's id and that of its step, or the `id` of the entry that added
    a step of the incident's own. An added step has a `text`, who is to do it and perhaps when it is due; of what is done
    or undone again the `text` says how or why."""

    incident: str
    noted: Noted
    at: datetime
    actor: str
    step: str | None = None
    text: str | None = None
    who: str | None = None
    due_at: datetime | None = None
    id: int | None = None
