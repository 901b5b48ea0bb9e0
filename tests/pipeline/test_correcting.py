"""Corrections: who may, what is kept and audited, what is refused, and what incidents make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.acts import Actor
from pipeline.copies import FOLLOWED, JUDGING
from pipeline.correcting import CORRECT, Asked, correct, records_to_choose
from pipeline.indexing import catch_up_records
from pipeline.intake import receive
from pipeline.learning import to_learn
from pipeline.refusals import Refused
from records.corrections import Verdict
from records.incidents import Incident
from records.people import Person
from records.posts import BACKLOG
from records.words import Category, Channel, Role, Scope, Sentiment
from storage.search.record_index import RecordIndex
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, KEEP, NOON, SECOND, Town, record

OFFICE = Actor("王芳", Role.OFFICE)
DUTY = Actor("李军", Role.DUTY)
ADMIN = Actor("周管理", Role.ADMIN)
UNIT = Actor("陈杰", Role.UNIT, "住建局")
CALM = Verdict(Sentiment.NEUTRAL, None, None)


def on(disclosure: str | None, category: Category = Category.PUBLIC_INTEREST) -> Verdict:
    return Verdict(Sentiment.NEGATIVE, disclosure, category)


class Corrected(Town):
    """A town whose people correct."""

    def correct(
        self,
        post_id: str,
        verdict: Verdict,
        at: datetime = NOON + HOUR,
        actor: Actor = DUTY,
        *,
        seen: Verdict | None = None,
        version: int = 1,
        request: str | None = None,
        judged: bool = True,
    ) -> None:
        if seen is None:
            with self.store.reading() as t:
                read = t.assessments.get(post_id)
            assert read is not None
            seen = Verdict.of(read)
        correct(self.store, Asked(post_id, version, seen, verdict, "看过原帖"), actor, at, request)
        if judged:
            self.judge()

    def refused(self, post_id: str, verdict: Verdict, **how: object) -> str:
        with pytest.raises(Refused) as refusal:
            self.correct(post_id, verdict, **how)  # type: ignore[arg-type]
        return str(refusal.value)

    def three(self) -> Incident:
        """An incident that three voices have opened."""
        for number in range(3):
            incident = self.come(f"p{number}", NOON + number * SECOND)
        assert incident is not None
        return incident

    def read(self, *post_ids: str) -> list[tuple[Verdict, bool]]:
        """How these posts are read, and whether that is a person's doing."""
        with self.store.reading() as t:
            found = t.assessments.many(post_ids)
        return [(Verdict.of(found[post_id]), found[post_id].corrected) for post_id in post_ids]

    def edit(self, post_id: str, text: str, at: datetime) -> None:
        """The page of a known post says something else."""
        with self.store.transaction() as t:
            post = t.posts.get(post_id)
            assert post is not None
            t.posts.revise(replace(post, text=text), at, at + KEEP)
        self.judge()

    def gathered(self, disclosure: str) -> list[str]:
        """The posts of the record's newest gathering, whether or not it is an incident."""
        with self.store.reading() as t:
            stored = t.incidents.newest_gathering(disclosure)
            assert stored is not None
            return [member.post_id for member in t.incidents.members_of(stored.id)]

    def ongoing(self, disclosure: str) -> Incident | None:
        with self.store.reading() as t:
            return t.incidents.newest_ongoing(disclosure)


@pytest.fixture
def town(store: Store) -> Corrected:
    return Corrected(store)


# What is kept


@pytest.mark.clause("H-38")
def test_a_correction_keeps_the_text_both_verdicts_who_when_and_which_model(town: Corrected):
    town.come("a", copy_of="first")
    town.correct("a", CALM)
    with town.store.reading() as t:
        (kept,) = t.corrections.all()
        read = t.assessments.get("a")
    assert (kept.post_id, kept.root, kept.text, kept.seen_at) == ("a", "first", "正文a", NOON)
    assert (kept.before, kept.after) == (on("d1"), CALM)
    assert (kept.actor, kept.at, kept.reason) == ("李军", NOON + HOUR, "看过原帖")
    assert read is not None
    assert (Verdict.of(read), read.corrected, read.duplicate_of) == (CALM, True, "first")


def test_a_correction_of_the_record_keeps_the_version_that_the_record_had(town: Corrected):
    with town.store.transaction() as t:
        t.disclosures.add(replace(record("d2"), body="改过的全文", explanation="更正"), NOON, "王芳")
    town.come("a")
    town.correct("a", on("d2"))
    with town.store.reading() as t:
        assert [one.version for one in t.corrections.all()] == [2]


def test_it_is_audited_with_both_verdicts_and_without_the_text(town: Corrected):
    town.come("a")
    town.correct("a", CALM, actor=OFFICE)
    with town.store.reading() as t:
        entry = t.audit.newest(1)[0]
    assert (entry.actor, entry.role, entry.act, entry.subject, entry.allowed) == ("王芳", "office", CORRECT, "a", True)
    assert "negative" in str(entry.detail)
    assert "neutral" in str(entry.detail)
    assert "正文" not in str(entry.detail)


def test_the_same_request_corrects_once(town: Corrected):
    town.come("a")
    for _ in range(2):
        town.correct("a", CALM, seen=on("d1"), request="r1")
    with town.store.reading() as t:
        assert t.corrections.count() == 1


# Who may, and what is refused


@pytest.mark.parametrize("actor", [UNIT, Actor("赵敏", Role.EVALUATOR)])
def test_who_may_not_correct_is_refused_and_that_it_was_tried_is_audited(town: Corrected, actor: Actor):
    town.come("a")
    assert "没有权限" in town.refused("a", CALM, actor=actor)
    with town.store.reading() as t:
        read, entry = t.assessments.get("a"), t.audit.newest(1)[0]
        assert t.corrections.count() == 0
    assert read is not None
    assert not read.corrected
    assert (entry.actor, entry.allowed) == (actor.name, False)


@pytest.mark.parametrize(
    ("verdict", "how", "said"),
    [
        (on("d9"), {}, "没有编号"),
        (on("d1"), {}, "没有需要更正"),
        (Verdict(Sentiment.NEGATIVE, "d2", None), {}, "选定类别"),
        (Verdict(Sentiment.NEUTRAL, None, Category.EMERGENCY), {}, "没有类别"),
        (CALM, {"version": 2}, "刚有变动"),
        (CALM, {"seen": on("d2")}, "刚有变动"),
    ],
)
def test_what_cannot_be_meant_is_refused(town: Corrected, verdict: Verdict, how: dict[str, object], said: str):
    town.come("a")
    assert said in town.refused("a", verdict, **how)


def test_a_post_that_is_gone_or_waits_cannot_be_corrected(town: Corrected):
    assert "已不在库中" in town.refused("none", CALM, seen=on("d1"))


@pytest.mark.clause("E-2(3)2")
def test_nobody_links_a_post_to_a_record_that_they_may_not_read(town: Corrected):
    with town.store.transaction() as t:
        t.disclosures.add(record("p1", scope=Scope.PARTY), NOON, "王芳")
    town.come("a")
    assert "不属于您可以查看的范围" in town.refused("a", on("p1"), actor=ADMIN)
    town.correct("a", on("p1"), actor=DUTY)
    with town.store.reading() as t:
        choices = {
            role: [one.id for one in records_to_choose(t, Person("x", "x", role, "住建局"), "", None)]
            for role in (Role.ADMIN, Role.DUTY, Role.UNIT)
        }
    assert choices == {Role.ADMIN: ["d1", "d2"], Role.DUTY: ["d1", "d2", "p1"], Role.UNIT: []}


def test_a_record_to_link_to_is_found_by_words_and_few_are_offered_at_once(store: Store, tmp_path: Path):
    with store.transaction() as t:
        t.disclosures.add_all([replace(record(f"x{n:02}"), body=f"第{n}号通知") for n in range(20)], NOON, "王芳")
    index = RecordIndex(tmp_path / "records.db")
    catch_up_records(store, index)
    officer = Person("x", "x", Role.OFFICE)
    with store.reading() as t:
        assert [one.id for one in records_to_choose(t, officer, '"第7号"', index)] == ["x07"]
        assert records_to_choose(t, officer, "没有这样的词", index) == []
        assert len(records_to_choose(t, officer, "通知", index)) == len(records_to_choose(t, officer, "", index)) == 6
    index.close()


# What copies make of it


def test_copies_that_are_judged_already_are_corrected_likewise_and_leave_their_incident(town: Corrected):
    opened = town.three()
    town.come("c1", copy_of="p0")
    town.come("c2", copy_of="p0")
    town.correct("p0", CALM)
    assert town.read("c1", "c2") == [(CALM, True), (CALM, True)]
    assert town.posts(opened) == ["p1", "p2"]
    with town.store.reading() as t:
        row, entry = t.corrections.latest(["c1"])["c1"], t.audit.newest(1)[0]
    assert (row.before, row.after, row.follows, row.actor) == (on("d1"), CALM, "p0", "李军")
    assert entry.detail["copies"] == ["c1", "c2"]


def test_a_later_copy_takes_the_corrected_verdict_at_once_and_that_is_audited(town: Corrected):
    town.three()
    town.correct("p0", CALM)
    incident = town.come("c1", NOON + 2 * HOUR, copy_of="p0")
    assert town.read("c1") == [(CALM, True)]
    assert town.posts(incident) == ["p1", "p2"]
    with town.store.reading() as t:
        entry = t.audit.newest(1)[0]
    assert (entry.actor, entry.act, entry.subject, entry.at) == (JUDGING, FOLLOWED, "p0", NOON + 2 * HOUR)
    assert (entry.detail["by"], entry.detail["copies"]) == ("李军", ["c1"])


def test_a_later_copy_that_a_person_makes_negative_counts_for_its_incident(town: Corrected):
    town.come("a1", sentiment=Sentiment.POSITIVE)
    town.correct("a1", on("d1"))
    town.come("a2", NOON + SECOND, copy_of="a1", sentiment=Sentiment.POSITIVE)
    for number in range(2):
        incident = town.come(f"p{number}", NOON + HOUR)
    assert town.posts(incident) == ["a1", "a2", "p0", "p1"]
    assert town.history(incident) == [("general", "voices_3")]


def test_a_copy_that_is_corrected_takes_its_original_and_the_other_copies_along(town: Corrected):
    town.come("a0")
    for name in ("a1", "a2"):
        town.come(name, copy_of="a0")
    town.correct("a1", CALM)
    assert town.read("a0", "a2") == [(CALM, True), (CALM, True)]
    town.come("a3", NOON + HOUR, copy_of="a0")
    assert town.read("a3") == [(CALM, True)]


def test_a_copy_that_a_person_judged_itself_stays_as_that_person_read_it(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.correct("a0", CALM)
    town.correct("a1", on("d1", Category.EMERGENCY))
    town.correct("a0", Verdict(Sentiment.POSITIVE, None, None))
    assert town.read("a1") == [(on("d1", Category.EMERGENCY), True)]


def test_the_correction_of_the_original_leads_before_that_of_a_copy(town: Corrected):
    town.come("a0")
    for name in ("a1", "a2"):
        town.come(name, copy_of="a0")
    town.correct("a0", CALM)
    town.correct("a1", on("d1", Category.EMERGENCY))
    assert town.read("a2") == [(CALM, True)]


def test_when_the_correction_is_replaced_the_copies_follow_the_new_one(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.correct("a0", CALM)
    town.correct("a0", on("d1"), NOON + 2 * HOUR)
    assert town.read("a1") == [(on("d1"), True)]
    assert sorted(town.gathered("d1")) == ["a0", "a1"]
    town.come("a2", NOON + 3 * HOUR, copy_of="a0", sentiment=Sentiment.NEUTRAL)
    assert town.read("a2") == [(on("d1"), True)]


def test_severity_stays_when_copies_follow(town: Corrected):
    opened = town.three()
    for number in range(3):
        town.come(f"c{number}", copy_of=f"p{number}", channel=Channel.NEWS)
    before = town.ongoing("d1")
    assert before is not None
    for number in range(3):
        town.correct(f"p{number}", CALM)
    after = town.ongoing("d1")
    assert after is not None
    assert (after.id, after.severity, town.posts(after)) == (opened.id, before.severity, [])


def test_a_copy_that_the_machine_read_like_that_by_itself_is_held_to_it(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.labels["a1"] = (Sentiment.NEUTRAL, None, None, "a0")
    town.edit("a1", "正文一个", NOON)
    town.correct("a0", CALM)
    assert town.read("a1") == [(CALM, True)]


def test_a_copy_that_adds_much_of_its_own_is_left_as_it_was_read(town: Corrected):
    town.come("a0")
    town.come("a1-with-a-long-complaint-of-its-own", copy_of="a0")
    town.correct("a0", CALM)
    assert town.read("a1-with-a-long-complaint-of-its-own") == [(on("d1"), False)]


def test_what_an_edited_original_says_now_is_not_put_upon_copies_of_what_it_said(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.edit("a0", "正文新一", NOON + HOUR)
    town.correct("a0", CALM, NOON + 2 * HOUR, version=2)
    assert town.read("a0", "a1") == [(CALM, True), (on("d1"), False)]
    town.come("a2", NOON + 3 * HOUR, copy_of="a0")
    assert town.read("a2") == [(on("d1"), False)]


def test_a_correction_leads_no_more_once_its_post_was_edited(town: Corrected):
    town.come("a0")
    town.correct("a0", CALM)
    town.edit("a0", "正文新一", NOON + HOUR)
    town.come("a1", NOON + 2 * HOUR, copy_of="a0")
    assert town.read("a0", "a1") == [(on("d1"), False), (on("d1"), False)]


def test_an_edited_copy_that_is_still_one_follows_again(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.correct("a0", CALM)
    town.edit("a1", "正文一个", NOON + HOUR)
    assert town.read("a1") == [(CALM, True)]


def test_copies_are_no_further_corrections_to_learn(town: Corrected):
    town.come("a0")
    town.come("a1", copy_of="a0")
    town.correct("a0", CALM)
    town.come("a2", NOON + HOUR, copy_of="a0")
    with town.store.reading() as t:
        assert [one.post_id for one in to_learn(t).corrections] == ["a0"]
        assert (t.corrections.count(), len(t.corrections.all())) == (1, 1)
        assert t.corrections.latest(["a2"])["a2"].text is None


# What incidents make of it


@pytest.mark.clause("H-38", "H-42")
def test_a_post_that_is_not_negative_leaves_its_incident_whose_severity_stays(town: Corrected):
    opened = town.three()
    town.correct("p0", CALM)
    incident = town.ongoing("d1")
    assert town.posts(incident) == ["p1", "p2"]
    assert incident is not None
    assert (incident.id, incident.severity, incident.first_post_at) == (opened.id, opened.severity, NOON + SECOND)
    assert town.history(incident) == [("general", "voices_3")]


def test_when_the_original_leaves_its_copy_is_a_voice(town: Corrected):
    town.come("a")
    town.come("copy", NOON + SECOND, copy_of="a")
    town.come("b", NOON + SECOND)
    town.correct("a", CALM)
    incident = town.come("c", NOON + HOUR)
    assert town.history(incident) == [("general", "voices_3")]
    assert town.posts(incident) == ["copy", "b", "c"]


@pytest.mark.clause("H-38")
def test_the_third_voice_may_be_one_that_a_person_found_negative(town: Corrected):
    town.come("a")
    town.come("b", NOON + SECOND)
    town.come("c", NOON + SECOND, sentiment=Sentiment.POSITIVE)
    assert town.ongoing("d1") is None
    town.correct("c", on("d1"))
    incident = town.ongoing("d1")
    assert incident is not None
    assert (incident.opened_at, town.posts(incident)) == (NOON + HOUR, ["a", "b", "c"])


def test_old_posts_that_are_found_negative_late_do_not_count_as_today_s(town: Corrected):
    for name in ("a", "b", "c"):
        town.come(name, sentiment=Sentiment.NEUTRAL, disclosure=None)
    for name in ("a", "b", "c"):
        town.correct(name, on("d1"), NOON + 3 * DAY)
    assert town.ongoing("d1") is None


def test_a_post_on_another_record_moves_to_the_incident_of_that_one(town: Corrected):
    town.three()
    town.come("x", disclosure="d2")
    town.come("y", disclosure="d2")
    town.correct("p2", on("d2"))
    assert town.posts(town.ongoing("d1")) == ["p0", "p1"]
    assert town.posts(town.ongoing("d2")) == ["x", "y", "p2"]


def test_another_category_counts_for_the_category_of_the_incident(town: Corrected):
    town.three()
    for name in ("p0", "p1"):
        town.correct(name, on("d1", Category.EMERGENCY))
    incident = town.ongoing("d1")
    assert incident is not None
    assert incident.category is Category.EMERGENCY


def test_an_incident_that_lost_every_post_stays_until_a_person_ends_it(town: Corrected):
    opened = town.three()
    for number in range(3):
        town.correct(f"p{number}", CALM)
    incident = town.ongoing("d1")
    assert incident is not None
    assert (incident.id, town.posts(incident)) == (opened.id, [])
    again = town.come("p9", NOON + 2 * HOUR)
    assert again is not None
    assert (again.id, town.posts(again)) == (opened.id, ["p9"])


def test_what_an_ended_incident_held_stays_in_it(town: Corrected):
    opened = town.three()
    with town.store.transaction() as t:
        t.incidents.end_gathering(t.incidents.gathering_of(opened.id).id, NOON + HOUR)
    town.correct("p0", CALM, NOON + DAY)
    assert town.posts(opened) == ["p0", "p1", "p2"]


def test_old_posts_of_a_new_source_join_nothing(town: Corrected):
    town.come("a", sentiment=Sentiment.NEUTRAL)
    with town.store.transaction() as t:
        post = t.posts.get("a")
        assert post is not None
        receive(t, replace(post, id="old", flags=(BACKLOG,)), NOON, KEEP)
    town.judge()
    town.correct("old", on("d1"))
    with town.store.reading() as t:
        assert t.incidents.gatherings_of_post("old") == []


def test_a_correction_waits_for_the_step_that_judges_and_then_counts_once(town: Corrected):
    town.three()
    town.correct("p0", CALM, judged=False)
    assert len(town.posts(town.ongoing("d1"))) == 3
    town.judge()
    town.judge()
    assert town.posts(town.ongoing("d1")) == ["p1", "p2"]


def test_corrections_are_seen_the_same_after_a_restart(town: Corrected):
    town.three()
    town.come("n", channel=Channel.NEWS)
    town.correct("p0", CALM)
    before = town.posts(town.ongoing("d1"))
    again = Town(town.store, records=())
    again.come("m", NOON + 2 * HOUR)
    assert again.posts(again.judge("d1")) == [*before, "m"]
