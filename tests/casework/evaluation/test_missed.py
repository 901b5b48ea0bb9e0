"""What was missed is counted from corrections, from the times of posts and from the troubles of sources."""

from __future__ import annotations

from datetime import timedelta

from casework.evaluation.missed import Silence, lags, misread, silences
from records.corrections import Correction, Verdict
from records.patrols import Trouble
from records.words import Sentiment
from tests.casework.evaluation.making import DAY, HOUR, MINUTE, NOON, course, seen

LATE = timedelta(minutes=60)


def corrected(post: str, after: int, number: int) -> Correction:
    neutral, negative = Verdict(Sentiment.NEUTRAL, None, None), Verdict(Sentiment.NEGATIVE, "d1", None)
    at = NOON + after * MINUTE
    return Correction(post, post, None, None, NOON, neutral, negative, 1, "m", "王芳", at, None, number=number)


def test_posts_are_counted_by_source_and_those_seen_an_hour_later_are_late():
    posts = [seen(0, 59), seen(1, 60), seen(2, 90), seen(3, 5, "wx"), seen(4, None, "wx")]
    found = lags(course(posts=posts), LATE)
    assert [(one.source, one.posts, one.middle / MINUTE, one.longest / MINUTE, one.late) for one in found] == [
        ("bbs", 3, 60, 90, 2),
        ("wx", 1, 5, 5, 0),
    ]


def test_a_source_that_could_not_be_read_while_the_incident_went_on_is_named():
    troubles = [
        Trouble(1, "before", "silent", NOON - 9 * HOUR, NOON, None, NOON - 3 * HOUR),
        Trouble(2, "bbs", "silent", NOON - 9 * HOUR, NOON, None, NOON + HOUR),
        Trouble(3, "wx", "layout", NOON + HOUR, NOON + HOUR, None, None),
        Trouble(4, "after", "silent", NOON + 3 * DAY, NOON + 3 * DAY),
    ]
    found = silences(course(troubles=troubles, posts=[seen(-60, 60)]))
    assert found == [
        Silence("bbs", "silent", NOON - 2 * HOUR, NOON + HOUR),
        Silence("wx", "layout", NOON + HOUR, None),
    ]


def test_a_post_that_was_corrected_twice_counts_once_by_the_last_word():
    found = misread([corrected("a", 10, 1), corrected("a", 45, 3), corrected("b", 30, 2)])
    assert (found.posts, found.longest) == (2, 45 * MINUTE)
    assert misread([]).longest is None
