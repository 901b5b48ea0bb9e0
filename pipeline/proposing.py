"""Takes a proposal through its course: who may, what the procedure allows, and one audited entry for each deed.

Whatever is published here comes out of a proposal that has all its signatures: `sign` alone makes a disclosure record, and only
with the signature of the publication.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from casework.disclosures.procedure import Course, NotNow, Standing
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.units import known_units
from records.disclosures import Disclosure
from records.proposals import Flag, Form, Noted, ProposalEntry
from records.words import Attribute, Purpose, Role
from regulation.permissions import allowed, concerns
from regulation.procedures import PUBLISH, Procedure, procedure_from
from storage.proposals import Kept
from storage.store import Store, Transaction

FILL = "proposal_fill"
RETURN = "proposal_return"
CLEAR = "proposal_clear"
EXTEND = "proposal_extend"
DROP = "proposal_drop"
VIEW = "view_proposals"
"""The acts as permissions.yaml names them; those of the signatures are `Sign.act`."""

Check = Callable[[Form], Sequence[Flag]]
"""Finds what must not be published in a form as it stands."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the course of a proposal needs besides the transaction.

    `office` is the office's own name, for which its people sign; new proposals begin with `procedure`.
    """

    office: str
    procedure: Procedure
    check: Check


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal as it stands, with every entry, oldest first."""

    kept: Kept
    procedure: Procedure
    entries: Sequence[ProposalEntry]
    standing: Standing


def begin(store: Store, form: Form, actor: Actor, at: datetime, desk: Desk, request: str | None = None) -> str:
    """Begin a proposal with its form filled in as far as it is known; its id. Raises Refused."""
    with attempting(store, actor, FILL, form.unit, at) as t:
        _require(actor.role is None or allowed(actor.role, FILL, own=own(actor, form.unit, desk.office)))
        t.proposals.take_turn()
        if request is not None and (before := done_before(t, request)) is not None:
            return before
        proposal_id = t.proposals.next_id(at)
        steps = desk.procedure.model_dump(mode="json")
        first = desk.procedure.steps[0].step
        t.proposals.begin(Kept(proposal_id, form.unit, desk.office, steps, at, actor.name, first, None))
        meant = Meant(proposal_id, actor, at, request)
        _write(t, meant, _filled(t, meant, form, desk), FILL)
        return proposal_id


def fill(store: Store, meant: Meant, form: Form, desk: Desk) -> None:
    """Fill the form in anew; earlier forms stay on record. Raises Refused."""
    with attempting(store, meant.actor, FILL, meant.subject, meant.at) as t:
        _write(t, meant, _filled(t, meant, form, desk), FILL)


def sign(
    store: Store,
    meant: Meant,
    name: str,
    unit: str,
    reason: str | None = None,
    attribute: Attribute | None = None,
    link: str | None = None,
) -> None:
    """Give a signature for `unit`, with an opinion, and where the row decides, on whether it is disclosed.

    The signature of the publication makes the record, or its next version, with `link` as its address. Raises Refused.
    """
    with attempting(store, meant.actor, f"proposal_{name[:40]}", meant.subject, meant.at) as t:
        said = {"reason": _said(reason), "attribute": attribute, "link": _said(link)}
        _write(t, meant, _entry(meant, Noted.SIGNED, sign=name, unit=unit, **said), f"proposal_{name}")


def send_back(store: Store, meant: Meant, reason: str | None) -> None:
    """Return it to those who propose (退文): every signature is void, and they know why. Raises Refused."""
    with attempting(store, meant.actor, RETURN, meant.subject, meant.at) as t:
        _write(t, meant, _entry(meant, Noted.RETURNED, reason=_said(reason)), RETURN)


def clear(store: Store, meant: Meant, flag: str, reason: str | None) -> None:
    """Clear one flag of the check, by name and with a reason. Raises Refused."""
    with attempting(store, meant.actor, CLEAR, meant.subject, meant.at) as t:
        _write(t, meant, _entry(meant, Noted.CLEARED, flag=flag, reason=_said(reason)), CLEAR)


def extend(store: Store, meant: Meant, until: date | None, reason: str | None) -> None:
    """Allow more time (二（五）3). Raises Refused."""
    with attempting(store, meant.actor, EXTEND, meant.subject, meant.at) as t:
        _write(t, meant, _entry(meant, Noted.EXTENDED, until=until, reason=_said(reason)), EXTEND)


def drop(store: Store, meant: Meant, reason: str | None) -> None:
    """Take the proposal back before anything is published. Raises Refused."""
    with attempting(store, meant.actor, DROP, meant.subject, meant.at) as t:
        _write(t, meant, _entry(meant, Noted.DROPPED, reason=_said(reason)), DROP)


def proposal(t: Transaction, proposal_id: str) -> Proposal | None:
    """The proposal as it stands, whoever asks; None where there is none."""
    kept = t.proposals.get(proposal_id)
    return None if kept is None else _read(kept, t.proposals.entries([proposal_id])[proposal_id])[0]


def proposals(t: Transaction, kept: Sequence[Kept]) -> list[Proposal]:
    """These proposals as they stand, in their order."""
    entries = t.proposals.entries([one.id for one in kept])
    return [_read(one, entries[one.id])[0] for one in kept]


def own(actor: Actor, unit: str, office: str) -> bool:
    """Whether `actor` is one of the unit's people; the office's people are so of the office's own unit."""
    return concerns(actor.unit or (office if actor.role is Role.OFFICE else None), unit)


def may(actor: Actor, act: str, found: Proposal, unit: str | None = None) -> bool:
    """Whether `actor` may do `act` with this proposal; `unit` is whose signature it is where not the proposing unit's."""
    if actor.role is None:
        return True
    form = found.standing.form
    helping = form is not None and any(own(actor, one, found.kept.office) for one in form.co_units)
    return allowed(actor.role, act, own=own(actor, unit or found.kept.unit, found.kept.office), helping=helping)


def _entry(meant: Meant, noted: Noted, **more: Any) -> ProposalEntry:
    return ProposalEntry(meant.subject, noted, meant.at, meant.actor.name, **{"unit": meant.actor.unit, **more})


def _write(t: Transaction, meant: Meant, entry: ProposalEntry, act: str) -> None:
    """Write one entry where person and procedure allow it, and what follows from it. Raises Refused."""
    t.proposals.take_turn()
    if meant.request is not None and done_before(t, meant.request) is not None:
        return
    kept = t.proposals.get(meant.subject)
    if kept is None:
        raise Refused(f"没有编号为“{meant.subject[:60]}”的拟公开事项")
    found, course = _read(kept, t.proposals.entries([kept.id])[kept.id])
    signed = entry.noted is Noted.SIGNED
    if not signed or found.procedure.sign(entry.sign or "") is not None:  # of what it does not know the course says so
        _require(may(meant.actor, act, found, entry.unit if signed else None))
    try:
        course.take(entry)
    except NotNow as fault:
        raise Refused(str(fault)) from None
    t.proposals.add(entry)
    now = course.standing()
    t.proposals.stand(
        replace(
            kept,
            step=None if now.step is None else now.step.step,
            ended=None if now.end is None else now.end.value,
            record=None if now.form is None else now.form.record,
            waits=tuple((given.sign.sign, given.unit) for given in now.open),
        )
    )
    if entry.sign == PUBLISH:
        _publish(t, found, entry)
    if meant.request is not None:
        note_done(t, meant.request, kept.id)
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, kept.id, True, _detail(entry))


def _read(kept: Kept, entries: Sequence[ProposalEntry]) -> tuple[Proposal, Course]:
    procedure = procedure_from(kept.procedure)
    course = Course(procedure, kept.unit, kept.office)
    for entry in entries:
        course.take(entry)
    return Proposal(kept, procedure, entries, course.standing()), course


def _filled(t: Transaction, meant: Meant, form: Form, desk: Desk) -> ProposalEntry:
    if not form.title.strip():
        raise Refused("请填写题目")
    _check_units(t, form, desk)
    if form.purpose is not Purpose.NEW:
        form = _of_record(t, form)
    return _entry(meant, Noted.FILLED, form=form, flags=tuple(desk.check(form)))


def _check_units(t: Transaction, form: Form, desk: Desk) -> None:
    if form.unit in form.co_units or len(set(form.co_units)) != len(form.co_units):
        raise Refused("涉及单位不包括填报部门，每个单位只写一次")
    known = {*known_units(t), desk.office}
    for unit in (form.unit, *form.co_units):
        if unit not in known:
            raise Refused(f"没有“{unit[:40]}”这个单位：请核对名称，或请管理员先登记账户或联系方式")


def _of_record(t: Transaction, form: Form) -> Form:
    record = None if form.record is None else t.disclosures.get(form.record)
    if record is None:
        raise Refused(f"没有要{form.purpose.label}的公开事项，请从公开事项页面提出")
    if record.unit != form.unit:
        raise Refused(f"“{record.title[:40]}”的责任单位是{record.unit}：由它提出{form.purpose.label}")
    if record.withdrawn:
        raise Refused(f"“{record.title[:40]}”已经撤回")
    return form


def _publish(t: Transaction, found: Proposal, entry: ProposalEntry) -> None:
    form = found.standing.form
    assert form is not None
    form = _with_risk(t, found.kept.id, form)
    before = None if form.record is None else t.disclosures.get(form.record)
    if before is not None and before.withdrawn:
        raise Refused(f"“{before.title[:40]}”已经撤回，不能再{form.purpose.label}：请撤回这件审签")
    t.disclosures.add(_record(found.kept.id, form, before, entry), entry.at, entry.actor)


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


def _require(permitted: bool) -> None:
    if not permitted:
        raise Refused("您没有权限做这一步：请由有此职责的人办理")


def _detail(entry: ProposalEntry) -> dict[str, object]:
    said = {
        "noted": entry.noted.value,
        "unit": entry.unit,
        "reason": entry.reason,
        "attribute": entry.attribute and entry.attribute.value,
        "flag": entry.flag,
        "until": entry.until and entry.until.isoformat(),
        "link": entry.link,
    }
    return {key: value for key, value in said.items() if value is not None}


def _said(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None
