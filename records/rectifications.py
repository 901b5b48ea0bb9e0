"""The rectification ledger (整改台账): what an inspection found wrong, and what is done about it; each entry is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RectificationDid(StrEnum):
    """What an entry says was done."""

    OPENED = "opened"
    PLANNED = "planned"
    PROVED = "proved"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    EXTENDED = "extended"
    VOID = "void"


class RectificationStanding(StrEnum):
    """Where an item stands, in the order in which it gets there."""

    TO_PLAN = "to_plan"
    TO_RECTIFY = "to_rectify"
    TO_CHECK = "to_check"
    TO_PUBLISH = "to_publish"
    FINISHED = "finished"
    VOID = "void"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "to_plan": "待定措施",
            "to_rectify": "整改中",
            "to_check": "待验收",
            "to_publish": "待公开整改情况",
            "finished": "已完成",
            "void": "已撤销",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Rectification:
    """One item: which unit has to put right what `check` of which sheet found."""

    id: str
    sheet: int
    check: str
    unit: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RectificationEntry:
    """One entry: `due_at` is until when what comes next is due, `link` where it was made known, an address or, in `record`,
    the number of a published record."""

    item: str
    did: RectificationDid
    at: datetime
    actor: str
    text: str | None = None
    due_at: datetime | None = None
    link: str | None = None
    record: str | None = None
    id: int | None = None
