"""Looks whether what was published can still be read at its links, as the crawlers read: robots.txt and all bounds obeyed.

Links of records within the party are never asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.desk_message import LINK_BROKEN, alert_about_desk
from crawlers.jobs import Done, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import BadSources, Source, source_from
from pipeline.notify import Routes, queue
from records.disclosures import Disclosure
from records.publications import LinkLook, LinkState, Publication
from records.words import Scope
from regulation.platforms import PlatformRules
from regulation.recipients import recipients_for
from storage.store import Store, Transaction

Crawl = Callable[[Job], Iterator[Event]]

_GONE = frozenset({Outcome.HTTP_ERROR, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.EMPTY_PAGE})
_UNLIKE_A_PAGE = frozenset({Outcome.NOT_EXPECTED, Outcome.BAD_CONTENT, Outcome.TOO_LARGE, Outcome.NOTHING_EXTRACTED})
_NOT_COMPARED = "能打开，内容未能比对（附件、图片或无法取出文字）"
_OTHER = "能打开，但看不到题目和文号"
_SOUNDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a round of looks found: how many of each state, and how many alerts are new."""

    entries: Sequence[tuple[Publication, LinkLook]] = ()
    alerts: int = 0


@dataclass(slots=True)
class _Seen:
    """What one crawl brought of one link."""

    text: str | None = None
    outcome: Outcome = Outcome.CRASHED
    detail: str | None = field(default=None)


def check_links(
    store: Store,
    settings: CrawlSettings,
    now: datetime,
    rules: PlatformRules,
    routes: Routes,
    crawl: Crawl = run_crawl,
    *,
    all_of_them: bool = False,
) -> Looked:
    """Look at the links that nobody has looked at for a day (or at all links), tell of those found broken, once each."""
    before = now if all_of_them else now - rules.between_checks
    with store.reading() as t:
        due = t.publications.to_look_at(now - rules.checked, before, Scope.PUBLIC.value, rules.at_once)
        records = t.disclosures.many(entry.record for entry in due)
    # The newest version decides to whom a record is open, and whether it still is.
    due = [entry for entry in due if _open(records[entry.record])]
    if not due:
        return Looked()
    seen = _seen(due, settings, now, crawl)
    with store.transaction() as t:
        t.publications.take_turn()
        looks = [(entry, _look(entry, records[entry.record], seen.get(entry.id), now, rules)) for entry in due]
        return _kept(t, looks, records, rules, routes)


def _open(record: Disclosure) -> bool:
    return record.scope is Scope.PUBLIC and not record.withdrawn


def _kept(
    t: Transaction,
    looks: Sequence[tuple[Publication, LinkLook]],
    records: dict[str, Disclosure],
    rules: PlatformRules,
    routes: Routes,
) -> Looked:
    kept: list[tuple[Publication, LinkLook]] = []
    told = 0
    for entry, look in looks:
        if look.state.broken and look.failures >= rules.broken_after and look.told_at is None:
            told += _tell(t, entry, records[entry.record], look, routes)
            look = replace(look, told_at=look.at)
        t.publications.looked(entry.id, look)
        kept.append((entry, look))
    return Looked(kept, told)


def _tell(t: Transaction, entry: Publication, record: Disclosure, look: LinkLook, routes: Routes) -> int:
    facts = {"title": record.title, "platform": entry.platform_name, "state": look.state.label, "id": record.id}
    distinct = f"{entry.id}@{look.at.isoformat()}"
    alerts = [
        alert_about_desk(LINK_BROKEN, recipient, look.at, distinct, facts, link=f"/record?id={record.id}")
        for recipient in recipients_for(LINK_BROKEN, record.unit)
    ]
    return queue(t, alerts, routes)


def _seen(due: Sequence[Publication], settings: CrawlSettings, now: datetime, crawl: Crawl) -> dict[int, _Seen]:
    sources = {source.id: (entry.id, source) for entry in due if (source := _source(entry)) is not None}
    seen = {number: _Seen() for number, _ in sources.values()}
    for event in crawl(Job(now, settings, [source for _, source in sources.values()])):
        if isinstance(event, Found):
            seen[sources[event.source][0]].text = f"{event.title or ''}\n{event.text}"
        elif isinstance(event, Done):
            one = seen[sources[event.source][0]]
            one.outcome, one.detail = event.outcome, event.detail
    return seen


def _source(entry: Publication) -> Source | None:
    row = {"id": f"link-{entry.id}", "name": entry.platform_name, "kind": "page", "channel": "other", "url": entry.link}
    try:
        return source_from({**row, "max_pages": 1})
    except BadSources:
        return None


def _look(entry: Publication, record: Disclosure, seen: _Seen | None, now: datetime, rules: PlatformRules) -> LinkLook:
    """What this look found. One that came out of turn, by hand, says how the link is and is no further failure."""
    state, detail = (LinkState.UNSEEN, "网址无法读取") if seen is None else _state(entry, record, seen)
    before = entry.look or LinkLook(LinkState.ANSWERS, now)
    if state is LinkState.UNSEEN:
        return replace(before, state=state, at=now, detail=detail)
    if not state.broken:
        return LinkLook(state, now, detail)
    in_turn = entry.look is None or now - entry.look.at >= rules.between_checks
    return LinkLook(state, now, detail, max(1, before.failures + in_turn), before.told_at)


def _state(entry: Publication, record: Disclosure, seen: _Seen) -> tuple[LinkState, str | None]:
    if seen.text is not None and entry.incident is not None:  # an answer need not have the record's title
        return LinkState.ANSWERS, None
    if seen.text is not None:
        text = _bare(seen.text)
        named = any(_bare(name) in text for name in (record.title, record.doc_number) if name)
        return (LinkState.ANSWERS, None) if named else (LinkState.OTHER, _OTHER)
    if seen.outcome in _GONE:
        return LinkState.GONE, seen.detail or seen.outcome.label
    if seen.outcome in _UNLIKE_A_PAGE or seen.outcome.answered:
        return LinkState.ANSWERS, _NOT_COMPARED
    return LinkState.UNSEEN, seen.detail or seen.outcome.label


def _bare(text: str) -> str:
    return _SOUNDS.sub("", text).lower()
