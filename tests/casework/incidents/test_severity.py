"""Which step a gathering takes its incident to, against a slow evaluation of the contract's table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.incidents.grouping import Gathering
from casework.incidents.severity import overruled_by_person, step_up, still_overruled
from records.incidents import SeverityChange
from records.words import Category, Channel, Severity
from regulation.severity import PERSON, severity_rules

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
RULES = severity_rules()
CHANNELS = [Channel.FORUM, Channel.MICROBLOG]


def add(
    gathering: Gathering,
    number: int,
    at: datetime = NOON,
    *,
    channel: Channel = Channel.FORUM,
    category: Category = Category.PUBLIC_INTEREST,
    root: str | None = None,
    reactions: int = 0,
) -> None:
    name = f"p{number}"
    gathering.join(name, seen_at=at, channel=channel, category=category, root=root or name, reactions=reactions)


def step(gathering: Gathering, current: Severity | None = None) -> str | None:
    rule = step_up(gathering, RULES, current)
    return None if rule is None else rule.name


def copies(count: int, *, apart: timedelta = MINUTE, channel: Channel = Channel.FORUM) -> Gathering:
    """One voice and its copies: posts without voices."""
    gathering = Gathering(RULES.windows)
    for number in range(count):
        add(gathering, number, NOON + number * apart, channel=channel, root="p0")
    return gathering


def opened(gathering: Gathering, at: datetime) -> None:
    """Three voices, so that a general rule holds."""
    for number in range(900, 903):
        add(gathering, number, at)


@pytest.mark.clause("H-42(1)")
def test_three_voices_within_exactly_a_day_open_an_incident_and_a_second_more_does_not():
    for last, expected in ((DAY, "voices_3"), (DAY + timedelta(seconds=1), None)):
        gathering = Gathering(RULES.windows)
        for number, at in enumerate((NOON, NOON + HOUR, NOON + last)):
            add(gathering, number, at)
        assert step(gathering) == expected


@pytest.mark.clause("H-42(1)")
def test_two_voices_with_any_number_of_copies_open_nothing():
    gathering = copies(29)
    add(gathering, 99, NOON + 29 * MINUTE)
    assert step(gathering) is None


@pytest.mark.clause("H-42(1)")
@pytest.mark.parametrize(("reactions", "expected"), [(99, None), (100, "reactions_100")])
def test_one_post_with_a_hundred_reactions_opens_an_incident(reactions: int, expected: str | None):
    gathering = Gathering(RULES.windows)
    add(gathering, 1, reactions=reactions)
    add(gathering, 2, reactions=99)
    assert step(gathering) == expected


@pytest.mark.clause("H-42(2)")
def test_two_news_items_open_nothing_by_themselves_and_count_once_a_general_rule_holds():
    gathering = Gathering(RULES.windows)
    add(gathering, 1, channel=Channel.NEWS)
    add(gathering, 2, channel=Channel.NEWS)
    assert step(gathering) is None
    assert step(gathering, Severity.GENERAL) == "news_2"
    add(gathering, 3)
    assert step(gathering) == "news_2"


@pytest.mark.clause("H-42(2)")
def test_thirty_posts_in_a_day_are_major_only_on_two_channels():
    gathering = copies(29)
    assert step(gathering, Severity.GENERAL) is None
    add(gathering, 30, NOON + DAY, root="p0")
    assert step(gathering, Severity.GENERAL) is None
    add(gathering, 31, NOON + DAY, root="p0", channel=Channel.WECHAT)
    assert step(gathering, Severity.GENERAL) == "posts_30_2_channels"
    gathering.advance(NOON + DAY + 2 * MINUTE)
    assert step(gathering, Severity.GENERAL) is None


@pytest.mark.clause("H-42(2)")
def test_reactions_of_the_whole_gathering_add_up_to_major():
    gathering = Gathering(RULES.windows)
    add(gathering, 1, NOON - 3 * DAY, reactions=4000)
    add(gathering, 2, reactions=999)
    assert step(gathering, Severity.GENERAL) is None
    gathering.update("p1", NOON, reactions=4001)
    assert step(gathering, Severity.GENERAL) == "reactions_5000"


@pytest.mark.clause("H-42(2)")
def test_ten_voices_count_only_when_they_are_of_one_of_the_two_categories():
    gathering = Gathering(RULES.windows)
    for number in range(18):
        category = Category.MORAL_BOTTOM_LINE if number % 2 else Category.CLAIM_TO_VERIFY
        add(gathering, number, category=category)
    assert step(gathering, Severity.GENERAL) is None
    add(gathering, 18, category=Category.CLAIM_TO_VERIFY)
    assert step(gathering, Severity.GENERAL) == "category_voices_10"


@pytest.mark.clause("H-42(3)")
def test_a_major_matter_with_most_voices_of_an_emergency_is_a_major_emergency():
    gathering = Gathering(RULES.windows)
    add(gathering, 1, channel=Channel.NEWS, category=Category.EMERGENCY)
    add(gathering, 2, channel=Channel.NEWS, category=Category.PUBLIC_INTEREST)
    assert step(gathering, Severity.GENERAL) == "news_2"
    add(gathering, 3, category=Category.EMERGENCY)
    assert step(gathering, Severity.GENERAL) == "major_and_emergency"
    add(gathering, 4, category=Category.PUBLIC_INTEREST)
    assert step(gathering, Severity.MAJOR) is None


@pytest.mark.clause("H-42(3)")
def test_sixty_posts_within_exactly_an_hour_are_a_major_emergency():
    for last, expected in ((HOUR, "posts_60_1h"), (HOUR + timedelta(seconds=1), None)):
        gathering = Gathering(RULES.windows)
        for number in range(59):
            add(gathering, number, NOON, root="p0")
        add(gathering, 59, NOON + last, root="p0")
        assert step(gathering, Severity.MAJOR) == expected


@pytest.mark.clause("H-42")
def test_a_post_that_passes_two_levels_takes_the_higher_and_nothing_ever_falls():
    gathering = copies(59)
    opened(gathering, NOON + 59 * MINUTE)
    assert step(gathering) == "posts_60_1h"
    assert step(gathering, Severity.MAJOR_EMERGENCY) is None


def test_of_two_rules_of_one_severity_the_first_row_is_named():
    gathering = Gathering(RULES.windows)
    opened(gathering, NOON)
    add(gathering, 1, reactions=100)
    assert step(gathering) == "voices_3"


LOWERED = [
    SeverityChange(NOON, Severity.MAJOR, "news_2"),
    SeverityChange(NOON + HOUR, Severity.GENERAL, PERSON, "王芳", "两篇都是转载"),
]


def two_news_items() -> Gathering:
    gathering = Gathering(RULES.windows)
    opened(gathering, NOON)
    add(gathering, 1, channel=Channel.NEWS)
    add(gathering, 2, channel=Channel.NEWS)
    return gathering


@pytest.mark.clause("H-42")
def test_facts_that_a_person_knew_when_lowering_do_not_raise_again_and_new_ones_do():
    gathering = two_news_items()
    overruled = overruled_by_person(LOWERED, gathering.members, RULES)
    assert overruled == {"voices_3", "news_2"}
    add(gathering, 3, NOON + 2 * HOUR, channel=Channel.NEWS)
    assert step_up(gathering, RULES, Severity.GENERAL, overruled) is None
    gathering.update("p3", NOON + 2 * HOUR, reactions=5000)
    rule = step_up(gathering, RULES, Severity.GENERAL, overruled)
    assert rule is not None
    assert rule.name == "reactions_5000"


def test_a_rule_that_stopped_holding_after_the_lowering_may_raise_again():
    gathering = copies(31)
    add(gathering, 40, NOON + HOUR, root="p0", channel=Channel.WECHAT)
    lowered = [LOWERED[0], SeverityChange(NOON + HOUR, Severity.GENERAL, PERSON)]
    overruled = overruled_by_person(lowered, gathering.members, RULES)
    assert "posts_30_2_channels" in overruled
    gathering.advance(NOON + 2 * DAY)
    assert still_overruled(gathering, RULES, overruled) == frozenset()
    add(gathering, 50, NOON + 2 * DAY)
    assert overruled_by_person(lowered, gathering.members, RULES) == frozenset()


@pytest.mark.parametrize(
    "history",
    [
        LOWERED[:1],
        [SeverityChange(NOON, Severity.GENERAL, PERSON)],
        [*LOWERED, SeverityChange(NOON + 2 * HOUR, Severity.MAJOR, "reactions_5000")],
        [LOWERED[1], SeverityChange(NOON + 2 * HOUR, Severity.MAJOR, PERSON)],
    ],
)
def test_nothing_is_overruled_unless_the_last_step_is_a_person_s_lowering(history: list[SeverityChange]):
    assert overruled_by_person(history, two_news_items().members, RULES) == frozenset()


# The contract's table, evaluated anew at every event.


@dataclass
class Seen:
    """A post as the slow evaluation sees it."""

    id: str
    at: datetime
    channel: Channel
    category: Category
    root: str
    reactions: int


def table(posts: list[Seen], now: datetime) -> list[tuple[int, str]]:
    """(level, rule) of every row of the contract's table that holds."""
    voices = [p for n, p in enumerate(posts) if p.root not in {x for q in posts[:n] for x in (q.id, q.root)}]
    day = [p for p in posts if now - p.at <= DAY]
    day_voices = [p for p in voices if now - p.at <= DAY]
    general, major = [], []
    if len(day_voices) >= 3:
        general.append((1, "voices_3"))
    if any(p.reactions >= 100 for p in posts):
        general.append((1, "reactions_100"))
    if len(day) >= 30 and len({p.channel for p in day}) >= 2:
        major.append((2, "posts_30_2_channels"))
    if sum(p.reactions for p in posts) >= 5000:
        major.append((2, "reactions_5000"))
    if sum(p.channel is Channel.NEWS for p in posts) >= 2:
        major.append((2, "news_2"))
    for category in (Category.MORAL_BOTTOM_LINE, Category.CLAIM_TO_VERIFY):
        if sum(p.category is category for p in day_voices) >= 10 and (2, "category_voices_10") not in major:
            major.append((2, "category_voices_10"))
    top = []
    emergencies = sum(p.category is Category.EMERGENCY for p in voices)
    others = [sum(p.category is c for p in voices) for c in Category if c is not Category.EMERGENCY]
    if major and emergencies > max(others):
        top.append((3, "major_and_emergency"))
    if sum(now - p.at <= HOUR for p in posts) >= 60:
        top.append((3, "posts_60_1h"))
    return general + major + top


events = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 0, 1, 59, 60, 61, 720, 1439, 1440, 1441]),
        st.integers(1, 25),
        st.booleans(),
        st.sampled_from([Channel.FORUM, Channel.FORUM, Channel.WECHAT, Channel.NEWS]),
        st.sampled_from([Category.EMERGENCY, Category.CLAIM_TO_VERIFY, Category.PUBLIC_INTEREST]),
        st.sampled_from([0, 0, 0, 99, 100, 2500]),
        st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=120, deadline=None)
@given(events)
def test_the_history_of_any_sequence_is_that_of_the_table_evaluated_anew(
    happened: list[tuple[int, int, bool, Channel, Category, int, bool]],
):
    gathering = Gathering(RULES.windows)
    posts: list[Seen] = []
    now, mine, theirs = NOON, [], []
    current: Severity | None = None
    for minutes, count, copied, channel, category, reactions, updates in happened:
        now += minutes * MINUTE
        for turn in range(count):
            if updates and posts and not turn:
                posts[0].reactions = reactions
                gathering.update(posts[0].id, now, reactions=reactions)
            else:
                name = f"p{len(posts)}"
                seen = Seen(name, now, channel, category, "p0" if copied else name, reactions if not turn else 0)
                posts.append(seen)
                gathering.join(
                    name, seen_at=now, channel=channel, category=category, root=seen.root, reactions=seen.reactions
                )
            rule = step_up(gathering, RULES, current)
            if rule is not None:
                current = rule.severity
                mine.append((now, rule.name))
            holding = table(posts, now)
            level = max((level for level, _ in holding), default=0)
            before = max((step for _, step, _ in theirs), default=0)
            if level > before and (before or any(row[0] == 1 for row in holding)):
                theirs.append((now, level, next(name for lvl, name in holding if lvl == level)))
            assert mine == [(at, name) for at, _, name in theirs]
