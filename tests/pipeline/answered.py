"""An answer that somebody else has approved, for tests of what follows when it is published."""

from __future__ import annotations

from datetime import datetime

from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, AnswerState, Wording
from storage.store import Store

WRITER, APPROVER = "承办丙", "审定丁"


def approved(store: Store, incident: str, text: str, at: datetime) -> str:
    """Keep an answer on the incident with this text, approved; its id."""
    with store.transaction() as t:
        answer = Answer(t.answers.next_id(AnswerKind.INCIDENT, at), AnswerKind.INCIDENT, incident, None, at, WRITER)
        t.answers.begin(answer)
        t.answers.add(AnswerEntry(answer.id, AnswerNoted.WRITTEN, at, WRITER, words=Wording(text)))
        t.answers.add(AnswerEntry(answer.id, AnswerNoted.SUBMITTED, at, WRITER))
        t.answers.add(AnswerEntry(answer.id, AnswerNoted.APPROVED, at, APPROVER))
        t.answers.stand(answer.id, AnswerState.APPROVED)
    return answer.id
