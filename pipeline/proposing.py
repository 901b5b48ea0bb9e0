"""Takes a proposal through its course: who may, what the procedure allows, and one audited entry for each deed.

Whatever is published here comes out of a proposal that has all its signatures: `sign` alone makes a disclosure record, and only
with the signature of the publication.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from casework.disclosures.needs import on_government_site
from casework.disclosures.procedure import Course, NotNow, Standing, namesake
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.proposal_record import publish
from pipeline.publication_log import NO_PAGE, Page, note_carried_out, online_names
from pipeline.refusals import Refused
from pipeline.units import known_units
from records.proposals import Flag, Form, Noted, ProposalEntry
from records.words import Attribute, Purpose, Role
from regulation.clauses import citation
from regulation.permissions import allowed, concerns
from regulation.platforms import PlatformRules, platform_rules
from regulation.procedures import PUBLISH, Procedure, Sign, procedure_from
from storage.proposals import Kept
from storage.store import Store, Transaction

FILL = "proposal_fill"
INTERPRET = "proposal_interpret"
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

    @property
    def forms(self) -> int:
        """How often the form was filled in: by it the next deed says which one the person has seen."""
        return sum(entry.noted is Noted.FILLED for entry in self.entries)


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


def interpret(store: Store, meant: Meant, text: str | None, desk: Desk) -> None:
    """Write the interpretation, by the people of the unit that drafts it (第二十九条); the rest of the form stays.

    Raises Refused."""
    with attempting(store, meant.actor, INTERPRET, meant.subject, meant.at) as t:
        t.proposals.take_turn()
        found = proposal(t, meant.subject)
        form = None if found is None else found.standing.form
        if form is None or not form.interpreted:
            raise Refused("这件事项没有写明需要解读")
        form = replace(form, interpretation=_said(text))
        _write(t, meant, _filled(t, meant, form, desk), INTERPRET, form.interpreting_unit)


def sign(
    store: Store,
    meant: Meant,
    name: str,
    unit: str,
    reason: str | None = None,
    attribute: Attribute | None = None,
    page: Page = NO_PAGE,
    platforms: PlatformRules | None = None,
    check: Check | None = None,
) -> None:
    """Give a signature for `unit`, with an opinion, and where the row decides, on whether it is disclosed.

    The signature of the publication makes the record, or its next version, with the address of its `page`, and notes in the
    publication log the platforms of the form, by `platforms` or the shipped rules. Where a signature asks that no mark is
    open the form is read once more by `check`: what the rules find by now stays on record, and must be cleared first.
    Raises Refused.
    """
    act, rules = f"proposal_{name[:40]}", platforms or platform_rules()
    if check is not None:
        _check_anew(store, meant, name, unit, check)
    with attempting(store, meant.actor, act, meant.subject, meant.at) as t:
        said = {"reason": _said(reason), "attribute": attribute, "link": _said(page.link)}
        entry = _entry(meant, Noted.SIGNED, sign=name, unit=unit, **said)
        written = _write(t, meant, entry, f"proposal_{name}", page=page, rules=rules)
        if written and name == PUBLISH:
            note_carried_out(t, meant.subject, page, meant.at, meant.actor.name, rules)


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


def running(t: Transaction) -> Sequence[Proposal]:
    """Every proposal that has not ended, the last begun first. Whatever happens to one is an entry."""
    return t.remembered(
        "running proposals", t.proposals.last_entry(), lambda: tuple(proposals(t, t.proposals.running()))
    )


def own(actor: Actor, unit: str, office: str) -> bool:
    """Whether `actor` is one of the unit's people; the office's people are so of the office's own unit."""
    return concerns(actor.unit or (office if actor.role is Role.OFFICE else None), unit)


def may(actor: Actor, act: str, found: Proposal, unit: str | None = None) -> bool:
    """Whether `actor` may do `act` with this proposal; `unit` is whose signature it is where not the proposing unit's."""
    if actor.role is None:
        return True
    helping = any(own(actor, one, found.kept.office) for one in found.standing.units - {found.kept.unit})
    return allowed(actor.role, act, own=own(actor, unit or found.kept.unit, found.kept.office), helping=helping)


def unassessed(t: Transaction, found: Proposal, sign: Sign, attribute: Attribute | None = None) -> str | None:
    """What the signature still waits for (第三十九条): important information has its risk assessed before it is decided that it
    be published. `attribute` is what the signature would decide; a correction is not kept waiting, it is due at once.
    """
    form = found.standing.form
    if sign.assessed is None or form is None or not form.important or form.purpose is not Purpose.NEW:
        return None
    if (attribute or found.standing.attribute) is Attribute.WITHHELD or t.risks.newest(found.kept.id) is not None:
        return None
    return f"先完成舆情风险评估：等级、处置预案（{citation(sign.assessed)}）"


def _not_at_once(found: Proposal, sign: Sign, page: Page, rules: PlatformRules) -> str | None:
    """What is still missing for a publication that must come out on the government's site at the same time (第十条)."""
    need, form = found.procedure.need("government_site"), found.standing.form
    if sign.at_once is None or need is None or form is None:
        return None
    on = online_names(form.platforms, rules) if page.on is None else page.on
    if on_government_site(form, need, on if page.link else ()):
        return None
    cited = citation(sign.at_once)
    return f"这件公文须同步发布到政府公众网：请先在政府公众网发布，再填写它的网址登记已公开（{cited}）"


def _check_anew(store: Store, meant: Meant, name: str, unit: str, check: Check) -> None:
    """Read the form once more before a signature that asks that no mark is open: the rules may have changed since it was
    filled in. What is found now takes the place of what was found then, in an entry of its own."""
    with store.transaction() as t:
        t.proposals.take_turn()
        found = proposal(t, meant.subject)
        form = None if found is None else found.standing.form
        if found is None or form is None or not _signs_clean(found, meant, name, unit):
            return  # the signature itself is refused where it must be, and says why
        flags = tuple(check(form))
        last = next(one for one in reversed(found.entries) if one.noted in (Noted.FILLED, Noted.CHECKED))
        if {flag.key for flag in flags} <= {flag.key for flag in last.flags}:
            return
        t.proposals.add(ProposalEntry(found.kept.id, Noted.CHECKED, meant.at, meant.actor.name, flags=flags))
        facts = {"noted": Noted.CHECKED.value, "flags": len(flags)}
        t.audit.append(meant.at, meant.actor.name, meant.actor.role, f"proposal_{name}", found.kept.id, True, facts)


def _signs_clean(found: Proposal, meant: Meant, name: str, unit: str) -> bool:
    """Whether the person may give that signature now, and it asks that no mark is open."""
    given = next((one for one in found.standing.open if one.sign.sign == name and one.unit == unit), None)
    return given is not None and given.sign.clean and may(meant.actor, given.sign.act, found, unit)


def _entry(meant: Meant, noted: Noted, **more: Any) -> ProposalEntry:
    return ProposalEntry(meant.subject, noted, meant.at, meant.actor.name, **{"unit": meant.actor.unit, **more})


def _write(
    t: Transaction,
    meant: Meant,
    entry: ProposalEntry,
    act: str,
    unit: str | None = None,
    page: Page = NO_PAGE,
    rules: PlatformRules | None = None,
) -> bool:
    """Write one entry where person and procedure allow it, and what follows from it; `unit` is for whom they act where not
    the proposing unit. False where the same request was carried out before. Raises Refused."""
    t.proposals.take_turn()
    if meant.request is not None and done_before(t, meant.request) is not None:
        return False
    kept = t.proposals.get(meant.subject)
    if kept is None:
        raise Refused(f"没有编号为“{meant.subject[:60]}”的拟公开事项")
    found, course = _read(kept, t.proposals.entries([kept.id])[kept.id])
    _check_seen(meant, found)
    signed = entry.noted is Noted.SIGNED
    sign = found.procedure.sign(entry.sign or "") if signed else None
    if not signed or sign is not None:  # of what it does not know the course says so
        _require(may(meant.actor, act, found, entry.unit if signed else unit))
    try:
        course.take(entry)
    except NotNow as fault:
        raise Refused(str(fault)) from None
    waits = None if sign is None else unassessed(t, found, sign, entry.attribute)
    if waits is None and sign is not None and rules is not None:
        waits = _not_at_once(found, sign, page, rules)
    if waits is not None:
        raise Refused(f"还不能签署：{waits}")
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
        assert found.standing.form is not None
        publish(t, kept.id, found.standing.form, entry)
    if meant.request is not None:
        note_done(t, meant.request, kept.id)
    other = None if sign is None else namesake(found.procedure, found.standing.held, sign, entry.actor)
    facts = _detail(entry) | ({} if other is None else {"namesake": other})
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, kept.id, True, facts)
    return True


def _check_seen(meant: Meant, found: Proposal) -> None:
    if meant.seen is not None and meant.seen != found.forms:
        last = next(entry for entry in reversed(found.entries) if entry.noted is Noted.FILLED)
        raise Refused(f"审批表刚被{last.actor}改过，这一步没有执行：请刷新，看过新的内容再办")


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
    if form.interpreting_unit not in (form.unit, *form.co_units):
        raise Refused("解读材料由填报部门或涉及单位起草：请先把起草单位列入涉及单位")
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
