"""Links of what was published: what a look finds, who is told once, and what is never asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawlers.jobs import Done, Ended, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.settings import CrawlSettings
from pipeline.acts import Actor
from pipeline.link_checks import Looked, check_links
from pipeline.notify import page_only
from pipeline.publishing import Noted, note_publication, take_back
from records.posts import Reactions
from records.publications import LinkState
from records.words import Role, Scope
from regulation.platforms import platform_rules
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, disclosure

OFFICE = Actor("王芳", Role.OFFICE)
RULES = platform_rules()
SETTINGS = CrawlSettings(user_agent="test")


class Site:
    """Answers every link the same way; remembers what was asked for."""

    def __init__(self) -> None:
        self.outcome = Outcome.OK
        self.text: str | None = "惠川区 供热方案 全文如下"
        self.asked: list[str] = []

    def crawl(self, job: Job) -> Iterator[Event]:
        for source in job.sources:
            self.asked.append(source.url)
            if self.text is not None and self.outcome is Outcome.OK:
                yield Found(source.id, "p", "other", source.url, "供热", self.text, NOON, Reactions(), None, ())
            yield Done(source.id, self.outcome, 1, 1, {}, {}, None, None)
        yield Ended(None)


def noted(store: Store, link: str = "https://gov.example/1", record: str = "d1", **more: object) -> None:
    with store.transaction() as t:
        t.disclosures.add(disclosure(record, **more), NOON, "王芳")  # type: ignore[arg-type]
    note_publication(store, Noted(record, "gov_site", NOON, link, f"{record}{link}"), OFFICE, NOON, RULES)


def look(store: Store, site: Site, at: datetime) -> Looked:
    return check_links(store, SETTINGS, at, RULES, page_only, site.crawl)


@pytest.mark.clause("H-14")
@pytest.mark.parametrize(
    ("outcome", "text", "state"),
    [
        (Outcome.OK, "惠川区 供热方案 全文如下", LinkState.ANSWERS),
        (Outcome.OK, "依据惠川办发〔2026〕1号", LinkState.ANSWERS),
        (Outcome.OK, "欢迎访问首页", LinkState.OTHER),
        (Outcome.NOT_EXPECTED, None, LinkState.ANSWERS),
        (Outcome.HTTP_ERROR, None, LinkState.GONE),
        (Outcome.UNREACHABLE, None, LinkState.GONE),
        (Outcome.ROBOTS, None, LinkState.UNSEEN),
        (Outcome.PRIVATE_ADDRESS, None, LinkState.UNSEEN),
    ],
)
def test_a_look_says_whether_the_record_can_be_read_there(
    store: Store, outcome: Outcome, text: str | None, state: LinkState
):
    noted(store)
    site = Site()
    site.outcome, site.text = outcome, text
    ((_, found),) = look(store, site, NOON + HOUR).entries
    assert found.state is state


@pytest.mark.clause("H-14")
def test_a_broken_link_is_told_once_to_the_unit_and_the_office_and_again_only_after_it_was_mended(store: Store):
    noted(store)
    site = Site()
    site.outcome = Outcome.HTTP_ERROR
    told = [look(store, site, NOON + day * DAY).alerts for day in range(1, 5)]
    assert told == [0, 2, 0, 0]
    with store.reading() as t:
        (entry,) = t.publications.of(["d1"])
    assert entry.look is not None
    assert (entry.look.state, entry.look.told_at) == (LinkState.GONE, NOON + 2 * DAY)
    site.outcome = Outcome.OK
    assert look(store, site, NOON + 5 * DAY).alerts == 0
    site.outcome = Outcome.HTTP_ERROR
    assert [look(store, site, NOON + day * DAY).alerts for day in (6, 7)] == [0, 2]


def test_looking_again_at_once_by_hand_makes_no_second_failure(store: Store):
    noted(store)
    site = Site()
    site.outcome = Outcome.HTTP_ERROR
    for minutes in range(3):
        at = NOON + HOUR + timedelta(minutes=minutes)
        assert check_links(store, SETTINGS, at, RULES, page_only, site.crawl, all_of_them=True).alerts == 0
    assert len(site.asked) == 3


def test_a_link_is_looked_at_once_a_day_and_no_more_after_it_was_taken_back(store: Store):
    noted(store)
    site = Site()
    look(store, site, NOON + HOUR)
    assert look(store, site, NOON + 2 * HOUR).entries == ()
    assert len(look(store, site, NOON + HOUR + DAY).entries) == 1
    with store.reading() as t:
        (entry,) = t.publications.of(["d1"])
    take_back(store, entry.id, "登错", OFFICE, NOON + 2 * DAY)
    assert look(store, site, NOON + 9 * DAY).entries == ()


@pytest.mark.clause("E-2(3)2")
def test_no_link_of_a_record_within_the_party_is_ever_asked_for(store: Store):
    noted(store, scope=Scope.PARTY)
    noted(store, "https://gov.example/2", "d2")
    with store.transaction() as t:
        known = t.disclosures.get("d2")
        assert known is not None
        t.disclosures.add(replace(known, scope=Scope.PARTY, explanation="改为党内"), NOON + HOUR, "王芳")
    site = Site()
    assert look(store, site, NOON + DAY).entries == ()
    assert site.asked == []


@pytest.mark.clause("H-20")
def test_what_was_withdrawn_is_no_longer_looked_for(store: Store):
    noted(store)
    with store.transaction() as t:
        known = t.disclosures.get("d1")
        assert known is not None
        t.disclosures.add(replace(known, withdrawn=True, explanation="撤回"), NOON + HOUR, "王芳")
    assert look(store, Site(), NOON + DAY).entries == ()
