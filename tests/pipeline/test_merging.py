"""A merge puts the posts of two incidents into one and loses nothing: clocks run on, nothing becomes less grave."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from casework.incidents.timeline import Kind
from pipeline import plan
from pipeline.claiming import waiting_claims
from pipeline.incident_timeline import incident_timeline
from pipeline.incident_view import figures, incident_page, incident_posts, trend
from pipeline.learning import to_learn
from pipeline.meant import Meant
from pipeline.merging import Into, merge
from pipeline.notify import page_only
from pipeline.owing import Owed
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from pipeline.verifying import Finding, verify
from records.actions import Act
from records.answers import AnswerKind, Verdict
from records.claims import Claim, Way
from records.incidents import Incident, IncidentState
from records.measures import Measure, Side
from records.people import Contact
from records.words import Channel, Severity
from regulation.time_limits import further_limits
from storage.audit import Entry
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.regrouped import LATER, OFFICE, Regrouped
from tests.pipeline.test_answering import ANSWERING
from tests.pipeline.test_correcting import DUTY, UNIT, on
from tests.pipeline.test_views import EVALUATOR, OFFICER

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(store: Store) -> Regrouped:
    return Regrouped(store)


def logged(town: Regrouped, incident: Incident) -> Entry:
    with town.store.reading() as t:
        return next(one for one in reversed(t.audit.about(incident.id)) if one.act == "merge_incident")


# Posts and severity


@pytest.mark.clause("H-42")
def test_the_posts_go_over_and_the_merged_incident_says_where_they_are(town: Regrouped):
    first, second = town.two()
    target = town.merge(second, first)
    assert town.posts(target) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    merged = town.get(second)
    assert (merged.state, merged.merged_into, merged.closed_at) == (IncidentState.MERGED, first.id, LATER)
    assert all(town.holding(post) == [first.id] for post in town.posts(target))


def test_the_merged_incident_can_still_be_read_with_its_posts_as_they_were(town: Regrouped):
    first, second = town.two()
    town.merge(second, first)
    town.grow("b0", LATER + HOUR, 50, "d2")
    with town.store.reading() as t:
        found = figures(t, second.id)
        assert (found.posts, found.voices, found.reactions) == (3, 3, 0)
        assert [row.post.id for row in incident_posts(t, OFFICER, second.id)] == ["b2", "b1", "b0"]
        assert sum(point.posts for point in trend(t, second.id).points) == 3
        course = incident_timeline(t, OFFICER, second.id)
        page = incident_page(t, OFFICER, first.id)
    assert course is not None
    assert {one.kind for one in course} == {Kind.POSTS, Kind.JUDGEMENT, Kind.ALERT, Kind.ACT}
    assert page is not None
    assert [one.id for one in page.merged] == [second.id]


def test_two_whose_posts_are_only_together_grave_make_a_major_one(town: Regrouped):
    first, second = town.incident("d1", "a", voices=16), town.incident("d2", "b", NOON + MINUTE, voices=14)
    town.come("n", NOON + 2 * MINUTE, disclosure="d2", channel=Channel.NEWS)
    assert first.severity is Severity.GENERAL
    target = town.merge(second, first)
    assert target.severity is Severity.MAJOR
    assert town.history(target)[-1][0] == "major"
    assert town.told(target, "severity_raised")


def test_a_copy_of_what_the_other_one_has_is_no_voice_any_more(town: Regrouped):
    first, second = town.two()
    town.come("c", NOON + HOUR, disclosure="d2", copy_of="a0")
    assert [one.voice for one in _members(town, second)] == [True] * 4
    assert [one.voice for one in _members(town, town.merge(second, first))] == [True] * 6 + [False]


def test_the_graver_of_the_two_counts(town: Regrouped):
    first, second = town.two()
    town.act(second, Act.SET_SEVERITY, severity="major_emergency", reason="现场有险情")
    target = town.merge(town.get(second), first)
    assert target.severity is Severity.MAJOR_EMERGENCY
    assert town.history(target)[-1] == ("major_emergency", "regrouped")
    assert "major_emergency" not in str(town.history(second)[:-1])


def test_what_a_person_lowered_stays_low_while_nothing_new_holds(town: Regrouped):
    first = town.incident("d1", "a", voices=30)
    town.come("n", NOON + MINUTE, channel=Channel.NEWS)
    first = town.get(first)
    assert first.severity is Severity.MAJOR
    town.act(first, Act.SET_SEVERITY, severity="general", reason="一个小区的事")
    second = town.incident("d2", "b", NOON + MINUTE)
    assert town.merge(second, first).severity is Severity.GENERAL


def test_what_was_confirmed_makes_the_other_one_confirmed(town: Regrouped):
    first, second = town.two()
    town.act(second, Act.CONFIRM)
    assert town.merge(second, first).state is IncidentState.CONFIRMED


# Later posts


@pytest.mark.parametrize("relinks", [False, True])
def test_later_posts_of_the_merged_one_join_the_other(town: Regrouped, relinks: bool):
    first, second = town.two()
    town.merge(second, first, relinks=relinks)
    town.come("b9", LATER + HOUR, disclosure="d2")
    town.come("a9", LATER + HOUR, disclosure="d1")
    assert town.posts(first)[-2:] == ["b9", "a9"]
    assert town.ongoing("d2") is None


def test_of_two_on_one_record_the_older_goes_on_when_the_newer_is_merged_into_it(town: Regrouped):
    old = town.incident("d1", "a")
    new = town.incident("d1", "b", NOON + 8 * DAY)
    assert old.id != new.id
    town.merge(new, old, NOON + 8 * DAY + HOUR)
    town.come("later", NOON + 9 * DAY)
    assert town.posts(old)[-1] == "later"


def test_what_was_merged_into_a_merged_one_goes_on_with_it(town: Regrouped):
    first, second = town.two()
    third = town.incident("d3", "c", NOON + MINUTE)
    town.merge(second, first)
    town.merge(town.get(first), third, LATER + MINUTE)
    town.come("b9", LATER + HOUR, disclosure="d2")
    assert sorted(town.posts(third)) == ["a0", "a1", "a2", "b0", "b1", "b2", "b9", "c0", "c1", "c2"]


def test_after_the_target_has_ended_posts_gather_on_their_own_record_again(town: Regrouped):
    first, second = town.two()
    target = town.merge(second, first)
    town.act(target, Act.CLOSE, LATER + MINUTE, reason="已解决")
    found = town.incident("d2", "x", LATER + HOUR)
    assert found.disclosure == "d2"
    assert town.posts(found) == ["x0", "x1", "x2"]


def test_a_judging_that_has_both_in_memory_counts_on_with_all_posts(town: Regrouped):
    first, second = town.incident("d1", "a", voices=16), town.incident("d2", "b", NOON + MINUTE, voices=13)
    target = town.merge(second, first, NOON + HOUR)
    assert target.severity is Severity.GENERAL
    town.come("n", NOON + HOUR + MINUTE, channel=Channel.NEWS)
    assert town.get(target).severity is Severity.MAJOR


# What it teaches


def test_a_person_who_says_that_the_record_was_wrong_corrects_every_post_of_the_merged_one(town: Regrouped):
    first, second = town.two()
    town.merge(second, first, relinks=True)
    assert [verdict for verdict, _ in town.read("b0", "b1", "b2")] == [on("d1")] * 3
    assert [verdict for verdict, _ in town.read("a0")] == [on("d1")]
    with town.store.reading() as t:
        learned = to_learn(t).corrections
    assert [(one.post_id, one.after.disclosure, one.actor) for one in learned] == [
        (post, "d1", DUTY.name) for post in ("b0", "b1", "b2")
    ]
    assert (learned[0].reason or "").endswith("说的是同一件事")
    assert town.posts(first) == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_a_merge_that_says_nothing_of_the_record_corrects_nothing(town: Regrouped):
    first, second = town.two()
    town.merge(second, first)
    with town.store.reading() as t:
        assert to_learn(t).corrections == ()
    town.correct("b0", on("d3"), LATER + MINUTE)
    assert town.holding("b0") == []
    assert "b0" in town.gathered("d3")


def test_an_incident_without_a_record_has_none_that_the_posts_could_be_about(town: Regrouped):
    first, second = town.two()
    bare = town.relink(first, None, title="电话反映的事")
    assert "没有关联公开事项" in town.not_merged(second, bare, relinks=True)
    town.merge(second, bare)
    town.come("b9", LATER + HOUR, disclosure="d2")
    assert town.posts(bare)[-1] == "b9"


# Clocks


@pytest.mark.clause("H-42(3)")
def test_a_running_two_hour_clock_goes_over_with_the_reminders_that_are_still_to_come(town: Regrouped):
    first, second = town.two()
    town.act(second, Act.START_PLAN, NOON + HOUR / 2)
    sweep(town.store, NOON + HOUR / 2 + 60 * MINUTE, page_only)
    town.merge(town.get(second), first, NOON + HOUR / 2 + 65 * MINUTE)
    assert town.running(first)["initial_report"] == NOON + HOUR / 2 + 2 * HOUR
    assert town.running(second) == {}
    assert (len(town.told(second, "reminder")), town.told(first, "reminder")) == (2, [])
    sweep(town.store, NOON + HOUR / 2 + 90 * MINUTE, page_only)
    assert len(town.told(first, "reminder")) == 2
    sweep(town.store, NOON + HOUR / 2 + 2 * HOUR, page_only)
    assert (len(town.told(first, "overdue")), town.told(second, "overdue")) == (2, [])


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize(("source", "target", "due"), [(10, 40, 10), (40, 10, 10)])
def test_of_two_clocks_of_the_report_the_one_that_is_due_first_runs_on(
    town: Regrouped, source: int, target: int, due: int
):
    first, second = town.two()
    town.act(first, Act.START_PLAN, LATER + target * MINUTE)
    town.act(second, Act.START_PLAN, LATER + source * MINUTE)
    town.merge(town.get(second), town.get(first), LATER + 50 * MINUTE)
    running = [one.due_at for one in town.clocks(first) if one.kind == "initial_report"]
    assert running == [LATER + due * MINUTE + 2 * HOUR]


def test_a_clock_runs_on_though_the_target_has_filed_its_own_report(town: Regrouped):
    first, second = town.two()
    town.act(first, Act.START_PLAN)
    with town.store.transaction() as t:
        plan.met(t, first.id, LATER + MINUTE, "王芳")
    town.act(second, Act.START_PLAN, LATER + 2 * MINUTE)
    town.merge(town.get(second), town.get(first), LATER + 3 * MINUTE)
    assert town.running(first)["initial_report"] == LATER + 2 * MINUTE + 2 * HOUR


def test_further_clocks_go_over_each_due_when_the_first_of_both_is(store: Store):
    town = Regrouped(store, Owed(further_limits(["national"])))
    first = town.incident("d1", "a", NOON + HOUR)
    second = town.incident("d2", "b", NOON)
    assert town.running(second)["answer"] < town.running(first)["answer"]
    due = town.running(second)["answer"]
    target = town.merge(second, first, NOON + 2 * HOUR)
    assert [one.due_at for one in town.clocks(target) if one.kind == "answer"] == [due]


def test_what_nobody_has_acknowledged_makes_the_other_one_wait_again_no_longer(town: Regrouped):
    first, second = town.two()
    due = town.running(second)["acknowledgement.general"]
    town.act(first, Act.ACKNOWLEDGE, LATER)
    target = town.merge(second, town.get(first))
    assert target.acknowledged_at is None
    assert town.running(target)["acknowledgement.general"] == due


def test_what_was_acknowledged_leaves_the_acknowledgement_of_the_other_as_it_is(town: Regrouped):
    first, second = town.two()
    town.act(second, Act.ACKNOWLEDGE, LATER)
    due = town.running(first)["acknowledgement.general"]
    target = town.merge(town.get(second), first)
    assert target.acknowledged_at is None
    assert town.running(target)["acknowledgement.general"] == due
    assert "follow_up.general" not in town.running(second)


def test_a_graver_one_is_acknowledged_when_the_first_of_both_is_due(town: Regrouped):
    first, second = town.two()
    town.act(first, Act.SET_SEVERITY, severity="major", reason="媒体报道")
    due = town.running(second)["acknowledgement.general"]
    at = due - 5 * MINUTE
    town.act(first, Act.ACKNOWLEDGE, at)
    target = town.merge(second, town.get(first), at)
    assert town.running(target)["acknowledgement.major"] == due
    sweep(town.store, due, page_only)
    assert len(town.told(target, "unacknowledged")) == 2


# Units, answers, measures


def with_units(town: Regrouped) -> tuple[Incident, Incident]:
    first, second = town.two()
    with town.store.transaction() as t:
        for unit in ("教体局", "交通局"):
            t.people.set_contacts(unit, [Contact(unit, "email", "a@b.example", "值班")])
    town.act(second, Act.HAND_OVER, LATER, unit="教体局", reason="职责所在")
    town.act(second, Act.NAME_CO_UNIT, LATER, unit="交通局", reason="道路")
    return first, town.get(second)


def test_the_units_of_the_merged_one_help_with_the_other_and_its_clocks_stay_theirs(town: Regrouped):
    first, second = with_units(town)
    due = town.running(second)
    target = town.merge(second, first, LATER + MINUTE)
    with town.store.reading() as t:
        assert t.co_units.names(target.id) == ("教体局", "交通局")
    running = town.running(target)
    assert running["co_acknowledgement.general交通局"] == due["co_acknowledgement.general交通局"]
    assert running["co_acknowledgement.general教体局"] == due["acknowledgement.general"]
    assert sorted(town.told(target, "merged")) == ["office", "交通局", "住建局", "教体局"]


def test_a_unit_that_has_acknowledged_need_not_again(town: Regrouped):
    first, second = with_units(town)
    town.act(second, Act.ACKNOWLEDGE, LATER)
    target = town.merge(town.get(second), first, LATER + MINUTE)
    with town.store.reading() as t:
        helping = t.co_units.get(target.id, "教体局")
    assert helping is not None
    assert helping.acknowledged_at == LATER


def test_answers_under_way_go_over_and_published_ones_stay(town: Regrouped):
    first, second = town.two()
    approved(town.store, second.id, "已派人处理", LATER)
    town.act(second, Act.PUBLISH_RESPONSE, text="已派人处理")
    approved(town.store, second.id, "已恢复供热", LATER)
    town.merge(town.get(second), first, LATER + MINUTE)
    with town.store.reading() as t:
        kept, moved = (t.answers.about(AnswerKind.INCIDENT, one.id) for one in (second, first))
        assert [one.text for one in t.reports.responses(second.id)] == ["已派人处理"]
    assert (len(kept), len(moved)) == (1, 1)


def test_measures_of_the_merged_one_count_when_the_other_is_closed(town: Regrouped):
    first, second = town.two()
    with town.store.transaction() as t:
        for side in Side:
            t.measures.add(Measure(second.id, side, "更换管段", "住建局", NOON, NOON, "王芳"))
    target = town.merge(second, first)
    assert town.act(target, Act.CLOSE, LATER + MINUTE).state is IncidentState.CLOSED


def test_what_waits_to_be_verified_waits_on_the_other_and_is_settled_there(town: Regrouped):
    first, second = town.two()
    with town.store.transaction() as t:
        kept = t.claims.add(Claim(second.id, NOON, "李军", None, Way.CHAT_GROUP, "有人说水有毒"))
    target = town.merge(second, first)
    assert kept.id is not None
    finding = Finding("水有毒", Verdict.UNTRUE, "已检测", kept.id)
    with town.store.reading() as t:
        assert [one.text for one in waiting_claims(t, [first.id])[first.id]] == ["有人说水有毒"]
    verify(town.store, Meant(target.id, OFFICE, LATER + MINUTE), finding, ANSWERING)
    with town.store.reading() as t:
        assert waiting_claims(t, [first.id])[first.id] == []


# Who, twice, stale


def test_the_same_request_merges_once_and_both_logs_tell_of_it(town: Regrouped):
    first, second = town.two()
    for _ in range(2):
        town.merge(second, first, request="r1")
    assert logged(town, second).detail["into"] == first.id
    assert (logged(town, first).detail["taken"], logged(town, first).detail["posts"]) == (second.id, 3)
    with town.store.reading() as t:
        done = [one for one in t.audit.newest(20) if one.act == "merge_incident" and one.allowed]
    assert len(done) == 2


def test_whoever_has_seen_either_otherwise_is_told(town: Regrouped):
    first, second = town.two()
    seen = (second.revision, first.revision)
    town.act(first, Act.ACKNOWLEDGE)
    assert f"事件 {first.id} 刚被他人改动" in town.not_merged(second, first, seen=seen)
    town.act(second, Act.ACKNOWLEDGE)
    assert f"事件 {second.id} 刚被他人改动" in town.not_merged(second, first, seen=seen)
    assert town.posts(second) == ["b0", "b1", "b2"]


def test_of_two_people_who_merge_crosswise_the_second_is_refused(town: Regrouped):
    first, second = town.two()
    town.merge(second, first, seen=(second.revision, first.revision))
    refused = town.not_merged(first, second, seen=(first.revision, second.revision))
    assert "刚被他人改动" in refused or f"已并入 {first.id}" in refused


def test_two_who_merge_crosswise_at_the_same_moment_merge_once(town: Regrouped):
    first, second = town.two()

    def merged(pair: tuple[Incident, Incident]) -> bool:
        source, target = pair
        meant = Meant(source.id, DUTY, LATER, None, source.revision)
        try:
            merge(town.store, meant, Into(target.id, "同一件事", target.revision), town.how)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(merged, [(first, second), (second, first)]))
    assert sorted(done) == [False, True]
    left = [one for one in (town.get(first), town.get(second)) if one.state.ongoing]
    assert [len(town.posts(one)) for one in left] == [6]


@pytest.mark.parametrize("act", [Act.CLOSE, Act.DISMISS])
def test_neither_into_what_is_over_nor_out_of_it(town: Regrouped, act: Act):
    first, second = town.two()
    over = town.act(second, act, reason="办结")
    assert "请先重新打开" in town.not_merged(over, first)
    assert "请先重新打开" in town.not_merged(first, over)


def test_what_was_merged_is_worked_on_in_the_other_alone(town: Regrouped):
    first, second = town.two()
    town.merge(second, first)
    for act, more in (
        (Act.REOPEN, {"reason": "并错了"}),
        (Act.CONFIRM, {}),
        (Act.FILE_REPORT, {"kind": "initial"}),
        (Act.PUBLISH_RESPONSE, {"text": "已处理"}),
    ):
        with pytest.raises(Refused, match=f"已并入 {first.id}：请到 {first.id} 办理"):
            town.act(second, act, **more)
    with town.store.reading() as t:
        page = incident_page(t, OFFICER, second.id)
    assert page is not None
    assert page.acts <= {"view_reports"}


def test_into_itself_and_without_a_reason_nothing_is_merged(town: Regrouped):
    first, second = town.two()
    assert "不能并入自己" in town.not_merged(first, first)
    assert "请填写合并的理由" in town.not_merged(second, first, reason=" ")


@pytest.mark.clause("H-42")
def test_units_and_evaluators_merge_nothing(town: Regrouped):
    first, second = town.two()
    for person in (UNIT, type(UNIT)(EVALUATOR.name, EVALUATOR.role)):
        assert "没有权限" in town.not_merged(second, first, actor=person)
    assert town.posts(first) == ["a0", "a1", "a2"]
    assert town.merge(second, first, actor=OFFICE).id == first.id


def _members(town: Regrouped, incident: Incident):
    with town.store.reading() as t:
        return t.incidents.members(incident.id)


def test_posts_quoted_in_a_merged_incident_are_kept_with_it(town: Regrouped):
    first, second = town.two()
    town.merge(second, first)
    town.correct("b0", on(None), LATER + MINUTE)
    with town.store.transaction() as t:
        t.posts.expire(NOON + 400 * DAY)
        assert t.posts.get("b0") is not None
