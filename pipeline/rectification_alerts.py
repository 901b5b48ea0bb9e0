"""Tells a unit what it has to put right, that it was sent back, and, with the office, once that it is overdue (第五十三条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.desk_message import RECTIFICATION_OPENED, RECTIFICATION_OVERDUE, RECTIFICATION_SENT_BACK, alert_about_desk
from alerts.message import recipient_name, shown_due
from casework.inspection.rectifying import RectificationCourse, course_of
from pipeline.notify import Routes, queue
from records.naming import office_name
from records.rectifications import Rectification
from regulation.recipients import recipients_for
from storage.store import Store, Transaction

_LINK = "/rectification?id={item}"
_UNDATED = "未定期限"


def tell_opened(
    t: Transaction, item: str, unit: str, due_at: datetime | None, at: datetime, by: str, routes: Routes
) -> int:
    """Queue that an item was handed to the unit; how many alerts were new."""
    return _tell(t, RECTIFICATION_OPENED, item, unit, item, at, {"due": until(due_at), "by": by}, routes)


def tell_sent_back(
    t: Transaction,
    item: str,
    unit: str,
    distinct: str,
    due_at: datetime | None,
    at: datetime,
    by: str,
    routes: Routes,
) -> int:
    """Queue that the office did not accept what was handed in; how many alerts were new."""
    return _tell(t, RECTIFICATION_SENT_BACK, item, unit, distinct, at, {"due": until(due_at), "by": by}, routes)


def watch_rectifications(store: Store, now: datetime, routes: Routes) -> int:
    """Tell of everything that is overdue, each wait once however often this is called; how many alerts were new."""
    with store.reading() as t:
        if not _late(t, now):
            return 0
    with store.transaction() as t:
        t.rectifications.take_turn()
        return sum(_tell_late(t, item, course, now, routes) for item, course in _late(t, now))


def until(due_at: datetime | None) -> str:
    """Until when, as a message tells it."""
    return _UNDATED if due_at is None else shown_due(due_at)


def _late(t: Transaction, now: datetime) -> list[tuple[Rectification, RectificationCourse]]:
    items = t.rectifications.open_ones()
    entries = t.rectifications.entries([one.id for one in items])
    found = [(one, course_of(entries[one.id])) for one in items]
    return [(one, course) for one, course in found if course.overdue(now)]


def _tell_late(t: Transaction, item: Rectification, course: RectificationCourse, now: datetime, routes: Routes) -> int:
    """What is told is told of one wait and one day: after more time was given it is told of anew."""
    waits_for = office_name() if course.waits_for_office else recipient_name(item.unit)
    facts = {"wait": course.standing.label, "due": until(course.next_due), "waits_for": waits_for}
    distinct = f"{item.id}/{course.since.id}/{course.next_due}"
    return _tell(t, RECTIFICATION_OVERDUE, item.id, item.unit, distinct, now, facts, routes)


def _tell(
    t: Transaction,
    kind: str,
    item: str,
    unit: str,
    distinct: str,
    at: datetime,
    facts: Mapping[str, str],
    routes: Routes,
) -> int:
    known = {**facts, "item": item, "unit": recipient_name(unit)}
    alerts = [
        alert_about_desk(kind, recipient, at, distinct, known, link=_LINK.format(item=item))
        for recipient in recipients_for(kind, unit)
    ]
    return queue(t, alerts, routes)
