"""Turns the entries of a rectification item into where it stands and what is due, and says which step may come next (第五十三条)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from records.rectifications import RectificationDid, RectificationEntry, RectificationStanding
from regulation.inspection import Needed, RectificationRules, RectificationStep

_AFTER: Mapping[RectificationDid, RectificationStanding] = {
    RectificationDid.OPENED: RectificationStanding.TO_PLAN,
    RectificationDid.PLANNED: RectificationStanding.TO_RECTIFY,
    RectificationDid.PROVED: RectificationStanding.TO_CHECK,
    RectificationDid.SENT_BACK: RectificationStanding.TO_RECTIFY,
    RectificationDid.ACCEPTED: RectificationStanding.TO_PUBLISH,
    RectificationDid.PUBLISHED: RectificationStanding.FINISHED,
    RectificationDid.VOID: RectificationStanding.VOID,
}
_OFFICES: frozenset[RectificationStanding] = frozenset({RectificationStanding.TO_CHECK})
_ENDED = frozenset({RectificationStanding.FINISHED, RectificationStanding.VOID})
_MISSING: Mapping[Needed, str] = {"due_on": "整改期限", "link": "公开整改情况的网址，或公开事项的编号"}


@dataclass(frozen=True, slots=True)
class RectificationCourse:
    """How one item has gone. `due_at` is until when the unit has to have put it right, `next_due` until when whoever is
    waited for has to act; `since` is the entry from which on it is awaited."""

    item: str
    standing: RectificationStanding
    problem: RectificationEntry
    plan: RectificationEntry | None
    proof: RectificationEntry | None
    accepted: RectificationEntry | None
    published: RectificationEntry | None
    due_at: datetime | None
    next_due: datetime | None
    since: RectificationEntry
    entries: Sequence[RectificationEntry]

    @property
    def ended(self) -> bool:
        """Whether nothing is awaited any more."""
        return self.standing in _ENDED

    @property
    def waits_for_office(self) -> bool:
        """Whether the office has to check what the unit handed in."""
        return self.standing in _OFFICES

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done before."""
        return self.next_due is not None and now > self.next_due

    def late(self, now: datetime) -> bool:
        """Whether the unit was not done with putting it right in time."""
        if self.due_at is None or self.standing is RectificationStanding.VOID:
            return False
        return (now if self.proof is None else self.proof.at) > self.due_at


def course_of(entries: Sequence[RectificationEntry]) -> RectificationCourse:
    """How the item has gone that these entries (oldest first, the opening at the head) speak of."""
    standing, since, due_at = RectificationStanding.TO_PLAN, entries[0], entries[0].due_at
    for entry in entries:
        if entry.did in _AFTER and _AFTER[entry.did] is not standing:
            standing, since = _AFTER[entry.did], entry
        if entry.did in (RectificationDid.OPENED, RectificationDid.EXTENDED):
            due_at = entry.due_at
    back = _last(entries, RectificationDid.SENT_BACK)
    proof = _last(entries, RectificationDid.PROVED)
    return RectificationCourse(
        item=entries[0].item,
        standing=standing,
        problem=entries[0],
        plan=_last(entries, RectificationDid.PLANNED),
        proof=None if proof is None or (back is not None and _place(back) > _place(proof)) else proof,
        accepted=_last(entries, RectificationDid.ACCEPTED),
        published=_last(entries, RectificationDid.PUBLISHED),
        due_at=due_at,
        next_due=_next_due(standing, since, due_at),
        since=since,
        entries=entries,
    )


def refusal(course: RectificationCourse, rule: RectificationStep) -> str | None:
    """Why the step may not be noted now; None where it may."""
    if course.standing in rule.when:
        return None
    return f"整改事项 {course.item} 现在是“{course.standing.label}”，不能登记“{rule.label}”，请刷新页面再看"


def possible(course: RectificationCourse, rules: RectificationRules) -> frozenset[RectificationDid]:
    """The steps that may be noted of this item now, whoever asks."""
    return frozenset(row.step for row in rules.steps if refusal(course, row) is None)


@dataclass(frozen=True, slots=True)
class RectificationSaid:
    """What a person said with a step; `link` is an address, or the number of a published record."""

    text: str | None = None
    due_on: date | None = None
    link: str | None = None


def missing(rule: RectificationStep, said: RectificationSaid) -> str | None:
    """What must still be said with the step; None where nothing is missing."""
    wanted: Collection[Needed] = sorted(rule.needs)
    return next((_MISSING.get(need, rule.asks) for need in wanted if not getattr(said, need)), None)


def _next_due(standing: RectificationStanding, since: RectificationEntry, due_at: datetime | None) -> datetime | None:
    if standing in _ENDED:
        return None
    if standing in (RectificationStanding.TO_PLAN, RectificationStanding.TO_RECTIFY):
        return due_at
    return since.due_at


def _last(entries: Sequence[RectificationEntry], did: RectificationDid) -> RectificationEntry | None:
    found = [one for one in entries if one.did is did]
    return found[-1] if found else None


def _place(entry: RectificationEntry) -> int:
    return entry.id or 0
