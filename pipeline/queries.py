"""Chooses what the search of a site is asked: one word for each public record that people may be speaking of now.

A record within the party is never asked for: its words would leave the system.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.sources import Source
from crawlers.spiders.search import SearchOptions
from nlp.watch_terms import derived_terms
from records.disclosures import Disclosure
from records.words import Scope
from storage.store import Store, Transaction

Queries = Callable[[Sequence[Source]], Mapping[str, Sequence[str]]]
"""Gives, by source id, what the search sources among the given ones are to be asked now."""

Turns = Mapping[str, tuple[datetime, int]]
"""When one source was last asked for a record, and how often so far, by record id."""

LONGEST = 40
"""Characters of a query; more words than that find nothing."""

TELLING = 4
"""Characters of a title's word that says by itself what the record is about."""

_NEVER = (datetime(1970, 1, 1, tzinfo=UTC), 0)


def no_queries(sources: Sequence[Source]) -> Mapping[str, Sequence[str]]:
    """Nothing is asked."""
    return {}


def queries_for(
    store: Store, sources: Sequence[Source], now: datetime, window: timedelta, *, taking_turns: bool = True
) -> dict[str, list[str]]:
    """What each search source among `sources` is asked now, for records not older than `window` or with an open incident.

    Where there are more records than a row's `queries`, those go first that were not asked for longest. With
    `taking_turns` it is remembered which were asked.
    """
    searching = {source.id: source.options for source in sources if isinstance(source.options, SearchOptions)}
    if not searching:
        return {}
    with store.transaction() if taking_turns else store.reading() as t:
        records = _asked_about(t, now, window)
        asked: dict[str, list[str]] = {}
        for source, options in searching.items():
            turns = _turns(t, source)
            words, chosen = chosen_words(records, turns, options.queries)
            asked[source] = words
            if taking_turns:
                _remember(t, source, records, turns, chosen, now)
    return asked


def in_question(
    records: Sequence[Disclosure], open_incidents: Collection[str], now: datetime, window: timedelta
) -> list[Disclosure]:
    """The records that a search may be asked for: public, published, and recent or with an open incident."""
    return [
        record
        for record in records
        if record.scope is Scope.PUBLIC
        and record.published_at <= now
        and (record.published_at >= now - window or record.id in open_incidents)
    ]


def chosen_words(records: Sequence[Disclosure], turns: Turns, most: int) -> tuple[list[str], list[str]]:
    """At most `most` different queries, and the ids of the records that they stand for."""
    words: dict[str, None] = {}
    chosen: list[str] = []
    for record in sorted(records, key=lambda record: turns.get(record.id, _NEVER)):
        word = query_of(record, turns.get(record.id, _NEVER)[1])
        if word is None or (word not in words and len(words) >= most):
            continue
        words[word] = None
        chosen.append(record.id)
    return list(words), chosen


def query_of(record: Disclosure, turn: int) -> str | None:
    """What to ask for a record at its `turn` (from 0): its own watch terms by turns, else what its title is about."""
    terms = [term for term in record.watch_terms or _title_terms(record) if len(term.strip()) > 1]
    return " ".join(terms[turn % len(terms)].split())[:LONGEST] if terms else None


def _title_terms(record: Disclosure) -> Sequence[str]:
    # Places of the body are left out: by themselves they would find whatever people say there. So would short words.
    _, _, title = record.title.rpartition("关于")
    terms = derived_terms(replace(record, title=title, body="", doc_number=None))
    telling = [term for term in terms if len(term) >= TELLING]
    return telling or ([record.doc_number] if record.doc_number else [])


def _asked_about(t: Transaction, now: datetime, window: timedelta) -> list[Disclosure]:
    open_incidents = t.incidents.ongoing_records()
    return in_question(t.disclosures.since(now - window, open_incidents), open_incidents, now, window)


def _turns(t: Transaction, source: str) -> dict[str, tuple[datetime, int]]:
    kept = t.sources.cursor(source) or {}
    return {record: (datetime.fromisoformat(at), times) for record, (at, times) in kept.items()}


def _remember(
    t: Transaction, source: str, records: Sequence[Disclosure], turns: Turns, chosen: Sequence[str], now: datetime
) -> None:
    # Those that nobody asks for any more are forgotten.
    kept = {record.id: turns[record.id] for record in records if record.id in turns}
    kept |= {record: (now, turns.get(record, _NEVER)[1] + 1) for record in chosen}
    t.sources.keep_cursor(source, {record: (at.isoformat(), times) for record, (at, times) in kept.items()})
