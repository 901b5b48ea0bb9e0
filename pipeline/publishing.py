"""Keeps the publication log of records: where each was published, and what is not published everywhere it should be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.own_catalogue import in_force
from pipeline.publication_log import checked_link
from pipeline.refusals import Refused
from pipeline.views import may_read
from records.disclosures import Disclosure
from records.people import Person
from records.proposals import Form
from records.publications import Publication
from records.words import Purpose
from regulation.catalogue import Catalogue
from regulation.permissions import allowed, concerns
from regulation.platforms import PlatformRules
from regulation.procedures import PUBLISH
from storage.publications import published_on
from storage.store import Store, Transaction

NOTE, TAKE_BACK = "note_publication", "take_back_publication"
"""The acts as permissions.yaml and the audit name them."""


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
    """A record that is not published everywhere that its catalogue item and its approval form ask for."""

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
    record: Disclosure, form: Form | None, entries: Sequence[Publication], catalogue: Catalogue, rules: PlatformRules
) -> tuple[str, ...]:
    """Where the record should be published and is not: the ways of its catalogue item, and the platforms that the form
    names with which it was approved. Where several items or none are meant, the form alone counts."""
    done = published_on(entries)
    items = catalogue.matching(record.catalogue_item) if record.catalogue_item else ()
    ways = rules.missing(items[0].cell(catalogue.form.platforms), done) if len(items) == 1 else ()
    return (*ways, *(f"{name}（审批表）" for name in _platforms_left(form, entries, rules)))


def approved_forms(t: Transaction, record_ids: Collection[str]) -> dict[str, Form]:
    """The form with which each of these records was published last, where it was approved here."""
    found = t.proposals.forms_with(PUBLISH, record_ids)
    return {form.record or proposal_id: form for proposal_id, form in sorted(found.items(), key=itemgetter(0))}


def unpublished(t: Transaction, person: Person, now: datetime, rules: PlatformRules) -> list[Unpublished]:
    """The records of late that are not published in every way they should be (未发布到位), as far as the person may know."""
    late = [one for one in t.disclosures.since(now - rules.asked) if one.published_at <= now and not one.withdrawn]
    records = [one for one in late if may_read(person, one)]
    catalogue, ids = in_force(t), [record.id for record in records]
    forms = approved_forms(t, ids)
    entries: dict[str, list[Publication]] = {}
    for entry in t.publications.of(ids):
        entries.setdefault(entry.record, []).append(entry)
    found = (
        (record, missing_ways(record, forms.get(record.id), entries.get(record.id, ()), catalogue, rules))
        for record in records
    )
    return [Unpublished(record, ways) for record, ways in found if ways]


def _platforms_left(form: Form | None, entries: Sequence[Publication], rules: PlatformRules) -> list[str]:
    if form is None or form.purpose is Purpose.WITHDRAWAL:
        return []
    names = {entry.platform_name for entry in entries if entry.holds}
    done = published_on(entries)
    named = [(name, rules.named(name)) for name in form.platforms]
    return [name for name, platform in named if name not in names and (platform is None or platform.id not in done)]


def _record(t: Transaction, record_id: str) -> Disclosure:
    record = t.disclosures.get(record_id)
    if record is None:
        raise Refused("没有这条公开事项")
    return record


def _permit(actor: Actor, act: str, unit: str) -> None:
    if actor.role is not None and not allowed(actor.role, act, own=concerns(actor.unit, unit)):
        raise Refused("您没有权限登记这条公开事项的发布情况")


def _link(link: str | None, online: bool) -> str | None:
    if online and not (link or "").strip():
        raise Refused("网上发布的请填写网址")
    return checked_link(link)
