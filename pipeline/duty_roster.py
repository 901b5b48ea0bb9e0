"""Changes the duty roster: imports it from a file, swaps and cancels shifts; says where it has holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.message import day_and_time, recipient_name
from alerts.roster import Hole, contradiction, given_over, holes, without
from alerts.roster_file import GoodShift, ReadShift
from pipeline import changes
from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from records.duty import Shift
from records.naming import office_name
from records.spreadsheets import BadRow
from records.words import Level
from regulation.duty import DutyRules
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

IMPORT, SWAP = "import_duty", "swap_duty"
"""The acts as permissions.yaml names them; cancelling shifts needs what importing needs."""

CANCEL = "cancel_duty"


@dataclass
class Imported:
    """What became of a file's rows: how many are new or were there already, and the rows that were left out."""

    new: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one recipient's roster."""

    recipient: str
    begins_at: datetime
    ends_at: datetime


def import_roster(
    store: Store, rows: Iterable[ReadShift], actor: Actor, at: datetime, rules: DutyRules, *, replace: bool = False
) -> Imported:
    """Write every good row in one transaction, and audit it.

    With `replace` the file holds for each recipient from its first to its last moment there, in place of what the roster
    said. Raises Refused where `actor` may not, or where there is no row at all.
    """
    with attempting(store, actor, IMPORT, "duty", at) as t:
        if actor.role is not None and not allowed(actor.role, IMPORT):
            raise Refused(f"您没有权限导入值班表：请联系{office_name()}或管理员")
        read = sorted(rows, key=lambda row: row.number)
        if not read:
            raise Refused("表里没有一行值班安排")
        good = [row for row in read if isinstance(row, GoodShift)]
        outcome = Imported(bad=[row for row in read if isinstance(row, BadRow)])
        recipients = {row.shift.recipient for row in good}
        before = changes.roster_of(t, recipients, at)
        for recipient in sorted(recipients):
            own = [row for row in good if row.shift.recipient == recipient]
            _import_one(t, recipient, own, actor, rules, outcome, replace=replace)
        outcome.bad.sort(key=lambda row: row.number)
        facts = {"new": outcome.new, "unchanged": outcome.unchanged, "bad": len(outcome.bad), "replace": replace}
        seq = t.audit.append(at, actor.name, actor.role, IMPORT, "duty", True, facts)
        changes.note(t, seq, changes.ROSTER, "duty", before, changes.roster_of(t, recipients, at), at)
    return outcome


def swap(store: Store, span: Span, name: str, to: str, reason: str, actor: Actor, at: datetime) -> list[Shift]:
    """Give `name`'s duty in the span over to `to` (换班), from now on at the earliest. Returns what was given over.

    Raises Refused.
    """
    with attempting(store, actor, SWAP, span.recipient, at) as t:
        _require(actor, SWAP, span.recipient)
        begin = _checked_begin(span, reason, at)
        if to == name or to not in known_names(t, span.recipient):
            raise Refused(f"替班的“{to}”应是{recipient_name(span.recipient)}另一位登记了联系方式的人")
        t.duty.take_turn(span.recipient)
        given = [one for one in t.duty.between(span.recipient, begin, span.ends_at) if one.name == name]
        if not given:
            raise Refused(f"“{name}”在这段时间里没有班")
        before = changes.roster_of(t, [span.recipient], at)
        pieces = [piece for one in given for piece in given_over(one, to, begin, span.ends_at, reason.strip())]
        t.duty.replace(given, pieces)
        taken = [piece for piece in pieces if piece.name == to]
        facts = {"from": name, "to": to, **_bounds(taken), "reason": reason.strip()}
        seq = t.audit.append(at, actor.name, actor.role, SWAP, span.recipient, True, facts)
        after = changes.roster_of(t, [span.recipient], at)
        changes.note(t, seq, changes.SWAP, span.recipient, before, after, at)
    return taken


def cancel(store: Store, span: Span, reason: str, actor: Actor, at: datetime, *, stop: bool = False) -> int:
    """Take what is left of the span out of the roster; with `stop` the recipient has none any more. How many shifts.

    Raises Refused.
    """
    with attempting(store, actor, CANCEL, span.recipient, at) as t:
        _require(actor, IMPORT, span.recipient)
        begin = _checked_begin(span, reason, at)
        t.duty.take_turn(span.recipient)
        cut = t.duty.between(span.recipient, begin, span.ends_at)
        if not cut and not stop:
            raise Refused("这段时间里没有班")
        before = changes.roster_of(t, [span.recipient], at)
        t.duty.replace(cut, [piece for one in cut for piece in without(one, begin, span.ends_at)])
        if stop:
            t.duty.stop(span.recipient, at)
        facts = {
            "shifts": len(cut),
            "begin": begin.isoformat(),
            "end": span.ends_at.isoformat(),
            "reason": reason.strip(),
        }
        seq = t.audit.append(at, actor.name, actor.role, CANCEL, span.recipient, True, {**facts, "stop": stop})
        after = changes.roster_of(t, [span.recipient], at)
        changes.note(t, seq, changes.ROSTER, span.recipient, before, after, at)
    return len(cut)


def known_names(t: Transaction, recipient: str) -> list[str]:
    """Who may stand on a recipient's roster: everybody whom it can reach by name, but the leaders."""
    contacts = t.people.contacts_of(recipient)
    return list(dict.fromkeys(one.name for one in contacts if one.name and one.level is not Level.LEADER))


def uncovered(t: Transaction, now: datetime, rules: DutyRules) -> Iterator[tuple[str, Hole]]:
    """Where the rosters that there are have nobody to tell, as far ahead as is warned of; with whose roster it is."""
    until = now + rules.warned
    for recipient in t.duty.recipients():
        if t.duty.has_roster(recipient):
            shifts = t.duty.between(recipient, now, None)
            yield from ((recipient, hole) for hole in holes(shifts, known_names(t, recipient), now, until))


def said(recipient: str, hole: Hole) -> str:
    """A hole in Chinese."""
    end = "起" if hole.ends_at is None else f" 至 {day_and_time(hole.ends_at)} "
    what = "没有人值班" if hole.name is None else f"值班的“{hole.name}”没有登记联系方式"
    return f"{recipient_name(recipient)}值班表 {day_and_time(hole.begins_at)}{end}{what}"


def _import_one(
    t: Transaction,
    recipient: str,
    rows: Sequence[GoodShift],
    actor: Actor,
    rules: DutyRules,
    outcome: Imported,
    *,
    replace: bool,
) -> None:
    """The rows of one recipient. A row that contradicts an earlier one of the file or the roster is left out."""
    t.duty.take_turn(recipient)
    names = known_names(t, recipient)
    accepted: list[GoodShift] = []
    for row in rows:
        fault = _fault(row.shift, actor, names, rules) or _clash(row.shift, accepted)
        if fault is None:
            accepted.append(row)
        else:
            outcome.bad.append(BadRow(row.number, None, fault))
    if not accepted:
        return
    begin = min(row.shift.begins_at for row in accepted)
    end = max(row.shift.ends_at for row in accepted)
    there = t.duty.between(recipient, begin, end)
    if replace:
        t.duty.replace(there, [piece for one in there for piece in without(one, begin, end)])
    for row in accepted:
        _write(t, row, there, outcome, replace=replace)


def _write(t: Transaction, row: GoodShift, there: Sequence[Shift], outcome: Imported, *, replace: bool) -> None:
    shift = row.shift
    known = shift in there
    clash = None if replace or known else contradiction(shift, there)
    if clash is not None:
        outcome.bad.append(
            BadRow(row.number, None, f"与值班表上已有的{_told(clash)}重叠：请用换班，或选择“以本表为准”")
        )
        return
    if replace or not known:
        t.duty.add(shift)
    outcome.unchanged += known
    outcome.new += not known


def _fault(shift: Shift, actor: Actor, names: Sequence[str], rules: DutyRules) -> str | None:
    """Why a row cannot stand on the roster, in Chinese."""
    if not _may(actor, IMPORT, shift.recipient):
        return f"您不能改{recipient_name(shift.recipient)}的值班表，只能改本单位的"
    if shift.ends_at <= shift.begins_at:
        return "结束时间应晚于开始时间"
    if shift.ends_at - shift.begins_at > rules.longest:
        return f"一班超过 {rules.longest_hours} 小时：请核对日期"
    if not names:
        return f"{recipient_name(shift.recipient)}没有一位登记了姓名的联系人：请先登记联系方式，或核对单位名称"
    if shift.name not in names:
        return f"“{shift.name}”不在{recipient_name(shift.recipient)}的联系人里（现有 {'、'.join(names)}）：请先登记联系方式，或核对姓名"
    return None


def _clash(shift: Shift, accepted: Sequence[GoodShift]) -> str | None:
    other = next((row for row in accepted if contradiction(shift, [row.shift]) is not None), None)
    return None if other is None else f"与第{other.number}行的{_told(other.shift)}重叠：同一时间只排一人"


def _checked_begin(span: Span, reason: str, at: datetime) -> datetime:
    """From when on the span can still be changed. Raises Refused."""
    if not reason.strip():
        raise Refused("请填写理由")
    begin = max(span.begins_at, at)
    if span.ends_at <= begin:
        raise Refused("这段时间已经过去，或结束不晚于开始：只能改以后的班")
    return begin


def _require(actor: Actor, act: str, recipient: str) -> None:
    if not _may(actor, act, recipient):
        raise Refused(f"您没有权限改这张值班表：请联系{office_name()}或管理员")


def _may(actor: Actor, act: str, recipient: str) -> bool:
    return actor.role is None or allowed(actor.role, act, own=concerns(actor.unit, recipient))


def _bounds(shifts: Sequence[Shift]) -> dict[str, str]:
    begin, end = min(one.begins_at for one in shifts), max(one.ends_at for one in shifts)
    return {"begin": begin.isoformat(), "end": end.isoformat()}


def _told(shift: Shift) -> str:
    return f"“{shift.name}”（{day_and_time(shift.begins_at)} 至 {day_and_time(shift.ends_at)}）"
