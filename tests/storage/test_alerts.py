"""Alerts and the outbox keep every state that a delivery goes through."""

from __future__ import annotations

import pytest

from records.alerts import Alert, AlertState
from records.deliveries import AttemptOutcome, ChannelState, Claim, DeliveryState
from storage.store import Store, Transaction
from tests.storage.making import HOUR, NOON


def alert(key: str = "k1", **more: object) -> Alert:
    values: dict[str, object] = {
        "key": key,
        "at": NOON,
        "kind": "opened",
        "incident": "20260410-001",
        "recipient": "住建局",
        "due_at": None,
        "title": "标题",
        "body": "正文",
    }
    return Alert(**(values | more))  # type: ignore[arg-type]


def claimed(t: Transaction, channel: str = "email", hours: float = 0) -> Claim:
    claim = t.alerts.claim(channel, NOON + hours * HOUR, NOON + (hours + 1) * HOUR, "w")
    assert claim is not None
    return claim


def test_an_alert_comes_back_as_it_was_and_its_key_is_taken_once(store: Store):
    with store.transaction() as t:
        assert t.alerts.add(alert(due_at=NOON + HOUR, link="/incident", urgent=False))
        assert not t.alerts.add(alert(title="另一个"))
    with store.reading() as t:
        assert t.alerts.get("k1") == alert(due_at=NOON + HOUR, link="/incident", urgent=False)
        assert t.alerts.get("k2") is None


def test_alerts_are_listed_by_time_whole_or_for_an_incident_or_the_newest(store: Store):
    with store.transaction() as t:
        t.alerts.add(alert("b", at=NOON + HOUR))
        t.alerts.add(alert("c", at=NOON, kind="overdue", state=AlertState.SUPPRESSED, reason="过时"))
        t.alerts.add(alert("a", at=NOON + 2 * HOUR, incident="20260410-002"))
    with store.reading() as t:
        assert [entry.key for entry in t.alerts.all()] == ["c", "b", "a"]
        assert [entry.key for entry in t.alerts.of_incident("20260410-001")] == ["c", "b"]
        assert [entry.key for entry in t.alerts.newest(2)] == ["a", "b"]
        assert [entry.key for entry in t.alerts.newest(5, AlertState.SUPPRESSED)] == ["c"]


def test_several_deliveries_are_settled_together_but_for_the_one_that_another_worker_has_taken_over(store: Store):
    with store.transaction() as t:
        for key in ("k1", "k2", "k3"):
            t.alerts.add(alert(key))
            t.alerts.enqueue(alert(key), "email", "a@b.cn")
        claims = t.alerts.claim_several("email", NOON, NOON + HOUR, "w", None, 2)
        late = claimed(t)
        taken_over = claimed(t, hours=1)
        assert (late.delivery.id, late.delivery.fence) != (taken_over.delivery.id, taken_over.delivery.fence)
    assert taken_over.delivery.id == claims[0].delivery.id
    with store.transaction() as t:
        assert t.alerts.settle_all([*claims, late], AttemptOutcome.SENT, NOON) == 2
    with store.reading() as t:
        states = {key: rows[0].state for key, rows in t.alerts.deliveries(["k1", "k2", "k3"]).items()}
        assert states[claims[0].alert.key] is DeliveryState.SENDING
        assert [one.outcome for one in t.alerts.attempts(claims[0].delivery.id)] == [
            AttemptOutcome.SENT,
            AttemptOutcome.OPEN,
        ]
        assert {entry.key: entry.state for entry in t.alerts.all()} == {
            claims[0].alert.key: AlertState.QUEUED,
            claims[1].alert.key: AlertState.SENT,
            late.alert.key: AlertState.SENT,
        }


def test_several_are_claimed_only_of_the_urgent_ones_and_those_first(store: Store):
    with store.transaction() as t:
        for number, urgent in enumerate((False, True, False, True)):
            t.alerts.add(alert(f"k{number}", urgent=urgent))
            t.alerts.enqueue(alert(f"k{number}"), "email", f"{number}@b.cn")

        def taken() -> list[str]:
            return [one.alert.key for one in t.alerts.claim_several("email", NOON, NOON + HOUR, "w", None, 4)]

        assert [taken() for _ in range(4)] == [["k1", "k3"], ["k0"], ["k2"], []]


def test_one_alert_waits_once_for_each_channel_and_address(store: Store):
    with store.transaction() as t:
        t.alerts.add(alert())
        assert t.alerts.enqueue(alert(), "email", "a@b.cn")
        assert not t.alerts.enqueue(alert(), "email", "a@b.cn")
        assert t.alerts.enqueue(alert(), "email", "c@d.cn")
        assert t.alerts.enqueue(alert(), "page", "住建局")
    with store.reading() as t:
        rows = t.alerts.deliveries(["k1", "k2"])
        assert t.alerts.waiting_count(NOON) == 3
        assert t.alerts.waiting_count(NOON - HOUR) == 0
        assert t.alerts.next_at() == NOON
    assert [(row.channel, row.address, row.state) for row in rows["k1"]] == [
        ("email", "a@b.cn", DeliveryState.QUEUED),
        ("email", "c@d.cn", DeliveryState.QUEUED),
        ("page", "住建局", DeliveryState.QUEUED),
    ]
    assert rows["k2"] == []
    assert len({row.idem_key for row in rows["k1"]}) == 3


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        ([AttemptOutcome.SENT, AttemptOutcome.SENT], AlertState.SENT),
        ([AttemptOutcome.SENT, AttemptOutcome.REFUSED], AlertState.SENT),
        ([AttemptOutcome.REFUSED, AttemptOutcome.SENT], AlertState.SENT),
        ([AttemptOutcome.REFUSED, AttemptOutcome.REFUSED], AlertState.FAILED),
        ([AttemptOutcome.REFUSED], AlertState.QUEUED),
        ([], AlertState.QUEUED),
    ],
)
def test_an_alert_is_sent_by_any_delivery_and_failed_by_all(
    store: Store, ends: list[AttemptOutcome], state: AlertState
):
    with store.transaction() as t:
        t.alerts.add(alert())
        t.alerts.enqueue(alert(), "email", "a@b.cn")
        t.alerts.enqueue(alert(), "email", "c@d.cn")
        for outcome in ends:
            t.alerts.settle(claimed(t), outcome, NOON, "说明")
        found = t.alerts.get("k1")
    assert found is not None
    assert found.state is state


def test_every_attempt_is_kept_with_its_fence_and_its_end(store: Store):
    with store.transaction() as t:
        t.alerts.add(alert())
        t.alerts.enqueue(alert(), "email", "a@b.cn")
        first = claimed(t)
        t.alerts.settle(first, AttemptOutcome.UNKNOWN, NOON, "没有确认", retry_at=NOON + HOUR)
        second = claimed(t, hours=1)
        t.alerts.settle(second, AttemptOutcome.SENT, NOON + HOUR)
        attempts = t.alerts.attempts(first.delivery.id)
        row = t.alerts.delivery(first.delivery.id)
    assert [(entry.fence, entry.outcome, entry.detail) for entry in attempts] == [
        (1, AttemptOutcome.UNKNOWN, "没有确认"),
        (2, AttemptOutcome.SENT, None),
    ]
    assert (first.maybe_repeated, second.maybe_repeated) == (False, True)
    assert row is not None
    assert (row.state, row.attempts, row.error, row.lease_by) == (DeliveryState.SENT, 2, None, None)


def test_an_alert_has_arrived_with_the_first_attempt_that_succeeded(store: Store):
    with store.transaction() as t:
        for key in ("k1", "k2"):
            t.alerts.add(alert(key))
            t.alerts.enqueue(alert(key), "email", "a@b.cn")
            t.alerts.enqueue(alert(key), "page", "住建局")
        t.alerts.settle(claimed(t), AttemptOutcome.UNKNOWN, NOON, "没有确认", retry_at=NOON + HOUR)
        t.alerts.settle(claimed(t, "page", 2), AttemptOutcome.SENT, NOON + 2 * HOUR)
        for hours in (3, 4):
            t.alerts.settle(claimed(t, hours=hours), AttemptOutcome.SENT, NOON + hours * HOUR)
        assert t.alerts.arrived(["k1", "k2", "k3"]) == {"k1": NOON + 2 * HOUR, "k2": NOON + 3 * HOUR}
        assert t.alerts.arrived([]) == {}


def test_a_released_delivery_was_no_attempt(store: Store):
    with store.transaction() as t:
        t.alerts.add(alert())
        t.alerts.enqueue(alert(), "email", "a@b.cn")
        first = claimed(t)
        assert t.alerts.release(first, NOON)
        assert not t.alerts.release(first, NOON)
        again = claimed(t)
    assert (again.delivery.attempts, again.delivery.fence, again.maybe_repeated) == (1, 2, False)


def test_a_delivery_that_is_released_after_its_alert_was_withdrawn_stays_unsent(store: Store):
    with store.transaction() as t:
        t.alerts.add(alert(), deadline=7)
        t.alerts.enqueue(alert(), "email", "a@b.cn")
        claim = claimed(t)
        assert [row.id for row in t.alerts.withdraw(7, "首报已报送")] == [claim.delivery.id]
        t.alerts.release(claim, NOON)
        row = t.alerts.delivery(claim.delivery.id)
        assert not t.alerts.has_work("email", NOON + 9 * HOUR)
    assert row is not None
    assert row.state is DeliveryState.SUPPRESSED


def test_urgent_alerts_are_claimed_first_then_the_oldest(store: Store):
    with store.transaction() as t:
        for key, moment, urgent in (("late", NOON + HOUR, True), ("digest", NOON - HOUR, False), ("early", NOON, True)):
            entry = alert(key, at=moment, urgent=urgent)
            t.alerts.add(entry)
            t.alerts.enqueue(entry, "email", "a@b.cn")
        assert [claimed(t, hours=2).alert.key for _ in range(3)] == ["early", "late", "digest"]
        assert t.alerts.claim("email", NOON + 2 * HOUR, NOON + 3 * HOUR, "w") is None


def test_a_channel_counts_its_failures_in_a_row_and_is_up_again_with_the_next_success(store: Store):
    with store.transaction() as t:
        t.alerts.note_failure("email", NOON, "连不上")
        t.alerts.note_failure("email", NOON + HOUR, "还是连不上")
        t.alerts.note_failure("sms", NOON, "号码不对", down=False)
        assert t.alerts.channel_states() == [
            ChannelState("email", None, NOON + HOUR, 2, "还是连不上"),
            ChannelState("sms", None, NOON, 0, "号码不对"),
        ]
        assert [state.down for state in t.alerts.channel_states()] == [True, False]
        t.alerts.note_success("email", NOON + 2 * HOUR)
        assert t.alerts.channel_states()[0] == ChannelState("email", NOON + 2 * HOUR, NOON + HOUR, 0, None)
