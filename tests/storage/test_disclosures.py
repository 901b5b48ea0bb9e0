"""Disclosure records are append only: a correction is a new version that says what it corrects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records.words import Risk, Scope
from storage.disclosures import Added, ExplanationMissing
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, disclosure


def test_a_record_comes_back_as_it_was(store: Store):
    record = disclosure(risk=Risk.HIGH, scope=Scope.PARTY, url="https://gov.example/1", catalogue_item="12")
    with store.transaction() as t:
        assert t.disclosures.add(record, NOON, "王芳") is Added.NEW
    with store.reading() as t:
        assert t.disclosures.get("d1") == record
        assert t.disclosures.get("d2") is None


@pytest.mark.clause("H-20")
def test_other_content_for_a_known_record_needs_an_explanation_and_keeps_the_old_version(store: Store):
    changed = disclosure(title="供热方案（更正）")
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "王芳")
        with pytest.raises(ExplanationMissing):
            t.disclosures.add(changed, NOON + HOUR, "王芳")
        explained = replace(changed, explanation="标题有误")
        assert t.disclosures.add(explained, NOON + HOUR, "李强") is Added.CORRECTED
        assert t.disclosures.get("d1") == replace(explained, version=2)
        versions = t.disclosures.versions("d1")
    assert [(v.disclosure.version, v.disclosure.title, v.recorded_by) for v in versions] == [
        (1, "供热方案", "王芳"),
        (2, "供热方案（更正）", "李强"),
    ]
    assert [v.recorded_at for v in versions] == [NOON, NOON + HOUR]


def test_the_same_content_again_changes_nothing(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "王芳")
        assert t.disclosures.add(disclosure(), NOON + HOUR, "李强") is Added.UNCHANGED
        assert t.disclosures.count_versions() == 1


def test_current_records_are_listed_newest_first_in_their_newest_version(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure("d1"), NOON, "王芳")
        t.disclosures.add(disclosure("d2", "公交方案", published_at=NOON + DAY), NOON, "王芳")
        t.disclosures.add(disclosure("d1", "供热新方案", explanation="更正"), NOON, "王芳")
        assert [record.title for record in t.disclosures.current()] == ["公交方案", "供热新方案"]


def test_the_records_since_a_moment_are_made_up_with_the_newest_older_ones_and_those_named_beside(store: Store):
    with store.transaction() as t:
        for age in range(5):
            t.disclosures.add(disclosure(f"d{age}", published_at=NOON - age * DAY), NOON, "王芳")
        t.disclosures.add(disclosure("d1", "更正过", published_at=NOON - DAY, explanation="漏字"), NOON, "王芳")
        since = [(record.id, record.version) for record in t.disclosures.since(NOON - DAY)]
        assert since == [("d0", 1), ("d1", 2)]
        assert [record.id for record in t.disclosures.since(NOON - DAY, ["d3", "d0"])] == ["d0", "d1", "d3"]
        assert [record.id for record in t.disclosures.since(NOON - DAY, ["d4"], 3)] == ["d0", "d1", "d2", "d4"]
