"""Keeps alerts, the outbox that carries them, every attempt to send, and how each channel fares."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from records.alerts import Alert, AlertState
from records.deliveries import Attempt, AttemptOutcome, ChannelState, Claim, Delivery, DeliveryState
from records.words import Level
from storage.inserting import insert_new
from storage.tables import alert as alerts
from storage.tables import attempt as attempts
from storage.tables import channel_state, outbox

LONGEST_LEASE = timedelta(minutes=5)
"""After somebody has set the clock back, no lease lasts longer than this."""

Free = tuple[ColumnElement[bool], ColumnElement[bool]]

_UNSETTLED = (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may not be claimed: anything for an address that is `full`, and of what is not urgent all that is younger than
    `others_before` (all of it, without that) or goes to an address that is `crowded`."""

    others_before: datetime | None
    full: Collection[str] = ()
    crowded: Collection[str] = ()


class Alerts:
    """Alerts, outbox, attempts, channel states.

    An alert with a `reason` has been withdrawn or suppressed: nothing of it is claimed any more.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert, deadline: int | None = None) -> bool:
        """Write an alert; one whose key is there already changes nothing and returns False."""
        return insert_new(
            self._connection,
            alerts,
            key=alert.key,
            at=alert.at,
            kind=alert.kind,
            incident=alert.incident,
            deadline=deadline,
            recipient=alert.recipient,
            due_at=alert.due_at,
            title=alert.title,
            body=alert.body,
            link=alert.link,
            urgent=alert.urgent,
            state=alert.state,
            reason=alert.reason,
            level=alert.level,
        )

    def get(self, key: str) -> Alert | None:
        """The alert of that key."""
        row = self._connection.execute(select(alerts).where(alerts.c.key == key)).one_or_none()
        return None if row is None else _alert(row)

    def all(self) -> list[Alert]:
        """Every alert, by time, then kind, recipient and key."""
        order = (alerts.c.at, alerts.c.kind, alerts.c.recipient, alerts.c.key)
        return [_alert(row) for row in self._connection.execute(select(alerts).order_by(*order))]

    def of_incident(self, incident_id: str) -> list[Alert]:
        """The alerts of an incident, oldest first."""
        query = select(alerts).where(alerts.c.incident == incident_id)
        return [_alert(row) for row in self._connection.execute(query.order_by(alerts.c.at, alerts.c.key))]

    def newest(self, limit: int, state: AlertState | None = None) -> list[Alert]:
        """The newest alerts, in one state only if that is given."""
        query = select(alerts).order_by(alerts.c.at.desc(), alerts.c.key).limit(limit)
        if state is not None:
            query = query.where(alerts.c.state == state)
        return [_alert(row) for row in self._connection.execute(query)]

    def states_between(self, since: datetime, until: datetime) -> list[tuple[AlertState, int]]:
        """How many of the alerts queued from `since` up to, not with, `until` are in which state."""
        of_then = (alerts.c.at >= since, alerts.c.at < until)
        query = select(alerts.c.state, func.count()).where(*of_then).group_by(alerts.c.state).order_by(alerts.c.state)
        return [(AlertState(row[0]), int(row[1])) for row in self._connection.execute(query)]

    def withdraw(self, deadline: int, reason: str) -> list[Delivery]:
        """Suppress what is unsent of a deadline's alerts; returns the deliveries under way, which stay as they are."""
        of_deadline = select(alerts.c.key).where(alerts.c.deadline == deadline)
        locked = self._connection.execute(
            select(alerts.c.key, alerts.c.reason)
            .where(alerts.c.deadline == deadline)
            .order_by(alerts.c.key)
            .with_for_update()
        ).all()
        self._connection.execute(
            select(outbox.c.id).where(outbox.c.alert.in_(of_deadline), outbox.c.state.in_(_UNSETTLED)).with_for_update()
        ).all()
        unsent = set(
            self._connection.execute(
                select(outbox.c.alert).where(outbox.c.alert.in_(of_deadline), outbox.c.state.in_(_UNSETTLED))
            ).scalars()
        )
        self._connection.execute(
            update(outbox)
            .where(outbox.c.alert.in_(of_deadline), outbox.c.state == DeliveryState.QUEUED)
            .values(state=DeliveryState.SUPPRESSED, error=reason)
        )
        keys = [row.key for row in locked if row.key in unsent and row.reason is None]
        self._connection.execute(update(alerts).where(alerts.c.key.in_(keys)).values(reason=reason))
        self._derive(keys)
        under_way = select(outbox).where(outbox.c.alert.in_(of_deadline), outbox.c.state == DeliveryState.SENDING)
        return [_delivery(row) for row in self._connection.execute(under_way.order_by(outbox.c.id))]

    def enqueue(
        self, alert: Alert, channel: str, address: str, at: datetime | None = None, note: str | None = None
    ) -> bool:
        """Put an alert into the outbox for one channel and address; False where it is there already.

        `at` is when, if later than the alert itself; for `note` see Delivery.
        """
        return insert_new(
            self._connection,
            outbox,
            alert=alert.key,
            channel=channel,
            address=address,
            idem_key=hashlib.sha256(f"{alert.key}|{channel}|{address}".encode()).hexdigest(),
            state=DeliveryState.QUEUED,
            available_at=at or alert.at,
            queued_at=at or alert.at,
            note=note,
            attempts=0,
            fence=0,
        )

    def claim(
        self, channel: str, now: datetime, lease_until: datetime, worker: str, limits: Limits | None = None
    ) -> Claim | None:
        """Take the next delivery of a channel for `worker` until `lease_until`: urgent ones first, then the oldest.

        A delivery whose worker let its lease run out is free again, before those that wait; its attempt then counts as
        unknown.
        """
        return next(iter(self.claim_several(channel, now, lease_until, worker, limits, 1)), None)

    def claim_several(
        self,
        channel: str,
        now: datetime,
        lease_until: datetime,
        worker: str,
        limits: Limits | None,
        most: int,
        leases_at: datetime | None = None,
    ) -> list[Claim]:
        """Take the next deliveries in the same order: at most `most` urgent ones, or one other.

        Leases run by one clock for all who take them (`Leases.now`); `leases_at` is what it shows where that is not `now`.
        """
        self._give_up_withdrawn(channel, now, leases_at or now)
        free = _free(now, leases_at)
        rows = self._locked(channel, free, limits, True, most) or self._locked(channel, free, limits, False, 1)
        return self._claimed(rows, now, lease_until, worker)

    def claim_beside(
        self,
        claim: Claim,
        now: datetime,
        lease_until: datetime,
        worker: str,
        limits: Limits | None,
        most: int,
        leases_at: datetime | None = None,
    ) -> list[Claim]:
        """At most `most` further deliveries that are not urgent and go to the same address: they can go as one message."""
        to = outbox.c.address == claim.delivery.address
        rows = self._locked(claim.delivery.channel, _free(now, leases_at), limits, False, most, to)
        return self._claimed(rows, now, lease_until, worker)

    def _locked(
        self, channel: str, free: Free, limits: Limits | None, urgent: bool, most: int, *more: ColumnElement[bool]
    ) -> list[Row[Any]]:
        """At most `most` deliveries that may be claimed, urgent ones or others, locked: first what a worker left behind."""
        rows: list[Row[Any]] = []
        for one in free:
            query = _next(channel, one, limits, urgent).where(*more).limit(most - len(rows))
            rows += self._connection.execute(query.with_for_update(skip_locked=True, of=outbox))
        return rows

    def wait_no_longer(self, now: datetime, leases_at: datetime | None = None) -> None:
        """Let whatever waits for a moment after `now` be tried at once, and no lease last long: such a moment may never
        have been near.
        """
        ends = (leases_at or now) + LONGEST_LEASE
        self._connection.execute(
            update(outbox)
            .where(outbox.c.state == DeliveryState.QUEUED, outbox.c.available_at > now)
            .values(available_at=now)
        )
        self._connection.execute(update(outbox).where(outbox.c.queued_at > now).values(queued_at=now))
        self._connection.execute(
            update(outbox)
            .where(outbox.c.state == DeliveryState.SENDING, outbox.c.lease_until > ends)
            .values(lease_until=ends)
        )

    def doubt(self, now: datetime) -> int:
        """Note of everything that is not settled that it may have been sent by somebody unknown; how many deliveries."""
        rows = self._connection.execute(
            select(outbox.c.id, outbox.c.fence, outbox.c.state).where(outbox.c.state.in_(_UNSETTLED)).with_for_update()
        ).all()
        if not rows:
            return 0
        self._close_open_attempts([row.id for row in rows if row.state == DeliveryState.SENDING], now)
        unknown = {
            "started_at": now,
            "ended_at": now,
            "outcome": AttemptOutcome.UNKNOWN,
            "detail": "恢复自备份，可能已经发出",
        }
        self._connection.execute(
            insert(attempts), [{"outbox": row.id, "fence": row.fence + 1, **unknown} for row in rows]
        )
        freed = {"state": DeliveryState.QUEUED, "lease_until": None, "lease_by": None}
        self._connection.execute(
            update(outbox).where(outbox.c.state.in_(_UNSETTLED)).values(fence=outbox.c.fence + 1, **freed)
        )
        return len(rows)

    def sent_between(self, channel: str, since: datetime, until: datetime) -> dict[str, int]:
        """How many sends a channel has begun to each address in that time."""
        query = (
            select(outbox.c.address, func.count())
            .select_from(attempts.join(outbox, outbox.c.id == attempts.c.outbox))
            .where(outbox.c.channel == channel, attempts.c.started_at > since, attempts.c.started_at <= until)
            .group_by(outbox.c.address)
        )
        return {address: count for address, count in self._connection.execute(query)}

    def unreached(self, since: datetime, queued_before: datetime, page: str, but: Collection[str] = ()) -> list[str]:
        """Urgent alerts since then that went out over other channels than `page` and reached nobody there.

        Only those that wait since `queued_before`, or that none of those channels will deliver any more; `but` not those
        of these kinds.
        """
        beside = and_(outbox.c.alert == alerts.c.key, outbox.c.channel != page)
        reached = select(outbox.c.id).where(beside, outbox.c.state == DeliveryState.SENT).exists()
        tried = select(outbox.c.id).where(beside).exists()
        young = select(outbox.c.id).where(beside, outbox.c.queued_at > queued_before).exists()
        hopeful = select(outbox.c.id).where(beside, outbox.c.state != DeliveryState.FAILED).exists()
        query = (
            select(alerts.c.key)
            .where(alerts.c.urgent, alerts.c.reason.is_(None), alerts.c.at >= since, tried, ~reached)
            .where(or_(~young, ~hopeful), alerts.c.kind.not_in(but))
            .order_by(alerts.c.at, alerts.c.key)
        )
        return list(self._connection.execute(query).scalars())

    def _claimed(self, rows: Sequence[Row[Any]], now: datetime, lease_until: datetime, worker: str) -> list[Claim]:
        if not rows:
            return []
        self._close_open_attempts([row.id for row in rows if row.state == DeliveryState.SENDING], now)
        held: dict[str, Any] = {"state": DeliveryState.SENDING, "lease_until": lease_until, "lease_by": worker}
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(fence=outbox.c.fence + 1, attempts=outbox.c.attempts + 1, **held)
        )
        maybe_repeated = self._may_have_arrived([row.id for row in rows if row.fence > 0])
        self._connection.execute(
            insert(attempts),
            [
                {"outbox": row.id, "fence": row.fence + 1, "started_at": now, "outcome": AttemptOutcome.OPEN}
                for row in rows
            ],
        )
        query = select(alerts).where(alerts.c.key.in_({row.alert for row in rows}))
        found = {row.key: row for row in self._connection.execute(query)}
        return [
            Claim(
                replace(_delivery(row), fence=row.fence + 1, attempts=row.attempts + 1, **held),
                _alert(found[row.alert]),
                row.id in maybe_repeated,
                found[row.alert].deadline is not None,
            )
            for row in rows
        ]

    def settle(
        self,
        claim: Claim,
        outcome: AttemptOutcome,
        at: datetime,
        detail: str | None = None,
        retry_at: datetime | None = None,
    ) -> bool:
        """Write down how an attempt ended: sent, to be tried again at `retry_at`, or failed for good without one.

        False where another worker has taken the delivery over meanwhile: then only the attempt is closed.
        """
        return self.settle_all([claim], outcome, at, detail, retry_at) == 1

    def settle_all(
        self,
        claims: Sequence[Claim],
        outcome: AttemptOutcome,
        at: datetime,
        detail: str | None = None,
        retry_at: datetime | None = None,
    ) -> int:
        """The same for several attempts that ended alike; how many of the deliveries nobody had taken over."""
        keys = {claim.delivery.alert for claim in claims}
        # Always in this order: two that lock the same alerts never wait for each other.
        locked = self._connection.execute(
            select(alerts.c.key, alerts.c.reason).where(alerts.c.key.in_(keys)).order_by(alerts.c.key).with_for_update()
        ).all()
        self._connection.execute(
            update(attempts)
            .where(tuple_(attempts.c.outbox, attempts.c.fence).in_(_marks(claims)))
            .values(ended_at=at, outcome=outcome, detail=detail)
        )
        changed = 0
        for withdrawn in (False, True):
            alike = {row.key for row in locked if (row.reason is not None) is withdrawn}
            marks = _marks([claim for claim in claims if claim.delivery.alert in alike])
            if marks:
                changed += self._let_go(marks, _state_after(outcome, retry_at, withdrawn), detail, retry_at)
        self._derive(keys)
        return changed

    def _let_go(
        self, marks: Sequence[tuple[int, int]], state: DeliveryState, detail: str | None, retry_at: datetime | None
    ) -> int:
        """End the leases of the deliveries that are still held with these fences; how many there were."""
        return self._connection.execute(
            update(outbox)
            .where(tuple_(outbox.c.id, outbox.c.fence).in_(marks), outbox.c.state == DeliveryState.SENDING)
            .values(
                state=state,
                available_at=retry_at or outbox.c.available_at,
                lease_until=None,
                lease_by=None,
                error=None if state is DeliveryState.SENT else detail,
            )
        ).rowcount

    def release(self, claim: Claim, at: datetime) -> bool:
        """Put back a delivery that was claimed and never tried; one that was withdrawn meanwhile stays unsent."""
        delivery = claim.delivery
        reason = self._connection.execute(
            select(alerts.c.reason).where(alerts.c.key == delivery.alert).with_for_update()
        ).scalar()
        mine = and_(outbox.c.id == delivery.id, outbox.c.fence == delivery.fence)
        changed = self._connection.execute(
            update(outbox)
            .where(mine, outbox.c.state == DeliveryState.SENDING)
            .values(
                state=DeliveryState.QUEUED if reason is None else DeliveryState.SUPPRESSED,
                attempts=outbox.c.attempts - 1,
                lease_until=None,
                lease_by=None,
            )
        )
        self._connection.execute(
            update(attempts)
            .where(attempts.c.outbox == delivery.id, attempts.c.fence == delivery.fence)
            .values(ended_at=at, outcome=AttemptOutcome.REFUSED, detail="未及发送，放回待发")
        )
        return changed.rowcount == 1

    def delivery(self, outbox_id: int) -> Delivery | None:
        """The outbox row of that id."""
        row = self._connection.execute(select(outbox).where(outbox.c.id == outbox_id)).one_or_none()
        return None if row is None else _delivery(row)

    def deliveries(self, keys: Sequence[str]) -> dict[str, list[Delivery]]:
        """The deliveries of these alerts, by alert key."""
        found: dict[str, list[Delivery]] = {key: [] for key in keys}
        for row in self._connection.execute(select(outbox).where(outbox.c.alert.in_(keys)).order_by(outbox.c.id)):
            found[row.alert].append(_delivery(row))
        return found

    def newest_of(self, kind: str) -> dict[tuple[str, str], tuple[datetime, Delivery]]:
        """The newest delivery of one kind of alert and when it was queued, by (channel, address) to which it goes."""
        query = (
            select(outbox, alerts.c.at)
            .join(alerts, alerts.c.key == outbox.c.alert)
            .where(alerts.c.kind == kind)
            .order_by(alerts.c.at, outbox.c.id)
        )
        return {(row.channel, row.address): (row.at, _delivery(row)) for row in self._connection.execute(query)}

    def attempts(self, outbox_id: int) -> list[Attempt]:
        """Every attempt at a delivery, in order."""
        query = select(attempts).where(attempts.c.outbox == outbox_id).order_by(attempts.c.fence)
        return [
            Attempt(row.outbox, row.fence, row.started_at, row.ended_at, AttemptOutcome(row.outcome), row.detail)
            for row in self._connection.execute(query)
        ]

    def arrived(self, keys: Collection[str]) -> dict[str, datetime]:
        """When the first attempt succeeded by which each of these alerts arrived anywhere; what never did is left out."""
        ended = func.min(attempts.c.ended_at, type_=attempts.c.ended_at.type)
        query = (
            select(outbox.c.alert, ended.label("at"))
            .join(attempts, attempts.c.outbox == outbox.c.id)
            .where(outbox.c.alert.in_(keys), attempts.c.outcome == AttemptOutcome.SENT)
            .group_by(outbox.c.alert)
        )
        return {row.alert: row.at for row in self._connection.execute(query)}

    def has_work(
        self, channel: str, now: datetime, limits: Limits | None = None, leases_at: datetime | None = None
    ) -> bool:
        """Whether `claim` would find something to do."""
        free = _free(now, leases_at)
        queries = [_next(channel, one, limits, urgent) for urgent in (True, False) for one in free]
        queries.append(self._lost(channel, leases_at or now))
        return any(self._connection.execute(query.limit(1)).first() is not None for query in queries)

    def unserved(self, channels: Sequence[str], now: datetime) -> list[str]:
        """Channels that deliveries wait for at `now` beside `channels`, and that are not known to be down yet."""
        query = (
            select(outbox.c.channel)
            .join(alerts, alerts.c.key == outbox.c.alert)
            .where(_claimable(now), alerts.c.reason.is_(None), outbox.c.channel.not_in(channels))
            .distinct()
        )
        waiting = set(self._connection.execute(query).scalars())
        return sorted(waiting - {state.channel for state in self.channel_states() if state.down})

    def give_up_unserved(self, channels: Collection[str], now: datetime, before: datetime, error: str) -> int:
        """Let what has waited since `before` for other channels than these fail; how many deliveries."""
        waiting = and_(_claimable(now), outbox.c.queued_at <= before, outbox.c.channel.not_in(channels))
        keys = set(self._connection.execute(select(outbox.c.alert).where(waiting)).scalars())
        # In the order in which everybody locks alerts.
        self._connection.execute(
            select(alerts.c.key).where(alerts.c.key.in_(keys)).order_by(alerts.c.key).with_for_update()
        ).all()
        rows = self._connection.execute(select(outbox.c.id).where(waiting).with_for_update()).scalars().all()
        self._close_open_attempts(rows, now)
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(rows))
            .values(state=DeliveryState.FAILED, available_at=now, lease_until=None, lease_by=None, error=error)
        )
        self._derive(keys)
        return len(rows)

    def waiting_count(self, now: datetime) -> int:
        """How many deliveries could be sent at `now` and are not yet."""
        query = (
            select(func.count())
            .select_from(outbox.join(alerts, alerts.c.key == outbox.c.alert))
            .where(_claimable(now), alerts.c.reason.is_(None))
        )
        return self._connection.execute(query).scalar_one()

    def untried(self, before: datetime) -> list[tuple[str, int]]:
        """(channel, count) of the urgent deliveries that wait since `before` and were never tried."""
        query = (
            select(outbox.c.channel, func.count())
            .select_from(outbox.join(alerts, alerts.c.key == outbox.c.alert))
            .where(
                outbox.c.state == DeliveryState.QUEUED,
                outbox.c.attempts == 0,
                outbox.c.available_at <= before,
                alerts.c.reason.is_(None),
                alerts.c.urgent,
            )
            .group_by(outbox.c.channel)
            .order_by(outbox.c.channel)
        )
        return [(channel, count) for channel, count in self._connection.execute(query)]

    def outbox_states(self) -> dict[str, int]:
        """How many deliveries stand in each state."""
        query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return {state: count for state, count in self._connection.execute(query)}

    def attempt_outcomes(self) -> dict[tuple[str, str], int]:
        """How many attempts over each channel ended how, by (channel, outcome)."""
        query = (
            select(outbox.c.channel, attempts.c.outcome, func.count())
            .select_from(attempts.join(outbox, outbox.c.id == attempts.c.outbox))
            .group_by(outbox.c.channel, attempts.c.outcome)
        )
        return {(channel, outcome): count for channel, outcome, count in self._connection.execute(query)}

    def waiting_since(self, now: datetime) -> dict[bool, datetime]:
        """Since when the oldest delivery that could be sent at `now` has waited, of the urgent ones and of the others."""
        query = (
            select(alerts.c.urgent, func.min(outbox.c.queued_at, type_=outbox.c.queued_at.type).label("since"))
            .select_from(outbox.join(alerts, alerts.c.key == outbox.c.alert))
            .where(_claimable(now), alerts.c.reason.is_(None))
            .group_by(alerts.c.urgent)
        )
        return {row.urgent: row.since for row in self._connection.execute(query)}

    def waiting_by_channel(self) -> dict[str, tuple[int, datetime]]:
        """How many deliveries are not settled over each channel, and since when the oldest of them waits."""
        query = (
            select(
                outbox.c.channel,
                func.count().label("waiting"),
                func.min(outbox.c.queued_at, type_=outbox.c.queued_at.type).label("since"),
            )
            .select_from(outbox.join(alerts, alerts.c.key == outbox.c.alert))
            .where(outbox.c.state.in_(_UNSETTLED), alerts.c.reason.is_(None))
            .group_by(outbox.c.channel)
        )
        return {row.channel: (row.waiting, row.since) for row in self._connection.execute(query)}

    def failed_since(self, since: datetime) -> int:
        """How many deliveries that could be tried since then will not be delivered any more."""
        query = select(func.count()).where(outbox.c.state == DeliveryState.FAILED, outbox.c.available_at >= since)
        return self._connection.execute(query).scalar_one()

    def next_at(self) -> datetime | None:
        """The earliest moment at which a delivery that waits may be tried."""
        query = (
            select(func.min(outbox.c.available_at, type_=outbox.c.available_at.type))
            .select_from(outbox.join(alerts, alerts.c.key == outbox.c.alert))
            .where(outbox.c.state == DeliveryState.QUEUED, alerts.c.reason.is_(None))
        )
        return self._connection.execute(query).scalar()

    def note_success(self, channel: str, at: datetime) -> None:
        """A channel has delivered: it is up, and what waited for a retry need not wait longer."""
        was_down = self._connection.execute(
            select(channel_state.c.failures).where(channel_state.c.channel == channel)
        ).scalar()
        self._channel(channel, {"last_success_at": at, "failures": 0, "error": None})
        if was_down:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.channel == channel, outbox.c.state == DeliveryState.QUEUED, outbox.c.available_at > at)
                .values(available_at=at)
            )

    def note_failure(self, channel: str, at: datetime, error: str, down: bool = True) -> None:
        """A channel could not deliver; where it is `down` itself, that is one more failure in a row."""
        failures = channel_state.c.failures + (1 if down else 0)
        self._channel(channel, {"last_failure_at": at, "failures": failures, "error": error})

    def channel_states(self) -> list[ChannelState]:
        """How every channel that has been used fares, by name."""
        query = select(channel_state).order_by(channel_state.c.channel)
        return [
            ChannelState(row.channel, row.last_success_at, row.last_failure_at, row.failures, row.error)
            for row in self._connection.execute(query)
        ]

    def forget_channels(self, but: Collection[str]) -> None:
        """Keep nothing of how channels fared, `but` these and those that deliveries wait for."""
        waits = (
            select(outbox.c.id)
            .join(alerts, alerts.c.key == outbox.c.alert)
            .where(outbox.c.channel == channel_state.c.channel, outbox.c.state.in_(_UNSETTLED))
            .where(alerts.c.reason.is_(None))
            .exists()
        )
        self._connection.execute(delete(channel_state).where(channel_state.c.channel.not_in(but), ~waits))

    def _channel(self, channel: str, values: dict[str, Any]) -> None:
        change = update(channel_state).where(channel_state.c.channel == channel).values(**values)
        if self._connection.execute(change).rowcount == 0:
            insert_new(self._connection, channel_state, channel=channel, failures=0)
            self._connection.execute(change)

    def _may_have_arrived(self, outbox_ids: Sequence[int]) -> set[int]:
        """Those of which an earlier attempt is open or unknown."""
        if not outbox_ids:
            return set()
        query = select(attempts.c.outbox).where(
            attempts.c.outbox.in_(outbox_ids),
            attempts.c.outcome.in_([AttemptOutcome.OPEN, AttemptOutcome.UNKNOWN]),
        )
        return set(self._connection.execute(query.distinct()).scalars())

    def _close_open_attempts(self, outbox_ids: Sequence[int], now: datetime) -> None:
        if not outbox_ids:
            return
        self._connection.execute(
            update(attempts)
            .where(attempts.c.outbox.in_(outbox_ids), attempts.c.outcome == AttemptOutcome.OPEN)
            .values(outcome=AttemptOutcome.UNKNOWN, ended_at=now, detail="发送方中断，结果不明")
        )

    def _give_up_withdrawn(self, channel: str, now: datetime, leases_at: datetime) -> None:
        """Close what was under way when its alert was withdrawn and whose worker never came back."""
        lost = self._lost(channel, leases_at)
        for row in self._connection.execute(lost.with_for_update(skip_locked=True, of=outbox)).all():
            self._close_open_attempts([row.id], now)
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(state=DeliveryState.SUPPRESSED, lease_until=None, lease_by=None, error="发送中断，结果不明")
            )
            self._derive([row.alert])

    def _lost(self, channel: str, leases_at: datetime) -> Select[Any]:
        return (
            select(outbox.c.id, outbox.c.alert)
            .join(alerts, alerts.c.key == outbox.c.alert)
            .where(
                outbox.c.channel == channel,
                outbox.c.state == DeliveryState.SENDING,
                outbox.c.lease_until <= leases_at,
                alerts.c.reason.is_not(None),
            )
        )

    def _derive(self, keys: Collection[str]) -> None:
        """Set the alerts' states from their deliveries: sent by any, failed by all, suppressed if withdrawn unsent."""
        rows = self._connection.execute(
            select(alerts.c.key, outbox.c.state, alerts.c.reason, alerts.c.state.label("alert_state"))
            .join(outbox, outbox.c.alert == alerts.c.key)
            .where(alerts.c.key.in_(keys))
        ).all()
        states: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            states[row.key].add(row.state)
        stored = {row.key: (row.alert_state, _alert_state(states[row.key], row.reason)) for row in rows}
        for state in {after for before, after in stored.values() if after != before}:
            changed = sorted(key for key, (before, after) in stored.items() if after == state != before)
            self._connection.execute(update(alerts).where(alerts.c.key.in_(changed)).values(state=state))


def _marks(claims: Sequence[Claim]) -> list[tuple[int, int]]:
    """By what the deliveries that these claims hold are known: their numbers and fences."""
    return [(claim.delivery.id, claim.delivery.fence) for claim in claims]


def _next(channel: str, free: ColumnElement[bool], limits: Limits | None, urgent: bool) -> Select[Any]:
    """What is `free` and may be claimed, the oldest first; an index has it in this order, however much there is."""
    query = (
        select(outbox)
        .join(alerts, alerts.c.key == outbox.c.alert)
        .where(outbox.c.channel == channel, free, alerts.c.urgent.is_(urgent), alerts.c.reason.is_(None))
        .order_by(outbox.c.available_at, outbox.c.id)
    )
    if limits is None:
        return query
    query = query.where(outbox.c.address.not_in(limits.full))
    if urgent:
        return query
    if limits.others_before is None:
        return query.where(false())
    return query.where(outbox.c.available_at <= limits.others_before, outbox.c.address.not_in(limits.crowded))


def _free(now: datetime, leases_at: datetime | None = None) -> Free:
    """What nobody holds: left behind by a worker whose lease ran out, or waiting."""
    return (
        and_(outbox.c.state == DeliveryState.SENDING, outbox.c.lease_until <= (leases_at or now)),
        and_(outbox.c.state == DeliveryState.QUEUED, outbox.c.available_at <= now),
    )


def _claimable(now: datetime) -> ColumnElement[bool]:
    return or_(*_free(now))


def _state_after(outcome: AttemptOutcome, retry_at: datetime | None, withdrawn: bool) -> DeliveryState:
    if outcome is AttemptOutcome.SENT:
        return DeliveryState.SENT
    if retry_at is None:
        return DeliveryState.FAILED
    return DeliveryState.SUPPRESSED if withdrawn else DeliveryState.QUEUED


def _alert_state(states: Collection[str], reason: str | None) -> AlertState:
    if DeliveryState.SENT in states:
        return AlertState.SENT
    if reason is not None:
        return AlertState.SUPPRESSED
    return AlertState.FAILED if states == {DeliveryState.FAILED} else AlertState.QUEUED


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        key=row.key,
        at=row.at,
        kind=row.kind,
        incident=row.incident,
        recipient=row.recipient,
        due_at=row.due_at,
        title=row.title,
        body=row.body,
        link=row.link,
        urgent=row.urgent,
        state=AlertState(row.state),
        reason=row.reason,
        level=Level(row.level),
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        alert=row.alert,
        channel=row.channel,
        address=row.address,
        idem_key=row.idem_key,
        state=DeliveryState(row.state),
        available_at=row.available_at,
        attempts=row.attempts,
        fence=row.fence,
        lease_until=row.lease_until,
        lease_by=row.lease_by,
        error=row.error,
        note=row.note,
    )
