"""Where an answer stands: its entries, one after the other, say whether it is a draft, approved or published.

Nothing else decides it, so that nothing is published that somebody else has not approved in exactly these words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.answers import AnswerEntry, AnswerKind, AnswerNoted, AnswerState, Wording, Words
from records.same_person import same_person

_FROM: Mapping[AnswerNoted, frozenset[AnswerState]] = {
    AnswerNoted.WRITTEN: frozenset({AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED}),
    AnswerNoted.SUBMITTED: frozenset({AnswerState.DRAFT}),
    AnswerNoted.RETURNED: frozenset({AnswerState.SUBMITTED, AnswerState.APPROVED}),
    AnswerNoted.APPROVED: frozenset({AnswerState.SUBMITTED}),
    AnswerNoted.ACKNOWLEDGED: frozenset({AnswerState.APPROVED, AnswerState.PUBLISHED}),
    AnswerNoted.PUBLISHED: frozenset({AnswerState.APPROVED}),
    AnswerNoted.WITHDRAWN: frozenset({AnswerState.PUBLISHED}),
    AnswerNoted.DROPPED: frozenset({AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED}),
}
_TO: Mapping[AnswerNoted, AnswerState] = {
    AnswerNoted.WRITTEN: AnswerState.DRAFT,
    AnswerNoted.SUBMITTED: AnswerState.SUBMITTED,
    AnswerNoted.RETURNED: AnswerState.DRAFT,
    AnswerNoted.APPROVED: AnswerState.APPROVED,
    AnswerNoted.PUBLISHED: AnswerState.PUBLISHED,
    AnswerNoted.WITHDRAWN: AnswerState.WITHDRAWN,
    AnswerNoted.DROPPED: AnswerState.DROPPED,
}
_WITH_REASON = frozenset({AnswerNoted.RETURNED, AnswerNoted.WITHDRAWN, AnswerNoted.DROPPED})


class NotNow(ValueError):
    """An entry that is not allowed as things stand. The message is Chinese and says what is to be done."""


@dataclass(frozen=True, slots=True)
class AnswerStanding:
    """Where an answer stands. `words` are the newest version and `version` its number; `writers` everybody who wrote one or
    handed it in, `approved` and `published` the entries that hold, `acknowledged` those of the units that have seen the
    agreed wording."""

    state: AnswerState
    words: Words | None
    version: int
    writers: frozenset[str]
    approved: AnswerEntry | None
    published: AnswerEntry | None
    acknowledged: Mapping[str, AnswerEntry]

    @property
    def agreed(self) -> bool:
        """Whether it is the wording that other units must keep to."""
        return isinstance(self.words, Wording) and self.words.agreed

    @property
    def holds(self) -> bool:
        """Whether its words are approved, published or not."""
        return self.state in (AnswerState.APPROVED, AnswerState.PUBLISHED)


def standing(kind: AnswerKind, entries: Iterable[AnswerEntry]) -> AnswerStanding:
    """Read the entries in their order. Raises NotNow at one that was not allowed when it was written."""
    course = AnswerCourse(kind)
    for entry in entries:
        course.take(entry)
    return course.standing()


class AnswerCourse:
    """Takes the entries of one answer one after the other."""

    def __init__(self, kind: AnswerKind) -> None:
        self._kind = kind
        self._state = AnswerState.DRAFT
        self._words: Words | None = None
        self._version = 0
        self._writers: set[str] = set()
        self._approved: AnswerEntry | None = None
        self._published: AnswerEntry | None = None
        self._acknowledged: dict[str, AnswerEntry] = {}

    def take(self, entry: AnswerEntry) -> None:
        """Let one more entry count. Raises NotNow, and nothing has changed, where it is not allowed."""
        self._check(entry)
        noted = entry.noted
        if noted in (AnswerNoted.WRITTEN, AnswerNoted.SUBMITTED):
            self._writers.add(entry.actor)
        if noted is AnswerNoted.WRITTEN:
            self._words, self._version = entry.words, self._version + 1
        if noted in (AnswerNoted.WRITTEN, AnswerNoted.RETURNED):
            self._approved = None  # whoever approved, approved other words
            self._acknowledged.clear()
        if noted is AnswerNoted.APPROVED:
            self._approved = entry
        if noted is AnswerNoted.PUBLISHED:
            self._published = entry
        if noted is AnswerNoted.ACKNOWLEDGED:
            self._acknowledged[entry.unit or ""] = entry
        self._state = _TO.get(noted, self._state)

    def allows(self, entry: AnswerEntry) -> bool:
        """Whether the entry would count."""
        try:
            self._check(entry)
        except NotNow:
            return False
        return True

    def standing(self) -> AnswerStanding:
        """Where it stands after the entries so far."""
        return AnswerStanding(
            self._state,
            self._words,
            self._version,
            frozenset(self._writers),
            self._approved,
            self._published,
            dict(self._acknowledged),
        )

    def _check(self, entry: AnswerEntry) -> None:
        if self._state not in _FROM[entry.noted]:
            raise NotNow(f"现在{self._state.label}，不能{entry.noted.label}，请刷新")
        if entry.noted in _WITH_REASON and not entry.reason:
            raise NotNow(f"{entry.noted.label}要写明理由")
        if entry.noted is AnswerNoted.WRITTEN and entry.words is None:
            raise NotNow("内容是空的")
        if entry.noted is AnswerNoted.SUBMITTED and self._words is None:
            raise NotNow("还没有内容，不能送审")
        if entry.noted is AnswerNoted.APPROVED and self._wrote(entry):
            raise NotNow("起草、修改或送审的人不能自己审定：请由办公室另一人审定")
        if entry.noted is AnswerNoted.ACKNOWLEDGED:
            self._check_acknowledged(entry)
        if entry.noted is AnswerNoted.WITHDRAWN and self._kind is not AnswerKind.PUBLIC:
            raise NotNow("已登记公开的回应不能撤下：有误的请另拟一件更正")

    def _wrote(self, entry: AnswerEntry) -> bool:
        """Whether they wrote it themselves; what is on record is read by the name as it was typed."""
        if entry.id is not None:
            return entry.actor in self._writers
        return any(same_person(entry.actor, one) for one in self._writers)

    def _check_acknowledged(self, entry: AnswerEntry) -> None:
        if not self.standing().agreed:
            raise NotNow("这一件不是统一口径，不需要知悉")
        if entry.unit is None:
            raise NotNow("知悉口径要说明是哪个单位")
        if entry.unit in self._acknowledged:
            raise NotNow(f"“{entry.unit}”已经知悉，请刷新")
