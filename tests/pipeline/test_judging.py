"""Judging: posts gather, incidents open and rise, alerts are queued with them, and a crash leaves nothing half done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copy_note import copies_known
from pipeline.intake import receive
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.opening import open_for_record
from records.actions import Act
from records.corrections import Verdict
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState, SeverityChange
from records.posts import Post, Reactions
from records.words import Category, Channel, Scope, Sentiment, Severity
from regulation.watched_records import watched_records
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, KEEP, NOON, SECOND, KnownAnswers, Town, record
from tests.storage.plans import asked


def ended(town: Town, incident: Incident | None, at: datetime) -> None:
    """The incident is closed and its gathering with it."""
    assert incident is not None
    with town.store.transaction() as t:
        now = t.incidents.get(incident.id)
        assert now is not None
        t.incidents.save(now.moved_to(IncidentState.CLOSED), now.revision)
        t.incidents.end_gathering(t.incidents.gathering_of(incident.id).id, at)


@pytest.mark.clause("H-38", "H-42(1)")
def test_the_third_voice_opens_an_incident_that_holds_every_negative_post_from_the_first_on(store: Store):
    town = Town(store)
    assert town.come("a", NOON) is None
    assert town.come("a-copy", NOON + SECOND, copy_of="a") is None
    assert town.come("calm", NOON + SECOND, sentiment=Sentiment.NEUTRAL) is None
    assert town.come("elsewhere", NOON + SECOND, disclosure="d2") is None
    assert town.come("b", NOON + HOUR, category=Category.MISREADING) is None
    opened = town.come("c", NOON + DAY)
    assert opened is not None
    assert (opened.id, opened.opened_at, opened.first_post_at) == ("20260411-001", NOON + DAY, NOON)
    assert (opened.state, opened.severity, opened.category) == ("open", "general", "public_interest")
    assert (opened.title, opened.unit) == ("“d1号方案”相关舆情", "住建局")
    assert town.history(opened) == [("general", "voices_3")]
    assert town.posts(opened) == ["a", "a-copy", "b", "c"]


@pytest.mark.clause("H-38")
def test_negative_posts_without_a_record_are_kept_and_open_nothing(store: Store):
    town = Town(store)
    for number in range(70):
        town.come(f"p{number}", NOON, disclosure=None, likes=200)
    with store.reading() as t:
        assert t.incidents.list() == []
        assert t.posts.count() == 70
        assert t.assessments.get("p0") is not None


@pytest.mark.clause("H-41", "H-42")
def test_the_unit_and_the_office_are_told_of_opening_and_of_each_rise_at_the_post_s_own_time(store: Store):
    town = Town(store)
    for number in range(3):
        town.come(f"p{number}", NOON + number * SECOND)
    for number in range(2):
        incident = town.come(f"news{number}", NOON + HOUR + number * SECOND, channel=Channel.NEWS)
    assert town.history(incident) == [("general", "voices_3"), ("major", "news_2")]
    assert incident is not None
    with store.reading() as t:
        alerts = sorted(t.alerts.of_incident(incident.id), key=lambda alert: (alert.at, alert.recipient != "住建局"))
    assert [(alert.kind, alert.recipient, alert.at) for alert in alerts] == [
        ("opened", "住建局", NOON + 2 * SECOND),
        ("opened", "office", NOON + 2 * SECOND),
        ("severity_raised", "住建局", NOON + HOUR + SECOND),
        ("severity_raised", "office", NOON + HOUR + SECOND),
    ]
    assert "24小时内出现3个不同声音" in alerts[0].body
    assert "2篇新闻报道" in alerts[2].body


def test_a_party_record_s_title_stands_neither_in_the_incident_nor_in_an_alert(store: Store):
    town = Town(store, records=())
    with store.transaction() as t:
        t.disclosures.add(replace(record("d7", scope=Scope.PARTY), title="干部任免"), NOON, "王芳")
    for number in range(3):
        incident = town.come(f"p{number}", disclosure="d7")
    assert incident is not None
    assert incident.title == "党内公开事项（d7）相关舆情"
    with store.reading() as t:
        for alert in t.alerts.of_incident(incident.id):
            assert "干部任免" not in f"{alert.title}{alert.body}"


def test_an_update_is_evaluated_at_its_own_time_and_the_post_counts_once(store: Store):
    town = Town(store)
    town.come("a", NOON, likes=99)
    assert town.grow("a", NOON + 3 * HOUR, 99) is None
    opened = town.grow("a", NOON + 4 * HOUR, 100)
    assert opened is not None
    assert (opened.opened_at, town.history(opened)) == (NOON + 4 * HOUR, [("general", "reactions_100")])
    assert town.posts(opened) == ["a"]
    raised = town.grow("a", NOON + 5 * HOUR, 5000)
    assert town.history(raised) == [("general", "reactions_100"), ("major", "reactions_5000")]
    fallen = town.grow("a", NOON + 6 * HOUR, 3)
    assert fallen is not None
    assert fallen.severity is Severity.MAJOR


def test_an_update_of_a_post_that_is_not_negative_changes_no_incident(store: Store):
    town = Town(store)
    town.come("calm", sentiment=Sentiment.POSITIVE, likes=10)
    assert town.grow("calm", NOON + HOUR, 90_000) is None


@pytest.mark.clause("H-38")
@pytest.mark.parametrize(("gap", "posts"), [(7 * DAY, ["a", "b", "c", "d"]), (7 * DAY + SECOND, ["b", "c", "d"])])
def test_exactly_seven_days_of_silence_go_on_with_the_gathering_and_more_start_a_new_one(
    store: Store, gap: timedelta, posts: list[str]
):
    town = Town(store)
    town.come("a", NOON)
    town.come("b", NOON + gap)
    town.come("c", NOON + gap)
    assert town.posts(town.come("d", NOON + gap)) == posts


@pytest.mark.clause("H-38")
def test_after_a_closing_the_next_negative_post_starts_anew_and_old_posts_raise_nothing_any_more(store: Store):
    town = Town(store)
    for number in range(3):
        first = town.come(f"p{number}", NOON)
    ended(town, first, NOON + HOUR)
    assert town.grow("p0", NOON + 2 * HOUR, 6000) is None
    for number in range(3, 6):
        second = town.come(f"p{number}", NOON + 3 * HOUR)
    assert town.posts(second) == ["p3", "p4", "p5"]
    assert town.history(second) == [("general", "voices_3")]
    assert town.history(first) == [("general", "voices_3")]


def test_after_a_week_of_silence_the_old_incident_stays_ongoing_and_the_new_one_is_the_newest(store: Store):
    town = Town(store)
    for number in range(3):
        first = town.come(f"p{number}", NOON)
    for number in range(3, 6):
        second = town.come(f"p{number}", NOON + 8 * DAY)
    assert first is not None
    assert second is not None
    assert (first.gathering, second.gathering) == (1, 2)
    town.grow("p0", NOON + 9 * DAY, 5000)
    assert town.history(first) == [("general", "voices_3"), ("major", "reactions_5000")]
    assert town.history(second) == [("general", "voices_3")]


@pytest.mark.clause("H-38")
def test_the_category_is_that_of_most_voices_until_a_person_sets_it(store: Store):
    town = Town(store)
    for number in range(3):
        town.come(f"p{number}", category=Category.MISREADING)
    for number in range(3, 7):
        incident = town.come(f"p{number}", category=Category.CLAIM_TO_VERIFY)
    assert incident is not None
    assert incident.category is Category.CLAIM_TO_VERIFY
    with store.transaction() as t:
        set_by_person = replace(incident, category=Category.SUPERIOR_REQUEST, category_by_person=True)
        t.incidents.save(set_by_person, incident.revision)
    later = town.come("p8", category=Category.CLAIM_TO_VERIFY)
    assert later is not None
    assert later.category is Category.SUPERIOR_REQUEST


def test_an_incident_opened_by_a_person_is_raised_by_the_rules_from_the_next_post_on(store: Store):
    town = Town(store)
    for number in range(2):
        town.come(f"news{number}", channel=Channel.NEWS)
    with store.transaction() as t:
        found = t.disclosures.get("d1")
        assert found is not None
        opened = open_for_record(t, found, NOON + HOUR, "王芳", None, town.rules, page_only)
    assert (opened.severity, opened.category, opened.first_post_at) == (Severity.GENERAL, None, NOON)
    assert town.history(opened) == [("general", "person")]
    raised = town.come("p1", NOON + 2 * HOUR, copy_of="news0")
    assert raised is not None
    assert raised.id == opened.id
    assert town.history(raised) == [("general", "person"), ("major", "news_2")]
    assert raised.category is Category.PUBLIC_INTEREST
    assert town.posts(raised) == ["news0", "news1", "p1"]


def test_what_a_person_has_lowered_rises_again_only_by_new_facts(store: Store):
    town = Town(store)
    for number in range(3):
        incident = town.come(f"news{number}", channel=Channel.NEWS)
    assert town.history(incident) == [("major", "news_2")]
    assert incident is not None
    with store.transaction() as t:
        t.incidents.save(replace(incident, severity=Severity.GENERAL), incident.revision)
        t.incidents.record(incident.id, SeverityChange(NOON + HOUR, Severity.GENERAL, "person", "王芳", "转载"))
    for town_now in (town, again(town)):
        same = town_now.come(f"more{id(town_now)}", NOON + 2 * HOUR, channel=Channel.NEWS)
        assert same is not None
        assert same.severity is Severity.GENERAL
    raised = town.come("viral", NOON + 3 * HOUR, likes=5000)
    assert town.history(raised)[-1] == ("major", "reactions_5000")


def again(town: Town) -> Town:
    """The same store after a restart: nothing is remembered in memory."""
    fresh = Town(town.store, town.rules, records=())
    fresh.labels.update(town.labels)
    return fresh


def test_an_edited_page_is_read_again_and_keeps_its_place(store: Store):
    town = Town(store)
    town.come("calm", NOON, sentiment=Sentiment.NEUTRAL)
    town.come("a", NOON)
    town.come("b", NOON)
    edited = Post("calm", "bbs", Channel.FORUM, None, None, "改成了投诉", NOON, NOON + HOUR)
    town.labels["calm"] = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)
    with store.transaction() as t:
        receive(t, edited, NOON + HOUR, KEEP)
    opened = town.judge()
    assert opened is not None
    assert (opened.opened_at, town.posts(opened)) == (NOON + HOUR, ["a", "b", "calm"])
    with store.transaction() as t:
        receive(t, replace(edited, text="又改了一次"), NOON + 2 * HOUR, KEEP)
    town.labels["calm"] = (Sentiment.NEGATIVE, "d1", Category.EMERGENCY, None)
    same = town.judge()
    assert town.posts(same) == ["a", "b", "calm"]
    with store.reading() as t:
        assert t.incidents.members(opened.id)[-1].category is Category.EMERGENCY


def test_several_changes_are_judged_in_one_step_in_the_order_they_came(store: Store):
    town = Town(store)
    with store.transaction() as t:
        for number in range(5):
            town.labels[f"p{number}"] = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)
            post = Post(f"p{number}", "bbs", Channel.FORUM, None, None, "正文", NOON, NOON + number * SECOND)
            receive(t, post, NOON, KEEP)
    assert town.judging.step(NOON + HOUR, limit=4) == 4
    assert town.judging.step(NOON + HOUR, limit=4) == 1
    assert town.judging.step(NOON + HOUR, limit=4) == 0
    with store.reading() as t:
        (incident,) = t.incidents.list()
        assert incident.opened_at == NOON + 2 * SECOND
        assert {alert.at for alert in t.alerts.of_incident(incident.id)} == {NOON + HOUR}
        assert len(t.incidents.members(incident.id)) == 5


class Failing(KnownAnswers):
    """A reader that breaks down at one post."""

    def assess(self, posts, disclosures_of):  # type: ignore[no-untyped-def]
        if any(post.id == "broken" for post in posts):
            raise RuntimeError("模型出错")
        return super().assess(posts, disclosures_of)


def test_many_posts_on_no_record_are_judged_by_as_many_statements_as_few(store: Store):
    town = Town(store)

    def statements(number: int) -> int:
        for n in range(number):
            came = Post(f"{number}-{n}", "bbs", Channel.FORUM, None, None, "正文", NOON, NOON, Reactions())
            with store.transaction() as t:
                receive(t, came, NOON, KEEP)
        with asked(store) as sent:
            assert town.judging.step(NOON, 400) == number
        return len(sent)

    statements(1)
    assert statements(300) == statements(2)


def test_a_step_that_fails_leaves_nothing_and_the_next_starts_from_the_store(store: Store):
    town = Town(store)
    for number in range(2):
        town.come(f"p{number}")
    readers = [Failing(town.labels), KnownAnswers(town.labels)]
    loaded = iter(readers)
    town.judging = Judging(store, lambda: next(loaded), town.rules, page_only)
    with pytest.raises(RuntimeError):
        town.come("broken", NOON + HOUR)
    with store.reading() as t:
        assert t.posts.waiting_count() == 1
        assert t.assessments.get("broken") is None
    incident = town.judge()
    assert town.posts(incident) == ["p0", "p1", "broken"]
    assert readers[1].remembered == [("p0", "p0"), ("p1", "p1")]


def test_a_reader_remembers_seven_days_of_posts_with_their_first_originals_after_a_restart(store: Store):
    town = Town(store)
    town.come("old", NOON - 8 * DAY)
    town.come("first", NOON)
    town.come("copy", NOON, copy_of="first")
    fresh = again(town)
    fresh.come("next", NOON + HOUR)
    assert fresh.reader.remembered == [("first", "first"), ("copy", "first")]


def known(store: Store) -> timedelta | None:
    with store.reading() as t:
        return copies_known(t)


def test_how_far_back_copies_are_known_is_noted_where_it_is_less_than_a_week(store: Store):
    town = Town(store)
    town.come("p0")
    assert known(store) is None
    town.reader.known_for = timedelta(hours=30, minutes=59)
    town.come("p1", NOON + SECOND)
    assert known(store) == timedelta(hours=30)
    town.reader.known_for = timedelta(minutes=5)
    town.come("p2", NOON + 2 * SECOND)
    assert known(store) == timedelta(0)
    again(town).come("p3", NOON + 3 * SECOND)
    assert known(store) is None


def test_where_a_restart_takes_back_no_more_than_it_may_that_is_how_far_copies_are_known(store: Store):
    town = Town(store)
    for number in range(10):
        town.come(f"p{number}", NOON + number * HOUR)
    fresh = Town(store, records=())
    fresh.labels = fresh.reader.labels = town.labels
    fresh.judging = Judging(store, lambda: fresh.reader, fresh.rules, page_only, texts=3)
    fresh.come("next", NOON + 10 * HOUR)
    assert [name for name, _ in fresh.reader.remembered] == [f"p{number}" for number in range(4, 10)]
    assert known(store) == timedelta(hours=6)
    fresh.come("later", NOON + 5 * DAY)
    assert known(store) == 5 * DAY - timedelta(hours=4)
    fresh.come("in another week", NOON + 8 * DAY)
    assert known(store) is None


@pytest.mark.clause("H-33")
def test_records_that_are_added_later_are_watched_from_the_next_post_on(store: Store):
    town = Town(store, records=("d1",))
    town.come("a")
    with store.transaction() as t:
        t.disclosures.add(record("d9"), NOON, "王芳")
    town.come("b")
    assert sorted(town.reader.watched) == ["d1", "d9"]


@pytest.mark.clause("H-33")
def test_years_of_old_records_are_not_read_beside_posts_unless_an_incident_on_one_is_open(store: Store):
    town = Town(store, records=("d1",))
    rules = watched_records({"days": 30, "at_least": 1})
    town.judging = Judging(store, lambda: town.reader, town.rules, page_only, watched=rules)
    with store.transaction() as t:
        for number in range(3):
            t.disclosures.add(record(f"old{number}", published_at=NOON - (100 + number) * DAY), NOON, "王芳")
    town.come("p1", disclosure=None)
    assert town.reader.watched == ["d1"]
    with store.transaction() as t:
        found = t.disclosures.get("old1")
        assert found is not None
        open_for_record(t, found, NOON, "王芳", None, town.rules, page_only)
    town.come("p2", disclosure=None)
    assert town.reader.watched == ["d1", "old1"]
    town.come("p3", NOON + 40 * DAY, disclosure=None)
    assert town.reader.watched == ["d1", "old1"]


def test_records_are_read_anew_only_where_others_are_to_be_watched(store: Store):
    seen: list[list[str]] = []

    class Watching(KnownAnswers):
        def watch(self, disclosures: Iterable[Disclosure]) -> None:
            super().watch(disclosures)
            seen.append(self.watched)

    town = Town(store, records=("d1",))
    reader = Watching(town.labels)
    rules = watched_records({"days": 30, "at_least": 1})
    town.judging = Judging(store, lambda: reader, town.rules, page_only, watched=rules)
    with store.transaction() as t:
        t.disclosures.add(record("old", published_at=NOON - 100 * DAY), NOON, "王芳")
    first = [town.come(name, NOON + n * SECOND) for n, name in enumerate("abc")][-1]
    assert first is not None, "an incident on a record that is watched already"
    town.come("d", NOON + 4 * SECOND)
    assert seen == [["d1"]]
    with store.transaction() as t:
        found = t.disclosures.get("old")
        assert found is not None
        opened = open_for_record(t, found, NOON, "王芳", None, town.rules, page_only)
    town.come("e", NOON + 5 * SECOND)
    assert seen == [["d1"], ["d1", "old"]]
    ended(town, opened, NOON + 6 * SECOND)
    town.come("f", NOON + 7 * SECOND)
    assert seen == [["d1"], ["d1", "old"], ["d1"]]


def test_a_small_office_s_records_are_watched_whatever_their_age(store: Store):
    town = Town(store, records=())
    with store.transaction() as t:
        for number in range(3):
            t.disclosures.add(record(f"old{number}", published_at=NOON - (3000 + number) * DAY), NOON, "王芳")
    town.come("p1", disclosure=None)
    assert town.reader.watched == ["old0", "old1", "old2"]


def test_no_act_of_a_person_is_among_what_judging_does(store: Store):
    town = Town(store)
    for number in range(3):
        incident = town.come(f"p{number}")
    assert incident is not None
    with store.reading() as t:
        assert {entry.act for entry in t.audit.about(incident.id)} & set(Act) == set()


# Any sequence of posts, closings and restarts, against a slow evaluation of gatherings.


@dataclass
class Slow:
    """One gathering as the slow evaluation sees it."""

    posts: list[tuple[str, datetime]]
    opened_at: datetime | None = None
    ended: bool = False


def slow(happened: list[tuple[timedelta, str]]) -> list[tuple[datetime, list[str]]]:
    """(opened at, posts) of each incident: `voices_3` is the only rule that these posts can meet."""
    groups: list[Slow] = []
    now = NOON
    for number, (after, what) in enumerate(happened):
        now += after
        last = groups[-1] if groups else None
        if what == "close":
            if last is not None and last.opened_at is not None:
                last.ended = True
        elif what == "post":
            if last is None or last.ended or now - last.posts[-1][1] > timedelta(days=7):
                last = Slow([])
                groups.append(last)
            last.posts.append((f"p{number}", now))
            if last.opened_at is None and sum(now - at <= timedelta(hours=24) for _, at in last.posts) >= 3:
                last.opened_at = now
    return [(group.opened_at, [post for post, _ in group.posts]) for group in groups if group.opened_at]


gaps = st.sampled_from([timedelta(0), HOUR, 12 * HOUR, DAY, DAY + SECOND, 7 * DAY, 7 * DAY + SECOND])
sequences = st.lists(
    st.tuples(gaps, st.sampled_from(["post", "post", "post", "post", "close", "restart"])), max_size=14
)


@settings(max_examples=30, deadline=None)
@given(sequences)
def test_the_incidents_of_any_sequence_are_those_of_a_slow_evaluation(
    migrated_file: Path, happened: list[tuple[timedelta, str]]
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        shutil.copy(migrated_file, path)
        store = Store(f"sqlite:///{path}")
        town, now = Town(store), NOON
        for number, (after, what) in enumerate(happened):
            now += after
            if what == "post":
                town.come(f"p{number}", now)
            elif what == "restart":
                town = again(town)
            else:
                with store.reading() as t:
                    newest = next(iter(t.incidents.of_disclosure("d1")), None)
                if newest is not None and newest.state.ongoing and is_current(store, newest):
                    ended(town, newest, now)
        with store.reading() as t:
            found = [
                (incident.opened_at, [member.post_id for member in t.incidents.members(incident.id)])
                for incident in reversed(t.incidents.of_disclosure("d1"))
            ]
        store.close()
    assert found == slow(happened)


def is_current(store: Store, incident: Incident) -> bool:
    with store.reading() as t:
        gathering = t.incidents.newest_gathering("d1")
    return gathering is not None and gathering.number == incident.gathering


def test_reactions_left_out_are_no_reactions(store: Store):
    town = Town(store)
    town.come("a", likes=50)
    with store.transaction() as t:
        t.posts.set_reactions("a", Reactions(views=10**9), NOON + HOUR)
    assert town.judge() is None


def test_what_was_old_when_its_source_was_first_read_is_judged_and_joins_no_incident(store: Store):
    town = Town(store)
    for number in range(4):
        old = Post(f"old{number}", "bbs", Channel.FORUM, None, None, "旧帖", NOON - 30 * DAY, NOON, flags=("backlog",))
        town.labels[old.id] = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)
        with store.transaction() as t:
            receive(t, old, NOON, KEEP)
    assert town.judge() is None
    with store.transaction() as t:
        assert t.assessments.get("old0") is not None
        receive(t, replace(old, reactions=Reactions(likes=900)), NOON + HOUR, KEEP)
        receive(t, replace(old, text="改过的旧帖", flags=()), NOON + HOUR, KEEP)
    assert town.judge() is None
    for number in range(3):
        incident = town.come(f"new{number}", NOON + HOUR)
    assert town.posts(incident) == ["new0", "new1", "new2"]


# An earlier post is read again


CLEAR = (Sentiment.NEGATIVE, "d1", Category.EMERGENCY, None)


def shouted(town: Town, *post_ids: str) -> None:
    """Posts that are about no record as far as is known."""
    for number, post_id in enumerate(post_ids):
        town.come(post_id, NOON + number * SECOND, disclosure=None, category=Category.EMERGENCY)


def made_clear(town: Town, by: str, *post_ids: str) -> None:
    """From now on they are read as posts on d1, by what that later post says."""
    town.reader.clear[by] = list(post_ids)
    town.labels.update(dict.fromkeys(post_ids, CLEAR))


@pytest.mark.clause("H-42(1)")
def test_posts_that_a_later_one_makes_clear_join_the_incident_which_opens_at_that_moment(store: Store):
    town = Town(store)
    shouted(town, "a", "b")
    made_clear(town, "c", "a", "b")
    opened = town.come("c", NOON + HOUR)
    assert opened is not None
    assert (opened.opened_at, opened.first_post_at) == (NOON + HOUR, NOON)
    assert sorted(town.posts(opened)) == ["a", "b", "c"]
    with store.reading() as t:
        read = t.assessments.many(["a", "b"])
    assert [one.disclosure for one in read.values()] == ["d1", "d1"]


def test_posts_made_clear_count_in_the_windows_of_their_own_time(store: Store):
    town = Town(store)
    shouted(town, "a", "b")
    made_clear(town, "c", "a", "b")
    assert town.come("c", NOON + DAY + HOUR) is None


def test_what_a_person_has_said_of_a_post_stands_when_a_later_post_makes_it_clear(store: Store):
    town = Town(store)
    shouted(town, "a", "b")
    with store.transaction() as t:
        t.assessments.correct(["a"], Verdict(Sentiment.NEUTRAL, None, None))
    made_clear(town, "c", "a", "b")
    assert town.come("c", NOON + HOUR) is None
    with store.reading() as t:
        read = t.assessments.get("a")
    assert read is not None
    assert (read.sentiment, read.disclosure, read.corrected) == (Sentiment.NEUTRAL, None, True)


def test_a_post_on_the_record_already_joins_no_second_time(store: Store):
    town = Town(store)
    for number in range(3):
        town.come(f"p{number}", NOON + number * SECOND)
    town.reader.clear["p3"] = ["p0"]
    assert town.posts(town.come("p3", NOON + HOUR)) == ["p0", "p1", "p2", "p3"]


def test_a_post_that_is_gone_is_not_read_again(store: Store):
    town = Town(store)
    shouted(town, "a")
    with store.transaction() as t:
        t.posts.expire(NOON + 2 * KEEP)
    made_clear(town, "b", "a")
    town.come("b", NOON + HOUR)
    with store.reading() as t:
        assert t.assessments.get("a") is None
