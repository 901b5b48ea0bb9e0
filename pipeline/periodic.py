"""Owes the papers of every period that is over, drafts them once, calls them to mind, and tells of those that are overdue.

Nothing is remembered but rows: after a stop, whatever came to be owed meanwhile is owed and drafted at the next look.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from alerts.desk_message import PAPER_DUE, PAPER_OVERDUE, PAPER_READY, alert_about_desk
from alerts.message import shown_due
from casework.papers.periodic.figures import china_day
from pipeline.notify import Routes, queue
from pipeline.papering import drafted
from pipeline.periodic_drafting import content_of, name_of
from pipeline.working_calendar import working_days
from records.alerts import Alert
from records.papers import PaperKind
from records.periodic import PeriodicDue
from regulation.disclosure_time import DisclosureTime
from regulation.periodic import Periodic, PeriodicRule, Stretch, stretch_of
from regulation.recipients import recipients_for
from storage.store import Store, Transaction

DRAFTER = "系统起草"
"""By whom a draft is that nobody has touched yet."""

_SINCE = "periodic_since"
"""Since when each kind is switched on, by kind: the periods that were over by then are not owed."""

_HOUR = timedelta(hours=1)
_READ_BY = timedelta(hours=1)
"""What came in the last minutes of a period is read first; nothing waits longer for that."""


def watch_periodic(
    store: Store, now: datetime, rules: Periodic, disclosure_time: DisclosureTime, routes: Routes
) -> int:
    """Owe, draft and tell, each once however often this is called; how many alerts were new.

    A paper that cannot be drafted holds up no other and is owed all the same; its error is raised after they are done.
    """
    with store.reading() as t:
        changed = _changed(t, now, rules)
    if changed:
        with store.transaction() as t:
            t.periodic.take_turn()
            _owe(t, now, rules)
    faults = list(_draft_all(store, now, rules, disclosure_time))
    with store.reading() as t:
        untold = _untold(t, now, rules)
    told = 0
    if untold:
        with store.transaction() as t:
            told = queue(t, _untold(t, now, rules), routes)
    if faults:
        raise ExceptionGroup("papers that could not be drafted", faults)
    return told


def stretch_of_due(due: PeriodicDue, rules: Periodic) -> Stretch:
    """The period that a paper is owed of."""
    return Stretch(rules.rules[due.kind].every, due.first, due.last)


def _kinds(rules: Periodic) -> list[PaperKind]:
    return [rule.kind for rule in rules.owed]


def _since(t: Transaction) -> dict[str, str]:
    return dict(t.meta.get(_SINCE) or {})


def _changed(t: Transaction, now: datetime, rules: Periodic) -> bool:
    """Whether there is anything for `_owe` to do."""
    since = _since(t)
    if set(since) != set(_kinds(rules)):
        return True
    return any(next(_over(t, rule, since[rule.kind], now), None) is not None for rule in rules.owed) or any(
        _moved(t, one, rules) is not None for one in t.periodic.owed(_kinds(rules))
    )


def _owe(t: Transaction, now: datetime, rules: Periodic) -> None:
    """Write down what is owed by now. What is switched off is owed no longer; what is switched on is owed from now on."""
    since, kinds = _since(t), _kinds(rules)
    for name in sorted(set(since) - set(kinds)):
        t.periodic.withdraw(PaperKind(name), now)
    known = {kind.value: since.get(kind, now.isoformat()) for kind in kinds}
    if known != since:
        t.meta.put(_SINCE, known)
    for rule in rules.owed:
        for stretch in list(_over(t, rule, known[rule.kind], now)):
            t.periodic.add(_due(t, rule, stretch, now))
    for one in t.periodic.owed(kinds):
        moved = _moved(t, one, rules)
        if moved is not None:
            t.periodic.move(one, *moved)


def _over(t: Transaction, rule: PeriodicRule, since: str, now: datetime) -> Iterator[Stretch]:
    """The periods that were not over when the kind was switched on, are over now, and are not written down as owed."""
    stretch = stretch_of(rule.every, china_day(datetime.fromisoformat(since)))
    last = t.periodic.last(rule.kind)
    if last is not None and last >= stretch.first:
        stretch = stretch_of(rule.every, last).after()
    while stretch.ends_at <= now:
        yield stretch
        stretch = stretch.after()


def _due(t: Transaction, rule: PeriodicRule, stretch: Stretch, now: datetime) -> PeriodicDue:
    calendar = working_days(t)
    due_at = rule.due_at(stretch, calendar)
    counted = None if rule.working_days is None else calendar.counted_by(stretch.last, china_day(due_at))
    return PeriodicDue(rule.kind, stretch.first, stretch.last, due_at, rule.remind_hours, now, rule.clause, counted)


def _moved(t: Transaction, one: PeriodicDue, rules: Periodic) -> tuple[datetime, str] | None:
    """When it is due, and counted by what, where other tables of days off hold since it was counted."""
    rule = rules.rules[one.kind]
    if one.calendar is None or rule.working_days is None:
        return None
    again = _due(t, rule, stretch_of_due(one, rules), one.recorded_at)
    assert again.calendar is not None
    return None if again.calendar == one.calendar else (again.due_at, again.calendar)


def _draft_all(store: Store, now: datetime, rules: Periodic, disclosure_time: DisclosureTime) -> Iterator[Exception]:
    with store.reading() as t:
        unread = t.posts.waiting_count() > 0
        undrafted = [one for one in t.periodic.owed(_kinds(rules)) if one.drafted_at is None]
    if unread:
        undrafted = [one for one in undrafted if now >= stretch_of_due(one, rules).ends_at + _READ_BY]
    for one in undrafted:
        try:
            _draft(store, one, now, rules, disclosure_time)
        except DBAPIError:
            raise
        except Exception as fault:  # noqa: BLE001 - raised by `watch_periodic` once every paper has had its turn
            yield fault


def _draft(store: Store, one: PeriodicDue, now: datetime, rules: Periodic, disclosure_time: DisclosureTime) -> None:
    """The figures are read before anything is locked: a year of posts takes its time."""
    with store.reading() as t:
        content = content_of(t, one.kind, stretch_of_due(one, rules), now, disclosure_time)
    with store.transaction() as t:
        t.periodic.take_turn()
        if any(due.kind is one.kind and due.first == one.first and due.drafted_at is None for due in t.periodic.owed()):
            drafted(t, one.kind, one.about, content, now, DRAFTER)
            t.periodic.drafted(one, now)


def _untold(t: Transaction, now: datetime, rules: Periodic) -> list[Alert]:
    """What must be told by now and has not been."""
    found = [alert for one in t.periodic.owed(_kinds(rules)) for alert in _alerts(one, now, rules)]
    return [alert for alert in found if t.alerts.get(alert.key) is None]


def _alerts(one: PeriodicDue, now: datetime, rules: Periodic) -> list[Alert]:
    """What is to be told of it now. The due time is part of what tells alerts apart: by another calendar it is told anew."""
    said = _said(one, now)
    if said is None:
        return []
    kind, mark = said
    facts = {"paper": name_of(one.kind, stretch_of_due(one, rules)), "due": shown_due(one.due_at)}
    facts |= {"left": mark} if kind == PAPER_DUE else {}
    distinct = f"{one.kind}/{one.first}/{one.due_at.isoformat()}/{mark}"
    told = recipients_for(kind, None)
    return [alert_about_desk(kind, recipient, now, distinct, facts, link="/papers") for recipient in told]


def _said(one: PeriodicDue, now: datetime) -> tuple[str, str] | None:
    """The kind of alert that holds now, and what tells it from the others of this paper: how many hours are left."""
    if now >= one.due_at:
        return PAPER_OVERDUE, "overdue"
    near = [hours for hours in one.remind_hours if now >= one.due_at - hours * _HOUR]
    if near:
        return PAPER_DUE, str(min(near))
    return None if one.drafted_at is None else (PAPER_READY, "ready")
