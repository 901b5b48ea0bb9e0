"""An alert is queued with the change that caused it, for the message page and for every contact of its recipient."""

from __future__ import annotations

import pytest

from pipeline.notify import page_only, queue, stored_contacts, tell
from records.people import Contact
from storage.store import Store
from tests.pipeline.clocks import alerts, mail_to, open_incident
from tests.storage.making import NOON, incident


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def channels(store: Store, kind: str = "opened") -> list[tuple[str, str, str]]:
    found = alerts(store, kind)
    with store.reading() as t:
        rows = t.alerts.deliveries([alert.key for alert in found])
    return sorted((alert.recipient, row.channel, row.address) for alert in found for row in rows[alert.key])


def test_what_must_be_told_goes_to_those_whom_the_rules_name_with_the_facts(store: Store):
    with store.transaction() as t:
        assert tell(t, "opened", incident(), NOON, "", page_only, {"why": "24小时内3个不同声音"}) == 2
    assert channels(store) == [("office", "page", "office"), ("住建局", "page", "住建局")]
    assert "缘由：24小时内3个不同声音" in alerts(store, "opened")[0].body


def test_telling_the_same_again_adds_nothing(store: Store):
    with store.transaction() as t:
        tell(t, "opened", incident(), NOON, "", mail_to("a"))
    with store.transaction() as t:
        assert tell(t, "opened", incident(), NOON, "", mail_to("a", "b")) == 0
    assert len(channels(store)) == 4


def test_a_recipient_is_reached_by_the_contacts_that_people_entered(store: Store):
    with store.transaction() as t:
        t.people.set_contacts("住建局", [Contact("住建局", "email", "duty@zjj.example", "小李")])
        tell(t, "opened", incident(), NOON, "", stored_contacts)
    assert channels(store) == [
        ("office", "page", "office"),
        ("住建局", "email", "duty@zjj.example"),
        ("住建局", "page", "住建局"),
    ]


def test_an_alert_and_what_caused_it_are_stored_together_or_not_at_all(store: Store):
    def change() -> None:
        with store.transaction() as t:
            tell(t, "opened", incident(), NOON, "", page_only)
            raise LookupError("the change itself fails")

    with pytest.raises(LookupError):
        change()
    assert alerts(store, "opened") == []


def test_nothing_to_tell_writes_nothing(store: Store):
    with store.transaction() as t:
        assert queue(t, [], page_only) == 0
