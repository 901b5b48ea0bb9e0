"""An answer is published only in the words that somebody else has approved, whatever is tried in whatever order."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.answers.course import AnswerCourse, AnswerStanding, NotNow
from records.answers import AnswerEntry, AnswerKind, AnswerNoted, AnswerState, PublicWords, Wording

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
WRITER, OTHER, OFFICE = "承办甲", "承办乙", "王芳"


def entry(noted: AnswerNoted, actor: str = WRITER, text: str | None = None, **more: object) -> AnswerEntry:
    values: dict[str, object] = {"reason": "理由", "unit": "住建局"} | more
    words = Wording(text) if text is not None else None
    return AnswerEntry("H1", noted, NOON, actor, words=words, **values)  # type: ignore[arg-type]


def after(*entries: AnswerEntry, kind: AnswerKind = AnswerKind.INCIDENT) -> AnswerStanding:
    course = AnswerCourse(kind)
    for one in entries:
        course.take(one)
    return course.standing()


WRITTEN = entry(AnswerNoted.WRITTEN, text="已抢修")
SUBMITTED = entry(AnswerNoted.SUBMITTED)
APPROVED = entry(AnswerNoted.APPROVED, OFFICE)
PUBLISHED = entry(AnswerNoted.PUBLISHED)


@pytest.mark.clause("H-44(2)")
def test_an_answer_is_written_handed_in_approved_by_somebody_else_and_published():
    states = [after(*[WRITTEN, SUBMITTED, APPROVED, PUBLISHED][:count]).state for count in range(1, 5)]
    assert states == [AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED, AnswerState.PUBLISHED]


@pytest.mark.clause("H-44(2)")
@pytest.mark.parametrize(
    "before",
    [
        [entry(AnswerNoted.WRITTEN, OFFICE, "已抢修"), SUBMITTED],
        [WRITTEN, entry(AnswerNoted.SUBMITTED, OFFICE)],
        [entry(AnswerNoted.WRITTEN, OFFICE, "旧"), entry(AnswerNoted.WRITTEN, WRITER, "新"), SUBMITTED],
    ],
)
def test_whoever_wrote_a_version_or_handed_it_in_does_not_approve_it(before: list[AnswerEntry]):
    with pytest.raises(NotNow, match="另一人审定"):
        after(*before, APPROVED)


def test_another_version_or_a_return_voids_the_approval_and_what_was_taken_note_of():
    agreed = AnswerEntry("H1", AnswerNoted.WRITTEN, NOON, WRITER, words=Wording("已抢修", agreed=True))
    noted = entry(AnswerNoted.ACKNOWLEDGED, "刘洋", unit="教体局")
    assert after(agreed, SUBMITTED, APPROVED, noted).acknowledged.keys() == {"教体局"}
    for undone in (agreed, entry(AnswerNoted.RETURNED, OFFICE)):
        now = after(agreed, SUBMITTED, APPROVED, noted, undone)
        assert (now.state, now.approved, now.acknowledged) == (AnswerState.DRAFT, None, {})
        with pytest.raises(NotNow):
            after(agreed, SUBMITTED, APPROVED, undone, PUBLISHED)


def test_only_agreed_wording_that_is_approved_is_taken_note_of_once_a_unit():
    agreed = AnswerEntry("H1", AnswerNoted.WRITTEN, NOON, WRITER, words=Wording("已抢修", agreed=True))
    noted = entry(AnswerNoted.ACKNOWLEDGED, "刘洋", unit="教体局")
    for before, fault in (
        ([agreed, SUBMITTED], "不能知悉"),
        ([WRITTEN, SUBMITTED, APPROVED], "不是统一口径"),
        ([agreed, SUBMITTED, APPROVED, noted], "已经知悉"),
    ):
        with pytest.raises(NotNow, match=fault):
            after(*before, noted)


@pytest.mark.parametrize("noted", [AnswerNoted.RETURNED, AnswerNoted.DROPPED])
def test_what_is_returned_or_given_up_is_so_with_a_reason(noted: AnswerNoted):
    with pytest.raises(NotNow, match="写明理由"):
        after(WRITTEN, SUBMITTED, entry(noted, OFFICE, reason=None))


def test_what_is_withdrawn_or_given_up_comes_back_no_more():
    public = AnswerEntry("K1", AnswerNoted.WRITTEN, NOON, WRITER, words=PublicWords("供热", (), ""))
    withdrawn = [public, SUBMITTED, APPROVED, PUBLISHED, entry(AnswerNoted.WITHDRAWN, OFFICE)]
    assert after(*withdrawn, kind=AnswerKind.PUBLIC).state is AnswerState.WITHDRAWN
    with pytest.raises(NotNow, match="不能撤下"):
        after(WRITTEN, SUBMITTED, APPROVED, PUBLISHED, entry(AnswerNoted.WITHDRAWN, OFFICE))
    for noted in AnswerNoted:
        with pytest.raises(NotNow):
            after(*withdrawn, entry(noted, "第三人", "新"), kind=AnswerKind.PUBLIC)
        with pytest.raises(NotNow):
            after(WRITTEN, entry(AnswerNoted.DROPPED), entry(noted, "第三人", "新"))


def follow(course: AnswerCourse, writers: frozenset[str], approved: str | None, depth: int) -> int:
    """Try every deed by each of two people from here on; how often something was published, each time rightly."""
    published = 0
    for noted in AnswerNoted if depth else ():
        for actor in (WRITER, OFFICE):
            later = deepcopy(course)
            try:
                later.take(entry(noted, actor, "话" if noted is AnswerNoted.WRITTEN else None))
            except NotNow:
                continue
            if noted is AnswerNoted.PUBLISHED:
                assert approved is not None
                assert approved not in writers
                published += 1
            wrote = writers | ({actor} if noted in (AnswerNoted.WRITTEN, AnswerNoted.SUBMITTED) else set())
            by = actor if noted is AnswerNoted.APPROVED else None if noted in UNDOING else approved
            published += follow(later, wrote, by, depth - 1)
    return published


UNDOING = (AnswerNoted.WRITTEN, AnswerNoted.RETURNED)


@pytest.mark.clause("H-44(2)")
def test_of_every_course_of_six_deeds_by_two_people_none_publishes_without_the_other():
    assert follow(AnswerCourse(AnswerKind.PUBLIC), frozenset(), None, 6) > 10


DEEDS = st.tuples(
    st.sampled_from(AnswerNoted), st.sampled_from([WRITER, OTHER, OFFICE]), st.sampled_from(["一", "二", "三"])
)


@pytest.mark.clause("H-44(2)", "H-40(3)")
@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(AnswerKind), deeds=st.lists(DEEDS, max_size=14))
def test_no_sequence_of_deeds_publishes_words_that_nobody_else_approved(
    kind: AnswerKind, deeds: list[tuple[AnswerNoted, str, str]]
):
    course, words = AnswerCourse(kind), ""
    approved: tuple[str, str] | None = None
    writers: set[str] = set()
    for noted, actor, text in deeds:
        try:
            course.take(entry(noted, actor, text if noted is AnswerNoted.WRITTEN else None))
        except NotNow:
            continue
        if noted is AnswerNoted.WRITTEN:
            words = text
        if noted in (AnswerNoted.WRITTEN, AnswerNoted.SUBMITTED):
            writers.add(actor)
        if noted is AnswerNoted.APPROVED:
            approved = actor, words
        if noted is AnswerNoted.PUBLISHED:
            assert approved is not None
            by, what = approved
            assert by not in writers
            assert what == words
            now = course.standing()
            assert isinstance(now.words, Wording)
            assert (now.words.text, now.state) == (words, AnswerState.PUBLISHED)
