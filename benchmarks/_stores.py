"""Stores to measure on, each new and empty: SQLite always, PostgreSQL where HUIYING_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from pipeline import plan
from pipeline.notify import Routes
from records.alerts import Deadline
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState, SeverityChange
from records.people import Contact
from records.words import Scope, Severity
from storage.store import Store, Transaction

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNIT = "住建局"


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """URLs by name of empty databases at the newest schema; they are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        urls = {"sqlite": f"sqlite:///{Path(folder) / 'store.db'}"}
        server = os.environ.get("HUIYING_TEST_POSTGRES")
        schema = f"bench_{secrets.token_hex(6)}"
        if server:
            urls["postgresql"] = _fresh_schema(server, schema)
        try:
            for url in urls.values():
                store = Store(url)
                store.migrate()
                store.close()
            yield urls
        finally:
            if server:
                _run(server, f"DROP SCHEMA {schema} CASCADE")


def open_incident(store: Store, number: int, at: datetime = NOON) -> Incident:
    """A new incident of one record, stored."""
    with store.transaction() as t:
        return new_incident(t, number, at)


def new_incident(t: Transaction, number: int, at: datetime) -> Incident:
    """The same in a transaction."""
    if t.disclosures.get("d1") is None:
        t.disclosures.add(Disclosure("d1", "供热方案", None, at, UNIT, None, Scope.PUBLIC, None, ""), at, "基准")
    newest = t.incidents.newest_gathering("d1")
    if newest is not None and newest.ended_at is None:
        t.incidents.end_gathering(newest.id, at)
    gathering = t.incidents.start_gathering("d1", at)
    incident = Incident(
        id=f"20260410-{number:03}",
        disclosure="d1",
        title="“供热方案”相关舆情",
        unit=UNIT,
        category=None,
        severity=Severity.GENERAL,
        state=IncidentState.OPEN,
        opened_at=at,
        first_post_at=None,
        gathering=gathering.number,
    )
    t.incidents.open(incident, gathering.id, SeverityChange(at, Severity.GENERAL, "voices_3"))
    return incident


def start_plan(store: Store, incident: Incident, at: datetime, routes: Routes) -> Deadline | None:
    """Start the plan of an incident."""
    with store.transaction() as t:
        return plan.start(t, incident, at, at, "值班员甲", routes=routes)


def by_mail(t: Transaction, recipient: str) -> list[Contact]:
    """One mail address for every recipient."""
    return [Contact(recipient, "email", f"{recipient}@example.cn")]


def _fresh_schema(server: str, schema: str) -> str:
    _run(server, f"CREATE SCHEMA {schema}")
    url = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


def _run(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
