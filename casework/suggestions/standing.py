"""Turns the entries of one suggestion into where it stands: answered, carried out, fed back, and what is due next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.suggestions import Did, Standing, SuggestionEntry

_ANSWERS = (Did.ADOPTED, Did.EXPLAINED)


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody still has to do: `since` is the entry from which on it is awaited."""

    standing: Standing
    since: SuggestionEntry

    @property
    def due_at(self) -> datetime | None:
        """Until when, as it was counted when the entry was written."""
        return self.since.due_at

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done before."""
        return self.due_at is not None and now > self.due_at


@dataclass(frozen=True, slots=True)
class Course:
    """How one suggestion has gone. `unit` handles it now; what is None has not been done, or was taken back.

    `outcome` is the entry that settles the matter: carried out, or explained. `urged` counts what was urged of the wait that
    is open now, `gone` are the numbers of the entries that were taken back, `entries` are all of them, oldest first.
    """

    suggestion: str
    standing: Standing
    unit: str | None
    transferred: SuggestionEntry | None
    answer: SuggestionEntry | None
    outcome: SuggestionEntry | None
    feedback: SuggestionEntry | None
    important: SuggestionEntry | None
    submitted: SuggestionEntry | None
    instructed: SuggestionEntry | None
    finished: SuggestionEntry | None
    waits: tuple[Wait, ...]
    urged: int
    gone: frozenset[int]
    entries: Sequence[SuggestionEntry]

    def next_due(self) -> datetime | None:
        """The first moment until which something is to be done."""
        return min((wait.due_at for wait in self.waits if wait.due_at is not None), default=None)

    def overdue(self, now: datetime) -> bool:
        """Whether something should have been done before."""
        return any(wait.overdue(now) for wait in self.waits)


def course_of(entries: Sequence[SuggestionEntry], unit: str | None) -> Course:
    """How the suggestion has gone that these entries (oldest first) speak of; `unit` is whose it was when it came in.

    第四十七条: it is finished only where it was adopted and carried out, or explained, and fed back after that, and where an
    important one was reported in writing, whatever a `finished` entry says.
    """
    gone = frozenset(one.of for one in entries if one.did is Did.VOID and one.of is not None)
    holding = [one for one in entries if one.did is not Did.VOID and one.id not in gone]
    registered = _last(holding, Did.REGISTERED)
    transferred = _last(holding, Did.TRANSFERRED)
    answer = _last(holding, *_ANSWERS, after=transferred)
    outcome = _outcome(holding, answer)
    feedback = None if outcome is None else _last(holding, Did.FED_BACK, after=outcome)
    important = _last(holding, Did.IMPORTANT)
    submitted = None if important is None else _last(holding, Did.SUBMITTED, after=important)
    open_report = None if submitted is not None else important
    finished = _last(holding, Did.FINISHED, after=feedback)
    standing = _standing(registered, answer, outcome, feedback, open_report, finished)
    waits = tuple(_waits(standing, transferred or registered, answer, outcome, feedback, open_report))
    return Course(
        suggestion=entries[0].suggestion if entries else "",
        standing=standing,
        unit=unit if transferred is None else transferred.unit,
        transferred=transferred,
        answer=answer,
        outcome=outcome,
        feedback=feedback,
        important=important,
        submitted=submitted,
        instructed=_last(holding, Did.INSTRUCTED),
        finished=finished if standing is Standing.FINISHED else None,
        waits=waits,
        urged=_urged(holding, waits),
        gone=gone,
        entries=entries,
    )


def _outcome(holding: Iterable[SuggestionEntry], answer: SuggestionEntry | None) -> SuggestionEntry | None:
    if answer is None or answer.did is Did.EXPLAINED:
        return answer
    return _last(holding, Did.CARRIED_OUT, after=answer)


def _standing(
    registered: SuggestionEntry | None,
    answer: SuggestionEntry | None,
    outcome: SuggestionEntry | None,
    feedback: SuggestionEntry | None,
    open_report: SuggestionEntry | None,
    finished: SuggestionEntry | None,
) -> Standing:
    if registered is None:
        return Standing.VOID
    if answer is None:
        return Standing.TO_ANSWER
    if outcome is None:
        return Standing.TO_CARRY_OUT
    if feedback is None:
        return Standing.TO_FEED_BACK
    if open_report is not None:
        return Standing.TO_REPORT
    return Standing.TO_FINISH if finished is None else Standing.FINISHED


def _waits(
    standing: Standing,
    asked: SuggestionEntry | None,
    answer: SuggestionEntry | None,
    outcome: SuggestionEntry | None,
    feedback: SuggestionEntry | None,
    open_report: SuggestionEntry | None,
) -> Iterable[Wait]:
    """What is awaited: the next step of the course, and beside it the report on an important one."""
    since = {
        Standing.TO_ANSWER: asked,
        Standing.TO_CARRY_OUT: answer,
        Standing.TO_FEED_BACK: outcome,
        Standing.TO_FINISH: feedback,
    }.get(standing)
    if since is not None:
        yield Wait(standing, since)
    if open_report is not None and standing is not Standing.VOID:
        yield Wait(Standing.TO_REPORT, open_report)


def _urged(holding: Iterable[SuggestionEntry], waits: Sequence[Wait]) -> int:
    begun = waits[0].since.id or 0 if waits else 0
    return sum(one.did is Did.URGED and (one.id or 0) > begun for one in holding)


def _last(
    holding: Iterable[SuggestionEntry], *kinds: Did, after: SuggestionEntry | None = None
) -> SuggestionEntry | None:
    """The last entry of these kinds that stands after another one."""
    begun = 0 if after is None else after.id or 0
    found = [one for one in holding if one.did in kinds and (one.id or 0) > begun]
    return found[-1] if found else None
