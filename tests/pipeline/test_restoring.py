"""A restored desk tells what fell due meanwhile, and marks whatever it may have told before the loss."""

from __future__ import annotations

from datetime import datetime

from casework.incidents.moves import acknowledged
from pipeline.acts import Actor
from pipeline.restoring import RESTORE, take_up
from pipeline.sweep import sweep
from pipeline.unacknowledged import await_follow_up
from records.deliveries import AttemptOutcome
from regulation.escalation import escalation
from storage.store import Store
from tests.pipeline.clocks import MINUTE, Inbox, at, mail_to, open_incident, sender, start
from tests.storage.making import NOON

OPERATOR = Actor("控制台", None)


def restore(store: Store, minutes: float) -> int:
    def look() -> tuple[datetime, str, float]:
        return at(minutes), "boot-2", 5.0

    return take_up(store, OPERATOR, look, mail_to("a"), {"backup": "desk.huiying"})


def test_what_waited_and_what_fell_due_goes_out_marked_and_what_had_been_settled_stays_settled(store: Store):
    open_incident(store)
    start(store, routes=mail_to("a"))
    before = Inbox()
    sender(store, email=before).send_due(NOON)
    assert len(before.received) == 2
    restore(store, 61)
    after = Inbox()
    sender(store, email=after).send_due(at(61))
    assert [(mail.kind, mail.maybe_repeated) for mail in after.received] == [("reminder", True)] * 2


def test_what_falls_due_after_the_restore_carries_no_mark(store: Store):
    open_incident(store)
    start(store, routes=mail_to("a"))
    restore(store, 30)
    inbox = Inbox()
    desk = sender(store, email=inbox)
    desk.send_due(at(30))
    assert all(mail.maybe_repeated for mail in inbox.received)
    later = Inbox()
    sweep(store, at(60), mail_to("a"))
    sender(store, email=later).send_due(at(60))
    assert [(mail.kind, mail.maybe_repeated) for mail in later.received] == [("reminder", False)] * 2


def test_a_delivery_that_was_under_way_at_the_backup_is_free_at_once(store: Store):
    open_incident(store)
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", NOON, at(1), "before the loss")
    assert claim is not None
    restore(store, 0.1)
    with store.reading() as t:
        outcomes = [attempt.outcome for attempt in t.alerts.attempts(claim.delivery.id)]
        assert outcomes == [AttemptOutcome.UNKNOWN, AttemptOutcome.UNKNOWN]
    inbox = Inbox()
    sender(store, email=inbox).send_due(at(0.1))
    assert claim.delivery.idem_key in {mail.key for mail in inbox.received if mail.maybe_repeated}


def test_the_restore_stands_in_the_audit_log(store: Store):
    open_incident(store)
    start(store, routes=mail_to("a"))
    marked = restore(store, 1)
    with store.reading() as t:
        (entry,) = t.audit.newest(1)
    assert (entry.act, entry.subject, entry.detail) == (
        RESTORE,
        "desk.huiying",
        {"backup": "desk.huiying", "in_doubt": marked},
    )
    assert marked == 4, "two recipients, each the message page and a mail"


def test_a_clock_that_begins_with_the_restore_climbs_by_the_rules_of_the_desk(store: Store):
    open_incident(store)
    with store.transaction() as t:
        found = t.incidents.get("20260410-001")
        assert found is not None
        await_follow_up(t, t.incidents.save(acknowledged(found, NOON, "王芳"), found.revision), NOON, "王芳")
    rules = escalation([{"severity": "general", "unit_head": 70, "office": 90}])
    take_up(store, OPERATOR, lambda: (at(240), "boot-2", 5.0), mail_to("a"), {"backup": "desk.huiying"}, rules)
    with store.reading() as t:
        clock = t.deadlines.latest("20260410-001", "acknowledgement.general")
    assert clock is not None
    assert [step.after for step in clock.steps if step.rung] == [70 * MINUTE, 90 * MINUTE]
