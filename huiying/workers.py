"""The desk's workers, each a process of its own: `python -m huiying.workers clock|send|judge|crawl`.

A worker leaves a sign of life, goes on when the database does not answer for a while, and ends on SIGTERM after the step
it is in. Any other fault ends it; the supervisor starts it again.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from casework.reports.formats import pdf as pdf_format
from casework.reports.office_program import converted, program
from huiying.awaiting import Tell, await_store, to_stderr, told_to_stop
from huiying.clock import Clock, SystemClock, steady_seconds
from huiying.in_common import differences
from huiying.index_keeping import keep_indexes
from huiying.logs import facts, start_logging
from huiying.overseer import alarm_of, expected
from huiying.settings import Settings, load
from huiying.slots import BeingMoved, log_name, own_name
from huiying.starting import CannotStart
from huiying.telling_outages import TellingOutages, note_no_answer
from huiying.wiring import Desk
from pipeline.audit_sending import send_head_when_due
from pipeline.desk_trouble import watch_desk
from pipeline.due_alerts import watch_due_days
from pipeline.fail_over import fail_over
from pipeline.later_formats import print_due, without_pdf
from pipeline.notify import stored_contacts
from pipeline.oversight import forget_gone
from pipeline.periodic import watch_periodic
from pipeline.rectification_alerts import watch_rectifications
from pipeline.releasing import remind_of_releases
from pipeline.source_watch import watch_sources
from pipeline.sources import SourceList
from pipeline.suggestion_alerts import watch_suggestions
from pipeline.sweep import sweep
from pipeline.timekeeping import advance
from pipeline.working_calendar import recount_open
from records.worker_names import worker_name

TICK_SECONDS = 0.5
BEAT_SECONDS = 5.0
WATCH_SECONDS = 60.0
LOOK_SECONDS = 5.0
"""How often a clock worker looks whether something is to be looked after."""
LINKS_SECONDS = 600.0
AFTER_A_FAULT_SECONDS = 1.0

Stop = threading.Event


def tick(desk: Desk) -> int:
    """Move the desk's own clock on, fire what it has come to. Returns the number of new alerts."""
    reading = desk.clock.read()
    with desk.store.transaction() as t:
        due_until = advance(t, reading.wall, reading.boot, reading.boottime)
        t.clock.beat(desk.worker_name("clock"), reading.wall)
    return sweep(desk.store, due_until, stored_contacts, desk.escalation)


def watch(desk: Desk) -> int:
    """Look after the sources; the number of new alerts. Not for the crawl worker: it may be what has stopped."""
    sources = desk.sources.current().sources
    return watch_sources(desk.store, sources, desk.health_rules, desk.clock.now(), stored_contacts)


def send_head(desk: Desk) -> int:
    """Send the head of the log of acts outside where it is time; to how many it goes."""
    return send_head_when_due(desk.store, desk.oversight.audit_head_at, desk.clock.now(), stored_contacts)


def watch_over_suggestions(desk: Desk) -> int:
    """Tell of suggestions that are overdue; the number of new alerts."""
    return watch_suggestions(desk.store, desk.clock.now(), stored_contacts)


def watch_over_rectifications(desk: Desk) -> int:
    """Tell of what should have been put right; the number of new alerts."""
    return watch_rectifications(desk.store, desk.clock.now(), stored_contacts)


def recount(desk: Desk) -> int:
    """Move the deadlines that the calendar has otherwise now; how many moved."""
    return recount_open(desk.store, desk.clock.now(), stored_contacts)


def remind(desk: Desk) -> int:
    """Call to mind what is released on the next working day; the number of new alerts."""
    return remind_of_releases(desk.store, desk.clock.now(), desk.release_rules, stored_contacts)


def watch_over_due_days(desk: Desk) -> int:
    """Tell of what must be published soon or is late; the number of new alerts."""
    return watch_due_days(desk.store, desk.clock.now(), desk.disclosure_time, stored_contacts)


def watch_over_papers(desk: Desk) -> int:
    """Draft the papers of periods that are over, and tell of those that must be signed; the number of new alerts."""
    now = desk.clock.now()
    return watch_periodic(desk.store, now, desk.periodic, desk.disclosure_time, stored_contacts)


def forget_stopped(desk: Desk) -> int:
    """Show no more which processes have stopped for good, while others do their work, and forget what they had in hand;
    how many."""
    with desk.store.transaction() as t:
        t.leases.forget(t.leases.now(desk.clock.now()))
        return len(forget_gone(t, desk.clock.now(), desk.oversight))


def tell_of_trouble(desk: Desk) -> int:
    """Tell the office of what is wrong with the desk itself, and those of the alarm where nobody else does; the number of
    new alerts."""
    alarm = () if desk.overseen else alarm_of(desk)
    return watch_desk(desk.store, desk.clock.now(), desk.oversight, expected(desk), stored_contacts, alarm)


WATCHES: Mapping[str, Callable[[Desk], int]] = {
    "sources_told_of": watch,
    "audit_head_sent": send_head,
    "deadlines_moved": recount,
    "releases_told_of": remind,
    "suggestions_overdue": watch_over_suggestions,
    "rectifications_overdue": watch_over_rectifications,
    "due_days_told_of": watch_over_due_days,
    "papers_told_of": watch_over_papers,
    "processes_forgotten": forget_stopped,
    "troubles_told_of": tell_of_trouble,
}
"""What is looked after every minute beside the clocks, by what the log calls it."""

WATCHED_BY_SENDERS = {"troubles_told_of": tell_of_trouble}
"""What senders look after as well: that no clock worker is there any more."""


def clock_worker(desk: Desk, stop: Stop) -> None:
    """Tick until `stop` is set, and look after the sources beside that.

    The pauses are measured in seconds that only grow: a scheduler that waits for a time of day would stand still when
    somebody sets the machine's clock back (docs/decisions/0001-house.md).
    """
    log = logging.getLogger("huiying.clock")
    # Opened before there are two threads. The clocks of started plans never wait for the sources.
    _ = desk.store
    watching = threading.Thread(target=_keep_watch, args=(desk, stop, log, WATCHES), daemon=True, name="watch")
    watching.start()
    while not stop.is_set():
        try:
            queued = tick(desk)
            if queued:
                log.info("alerts_queued", extra=facts(alerts=queued))
        except DBAPIError:
            note_no_answer(log, desk.store)
        except ExceptionGroup:
            log.exception("some_clocks_could_not_be_swept")
        _pass_on(desk, log)
        stop.wait(TICK_SECONDS)
    watching.join(WATCH_SECONDS)


def _pass_on(desk: Desk, log: logging.Logger) -> None:
    try:
        passed_on = fail_over(desk.store, desk.steady_now(), stored_contacts, desk.telling)
        if passed_on:
            log.warning("nobody_reached_so_the_next_are_told", extra=facts(deliveries=passed_on))
    except DBAPIError:
        note_no_answer(log, desk.store)
    except Exception:
        # One alert that cannot be passed on stops no clock; it is tried again.
        log.exception("an_alert_could_not_be_passed_on")


def _keep_watch(desk: Desk, stop: Stop, log: logging.Logger, watches: Mapping[str, Callable[[Desk], int]]) -> None:
    """Of several workers one looks after each thing every minute; where that one dies, another does the next time."""
    once, every = desk.once("clock"), timedelta(seconds=WATCH_SECONDS)
    while True:
        try:
            for name in once.due(watches, every):
                _look_after(desk, log, name, partial(once.do, name, every, partial(watches[name], desk)))
        except DBAPIError:
            note_no_answer(log, desk.store)
        if stop.wait(LOOK_SECONDS):
            return


def _look_after(desk: Desk, log: logging.Logger, name: str, job: Callable[[], int | None]) -> None:
    """Do one thing that is done every minute; whatever is wrong with it now, the others are done, and it is tried again."""
    try:
        told = job()
        if told:
            log.info(name, extra=facts(alerts=told))
    except DBAPIError:
        note_no_answer(log, desk.store)
    except Exception:
        log.exception("%s_failed", name)


def send_worker(desk: Desk, stop: Stop) -> None:
    """Deliver what waits in the outbox, by a clock that never goes back: what was queued is not in the future."""
    poll = timedelta(seconds=desk.settings.alerts.poll_seconds)
    _ = desk.store  # Opened before there are two threads.
    watch = (desk, stop, logging.getLogger("huiying.send"), WATCHED_BY_SENDERS)
    threading.Thread(target=_keep_watch, args=watch, daemon=True, name="watch").start()
    desk.sender(desk.worker_name("send")).run(stop, desk.steady_now, poll)


def steadily(
    desk: Desk,
    name: str,
    stop: Stop,
    pause: float,
    step: Callable[[], bool],
    does: Callable[[], str | None] = lambda: None,
) -> None:
    """Repeat `step` until `stop` is set, pausing where it found nothing to do or the database did not answer.

    What the database itself refuses is a fault like any other: it rises, and shows as a process that ends again and again.

    `does` says what the signs of life tell of it.
    """
    log = logging.getLogger(f"huiying.{name}")
    beaten = -BEAT_SECONDS
    while not stop.is_set():
        try:
            if steady_seconds() - beaten >= BEAT_SECONDS:
                with desk.store.transaction() as t:
                    t.clock.beat(desk.worker_name(name), desk.clock.now(), does())
                beaten = steady_seconds()
            wait = 0.0 if step() else pause
        except (OperationalError, InterfaceError):
            note_no_answer(log, desk.store)
            wait = AFTER_A_FAULT_SECONDS
        if wait:
            stop.wait(wait)


def judge_worker(desk: Desk, stop: Stop) -> None:
    """Judge what waits, and once an hour let posts go whose time is over; with others of its kind, its share of that. Beside
    it the text indexes are kept level."""
    # Imported here: of all workers only this one needs NumPy and SciPy.
    from huiying.judging_worker import JudgingWorker
    from pipeline.in_order import COLLECTIONS

    # What judging makes hardly ever refers to itself; looked for as usual, that takes a quarter of the time of settling.
    gc.set_threshold(*COLLECTIONS)
    with closing(JudgingWorker(desk, logging.getLogger("huiying.judge"), stop)) as worker:
        # Whatever ails an index, judging does not wait for it.
        indexing = threading.Thread(
            target=keep_indexes, args=(desk, stop, worker.keeps_indexes), daemon=True, name="index"
        )
        indexing.start()
        steadily(desk, "judge", stop, desk.settings.judge.poll_seconds, worker.step, worker.does)
        indexing.join(WATCH_SECONDS)


def crawl_worker(desk: Desk, stop: Stop) -> None:
    """Read the sources that are due; what is wrong with their rows is told once and stops none of the others."""
    log = logging.getLogger("huiying.crawl")
    collector = desk.collector()
    _ = desk.store  # Opened before there are two threads.
    threading.Thread(target=_keep_links, args=(desk, stop), daemon=True, name="links").start()
    told: SourceList | None = None

    def step() -> bool:
        nonlocal told
        begun = collector.tick()
        if begun:
            log.info("reading", extra=facts(sources=begun))
        if desk.sources.last is not told:
            told = desk.sources.last
            log.info("sources", extra=facts(enabled=len(told.sources), faults=len(told.all_faults)))
            for fault in told.all_faults:
                log.warning("sources_fault", extra=facts(fault=fault))
        return False

    try:
        steadily(desk, "crawl", stop, desk.settings.crawl.poll_seconds, step)
    finally:
        with suppress(DBAPIError):
            collector.leave()


def print_missing(desk: Desk) -> int:
    """Where the settings ask for .pdf, print those that could not be made when their papers were filed; how many."""
    wanted = pdf_format.EXTENSION in desk.settings.reports.also
    files = without_pdf(desk.settings.reports_dir) if wanted else []
    outcomes = print_due(desk.store, files, converted, desk.clock.now())
    for one in outcomes:
        if one.fault is not None:
            logging.getLogger("huiying.links").warning("not_printed", extra=facts(file=one.file.name, fault=one.fault))
    return sum(one.fault is None for one in outcomes)


def _keep_links(desk: Desk, stop: Stop) -> None:
    """Look at the links of what was published, and print what was left for later, beside the sources: both are slow at
    times, and nothing waits for them."""
    log = logging.getLogger("huiying.links")

    once, every = desk.once("crawl"), timedelta(seconds=LINKS_SECONDS)

    def links() -> int:
        return desk.check_links().alerts

    def printed() -> int | None:
        # Who has no LibreOffice leaves it to another machine.
        return None if program() is None else once.do("pdf_printed", every, lambda: print_missing(desk))

    while not stop.wait(LINKS_SECONDS):
        _look_after(desk, log, "links_told_of", partial(once.do, "links_told_of", every, links))
        _look_after(desk, log, "pdf_printed", printed)


WORKERS: Mapping[str, Callable[[Desk, Stop], None]] = {
    "clock": clock_worker,
    "send": send_worker,
    "judge": judge_worker,
    "crawl": crawl_worker,
}


def run(kind: str, clock: Clock, settings: Settings, tell: Tell = lambda _: None, *, overseen: bool = False) -> int:
    """Be the worker `kind` until SIGTERM; the exit code. `tell` hears how it fares, a Chinese line each; `overseen` by
    `huiying up` or not.

    Raises CannotStart where the schema of the record store is not this program's, or the store is being moved.
    """
    try:
        with told_to_stop() as stop, own_name(kind, settings.data_dir) as name:
            log = start_logging(settings, kind, log_name(name))
            return work(kind, Desk(settings, clock, worker=name, overseen=overseen), stop, log, tell)
    except BeingMoved as fault:
        raise CannotStart(str(fault)) from None


def work(kind: str, desk: Desk, stop: Stop, log: logging.Logger, tell: Tell) -> int:
    """Be that worker of the desk, which is closed at the end, until `stop` is set; the exit code. Raises CannotStart."""
    try:
        if not await_store(desk, stop, tell):
            return 0
        TellingOutages(desk.store, log, tell)
        log.info("started")
        for line in differences(desk, kind):
            tell(line)
        tell(f"{worker_name(kind)}进程已启动（{desk.worker_name(kind)}），按 Ctrl-C 停下")
        WORKERS[kind](desk, stop)
    except CannotStart:
        raise
    except Exception:
        log.exception("failed")
        return 1
    finally:
        desk.close()
    log.info("stopped")
    tell(f"{worker_name(kind)}进程已停下")
    return 0


def main(kind: str) -> int:
    """Be a child of `huiying up`: what it tells is kept in its output file."""
    try:
        return run(kind, SystemClock(), load(None, os.environ), to_stderr, overseen=True)
    except CannotStart as fault:
        sys.stderr.write(f"{fault}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
