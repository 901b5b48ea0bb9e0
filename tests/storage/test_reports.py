"""Drafts, filed reports and responses in the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from records.incidents import SeverityChange
from records.papers import Basis, Ledger, Paragraph, Statement
from records.reports import ConfirmedPart, Correcting, Part, Report, Response
from records.words import ReportKind, Severity
from storage.reports import PartChanged, Written
from storage.store import Store
from tests.storage.making import HOUR, NOON, incident
from tests.storage.plans import asked

INITIAL = ReportKind.INITIAL
VIEWS = Part.PUBLIC_VIEWS
WRITTEN = Written(NOON, "王芳")


@pytest.fixture
def opened(store: Store) -> Store:
    """A store with one incident."""
    with store.transaction() as t:
        gathering = t.incidents.start_gathering("d1", NOON)
        change = SeverityChange(NOON, Severity.GENERAL, "voices_3")
        t.incidents.open(incident("i1"), gathering.id, change)
    return store


def report(number: int = 1, kind: ReportKind = INITIAL, filed_at=NOON, activation: int | None = 1) -> Report:  # type: ignore[no-untyped-def]
    return Report(
        incident="i1",
        kind=kind,
        number=number,
        serial=f"惠舆情报〔2026〕{number}号",
        filed_at=filed_at,
        filed_by="李静",
        parts=tuple(ConfirmedPart(part, f"{part.label}：正文", "王芳", filed_at) for part in Part),
        file=f"i1-{kind}-{number}.docx",
        activation=activation,
    )


def test_another_text_takes_the_confirmation_away_the_same_text_keeps_it(opened: Store) -> None:
    with opened.transaction() as t:
        assert t.reports.save_part("i1", INITIAL, VIEWS, "初稿", WRITTEN) == 1
        t.reports.confirm_part("i1", INITIAL, VIEWS, "王芳", NOON)
        assert t.reports.save_part("i1", INITIAL, VIEWS, "初稿", WRITTEN) == 1
        kept = t.reports.parts("i1", INITIAL)[VIEWS]
        assert t.reports.save_part("i1", INITIAL, VIEWS, "改稿", WRITTEN) == 2
        changed = t.reports.parts("i1", INITIAL)[VIEWS]
    assert (kept.confirmed_by, kept.confirmed_at) == ("王芳", NOON)
    assert (changed.text, changed.confirmed_by, changed.confirmed_at) == ("改稿", None, None)


def test_two_editors_notice_each_other(opened: Store) -> None:
    with opened.transaction() as t:
        t.reports.save_part("i1", INITIAL, VIEWS, "甲稿", WRITTEN, expected_revision=0)
        for late in (
            lambda: t.reports.save_part("i1", INITIAL, VIEWS, "乙稿", WRITTEN, expected_revision=0),
            lambda: t.reports.confirm_part("i1", INITIAL, VIEWS, "乙", NOON, expected_revision=2),
        ):
            _refused(late)
        assert t.reports.parts("i1", INITIAL)[VIEWS].text == "甲稿"


def _refused(act: Callable[[], object]) -> None:
    with pytest.raises(PartChanged):
        act()


def test_a_part_without_text_cannot_be_confirmed(opened: Store) -> None:
    with pytest.raises(LookupError), opened.transaction() as t:
        t.reports.confirm_part("i1", INITIAL, VIEWS, "王芳", NOON)


def test_parts_come_in_the_order_of_the_article(opened: Store) -> None:
    with opened.transaction() as t:
        for part in reversed(Part):
            t.reports.save_part("i1", INITIAL, part, "正文", WRITTEN)
        assert list(t.reports.parts("i1", INITIAL)) == list(Part)
        assert t.reports.parts("i1", ReportKind.PROGRESS) == {}
        t.reports.clear_parts("i1", INITIAL)
        assert t.reports.parts("i1", INITIAL) == {}


def test_a_filed_report_comes_back_as_it_was(opened: Store) -> None:
    with opened.transaction() as t:
        t.reports.add(report())
    with opened.reading() as t:
        assert t.reports.of("i1") == [report()]
        assert t.reports.newest(5) == [report()]


def test_each_kind_is_numbered_for_itself_and_no_number_twice(opened: Store) -> None:
    with opened.transaction() as t:
        t.reports.add(report(1))
        t.reports.add(report(1, ReportKind.PROGRESS))
        t.reports.add(report(2, ReportKind.PROGRESS))
        assert t.reports.next_number("i1", INITIAL) == 2
        assert t.reports.next_number("i1", ReportKind.PROGRESS) == 3
        assert t.reports.next_number("i1", ReportKind.FINAL) == 1
    with pytest.raises(IntegrityError), opened.transaction() as t:
        t.reports.add(report(2, ReportKind.PROGRESS))


def test_a_report_is_found_by_the_activation_it_was_filed_in(opened: Store) -> None:
    with opened.transaction() as t:
        t.reports.add(report(1, activation=None))
        t.reports.add(report(2, activation=1))
        without, first, second = (t.reports.filed_in_activation("i1", INITIAL, number) for number in (None, 1, 2))
    assert without is not None
    assert without.number == 1
    assert first is not None
    assert first.number == 2
    assert second is None


def test_reports_of_a_span_are_counted_with_its_start_and_without_its_end(opened: Store) -> None:
    with opened.transaction() as t:
        for number, at in enumerate((NOON, NOON + HOUR, NOON + 2 * HOUR), 1):
            t.reports.add(report(number, filed_at=at))
        assert t.reports.filed_between(NOON, NOON + 2 * HOUR) == 2
        assert t.reports.filed_between(NOON + timedelta(seconds=1), NOON + 3 * HOUR) == 2


def test_responses_come_in_the_order_of_publication(opened: Store) -> None:
    later = Response("i1", "已恢复供暖", "https://qw.example/2", NOON + HOUR, "李静")
    earlier = Response("i1", "正在抢修", None, NOON, "李静")
    with opened.transaction() as t:
        t.reports.add_response(later)
        t.reports.add_response(earlier)
    with opened.reading() as t:
        assert t.reports.responses("i1") == [earlier, later]


def texts(store: Store, number: int) -> list[tuple[int, str, str]]:
    with store.reading() as t:
        return [(one.revision, one.text, one.written_by) for one in t.reports.versions("i1", INITIAL, number)]


def test_every_version_of_a_part_is_kept_with_its_report(opened: Store):
    with opened.transaction() as t:
        t.reports.save_part("i1", INITIAL, VIEWS, "初稿", WRITTEN)
        t.reports.save_part("i1", INITIAL, VIEWS, "改稿", Written(NOON + HOUR, "李军"))
        t.reports.clear_parts("i1", INITIAL)
        t.reports.save_part("i1", INITIAL, VIEWS, "重起一稿", Written(NOON + 2 * HOUR, "李军"))
        t.reports.add(report())
        t.reports.clear_parts("i1", INITIAL)
        t.reports.save_part("i1", INITIAL, VIEWS, "下一份", Written(NOON + 3 * HOUR, "李军"))
    assert texts(opened, 1) == [(1, "初稿", "王芳"), (2, "改稿", "李军"), (3, "重起一稿", "李军")]
    assert texts(opened, 2) == [(1, "下一份", "李军")]


def test_who_wrote_which_version_when_is_read_at_once_and_without_the_texts(opened: Store):
    with opened.transaction() as t:
        t.reports.save_part("i1", INITIAL, VIEWS, "初稿", WRITTEN)
        t.reports.save_part("i1", INITIAL, Part.ONLINE_SITUATION, "三条", WRITTEN)
        t.reports.save_part("i1", INITIAL, VIEWS, "改稿", Written(NOON + HOUR, "李军"))
        t.reports.save_part("i1", ReportKind.PROGRESS, VIEWS, "续报", WRITTEN)
    with opened.reading() as t, asked(opened) as statements:
        heads = t.reports.version_heads("i1")
        assert len(statements) == 1
        assert "report_part_version.text" not in statements[0]
        read = {which: [t.reports.version_text("i1", which[0], one) for one in ones] for which, ones in heads.items()}
    assert read == {(INITIAL, 1): ["三条", "初稿", "改稿"], (ReportKind.PROGRESS, 1): ["续报"]}
    assert [(one.revision, one.written_by) for one in heads[INITIAL, 1]] == [(1, "王芳"), (1, "王芳"), (2, "李军")]


def test_what_a_sentence_rests_on_is_kept_with_draft_and_report(opened: Store):
    said = (Paragraph((Statement("共3条。", (Basis(Ledger.POST, "帖文3条", ("p1",)),)), Statement("平稳。"))),)
    with opened.transaction() as t:
        t.reports.save_part("i1", INITIAL, VIEWS, "共3条。平稳。", Written(NOON, "王芳", said))
        assert t.reports.parts("i1", INITIAL)[VIEWS].paragraphs == said
        t.reports.add(replace(report(), parts=(ConfirmedPart(VIEWS, "共3条。平稳。", "王芳", NOON, said),)))
        assert t.reports.of("i1")[0].parts[0].paragraphs == said


def test_a_report_names_what_it_takes_the_place_of_and_is_named_there(opened: Store):
    correcting = Correcting("惠舆情报〔2026〕1号", "人数有误", NOON, "王芳")
    with opened.transaction() as t:
        t.reports.add(report())
        serial = t.reports.of("i1")[0].serial
        t.reports.correct("i1", INITIAL, correcting)
        assert t.reports.correcting("i1", INITIAL) == correcting
        assert t.reports.correcting("i1", ReportKind.FINAL) is None
        t.reports.correct("i1", INITIAL, None)
        assert t.reports.correcting("i1", INITIAL) is None
        t.reports.add(replace(report(2), serial="惠舆情报〔2026〕2号", supersedes=serial, reason="人数有误"))
        first, second = t.reports.of("i1")
    assert (first.superseded_by, second.supersedes, second.reason) == (second.serial, first.serial, "人数有误")
