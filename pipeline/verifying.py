"""Keeps verification records (核实记录): what was said, what a named person found, on what evidence.

第四十二条（一）. The desk itself finds nothing to be so or not so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.answers.checks import valid
from pipeline.acts import Actor
from pipeline.answering import LONGEST, Answering, check_permission, incident_of
from pipeline.attempts import attempting, done_before, note_done
from pipeline.claiming import waiting_claim
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from records.answers import Verdict, Verification
from records.incidents import Incident
from regulation.permissions import concerns
from storage.store import Store, Transaction

VERIFY = "verify_claim"
"""The act as permissions.yaml and the audit name it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found out of a statement; `of` is the number of the entered statement that it is about, if of one."""

    claim: str
    verdict: Verdict
    evidence: str
    of: int | None = None


def verify(store: Store, meant: Meant, finding: Finding, answering: Answering) -> Verification | None:
    """Keep a verification record on an incident; None where this request was carried out before. Raises Refused."""
    claim, evidence = (answering.mask(text).strip() for text in (finding.claim, finding.evidence))
    with attempting(store, meant.actor, VERIFY, meant.subject, meant.at) as t:
        if not claim:
            raise Refused("请写明所核实的说法")
        if not evidence:
            raise Refused("请写明核实的依据：查了什么、问了谁（写职务）、看到什么")
        if max(len(claim), len(evidence)) > LONGEST:
            raise Refused(f"文字过长：最多 {LONGEST} 个字")
        incident = _begin(t, meant)
        if incident is None:
            return None
        ended = None if finding.of is None else waiting_claim(t, incident.id, finding.of)
        unit, name = meant.actor.unit, meant.actor.name
        kept = _keep(
            t, meant, incident, Verification(meant.subject, meant.at, name, unit, claim, finding.verdict, evidence)
        )
        if ended is not None:
            t.claims.add(
                replace(ended, at=meant.at, actor=name, unit=unit, text="", of=ended.id, verification=kept.id, id=None)
            )
        return kept


def take_back(store: Store, meant: Meant, number: int, reason: str | None, answering: Answering) -> Verification | None:
    """Take a mistaken record back: it stays and supports nothing any more. Raises Refused."""
    why = answering.mask(reason or "").strip()
    with attempting(store, meant.actor, VERIFY, meant.subject, meant.at) as t:
        if not why:
            raise Refused("作废核实记录要写明理由")
        incident = _begin(t, meant)
        if incident is None:
            return None
        known = next((one for one in valid(t.answers.verifications(meant.subject)) if one.id == number), None)
        if known is None:
            raise Refused("没有这条核实记录，或它已经作废")
        unit = meant.actor.unit
        back = replace(known, at=meant.at, actor=meant.actor.name, unit=unit, evidence=why, of=number, id=None)
        return _keep(t, meant, incident, back)


def _begin(t: Transaction, meant: Meant) -> Incident | None:
    """The incident, nobody else writing here; None where this request was carried out before. Raises Refused."""
    t.answers.take_turn()
    incident = incident_of(t, meant.subject)
    check_permission(t, meant.actor, VERIFY, incident)
    return None if meant.request is not None and done_before(t, meant.request) is not None else incident


def _keep(t: Transaction, meant: Meant, incident: Incident, made: Verification) -> Verification:
    kept = t.answers.verify(made)
    if _answers_for(meant.actor, incident.unit):
        followed_up(t, incident.id, meant.at, meant.actor.name)
    if meant.request is not None:
        note_done(t, meant.request, str(kept.id))
    facts = {"verification": kept.id, "verdict": kept.verdict.value, **({"of": kept.of} if kept.of else {})}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, VERIFY, incident.id, True, facts)
    return kept


def _answers_for(actor: Actor, unit: str | None) -> bool:
    return actor.unit is None or concerns(actor.unit, unit)
