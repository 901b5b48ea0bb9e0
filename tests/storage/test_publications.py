"""The publication log gives back what was written; nothing in it can be changed."""

from __future__ import annotations

from dataclasses import replace

from records.publications import LinkLook, LinkState, Publication
from storage.publications import published_on
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, disclosure

ENTRY = Publication(0, "d1", "gov_site", "政府公众网", NOON, "https://gov.example/1", NOON + HOUR, "王芳")


def test_entries_come_back_in_order_with_their_taking_back_and_their_last_look(store: Store):
    with store.transaction() as t:
        first, second = t.publications.add(ENTRY), t.publications.add(replace(ENTRY, platform="meeting", link=None))
        t.publications.take_back(second, NOON + DAY, "李强", "登错")
        t.publications.looked(first, LinkLook(LinkState.GONE, NOON, "404", 1))
        look = LinkLook(LinkState.GONE, NOON + DAY, "404", 2, NOON + DAY)
        t.publications.looked(first, look)
    with store.reading() as t:
        kept = t.publications.of(["d1"])
    assert kept[0] == replace(ENTRY, id=first, look=look)
    assert (kept[1].taken_back_at, kept[1].taken_back_by, kept[1].reason) == (NOON + DAY, "李强", "登错")
    assert published_on(kept) == {"gov_site"}


def test_those_not_looked_at_for_longest_come_first_and_never_those_without_a_link(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "王芳")
        looked = t.publications.add(ENTRY)
        t.publications.looked(looked, LinkLook(LinkState.ANSWERS, NOON))
        fresh = t.publications.add(ENTRY)
        t.publications.add(replace(ENTRY, link=None))
        due = [entry.id for entry in t.publications.to_look_at(NOON, NOON, "public", 9)]
        assert due == [fresh, looked]
        assert [entry.id for entry in t.publications.to_look_at(NOON, NOON - HOUR, "public", 9)] == [fresh]
        assert t.publications.to_look_at(NOON + HOUR, NOON, "public", 9) == []
