"""A ticket is good for its own number, purpose and time, and cannot be made without the key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.tickets import Tickets

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICKETS = Tickets(b"k" * 32, "acknowledge")


@given(st.integers(0, 2**63 - 1))
def test_what_is_written_is_read_until_its_time_is_over(number: int):
    ticket = TICKETS.written(number, NOON + HOUR)
    assert TICKETS.read(ticket, NOON) == number
    assert TICKETS.read(ticket, NOON + HOUR) == number
    assert TICKETS.read(ticket, NOON + HOUR + timedelta(seconds=1)) is None


def test_no_part_of_a_ticket_can_be_changed():
    ticket = TICKETS.written(1234, NOON + HOUR)
    for place, letter in enumerate(ticket):
        other = "a" if letter != "a" else "b"
        changed = ticket[:place] + other + ticket[place + 1 :]
        # The last letter of a mark holds two bits of it: some neighbours say the same.
        assert TICKETS.read(changed, NOON) is None or place == len(ticket) - 1


def test_a_ticket_of_another_key_or_purpose_is_none():
    ticket = TICKETS.written(7, NOON + HOUR)
    assert Tickets(b"j" * 32, "acknowledge").read(ticket, NOON) is None
    assert Tickets(b"k" * 32, "other").read(ticket, NOON) is None


@pytest.mark.parametrize("ticket", ["", "-", "1-2-3", "1-zzzzzzzzz-" + "a" * 22, "١-2-" + "a" * 22, "a" * 10_000])
def test_what_is_no_ticket_is_none(ticket: str):
    assert TICKETS.read(ticket, NOON) is None


def test_a_ticket_fits_into_a_link_and_a_weak_key_is_refused():
    assert len(TICKETS.written(10**9, NOON)) < 40
    with pytest.raises(ValueError, match="32 bytes"):
        Tickets(b"k" * 31, "acknowledge")
