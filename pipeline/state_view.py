"""Turns heartbeats, sources, channels and queues into the state of the desk: what works, what is silent, since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawlers.sources import Source
from pipeline.copy_note import copies_known
from pipeline.duty_view import duty_holes
from pipeline.fail_over import unreached
from pipeline.later_formats import Unprinted, unprinted
from pipeline.model_note import ModelNote, model_note
from pipeline.oversight import Trouble, newest_beats, troubles
from pipeline.search_note import SearchNote, search_note
from pipeline.source_health import SourceHealth, Standing, source_states
from pipeline.views import PAGE_ROWS, may_somewhere
from pipeline.working_calendar import IMPORT, working_days
from records.deliveries import ChannelState
from records.messages import Heartbeat
from records.people import Person
from records.worker_names import kind_of, place_of
from records.zone import CHINA
from regulation.duty import DutyRules, duty_rules
from regulation.oversight import OversightRules, oversight_rules
from regulation.source_health import HealthRules
from regulation.telling import Telling
from regulation.telling import telling as shipped_telling
from storage.audit import Entry
from storage.store import Transaction

SHOWN_UNDELIVERED = timedelta(days=3)
"""How old an alert may be whose sending was given up, to be shown."""


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One worker process, where it runs, with its last sign of life."""

    place: str
    beat: Heartbeat
    alive: bool


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One kind of worker, on whichever machines it runs, with its last sign of life: it is `alive` where one of its
    processes is."""

    name: str
    beat: Heartbeat
    alive: bool
    processes: Sequence[ProcessRow] = ()

    @property
    def stopped(self) -> list[ProcessRow]:
        """Those that others of the kind stand in for."""
        return [process for process in self.processes if self.alive and not process.alive]


@dataclass(frozen=True, slots=True)
class DeskState:
    """How the desk itself is doing. `waiting` posts are not judged yet; `model` is the one that reads them.

    Of the years in `calendar_missing` the days off are not known yet, which is told to those who may import them;
    `unreached` urgent alerts of the last day reached nobody beside the message page, `undelivered` sends of the last days
    were given up; `troubles_of_clocks` says what endangers running clocks and alerts, `disks` where room is short,
    `duty_holes` when nobody will be on duty soon, `unprinted` which papers have no .pdf though the settings ask for it,
    `search` what is wrong with finding posts, `copies_known` how far back the originals of copies are found where that is
    less than seven days.
    """

    sources: Sequence[SourceHealth]
    channels: Sequence[ChannelState]
    workers: Sequence[WorkerRow]
    waiting: int
    unsent: int
    model: ModelNote | None
    calendar_missing: Sequence[int] = ()
    unreached: int = 0
    undelivered: int = 0
    troubles_of_clocks: Sequence[str] = ()
    disks: Sequence[Trouble] = ()
    duty_holes: Sequence[str] = ()
    unprinted: Sequence[Unprinted] = ()
    search: SearchNote | None = None
    copies_known: timedelta | None = None

    @property
    def unread(self) -> list[SourceHealth]:
        """The sources of which nothing is known at present."""
        return [source for source in self.sources if source.standing is Standing.UNREAD]

    @property
    def troubles(self) -> int:
        """How many sources, channels, workers, clocks and so on need somebody to look; that no worker runs at all is one."""
        return (
            len(self.unread)
            + sum(channel.down for channel in self.channels)
            + (sum(not worker.alive for worker in self.workers) if self.workers else 1)
            + (self.model is not None and self.model.trouble is not None)
            + bool(self.unreached)
            + len(self.troubles_of_clocks)
            + len(self.disks)
            + len(self.duty_holes)
            + (self.search is not None)
            + bool(self.unprinted)
        )


def desk_state(
    t: Transaction,
    person: Person,
    sources: Sequence[Source],
    now: datetime,
    rules: HealthRules | None = None,
    *,
    days: bool = False,
    telling: Telling | None = None,
    oversight: OversightRules | None = None,
    disks: Iterable[Trouble] = (),
    duty: DutyRules | None = None,
) -> DeskState:
    """The state now, of these sources in their order; with `days` also how their posts compare with their usual days.

    `telling`, `oversight` and `duty` are the rules in force on how alerts go out, on the desk itself and on the duty roster, the
    shipped ones without. `disks` is what a look at the disks has found.
    """
    watch, tells = oversight or oversight_rules(), telling or shipped_telling()
    asked = (tuple(sources), rules, days, tells, watch)
    state = t.shared("state of the desk", asked, now, lambda: _state(t, sources, now, rules, days, tells, watch))
    return replace(
        state,
        sources=state.sources if may_somewhere(person, "view_sources") else [],
        calendar_missing=_calendar_missing(t, person, now),
        disks=list(disks),
        duty_holes=duty_holes(t, person, now, duty or duty_rules()),
    )


def _state(
    t: Transaction,
    sources: Sequence[Source],
    now: datetime,
    rules: HealthRules | None,
    days: bool,
    telling: Telling,
    watch: OversightRules,
) -> DeskState:
    """What is the same for everybody, whether they may see it or not."""
    return DeskState(
        sources=source_states(t, sources, now, rules, days=days),
        channels=t.alerts.channel_states(),
        workers=workers(t, now, watch.silent),
        waiting=t.posts.waiting_count(),
        unsent=t.alerts.waiting_count(now),
        model=model_note(t),
        troubles_of_clocks=[one.said for one in troubles(t, now, watch, ())],
        undelivered=t.alerts.failed_since(now - SHOWN_UNDELIVERED),
        unreached=len(unreached(t, now, telling)),
        search=search_note(t),
        copies_known=copies_known(t),
        unprinted=unprinted(t),
    )


def _calendar_missing(t: Transaction, person: Person, now: datetime) -> Sequence[int]:
    """For those who can do something about it."""
    return working_days(t).missing(now.astimezone(CHINA).date()) if may_somewhere(person, IMPORT) else ()


def workers(t: Transaction, now: datetime, silent: timedelta) -> list[WorkerRow]:
    """Every kind of worker by name (`send/page` is sending to the message page), with each of its processes.

    One without a sign of life for longer than `silent` counts as stopped.
    """
    beats = t.clock.heartbeats()
    processes: dict[str, list[ProcessRow]] = {}
    for beat in beats:
        row = ProcessRow(place_of(beat.worker), beat, now - beat.at <= silent)
        processes.setdefault(kind_of(beat.worker), []).append(row)
    newest = sorted(newest_beats(beats).items())
    return [WorkerRow(name, beat, now - beat.at <= silent, processes[name]) for name, beat in newest]


def audit_tail(t: Transaction, person: Person, limit: int = 50, before_seq: int | None = None) -> list[Entry] | None:
    """The latest acts, newest first; None for a person who may not read the log."""
    if not may_somewhere(person, "view_audit"):
        return None
    return t.audit.newest(min(limit, PAGE_ROWS), before_seq)


def people(t: Transaction, person: Person) -> list[Person] | None:
    """Every account; None for a person who does not manage them."""
    return t.people.all()[:PAGE_ROWS] if may_somewhere(person, "manage_people") else None
