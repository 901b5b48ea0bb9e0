"""A sign-in under way belongs to one browser, for ten minutes, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.cookies import Signer
from dashboard.errands import Errands

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)


class Time:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def errands(time: Time) -> Errands:
    return Errands(Signer(b"k" * 32), time)


def test_it_is_taken_up_where_it_was_left(errands: Errands):
    errand, cookie = errands.begin("/incident?id=1&q=停水")
    begun = errands.under_way(cookie, errand.state)
    assert begun is not None
    assert (begun.errand, begun.target) == (errand, "/incident?id=1&q=停水")


def test_what_proves_it_is_not_in_the_browser(errands: Errands):
    errand, cookie = errands.begin("/")
    assert errand.nonce not in cookie
    assert errand.verifier not in cookie
    assert len({errand.state, errand.nonce, errand.verifier}) == 3
    assert 43 <= len(errand.verifier) <= 128, "as RFC 7636 wants it"
    other = Errands(Signer(b"x" * 32), lambda: NOON)
    assert other.under_way(cookie, errand.state) is None


@pytest.mark.parametrize(
    ("later", "good"),
    [(timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False), (timedelta(seconds=-1), False)],
)
def test_it_lasts_ten_minutes(errands: Errands, time: Time, later: timedelta, good: bool):
    errand, cookie = errands.begin("/")
    time.now = NOON + later
    assert (errands.under_way(cookie, errand.state) is not None) is good


@pytest.mark.parametrize("cookie", [None, "", "x", "a.b.c", "a.b.c.d", "状态.1.Lw==.0"])
def test_a_cookie_of_nobodys_carries_none(errands: Errands, cookie: str | None):
    assert errands.under_way(cookie, "a") is None


def test_it_is_spent_once(errands: Errands):
    errand, cookie = errands.begin("/")
    begun = errands.under_way(cookie, errand.state)
    assert begun is not None
    assert [errands.spend(begun), errands.spend(begun)] == [True, False]
