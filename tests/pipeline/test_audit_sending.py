"""The head of the log of acts goes outside once a day to all who keep it, and shows there what a chain alone cannot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete

from pipeline.audit_sending import latest, send_head, send_head_when_due
from pipeline.notify import page_only
from pipeline.refusals import Refused
from records.alerts import KEEPER, Alert
from records.people import Contact
from storage.audit import Head
from storage.store import Store, Transaction
from storage.tables import audit
from tests.pipeline.clocks import Inbox, sender

TIMES = (time(8, 30), time(18, 0))
EIGHT_THIRTY = datetime(2026, 4, 10, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def keepers(t: Transaction, recipient: str) -> Sequence[Contact]:
    """One by mail, and one who for other alerts would be the second."""
    assert recipient == KEEPER
    return [Contact(KEEPER, "email", "a@b.example"), Contact(KEEPER, "sms", "13800138000", rank=2)]


def act(store: Store, count: int = 1) -> None:
    with store.transaction() as t:
        for _ in range(count):
            t.audit.append(EIGHT_THIRTY - DAY, "王芳", None, "confirm", "20260410-001", True)


def sent(store: Store) -> list[Alert]:
    with store.reading() as t:
        return [alert for alert in t.alerts.all() if alert.kind == "audit_head"]


def head_of(alert: Alert) -> Head:
    return Head.read(alert.body.partition("\n")[0])


def test_the_head_goes_to_everybody_who_keeps_it_at_its_times_and_once(store: Store):
    act(store, 3)
    with store.reading() as t:
        now_head = t.audit.head()
    assert send_head_when_due(store, TIMES, EIGHT_THIRTY, keepers) == 2
    for later in (MINUTE, 9 * 60 * MINUTE):
        assert send_head_when_due(store, TIMES, EIGHT_THIRTY + later, keepers) == 0
    (alert,) = sent(store)
    assert head_of(alert) == now_head
    assert send_head_when_due(store, TIMES, EIGHT_THIRTY + 9.5 * 60 * MINUTE, keepers) == 2
    assert [head_of(alert).seq for alert in sent(store)] == [3, 4]


def test_what_was_missed_is_made_up_for(store: Store):
    act(store)
    assert send_head_when_due(store, TIMES, EIGHT_THIRTY + 4 * DAY - MINUTE, keepers) == 2
    assert latest(TIMES, EIGHT_THIRTY - MINUTE) == EIGHT_THIRTY - 14.5 * 60 * MINUTE
    assert latest((), EIGHT_THIRTY) is None


def test_without_anybody_to_keep_it_nothing_is_sent_or_written(store: Store):
    act(store)
    assert send_head_when_due(store, TIMES, EIGHT_THIRTY, page_only) == 0
    with pytest.raises(Refused, match="保管人"):
        send_head(store, EIGHT_THIRTY, page_only)
    with store.reading() as t:
        assert t.audit.count() == 1


def test_an_empty_log_has_no_head_to_send(store: Store):
    assert send_head_when_due(store, TIMES, EIGHT_THIRTY, keepers) == 0
    with pytest.raises(Refused, match="还是空的"):
        send_head(store, EIGHT_THIRTY, keepers)


def test_it_takes_the_way_of_every_alert_and_the_log_says_which_head_went_out(store: Store):
    act(store)
    assert send_head(store, EIGHT_THIRTY, keepers) == 2
    inbox = Inbox()
    sender(store, email=inbox, sms=Inbox()).send_due(EIGHT_THIRTY)
    (message,) = inbox.received
    with store.reading() as t:
        (entry,) = t.audit.about(KEEPER)
    assert (message.address, message.body.partition("\n")[0]) == ("a@b.example", entry.detail["head"])


def test_a_tail_that_was_cut_off_shows_only_against_the_head_that_was_sent(store: Store):
    act(store, 3)
    send_head_when_due(store, TIMES, EIGHT_THIRTY, keepers)
    kept = head_of(sent(store)[0])
    with store.engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.seq >= 3))
    with store.reading() as t:
        assert t.audit.verify() is None
        broken = t.audit.verify(kept)
    assert broken is not None
    assert (broken.seq, "截断" in broken.what) == (3, True)
