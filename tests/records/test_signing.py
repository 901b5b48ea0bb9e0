"""Signatures of pushes: known answers, other keys, other bodies, other times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from records.signing import is_signed, is_timely, signature

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
SENT = "1772676000"
KEY = b"k" * 32
BODY = '{"text": "三天没水了"}'.encode()
SIGNED_BY_OPENSSL = "sha256=b70305ce52e7fbf1df8901a8838fd07714c6be05ada6c0934df138a743d1142d"


def test_a_signature_is_what_openssl_makes_of_the_same_bytes():
    assert signature(KEY, SENT, BODY) == SIGNED_BY_OPENSSL


def test_hexadecimal_digits_may_be_of_either_case():
    assert is_signed((KEY,), SENT, SIGNED_BY_OPENSSL.upper(), BODY)


@pytest.mark.parametrize("minutes", [-5, -4.9, 0, 4.9, 5])
def test_five_minutes_either_way_are_about_now(minutes: float):
    assert is_timely(SENT, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-5.1, 5.1, 60 * 24 * 365])
def test_any_longer_is_not(minutes: float):
    assert not is_timely(SENT, NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        " ",
        "now",
        "1772676000.0",
        "-1772676000",
        "+1772676000",
        " 1772676000",
        "１７７２６７６０００",
        "9" * 12,
        "9" * 13,
    ],
)
def test_anything_but_whole_seconds_is_no_time(timestamp: str):
    assert not is_timely(timestamp, NOW)


def test_the_right_signature_by_either_of_two_keys_is_good():
    for key in (KEY, b"o" * 32):
        assert is_signed((KEY, b"o" * 32), SENT, signature(key, SENT, BODY), BODY)


def test_another_body_time_or_key_is_not():
    right = signature(KEY, SENT, BODY)
    assert not is_signed((KEY,), SENT, right, BODY + b" ")
    assert not is_signed((KEY,), "1772676001", right, BODY)
    assert not is_signed((b"o" * 32,), SENT, right, BODY)


def test_the_full_stop_keeps_time_and_body_apart():
    assert signature(KEY, "17726", b"76000.x") != signature(KEY, "1772676000", b"x")


@pytest.mark.parametrize("given", ["", "sha256=", "sha1=00", "€", "sha256=" + "0" * 64])
def test_no_signature_is_no_proof(given: str):
    assert not is_signed((KEY,), SENT, given, BODY)


def test_without_a_key_nothing_is_a_proof():
    for key in (b"", KEY, b"an unknown sender costs as much time as a known one"):
        assert not is_signed((), SENT, signature(key, SENT, BODY), BODY)
