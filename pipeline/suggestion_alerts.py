"""Tells who handles a suggestion that it was transferred, urged or instructed, and once that it is overdue (第四十七条)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.desk_message import SUGGESTION_OVERDUE, alert_about_desk
from alerts.message import recipient_name, shown_due
from casework.suggestions.standing import Course, Wait
from pipeline.notify import Routes, queue
from pipeline.suggestion_courses import courses_of
from records.alerts import OFFICE
from regulation.recipients import recipients_for
from storage.store import Store, Transaction

_LINK = "/suggestion?id={suggestion}"
_UNDATED = "未定时限"


def tell(
    t: Transaction,
    kind: str,
    suggestion_id: str,
    unit: str | None,
    at: datetime,
    distinct: str,
    facts: Mapping[str, str],
    routes: Routes,
) -> int:
    """Queue what must be told of a suggestion that `unit` handles; how many alerts were new."""
    known = {**facts, "suggestion": suggestion_id, "unit": recipient_name(unit or OFFICE)}
    link = _LINK.format(suggestion=suggestion_id)
    alerts = [
        alert_about_desk(kind, recipient, at, f"{suggestion_id}/{distinct}", known, link=link)
        for recipient in recipients_for(kind, unit)
    ]
    return queue(t, alerts, routes)


def waited_for(wait: Wait) -> dict[str, str]:
    """The facts of what is awaited and until when."""
    return {"wait": wait.standing.label, "due": until(wait.due_at)}


def until(due_at: datetime | None) -> str:
    """Until when, as a message tells it."""
    return _UNDATED if due_at is None else shown_due(due_at)


def watch_suggestions(store: Store, now: datetime, routes: Routes) -> int:
    """Tell of everything that is overdue, each once however often this is called; how many alerts were new."""
    with store.reading() as t:
        if not _late(t, now):
            return 0
    with store.transaction() as t:
        t.suggestions.take_turn()
        return sum(_tell_late(t, course, wait, now, routes) for course, wait in _late(t, now))


def _late(t: Transaction, now: datetime) -> list[tuple[Course, Wait]]:
    courses = courses_of(t, t.suggestions.overdue(now)).values()
    return [(course, wait) for course in courses for wait in course.waits if wait.overdue(now)]


def _tell_late(t: Transaction, course: Course, wait: Wait, now: datetime, routes: Routes) -> int:
    distinct, facts = str(wait.since.id), waited_for(wait)
    return tell(t, SUGGESTION_OVERDUE, course.suggestion, course.unit, now, distinct, facts, routes)
