"""Writes the upward ledger: decides where it is 视情, sends over the desk's channels, notes what went by hand and what came
back. Nothing is ever changed: a mistake is taken back by an entry of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts.message import alerts_about
from casework.upward.standing import BodyStanding, Standing
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.notify import Routes, first_of, turn_of
from pipeline.refusals import Refused
from pipeline.upward_standing import standings_of
from records.alerts import Alert
from records.channels import channel_name
from records.deliveries import Delivery
from records.incidents import Incident
from records.naming import office_name
from records.people import Contact
from records.reports import Report
from records.upward import BY_CHANNEL, Need, Noted, UpwardEntry
from records.words import Level, ReportKind
from regulation.permissions import allowed
from regulation.upward import Body, UpwardRules
from storage.store import Store, Transaction

DECIDE = "decide_upward"
REPORT = "report_upward"
RECEIVE = "note_receipt"
TAKE_BACK = "take_back_upward"
"""The acts as permissions.yaml names them."""

UPWARD = "upward"
"""The kind of alert that carries a report to a body above."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is meant by an act: the incident, the body, who acts when, and the request that a repeat carries too."""

    incident: str
    body: str
    actor: Actor
    at: datetime
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What is handed over: a filed report of the incident, or a text."""

    report: tuple[ReportKind, int] | None = None
    text: str | None = None


def decide(store: Store, meant: Meant, send: bool, reason: str | None, rules: UpwardRules) -> None:
    """Decide where the rule leaves it to a person (视情). Raises Refused where it does not, or without a reason."""
    with attempting(store, meant.actor, DECIDE, meant.incident, meant.at) as t:
        standing = _begin(t, meant, DECIDE, rules)
        if standing is None:
            return
        if standing.need is not None and standing.need.need is Need.MUST:
            raise Refused(f"按规定必须上报{standing.label}，不需另作决定")
        entry = _entry(meant, standing.label, Noted.DECISION, send=send, reason=_needed(reason, "决定的理由"))
        _keep(t, meant, DECIDE, entry, {"send": send, "reason": entry.reason})


def send(store: Store, meant: Meant, content: Content, rules: UpwardRules, routes: Routes, issuer: str) -> None:
    """Send over the channels of the body's contacts in their turn, by the outbox; of a party record only a notice leaves the system.

    Raises Refused where the body has no contact, or there is nothing to send.
    """
    with attempting(store, meant.actor, REPORT, meant.incident, meant.at) as t:
        standing = _begin(t, meant, REPORT, rules)
        if standing is None:
            return
        _check_decided(standing)
        incident = _incident(t, meant.incident)
        report, text = _content(t, incident, content)
        turn = turn_of(t, standing.label, Level.DUTY, meant.at, routes)
        if not turn.contacts:
            raise Refused(f"“{standing.label}”没有登记联系方式：请登记，或以电话、机要等方式送达后登记")
        alert = _alert(t, incident, standing, report, text, meant.at, issuer)
        t.alerts.add(alert)
        for contact in first_of(turn.contacts):
            t.alerts.enqueue(alert, contact.channel, contact.address, note=turn.note(contact))
        entry = _sent(meant, standing.label, BY_CHANNEL, report, text, meant.at)
        _keep(t, meant, REPORT, replace(entry, alert=alert.key), {"way": BY_CHANNEL, **_named(report)})


def note_sent(
    store: Store, meant: Meant, content: Content, way: str, happened_at: datetime, note: str | None, rules: UpwardRules
) -> None:
    """Note what a person handed over by hand: which way, when, with its number or to whom. Raises Refused."""
    with attempting(store, meant.actor, REPORT, meant.incident, meant.at) as t:
        standing = _begin(t, meant, REPORT, rules)
        if standing is None:
            return
        _check_decided(standing)
        if rules.way(way) is None:
            raise Refused(f"没有“{way[:40]}”这种报送方式：可用 {'、'.join(one.label for one in rules.ways)}")
        incident = _incident(t, meant.incident)
        if happened_at > meant.at:
            raise Refused("报送时间不能晚于现在：请填写实际报送的时间")
        report, text = _content(t, incident, content)
        entry = _sent(meant, standing.label, way, report, text, happened_at)
        said = _needed(note, "报送的编号，或由谁接收、如何送达")
        _keep(t, meant, REPORT, replace(entry, note=said), {"way": way, "reason": said, **_named(report)})


def note_receipt(store: Store, meant: Meant, sent: int, who: str | None, note: str | None, rules: UpwardRules) -> None:
    """Note that somebody confirmed what was sent: who, and how it was learned. Raises Refused."""
    with attempting(store, meant.actor, RECEIVE, meant.incident, meant.at) as t:
        standing = _begin(t, meant, RECEIVE, rules)
        if standing is None:
            return
        of, said = _unconfirmed(standing, sent), _needed(who, "确认收到的人")
        entry = _entry(meant, standing.label, Noted.RECEIPT, of=of, who=said, note=_written(note))
        _keep(t, meant, RECEIVE, entry, {"of": sent, "reason": entry.who})


def take_back(store: Store, meant: Meant, entry_id: int, reason: str | None, rules: UpwardRules) -> None:
    """Take a mistaken entry back: it stays and counts no more. Raises Refused for what rule or channel has written."""
    with attempting(store, meant.actor, TAKE_BACK, meant.incident, meant.at) as t:
        standing = _begin(t, meant, TAKE_BACK, rules)
        if standing is None:
            return
        mistaken = next((one for one in standing.entries if one.id == entry_id), None)
        gone = {one.of for one in standing.entries if one.noted is Noted.VOID}
        if mistaken is None or mistaken.id in gone or mistaken.noted in (Noted.VOID, Noted.NEED):
            raise Refused("这一条不能作废，或已经作废，请刷新")
        if mistaken.way == BY_CHANNEL:
            raise Refused("经渠道发出的不能作废：已经发出。有误请更正后再报一次")
        entry = _entry(meant, standing.label, Noted.VOID, of=entry_id, reason=_needed(reason, "作废的理由"))
        _keep(t, meant, TAKE_BACK, entry, {"of": entry_id, "reason": entry.reason})


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a link in an upward message leads to: the message, the entry, the contact, and the receipt if there is one."""

    alert: Alert
    entry: UpwardEntry
    contact: Contact
    receipt: UpwardEntry | None

    @property
    def who(self) -> str:
        """Who confirms by pressing the button."""
        return self.contact.name or self.entry.label


def arrived(t: Transaction, delivery: Delivery, alert: Alert) -> Arrived | None:
    """What the delivery of an upward message brought; None where it is not the body's own, or is there no more."""
    entry = t.upward.by_alert(alert.key)
    known = t.people.contacts_of(alert.recipient)
    contact = next((one for one in known if (one.channel, one.address) == (delivery.channel, delivery.address)), None)
    if entry is None or contact is None:
        return None
    return Arrived(alert, entry, contact, _receipt(t, entry))


def receive(store: Store, found: Arrived, now: datetime) -> None:
    """The body confirms by the link in the message, with no account: the press is the receipt; a second one changes nothing."""
    entry, by = found.entry, f"{found.who}（{channel_name(found.contact.channel)}链接）"
    with store.transaction() as t:
        t.incidents.take_turn()
        if _receipt(t, entry) is not None:
            return
        receipt = UpwardEntry(
            entry.incident, entry.body, entry.label, Noted.RECEIPT, now, by, who=found.who, of=entry.id
        )
        t.upward.add(receipt)
        t.audit.append(now, by, None, RECEIVE, entry.incident, True, {"body": entry.label, "of": entry.id})


def _receipt(t: Transaction, sent: UpwardEntry) -> UpwardEntry | None:
    """The newest receipt of what was sent that has not been taken back."""
    entries = t.upward.of_incident(sent.incident)
    gone = {one.of for one in entries if one.noted is Noted.VOID}
    held = [one for one in entries if one.noted is Noted.RECEIPT and one.of == sent.id and one.id not in gone]
    return held[-1] if held else None


def _begin(t: Transaction, meant: Meant, act: str, rules: UpwardRules) -> BodyStanding | None:
    """Where the body stands, nobody else changing it; None where this request was carried out before. Raises Refused."""
    if meant.actor.role is not None and not allowed(meant.actor.role, act, own=False):
        raise Refused(f"您没有权限做这一步：向上报告由{office_name()}办理")
    t.incidents.take_turn()
    if meant.request is not None and done_before(t, meant.request) is not None:
        return None
    incident, body = _incident(t, meant.incident), rules.body(meant.body)
    found = next((one for one in standings_of(t, [incident.id])[incident.id] if one.body == meant.body), None)
    if found is not None:
        return found if body is None else replace(found, label=body.label)
    return _untold(incident, _known(body, meant.body))


def _untold(incident: Incident, body: Body) -> BodyStanding:
    return BodyStanding(incident.id, body.name, body.label, Standing.NOT_ASKED, None, None, (), ())


def _known(body: Body | None, name: str) -> Body:
    if body is None:
        raise Refused(f"没有“{name[:40]}”这个上报对象")
    return body


def _incident(t: Transaction, incident_id: str) -> Incident:
    incident = t.incidents.get(incident_id)
    if incident is None:
        raise Refused(f"没有编号为“{incident_id[:60]}”的事件")
    return incident


def _check_decided(standing: BodyStanding) -> None:
    if standing.standing is Standing.TO_DECIDE:
        raise Refused(f"是否上报{standing.label}须视情决定：请先记下决定和理由")
    if standing.standing is Standing.NOT_REPORTED:
        raise Refused(f"已决定不上报{standing.label}：要报请先重新作出决定")


def _content(t: Transaction, incident: Incident, content: Content) -> tuple[Report | None, str | None]:
    """The filed report that is meant, and the text. Raises Refused where there is neither, or no such report."""
    text = _written(content.text)
    if content.report is None:
        return None, _needed(text, "报送的内容，或选择一份已报送的报告")
    filed = [one for one in t.reports.of(incident.id) if (one.kind, one.number) == content.report]
    if not filed:
        raise Refused("没有这份报告，请刷新后再选")
    return filed[0], text


def _alert(
    t: Transaction,
    incident: Incident,
    standing: BodyStanding,
    report: Report | None,
    text: str | None,
    at: datetime,
    issuer: str,
) -> Alert:
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    parts = [] if report is None else [f"{one.part.label}：{one.text}" for one in report.parts]
    facts = {"by": issuer, **({"report": f"{report.kind.label} {report.serial}"} if report is not None else {})}
    (alert,) = alerts_about(
        UPWARD,
        incident,
        record,
        at,
        f"{standing.body}/{len(standing.entries)}",
        (standing.label,),
        facts=facts,
        paragraphs=[*([text] if text else []), *parts],
    )
    return alert


def _unconfirmed(standing: BodyStanding, sent: int) -> int:
    dispatch = next((one for one in standing.dispatches if one.entry.id == sent), None)
    if dispatch is None or dispatch.receipt is not None:
        raise Refused("这一次报送已有回执，或已作废，请刷新")
    return sent


def _entry(meant: Meant, label: str, noted: Noted, **more: Any) -> UpwardEntry:
    return UpwardEntry(meant.incident, meant.body, label, noted, meant.at, meant.actor.name, **more)


def _sent(
    meant: Meant, label: str, way: str, report: Report | None, text: str | None, happened_at: datetime
) -> UpwardEntry:
    entry = _entry(meant, label, Noted.SENT, way=way, text=text, happened_at=happened_at)
    if report is None:
        return entry
    return replace(entry, report=report.kind, report_number=report.number, serial=report.serial)


def _named(report: Report | None) -> dict[str, str]:
    return {} if report is None else {"report": report.serial}


def _keep(t: Transaction, meant: Meant, act: str, entry: UpwardEntry, facts: Mapping[str, object]) -> None:
    t.upward.add(entry)
    if meant.request is not None:
        note_done(t, meant.request, meant.incident)
    detail = {"body": entry.label, **facts}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, meant.incident, True, detail)


def _written(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None


def _needed(text: str | None, what: str) -> str:
    written = _written(text)
    if written is None:
        raise Refused(f"请填写{what}")
    return written
