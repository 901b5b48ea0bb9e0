"""The notice of scheduling says how the units stand, beside the month before, and what each figure rests on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from casework.papers.periodic.figures import RecordDue, Scheduling, UnitStanding
from casework.papers.periodic.scheduling import drafted, standing
from casework.papers.writing import text_of
from records.papers import Basis, Ledger, Paragraph
from regulation.periodic import Every, stretch_of

APRIL = stretch_of(Every.MONTH, date(2026, 4, 1))
NOW = datetime(2026, 5, 3, 1, tzinfo=UTC)


def due(ref: str, day: date, published: date | None) -> RecordDue:
    return RecordDue("住建局", f"拟公开事项{ref}", ref, day, published)


def unit(*rows: RecordDue) -> UnitStanding:
    return UnitStanding("住建局", rows, (), (), ())


def scheduling(units: tuple[UnitStanding, ...], before: tuple[UnitStanding, ...] | None) -> Scheduling:
    return Scheduling(APRIL, NOW, date(2026, 5, 3), units, before)


def whole(found: Scheduling) -> tuple[str, tuple[Basis, ...]]:
    """The sentence on what was due, and what it rests on."""
    paragraph = standing(found, "上月")[0]
    assert isinstance(paragraph, Paragraph)
    return paragraph.statements[0].text, paragraph.statements[0].rests_on


def test_the_comparison_rests_on_the_rows_of_both_months():
    now = unit(due("N1", date(2026, 4, 9), date(2026, 4, 9)), due("N2", date(2026, 4, 20), date(2026, 4, 22)))
    march = unit(due("M1", date(2026, 3, 9), date(2026, 3, 8)), due("M2", date(2026, 3, 9), date(2026, 3, 10)))
    text, rests_on = whole(scheduling((now,), (march,)))
    assert text == "2026年4月，应公开事项2件，按时公开1件（50.0%；与上月持平），逾期公开1件。"
    assert rests_on == (
        Basis(Ledger.RECORD, "2026年4月到期，2行：N1、N2", ("N1", "N2")),
        Basis(Ledger.RECORD, "2026年3月到期、按时公开，1行：M1", ("M1",)),
    )


def test_where_nothing_was_due_no_share_stands_in_brackets_and_no_month_that_is_not_compared_is_a_ground():
    text, rests_on = whole(scheduling((), None))
    assert text == "2026年4月，应公开事项0件，按时公开0件（上月没有完整统计，不作比较），逾期公开0件。"
    assert [one.words for one in rests_on] == ["2026年4月到期，0行"]
    everything = "\n".join(text_of(one) for one in drafted(scheduling((), ())).sections)
    assert "按时公开0件（上月为零，不作比较）" in everything
    assert "—" not in everything
