"""Reads the duty roster: who is on duty, where it has holes or contradicts itself, and who is told in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from records.duty import Shift
from records.people import Contact
from records.words import Level

_GROUP = 1000
"""Between the ranks of those who are told one group after the other; a contact's own rank is far below."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of time in which nobody can be told as the one on duty.

    Without a `name` the roster has nobody; else that person stands there and has no contact. Without an end nobody comes after.
    """

    begins_at: datetime
    ends_at: datetime | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is on duty for a recipient at one moment. `planned`: the recipient has a roster at all."""

    shift: Shift | None = None
    planned: bool = False


def contradiction(shift: Shift, others: Iterable[Shift]) -> Shift | None:
    """The first of the others, of the same recipient, that gives the duty to somebody at the same time."""
    return next((one for one in others if one.overlaps(shift.begins_at, shift.ends_at)), None)


def without(shift: Shift, begin: datetime, end: datetime) -> list[Shift]:
    """What is left of a shift before and after [begin, end)."""
    if not shift.overlaps(begin, end):
        return [shift]
    before = replace(shift, ends_at=begin) if shift.begins_at < begin else None
    after = replace(shift, begins_at=end) if end < shift.ends_at else None
    return [one for one in (before, after) if one is not None]


def given_over(shift: Shift, to: str, begin: datetime, end: datetime, reason: str) -> list[Shift]:
    """The shift in pieces: what of it lies in [begin, end) is `to`'s duty, in place of whoever was first planned."""
    piece = replace(
        shift,
        name=to,
        begins_at=max(shift.begins_at, begin),
        ends_at=min(shift.ends_at, end),
        instead_of=shift.instead_of or shift.name,
        reason=reason,
    )
    return sorted([piece, *without(shift, begin, end)], key=lambda one: one.begins_at)


def holes(shifts: Iterable[Shift], known: Iterable[str], begin: datetime, end: datetime) -> Iterator[Hole]:
    """The holes that begin in [begin, end), in order of time: where nobody of those `known` as contacts is on duty."""
    names, free = set(known), begin
    for shift in sorted(shifts, key=lambda one: one.begins_at):
        if free < min(shift.begins_at, end):
            yield Hole(free, shift.begins_at)
        if shift.overlaps(begin, end) and shift.name not in names:
            yield Hole(max(shift.begins_at, begin), shift.ends_at, shift.name)
        free = max(free, shift.ends_at)
    if free < end:
        yield Hole(free, None)


def in_turn(contacts: Iterable[Contact], level: Level, watch: Watch) -> list[Contact]:
    """Which contacts are told, with a rank that says in which order.

    As those on duty: whoever is on duty, then the others who take turns by their rank, then the heads; leaders are never
    told in their place. At another level: its contacts alone.
    """
    if level is not Level.DUTY:
        return [one for one in contacts if one.level is level]
    name = watch.shift.name if watch.shift is not None else None
    return [
        replace(one, rank=_group(one, name) * _GROUP + one.rank) for one in contacts if one.level is not Level.LEADER
    ]


def is_first(contact: Contact) -> bool:
    """Whether a contact `in_turn` is that of whoever is on duty."""
    return contact.rank < _GROUP


def _group(contact: Contact, on_duty: str | None) -> int:
    if on_duty is not None and contact.name == on_duty:
        return 0
    return 1 if contact.level is Level.DUTY else 2
