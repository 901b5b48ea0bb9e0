"""The watch over sources: each trouble told once, many as one message, recoveries too; nothing lost, nothing repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest

from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from pipeline.collect import collect_due
from pipeline.notify import page_only
from pipeline.patrols import Collecting
from pipeline.source_watch import watch_sources
from records.alerts import Alert
from regulation.source_health import HealthRules, source_health_rules
from storage.sources import Patrol
from storage.store import Store, Transaction
from tests.crawlers.crawling import page_list, source
from tests.crawlers.site import serving

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RULES = source_health_rules()


def named(*names: str, interval: float = 600) -> list[Source]:
    return [source(name, f"https://{name}.example/rss", interval_seconds=interval) for name in names]


class Town:
    """A desk whose sources answer as the test says. Minutes count from noon."""

    def __init__(self, store: Store, sources: Sequence[Source], rules: HealthRules = RULES) -> None:
        self.store, self.sources, self.rules = store, list(sources), rules
        self.minute = 0

    def watch(self) -> int:
        return watch_sources(self.store, self.sources, self.rules, self.now, page_only)

    @property
    def now(self) -> datetime:
        return NOON + self.minute * MINUTE

    def attempt(self, name: str, outcome: str = "ok", new: int = 0) -> None:
        """One attempt and what came of it."""
        with self.store.transaction() as t:
            self._attempt(t, name, outcome, new)

    def _attempt(self, t: Transaction, name: str, outcome: str, new: int = 0) -> None:
        """As collecting notes it."""
        now, step, answered = self.now, 10 * MINUTE, outcome in ("ok", "unchanged", "empty")
        t.sources.attempted(name, now, now + step)
        if answered:
            t.sources.answered(name, now, now + step, new)
        else:
            t.sources.failed(name, now, "连不上" if outcome == "unreachable" else outcome, step, step)
        patrol = Patrol(name, now, now, outcome, new_posts=new)
        t.sources.log(patrol)
        t.source_days.count(patrol, answered)

    def run(self, until: int, outcome: Callable[[str, int], str | None] = lambda _name, _minute: "ok") -> None:
        """Let time go by to that minute: every five minutes a look, every ten an attempt; None is no attempt."""
        while self.minute < until:
            self.minute = min(until, (self.minute // 5 + 1) * 5)
            if self.minute % 10 == 0:
                with self.store.transaction() as t:
                    for one in self.sources:
                        came = outcome(one.id, self.minute)
                        if came is not None:
                            self._attempt(t, one.id, came)
            self.watch()

    def told(self) -> list[tuple[str, int, str]]:
        """What has been told: kind, minutes after noon, title."""
        return [(one.kind, (one.at - NOON) // MINUTE, one.title) for one in self.alerts()]

    def alerts(self) -> list[Alert]:
        with self.store.reading() as t:
            return t.alerts.all()

    def troubles(self) -> list[tuple[str, str]]:
        with self.store.reading() as t:
            return [(one.source, one.kind) for one in t.source_troubles.unsettled() if one.ended_at is None]


def down(
    *names: str, begin: int = -(10**9), end: int = 10**9, outcome: str = "unreachable"
) -> Callable[[str, int], str]:
    """These sources, or all of them, do not answer from one minute to another."""
    return lambda name, minute: outcome if (not names or name in names) and begin < minute < end else "ok"


@pytest.fixture
def three(store: Store) -> Town:
    town = Town(store, named("a", "b", "c"))
    for one in town.sources:
        town.attempt(one.id)
    town.watch()
    return town


# Silence and recovery


@pytest.mark.clause("H-41")
def test_a_source_that_stops_answering_is_noticed_after_thirty_minutes_and_told_once(three: Town):
    three.run(29, down("a"))
    assert three.troubles() == []
    three.run(30, down("a"))
    assert three.troubles() == [("a", "silent")]
    assert three.told() == []
    three.run(300, down("a"))
    assert three.told() == [("source_silent", 35, "采集源没有采集到内容：来源 a")]
    (alert,) = three.alerts()
    assert (alert.recipient, alert.link) == ("office", "/sources?id=a")
    assert "自4月10日 12:00（北京时间）起；连不上" in alert.body


@pytest.mark.clause("H-41")
def test_an_alert_about_a_source_goes_the_way_of_every_alert(three: Town):
    three.run(40, down("a"))
    with three.store.reading() as t:
        (alert,) = t.alerts.all()
        (delivery,) = t.alerts.deliveries([alert.key])[alert.key]
    assert (delivery.channel, delivery.address, alert.urgent) == ("page", "office", False)


@pytest.mark.clause("H-41")
def test_a_source_that_answers_with_nothing_new_is_not_silent(three: Town):
    three.run(600, lambda _name, _minute: "unchanged")
    assert three.told() == []
    assert three.troubles() == []


@pytest.mark.clause("H-41")
def test_a_recovery_is_told_with_how_long_nothing_was_collected(three: Town):
    three.run(120, down("a", end=90))
    assert three.told()[1:] == [("source_back", 95, "采集源已恢复：来源 a")]
    assert "4月10日 12:00（北京时间）至4月10日 13:30（北京时间）没有采集到，共1小时30分钟" in three.alerts()[-1].body
    assert three.troubles() == []


def test_a_silence_that_ends_before_anybody_was_told_is_told_to_nobody(three: Town):
    three.run(31, down("a"))
    three.attempt("a")
    three.run(120)
    assert three.told() == []


@pytest.mark.clause("H-41")
def test_a_source_that_is_still_silent_is_told_again_once_a_day(store: Store):
    town = Town(store, named("a", "b"))
    town.run(2 * 24 * 60 + 60, down("a"))
    minutes = [minute for kind, minute, _ in town.told() if kind == "source_silent"]
    assert len(minutes) == 3
    assert [later - earlier for earlier, later in pairwise(minutes)] == [24 * 60, 24 * 60]


@pytest.mark.clause("H-41")
def test_a_source_that_comes_and_goes_is_not_told_of_each_time(three: Town):
    three.run(12 * 60, lambda name, minute: "unreachable" if name == "a" and minute // 60 % 2 == 0 else "ok")
    kinds = [kind for kind, _, _ in three.told()]
    assert kinds.count("source_silent") == 3
    assert kinds.count("source_back") == 3


def test_a_source_that_fails_again_before_its_recovery_was_told_has_not_recovered(store: Store):
    town = Town(store, named("a"))
    town.attempt("a")
    town.watch()
    town.run(40, down())
    town.attempt("a")
    town.watch()
    assert town.troubles() == []
    with store.transaction() as t:
        t.sources.answered("a", town.now - HOUR, town.now, 0)
    town.watch()
    assert town.troubles() == [("a", "silent")]
    town.run(60, down())
    assert [kind for kind, _, _ in town.told()] == ["source_silent"]


@pytest.mark.clause("H-41")
def test_a_new_source_that_never_answers_is_told_of_too(store: Store):
    town = Town(store, named("a"))
    town.watch()
    town.run(60, down())
    assert town.told() == [("source_silent", 35, "采集源没有采集到内容：来源 a")]
    assert "自4月10日 12:10（北京时间）起" in town.alerts()[0].body


# Nobody collects


@pytest.mark.clause("H-41")
def test_sources_fall_silent_when_the_crawl_worker_is_dead_and_the_message_says_so(three: Town):
    three.run(120, lambda _name, _minute: None)
    (told,) = three.told()
    assert told == ("source_silent", 35, "3个采集源没有采集到内容，采集进程可能没有运行")
    assert "这段时间没有去采集" in three.alerts()[0].body
    assert "huiying doctor" in three.alerts()[0].body


@pytest.mark.clause("H-41")
def test_a_source_that_is_never_tried_because_nothing_collects_is_told_of(store: Store):
    town = Town(store, named("a"))
    town.watch()
    town.run(60, lambda _name, _minute: None)
    assert town.told() == [("source_silent", 35, "采集源没有采集到内容：来源 a")]


@pytest.mark.clause("H-41")
def test_a_desk_that_was_off_for_a_night_gives_every_source_its_time_again(three: Town):
    three.run(20)
    three.minute = 12 * 60
    three.watch()
    three.run(12 * 60 + 9)
    assert three.troubles() == []
    three.run(12 * 60 + 120)
    assert three.told() == []


@pytest.mark.clause("H-41")
def test_a_source_that_was_silent_before_a_night_without_the_desk_has_not_recovered_by_it(three: Town):
    three.run(60, down("a"))
    three.minute = 12 * 60
    three.watch()
    assert three.troubles() == [("a", "silent")]
    three.run(12 * 60 + 20, down("a"))
    assert [kind for kind, _, _ in three.told()] == ["source_silent"]
    three.run(12 * 60 + 60)
    assert [kind for kind, _, _ in three.told()] == ["source_silent", "source_back"]


def test_a_clock_that_is_set_back_a_year_hides_no_silence(three: Town):
    three.run(20)
    three.minute = -365 * 24 * 60
    three.watch()
    three.run(three.minute + 20, down("a"))
    assert three.troubles() == []
    three.run(three.minute + 20, down("a"))
    assert three.troubles() == [("a", "silent")]
    three.run(three.minute + 20)
    assert three.troubles() == []


@pytest.mark.clause("H-41")
def test_a_clock_that_is_set_back_a_year_holds_no_alert_back(three: Town):
    three.run(60, down("a"))
    three.minute = -365 * 24 * 60
    three.watch()
    three.run(three.minute + 70, down("a", "b"))
    told = sorted((title, minute - three.minute) for _, minute, title in three.told() if minute < 0)
    assert told == [("2个采集源没有采集到内容", -40)]
    three.run(three.minute + 30)
    assert [kind for kind, minute, _ in three.told() if minute < 0] == ["source_silent", "source_back"]


# Many at once


@pytest.mark.clause("H-41")
def test_two_hundred_sources_that_fail_at_once_are_one_message_and_one_when_they_are_back(store: Store):
    town = Town(store, named(*[f"s{number:03}" for number in range(200)]))
    for one in town.sources:
        town.attempt(one.id)
    town.watch()
    town.run(90, down())
    assert town.told() == [("source_silent", 35, "200个采集源没有采集到内容，可能是本机网络故障")]
    town.run(115)
    assert town.told()[1:] == [("source_back", 105, "200个采集源已恢复")]


@pytest.mark.clause("H-41")
def test_sources_of_longer_intervals_that_fall_silent_later_in_the_same_outage_are_not_told_of_again(store: Store):
    slow = named("x", "y", interval=3600)
    town = Town(store, [*named("a", "b", "c", "d"), *slow])
    for one in town.sources:
        town.attempt(one.id)
    town.watch()
    town.run(12 * 60, down())
    assert [(kind, minute) for kind, minute, _ in town.told()] == [("source_silent", 35)]
    assert {name for name, _ in town.troubles()} == {"a", "b", "c", "d", "x", "y"}


@pytest.mark.clause("H-41")
def test_an_outage_on_top_of_one_source_that_was_silent_before_is_told(store: Store):
    town = Town(store, named("a", "b", "c", "d"))
    for one in town.sources:
        town.attempt(one.id)
    town.watch()
    town.run(200, lambda name, minute: "unreachable" if name == "a" or minute > 100 else "ok")
    assert [title for _, _, title in town.told()] == [
        "采集源没有采集到内容：来源 a",
        "4个采集源没有采集到内容，可能是本机网络故障",
    ]
    assert "另有1个早先已提醒，仍未恢复" in town.alerts()[-1].body


@pytest.mark.clause("H-41")
def test_a_few_sources_that_fail_one_after_another_are_two_messages_in_an_hour_at_most(store: Store):
    names = [f"s{number}" for number in range(20)]
    town = Town(store, named(*names))
    for one in town.sources:
        town.attempt(one.id)
    town.watch()
    town.run(100, lambda name, minute: "unreachable" if name in names[: minor(minute)] else "ok")
    silent = [(minute, title) for kind, minute, title in town.told() if kind == "source_silent"]
    assert len(silent) <= 3
    with store.reading() as t:
        assert all(one.told_at for one in t.source_troubles.unsettled() if one.noticed_at < town.now - 35 * MINUTE)


def minor(minute: int) -> int:
    """How many have failed by then: one more every ten minutes, never half of them."""
    return min(8, minute // 10)


# What kind of trouble


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(
    ("outcome", "kind", "title"),
    [
        ("sign_in", "source_sign_in", "采集源要求登录：来源 a"),
        ("nothing_extracted", "source_drift", "采集源取不出内容：来源 a"),
        ("robots", "source_silent", "采集源没有采集到内容：来源 a"),
    ],
)
def test_what_is_wrong_with_a_source_is_told_by_its_name(three: Town, outcome: str, kind: str, title: str):
    three.run(120, down("a", outcome=outcome))
    assert [(one, words) for one, _, words in three.told()] == [(kind, title)]


def test_a_source_that_is_not_read_for_another_cause_is_not_told_of_again(three: Town):
    three.run(60, down("a", outcome="unreachable"))
    three.run(180, down("a", outcome="robots"))
    assert three.troubles() == [("a", "robots")]
    assert [kind for kind, _, _ in three.told()] == ["source_silent"]
    three.run(200)
    assert [kind for kind, _, _ in three.told()] == ["source_silent", "source_back"]


@pytest.mark.clause("H-41")
def test_a_source_whose_trouble_changes_is_back_only_when_it_answers(three: Town):
    three.run(60, down("a", outcome="sign_in"))
    three.run(120, down("a", outcome="unreachable"))
    three.run(140)
    assert [kind for kind, _, _ in three.told()] == ["source_sign_in", "source_silent", "source_back"]
    assert "4月10日 12:00（北京时间）至4月10日 14:10（北京时间）" in three.alerts()[-1].body


@pytest.mark.clause("H-41")
def test_a_source_that_answers_but_brings_far_less_than_usual_is_told_of_once_and_its_end_is_not(store: Store):
    town = Town(store, named("a"))
    for day in range(30):
        town.minute = -(31 - day) * 24 * 60
        town.attempt("a", new=20)
    town.minute = -2 * 24 * 60
    for _ in range(2 * 24 * 6):
        town.minute += 10
        town.attempt("a", "unchanged")
    town.watch()
    town.run(town.minute + 600, lambda _name, _minute: "unchanged")
    assert [(kind, title) for kind, _, title in town.told()] == [("source_quiet", "采集源新帖明显偏少：来源 a")]
    assert "今日新帖0条，昨日0条，平日每天20至20条" in town.alerts()[0].body
    town.attempt("a", new=30)
    town.run(town.minute + 120)
    assert len(town.told()) == 1
    assert town.troubles() == []


# Once


def test_watching_again_at_the_same_moment_tells_nothing_twice(three: Town):
    three.run(35, down("a"))
    assert len(three.told()) == 1
    assert [three.watch() for _ in range(3)] == [0, 0, 0]
    assert len(three.told()) == 1


def test_two_watchers_at_the_same_moment_tell_each_thing_once(three: Town):
    three.run(34, down("a"))
    three.minute += 1
    together = Barrier(2, timeout=60)
    told: list[int] = []

    def run() -> None:
        together.wait()
        told.append(three.watch())

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(told) == [0, 1]
    assert len(three.told()) == 1


def test_a_watch_that_is_cut_off_has_told_nothing_and_tells_all_of_it_next_time(three: Town):
    three.run(34, down("a"))
    three.minute += 1

    def broken(*_: object) -> Sequence[object]:
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        watch_sources(three.store, three.sources, RULES, three.now, broken)  # type: ignore[arg-type]
    assert three.told() == []
    assert three.watch() == 1


@pytest.mark.clause("H-41")
def test_a_source_that_is_switched_off_is_watched_no_more_and_gets_its_time_when_it_is_switched_on(three: Town):
    three.run(60, down("a"))
    a, *others = three.sources
    three.sources = others
    three.run(120)
    assert three.troubles() == []
    three.sources = [a, *others]
    three.run(149, lambda name, _minute: None if name == "a" else "ok")
    assert three.troubles() == []
    three.run(160, lambda name, _minute: None if name == "a" else "ok")
    assert three.troubles() == [("a", "silent")]
    assert [kind for kind, _, _ in three.told()] == ["source_silent"]


def test_figures_of_the_settings_hold(store: Store):
    rules = source_health_rules({"silent": {"minutes": 60}, "telling": {"gather_minutes": 1}})
    town = Town(store, named("a"), rules)
    town.attempt("a")
    town.watch()
    town.run(60, down())
    assert town.told() == []
    town.run(61, down())
    assert [minute for _, minute, _ in town.told()] == [61]


# With real crawls


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(
    ("later", "kind", "why"),
    [
        ("<article class=new><a href=/t1>停水</a></article>", "source_drift", "选择器没有取到内容"),
        (
            "<form action=/login><input name=username><input type=password name=p><button>登录</button></form>",
            "source_sign_in",
            "",
        ),
    ],
)
def test_a_site_that_changes_its_layout_or_asks_for_a_password_is_told_of(
    store: Store, later: str, kind: str, why: str
):
    with serving() as site:
        site.pages["/list"] = "<ul><li><a href=/t1>停水</a></li></ul>"
        site.pages["/t1"] = "<h1>停水第三天</h1><p>水龙头一滴水没有</p>"
        row = page_list("site", site.url("/list"), interval_seconds=600, adaptive=False)
        town = Town(store, [row])
        settings = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
        collecting = Collecting(store, settings, timedelta(days=180), lambda: town.now)
        (first,) = collect_due(collecting, [row])
        assert (first.outcome, first.new_posts) == ("ok", 1)
        site.pages["/list"] = later
        for minute in (10, 20, 40, 80):
            town.run(minute, lambda _name, _minute: None)
            collect_due(collecting, [row])
        town.run(90, lambda _name, _minute: None)
    assert [one for one, _, _ in town.told()] == [kind]
    assert why in town.alerts()[0].body
    with store.reading() as t:
        (day,) = t.source_days.since(NOON.date())["site"]
    assert (day.attempts, day.answers, day.new_posts) == (5, 1, 1)
