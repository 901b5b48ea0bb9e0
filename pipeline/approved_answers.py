"""Registers that an answer is published, only ever one that somebody else has approved in these words."""

from __future__ import annotations

from datetime import datetime

from casework.answers.checks import denials, supported
from casework.answers.course import AnswerStanding, standing
from pipeline.refusals import Refused
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, AnswerState, Wording
from regulation.answers import answer_rules
from storage.store import Transaction


def note_published(
    t: Transaction, incident_id: str, text: str, link: str | None, at: datetime, actor: str, unit: str | None
) -> str:
    """Note on the approved answer with this text that it is published; its id. Raises Refused where there is none."""
    t.answers.take_turn()
    found = _approved(t, incident_id, text)
    if found is None:
        raise Refused("登记的文字与审定的回应不一致：请先在“回应”里起草、送审，由办公室另一人审定后再登记")
    answer, words = found
    if denials(words.text, answer_rules()) and not supported(words, t.answers.verifications(incident_id)):
        raise Refused("所引用的核实记录已作废，回应里的否定说法没有依据：请修改后重新送审")
    entry = AnswerEntry(answer.id, AnswerNoted.PUBLISHED, at, actor, unit, link=link)
    t.answers.add(entry)
    t.answers.stand(answer.id, AnswerState.PUBLISHED)
    return answer.id


def read(t: Transaction, answer: Answer) -> AnswerStanding:
    """Where the answer stands by its entries."""
    return standing(answer.kind, t.answers.entries([answer.id])[answer.id])


def _approved(t: Transaction, incident_id: str, text: str) -> tuple[Answer, Wording] | None:
    for answer in t.answers.about(AnswerKind.INCIDENT, incident_id):
        now = read(t, answer)
        if now.state is AnswerState.APPROVED and isinstance(now.words, Wording) and _same(now.words.text, text):
            return answer, now.words
    return None


def _same(one: str, other: str) -> bool:
    """Whether two texts have the same words; line ends and blanks at their ends do not count."""
    return [line.strip() for line in one.strip().splitlines()] == [line.strip() for line in other.strip().splitlines()]
