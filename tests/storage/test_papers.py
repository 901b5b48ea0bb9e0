"""Papers are kept in versions, signed once, and superseded by name; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.papers import (
    About,
    Content,
    PaperKind,
    Statement,
)
from storage.papers import PaperChanged, Signing
from storage.store import Store
from tests.casework.papers.october import DAYS, OCTOBER, october

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)


def content(words: str) -> Content:
    return october(Statement(words, (DAYS,)), Statement("情况平稳。"))


def signing(number: int, by: str = "赵主任") -> Signing:
    return Signing(NOW, by, "惠月报", 2026, number, f"惠月报〔2026〕{number}号", f"paper-{number}.docx")


def drafted(store: Store, words: str = "共4条。", supersedes: int | None = None) -> int:
    with store.transaction() as t:
        return t.papers.add(
            PaperKind.MONTHLY, OCTOBER, content(words), NOW, "李军", supersedes, supersedes and "数字有误"
        )


def test_a_draft_comes_back_as_it_was_written(store: Store):
    number = drafted(store)
    with store.reading() as t:
        found = t.papers.get(number)
        assert found is not None
        assert (found.content, found.about, found.revision, found.signed) == (content("共4条。"), OCTOBER, 1, False)
        assert (found.changed_by, found.changed_at, found.drafted_at) == ("李军", NOW, NOW)
        assert t.papers.draft_of(PaperKind.MONTHLY, OCTOBER) == found
        assert t.papers.draft_of(PaperKind.WEEKLY, OCTOBER) is None
        assert (
            t.papers.draft_of(PaperKind.MONTHLY, About(OCTOBER.incident, OCTOBER.first, OCTOBER.last, "教育局")) is None
        )
        assert t.papers.valid_of(PaperKind.MONTHLY, OCTOBER) is None


def test_every_version_is_kept_and_two_writers_notice_each_other(store: Store):
    number = drafted(store)
    later = NOW + timedelta(hours=1)
    with store.transaction() as t:
        assert t.papers.write(number, 1, content("共5条。"), later, "王芳") == 2
    with store.transaction() as t, pytest.raises(PaperChanged):
        t.papers.write(number, 1, content("共6条。"), later, "李军")
    with store.reading() as t:
        told = [(one.revision, one.content, one.written_by, one.written_at) for one in t.papers.versions(number)]
        assert told == [(1, content("共4条。"), "李军", NOW), (2, content("共5条。"), "王芳", later)]


def test_a_signed_paper_never_changes_and_is_superseded_by_name(store: Store):
    wrong = drafted(store)
    with store.transaction() as t:
        t.papers.sign(wrong, 1, signing(1))
    for change in (
        lambda t: t.papers.write(wrong, 1, content("共5条。"), NOW, "王芳"),
        lambda t: t.papers.sign(wrong, 1, signing(2)),
        lambda t: t.papers.drop_draft(wrong),
    ):
        with store.transaction() as t, pytest.raises(PaperChanged):
            change(t)
    right = drafted(store, "共5条。", supersedes=wrong)
    with store.reading() as t:
        assert [one.id for one in t.papers.listed([PaperKind.MONTHLY], 10)] == [right, wrong]
        standing = t.papers.valid_of(PaperKind.MONTHLY, OCTOBER)
        assert standing is not None
        assert (standing.id, standing.serial, standing.signed_by) == (wrong, "惠月报〔2026〕1号", "赵主任")
    with store.transaction() as t:
        t.papers.sign(right, 1, signing(2))
    with store.reading() as t:
        old, new = t.papers.get(wrong), t.papers.valid_of(PaperKind.MONTHLY, OCTOBER)
        assert old is not None
        assert new is not None
        assert (old.superseded_by, new.id, new.supersedes, new.reason) == (right, right, wrong, "数字有误")
        assert t.papers.last_number("惠月报", 2026) == 2
        assert t.papers.last_number("惠月报", 2027) == 0


def test_a_draft_can_be_dropped(store: Store):
    number = drafted(store)
    with store.transaction() as t:
        t.papers.drop_draft(number)
    with store.reading() as t:
        assert t.papers.get(number) is None
        assert t.papers.versions(number) == []
