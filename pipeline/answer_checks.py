"""Holds an answer against what is stored: the views of the reaction, verification records, party records, marks of secrecy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from casework.answers.checks import Focus, Matter, Remark, remarks
from pipeline.public_views import views_among
from pipeline.refusals import Refused
from records.answers import Wording
from records.incidents import Incident
from records.proposals import Flag
from records.words import Scope
from regulation.answers import AnswerRules, Effect
from storage.store import Transaction

TextCheck = Callable[[Iterable[tuple[str, str]]], Sequence[Flag]]
"""Finds in texts, each with its place, what must not be published unseen: pipeline.secrecy_check.text_check."""


@dataclass(frozen=True, slots=True)
class Checking:
    """What checking needs besides the store: the rules, the check for marks and personal data, and the label of the latter."""

    rules: AnswerRules
    flags: TextCheck
    personal: str


def focal_points(t: Transaction, incident_id: str) -> list[Focus]:
    """What an answer has to take up: the views that several posts of the incident share, the most shared first; where none
    is shared, the first one."""
    found = views_among(t, t.incidents.members(incident_id)).views
    shared = [one for one in found if one.count > 1] or found[:1]
    return [Focus(_key(one.quotes[0]), one.quotes[0], one.count) for one in shared]


def remarks_on(
    t: Transaction, incident: Incident, wording: Wording, points: Sequence[Focus], checking: Checking
) -> list[Remark]:
    """Everything that stands against the wording as things are now."""
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    flags = checking.flags([("回应", wording.text)])
    matter = Matter(
        points=points,
        verifications=t.answers.verifications(incident.id),
        party_names=t.disclosures.party_names(),
        party_body=record.body if record is not None and record.scope is Scope.PARTY else "",
        secret=[flag for flag in flags if flag.kind != checking.personal],
        personal=[flag for flag in flags if flag.kind == checking.personal],
    )
    return remarks(wording, matter, checking.rules)


def require_clear(found: Iterable[Remark]) -> None:
    """Raise Refused where something blocks the answer."""
    blocking = [f"{one.rule.label}：{one.said}。{one.rule.hint}" for one in found if one.effect is Effect.BLOCK]
    if blocking:
        raise Refused("；".join(blocking))


def _key(quote: str) -> str:
    return hashlib.sha256(quote.encode()).hexdigest()[:16]
