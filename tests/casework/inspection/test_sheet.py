"""A sheet: points that the desk filled in, other points by a person with a reason, and those that only a person gives."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.inspection.comparing import UnitSheet
from casework.inspection.papers import sheet_content
from casework.inspection.sheet import Marked, fault_in_score, marked, year_points
from records.inspections import Case, Counted, Sheet, SheetEntry, SheetKind, SheetNoted
from records.papers import Paragraph, Table
from regulation.inspection import inspection_rules

RULES = inspection_rules()
AT = datetime(2026, 7, 2, 1, tzinfo=UTC)
JUDGED = {one.check: one.judged_points for one in RULES.checks if one.judged_points}


def entry(number: int, noted: SheetNoted, check: str | None = None, points: float | None = None, **more: object):
    return SheetEntry(1, noted, AT, "赵主任", check, points, id=number, **more)  # type: ignore[arg-type]


def counted(**cases: list[Case]) -> SheetEntry:
    return entry(1, SheetNoted.COUNTED, figures=tuple(Counted(name, tuple(those)) for name, those in cases.items()))


def whole(*more: SheetEntry, judged: float = 1.0, first: SheetEntry | None = None) -> Marked:
    begun = first or counted()
    given = [
        entry(10 + place, SheetNoted.JUDGED, check.rule.check, round(check.judged_most * judged, 1))
        for place, check in enumerate(marked(RULES, [begun]).checks)
    ]
    return marked(RULES, [begun, *given, *more])


LATE = counted(
    records_fit=[Case("r1", False, 0, "没有目录项")],
    records_uncorrected=[Case("r1", True)],
    secrecy_in_time=[Case("g1", True)],
)
"""Of the fifth check every figure, one of them wrong: 8 of 12 points."""


@pytest.mark.clause("H-54")
def test_the_points_of_what_did_not_occur_are_a_persons_so_that_nobody_earns_by_doing_nothing():
    idle = marked(RULES, [counted()]).check("content")
    assert (idle.counted, idle.counted_most, idle.judged_most) == (0.0, 0.0, 15.0)
    part = marked(RULES, [counted(records_fit=[Case("r1", True)])]).check("content")
    assert (part.counted, part.counted_most, part.judged_most) == (4.0, 4.0, 11.0)


def test_points_that_were_given_before_more_was_counted_count_as_far_as_their_part_goes():
    given = entry(2, SheetNoted.JUDGED, "content", 15)
    again = entry(3, SheetNoted.COUNTED, figures=LATE.figures)
    assert marked(RULES, [counted(), given]).check("content").points == 15.0
    found = marked(RULES, [counted(), given, again]).check("content")
    assert (found.judged_most, found.points) == (3.0, 11.0)


@pytest.mark.clause("H-50")
def test_a_sheet_of_which_nothing_was_wrong_has_all_points():
    assert whole().total == 100.0


def test_without_a_persons_points_there_is_no_total():
    found = marked(RULES, [counted(), entry(2, SheetNoted.JUDGED, "leadership", 9)])
    assert found.total is None
    assert [one.rule.number for one in found.missing] == ["二", "三", "四", "五", "六", "七", "八", "九"]


def test_without_figures_there_is_no_total():
    assert marked(RULES, []).total is None
    given = [entry(n, SheetNoted.JUDGED, check, most) for n, (check, most) in enumerate(JUDGED.items())]
    assert marked(RULES, given).total is None


def test_a_person_puts_other_points_in_the_place_of_what_was_counted():
    assert whole(first=LATE).check("content").counted == 8.0
    found = whole(entry(99, SheetNoted.DEVIATED, "content", 11, text="该事项依上级要求公开"), first=LATE)
    assert (found.check("content").counted, found.check("content").points, found.total) == (8.0, 14.0, 99.0)


def test_what_was_struck_counts_no_more():
    other = entry(98, SheetNoted.DEVIATED, "content", 12, text="误")
    found = whole(other, entry(99, SheetNoted.STRUCK, text="改错了", of=98), first=LATE)
    assert found.check("content").deviated is None
    assert found.total == 96.0


def test_findings_stand_with_their_check():
    found = whole(entry(97, SheetNoted.FOUND, "archive", text="缺两份签批原件", evidence="见现场照片"))
    assert [one.text for one in found.check("archive").findings] == ["缺两份签批原件"]


def test_what_is_counted_anew_takes_the_place_of_what_was_counted():
    bad = counted(records_fit=[Case("r1", False)])
    again = entry(50, SheetNoted.COUNTED, figures=(Counted("records_fit", (Case("r1", True),)),))
    assert whole(first=bad).total == 96.0
    assert whole(again, first=bad).total == 100.0


@pytest.mark.parametrize(
    ("check", "noted", "points", "reason", "fault"),
    [
        ("leadership", SheetNoted.JUDGED, 10, None, None),
        ("leadership", SheetNoted.JUDGED, 10.1, None, "0 至 10"),
        ("leadership", SheetNoted.JUDGED, -1, None, "0 至 10"),
        ("leadership", SheetNoted.JUDGED, None, None, "0 至 10"),
        ("leadership", SheetNoted.DEVIATED, 5, "理由", "没有取数得分"),
        ("content", SheetNoted.DEVIATED, 12, "理由", None),
        ("content", SheetNoted.DEVIATED, 12, None, "理由"),
        ("content", SheetNoted.DEVIATED, 12.5, "理由", "0 至 12"),
        ("content", SheetNoted.JUDGED, 2.25, None, "一位小数"),
    ],
)
def test_points_that_cannot_be_given(check: str, noted: SheetNoted, points: float, reason: str, fault: str):
    found = fault_in_score(marked(RULES, [LATE]).check(check), noted, points, reason, RULES.formula)
    assert found is None if fault is None else fault in (found or "")


shares = st.lists(st.booleans(), max_size=6).map(
    lambda made: tuple(Case(f"r{number}", held) for number, held in enumerate(made))
)


@pytest.mark.clause("H-54")
@given(
    figures=st.dictionaries(st.sampled_from([one.figure for one in RULES.every_figure]), shares),
    judged=st.floats(0, 1),
)
def test_no_sheet_has_fewer_than_no_points_or_more_than_all(figures: dict[str, tuple[Case, ...]], judged: float):
    first = entry(1, SheetNoted.COUNTED, figures=tuple(Counted(name, cases) for name, cases in figures.items()))
    total = whole(first=first, judged=judged).total
    assert total is not None
    assert 0 <= total <= RULES.full


@pytest.mark.clause("H-54")
@pytest.mark.parametrize(
    ("halves", "reported", "year"),
    [
        ([90.0, 80.0], [True, False], 71.0),  # 85 × 0.6 + 50 × 0.4
        ([90.0, 80.0], [], 85.0),
        ([90.0], [True], 94.0),
        ([], [True], None),
    ],
)
def test_a_year_is_made_of_its_half_years_and_the_standing_figures(
    halves: list[float], reported: list[bool], year: float | None
):
    cases = {"reported": tuple(Case(f"c{number}", held) for number, held in enumerate(reported))}
    assert year_points(RULES, halves, cases)[0] == year


def test_how_a_half_year_is_called():
    first = Sheet(1, SheetKind.OFFICE, "住建局", date(2026, 7, 1), date(2026, 12, 31), {}, AT, "赵主任")
    assert UnitSheet(first, marked(RULES, [])).period == "2026年下半年"


def test_the_paper_prints_the_points_that_count_so_that_every_row_adds_up():
    given = entry(2, SheetNoted.JUDGED, "content", 15)
    again = entry(90, SheetNoted.COUNTED, figures=LATE.figures)
    one = UnitSheet(
        Sheet(1, SheetKind.OFFICE, "住建局", date(2026, 1, 1), date(2026, 6, 30), {}, AT, "赵主任"),
        whole(given, again),
    )
    content = sheet_content(one, RULES, AT)
    (row,) = [
        row for block in content.sections[1].blocks if isinstance(block, Table) for row in block.rows if row[0] == "五"
    ]
    assert row[3:] == ("8", "3", "11")
    whole_text = "".join(block.text for block in content.sections[2].blocks if isinstance(block, Paragraph))
    assert "人工评 15 分（这一部分现为 3 分，按此计）" in whole_text
    assert "依照惠党办发〔2019〕48号第五十一条" in str(content.sections[0])
