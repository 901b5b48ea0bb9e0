"""Shows every way to reach people: whether it is set up, how it fares, what waits for it, what its last test came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.delivery import Budget
from alerts.desk_message import CONTACT_TEST
from pipeline.trying import TRY, Target, targets
from pipeline.views import may_everywhere
from records.deliveries import ChannelState, Delivery
from records.people import Person
from storage.store import Transaction

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel. `budget` is how many messages it takes for one address in a minute, `sent` the most that one address got
    in the last one; `targets` are those to whom a test can go; `tested_at` and `test` are of its last test."""

    channel: str
    used: bool
    state: ChannelState | None
    waiting: int
    waiting_since: datetime | None
    budget: int | None
    sent: int
    contacts: int
    targets: Sequence[Target]
    tested_at: datetime | None
    test: Delivery | None


def channels_page(
    t: Transaction,
    person: Person,
    known: Sequence[str],
    budgets: Mapping[str, Budget | None],
    alarm: Sequence[tuple[str, str]],
    now: datetime,
) -> list[ChannelRow] | None:
    """Every `known` channel, those that are set up (in `budgets`) first; None for somebody who may not try one."""
    if not may_everywhere(person, TRY):
        return None
    states = {one.channel: one for one in t.alerts.channel_states()}
    waiting = t.alerts.waiting_by_channel()
    contacts = [one.channel for one in t.people.contacts()]
    rows = []
    for channel in sorted({*known, *waiting}, key=lambda name: (name not in budgets, name)):
        budget = budgets.get(channel)
        sent = t.alerts.sent_between(channel, now - _MINUTE, now) if channel in budgets else {}
        tested_at, test = last_test(t, channel)
        count, since = waiting.get(channel, (0, None))
        rows.append(
            ChannelRow(
                channel=channel,
                used=channel in budgets,
                state=states.get(channel),
                waiting=count,
                waiting_since=since,
                budget=None if budget is None else budget.a_minute,
                sent=max(sent.values(), default=0),
                contacts=contacts.count(channel),
                targets=targets(t, person, channel, alarm) if channel in budgets else (),
                tested_at=tested_at,
                test=test,
            )
        )
    return rows


def last_test(t: Transaction, channel: str) -> tuple[datetime | None, Delivery | None]:
    """When the channel was last tried, and what became of it."""
    tests = [found for (name, _), found in t.alerts.newest_of(CONTACT_TEST).items() if name == channel]
    return max(tests, key=lambda found: found[0], default=(None, None))
