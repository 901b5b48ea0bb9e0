"""Puts what must be told of the desk itself into short words: no incident, no record and no post stands in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alerts.message import BadTemplates, check_names, neutral, shown
from records.alerts import Alert
from records.shipped_files import content_of

AUDIT_HEAD = "audit_head"
CONTACT_TEST = "contact_test"
"""A message by which a person tries a contact."""

DESK_TROUBLE = "desk_trouble"
DESK_WELL = "desk_well"
"""Something is wrong with the desk itself, or is no more."""

LINK_BROKEN = "link_broken"
"""What was published can no longer be read at its link."""

RELEASE_AHEAD = "release_ahead"
"""Something is to be released on the next working day."""

DISCLOSURE_DUE = "disclosure_due"
DISCLOSURE_OVERDUE = "disclosure_overdue"
"""Something must be published soon, or should have been."""

INTERPRETATION_DUE = "interpretation_due"
INTERPRETATION_OVERDUE = "interpretation_overdue"
"""The draft of an interpretation must be there soon, or should have been."""

PAPER_READY = "paper_ready"
PAPER_DUE = "paper_due"
PAPER_OVERDUE = "paper_overdue"
"""A paper of a period was drafted, must be signed soon, or should have been."""

NOTICE_SIGNED = "notice_signed"
"""A notice of the office to all units is signed and can be read."""

SUGGESTION_TRANSFERRED = "suggestion_transferred"
SUGGESTION_URGED = "suggestion_urged"
SUGGESTION_OVERDUE = "suggestion_overdue"
SUGGESTION_INSTRUCTED = "suggestion_instructed"

INSPECTION_TOLD = "inspection_told"
"""What an inspection of the unit came to is signed and can be read."""

RECTIFICATION_OPENED = "rectification_opened"
RECTIFICATION_SENT_BACK = "rectification_sent_back"
RECTIFICATION_OVERDUE = "rectification_overdue"
"""What an inspection found wrong has to be put right, was not accepted, or is late."""

_FIELDS: Mapping[str, frozenset[str]] = {
    AUDIT_HEAD: frozenset({"head", "rows", "at"}),
    DESK_TROUBLE: frozenset({"count", "at"}),
    DESK_WELL: frozenset({"count", "at"}),
    CONTACT_TEST: frozenset({"by", "at", "recipient"}),
    RELEASE_AHEAD: frozenset({"number", "due", "platform", "spokesperson", "at"}),
    LINK_BROKEN: frozenset({"id", "title", "platform", "state", "at"}),
    DISCLOSURE_DUE: frozenset({"matter", "unit", "due", "left", "at"}),
    DISCLOSURE_OVERDUE: frozenset({"matter", "unit", "due", "left", "at"}),
    INTERPRETATION_DUE: frozenset({"matter", "unit", "due", "left", "at"}),
    INTERPRETATION_OVERDUE: frozenset({"matter", "unit", "due", "left", "at"}),
    PAPER_READY: frozenset({"paper", "due", "at"}),
    PAPER_DUE: frozenset({"paper", "due", "left", "at"}),
    PAPER_OVERDUE: frozenset({"paper", "due", "at"}),
    NOTICE_SIGNED: frozenset({"paper", "title", "at"}),
    SUGGESTION_TRANSFERRED: frozenset({"suggestion", "unit", "due", "by", "at"}),
    SUGGESTION_URGED: frozenset({"suggestion", "unit", "wait", "due", "count", "by", "at"}),
    SUGGESTION_OVERDUE: frozenset({"suggestion", "unit", "wait", "due", "at"}),
    SUGGESTION_INSTRUCTED: frozenset({"suggestion", "unit", "by", "at"}),
    INSPECTION_TOLD: frozenset({"unit", "period", "serial", "at"}),
    RECTIFICATION_OPENED: frozenset({"item", "unit", "due", "by", "at"}),
    RECTIFICATION_SENT_BACK: frozenset({"item", "unit", "due", "by", "at"}),
    RECTIFICATION_OVERDUE: frozenset({"item", "unit", "wait", "waits_for", "due", "at"}),
}
_FILE = Path(__file__).with_name("desk_templates.yaml")


@dataclass(frozen=True, slots=True)
class DeskTemplate:
    """The words of one kind of alert about the desk."""

    title: str
    lines: tuple[str, ...]


def alert_about_desk(
    kind: str,
    recipient: str,
    at: datetime,
    distinct: str,
    facts: Mapping[str, str],
    *,
    urgent: bool = False,
    link: str | None = None,
) -> Alert:
    """The alert to one recipient, its text frozen. `distinct` tells apart two alerts of one kind; `link` leads to a page.

    Raises KeyError for an unknown kind or a fact that is missing.
    """
    template = desk_templates()[kind]
    values = {key: neutral(value) for key, value in facts.items()} | {"at": shown(at)}
    return Alert(
        key=hashlib.sha256(f"{kind}|{distinct}|{recipient}".encode()).hexdigest(),
        at=at,
        kind=kind,
        incident=None,
        recipient=recipient,
        due_at=None,
        title=template.title.format_map(values),
        body="\n".join(line.format_map(values) for line in template.lines),
        link=link,
        urgent=urgent,
    )


@cache
def desk_templates() -> dict[str, DeskTemplate]:
    """The shipped words."""
    return desk_templates_from(content_of(_FILE), _FILE.name)


def desk_templates_from(rows: Any, file: str) -> dict[str, DeskTemplate]:
    """Read the words. Raises BadTemplates naming the file, the place and the fault."""
    if not isinstance(rows, dict) or rows.keys() != _FIELDS.keys():
        raise BadTemplates(f"{file}: exactly these kinds are expected: {', '.join(sorted(_FIELDS))}")
    return {kind: _template(row, _FIELDS[kind], f"{file}: {kind}") for kind, row in rows.items()}


def _template(row: Any, fields: frozenset[str], place: str) -> DeskTemplate:
    if not isinstance(row, dict) or row.keys() != {"title", "lines"} or not isinstance(row["lines"], list):
        raise BadTemplates(f"{place}: exactly `title` and a list of `lines` are expected")
    for text in (row["title"], *row["lines"]):
        if not isinstance(text, str) or not text.strip():
            raise BadTemplates(f"{place}: text is expected")
        check_names(text, fields, place)
    return DeskTemplate(row["title"], tuple(row["lines"]))
