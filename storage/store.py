"""Opens the record store and hands out transactions; each table family has its own file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cached_property
from threading import Lock, local
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url

from storage.admin_changes import AdminChanges
from storage.alerts import Alerts
from storage.answers import Answers
from storage.archives import Archives
from storage.assessments import Assessments
from storage.audit import Audit
from storage.catalogues import Catalogues
from storage.checklists import Checklists
from storage.claims import Claims
from storage.clock import ClockRow
from storage.co_units import CoUnits
from storage.corrections import Corrections
from storage.crawl_hosts import CrawlHosts
from storage.deadlines import Deadlines
from storage.disclosures import Disclosures
from storage.duty import Duty
from storage.incidents import Incidents
from storage.inspections import Inspections
from storage.leases import Leases
from storage.measures import Measures
from storage.memory import Memory
from storage.messages import Messages
from storage.meta import Meta
from storage.outages import Outages
from storage.papers import Papers
from storage.people import People
from storage.periodic import PeriodicDues
from storage.post_days import PostDays
from storage.posts import Posts
from storage.proposals import Proposals
from storage.publications import Publications
from storage.pushes import Pushes
from storage.read_ahead import ReadAhead
from storage.rectifications import Rectifications
from storage.releases import Releases
from storage.reports import Reports
from storage.risks import Risks
from storage.saved_searches import SavedSearches
from storage.source_days import SourceDays
from storage.source_rows import SourceRows
from storage.source_troubles import SourceTroubles
from storage.sources import Sources
from storage.suggestions import Suggestions
from storage.upward import Upward
from storage.write_ahead import write_ahead

BUSY_TIMEOUT_MS = 30_000
CONNECTIONS, MORE_CONNECTIONS = 10, 10
"""So many stay open, and so many more are opened while they are wanted at once."""

LOCK_SECONDS = 20.0
"""So long a migration waits for a table that somebody else has in use: what is asked of it meanwhile waits as well."""

T = TypeVar("T")


class StoreHeld(RuntimeError):
    """The schema cannot be changed while other processes use the store."""


class Transaction:
    """One transaction on the record store: all of it happens, or nothing of it."""

    def __init__(self, connection: Connection, memory: Memory | None = None, written: object = None) -> None:
        self.connection = connection
        self._memory = memory
        self._written = written
        self.to_follow: list[Callable[[], None]] = []
        """What is done when it has committed, in this order; nothing where it rolls back."""

    def remembered(self, name: str, mark: object, read: Callable[[], T]) -> T:
        """What `read` gives, or gave before while the store bore the same `mark`; the caller leaves it as it is.

        The mark is read in this transaction before: it must change with everything that `read` looks at. A transaction that
        writes reads anew: what it sees may never come to be.
        """
        return read() if self._memory is None else self._memory.recall(name, mark, read)

    def when_committed(self, work: Callable[[], None]) -> None:
        """Do this when the transaction has committed and nobody waits for it any more; it must not raise."""
        self.to_follow.append(work)

    def shared(self, name: str, asked: object, now: datetime, read: Callable[[], T]) -> T:
        """What `read` gives, or gave to somebody else who `asked` the same within this second; the caller leaves it as it is.

        What this process has written counts at once, what another has written after a second.
        """
        return self.remembered(name, (self._written, int(now.timestamp()), asked), read)

    @cached_property
    def posts(self) -> Posts:
        """Posts and the queue of posts to judge."""
        return Posts(self.connection)

    @cached_property
    def assessments(self) -> Assessments:
        """How each post is read."""
        return Assessments(self.connection)

    @cached_property
    def read_ahead(self) -> ReadAhead:
        """What was read of waiting posts and is not settled."""
        return ReadAhead(self.connection)

    @cached_property
    def corrections(self) -> Corrections:
        """What people corrected."""
        return Corrections(self.connection)

    @cached_property
    def disclosures(self) -> Disclosures:
        """Disclosure records and their versions."""
        return Disclosures(self.connection)

    @cached_property
    def catalogues(self) -> Catalogues:
        """Versions of the office's own catalogue of disclosure items, and their filings."""
        return Catalogues(self.connection)

    @cached_property
    def publications(self) -> Publications:
        """Where records were published."""
        return Publications(self.connection)

    @cached_property
    def releases(self) -> Releases:
        """The release calendar."""
        return Releases(self.connection)

    @cached_property
    def archives(self) -> Archives:
        """The archive packages that were put away."""
        return Archives(self.connection)

    @cached_property
    def incidents(self) -> Incidents:
        """Incidents, their gatherings, members and severity history."""
        return Incidents(self.connection)

    @cached_property
    def co_units(self) -> CoUnits:
        """The units that help with incidents."""
        return CoUnits(self.connection)

    @cached_property
    def claims(self) -> Claims:
        """Statements that people heard and that wait to be verified."""
        return Claims(self.connection)

    @cached_property
    def checklists(self) -> Checklists:
        """What people note on the checklists of incidents."""
        return Checklists(self.connection)

    @cached_property
    def measures(self) -> Measures:
        """What was done about incidents, online and offline."""
        return Measures(self.connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        """Deadlines and their reminder steps."""
        return Deadlines(self.connection)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts, outbox, attempts, channel states."""
        return Alerts(self.connection)

    @cached_property
    def messages(self) -> Messages:
        """The local message page."""
        return Messages(self.connection)

    @cached_property
    def reports(self) -> Reports:
        """Report drafts, filed reports, published responses."""
        return Reports(self.connection)

    @cached_property
    def papers(self) -> Papers:
        """The office's papers beside the reports on incidents."""
        return Papers(self.connection)

    @cached_property
    def periodic(self) -> PeriodicDues:
        """Until when the papers of which period must be signed."""
        return PeriodicDues(self.connection)

    @cached_property
    def answers(self) -> Answers:
        """Answers to the public with their courses, and verification records."""
        return Answers(self.connection)

    @cached_property
    def proposals(self) -> Proposals:
        """What units want to disclose, and the course of each."""
        return Proposals(self.connection)

    @cached_property
    def risks(self) -> Risks:
        """Risk assessments of proposals and records."""
        return Risks(self.connection)

    @cached_property
    def upward(self) -> Upward:
        """The upward ledger."""
        return Upward(self.connection)

    @cached_property
    def suggestions(self) -> Suggestions:
        """The suggestions ledger."""
        return Suggestions(self.connection)

    @cached_property
    def inspections(self) -> Inspections:
        """The sheets of the half-yearly inspection."""
        return Inspections(self.connection)

    @cached_property
    def rectifications(self) -> Rectifications:
        """The rectification ledger."""
        return Rectifications(self.connection)

    @cached_property
    def people(self) -> People:
        """Desk accounts, sign-in sessions, contacts."""
        return People(self.connection)

    @cached_property
    def admin_changes(self) -> AdminChanges:
        """What stood before and after the acts of administration."""
        return AdminChanges(self.connection)

    @cached_property
    def saved_searches(self) -> SavedSearches:
        """The searches that people keep."""
        return SavedSearches(self.connection)

    @cached_property
    def duty(self) -> Duty:
        """Who is on duty when, what they note and what was handed over."""
        return Duty(self.connection)

    @cached_property
    def audit(self) -> Audit:
        """The hash-chained log of acts."""
        return Audit(self.connection)

    @cached_property
    def sources(self) -> Sources:
        """State of each source, page validators, patrol log."""
        return Sources(self.connection)

    @cached_property
    def crawl_hosts(self) -> CrawlHosts:
        """The web hosts that crawlers share out."""
        return CrawlHosts(self.connection)

    @cached_property
    def source_days(self) -> SourceDays:
        """Daily counts per source, and the patrol log by watch period."""
        return SourceDays(self.connection)

    @cached_property
    def post_days(self) -> PostDays:
        """Posts counted by day, those that are stored no longer among them."""
        return PostDays(self.connection)

    @cached_property
    def source_troubles(self) -> SourceTroubles:
        """The watch over the sources and what is wrong with them."""
        return SourceTroubles(self.connection)

    @cached_property
    def source_rows(self) -> SourceRows:
        """Rows of sources that people manage on the desk."""
        return SourceRows(self.connection)

    @cached_property
    def pushes(self) -> Pushes:
        """Accepted pushes, against replay."""
        return Pushes(self.connection)

    @cached_property
    def clock(self) -> ClockRow:
        """The clock row and the workers' heartbeats."""
        return ClockRow(self.connection)

    @cached_property
    def leases(self) -> Leases:
        """Which worker has what in hand."""
        return Leases(self.connection)

    @cached_property
    def meta(self) -> Meta:
        """Small named values of the installation."""
        return Meta(self.connection)


class _Held(local):
    """What the thread that asks has open: its reading, and whether it writes."""

    reading: Transaction | None = None
    writing: bool = False


class Store:
    """The record store at a database URL (`sqlite:///…` or `postgresql+psycopg://…`).

    A thread reads over one connection, and does not begin to write while it reads. Else a few dozen threads could each hold
    one and wait for another, which none of them gives back before it has it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        # SQLite has one writer at a time, and lets the others sleep longer and longer before they ask again.
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._memory = Memory()
        self.outages = Outages(url)
        """Whether it can be used."""
        self._held = _Held()
        # Of PostgreSQL else every question of one reading sees what was written in between.
        self._reads: dict[str, Any] = {"huiying_reading": True}
        if self.engine.dialect.name == "postgresql":
            self._reads |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._written = object()
        """Another one after each transaction that writes."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A writing transaction: commits at the end of the block, rolls back when it raises.

        Raises RuntimeError where this thread reads or writes already.
        """
        held = self._held
        if held.reading is not None or held.writing:
            raise RuntimeError("this thread has a transaction open: end it before another one writes")
        with self.outages.watched(writing=True), self._turn, self.engine.begin() as connection:
            held.writing = True
            try:
                yield (begun := Transaction(connection))
            finally:
                held.writing = False
        self._written = object()
        for work in begun.to_follow:
            work()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A reading transaction: sees one consistent state, never blocks a writer, must not write.

        Within another one of the same thread it is that one, and sees what that sees. Beside a transaction of the same thread
        it sees what was there before.
        """
        held = self._held
        if held.reading is not None:
            yield held.reading
            return
        written = self._written  # before the reading begins: it must see all that was written until then
        with self.outages.watched(writing=False), self._begun_to_read() as connection:
            held.reading = Transaction(connection, self._memory, written)
            try:
                yield held.reading
            finally:
                held.reading = None

    @contextmanager
    def _begun_to_read(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**self._reads) as connection, connection.begin():
            yield connection

    def migrate(self, lock_seconds: float = LOCK_SECONDS) -> None:
        """Bring the schema to the newest version; safe to call at every start. Raises StoreHeld."""
        # Imported here: the one process that migrates pays for loading Alembic, not every worker.
        from storage.schema import upgrade

        upgrade(self.engine, lock_seconds)

    def schema_version(self) -> str | None:
        """The migration that the database stands at, or None before the first."""
        with self.reading() as t:
            if not self.engine.dialect.has_table(t.connection, "alembic_version"):
                return None
            return t.connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def close(self) -> None:
        """Let every connection go."""
        self.engine.dispose()


def _patience(url: str) -> dict[str, str]:
    """How long a server is waited for whose machine is gone or out of reach; the URL may say otherwise."""
    waits = {"connect_timeout": "10", "keepalives_idle": "20", "keepalives_interval": "5", "keepalives_count": "4"}
    # Without it a statement that was sent before the machine went is waited for a quarter of an hour.
    waits |= {"tcp_user_timeout": "30000"}
    return {name: wait for name, wait in waits.items() if name not in make_url(url).query}


def _engine(url: str) -> Engine:
    pool: dict[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": MORE_CONNECTIONS}
    if not make_url(url).drivername.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=_patience(url), **pool)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}, hide_parameters=True, **pool
    )

    @event.listens_for(engine, "connect")
    def configure(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        write_ahead(raw)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock at once: a transaction that read first and then wrote could fail half-way.
        reading = connection.get_execution_options().get("huiying_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
