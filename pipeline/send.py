"""Sends what waits in the outbox: never lost, and repeated only if the message says so.

A delivery is claimed with a lease and a fence, sent only if the lease outlasts the channel's time-out, and settled
afterwards. Whoever crashes in between leaves an open attempt, so the next attempt is marked as a possible repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from threading import Event, Thread

from sqlalchemy.exc import DBAPIError

from alerts.delivery import Channel, DeliveryFailed, Outgoing, TakesSeveral
from alerts.message import number_of, templates, together
from records.deliveries import AttemptOutcome, Claim
from regulation.telling import Telling
from storage.alerts import Limits
from storage.store import Store, Transaction

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

ACKNOWLEDGE = "/ack/"
"""Where the links lead by which an alert can be acknowledged."""

AT_ONCE = 16
"""How many deliveries are claimed together at most, and settled together."""

IN_HAND = timedelta(milliseconds=100)
"""What is claimed together should be sent within so long; what is not goes back."""

_MINUTE = timedelta(minutes=1)
_NOT_SET_UP = "没有配置这个渠道，提醒只到站内消息：请在设置中启用它"


@dataclass(frozen=True, slots=True)
class Terms:
    """How sending is tried: `lease` of a claim, waits before each retry (the last one repeats), `beat` of the workers.

    `base_address` is put before the links, such as http://127.0.0.1:8501; `telling` says what has to wait (called
    anew at every look where it can be), and without it nothing has. `ticket` signs the number of a delivery: then its link is one by which it can be acknowledged.
    """

    lease: timedelta
    retry_after: Sequence[timedelta]
    base_address: str = ""
    beat: timedelta = timedelta(seconds=5)
    telling: Telling | Callable[[], Telling] | None = None
    ticket: Callable[[int], str] | None = None

    @property
    def telling_now(self) -> Telling | None:
        """The rules in force on what has to wait."""
        return self.telling() if callable(self.telling) else self.telling

    def wait_after(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts."""
        return self.retry_after[min(attempts, len(self.retry_after)) - 1]


@dataclass(frozen=True, slots=True)
class _Result:
    """How the sending of one message ended, that carried one alert, or several together."""

    claims: Sequence[Claim]
    outcome: AttemptOutcome | None
    detail: str | None = None
    permanent: bool = False
    channel_down: bool = False


class Line:
    """One channel's way out: what it sent last is settled in the transaction that claims the next.

    A channel that is quick enough is handed several messages a transaction, a slow one a single message: whatever breaks,
    no more than a moment's work is in hand.
    """

    def __init__(self, store: Store, name: str, channel: Channel, worker: str, terms: Terms) -> None:
        self.name = name
        self._store = store
        self._channel = channel
        self._worker = worker
        self._terms = terms
        self._several = channel if isinstance(channel, TakesSeveral) else None
        self._results: list[_Result] = []
        self._begun_at: datetime | None = None
        self._pace = 1
        self._beat_at: datetime | None = None
        self._ahead = timedelta(0)
        """By how much the clock that leases run by was ahead of our own when it was looked at last."""
        self.down = False

    @property
    def away(self) -> bool:
        """Whether the store cannot be used now, so that nobody need be told of it again."""
        return self._store.outages.trouble is not None

    @property
    def _telling(self) -> Telling | None:
        # The message page is the desk itself: nobody is disturbed by it.
        return None if self._channel.idempotent else self._terms.telling_now

    def step(self, clock: Clock, most: int = AT_ONCE) -> int:
        """Settle what was sent, then claim and send what is next; how many deliveries were tried, 0 at the end.

        At most `most` are claimed, and with 0 none.

        When the store fails, the results are kept and settled by a later call.
        """
        now = clock()
        if not self._results and not self._has_work(now):
            return 0
        self._find_pace(now)
        with self._store.transaction() as t:
            self._settle(t, now)
            messages = self._claim(t, now, min(most, self._pace)) if most > 0 else []
        self._results, self._begun_at, self.down = [], None, False
        for claims in messages:
            result = self._sent(claims, clock())
            self._results.append(result)
            self.down = self.down or result.channel_down
        return sum(len(result.claims) for result in self._results if result.outcome is not None)

    def _find_pace(self, now: datetime) -> None:
        """As many as go well within the time, at most twice as many as last time; one where not all of those were sent."""
        well = all(result.outcome is AttemptOutcome.SENT for result in self._results)
        # What a budget allows is counted anew for every message.
        if not well or self._begun_at is None or self._channel.budget is not None:
            self._pace = 1
            return
        each = (now - self._begun_at) / sum(len(result.claims) for result in self._results)
        fitting = int(IN_HAND / 2 / each) if each > timedelta(0) else AT_ONCE
        self._pace = max(1, min(fitting, 2 * self._pace, AT_ONCE))

    def beat(self, now: datetime) -> None:
        """Leave a sign of life, not more often than the terms ask for."""
        if self._beat_at is not None and timedelta(0) <= now - self._beat_at < self._terms.beat:
            return
        with self._store.transaction() as t:
            t.clock.beat(f"{self._worker}/{self.name}", now)
        self._beat_at = now

    def _has_work(self, now: datetime) -> bool:
        with self._store.reading() as t:
            return t.alerts.has_work(self.name, now, self._limits(t, now), t.leases.now(now))

    def _claim(self, t: Transaction, now: datetime, most: int) -> list[list[Claim]]:
        """What is sent next, by send: urgent deliveries each alone, another one with those that can go together with it,
        all at once over a channel that takes several."""
        limits, at = self._limits(t, now), t.leases.now(now)
        self._ahead, until = at - now, at + self._terms.lease
        claims = t.alerts.claim_several(self.name, now, until, self._worker, limits, most, at)
        if not claims:
            return []
        if self._several is not None:
            return [claims]
        if self._telling is None or claims[0].alert.urgent:
            return [[claim] for claim in claims]
        beside = self._telling.digest_most - 1
        return [[*claims, *t.alerts.claim_beside(claims[0], now, until, self._worker, limits, beside, at)]]

    def _limits(self, t: Transaction, now: datetime) -> Limits | None:
        """What has to wait: others than urgent ones for their time of day and for company, all for a channel's budget."""
        if self._telling is None:
            return None
        budget = self._channel.budget
        sent = {} if budget is None else t.alerts.sent_between(self.name, now - _MINUTE, now)
        most = 0 if budget is None else budget.a_minute
        share = most * (1 - self._telling.urgent_share)
        return Limits(
            others_before=self._telling.others_before(now),
            full=[address for address, count in sent.items() if count >= most],
            crowded=[address for address, count in sent.items() if count >= share],
        )

    def _sent(self, claims: Sequence[Claim], now: datetime) -> _Result:
        self._begun_at = self._begun_at or now
        if self._must_go_back(claims, now):
            return _Result(claims, None)
        try:
            self._hand_over(claims)
        except DeliveryFailed as failure:
            outcome = AttemptOutcome.UNKNOWN if failure.maybe_delivered else AttemptOutcome.REFUSED
            return _Result(claims, outcome, str(failure), failure.permanent, failure.channel_down)
        except DBAPIError as fault:
            # Only the message page writes to the store, and a write that was not committed did not happen.
            return _Result(claims, AttemptOutcome.UNKNOWN, f"数据库暂不可用：{type(fault).__name__}", channel_down=True)
        except Exception as fault:  # noqa: BLE001 - one channel's fault stops no other; the message may have got through
            _log.exception("channel %s failed", self.name)
            return _Result(claims, AttemptOutcome.UNKNOWN, f"渠道程序出错：{type(fault).__name__}", channel_down=True)
        return _Result(claims, AttemptOutcome.SENT)

    def _hand_over(self, claims: Sequence[Claim]) -> None:
        messages = [_outgoing(claim, self._channel, self._terms) for claim in claims]
        if self._several is not None:
            self._several.send_several(messages)
        elif len(messages) == 1:
            self._channel.send(messages[0])
        else:
            self._channel.send(together(messages, _address(self._terms.base_address, templates().together_link)))

    def _must_go_back(self, claims: Sequence[Claim], now: datetime) -> bool:
        """Whether to leave these for later: the lease is too short by now, or the ones before took longer than expected."""
        if self.down or (self._begun_at is not None and now - self._begun_at >= IN_HAND):
            return True
        leases = [claim.delivery.lease_until for claim in claims]
        at = now + self._ahead
        return any(lease is None or lease - at < self._channel.timeout for lease in leases)

    def _settle(self, t: Transaction, now: datetime) -> None:
        for sent, alike in groupby(self._results, lambda result: result.outcome is AttemptOutcome.SENT):
            results = list(alike)
            if sent:
                t.alerts.settle_all([claim for result in results for claim in result.claims], AttemptOutcome.SENT, now)
                t.alerts.note_success(self.name, now)
            else:
                self._settle_unsent(t, results, now)

    def _settle_unsent(self, t: Transaction, results: Sequence[_Result], now: datetime) -> None:
        for result in results:
            for claim in result.claims:
                self._settle_one(t, claim, result, now)
            if result.outcome is not None:
                t.alerts.note_failure(self.name, now, result.detail or "", down=result.channel_down)

    def _settle_one(self, t: Transaction, claim: Claim, result: _Result, now: datetime) -> None:
        if result.outcome is None:
            t.alerts.release(claim, now)
        else:
            t.alerts.settle(claim, result.outcome, now, result.detail, self._retry_at(t, claim, result, now))

    def _retry_at(self, t: Transaction, claim: Claim, result: _Result, now: datetime) -> datetime | None:
        """When to try again; None where that is of no use, or too late to be."""
        at = now + self._terms.wait_after(claim.delivery.attempts)
        return None if result.permanent or self._given_up(t, claim, at) else at

    def _given_up(self, t: Transaction, claim: Claim, at: datetime) -> bool:
        """Whether it was tried long enough. What is urgent is given its time also where the desk was off when it was due."""
        if self._telling is None or claim.clocked or not self._telling.given_up(claim.alert.at, at):
            return False
        return not claim.alert.urgent or self._telling.given_up(t.alerts.attempts(claim.delivery.id)[0].started_at, at)


class Sender:
    """Sends over every channel, the ones that cannot repeat first; each channel waits only for itself."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], worker: str, terms: Terms) -> None:
        """Raises ValueError where a channel may take longer than the lease lasts."""
        slow = [name for name, channel in channels.items() if channel.timeout >= terms.lease]
        if slow:
            raise ValueError(f"the lease of {terms.lease} must outlast the time-out of {', '.join(slow)}")
        order = sorted(channels, key=lambda name: (not channels[name].idempotent, name))
        self._store = store
        self._lines = [Line(store, name, channels[name], worker, terms) for name in order]
        self._terms = terms
        self._forgot_at: datetime | None = None

    def send_due(self, now: datetime, limit: int = 1000) -> int:
        """Send what is due at `now`, at most `limit` a channel; how many sends were tried.

        Time stands still meanwhile: for replays and tests. A live desk calls `run`.
        """
        return sum(_drain(line, lambda: now, limit) for line in self._lines)

    def run(self, stop: Event, clock: Clock, poll: timedelta) -> None:
        """Send until `stop` is set, each channel in a thread of its own, and leave signs of life."""
        threads = [
            Thread(target=_run_line, args=(line, stop, clock, poll), name=f"send {line.name}", daemon=True)
            for line in self._lines
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(poll.total_seconds()):
            self.look_at_others(clock())
            if not all(thread.is_alive() for thread in threads) and not stop.is_set():
                raise RuntimeError("a sending thread has died")
        for thread in threads:
            thread.join()

    def look_at_others(self, now: datetime) -> None:
        """See what there is of channels that this desk does not have; `run` does so all the time."""
        try:
            self._note_unserved(now)
            if self._forgot_at is None or not timedelta(0) <= now - self._forgot_at < _MINUTE:
                self._forget_unserved(now)
                self._forgot_at = now
        except DBAPIError:
            if self._store.outages.trouble is None:
                _log.warning("the store cannot be read; unserved channels are looked for again")

    def _note_unserved(self, now: datetime) -> None:
        """Show the channels that deliveries wait for and that this desk does not have."""
        served = [line.name for line in self._lines]
        with self._store.reading() as t:
            unserved = t.alerts.unserved(served, now)
        for name in unserved:
            with self._store.transaction() as t:
                t.alerts.note_failure(name, now, _NOT_SET_UP)

    def _forget_unserved(self, now: datetime) -> None:
        """Show a channel no more that nobody serves, once nothing waits for it; what has waited too long ends.

        What another machine on this store serves leaves signs of life.
        """
        with self._store.reading() as t:
            beats = [(beat, beat.worker.partition("/")[2]) for beat in t.clock.heartbeats()]
            known = {state.channel for state in t.alerts.channel_states()}
        alive = {channel for beat, channel in beats if now - beat.at <= _MINUTE}
        served = {line.name for line in self._lines} | alive
        silent = [beat.worker for beat, channel in beats if channel and channel not in served]
        if not silent and known <= served:
            return
        with self._store.transaction() as t:
            if (telling := self._terms.telling_now) is not None:
                t.alerts.give_up_unserved(served, now, now - telling.give_up_after, _NOT_SET_UP)
            t.alerts.forget_channels(served)
            t.clock.forget(silent)


def _drain(line: Line, clock: Clock, limit: int) -> int:
    tried = 0
    line.down = False
    while step := line.step(clock, 0 if line.down else limit - tried):
        tried += step
    return tried


def _run_line(line: Line, stop: Event, clock: Clock, poll: timedelta) -> None:
    while not stop.is_set():
        try:
            line.beat(clock())
            busy = line.step(clock) > 0 and not line.down
        except DBAPIError as fault:
            if not line.away:  # which is told of once
                _log.warning("the store does not answer (%s); what was sent is settled later", type(fault).__name__)
            busy = False
        if not busy:
            stop.wait(poll.total_seconds())
    _settle_last(line, clock)


def _settle_last(line: Line, clock: Clock) -> None:
    try:
        line.step(clock, most=0)
    except DBAPIError as fault:
        _log.warning("the last result could not be written (%s); it is sent again, marked", type(fault).__name__)


def _outgoing(claim: Claim, channel: Channel, terms: Terms) -> Outgoing:
    alert, note = claim.alert, claim.delivery.note
    link = alert.link
    if link is not None and not channel.idempotent:
        if alert.incident is not None and terms.ticket is not None:
            link = f"{ACKNOWLEDGE}{terms.ticket(claim.delivery.id)}"
        link = _address(terms.base_address, link)
    return Outgoing(
        key=claim.delivery.idem_key,
        number=number_of(alert.key),
        recipient=alert.recipient,
        address=claim.delivery.address,
        kind=alert.kind,
        at=alert.at,
        due_at=alert.due_at,
        title=alert.title,
        body=alert.body if note is None else f"{note}\n{alert.body}",
        link=link,
        maybe_repeated=claim.maybe_repeated and not channel.idempotent,
    )


def _address(base: str, link: str) -> str | None:
    return f"{base.rstrip('/')}{link}" if base else None
