"""Puts the parts together as the settings say; nothing is opened before it is asked for."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from pydantic import BaseModel
from sqlalchemy.engine import make_url

import alerts.channels
from alerts.channels.page import Page
from alerts.delivery import Channel, Means, Outgoing
from alerts.posting import Poster
from casework.disclosures.archive_pieces import Wording
from casework.reports.document import Letterhead
from crawlers.reading import Via
from crawlers.settings import CrawlSettings
from crawlers.sources import BadSources, Source
from huiying import search_engine
from huiying.clock import Clock, steady_seconds
from huiying.cookie_secret import cookie_secret
from huiying.discovery import module, names
from huiying.disk import free_bytes
from huiying.own_settings import Following, names_below, rules_below
from huiying.push_keys import keys_of
from huiying.rule_book import RuleBook
from huiying.settings import BadSettings, Organisation, Settings, secret, secrets
from pipeline.answering import Answering
from pipeline.archiving import Shelf
from pipeline.closer_watch import closer_sources
from pipeline.collect import Collector
from pipeline.contacts import AddressFaults
from pipeline.crawl_shares import CrawlShares
from pipeline.evaluation_material import Evaluating
from pipeline.expiry import Keeping
from pipeline.inbound import Receiving
from pipeline.indexing import catch_up_records
from pipeline.judging import Judging
from pipeline.link_checks import Looked, check_links
from pipeline.message_writing import message_writer
from pipeline.model_drafting import Writer
from pipeline.notify import PAGE, stored_contacts
from pipeline.once import Once
from pipeline.owing import Owed
from pipeline.own_figures import Below
from pipeline.own_names import Names
from pipeline.own_rules import OfficeRules
from pipeline.patrols import Collecting, Habits
from pipeline.proposing import Desk as Proposing
from pipeline.queries import queries_for
from pipeline.risk import Assessing
from pipeline.search_view import Indexes
from pipeline.send import Sender, Terms
from pipeline.shares import Shares, lease_seconds
from pipeline.source_acts import Managing
from pipeline.sources import LiveSources, SourceList, file_sources
from pipeline.timekeeping import steady_clock
from records import naming
from records.secret_files import UnusableSecret
from records.tickets import Tickets
from records.worker_names import named
from regulation.calming import CalmingRules
from regulation.closer_watch import CloserWatch
from regulation.disclosure_time import DisclosureTime
from regulation.duty import DutyRules
from regulation.escalation import Escalation
from regulation.oversight import OversightRules
from regulation.periodic import Periodic
from regulation.platforms import PlatformRules
from regulation.procedures import Procedure
from regulation.releases import ReleaseRules
from regulation.risk import RiskRules
from regulation.secrecy import SecrecyRules
from regulation.severity import SeverityRules
from regulation.source_health import HealthRules
from regulation.suggestions import SuggestionRules
from regulation.telling import Telling
from regulation.upward import UpwardRules
from regulation.watch_periods import WatchPeriods
from regulation.watched_records import WatchedRecords
from storage.revisions import newest_schema
from storage.search.record_index import RecordIndex
from storage.search.text_index import TextIndex
from storage.store import Store

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from huiying.model_in_use import ModelInUse
    from huiying.oidc.provider import Provider

log = logging.getLogger(__name__)

COMES_BACK = "/signin/oidc/back"
"""The address of the desk to which an identity provider sends people back."""


@dataclass(frozen=True)
class Desk:
    """The parts of one running desk: `settings` say how, `clock` says when, `free` how many bytes are left at a folder.

    `worker` is the name of the worker process that they are for, where that has one of its own; it is `overseen` where
    `huiying up` has started it, which tells those whom `alerts.alarm` names.
    """

    settings: Settings
    clock: Clock
    free: Callable[[Path], int] = free_bytes
    worker: str | None = None
    overseen: bool = False

    def __post_init__(self) -> None:
        """Whatever this process puts into words from now on calls the office as these settings do."""
        organisation = self.settings.organisation
        naming.call(naming.Names(organisation.office_name, organisation.report_to))

    @cached_property
    def following(self) -> Following:
        """What this process knows of the names and figures that the office has changed at its desk."""
        return Following(self.settings, lambda: self.store)

    @property
    def book(self) -> RuleBook:
        """The rules and names in force, those that the office has changed at its desk over the settings. Raises BadSettings."""
        return self.following.book()

    @property
    def organisation(self) -> Organisation:
        """What the office calls itself, and prints at the head of its papers."""
        return self.book.settings.organisation

    @property
    def names_below(self) -> Names:
        """What the office's own names stand over."""
        return names_below(self.settings)

    @property
    def rules_below(self) -> OfficeRules:
        """What the office's own figures stand over, but those of the severity rules."""
        return rules_below(self.settings)

    @cached_property
    def store(self) -> Store:
        """The record store. Its schema is brought up to date by `open_desk`."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store(self.settings.database_url)

    @cached_property
    def steady_now(self) -> Callable[[], datetime]:
        """The desk's own clock, which never goes back, for whoever only reads it. Asks the store at first use."""
        return steady_clock(self.store, self.look)

    def worker_name(self, kind: str) -> str:
        """Under which name this process leaves signs of life, as a worker of that kind."""
        return self.worker or named(kind, socket.gethostname())

    def holder(self, kind: str) -> str:
        """By what leases of a worker are known: this process and no other, also after a restart."""
        return f"{self.worker_name(kind)}:{token_hex(4)}"

    def once(self, kind: str) -> Once:
        """What this process does now and then unless another one has."""
        return Once(self.store, self.holder(kind), self.clock.now)

    def look(self) -> tuple[datetime, str, float]:
        """One look at the machine's clocks."""
        reading = self.clock.read()
        return reading.wall, reading.boot, reading.boottime

    @cached_property
    def tickets(self) -> Tickets:
        """What signs the links by which alerts are acknowledged. Raises BadSettings."""
        return Tickets(cookie_secret(self.settings), "acknowledge")

    @cached_property
    def provider(self) -> Provider | None:
        """Where people sign in who do not use a password of this desk; None where the settings name nothing."""
        if self.settings.sign_in.oidc is None:
            return None
        # Imported here: who signs nobody in needs no library for it.
        from huiying.oidc.provider import Provider

        back = self.settings.public_url + COMES_BACK
        return Provider(self.settings.sign_in.oidc, back, self.clock.now, steady_seconds)

    def _ticket(self, delivery_id: int) -> str:
        return self.tickets.written(delivery_id, self.clock.now() + timedelta(hours=self.settings.alerts.link_hours))

    @property
    def rules(self) -> SeverityRules:
        """The severity rules in force. Raises BadSettings."""
        return self.book.rules

    @property
    def health_rules(self) -> HealthRules:
        """The rules in force on how sources fare. Raises BadSettings."""
        return self.book.health_rules

    @property
    def telling(self) -> Telling:
        """The rules in force on when alerts go out. Raises BadSettings."""
        return self.book.telling

    @property
    def calming(self) -> CalmingRules:
        """When reaction counts as calmed down after an answer. Raises BadSettings."""
        return self.book.calming

    @property
    def evaluating(self) -> Evaluating:
        """By what incidents are evaluated. Raises BadSettings."""
        return self.book.evaluating

    @property
    def oversight(self) -> OversightRules:
        """The rules in force on when something is wrong with the desk itself. Raises BadSettings."""
        return self.book.oversight

    @property
    def escalation(self) -> Escalation:
        """The rules in force on who is told as well when nobody acknowledges. Raises BadSettings."""
        return self.book.escalation

    @property
    def duty_rules(self) -> DutyRules:
        """The rules in force on the duty roster. Raises BadSettings."""
        return self.book.duty_rules

    @property
    def upward(self) -> UpwardRules:
        """The rules in force on who is told upward. Raises BadSettings."""
        return self.book.upward

    @property
    def suggestion_rules(self) -> SuggestionRules:
        """The rules in force on suggestions. Raises BadSettings."""
        return self.book.suggestion_rules

    @property
    def owed(self) -> Owed:
        """What is owed for incidents beside report and acknowledgement. Raises BadSettings."""
        return self.book.owed

    @property
    def watch_periods(self) -> WatchPeriods:
        """Into which periods the patrol log cuts a day. Raises BadSettings."""
        return self.book.watch_periods

    @property
    def platforms(self) -> PlatformRules:
        """Where the office publishes. Raises BadSettings."""
        return self.book.platforms

    @property
    def disclosure_time(self) -> DisclosureTime:
        """The rules in force on until when something must be published. Raises BadSettings."""
        return self.book.disclosure_time

    @property
    def release_rules(self) -> ReleaseRules:
        """The rules in force on the release calendar. Raises BadSettings."""
        return self.book.release_rules

    @property
    def periodic(self) -> Periodic:
        """The rules in force on the papers of periods. Raises BadSettings."""
        return self.book.periodic

    @property
    def watched_records(self) -> WatchedRecords:
        """The rules in force on which records posts are read beside. Raises BadSettings."""
        return self.book.watched_records

    @property
    def procedure(self) -> Procedure:
        """The course of new proposals. Raises BadSettings."""
        return self.book.procedure

    @property
    def closer_watch(self) -> CloserWatch:
        """How records of a higher risk are watched. Raises BadSettings."""
        return self.book.closer_watch

    @property
    def below_own_figures(self) -> Below:
        """What the office's own figures of the severity rules stand over. Raises BadSettings."""
        return self.book.below_own_figures

    @property
    def risk_rules(self) -> RiskRules:
        """How risk is assessed before a decision is published. Raises BadSettings."""
        return self.book.risk_rules

    @property
    def assessing(self) -> Assessing:
        """What keeps risk assessments. Raises BadSettings."""
        return self.book.assessing

    @property
    def secrecy_rules(self) -> SecrecyRules:
        """What a form is checked for before it is published. Raises BadSettings."""
        return self.book.secrecy_rules

    @property
    def answering(self) -> Answering:
        """What takes answers to the public through their course. Raises BadSettings."""
        return self.book.answering

    @property
    def proposing(self) -> Proposing:
        """What takes proposals through their course. Raises BadSettings."""
        return self.book.proposing

    def check_links(self, *, all_of_them: bool = False) -> Looked:
        """Look at the links of what was published, those that are due or all of them."""
        now, settings = self.clock.now(), crawl_settings(self.settings)
        return check_links(self.store, settings, now, self.platforms, stored_contacts, all_of_them=all_of_them)

    def check_rules(self) -> None:
        """Read every rule that the settings may change, so that one that cannot be used is said at once. Raises BadSettings."""
        RuleBook(self.settings).check()

    @cached_property
    def writer(self) -> Writer | None:
        """The language model that may be asked for drafts; None where the settings name none. Raises BadSettings."""
        model = self.settings.language_model
        if model.url is None:
            return None
        key = secret(None, model.key_file, "language_model", "key_file")
        timeout = timedelta(seconds=model.timeout_seconds)
        return Writer(model.url, model.name, key, Poster(timeout, self.settings.alerts.allow_private_hosts))

    @property
    def letterhead(self) -> Letterhead:
        """Whose reports these are."""
        organisation = self.organisation
        return Letterhead(
            heading=organisation.letterhead,
            serial_prefix=organisation.serial_prefix,
            addressee="、".join(organisation.report_to),
            issuer=organisation.office_name,
        )

    @property
    def archive_shelf(self) -> Shelf:
        """Where archive packages are put away. Raises BadSettings."""
        name = self.organisation.name
        wording = Wording(name, self.suggestion_rules, self.rules, self.upward, self.risk_rules)
        return Shelf(self.settings.archive_dir, self.settings.reports_dir, wording)

    @property
    def retention(self) -> timedelta:
        """How long a post is kept."""
        return timedelta(days=self.settings.retention.days)

    @property
    def keeping(self) -> Keeping:
        """How long what was read is kept."""
        retention = self.settings.retention
        return Keeping(
            posts=self.retention,
            gone=timedelta(days=retention.gone_days),
            patrols=timedelta(days=retention.patrol_days),
            corrections=timedelta(days=retention.correction_days),
            undo=timedelta(days=retention.undo_days),
        )

    @cached_property
    def model(self) -> ModelInUse:
        """The model that posts are read with."""
        # Imported here: of all processes only the judging one needs NumPy and SciPy.
        from huiying.model_in_use import ModelInUse

        return ModelInUse(self.settings)

    def judging(self) -> Judging:
        """What judges posts; its model is loaded at its first step, and again when another one is to be used."""
        return Judging(
            self.store,
            partial(self.model.judge, tells=True, texts=self.settings.judge.remembered_texts),
            self.rules,
            stored_contacts,
            stamp=self.model.stamp,
            escalation=self.escalation,
            owed=self.owed,
            watched=self.watched_records,
            closer=self.closer_watch,
            below=self.below_own_figures,
            load_explainer=self.model.explaining,
            texts=self.settings.judge.remembered_texts,
        )

    def shares(self) -> Shares:
        """Which parts of judging this process has in hand. An index in a cluster is kept by one worker of all machines."""
        place = socket.gethostname() if self.settings.search.engine == "embedded" else "cluster"
        lease = lease_seconds(self.settings.judge.remembered_texts)
        return Shares(self.store, self.holder("judge"), place, self.clock.now, lease)

    @cached_property
    def cluster(self) -> Elasticsearch | None:
        """What asks the cluster of the text index over posts; None where that index is embedded. Raises BadSettings."""
        return search_engine.client(self.settings)

    def index(self, pause: Callable[[float], object] | None = None) -> TextIndex:
        """The text index over posts; whoever opens it closes it. `pause` is what waits where a cluster has no room."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return search_engine.text_index(self.settings, self.cluster, pause)

    def record_index(self) -> RecordIndex:
        """The text index of disclosure records; whoever opens it closes it."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return RecordIndex(self.settings.record_search_file)

    @contextmanager
    def search_indexes(self) -> Iterator[Indexes]:
        """Both text indexes, the one of records level with the store."""
        with closing(self.index()) as posts, closing(self.record_index()) as records:
            catch_up_records(self.store, records)
            yield Indexes(posts, records)

    @cached_property
    def sources(self) -> LiveSources:
        """The sources that there are, of the sources file and of the store."""
        return LiveSources(self.store, self.settings.sources_file)

    def has_store(self) -> bool:
        """Whether there is a record store at the newest schema; asking makes none."""
        url = make_url(self.settings.database_url)
        if url.drivername == "sqlite" and not Path(url.database or "").exists():
            return False
        return self.store.schema_version() == newest_schema()

    def sources_so_far(self) -> SourceList:
        """The sources that there are; those of the file alone where there is no store yet."""
        return self.sources.current() if self.has_store() else file_sources(self.settings.sources_file)

    def managing(self) -> Managing:
        """What acts on sources need."""
        return Managing(self.sources, self.settings.crawl.allow_private_hosts)

    def collector(self) -> Collector:
        """What reads the sources when they are due, as they are by then."""
        deps = Collecting(
            self.store,
            crawl_settings(self.settings),
            self.retention,
            self.clock.now,
            queries=self.queries,
            habits=habits(self.settings),
        )
        return Collector(deps, self._sources_to_read, shares=self.crawl_shares())

    def crawl_shares(self) -> CrawlShares:
        """Which web hosts this process has in hand."""
        crawl = self.settings.crawl
        return CrawlShares(self.store, self.holder("crawl"), self.clock.now, crawl.delay_seconds, crawl.poll_seconds)

    def _sources_to_read(self) -> list[Source]:
        """The sources as they are to be read now, those that watch a record of higher risk more often."""
        found = self.sources.current(keep=True).sources
        shortest = timedelta(seconds=self.settings.crawl.shortest_interval_seconds)
        return closer_sources(self.store, found, self.closer_watch, self.clock.now(), shortest)

    def receiving(self) -> Receiving:
        """What takes in pushes; sources and keys are looked up at each, so that a change holds at once."""
        inbound = self.settings.inbound
        return Receiving(
            self.store, self._pushed, self._push_keys, self.retention, inbound.max_posts, inbound.max_posts_an_hour
        )

    def _pushed(self, source_id: str) -> Source | None:
        listed = self.sources.current()
        found = listed.find(source_id)
        if found is None and listed.faults:
            # It may stand in the file that cannot be read just now: whoever pushes shall try again.
            raise BadSources("；".join(listed.faults))
        if found is None or found.source is None or not found.source.enabled or found.source.via is not Via.PUSH:
            return None
        return found.source

    def _push_keys(self, source_id: str) -> tuple[bytes, ...]:
        try:
            return keys_of(self.settings.push_keys_dir, source_id)
        except UnusableSecret:
            log.exception("a push finds no usable key")
            return ()

    def queries(self, sources: Sequence[Source]) -> Mapping[str, Sequence[str]]:
        """What the search sources among these are asked now; the records asked for take turns."""
        return queries_for(self.store, sources, self.clock.now(), self._search_window)

    def queries_to_show(self, sources: Sequence[Source]) -> Mapping[str, Sequence[str]]:
        """The same for a preview, which takes nobody's turn."""
        return queries_for(self.store, sources, self.clock.now(), self._search_window, taking_turns=False)

    @property
    def _search_window(self) -> timedelta:
        return timedelta(days=self.settings.crawl.search_days)

    def sender(self, worker: str) -> Sender:
        """What delivers alerts, under the name `worker`."""
        alerts = self.settings.alerts
        terms = Terms(
            lease=timedelta(seconds=alerts.lease_seconds),
            retry_after=[timedelta(seconds=wait) for wait in alerts.retry_seconds],
            base_address=self.settings.public_url,
            telling=lambda: self.telling,
            ticket=self._ticket,
        )
        return Sender(self.store, self.channels(), worker, terms)

    def channels(self) -> dict[str, Channel]:
        """The message page and every channel that the settings set up. Raises BadSettings."""
        means = Means(
            timeout=timedelta(seconds=self.settings.alerts.send_timeout_seconds),
            now=self.clock.now,
            private_hosts=self.settings.alerts.allow_private_hosts,
        )
        opened: dict[str, Channel] = {PAGE: Page(self._write_messages, means.timeout)}
        for name in names(alerts.channels):
            options = getattr(self.settings.alerts, name, None)
            if isinstance(options, BaseModel):
                try:
                    channel = module(alerts.channels, name).opened(options, secrets(options, f"alerts.{name}"), means)
                except ValueError as error:
                    raise BadSettings(f"设置 alerts.{name}：{error}") from None
                opened[name] = channel
        return opened

    def _write_messages(self, outgoing: Sequence[Outgoing]) -> None:
        """Opens the store at the first message: whoever only looks at the channels makes none."""
        message_writer(self.store)(outgoing)

    def close(self) -> None:
        """Let go of whatever was opened."""
        if self.__dict__.get("cluster") is not None:
            self.__dict__["cluster"].close()
        if "store" in self.__dict__:
            self.store.close()


def address_faults() -> AddressFaults:
    """What each channel that reaches people says of an address that cannot be one of its own."""
    return {name: module(alerts.channels, name).address_fault for name in names(alerts.channels) if name != PAGE}


def crawl_settings(settings: Settings) -> CrawlSettings:
    """How crawls behave, as the settings say."""
    crawl = settings.crawl
    return CrawlSettings(
        user_agent=crawl.user_agent,
        contact=crawl.contact,
        allow_private_hosts=crawl.allow_private_hosts,
        timeout_seconds=crawl.timeout_seconds,
        max_bytes=int(crawl.max_page_mb * 1024 * 1024),
        run_seconds=crawl.run_seconds,
        memory_mb=crawl.memory_mb,
        delay_seconds=crawl.delay_seconds,
        longest_pause_seconds=crawl.longest_pause_seconds,
        data_dir=str(settings.data_dir.absolute()),
    )


def habits(settings: Settings) -> Habits:
    """How often and how far back sources are read, as the settings say."""
    crawl = settings.crawl
    return Habits(
        shortest_interval=timedelta(seconds=crawl.shortest_interval_seconds),
        quiet_factor=crawl.quiet_factor,
        first_patrol=timedelta(hours=crawl.first_patrol_hours),
        recheck_within=timedelta(days=crawl.recheck_days),
    )


def open_desk(settings: Settings, clock: Clock) -> Desk:
    """A desk whose store has the newest schema."""
    desk = Desk(settings, clock)
    desk.store.migrate()
    _ = desk.book
    return desk
