"""Keeps the publication log of records: where each was published, and what is not published everywhere it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.own_catalogue import in_force
from pipeline.refusals import Refused
from pipeline.views import may_read
from records.disclosures import Disclosure
from records.people import Person
from records.publications import Publication
from regulation.catalogue import Catalogue
from regulation.permissions import allowed, concerns
from regulation.platforms import PlatformRules
from storage.publications import published_on
from storage.store import Store, Transaction

NOTE, TAKE_BACK = "note_publication", "take_back_publication"
"""The acts as permissions.yaml and the audit name them."""

_LONGEST_LINK = 2_000


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody says was published, where and when; `request` names the request, so that a repeat changes nothing."""

    record: str
    platform: str
    published_at: datetime
    link: str | None
    request: str


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A record that is not published in all the ways that its catalogue item asks for."""

    record: Disclosure
    ways: Sequence[str]


def note_publication(store: Store, noted: Noted, actor: Actor, at: datetime, rules: PlatformRules) -> None:
    """Add an entry to the log of a record. Raises Refused."""
    with attempting(store, actor, NOTE, noted.record, at) as t:
        t.publications.take_turn()
        if done_before(t, noted.request) is not None:
            return
        record = _record(t, noted.record)
        _permit(actor, NOTE, record.unit)
        platform = rules.platform(noted.platform)
        if platform is None or not platform.used:
            raise Refused("没有这个发布平台：请从列表中选择")
        if noted.published_at > at:
            raise Refused("发布时间不能晚于现在")
        entry = Publication(
            id=0,
            record=record.id,
            platform=platform.id,
            platform_name=platform.name,
            published_at=noted.published_at,
            link=_link(noted.link, platform.online),
            noted_at=at,
            noted_by=actor.name,
        )
        number = t.publications.add(entry)
        note_done(t, noted.request, str(number))
        t.audit.append(at, actor.name, actor.role, NOTE, record.id, True, {"platform": platform.id, "entry": number})


def take_back(store: Store, number: int, reason: str, actor: Actor, at: datetime) -> None:
    """Note that an entry does not hold; it stays in the log. Raises Refused."""
    with attempting(store, actor, TAKE_BACK, str(number), at) as t:
        t.publications.take_turn()
        entry = t.publications.get(number)
        if entry is None:
            raise Refused("没有这条发布记录")
        _permit(actor, TAKE_BACK, _record(t, entry.record).unit)
        if entry.taken_back_at is not None:
            raise Refused(f"这条发布记录已由{entry.taken_back_by}撤回")
        if not reason.strip():
            raise Refused("请写明撤回的原因")
        t.publications.take_back(number, at, actor.name, reason.strip()[:500])
        t.audit.append(at, actor.name, actor.role, TAKE_BACK, entry.record, True, {"entry": number, "reason": reason})


def missing_ways(
    record: Disclosure, entries: Sequence[Publication], catalogue: Catalogue, rules: PlatformRules
) -> tuple[str, ...]:
    """The ways that the record's catalogue item asks for and in which it is not published; none without a single item."""
    items = catalogue.matching(record.catalogue_item) if record.catalogue_item else ()
    if len(items) != 1:
        return ()
    return rules.missing(items[0].cell(catalogue.form.platforms), published_on(entries))


def unpublished(t: Transaction, person: Person, now: datetime, rules: PlatformRules) -> list[Unpublished]:
    """The records of late that are not published in every way they should be (未发布到位), as far as the person may know."""
    late = [one for one in t.disclosures.since(now - rules.asked) if one.published_at <= now and not one.withdrawn]
    records = [one for one in late if may_read(person, one)]
    catalogue = in_force(t)
    entries: dict[str, list[Publication]] = {}
    for entry in t.publications.of([record.id for record in records]):
        entries.setdefault(entry.record, []).append(entry)
    found = ((record, missing_ways(record, entries.get(record.id, ()), catalogue, rules)) for record in records)
    return [Unpublished(record, ways) for record, ways in found if ways]


def _record(t: Transaction, record_id: str) -> Disclosure:
    record = t.disclosures.get(record_id)
    if record is None:
        raise Refused("没有这条公开事项")
    return record


def _permit(actor: Actor, act: str, unit: str) -> None:
    if actor.role is not None and not allowed(actor.role, act, own=concerns(actor.unit, unit)):
        raise Refused("您没有权限登记这条公开事项的发布情况")


def _link(link: str | None, online: bool) -> str | None:
    text = (link or "").strip()
    if not text:
        if online:
            raise Refused("网上发布的请填写网址")
        return None
    parts = urlsplit(text)
    if len(text) > _LONGEST_LINK or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Refused("网址应以 http:// 或 https:// 开头，不含用户名")
    return text
