"""Reads which entries the public site holds now: those made public whose record is still open to society."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.answers.site import SiteEntry
from pipeline.answer_checks import Checking
from pipeline.answering import course_of
from pipeline.public_entries import faults, unread
from records.answers import AnswerKind, AnswerState, PublicWords
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that was made public and must not be there now, and why."""

    id: str
    title: str
    why: str


def site_entries(t: Transaction, checking: Checking) -> tuple[list[SiteEntry], Sequence[LeftOut]]:
    """The entries of the site, and those left out: what forbids them came up since, or their record has become another since
    the approval, with marks that nobody has read."""
    held: list[SiteEntry] = []
    left: list[LeftOut] = []
    for answer in t.answers.standing_at(AnswerKind.PUBLIC, AnswerState.PUBLISHED):
        now = course_of(t, answer).standing()
        if now.published is None or not isinstance(now.words, PublicWords):
            continue
        found, record = faults(t, answer.about, now.words, checking), t.disclosures.get(answer.about)
        if found.forbid or record is None:
            left.append(LeftOut(answer.id, now.words.title, "；".join(found.forbid)))
        elif flags := unread(t, answer.about, now, found, checking):
            told = "；".join(dict.fromkeys(f"{flag.place}：{flag.why}" for flag in flags))
            why = f"审定后这件事项更正过，或检查规则变过，有还没有人看过的提示（{told}）。请更正事项，或撤下后另写一条送审"
            left.append(LeftOut(answer.id, now.words.title, why))
        else:
            held.append(SiteEntry(answer.id, now.words, record, now.published.at))
    return held, left
