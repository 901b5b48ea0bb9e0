"""Takes acts of administration back by a new act: what stood before stands again, where nothing later depends on what was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import accounts, changes, own_catalogue, own_values, working_calendar
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.contacts import MANAGE as MANAGE_CONTACTS
from pipeline.duty_roster import IMPORT as IMPORT_DUTY
from pipeline.duty_roster import SWAP as SWAP_DUTY
from pipeline.notify import stored_contacts
from pipeline.own_values import Ground
from pipeline.refusals import Refused
from records.duty import Shift
from records.people import Contact, Person
from records.words import Level
from regulation.permissions import allowed, concerns
from storage.admin_changes import AdminChange
from storage.audit import Entry
from storage.store import Store, Transaction

UNDO = "change_undone"
"""The act in the log."""

_MANAGE_SOURCES, _MANAGE_PEOPLE = "manage_sources", "manage_people"
"""The acts as permissions.yaml names them."""

_ROSTERS = (changes.ROSTER, changes.SWAP)
_LATER = "这之后又有改动，撤销会把后来的也改掉：请先撤销后来的，或直接改成要的样子"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who takes a change back, and when."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of change is taken back: the `act` of permissions.yaml that it needs, how things stand now, and what
    puts them back."""

    act: str
    now: Callable[[Transaction, AdminChange], Any]
    put_back: Callable[[Transaction, AdminChange, Deed], None]


@dataclass(frozen=True, slots=True)
class Recent:
    """One change as the page lists it: its row of the log, what stood before and after, and whether it can be taken back.

    `obstacle` says why not."""

    change: AdminChange
    entry: Entry
    obstacle: str | None


def undo(store: Store, seq: int, person: Person, at: datetime, grounds: Sequence[Ground], request: str) -> None:
    """Take the act of that row of the log back. Raises Refused, saying why.

    `grounds` are those of the office's own values. A second call of one `request` changes nothing.
    """
    actor = Actor(person.name, person.role, person.unit)
    with attempting(store, actor, UNDO, str(seq), at) as t:
        t.admin_changes.take_turn()
        if done_before(t, request) is not None:
            return
        change = t.admin_changes.get(seq)
        if change is None:
            raise Refused("这一步不能撤销：它没有改动什么，或已过了可以撤销的期限")
        known = t.people.get(person.username)
        if known is None or not known.active or not _may(known, change, grounds):
            raise Refused("您没有权限撤销这一步：能做这一步的人才能撤销它")
        if change.undone_by is not None:
            raise Refused(f"这一步已经撤销过了（操作日志第 {change.undone_by} 行）")
        ground = _ground(change, grounds)
        by = _undo_value(t, ground, change, actor, at) if ground else _undo_other(t, change, Deed(actor, at))
        t.admin_changes.undone(seq, by)
        note_done(t, request, str(by))


def recent(t: Transaction, person: Person, grounds: Sequence[Ground], limit: int) -> list[Recent]:
    """The newest changes that this person may take back, the newest first."""
    found = []
    for change in t.admin_changes.newest(limit):
        if not _may(person, change, grounds):
            continue
        entry = t.audit.row(change.seq)
        if entry is not None:
            found.append(Recent(change, entry, _obstacle(t, change, grounds)))
    return found


def _obstacle(t: Transaction, change: AdminChange, grounds: Sequence[Ground]) -> str | None:
    if change.undone_by is not None:
        return f"已由第 {change.undone_by} 行撤销"
    return None if _stands(t, change, grounds) else "后来又有改动"


def _stands(t: Transaction, change: AdminChange, grounds: Sequence[Ground]) -> bool:
    """Whether things stand as that change left them."""
    ground = _ground(change, grounds)
    if ground is None:
        return bool(_KINDS[change.kind].now(t, change) == change.after)
    standing = ground.standing(own_values.usable(ground, ground.own(t))).get(change.subject)
    return standing is not None and standing.now == change.after


def _undo_value(t: Transaction, ground: Ground, change: AdminChange, actor: Actor, at: datetime) -> int:
    if not _stands(t, change, [ground]):
        raise Refused(_LATER)
    reason = own_values.taken_back(change.seq)
    seen, after = {change.subject: change.after}, {change.subject: change.before}
    return own_values.put(t, ground, seen, after, reason, actor, at)[0]


def _undo_other(t: Transaction, change: AdminChange, deed: Deed) -> int:
    kind = _KINDS[change.kind]
    _take_turn(t, change)
    now = kind.now(t, change)
    if now != change.after:
        raise Refused(_LATER)
    kind.put_back(t, change, deed)
    actor = deed.actor
    facts = {"undone": change.seq, "kind": change.kind}
    seq = t.audit.append(deed.at, actor.name, actor.role, UNDO, change.subject, True, facts)
    changes.note(t, seq, change.kind, change.subject, now, kind.now(t, change), deed.at)
    return seq


def _ground(change: AdminChange, grounds: Sequence[Ground]) -> Ground | None:
    return next((one for one in grounds if one.subject == change.kind), None)


def _may(person: Person, change: AdminChange, grounds: Sequence[Ground]) -> bool:
    ground = _ground(change, grounds)
    if ground is not None:
        return allowed(person.role, ground.act)
    if change.kind not in _KINDS:
        return False
    act = _KINDS[change.kind].act
    if change.kind in _ROSTERS:
        return all(allowed(person.role, act, own=concerns(person.unit, one)) for one in change.after["shifts"])
    return allowed(person.role, act)


def _take_turn(t: Transaction, change: AdminChange) -> None:
    if change.kind == changes.CONTACTS:
        t.people.take_turn(change.subject)
    elif change.kind in _ROSTERS:
        for recipient in sorted(change.after["shifts"]):
            t.duty.take_turn(recipient)
    elif change.kind == changes.SOURCE:
        t.source_rows.take_turn()
    elif change.kind == changes.ACCOUNT:
        t.people.take_turn_of_accounts()


def _contacts(t: Transaction, change: AdminChange, deed: Deed) -> None:
    t.people.set_contacts(change.subject, [Contact(**{**one, "level": Level(one["level"])}) for one in change.before])


def _roster(t: Transaction, change: AdminChange, deed: Deed) -> None:
    for recipient, before in change.before["shifts"].items():
        gone = [_shift(recipient, one) for one in change.after["shifts"][recipient] if one not in before]
        back = [_shift(recipient, one) for one in before if one not in change.after["shifts"][recipient]]
        begun = [one for one in (*gone, *back) if one.begins_at <= deed.at]
        if begun:
            raise Refused("其中有的班已经开始，改回去就改了已经发生的事：以后的班请用换班或重新导入")
        t.duty.replace(gone, back)
        if change.before["stopped"][recipient] != change.after["stopped"][recipient]:
            t.duty.put_back_mark(recipient, change.before["stopped"][recipient])


def _roster_now(t: Transaction, change: AdminChange) -> Any:
    return changes.roster_of(t, change.after["shifts"], datetime.fromisoformat(change.after["since"]))


def _shift(recipient: str, row: Sequence[Any]) -> Shift:
    name, begins, ends, instead_of, reason = row
    begins_at, ends_at = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    return Shift(recipient, name, begins_at, ends_at, instead_of, reason)


def _source(t: Transaction, change: AdminChange, deed: Deed) -> None:
    """A source that the desk did not know before is removed: a row of the file holds again as it stands there."""
    before = change.before or {"row": change.after["row"], "removed": True}
    t.source_rows.put(change.subject, before["row"], deed.at, deed.actor.name, before["removed"])
    if t.sources.states([change.subject]):
        t.sources.postponed(change.subject, deed.at)


def _source_now(t: Transaction, change: AdminChange) -> Any:
    return changes.source_of(t, change.subject)


def _calendar(t: Transaction, change: AdminChange, deed: Deed) -> None:
    working_calendar.put_back(t, change.subject, change.before, deed.actor, deed.at, stored_contacts)


def _account(t: Transaction, change: AdminChange, deed: Deed) -> None:
    accounts.put_back(t, change.subject, change.before)


def _catalogue(t: Transaction, change: AdminChange, deed: Deed) -> None:
    if change.before is None:
        raise Refused("启用目录不能撤销：请在“公开目录”页改动，或从另一份随附目录重新开始")
    own_catalogue.put_back(t, change.before, deed.actor, deed.at)


_KINDS: Mapping[str, Kind] = {
    changes.CONTACTS: Kind(MANAGE_CONTACTS, lambda t, change: changes.contacts_of(t, change.subject), _contacts),
    changes.ROSTER: Kind(IMPORT_DUTY, _roster_now, _roster),
    changes.SWAP: Kind(SWAP_DUTY, _roster_now, _roster),
    changes.SOURCE: Kind(_MANAGE_SOURCES, _source_now, _source),
    changes.CALENDAR: Kind(
        working_calendar.IMPORT, lambda t, change: changes.calendar_of(t, change.subject), _calendar
    ),
    changes.ACCOUNT: Kind(_MANAGE_PEOPLE, lambda t, change: changes.account_of(t, change.subject), _account),
    changes.CATALOGUE: Kind(own_catalogue.KEEP, lambda t, _: changes.catalogue_of(t), _catalogue),
}
"""Every kind of change beside the office's own values."""
