"""Every version of the office's catalogue stays as it was written, on each database; so does what was filed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from records.catalogues import CatalogueDeed, CatalogueVersion, Filing, FilingNoted
from regulation.catalogue_file import shipped
from storage.catalogues import Catalogues
from storage.store import Store
from tests.storage.making import HOUR, NOON

H, E = shipped("H"), shipped("E")
FIRST = CatalogueVersion(1, "H", "本区目录", CatalogueDeed.STARTED, None, "首次编制", 63, NOON, "王芳")
SECOND = CatalogueVersion(2, "H", "本区目录", CatalogueDeed.WITHDRAWN, "H5", "职责划出", 63, NOON + HOUR, "赵敏")
FILED = Filing(1, FilingNoted.FILED, "市委办公室", NOON + HOUR, "机要交换 12 号", NOON + 2 * HOUR, "王芳")


def test_versions_come_back_whole_as_they_stood(store: Store):
    without = tuple(item for item in H.items if item.id != "H5")
    with store.transaction() as t:
        t.catalogues.add(FIRST, H.items)
        t.catalogues.add(SECOND, without)
    with store.reading() as t:
        assert t.catalogues.versions() == [SECOND, FIRST]
        assert (t.catalogues.newest(), t.catalogues.version(1)) == (SECOND, FIRST)
        assert (t.catalogues.items(1), t.catalogues.items(2)) == (H.items, without)


def test_a_store_without_a_catalogue_says_so(store: Store):
    with store.reading() as t:
        assert (t.catalogues.newest(), t.catalogues.version(1), t.catalogues.items(1)) == (None, None, ())
        assert t.catalogues.last_number("H") == 0


def test_the_other_annex_keeps_its_empty_columns(store: Store):
    with store.transaction() as t:
        t.catalogues.add(replace(FIRST, letter="E"), E.items)
    with store.reading() as t:
        assert t.catalogues.items(1) == E.items


def test_the_highest_number_is_that_of_the_same_letter(store: Store):
    with store.transaction() as t:
        t.catalogues.add(replace(FIRST, last=70), H.items)
        t.catalogues.add(replace(FIRST, number=2, letter="E", last=85), E.items)
    with store.reading() as t:
        assert (t.catalogues.last_number("H"), t.catalogues.last_number("E")) == (70, 85)


def test_a_version_cannot_be_written_over(store: Store):
    with store.transaction() as t:
        t.catalogues.add(FIRST, H.items)
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.catalogues.add(replace(FIRST, reason="别的"), E.items)
    assert [name for name in vars(Catalogues) if name.startswith(("update", "delete", "replace", "remove"))] == []


def test_filings_come_back_in_order_and_numbered(store: Store):
    returned = replace(FILED, noted=FilingNoted.RETURNED, proof="电话：第12项责任单位要改")
    with store.transaction() as t:
        t.catalogues.add(FIRST, H.items)
        first, second = t.catalogues.add_filing(FILED), t.catalogues.add_filing(returned)
    assert first.id is not None
    assert second.id is not None
    assert first.id < second.id
    with store.reading() as t:
        assert t.catalogues.filings() == [first, second]
    assert replace(first, id=None) == FILED


def test_a_filing_names_a_version_that_there_is(store: Store):
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.catalogues.add_filing(FILED)
