"""Reminds units of what they must publish soon, and tells them and the office once of what is late (二（五）); of the drafts of
interpretations too (第三十条)."""

from __future__ import annotations

from datetime import datetime

from alerts.desk_message import (
    DISCLOSURE_DUE,
    DISCLOSURE_OVERDUE,
    INTERPRETATION_DUE,
    INTERPRETATION_OVERDUE,
    alert_about_desk,
)
from casework.disclosures.due import Urgency
from pipeline.due_days import Draft, Pending, drafts, pending
from pipeline.notify import Routes, queue
from records.alerts import Alert
from regulation.disclosure_time import DisclosureTime
from regulation.recipients import CO_UNITS, recipients_for
from regulation.working_days import shown
from storage.store import Store, Transaction

_LOOKED_AT = "due_days_looked_at"


def watch_due_days(store: Store, now: datetime, rules: DisclosureTime, routes: Routes) -> int:
    """Tell of every due day that is near or gone, each once however often this is called; how many alerts were new.

    It looks once in `every_minutes`; a moment to come in which somebody looked means that a clock was set back.
    """
    with store.reading() as t:
        if _looked(t, now, rules):
            return 0
    with store.transaction() as t:
        t.meta.take_turn(_LOOKED_AT)
        if _looked(t, now, rules):
            return 0
        t.meta.put(_LOOKED_AT, now.isoformat())
        told = sum(_tell(t, one, now, routes) for one in pending(t, now, rules))
        return told + sum(_tell_of_draft(t, one, now, routes) for one in drafts(t, now, rules))


def _looked(t: Transaction, now: datetime, rules: DisclosureTime) -> bool:
    last = t.meta.get(_LOOKED_AT)
    return last is not None and datetime.fromisoformat(last) <= now < datetime.fromisoformat(last) + rules.every


def _tell(t: Transaction, one: Pending, now: datetime, routes: Routes) -> int:
    """The due day is part of what tells alerts apart: after an extension or another calendar it is told of anew."""
    if one.left.urgency is Urgency.OVERDUE:
        return queue(t, _alerts(DISCLOSURE_OVERDUE, one, now, "overdue"), routes)
    if one.left.mark is not None:
        return queue(t, _alerts(DISCLOSURE_DUE, one, now, str(one.left.mark)), routes)
    return 0


def _tell_of_draft(t: Transaction, one: Draft, now: datetime, routes: Routes) -> int:
    """The plan's day is part of what tells alerts apart, as with due days."""
    late = one.left.urgency is Urgency.OVERDUE
    if not late and one.left.mark is None:
        return 0
    number, kind = one.proposal.kept.id, INTERPRETATION_OVERDUE if late else INTERPRETATION_DUE
    facts = {"matter": f"拟公开事项 {number}", "unit": one.unit, "due": shown(one.day), "left": one.left.said}
    distinct = f"{number}/{one.unit}/{one.day.isoformat()}/{'overdue' if late else one.left.mark}"
    told = recipients_for(kind, one.unit, {CO_UNITS: (one.proposal.kept.unit,)})
    alerts = [
        alert_about_desk(kind, recipient, now, distinct, facts, link=f"/proposal?id={number}") for recipient in told
    ]
    return queue(t, alerts, routes)


def _alerts(kind: str, one: Pending, now: datetime, which: str) -> list[Alert]:
    assert one.due.day is not None
    subject, matter, link = _subject(one)
    facts = {"matter": matter, "unit": one.unit, "due": shown(one.due.day), "left": one.left.said}
    distinct = f"{subject}/{one.due.day.isoformat()}/{which}"
    return [
        alert_about_desk(kind, recipient, now, distinct, facts, link=link)
        for recipient in recipients_for(kind, one.unit)
    ]


def _subject(one: Pending) -> tuple[str, str, str]:
    """What names it for good, what people call it, and its page. No title: what is not published yet is told to nobody."""
    if one.proposal is not None:
        number = one.proposal.kept.id
        return number, f"拟公开事项 {number}", f"/proposal?id={number}"
    return f"{one.record}/{one.what}", f"公开事项 {one.record} 之后的{one.what}", f"/record?id={one.record}"
