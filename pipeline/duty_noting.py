"""Writes the shift log (值班日志): what the people on duty note, masked; a mistake is struck by another entry, with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.attempts import attempting, done_before, note_done
from pipeline.masking import Mask
from pipeline.refusals import Refused
from pipeline.views import may, visible_incident
from records.duty import LogEntry
from records.people import Person
from records.zone import CHINA
from storage.store import Store, Transaction

WRITE = "write_duty_log"
"""The act as permissions.yaml and the audit name it."""

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes when, by which request, and how words are masked."""

    by: Person
    at: datetime
    mask: Mask
    request: str | None = None


def note(
    store: Store, recipient: str, told: str, happened_at: datetime, incident: str | None, writing: Writing
) -> None:
    """Note what happened, on an incident or on none. A request that was carried out before changes nothing. Raises Refused."""
    with attempting(store, writing.by, WRITE, recipient, writing.at) as t:
        if not _begin(t, recipient, writing):
            return
        text = as_noted(t, told, writing.mask)
        if not text:
            raise Refused("请写明发生了什么事")
        _check_length(text)
        if happened_at > writing.at:
            raise Refused(f"时间还没有到：{_moment(happened_at)} 晚于现在，请改时间")
        if incident is not None and visible_incident(t, writing.by, incident) is None:
            raise Refused(f"没有编号为“{incident[:80]}”的事件，或您不能查看它：请重选事件")
        _keep(t, LogEntry(recipient, happened_at, writing.at, writing.by.name, text, incident), writing)


def strike(store: Store, recipient: str, number: int, reason: str, instead: str, writing: Writing) -> None:
    """Strike an entry with a reason; `instead` stands in its place, where there is anything to say. Raises Refused."""
    with attempting(store, writing.by, WRITE, recipient, writing.at) as t:
        if not _begin(t, recipient, writing):
            return
        why, text = as_noted(t, reason, writing.mask), as_noted(t, instead, writing.mask)
        if not why:
            raise Refused("请写明为什么更正：原来的一条会划去、保留，理由写在旁边")
        _check_length(why, text)
        struck = t.duty.entry(number)
        if struck is None or struck.recipient != recipient:
            raise Refused("没有这条记事：请刷新页面再看")
        if t.duty.struck(number):
            raise Refused("这一条刚才已经更正过：请刷新页面再看")
        entry = replace(struck, at=writing.at, actor=writing.by.name, text=text, of=number, reason=why, id=None)
        _keep(t, entry, writing)


def as_noted(t: Transaction, words: str, mask: Mask) -> str:
    """What somebody on duty writes as it may be kept: without personal data, with the names of those who have an account."""
    return mask(words, {one.name for one in t.people.all()}).strip()


def _begin(t: Transaction, recipient: str, writing: Writing) -> bool:
    """Take the turn of this log; False where the request was carried out before. Raises Refused."""
    t.duty.take_turn(recipient)
    if not may(writing.by, WRITE, recipient):
        raise Refused("您没有权限写这里的值班日志：请联系值班的人或管理员")
    return writing.request is None or done_before(t, writing.request) is None


def _check_length(*texts: str) -> None:
    if any(len(text) > LONGEST for text in texts):
        raise Refused(f"文字过长：一条最多 {LONGEST} 个字，请分成几条")


def _keep(t: Transaction, entry: LogEntry, writing: Writing) -> None:
    kept = t.duty.note(entry)
    if writing.request is not None:
        note_done(t, writing.request, str(kept.id))
    facts = {"entry": kept.id, "incident": kept.incident, "of": kept.of, "reason": kept.reason}
    t.audit.append(writing.at, writing.by.name, writing.by.role, WRITE, entry.recipient, True, facts)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%m-%d %H:%M}"
