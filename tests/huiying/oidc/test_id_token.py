"""The ID token of the protocol's own example is believed at its time, for its client and nonce, and in no other case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.oidc.id_token import BadToken, Expected, claims_of
from huiying.oidc.keys import Keys

# OpenID Connect Core 1.0 (errata set 2), appendix A.3 (the token) and A.7 (the key): signed by the authors of the protocol.
TOKEN = (
    "eyJraWQiOiIxZTlnZGs3IiwiYWxnIjoiUlMyNTYifQ."
    "ewogImlzcyI6ICJodHRwczovL3NlcnZlci5leGFtcGxlLmNvbSIsCiAic3ViIjog"
    "IjI0ODI4OTc2MTAwMSIsCiAiYXVkIjogInM2QmhkUmtxdDMiLAogIm5vbmNlIjog"
    "Im4tMFM2X1d6QTJNaiIsCiAiZXhwIjogMTMxMTI4MTk3MCwKICJpYXQiOiAxMzEx"
    "MjgwOTcwLAogImF0X2hhc2giOiAiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSIKfQ."
    "kdqTmftlaXg5WBYBr1wkxhkqCGZPc0k8vTiV5g2jj67jQ7XkrDamYx2bOkZLdZrp"
    "MPIzkdYB1nZI_G8vQGQuamRhJcEIt21kblGPZ-yhEhdkAiZIZLu38rChalDS2Mh0"
    "glE_rke5XXRhmqqoEFFdziFdnO3p61-7y51co84OEAZvARSINQaOWIzvioRfs4zw"
    "IFOaT33Vpxfqr8HDyh31zo9eBW2dSQuCa071z0ENWChWoPliK1JCo_Bk9eDg2uwo"
    "2ZwhsvHzj6TMQ0lYOTzufSlSmXIKfjlOsb3nftQeR697_hA-nMZyAdL8_NRfaC37"
    "XnAbW8WB9wCfECp7cuNuOg"
)
MODULUS = (
    "w7Zdfmece8iaB0kiTY8pCtiBtzbptJmP28nSWwtdjRu0f2GFpajvWE4VhfJA"
    "jEsOcwYzay7XGN0b-X84BfC8hmCTOj2b2eHT7NsZegFPKRUQzJ9wW8ipn_aD"
    "JWMGDuB1XyqT1E7DYqjUCEOD1b4FLpy_xPn6oV_TYOfQ9fZdbE5HGxJUzeku"
    "GcOKqOQ8M7wfYHhHHLxGpQVgL0apWuP2gDDOdTtpuld4D2LK1MZK99s9gaSj"
    "RHE8JDb1Z4IGhEcEyzkxswVdPndUWzfvWBBWXWxtSUvQGBRkuy1BHOa4sP6F"
    "KjWEeeF7gm7UMs2Nm2QUgNZw6xvEDGaLk4KASdIxRQ"
)
KEY: Mapping[str, Any] = {"kty": "RSA", "kid": "1e9gdk7", "n": MODULUS, "e": "AQAB"}
ISSUED, EXPIRES = datetime(2011, 7, 21, 20, 42, 50, tzinfo=UTC), datetime(2011, 7, 21, 20, 59, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RIGHT = Expected("https://server.example.com", "s6BhdRkqt3", "n-0S6_WzA2Mj", frozenset({"RS256"}), 60)


def keys(*rows: Mapping[str, Any]) -> Keys:
    return Keys(lambda: {"keys": list(rows)}, lambda: 0.0)


def read(token: str = TOKEN, expected: Expected = RIGHT, now: datetime = ISSUED + MINUTE) -> Mapping[str, Any]:
    return claims_of(token, keys(KEY), expected, now)


def test_the_example_of_the_protocol_is_believed():
    claims = read()
    assert (claims["sub"], claims["at_hash"]) == ("248289761001", "77QmUPtjPfzWtF2AnpK9RQ")


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(ISSUED - MINUTE, id="as early as the clocks may differ"),
        pytest.param(ISSUED + timedelta(minutes=11), id="as late as it is still fresh"),
    ],
)
def test_it_is_believed_at_its_time(now: datetime):
    assert read(now=now)["aud"] == "s6BhdRkqt3"


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(ISSUED - MINUTE - timedelta(seconds=1), id="too early"),
        pytest.param(ISSUED + timedelta(minutes=11, seconds=1), id="no longer fresh"),
        pytest.param(EXPIRES + MINUTE, id="expired"),
    ],
)
def test_it_is_not_believed_before_or_long_after(now: datetime):
    with pytest.raises(BadToken):
        read(now=now)


@pytest.mark.parametrize(
    "expected",
    [
        replace(RIGHT, issuer="https://server.example.com/"),
        replace(RIGHT, issuer="http://server.example.com"),
        replace(RIGHT, client_id="s6BhdRkqt"),
        replace(RIGHT, nonce="n-0S6_WzA2MJ"),
        replace(RIGHT, algorithms=frozenset({"ES256", "RS512"})),
    ],
)
def test_it_is_not_believed_for_another_desk_or_sign_in(expected: Expected):
    with pytest.raises(BadToken):
        read(expected=expected)


def test_it_is_not_believed_by_another_key_of_the_same_name():
    other = {**KEY, "n": "y" + MODULUS[1:]}
    with pytest.raises(BadToken, match="bad_signature"):
        claims_of(TOKEN, keys(other), RIGHT, ISSUED + MINUTE)


def test_for_an_algorithm_that_is_not_allowed_no_key_is_asked_for():
    def asked() -> Mapping[str, Any]:
        raise AssertionError("the token chose how it is checked")

    with pytest.raises(BadToken, match="unsupported_algorithm"):
        claims_of(TOKEN, Keys(asked, lambda: 0.0), replace(RIGHT, algorithms=frozenset({"ES256"})), ISSUED + MINUTE)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("AZaz09-_.=\n 令"))
def test_a_changed_letter_makes_it_worthless(at: int, letter: str):
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if changed == TOKEN or at == len(TOKEN) - 1:
        return  # the last letter carries two bits that mean nothing
    with pytest.raises(BadToken):
        read(changed)


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(["e30", "W10", "bnVsbA", "eyJhbGciOiJSUzI1NiJ9", ""])).map(".".join)
)
def test_rubbish_is_refused_and_raises_nothing_else(token: str):
    with pytest.raises(BadToken):
        read(token)
