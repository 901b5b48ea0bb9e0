"""The upward ledger (向上报告台账): what was asked, decided, handed over and received; each entry is written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.words import ReportKind, Severity

BY_CHANNEL = "channel"
"""The way of an entry that the desk's own channels carried; its proof are their attempts."""


class Need(StrEnum):
    """Whether somebody above must be told, least first."""

    NONE = "none"
    AS_NEEDED = "as_needed"
    MUST = "must"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"none": "不要求", "as_needed": "视情", "must": "必报"}[self.value]


class Noted(StrEnum):
    """What an entry notes."""

    NEED = "need"
    DECISION = "decision"
    SENT = "sent"
    RECEIPT = "receipt"
    VOID = "void"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"need": "要求", "decision": "决定", "sent": "报送", "receipt": "回执", "void": "作废"}[self.value]


@dataclass(frozen=True, slots=True)
class UpwardEntry:
    """One entry. `at` is when it was written, `actor` who wrote it (for a need: the rule that asked, or who set the severity).

    `body` names a row of upward.yaml, `label` what it was called then. A need has `need`, `severity` and `clause`; a
    decision `send` and `reason`; what was sent a `way`, its `happened_at`, a `note` (number, reference, to whom) and the
    `report` and its number or a `text`, by a channel also the key of its `alert`; a receipt `who` confirmed, and is `of` a
    sent entry; a void entry takes back the one that it is `of`, with a `reason`.
    """

    incident: str
    body: str
    label: str
    noted: Noted
    at: datetime
    actor: str
    need: Need | None = None
    severity: Severity | None = None
    clause: str | None = None
    send: bool | None = None
    reason: str | None = None
    way: str | None = None
    report: ReportKind | None = None
    report_number: int | None = None
    serial: str | None = None
    text: str | None = None
    note: str | None = None
    happened_at: datetime | None = None
    alert: str | None = None
    who: str | None = None
    of: int | None = None
    id: int | None = None
