"""Turns a proposal whose publication is signed into the disclosure record, or the next version of the one that it is about."""

from __future__ import annotations

from dataclasses import replace

from pipeline.refusals import Refused
from records.disclosures import Disclosure
from records.proposals import Form, ProposalEntry
from records.words import Purpose
from storage.store import Transaction


def publish(t: Transaction, proposal_id: str, form: Form, entry: ProposalEntry) -> None:
    """Make the record, or its next version, with document and interpretation together (第三十条). Raises Refused."""
    form = _with_risk(t, proposal_id, form)
    before = None if form.record is None else t.disclosures.get(form.record)
    if before is not None and before.withdrawn:
        raise Refused(f"“{before.title[:40]}”已经撤回，不能再{form.purpose.label}：请撤回这件审签")
    t.disclosures.add(_record(proposal_id, form, before, entry), entry.at, entry.actor, anew=before is not None)


def _with_risk(t: Transaction, proposal_id: str, form: Form) -> Form:
    """The form with the level last assessed where it says none (第三十九条)."""
    last = None if form.risk is not None else t.risks.newest(form.record or proposal_id)
    return form if last is None else replace(form, risk=last.level)


def _record(proposal_id: str, form: Form, before: Disclosure | None, entry: ProposalEntry) -> Disclosure:
    if before is not None and form.purpose is Purpose.WITHDRAWAL:
        return replace(before, withdrawn=True, explanation=form.explanation)
    assert form.audience is not None
    record = Disclosure(
        id=proposal_id,
        title=form.title,
        doc_number=form.doc_number,
        published_at=entry.at,
        unit=form.unit,
        catalogue_item=form.catalogue_item,
        scope=form.audience.scope,
        url=entry.link,
        body=form.body,
        watch_terms=form.watch_terms,
        risk=form.risk,
        interpretation=form.interpretation,
    )
    if before is None:
        return record
    return replace(
        record,
        id=before.id,
        published_at=before.published_at,
        url=entry.link or before.url,
        risk=form.risk or before.risk,
        explanation=form.explanation,
    )
