"""Posts enter once, every change waits to be judged, and what expires is gone unless an incident needs it."""

from __future__ import annotations

from datetime import timedelta

from records.incidents import Member, SeverityChange
from records.posts import Reactions
from records.words import Channel, Severity
from storage.posts import Change
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, assessment, incident, post

KEEP = NOON + 180 * DAY


def test_a_stored_post_comes_back_as_it_was(store: Store):
    kept = post(
        title="题目",
        url="https://bbs.example/1",
        in_reply_to="p0",
        flags=("truncated",),
        reactions=Reactions(1, 2, 3, 4),
    )
    with store.transaction() as t:
        t.posts.add(kept, KEEP)
    with store.reading() as t:
        assert t.posts.get("p1") == kept
        assert t.posts.get("p2") is None


def test_what_others_have_in_hand_is_left_out_of_what_waits_and_keeps_nothing_else_from_coming(store: Store):
    with store.transaction() as t:
        for name in "abcdefg":
            t.posts.add(post(name), KEEP)
    with store.reading() as t:
        seqs = [waiting.seq for waiting in t.posts.waiting(10)]

        def left(limit: int, *besides: int) -> str:
            return "".join(waiting.post_id for waiting in t.posts.waiting(limit, {seqs[n] for n in besides}))

        assert left(3) == "abc"
        assert left(3, 0, 1) == "cde"
        assert left(2, 1, 3, 4) == "ac"
        assert left(10, 1, 3, 4) == "acfg"
        assert left(10, 5, 6) == "abcde"
        assert left(10, *range(7)) == ""
        assert [waiting.post_id for waiting in t.posts.waiting(2, {max(seqs) + 9})] == ["a", "b"]


def test_a_new_post_waits_with_the_moment_it_was_seen_until_it_is_settled(store: Store):
    with store.transaction() as t:
        t.posts.add(post(), KEEP)
    with store.transaction() as t:
        (waiting,) = t.posts.waiting(10)
        assert (waiting.post_id, waiting.change, waiting.at) == ("p1", Change.NEW, NOON)
        t.posts.settle([waiting.seq])
        assert t.posts.waiting_count() == 0


def test_other_reactions_replace_the_old_ones_and_wait_while_the_same_ones_change_nothing(store: Store):
    with store.transaction() as t:
        t.posts.add(post(), KEEP)
        assert not t.posts.set_reactions("p1", Reactions(likes=1), NOON + HOUR)
        assert t.posts.set_reactions("p1", Reactions(comments=9), NOON + HOUR)
        assert [(w.change, w.at) for w in t.posts.waiting(10)] == [(Change.NEW, NOON), (Change.UPDATE, NOON + HOUR)]
        found = t.posts.get("p1")
    assert found is not None
    assert (found.reactions, found.seen_at) == (Reactions(comments=9), NOON)


def test_nothing_is_the_next_version_of_a_post_that_is_not_there(store: Store):
    with store.transaction() as t:
        assert t.posts.revise(post(), NOON, KEEP) is None
        assert (t.posts.get("p1"), t.posts.waiting_count()) == (None, 0)


def test_an_edited_page_is_the_next_version_with_its_first_sighting_and_is_listed_again(store: Store):
    with store.transaction() as t:
        t.posts.add(post(), KEEP)
        t.posts.add(post("p2"), KEEP)
        last = t.posts.after(0, 10)[-1][0]
        before = t.posts.fingerprint("p1")
        t.posts.revise(post(text="暖气修好了", seen_at=NOON + HOUR), NOON + HOUR, KEEP)
    with store.reading() as t:
        found = t.posts.get("p1")
        assert found is not None
        assert (found.version, found.seen_at, found.text) == (2, NOON, "暖气修好了")
        assert t.posts.fingerprint("p1") != before
        assert [listed.id for _, listed in t.posts.after(last, 10)] == ["p1"]
        assert [listed.id for _, listed in t.posts.after(0, 10)] == ["p2", "p1"]
        assert t.posts.waiting(10)[-1].change is Change.EDIT


def test_a_number_is_never_given_twice_even_after_the_newest_post_is_gone(store: Store):
    with store.transaction() as t:
        t.posts.add(post("old"), NOON)
        first = t.posts.seq("old")
        t.posts.expire(NOON)
        t.posts.add(post("new"), KEEP)
        second = t.posts.seq("new")
    assert first is not None
    assert second is not None
    assert second > first


def test_the_newest_posts_are_listed_in_pages(store: Store):
    with store.transaction() as t:
        for number in range(5):
            t.posts.add(post(f"p{number}"), KEEP)
        page = t.posts.newest(2)
        assert [listed.id for listed in page] == ["p4", "p3"]
        assert [listed.id for listed in t.posts.newest(2, t.posts.seq("p3"))] == ["p2", "p1"]
        assert t.posts.count() == 5


def test_many_posts_are_found_in_the_order_asked_for(store: Store):
    wanted = [f"p{number}" for number in range(1200, 0, -1)]
    with store.transaction() as t:
        for post_id in reversed(wanted):
            t.posts.add(post(post_id), KEEP)
        assert list(t.posts.many([*wanted, "absent"])) == wanted


def test_a_post_expires_exactly_when_its_time_is_up(store: Store):
    with store.transaction() as t:
        t.posts.add(post(), NOON + DAY)
        t.assessments.put(assessment(), NOON)
        assert t.posts.expire(NOON + DAY - timedelta(microseconds=1)) == 0
        assert t.posts.expire(NOON + DAY) == 1
        assert t.posts.get("p1") is None
        assert t.assessments.get("p1") is None
        assert t.posts.waiting_count() == 0


def test_a_post_of_an_incident_stays_and_one_of_a_gathering_without_incident_goes(store: Store):
    with store.transaction() as t:
        for post_id in ("quoted", "gathered", "loose"):
            t.posts.add(post(post_id), NOON + DAY)
        for post_id, record in (("quoted", "d1"), ("gathered", "d2")):
            gathering = t.incidents.start_gathering(record, NOON)
            member = Member(post_id, NOON, Channel.FORUM, None, post_id, 0, True)
            t.incidents.join(gathering.id, [(1, member)], NOON)
            if record == "d1":
                t.incidents.open(incident(), gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
        assert t.posts.expired_ids(NOON + 2 * DAY) == ["gathered", "loose"]
        assert t.posts.expire(NOON + 2 * DAY) == 2
        assert t.posts.get("quoted") is not None
        assert t.incidents.gatherings_of_post("gathered") == []


def gone(store: Store) -> set[str]:
    with store.reading() as t:
        return {found.id for found in t.posts.newest(100) if "gone" in found.flags}


def a_thread(store: Store) -> None:
    """A post with two answers in its own source and one in another."""
    with store.transaction() as t:
        t.posts.add(post("root", url="https://bbs.example/1"), KEEP)
        for name, of in (("r1", "bbs"), ("r2", "bbs"), ("elsewhere", "other")):
            t.posts.add(post(name, in_reply_to="root", source=of), KEEP)


def test_a_post_that_is_gone_is_flagged_with_what_answered_it_in_its_source_until_it_is_back(store: Store):
    a_thread(store)
    with store.transaction() as t:
        assert t.posts.gone("root", "bbs", NOON + HOUR) == 3
        assert t.posts.gone("root", "bbs", NOON + 2 * HOUR) == 0
        assert t.posts.gone("unknown", "bbs", NOON) == 0
    assert gone(store) == {"root", "r1", "r2"}
    with store.transaction() as t:
        known = t.posts.known("root")
        assert known is not None
        assert known.gone_at == NOON + HOUR
        assert t.posts.back("root")
        assert not t.posts.back("root")
    assert gone(store) == set()


def test_what_answers_an_answer_goes_and_comes_back_with_the_first_post_and_is_missed_under_it(store: Store):
    a_thread(store)
    with store.transaction() as t:
        t.posts.add(post("deep", in_reply_to="r1", source="bbs"), KEEP)
        t.posts.add(post("deeper", in_reply_to="deep", source="bbs"), KEEP)
        assert t.posts.gone("root", "bbs", NOON + HOUR) == 5
        t.posts.back("root")
        assert t.posts.gone_but(["r1", "r2", "deeper"], "root", "bbs", NOON) == 1
    assert gone(store) == {"deep"}


def test_without_a_root_whatever_else_the_source_holds_is_gone(store: Store):
    a_thread(store)
    with store.transaction() as t:
        t.posts.add(post("alone", source="bbs"), KEEP)
        assert t.posts.gone_but(["root", "r1"], None, "bbs", NOON) == 2
        assert t.posts.gone_but(["root", "r1"], None, "bbs", NOON) == 0
    assert gone(store) == {"alone", "r2"}


def test_what_was_gone_before_its_root_does_not_come_back_with_it(store: Store):
    a_thread(store)
    with store.transaction() as t:
        assert t.posts.gone_but(["r2"], "root", "bbs", NOON) == 1
        assert t.posts.gone("root", "bbs", NOON + HOUR) == 2
        t.posts.back("root")
    assert gone(store) == {"r1"}


def test_a_post_that_is_gone_expires_days_later_unless_an_incident_holds_it(store: Store):
    a_thread(store)
    with store.transaction() as t:
        t.posts.gone("root", "bbs", NOON)
        gathering = t.incidents.start_gathering("d1", NOON)
        t.incidents.join(gathering.id, [(1, Member("r1", NOON, Channel.FORUM, None, "r1", 0, True))], NOON)
        t.incidents.open(incident(), gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
        assert t.posts.expired_ids(NOON + DAY, NOON - timedelta(seconds=1)) == []
        assert t.posts.expired_ids(NOON + DAY, NOON) == ["root", "r2"]
        assert t.posts.expire(NOON + DAY, NOON) == 2
        kept = t.posts.get("r1")
    assert kept is not None
    assert kept.flags == ("gone",)


def test_a_new_version_of_a_page_is_there(store: Store):
    a_thread(store)
    with store.transaction() as t:
        t.posts.gone("root", "bbs", NOON)
        t.posts.revise(post("root", "又能打开了"), NOON + HOUR, KEEP)
    assert gone(store) == {"r1", "r2"}


def test_the_pages_to_look_at_again_are_those_of_posts_that_answer_no_other(store: Store):
    a_thread(store)
    with store.transaction() as t:
        t.posts.add(post("old", url="https://bbs.example/0", seen_at=NOON - DAY), KEEP)
        t.posts.add(post("without a page"), KEEP)
        assert t.posts.roots("bbs", NOON - HOUR) == [("root", "https://bbs.example/1")]


def test_of_expired_posts_the_ids_of_those_without_a_date_are_kept_for_as_long_as_they_are_shown(store: Store):
    with store.transaction() as t:
        t.posts.add(post("dated"), NOON + DAY)
        t.posts.add(post("undated", flags=("date_missing",)), NOON + DAY)
        t.posts.add(post("undated and gone", flags=("date_clamped",)), KEEP)
        t.posts.gone("undated and gone", "bbs", NOON)
        assert t.posts.expire(NOON + DAY, NOON) == 3
        shown = [name for name in ("dated", "undated", "undated and gone") if t.posts.has_expired(name, NOON + 2 * DAY)]
        assert shown == ["undated"]
        assert t.posts.forget_expired(NOON + 2 * DAY) == 0
        assert t.posts.forget_expired(NOON + 3 * DAY) == 1
        assert not t.posts.has_expired("undated", NOON + 3 * DAY)
