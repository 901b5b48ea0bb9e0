"""The suggestions ledger (意见建议台账): what was suggested, and what was done with it; each entry is written once.

Nothing here can hold who made a suggestion: no name, number, address or account.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

REDACTED_TEXT = "〔文字已由工作人员遮盖〕"
"""What is left of a text in which the masking missed something personal."""


class Did(StrEnum):
    """What an entry says was done."""

    REGISTERED = "registered"
    TRANSFERRED = "transferred"
    URGED = "urged"
    ADOPTED = "adopted"
    EXPLAINED = "explained"
    CARRIED_OUT = "carried_out"
    FED_BACK = "fed_back"
    IMPORTANT = "important"
    SUBMITTED = "submitted"
    INSTRUCTED = "instructed"
    FINISHED = "finished"
    VOID = "void"


class Standing(StrEnum):
    """Where a suggestion stands, in the order in which it gets there."""

    TO_ANSWER = "to_answer"
    TO_CARRY_OUT = "to_carry_out"
    TO_FEED_BACK = "to_feed_back"
    TO_REPORT = "to_report"
    TO_FINISH = "to_finish"
    FINISHED = "finished"
    VOID = "void"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "to_answer": "待办理",
            "to_carry_out": "已采纳，待落实",
            "to_feed_back": "待反馈",
            "to_report": "待书面报告",
            "to_finish": "可办结",
            "finished": "已办结",
            "void": "已作废",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was suggested, masked. `way` names a row of suggestions.yaml, `record` a disclosure record, `unit` whose matter
    it was when it came in.

    `origin` is a fingerprint of what it was taken from (a post, a row of a file), so that nothing is taken in twice.
    """

    id: str
    text: str
    way: str
    received_at: datetime
    record: str | None
    unit: str | None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class SuggestionEntry:
    """One entry. `at` is when it was written, `actor` which person of the desk wrote it.

    `text` is what there is to say: the measure, the explanation, the proof, the reason, what the leaders wrote. `unit` is to
    whom it was transferred, `way` and `happened_at` how and when it was fed back or submitted. `due_at` is until when what
    comes next is to be done, `counted` how that was counted then. A void entry takes back the one that it is `of`.
    """

    suggestion: str
    did: Did
    at: datetime
    actor: str
    text: str | None = None
    unit: str | None = None
    way: str | None = None
    happened_at: datetime | None = None
    due_at: datetime | None = None
    counted: str | None = None
    of: int | None = None
    id: int | None = None


def origin_of_post(post_id: str) -> str:
    """The fingerprint of a suggestion that was taken from this post: it leads nobody back to the post's page."""
    return _fingerprint("post", post_id)


def origin_of_row(text: str, way: str, received_at: datetime, record: str | None) -> str:
    """The fingerprint of a suggestion that was taken from a file: of its masked text, way, time and record."""
    return _fingerprint("row", text, way, received_at.isoformat(), record or "")


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
