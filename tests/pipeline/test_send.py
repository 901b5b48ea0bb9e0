"""Sending loses nothing, and repeats only what is marked, whatever breaks between commit and send."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy.exc import OperationalError

from alerts.delivery import Budget, DeliveryFailed, Outgoing
from pipeline.notify import page_only
from pipeline.send import Line, Sender, Terms
from pipeline.sweep import sweep
from records.alerts import AlertState
from records.deliveries import AttemptOutcome, DeliveryState
from regulation.telling import telling
from storage.store import Store
from tests.pipeline.clocks import (
    HOUR,
    MINUTE,
    SECOND,
    TERMS,
    DeadInbox,
    Inbox,
    alerts,
    at,
    file_report,
    leases_age,
    mail_to,
    open_incident,
    page,
    sender,
    start,
)
from tests.storage.conftest import DATABASES
from tests.storage.making import NOON


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def mail_states(store: Store, kind: str = "plan_started") -> list[DeliveryState]:
    keys = [alert.key for alert in alerts(store, kind)]
    with store.reading() as t:
        found = t.alerts.deliveries(keys)
    return [row.state for rows in found.values() for row in rows if row.channel == "email"]


def channel(store: Store, name: str = "email"):
    with store.reading() as t:
        return next(state for state in t.alerts.channel_states() if state.channel == name)


def test_every_alert_reaches_the_message_page_without_any_server(store: Store):
    start(store)
    assert sender(store, page=page(store)).send_due(NOON) == 2
    with store.reading() as t:
        messages = t.messages.of(["住建局"])
        assert t.messages.unread_count() == 2
    assert [(message.title, message.link) for message in messages] == [
        ("已启动预案，4月10日 22:00前报首报：“供热方案”相关舆情", "/incident?id=20260410-001")
    ]
    assert {alert.state for alert in alerts(store, "plan_started")} == {AlertState.SENT}


def test_a_mail_goes_to_every_contact_once_and_carries_a_full_link_and_a_number(store: Store):
    start(store, routes=mail_to("a", "b"))
    inbox = Inbox()
    desk = sender(store, page=page(store), email=inbox)
    assert desk.send_due(NOON) == 6
    assert desk.send_due(at(10)) == 0
    assert sorted(mail.address for mail in inbox.received) == ["office.a", "office.b", "住建局.a", "住建局.b"]
    assert {mail.link for mail in inbox.received} == {"http://desk.example/incident?id=20260410-001"}
    assert len({mail.key for mail in inbox.received}) == 4
    assert not any(mail.maybe_repeated for mail in inbox.received)
    assert all(len(mail.number) == 8 for mail in inbox.received)


def test_a_refused_mail_is_tried_again_after_5_15_and_then_every_60_seconds_without_a_mark(store: Store):
    start(store, routes=mail_to("a"), incident_id="20260410-001")
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 8)
    desk = sender(store, email=inbox)
    tried = [moment for moment in range(220) if desk.send_due(NOON + moment * SECOND)]
    assert tried == [0, 5, 20, 80, 140]
    assert len(inbox.received) == 2
    assert not any(mail.maybe_repeated for mail in inbox.received)


def test_what_can_never_be_delivered_ends_as_failed_with_its_reason_and_is_not_tried_again(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox(faults=[DeliveryFailed("没有这个收件人", permanent=True)] * 2)
    desk = sender(store, page=page(store), email=inbox)
    desk.send_due(NOON)
    assert desk.send_due(at(600)) == 0
    assert mail_states(store) == [DeliveryState.FAILED, DeliveryState.FAILED]
    with store.reading() as t:
        rows = t.alerts.deliveries([alerts(store, "plan_started")[0].key])
    assert [row.error for row in next(iter(rows.values()))] == [None, "没有这个收件人"]
    assert {alert.state for alert in alerts(store, "plan_started")} == {AlertState.SENT}, "the page has it"


def test_an_alert_that_no_channel_could_deliver_is_failed(store: Store):
    start(store)
    with store.transaction() as t:
        claims = [t.alerts.claim("page", NOON, at(1), "w") for _ in range(2)]
        for claim in claims:
            assert claim is not None
            t.alerts.settle(claim, AttemptOutcome.REFUSED, NOON, "没有位置")
    assert {alert.state for alert in alerts(store, "plan_started")} == {AlertState.FAILED}


def test_a_mail_whose_fate_is_unknown_is_sent_again_and_marked(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox(faults=[DeliveryFailed("没有确认", maybe_delivered=True)], arrives=True)
    desk = sender(store, email=inbox)
    desk.send_due(NOON)
    desk.send_due(at(1))
    repeats = [mail for mail in inbox.received if mail.key == inbox.received[0].key]
    assert [mail.maybe_repeated for mail in repeats] == [False, True]
    assert repeats[0].number == repeats[1].number


def test_a_fault_in_a_channel_loses_nothing_and_is_taken_for_an_unknown_fate(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox(faults=[ZeroDivisionError("bug")])
    desk = sender(store, page=page(store), email=inbox)
    desk.send_due(NOON)
    desk.send_due(at(1))
    assert mail_states(store) == [DeliveryState.SENT, DeliveryState.SENT]
    assert [mail.maybe_repeated for mail in inbox.received].count(True) == 1


def test_a_dead_channel_is_visible_and_holds_up_no_other(store: Store):
    start(store, routes=mail_to("a"))
    sender(store, email=DeadInbox(), page=page(store)).send_due(NOON)
    with store.reading() as t:
        assert t.messages.unread_count() == 2
    assert channel(store).down
    assert channel(store).error == "连不上邮件服务器"
    assert not channel(store, "page").down


def test_when_a_channel_is_back_what_waits_goes_out_at_once(store: Store):
    start(store, routes=mail_to("a", "b", "c"))
    dead, inbox = DeadInbox(), Inbox()
    for minutes in range(30):
        sender(store, email=dead).send_due(at(minutes))
    sender(store, email=inbox).send_due(at(30))
    assert len(inbox.received) == 6
    assert not channel(store).down
    assert channel(store).error is None


def test_a_refused_recipient_does_not_make_the_channel_look_down(store: Store):
    start(store, routes=mail_to("a"))
    sender(store, email=Inbox(faults=[DeliveryFailed("没有这个收件人", permanent=True)])).send_due(NOON)
    assert not channel(store).down


def test_a_channel_that_waits_for_deliveries_but_is_not_set_up_is_shown(store: Store):
    start(store, routes=mail_to("a"))
    stop = Event()
    desk = sender(store, page=page(store))
    thread = Thread(target=desk.run, args=(stop, lambda: NOON, timedelta(milliseconds=10)))
    thread.start()
    until(lambda: any(state.channel == "email" and state.down for state in states(store)))
    stop.set()
    thread.join(timeout=10)
    assert "没有配置这个渠道" in (channel(store).error or "")


def test_a_channel_that_was_taken_out_of_the_settings_is_shown_no_more_once_nothing_waits_for_it(store: Store):
    start(store, routes=mail_to("a"))
    sender(store, email=DeadInbox()).send_due(NOON)
    with store.transaction() as t:
        t.clock.beat("send@gone/email", NOON)
        t.clock.beat("send@other/sms", at(10))
        t.alerts.note_failure("sms", NOON, "连不上")
    desk = Sender(store, {"page": page(store)}, "send-1", replace(TERMS, telling=telling()))
    desk.look_at_others(at(10))
    assert [worker for worker, _ in beats(store)] == ["send@other/sms"], "another machine serves that"
    assert channel(store, "sms").down
    assert channel(store).down, "somebody still waits for it"
    assert mail_states(store) == [DeliveryState.QUEUED] * 2
    desk.look_at_others(at(24 * 60))
    assert mail_states(store) == [DeliveryState.FAILED] * 2
    assert states(store) == []


def states(store: Store):
    with store.reading() as t:
        return t.alerts.channel_states()


def until(holds, seconds: float = 20) -> None:
    """Wait until `holds()`, at most so long."""
    end = monotonic() + seconds
    pause = Event()
    while not holds():
        assert monotonic() < end, "it did not happen in time"
        pause.wait(0.01)


def test_a_claimed_delivery_is_nobody_elses_until_the_lease_runs_out(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        first = t.alerts.claim("email", NOON, at(1), "one")
        second = t.alerts.claim("email", NOON, at(1), "two")
        third = t.alerts.claim("email", NOON, at(1), "three")
    assert first is not None
    assert second is not None
    assert first.delivery.id != second.delivery.id
    assert third is None
    with store.transaction() as t:
        assert t.alerts.claim("email", at(0.999), at(2), "three") is None
        again = t.alerts.claim("email", at(1), at(2), "three")
    assert again is not None
    assert (again.delivery.id, again.delivery.fence, again.maybe_repeated) == (first.delivery.id, 2, True)


def test_a_worker_whose_lease_has_passed_on_cannot_settle_for_the_next(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        late = t.alerts.claim("email", NOON, at(1), "late")
        t.alerts.claim("email", NOON, at(5), "other")
    with store.transaction() as t:
        current = t.alerts.claim("email", at(1), at(3), "current")
    assert late is not None
    assert current is not None
    with store.transaction() as t:
        assert not t.alerts.settle(late, AttemptOutcome.REFUSED, at(2), "迟到", retry_at=at(2))
        row = t.alerts.delivery(late.delivery.id)
        assert row is not None
        assert (row.state, row.lease_by) == (DeliveryState.SENDING, "current")
        assert t.alerts.settle(current, AttemptOutcome.SENT, at(2))
        assert [attempt.outcome for attempt in t.alerts.attempts(late.delivery.id)] == [
            AttemptOutcome.REFUSED,
            AttemptOutcome.SENT,
        ]


def test_a_delivery_whose_lease_is_too_short_for_a_send_is_put_back_unsent_and_unmarked(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox()
    line = Line(store, "email", inbox, "stopped", TERMS)
    # The process is stopped for 45 s right after its claim: 15 s of the lease are left, a send may take 20 s.
    ticks = iter([NOON, NOON + 45 * SECOND])
    line.step(lambda: next(ticks))
    assert inbox.received == []
    line.step(lambda: NOON + 46 * SECOND, most=0)
    sender(store, email=inbox).send_due(at(1))
    assert [mail.maybe_repeated for mail in inbox.received] == [False, False]


def test_a_lease_that_a_send_could_outlast_is_refused_at_the_start(store: Store):
    with pytest.raises(ValueError, match="email"):
        Sender(store, {"email": Inbox()}, "w", Terms(lease=20 * SECOND, retry_after=(SECOND,)))


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_a_host_whose_clock_is_ahead_takes_nothing_out_of_another_s_hand(store: Store):
    start(store, routes=mail_to("a"))
    ahead = Inbox()

    class Slow(Inbox):
        def send(self, outgoing: Outgoing) -> None:
            Sender(store, {"email": ahead}, "ahead", TERMS).send_due(at(10))
            super().send(outgoing)

    slow = Slow()
    Sender(store, {"email": slow}, "right", TERMS).send_due(NOON)
    everything = [mail.key for mail in slow.received + ahead.received]
    assert len(everything) == len(set(everything)) == 2
    assert slow.received


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("boundary", ["after the claim", "in the send", "after the send"])
def test_a_crash_at_any_boundary_loses_nothing_and_marks_every_repeat(store: Store, boundary: str):
    start(store, routes=mail_to("a"))
    arrived: list[Outgoing] = []

    class Dying(Inbox):
        def send(self, outgoing: Outgoing) -> None:
            if boundary == "after the send":
                arrived.append(outgoing)
            raise Crash

    crash_clock = iter([NOON])

    def clock():
        try:
            return next(crash_clock)
        except StopIteration:
            if boundary == "after the claim":
                raise Crash from None
            return NOON

    with pytest.raises(Crash):
        Line(store, "email", Dying(), "first life", TERMS).step(clock)

    second_life = Inbox()
    for minutes in (0, 1, 2):
        sender(store, page=page(store), email=second_life).send_due(at(minutes))
        leases_age(store, MINUTE)
    received = arrived + second_life.received
    assert {mail.recipient for mail in received} == {"office", "住建局"}
    for key in {mail.key for mail in received}:
        copies = [mail for mail in received if mail.key == key]
        assert [mail for mail in copies[1:] if not mail.maybe_repeated] == []
    assert mail_states(store) == [DeliveryState.SENT, DeliveryState.SENT]


def test_the_naive_order_would_lose_so_the_crash_test_can_fail(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", NOON, at(1), "naive")
        assert claim is not None
        t.alerts.settle(claim, AttemptOutcome.SENT, NOON)
    # It crashes here, before it sends.
    second_life = Inbox()
    sender(store, email=second_life).send_due(at(5))
    assert len(second_life.received) == 1, "one of the two is lost for good"


def test_a_crash_before_the_commit_of_the_start_leaves_nothing_half_done(store: Store):
    def routes(t: object, recipient: str) -> list[object]:
        raise Crash

    with pytest.raises(Crash):
        start(store, routes=routes)  # type: ignore[arg-type]
    assert sender(store, page=page(store)).send_due(at(600)) == 0
    assert start(store) is not None


def test_a_store_that_fails_after_the_send_is_told_later_and_nothing_is_repeated(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox()
    line = Line(Flaky(store, failing=[1]), "email", inbox, "w", TERMS)  # type: ignore[arg-type]
    line.step(lambda: NOON)
    with pytest.raises(OperationalError):
        line.step(lambda: NOON)
    while line.step(lambda: at(0.1)):
        pass
    assert [mail.maybe_repeated for mail in inbox.received] == [False, False]
    assert mail_states(store) == [DeliveryState.SENT, DeliveryState.SENT]


class Flaky:
    """A store whose writing transactions of these numbers (from 0) fail."""

    def __init__(self, store: Store, failing: list[int]) -> None:
        self._store = store
        self._failing = failing
        self._count = -1
        self.reading = store.reading

    def transaction(self):
        self._count += 1
        if self._count in self._failing:
            raise OperationalError("BEGIN", {}, Exception("database is locked"))
        return self._store.transaction()


def test_a_slow_channel_does_not_hold_up_the_message_page(store: Store):
    start(store, routes=mail_to("a"))
    answered = Event()

    class Slow(Inbox):
        def send(self, outgoing: Outgoing) -> None:
            answered.wait(20)

    stop = Event()
    desk = sender(store, email=Slow(), page=page(store))
    thread = Thread(target=desk.run, args=(stop, lambda: NOON, timedelta(milliseconds=10)))
    thread.start()
    until(lambda: unread(store) == 2)
    assert not answered.is_set()
    answered.set()
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


def unread(store: Store) -> int:
    with store.reading() as t:
        return t.messages.unread_count()


def test_a_running_sender_leaves_signs_of_life(store: Store):
    stop = Event()
    thread = Thread(target=sender(store, page=page(store)).run, args=(stop, lambda: NOON, timedelta(milliseconds=10)))
    thread.start()
    until(lambda: beats(store) == [("send-1/page", NOON)])
    stop.set()
    thread.join(timeout=10)


def beats(store: Store):
    with store.reading() as t:
        return [(beat.worker, beat.at) for beat in t.clock.heartbeats()]


def test_urgent_alerts_go_before_the_others_and_the_oldest_first(store: Store):
    start(store)
    sweep(store, at(60), page_only)
    inbox = Inbox()
    Sender(store, {"page": inbox}, "w", TERMS).send_due(at(61))
    assert [mail.kind for mail in inbox.received] == ["plan_started"] * 2 + ["reminder"] * 2


def test_after_a_restart_hours_later_everything_that_waited_is_sent(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox()
    sender(store, page=page(store), email=inbox).send_due(NOON + 9 * HOUR)
    assert len(inbox.received) == 2
    assert unread(store) == 2


def test_a_send_that_failed_while_the_report_was_filed_is_not_tried_again(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", NOON, at(1), "w")
    assert claim is not None
    file_report(store, NOON)
    with store.transaction() as t:
        t.alerts.settle(claim, AttemptOutcome.REFUSED, at(0.5), "忙", retry_at=at(1))
    inbox = Inbox()
    sender(store, email=inbox).send_due(at(10))
    assert inbox.received == []


def test_a_worker_that_vanished_while_the_report_was_filed_leaves_an_unknown_attempt_and_no_retry(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", NOON, at(1), "vanished")
    assert claim is not None
    file_report(store, NOON)
    inbox = Inbox()
    sender(store, email=inbox).send_due(at(10))
    assert inbox.received == []
    with store.reading() as t:
        attempts = t.alerts.attempts(claim.delivery.id)
        row = t.alerts.delivery(claim.delivery.id)
    assert [attempt.outcome for attempt in attempts] == [AttemptOutcome.UNKNOWN]
    assert row is not None
    assert row.state is DeliveryState.SUPPRESSED


def test_the_terms_say_how_long_to_wait_and_the_last_wait_repeats():
    assert [TERMS.wait_after(attempts) for attempts in (1, 2, 3, 50)] == [5 * SECOND, 15 * SECOND, MINUTE, MINUTE]


class Counting:
    """A store that counts its writing transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.count = 0
        self.reading = store.reading

    def transaction(self):
        self.count += 1
        return self._store.transaction()


def test_a_quick_channel_is_handed_several_messages_a_transaction(store: Store):
    start(store, routes=mail_to(*(f"a{number}" for number in range(20))))
    counting, inbox = Counting(store), Inbox()
    Sender(counting, {"email": inbox}, "w", TERMS).send_due(NOON)  # type: ignore[arg-type]
    assert len({mail.key for mail in inbox.received}) == 40
    assert counting.count == 7, "1 + 2 + 4 + 8 + 16 + 9 messages, and the last settlement"


class Timed(Inbox):
    """A channel that takes `seconds` for the message of that number, and no time for the others."""

    def __init__(self, number: int, seconds: float) -> None:
        super().__init__()
        self.now = NOON
        self._slow = (number, seconds)

    def send(self, outgoing: Outgoing) -> None:
        super().send(outgoing)
        number, seconds = self._slow
        if len(self.received) == number:
            self.now += seconds * SECOND


def test_what_is_in_hand_when_a_send_takes_long_goes_back_and_is_sent_later_without_a_mark(store: Store):
    start(store, routes=mail_to(*"abcdef"))
    inbox = Timed(4, 0.2)
    line = Line(store, "email", inbox, "w", TERMS)
    steps = [line.step(lambda: inbox.now) for _ in range(3)]
    assert steps == [1, 2, 1], "of four that were claimed together one was sent and three went back"
    line.step(lambda: inbox.now, most=0)
    assert mail_states(store).count(DeliveryState.QUEUED) == 8
    sender(store, email=inbox).send_due(at(1))
    assert len({mail.key for mail in inbox.received}) == len(inbox.received) == 12
    assert not any(mail.maybe_repeated for mail in inbox.received)


def test_a_slow_channel_has_one_message_in_hand(store: Store):
    start(store, routes=mail_to(*"abc"))
    inbox = Inbox()
    line = Line(store, "email", inbox, "w", TERMS)
    assert [line.step(lambda minutes=minutes: at(minutes)) for minutes in range(4)] == [1, 1, 1, 1]


def test_when_the_channel_goes_down_the_rest_is_not_tried_and_carries_no_mark_later(store: Store):
    start(store, routes=mail_to(*"abcdef"))
    inbox = Inbox()
    line = Line(store, "email", inbox, "w", TERMS)
    assert [line.step(lambda: NOON) for _ in range(2)] == [1, 2]
    inbox.faults = [DeliveryFailed("连不上", channel_down=True)]
    assert line.step(lambda: NOON) == 1
    assert line.down
    assert line.step(lambda: NOON) == 1, "then one at a time"
    line.step(lambda: NOON, most=0)
    sender(store, email=inbox).send_due(at(1))
    assert len({mail.key for mail in inbox.received}) == 12
    assert not any(mail.maybe_repeated for mail in inbox.received)


def test_what_is_in_hand_when_the_report_is_filed_is_listed_and_what_went_back_is_not_sent(store: Store):
    start(store, routes=mail_to(*"abcdef"))
    inbox = Timed(4, 0.2)
    line = Line(store, "email", inbox, "w", TERMS)
    for _ in range(3):
        line.step(lambda: inbox.now)
    ended = file_report(store, inbox.now)
    assert ended is not None
    assert [row.state for row in ended.under_way] == [DeliveryState.SENDING] * 4
    line.step(lambda: inbox.now, most=0)
    sender(store, email=inbox).send_due(at(1))
    assert len(inbox.received) == 4
    assert mail_states(store).count(DeliveryState.SUPPRESSED) == 8


def test_a_channel_with_a_budget_is_never_handed_more_than_one(store: Store):
    start(store, routes=mail_to(*"abcd"))

    class Budgeted(Inbox):
        budget = Budget(a_minute=20)

    counting = Counting(store)
    Sender(counting, {"email": Budgeted()}, "w", TERMS).send_due(NOON)  # type: ignore[arg-type]
    assert counting.count == 9


def test_a_crash_with_several_in_hand_loses_nothing_and_marks_what_may_have_arrived(store: Store):
    start(store, routes=mail_to(*"abcdef"))

    class Dying(Inbox):
        def send(self, outgoing: Outgoing) -> None:
            super().send(outgoing)
            if len(self.received) == 5:
                raise Crash

    dying = Dying()
    line = Line(store, "email", dying, "first life", TERMS)
    assert [line.step(lambda: NOON) for _ in range(2)] == [1, 2]
    with pytest.raises(Crash):
        line.step(lambda: NOON)
    second_life = Inbox()
    for minutes in (0, 2):
        sender(store, email=second_life).send_due(at(minutes))
        leases_age(store, 2 * MINUTE)
    arrived = [mail.key for mail in dying.received]
    assert {mail.key for mail in second_life.received} | set(arrived) == {key_of(store, row) for row in range(12)}
    again = [mail for mail in second_life.received if mail.key in arrived]
    assert len(again) == 2
    assert all(mail.maybe_repeated for mail in again)


def key_of(store: Store, number: int) -> str:
    keys = [alert.key for alert in alerts(store, "plan_started")]
    with store.reading() as t:
        rows = [row for found in t.alerts.deliveries(keys).values() for row in found if row.channel == "email"]
    return sorted(row.idem_key for row in rows)[number]
