"""Two web desks on one store, each with a folder of its own: what one has done the other knows, as far as they share the key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.cookies import Signer
from dashboard.errands import Errands
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from huiying.clock import SystemClock
from huiying.cookie_secret import cookie_secret
from huiying.settings import Database, Reports, Settings
from huiying.settings import Desk as DeskSettings
from huiying.wiring import Desk
from pipeline.notify import stored_contacts
from pipeline.send import Sender, Terms
from storage.store import Store
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_acknowledging import LI, incident
from tests.dashboard.test_routes import WANG, add, file_report, form_token, listening, sign_in
from tests.pipeline.clocks import Inbox, open_incident, start
from tests.storage.conftest import DATABASES, migrated_database, migrated_file, store

__all__ = ["migrated_database", "migrated_file", "store"]
pytestmark = pytest.mark.parametrize("store", DATABASES[1:], indirect=True)


@contextmanager
def desk_of(store: Store, folder: Path, name: str, key: str = "k" * 40) -> Iterator[tuple[Backstage, httpx.Client]]:
    """A web desk with its own folder; reports and the key of cookies lie where the others' do."""
    secret = folder / f"{key[0]}.key"
    secret.write_text(key, encoding="ascii")
    settings = Settings(
        data_dir=folder / name,
        database=Database(url=store.url),
        reports=Reports(dir=folder / "reports"),
        desk=DeskSettings(cookie_secret_file=secret),
    )
    desk = Desk(settings, SystemClock())
    parts = Backstage(desk, Signer(cookie_secret(settings)))
    gate = Middleware(Gate, parts=parts, policy="default-src 'self'")
    app = Starlette(routes=Routes(parts, "页面").all(ADDRESSES), middleware=[gate])
    with listening(app) as base, httpx.Client(base_url=base, timeout=60) as client:
        yield parts, client
    desk.close()


@pytest.fixture
def two(store: Store, tmp_path: Path) -> Iterator[list[tuple[Backstage, httpx.Client]]]:
    with ExitStack() as stack:
        yield [stack.enter_context(desk_of(store, tmp_path, name)) for name in ("a", "b")]


def test_who_signs_in_on_one_is_known_on_the_other_and_who_signs_out_there_is_out_on_both(
    two: list[tuple[Backstage, httpx.Client]],
):
    (parts, browser), (_, other) = two
    there = other.base_url
    add(parts, WANG)
    # The form is shown by one and sent to the other.
    form = form_token(browser.get("/signin"))
    values = {"username": "wangfang", "password": PASSWORD, "next": "/", "form_token": form}
    assert browser.post(there.join("/signin"), data=values).headers["location"] == "/"
    assert (browser.get("/").text, browser.get(there.join("/")).text) == ("页面", "页面")
    form = form_token(browser.get("/signout"))
    assert browser.post(there.join("/signout"), data={"form_token": form}).status_code == 303
    assert browser.get("/").status_code == browser.get(there.join("/")).status_code == 303


def test_a_paper_filed_on_one_is_downloaded_from_the_other_where_they_share_its_folder(
    two: list[tuple[Backstage, httpx.Client]],
):
    (parts, _), (_, there) = two
    add(parts, WANG)
    file_report(parts, "20260410-001/首报1.docx")
    sign_in(there, "wangfang", PASSWORD)
    assert there.get("/reports/20260410-001/首报1.docx").content == b"PK report"


def test_tries_at_a_password_are_counted_together(two: list[tuple[Backstage, httpx.Client]]):
    (parts, here), (_, there) = two
    add(parts, WANG)
    for number in range(5):
        sign_in((here, there)[number % 2], "wangfang", "x" * 12)
    with parts.store.transaction() as t:
        kept = t.people.credentials("wangfang")
    assert kept is not None
    assert kept.person.locked_until is not None
    assert sign_in(there, "wangfang", PASSWORD).status_code != 303


def test_the_link_in_a_message_of_one_acknowledges_once_on_either(two: list[tuple[Backstage, httpx.Client]]):
    (parts, here), (_, there) = two
    open_incident(parts.store)
    with parts.store.transaction() as t:
        t.people.set_contacts("住建局", [LI])
    start(parts.store, started=parts.now(), routes=stored_contacts)
    inbox = Inbox()
    terms = Terms(timedelta(minutes=1), [timedelta(seconds=5)], "", ticket=parts.desk._ticket)
    sender = Sender(parts.store, {"email": inbox}, "w", terms)
    sender.send_due(parts.now())
    link = f"/ack/{parts.desk._ticket(_delivery(parts, inbox))}"
    assert "已签收" in there.post(link).text
    first = incident(parts)
    assert first.acknowledged_at is not None
    here.post(link)
    assert incident(parts) == first


def _delivery(parts: Backstage, inbox: Inbox) -> int:
    (message,) = inbox.received
    with parts.store.reading() as t:
        keys = [alert.key for alert in t.alerts.all()]
        rows = [row for found in t.alerts.deliveries(keys).values() for row in found]
    return next(row.id for row in rows if row.idem_key == message.key)


def test_a_sign_in_at_a_provider_that_begins_on_one_comes_back_on_the_other(
    two: list[tuple[Backstage, httpx.Client]],
):
    here, there = (Errands(parts.signer, parts.now) for parts, _ in two)
    errand, cookie = here.begin("/")
    begun = there.under_way(cookie, errand.state)
    assert begun is not None
    assert begun.errand == errand


def test_with_a_key_of_its_own_a_desk_knows_nobody_and_asks_nothing(
    two: list[tuple[Backstage, httpx.Client]], store: Store, tmp_path: Path
):
    (parts, here), _ = two
    add(parts, WANG)
    sign_in(here, "wangfang", PASSWORD)
    with desk_of(store, tmp_path, "c", "x" * 40) as (stranger, there):
        queries: list[str] = []
        event.listen(stranger.store.engine, "before_cursor_execute", lambda *given: queries.append(given[2]))
        assert here.get(there.base_url.join("/")).status_code == 303
        assert queries == []
