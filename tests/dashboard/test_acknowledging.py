"""The link in a message, over HTTP: opening shows, only a press acknowledges, and nothing is asked for a forged link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from pipeline import upward
from pipeline.acts import Actor
from pipeline.notify import stored_contacts
from pipeline.send import Sender, Terms
from pipeline.upward import Content, Meant
from records.incidents import Incident
from records.people import Contact
from records.upward import Noted
from records.words import Role
from tests.dashboard.test_routes import listening
from tests.pipeline.clocks import Inbox, open_incident, start

LI = Contact("住建局", "email", "li@zj.example", "李静<b>")


@pytest.fixture
def client(backstage: Backstage) -> Iterator[httpx.Client]:
    app = Starlette(
        routes=Routes(backstage, "").all(ADDRESSES),
        middleware=[Middleware(Gate, parts=backstage, policy="default-src 'self'")],
    )
    with listening(app) as base, httpx.Client(base_url=base) as opened:
        yield opened


@pytest.fixture
def link(backstage: Backstage) -> str:
    """The link as it stands in the message that went out, without its host."""
    store, now = backstage.store, backstage.now()
    open_incident(store)
    with store.transaction() as t:
        t.people.set_contacts("住建局", [LI])
    start(store, started=now, routes=stored_contacts)
    inbox = Inbox()
    terms = Terms(timedelta(minutes=1), [timedelta(seconds=5)], "https://desk.example", ticket=backstage.desk._ticket)
    Sender(store, {"email": inbox}, "w", terms).send_due(now)
    (message,) = inbox.received
    assert message.link is not None
    return message.link.removeprefix("https://desk.example")


def incident(backstage: Backstage) -> Incident:
    with backstage.store.reading() as t:
        found = t.incidents.get("20260410-001")
    assert found is not None
    return found


def test_opening_the_link_shows_the_alert_and_acknowledges_nothing(
    client: httpx.Client, backstage: Backstage, link: str
):
    for answer in (client.get(link), client.head(link), client.get(link)):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
    shown = client.get(link).text
    assert "已启动预案" in shown
    assert "签收（李静&lt;b&gt;）" in shown
    assert 'name="viewport"' in shown
    assert incident(backstage).acknowledged_at is None


def test_pressing_the_button_acknowledges_once(client: httpx.Client, backstage: Backstage, link: str):
    answer = client.post(link)
    assert (answer.status_code, "已签收" in answer.text) == (200, True)
    first = incident(backstage)
    assert first.acknowledged_by == "李静<b>（邮件链接）"
    client.post(link)
    assert incident(backstage) == first
    assert "<button" not in client.get(link).text


def test_what_is_shown_after_the_press_is_the_heading_of_the_message_and_no_title_beside_it(
    client: httpx.Client, backstage: Backstage, link: str
):
    before = incident(backstage)
    with backstage.store.transaction() as t:
        t.incidents.save(replace(before, title="内部方案"), before.revision)
    assert "内部方案" not in client.post(link).text


def test_a_forged_or_old_link_is_refused_and_no_query_is_run(client: httpx.Client, backstage: Backstage, link: str):
    old = f"/ack/{backstage.desk.tickets.written(1, backstage.now() - timedelta(seconds=2))}"
    queries: list[str] = []
    event.listen(backstage.store.engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
    for address in (old, f"{link[:-4]}aaaa", "/ack/1-2-3", "/ack/x"):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 403
            assert "已过期或不完整" in answer.text
    assert queries == []


def test_nothing_else_opens_under_that_address(client: httpx.Client, link: str):
    assert client.put(link).status_code in (401, 405)
    for address in ("/ack/../incident", f"{link}/more", "/ack/..%2Fincident", "/ack/%2e%2e/incident", "/ack/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["location"][:7]) == (303, "/signin")


@pytest.fixture
def upward_link(backstage: Backstage) -> str:
    """The link in a message that carries a report to a body above."""
    store, now, rules = backstage.store, backstage.now(), backstage.desk.upward
    name = rules.bodies[0].label
    open_incident(store)
    with store.transaction() as t:
        t.people.set_contacts(name, [Contact(name, "email", "he@city.example", "何秘书")])
    meant = Meant("20260410-001", rules.bodies[0].name, Actor("赵主任", Role.OFFICE), now)
    upward.send(store, meant, Content(text="请阅"), rules, stored_contacts, "区委办公室")
    inbox = Inbox()
    terms = Terms(timedelta(minutes=1), [timedelta(seconds=5)], "https://desk.example", ticket=backstage.desk._ticket)
    Sender(store, {"email": inbox}, "w", terms).send_due(now)
    (message,) = inbox.received
    assert message.link is not None
    return message.link.removeprefix("https://desk.example")


def receipts(backstage: Backstage) -> list[str | None]:
    with backstage.store.reading() as t:
        return [one.who for one in t.upward.of_incident("20260410-001") if one.noted is Noted.RECEIPT]


def test_a_body_above_confirms_what_it_got_by_a_press_and_acknowledges_nothing(
    client: httpx.Client, backstage: Backstage, upward_link: str
):
    shown = client.get(upward_link)
    assert (shown.status_code, "确认收到（何秘书）" in shown.text) == (200, True)
    assert "/incident" not in shown.text
    assert receipts(backstage) == []
    for _ in range(2):
        assert "已确认收到" in client.post(upward_link).text
    assert receipts(backstage) == ["何秘书"]
    assert "何秘书已于" in client.get(upward_link).text
    assert incident(backstage).acknowledged_at is None


def test_a_receipt_that_was_taken_back_can_be_given_again(client: httpx.Client, backstage: Backstage, upward_link: str):
    client.post(upward_link)
    store, now, rules = backstage.store, backstage.now(), backstage.desk.upward
    with store.reading() as t:
        (mistaken,) = [one for one in t.upward.of_incident("20260410-001") if one.noted is Noted.RECEIPT]
    meant = Meant("20260410-001", rules.bodies[0].name, Actor("赵主任", Role.OFFICE), now)
    upward.take_back(store, meant, mistaken.id or 0, "不是本人按的", rules)
    assert "<button" in client.get(upward_link).text
    client.post(upward_link)
    assert receipts(backstage) == ["何秘书", "何秘书"]
    assert "<button" not in client.get(upward_link).text
